from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .tickets import Ticket


class CallBack(models.Model):
    """That somebody wants to be called back on a ticket, at a number, between two moments. `done_at` is None until that was done.

    `reminded_at` is when the desk was told that the wished time has begun.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="callbacks")
    telephone = models.CharField(_("Telephone"), max_length=50)
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[CallBack]] = models.Manager()

    class Meta:
        verbose_name = _("Call-back")
        verbose_name_plural = _("Call-backs")
        constraints = [
            models.CheckConstraint(condition=Q(earliest__lt=F("latest")), name="callback_in_order"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(done_at=None), name="callback_once_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["latest"], condition=Q(done_at=None), name="callback_to_do"),
            models.Index(fields=["earliest"], condition=Q(done_at=None, reminded_at=None), name="callback_to_remind"),
        ]
