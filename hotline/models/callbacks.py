from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .tickets import Ticket


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def to_make(self) -> Self:
        """Keep those that are still to be made: the open ones, and those that a merge has put behind one."""
        return self.filter(Q(done_at=None) | Q(set_aside_at__isnull=False))

    def asked_on(self, tickets: Any) -> Self:
        """Keep those that were asked for on these tickets, wherever a merge has put them."""
        return self.filter(Q(ticket__in=tickets, home=None) | Q(home__in=tickets))

    def set_aside(self, *, at: datetime) -> int:
        """Put these behind another one: they count as done until that one is."""
        return self.update(done_at=Coalesce("done_at", at), set_aside_at=Coalesce("set_aside_at", at))

    def line_up(self, ticket: Ticket, *, at: datetime) -> None:
        """Let one of those that are still to be made on a locked ticket be open: the one that is wanted first."""
        waiting = list(self.to_make().filter(ticket=ticket).order_by("earliest", "pk").values_list("pk", flat=True))
        if waiting:
            self.filter(pk__in=waiting[1:]).set_aside(at=at)
            self.filter(pk=waiting[0]).update(done_at=None, set_aside_at=None)


class CallBack(models.Model):
    """That somebody wants to be called back on a ticket, at a number, between two moments. `done_at` is None until that was done.

    `reminded_at` is when the desk was told that the wished time has begun. `home` is the ticket it was asked for on, where a merge has put it onto
    another one. `set_aside_at`: that merge found another one there which is wanted earlier; until that one is done, this one counts as done too.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="callbacks")
    home = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="+")
    telephone = models.CharField(_("Telephone"), max_length=50)
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = CallBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("Call-back")
        verbose_name_plural = _("Call-backs")
        constraints = [
            models.CheckConstraint(condition=Q(earliest__lt=F("latest")), name="callback_in_order"),
            models.CheckConstraint(condition=Q(set_aside_at=None) | Q(done_at__isnull=False), name="callback_set_aside_is_not_open"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(done_at=None), name="callback_once_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["latest"], condition=Q(done_at=None), name="callback_to_do"),
            models.Index(fields=["earliest"], condition=Q(done_at=None, reminded_at=None), name="callback_to_remind"),
        ]
