"""What the competence centre may look at by consent, and what it may never."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

MOST_HOURS = 72


class SecrecyMark(models.Model):
    """That a file, or all files below a unit, keep a special secrecy (besonderes Amtsgeheimnis): nobody consents to their being shown to support."""

    class Kind(models.TextChoices):
        PERSONNEL = "personnel", _("Personnel files (§ 50 BeamtStG)")
        SOCIAL = "social", _("Social secrecy (§ 35 SGB I)")
        TAX = "tax", _("Tax secrecy (§ 30 AO)")
        OTHER = "other", _("Another special secrecy (§ 203 StGB)")

    unit = models.OneToOneField("records.FilePlanUnit", models.CASCADE, null=True, related_name="secrecy_mark")
    file = models.OneToOneField("records.RecordFile", models.CASCADE, null=True, related_name="secrecy_mark")
    kind = models.CharField(_("Special secrecy"), max_length=10, choices=Kind)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, file__isnull=True) | Q(unit__isnull=True, file__isnull=False),
                name="secrecy_of_unit_or_file",
            ),
            models.CheckConstraint(condition=Q(kind__in=["personnel", "social", "tax", "other"]), name="secrecy_kind_known"),
        ]


class WithheldFromSupport(Func):
    """Whether a file is never shown to support: the one rule, kept in the database (migration 0017). Expects the file's key."""

    function = "records_withheld_from_support"
    output_field = models.BooleanField()


class SupportAccessQuerySet(models.QuerySet["SupportAccess"]):
    def in_force(self, at: datetime) -> Self:
        return self.filter(state=SupportAccess.State.ACCEPTED, until__gt=at)

    def showable(self) -> Self:
        """Leave out those to files that are never shown to support, or that there are none of."""
        named = self.annotate(withheld=WithheldFromSupport(F("file")))
        return named.filter(Q(withheld=False) | ~Q(area=""))


class SupportAccess(models.Model):
    """That somebody of the competence centre asks to look at one file or one area of the settings, and what became of it.

    `public_id` is given by the centre, `agent_id` is the person's id there. `file` is None where there is none by the reference she was told
    (`named`), so that nobody is asked; the centre is not told either way. `until` is counted from the consent. Names, not accounts, say who
    decided: they stay when people leave.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended")
        EXPIRED = "expired", _("Nobody decided")

    class Area(models.TextChoices):
        """Screens whose settings can be looked at; never what clerks have written, and no people."""

        SETTINGS = "settings", _("Settings of the municipality")
        ORGANISATION = "organisation", _("Organisation: offices without people")
        REGISTER_SETS = "register_sets", _("Register sets")

    public_id = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    agent_id = models.UUIDField()
    agent_name = models.CharField(max_length=200)
    ticket = models.CharField(_("Request"), max_length=40)
    named = models.CharField(_("File reference"), max_length=120, blank=True)
    file = models.ForeignKey("records.RecordFile", models.CASCADE, null=True, related_name="+")
    area = models.CharField(_("Area"), max_length=20, choices=Area, blank=True)
    hours = models.PositiveSmallIntegerField(_("Hours"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    guest = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[SupportAccess]] = models.Manager.from_queryset(SupportAccessQuerySet)()

    class Meta:
        verbose_name = _("Access for support")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["asked", "accepted", "refused", "ended", "expired"]), name="support_state_known"),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=MOST_HOURS), name="support_for_hours"),
            models.CheckConstraint(condition=Q(area="") ^ Q(named=""), name="support_to_one_thing"),
            models.CheckConstraint(condition=Q(area="") | Q(file__isnull=True), name="support_area_is_no_file"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(until__isnull=False, guest__isnull=False, decided_at__isnull=False) & ~Q(decided_by=""),
                name="support_accepted_by_somebody",
            ),
            models.UniqueConstraint(fields=["guest"], condition=Q(state="accepted"), name="support_one_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="support_asked"),
            models.Index(fields=["until"], condition=Q(state="accepted"), name="support_accepted"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_name}, {self.ticket}"


class SupportSignIn(models.Model):
    """A message by which a guest came in: it opens the door once."""

    access = models.ForeignKey(SupportAccess, models.CASCADE, related_name="sign_ins")
    token_id = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()


class SupportLook(models.Model):
    """A page that a guest has read under one access (page 0: the list of what there is); journaled at the first time."""

    access = models.ForeignKey(SupportAccess, models.CASCADE, related_name="looks")
    document = models.UUIDField(null=True)
    page = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["access", "document", "page"], name="support_look_once", nulls_distinct=False),
        ]
