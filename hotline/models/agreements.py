from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.statements import Blank
from tenants.centre.models import Municipality

from .tickets import Ticket

MINUTES_OF_A_DAY = 24 * 60


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def covering(self, municipality_id: int | Blank | None) -> Self:
        """The agreement of a municipality first, if it has one, and the one for all others."""
        own = AgreementMember.objects.filter(municipality=municipality_id).values("agreement")
        return self.filter(Q(default=True) | Q(pk__in=own)).order_by("default")

    def for_counting(self) -> Self:
        return self.prefetch_related("levels", "closings", "members")


class Agreement(models.Model):
    """What the centre has agreed on with municipalities: when the desk is there, what it promises, how the time booked is shared out.

    `default`: it holds for all municipalities that have no agreement of their own. `week`: for each day from Monday the hours as pairs of minutes
    of the local day. `land` is the one whose public holidays are observed, empty if work goes on. `warn_percent` of a promise used up is when the
    desk is warned. `revision` counts changes, `counted` is the one that all deadlines have been counted by.
    """

    class Key(models.TextChoices):
        USE = "use", _("by use: the minutes booked for each municipality")
        INHABITANTS = "inhabitants", _("by inhabitants: all minutes, shared by the numbers of inhabitants")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    default = models.BooleanField(_("For all municipalities without an agreement of their own"), default=False)
    week = models.JSONField(_("Working hours"))
    zone = models.CharField(_("Time zone"), max_length=60, default="Europe/Berlin")
    land = models.CharField(_("Public holidays"), max_length=2, blank=True, default="NW")
    warn_percent = models.PositiveSmallIntegerField(_("Warn at"), default=75)
    key = models.CharField(_("Share of the time booked"), max_length=20, choices=Key, default=Key.USE)
    revision = models.PositiveIntegerField(default=1)
    counted = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Any]] = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("Agreement")
        verbose_name_plural = _("Agreements")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="agreement_has_a_name"),
            models.CheckConstraint(condition=Q(warn_percent__gte=1, warn_percent__lte=99), name="agreement_warns_before"),
            models.CheckConstraint(condition=Q(key__in=["use", "inhabitants"]), name="agreement_key_known"),
            models.UniqueConstraint(fields=["default"], condition=Q(default=True), name="agreement_one_default"),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementMember(models.Model):
    """A municipality that has joined an agreement; it has one at most. `inhabitants` is what its share is counted by."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="members")
    municipality = models.OneToOneField(Municipality, models.PROTECT, related_name="agreement_member")
    inhabitants = models.PositiveIntegerField(_("Inhabitants"), null=True, blank=True)


class ServiceLevel(models.Model):
    """What an agreement promises for a priority, in business minutes; None: nothing."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="levels")
    priority = models.CharField(_("Priority"), max_length=10, choices=Ticket.Priority)
    first_response = models.PositiveIntegerField(null=True, blank=True)
    next_response = models.PositiveIntegerField(null=True, blank=True)
    resolution = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "priority"], name="one_level_of_a_priority"),
            models.CheckConstraint(condition=Q(priority__in=["low", "normal", "high", "urgent"]), name="level_priority_known"),
        ]


class ClosingTime(models.Model):
    """A day or days on which the desk is closed beside the public holidays: whole, or the same part of each (minutes of the local day)."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="closings")
    name = models.CharField(_("Name"), max_length=100)
    first = models.DateField()
    last = models.DateField()
    start = models.PositiveSmallIntegerField(default=0)
    end = models.PositiveSmallIntegerField(default=MINUTES_OF_A_DAY)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="closing_in_order"),
            models.CheckConstraint(condition=Q(end__gt=F("start"), end__lte=MINUTES_OF_A_DAY), name="closing_part_of_a_day"),
        ]


class TicketPause(models.Model):
    """A time in which a ticket's clock stood: while it waited for the requester, or was settled until it was reopened. `until` None: it stands."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="pause_in_order"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(until=None), name="one_open_pause"),
        ]
