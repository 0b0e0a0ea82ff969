"""What the hotline tells people by mail who asked nothing: its own staff, and those who answer for a municipality."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality

from .incidents import Incident, IncidentUpdate
from .tickets import Ticket


class TownAddress(models.Model):
    """An address of a municipality that is told of incidents, whether anybody there has asked or not."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="incident_addresses")
    address = models.CharField(_("E-mail"), max_length=254)

    objects: ClassVar[models.Manager[TownAddress]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "address"], name="town_address_once")]


class DeskNoticeQuerySet(models.QuerySet["DeskNotice"]):
    def due(self, at: datetime) -> Self:
        return self.filter(next_try_at__lte=at)

    def failed(self) -> Self:
        return self.filter(failed_at__isnull=False)


class DeskNotice(models.Model):
    """A mail that tells one person of one thing, once: `once` names it for good, whoever tries again. What it says is written when it goes out.

    `person` is the member of staff who is told, None for a municipality's address. `facts`: which deadline it is about, and when it ends.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("New request in the queue")
        CALL_BACK = "call_back", _("Call-back is due")
        WARN = "warn", _("Deadline is near")
        ESCALATE = "escalate", _("Deadline missed")
        INCIDENT = "incident", _("Incident")
        NOT_AFFECTED = "not_affected", _("Not affected by an incident after all")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    once = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    to_address = models.CharField(max_length=254)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, blank=True, related_name="+")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="+")
    news = models.ForeignKey(IncidentUpdate, models.CASCADE, null=True, blank=True, related_name="+")
    municipality = models.ForeignKey(Municipality, models.CASCADE, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=400, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = DeskNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Notice of the desk")
        verbose_name_plural = _("Notices of the desk")
        constraints = [
            models.CheckConstraint(condition=Q(ticket__isnull=False) | Q(incident__isnull=False), name="desk_notice_is_about_something"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(failed_at=None), name="desk_notice_sent_or_failed"),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(next_try_at__isnull=False), name="desk_notice_waiting"),
            models.Index(fields=["-failed_at"], condition=Q(failed_at__isnull=False), name="desk_notice_failed"),
            models.Index(fields=["at"], name="desk_notice_at"),
        ]
