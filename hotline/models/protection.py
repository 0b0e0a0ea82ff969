"""Data protection: what was told to people about themselves, who is unknown by now, and how long settled tickets are kept."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

from .tickets import Ticket


class PersonExportQuerySet(models.QuerySet["PersonExport"]):
    def visible_to(self, person: User) -> Self:
        """Keep what a person asked for about herself; for operators also what they made for others."""
        if not person.is_active:
            return self.none()
        whole = Q(whole=True) if person.has_role(CentreRole.OPERATOR) else Q(pk=None)
        return self.filter(Q(person=person, whole=False) | whole)


class PersonExport(models.Model):
    """All that is stored about a person, as one file to be fetched until `expires_at` (Art. 15 and 20 GDPR).

    `whole`: made by an operator, with the internal notes on her tickets; never handed to her unread. `sha256` and `size` (bytes) are those of the
    file in the store of exports, once it is ready.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be made")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    whole = models.BooleanField(default=False)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager[Any]] = PersonExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Export of a person's data")
        verbose_name_plural = _("Exports of people's data")
        constraints = [
            models.UniqueConstraint(fields=["person", "whole"], name="person_export_one_at_a_time"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "ready", "failed"]), name="person_export_state_known"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(made_at__isnull=False) & ~Q(sha256="")), name="person_export_ready_is_there"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="person_export_until")]

    def is_to_be_had(self, at: datetime) -> bool:
        return self.state == self.State.READY and at < self.expires_at


class AnonymousPerson(models.Model):
    """That an account has been anonymised, and when: nothing leads back to who it was."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="anonymous")
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[AnonymousPerson]] = models.Manager()


class RetentionRule(models.Model):
    """How many years after the year in which they were settled tickets are kept; `municipality` None: of all that have no rule of their own."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, null=True, blank=True, related_name="+")
    years = models.PositiveSmallIntegerField(_("Years"))

    objects: ClassVar[models.Manager[RetentionRule]] = models.Manager()

    class Meta:
        verbose_name = _("Retention rule")
        verbose_name_plural = _("Retention rules")
        constraints = [
            models.UniqueConstraint(fields=["municipality"], nulls_distinct=False, name="retention_rule_once"),
            models.CheckConstraint(condition=Q(years__gte=1, years__lte=10), name="retention_rule_years"),
        ]


class LegalHold(models.Model):
    """That a ticket is kept whatever its time: a dispute, an audit. `by` is a name."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="hold")
    reason = models.CharField(_("Reason"), max_length=500)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[LegalHold]] = models.Manager()

    class Meta:
        verbose_name = _("Legal hold")
        verbose_name_plural = _("Legal holds")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="legal_hold_has_a_reason")]


class Tombstone(models.Model):
    """That a ticket's content was removed after its time. Its number, dates, queue and municipality stay: numbers have no gaps, statistics hold."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="tombstone")
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Tombstone]] = models.Manager()


class UnneededBytes(models.Model):
    """Bytes that nothing refers to any more, written down with what made them so: a store is emptied after the commit, and again if that broke off."""

    class Place(models.TextChoices):
        ATTACHMENTS = "attachments"
        MAILS = "mails"
        EXPORTS = "exports"

    place = models.CharField(max_length=12, choices=Place)
    sha256 = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[UnneededBytes]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "sha256"], name="unneeded_bytes_once")]


class ProtectionEntry(models.Model):
    """The journal of data protection: who did what, when, about whom. `about` is a public id or a ticket's number, never a name."""

    act = models.CharField(max_length=40)
    about = models.CharField(max_length=60, blank=True)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[ProtectionEntry]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="protection_newest"),
            models.Index(fields=["about", "at"], name="protection_about"),
        ]
