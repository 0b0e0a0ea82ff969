from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .tickets import Ticket


class TimeEntry(models.Model):
    """Minutes of work on a ticket. Never changed: a mistake is taken back by a counter entry (negative minutes, `corrects`).

    `booked_by` is kept because only she and the operators may take an entry back. No list, no report and no answer of the API shows or sums by it
    (works council, § 87 (1) no. 6 BetrVG and § 72 (3) no. 1 LPVG NW: no figures of a person's work).
    """

    class Activity(models.TextChoices):
        ANSWERING = "answering", _("Answering")
        TELEPHONE = "telephone", _("Telephone")
        SEARCHING = "searching", _("Finding the fault")
        ON_SCREEN = "on_screen", _("Support on the screen")
        SETTING_UP = "setting_up", _("Setting up")
        OTHER = "other", _("Other")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="time_entries")
    day = models.DateField(_("Day"))
    minutes = models.IntegerField(_("Minutes"))
    activity = models.CharField(_("Activity"), max_length=20, choices=Activity)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="correction")
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Time booked")
        verbose_name_plural = _("Time booked")
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, minutes__gt=0) | Q(corrects__isnull=False, minutes__lt=0), name="time_entry_or_counter_entry"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="time_entry_of_day")]


class BilledQuarter(models.Model):
    """A quarter whose time is billed: nothing is booked into it any more. `lines` is the report as it was then, whatever is agreed on later."""

    year = models.PositiveSmallIntegerField(_("Year"))
    quarter = models.PositiveSmallIntegerField(_("Quarter"))
    lines = models.JSONField()
    billed_at = models.DateTimeField()
    billed_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="quarter_billed_once"),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="quarter_of_a_year"),
        ]
