from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest, Upper
from django.utils.translation import gettext_lazy as _

from foundation.statements import Blank
from tenants.models import Office, User

from .access import LEVEL_READ, AccessScope, scopes_of
from .needs import NeedOfStep, step_of
from .needs import ProtectionNeed as ProtectionNeed
from .plan import PERMISSIONS, FilePlanUnit


class ReferenceCounter(models.Model):
    """Last number given in a unit (and local year, 0 if the template has none). Its row lock makes creations take turns."""

    unit = models.ForeignKey(FilePlanUnit, models.PROTECT)
    year = models.PositiveSmallIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="reference_counter_unit_year")]


def named(words: str) -> Q:
    """What a list of files is narrowed to by what somebody types: all of its words are in the title, or it is a part of the reference."""
    in_title = Q()
    for word in [word for word in re.split(r"[\s,;:\"“”„()]+", words) if word][:8]:
        in_title &= Q(title__icontains=word)
    return (in_title or Q(title__icontains=words)) | Q(file_reference__icontains=words)


def awaiting_event() -> Q:
    """What a list of files is narrowed to by RecordFile.awaits_event: closed, without an end yet, for the day of an event is not known."""
    known = Q(retention_started_on__isnull=False) & Q(retention_started_with__in=["", F("retention_starts_with")])
    without_end = Q(status=RecordFile.Status.CLOSED, retain_until__isnull=True, retention_unlimited=False)
    return without_end & ~Q(retention_starts_with="") & ~known


class RecordFileQuerySet(models.QuerySet["RecordFile"]):
    def visible_to(self, clerk: User, level: int = LEVEL_READ) -> Self:
        """Keep the files whose existence the clerk may know of.

        Every list, search hit, export and prefetch starts here. What is cut away is a 404, never a 403: that a file exists is a
        secret too.
        """
        return self.in_scopes(scopes_of(clerk).at_least(level))

    def in_scopes(self, scopes: Sequence[int] | Blank) -> Self:
        """Do the same for scopes that are known already, or will be when a statement is filled."""
        return self.filter(scope__any_of=scopes)

    def picked_by_scopes(self, scopes: Sequence[int] | Blank) -> Self:
        """The same rule, where rows are looked for by something else that an index has beside their scope (foundation.any_of)."""
        return self.filter(scope__picked_of=scopes)

    def standing(self) -> Self:
        """Leave out cancelled files."""
        return self.exclude(status=RecordFile.Status.CANCELLED)

    def in_order(self) -> Self:
        return self.order_by("reference_key", "id")

    def with_highest_need(self) -> Self:
        """Annotate `highest_need`: the highest protection need of the file and of what stands in it, in the same query as the rows.

        A value for each row shown, not "is there one" for all: that PostgreSQL answers by reading every protected document of the town first.
        """
        from .documents import Document

        within = Document.objects.filter(file=OuterRef("pk"), cancelled_at__isnull=True).exclude(protection_need=ProtectionNeed.NORMAL)
        highest_within = within.order_by().values("file").annotate(most=Max(step_of("protection_need"))).values("most")
        highest = Greatest(step_of("protection_need"), Coalesce(Subquery(highest_within), 1))
        return self.annotate(highest_need=NeedOfStep(highest))

    def with_document_count(self) -> Self:
        """Annotate `document_count`: standing documents, counted for the rows shown only, in the same query."""
        from .documents import Document

        standing = Document.objects.filter(file=OuterRef("pk"), cancelled_at__isnull=True).order_by().values("file")
        return self.annotate(document_count=Coalesce(Subquery(standing.annotate(n=Count("pk")).values("n")), 0))


class RecordFile(models.Model):
    """A file (Akte): the binder. Numbered, filed under one leaf unit, lying in one access scope.

    A draft has no number; its `file_reference` then is a makeshift ("Entwurf 17") until the registry registers it. `parent` makes it a subfile
    (Teilakte). `retention_starts_with` names the event that its period awaits, `retention_started_on` is the day of it; it counts for no other
    event than `retention_started_with` (empty: entered before that was noted). An open file holds what is its own there and in
    `disposal_action`; closing writes down what holds, and in `plan_at_closing` what the file plan says of it (records.retention.Rule).
    `last_document_number` and `last_case_number` count up and are never taken back.

    `reference_key` sorts naturally (2 before 10). `revision` grows with every change to the file itself: whoever edits an older one is
    told so.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    class Medium(models.TextChoices):
        ELECTRONIC = "electronic", _("Electronic")
        HYBRID = "hybrid", _("Hybrid")
        PAPER = "paper", _("Paper")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(FilePlanUnit, models.PROTECT, related_name="files")
    scope = models.ForeignKey(AccessScope, models.PROTECT, related_name="files")
    number = models.PositiveIntegerField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(default=0)
    file_reference = models.CharField(_("File reference"), max_length=120, unique=True)
    reference_key = models.CharField(max_length=400, db_collation="C", editable=False)
    title = models.CharField(_("Title"), max_length=500)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.OPEN)
    lead_office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Lead office"))
    external_system = models.CharField(_("External system"), max_length=60, blank=True)
    external_reference = models.CharField(_("External reference"), max_length=120, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subfiles", verbose_name=_("Part of file"))
    medium = models.CharField(_("Medium"), max_length=10, choices=Medium, default=Medium.ELECTRONIC)
    location = models.CharField(_("Location"), max_length=200, blank=True)
    protection_need = models.CharField(_("Protection need"), max_length=10, choices=ProtectionNeed, default=ProtectionNeed.NORMAL)
    disposal_action = models.CharField(_("Disposal action"), max_length=1, choices=FilePlanUnit.DisposalAction, blank=True)
    retention_reason = models.CharField(_("Reason for a period of its own"), max_length=500, blank=True)
    retention_starts_with = models.CharField(_("The period starts with"), max_length=200, blank=True)
    retention_started_on = models.DateField(_("The period started on"), null=True, blank=True)
    retention_started_with = models.CharField(max_length=200, blank=True, db_default="", default="")
    transfer_until = models.DateField(null=True, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    foliated_at = models.DateTimeField(null=True, blank=True)
    last_document_number = models.PositiveIntegerField(default=0)
    last_case_number = models.PositiveIntegerField(default=0)
    retention_years = models.PositiveSmallIntegerField(null=True, blank=True)
    retention_unlimited = models.BooleanField(default=False)
    retain_until = models.DateField(_("Kept until"), null=True, blank=True)
    plan_at_closing = models.TextField(blank=True, editable=False, db_default="", default="")  # as JSON; rows are made objects unconverted
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Any]] = RecordFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("File")
        permissions = PERMISSIONS
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="file_number_once"),
            models.CheckConstraint(condition=~Q(title=""), name="file_has_a_title"),
            models.CheckConstraint(condition=Q(status__in=["draft", "open", "closed", "cancelled"]), name="file_status_known"),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | ~Q(status="closed"), name="file_closed_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False) | ~Q(status="cancelled"), name="file_cancelled_has_a_time"
            ),
            models.CheckConstraint(condition=Q(retain_until__isnull=True) | Q(closed_at__isnull=False), name="file_kept_from_closing"),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(status__in=["draft", "cancelled"]), name="file_number_unless_draft"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="file_not_its_own_parent"),
        ]
        indexes = [
            models.Index(fields=["scope", "reference_key", "id"], name="file_scope_order"),
            models.Index(fields=["unit", "reference_key", "id"], name="file_unit_order"),
            models.Index(fields=["reference_key", "id"], name="file_order"),
            models.Index(
                fields=["unit", "scope"], condition=~Q(status="cancelled"), name="file_standing_in_unit"
            ),  # for the tree's numbers
            *(
                models.Index(fields=[whose, "-changed_at", "-id"], condition=Q(status__in=["open", "draft"]), name=name)
                for whose, name in (("created_by", "file_open_of_person"), ("lead_office", "file_open_of_office"))
            ),
            models.Index(
                fields=["external_system", "external_reference"], condition=~Q(external_reference=""), name="file_external_reference"
            ),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="file_title_trgm"),
            GinIndex(OpClass(Upper("file_reference"), name="gin_trgm_ops"), name="file_reference_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.file_reference} {self.title}"

    @property
    def etag(self) -> str:
        """What If-Match compares; the API says more after it (foundation.api.etags.etag_of_answer)."""
        return f"{self.public_id}.{self.revision}"

    @property
    def highest_need_label(self) -> str:
        """In words, empty for a normal need. Expects with_highest_need()."""
        need = getattr(self, "highest_need", self.protection_need)
        return "" if need == ProtectionNeed.NORMAL else str(ProtectionNeed(need).label)

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.OPEN, self.Status.DRAFT)

    @property
    def event_is_known(self) -> bool:
        """Whether the day that was entered is that of the event that starts the period of a closed file."""
        return self.retention_started_on is not None and self.retention_started_with in ("", self.retention_starts_with)

    @property
    def awaits_event(self) -> bool:
        """Whether it is closed and has no end yet, because the day of an event is not known."""
        has_no_end = self.status == self.Status.CLOSED and self.retain_until is None and not self.retention_unlimited
        return has_no_end and bool(self.retention_starts_with) and not self.event_is_known

    @property
    def business_reference(self) -> str:
        """Geschäftszeichen: code of the lead office and reference; empty for a draft and without an office (domain §3)."""
        return "" if self.number is None or self.lead_office is None else f"{self.lead_office.code}-{self.file_reference}"


class FormerReference(models.Model):
    """A reference a file once had: found for ever, given to nobody else."""

    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="former_references")
    file_reference = models.CharField(max_length=120, unique=True)
    until = models.DateTimeField()

    class Meta:
        indexes = [GinIndex(OpClass(Upper("file_reference"), name="gin_trgm_ops"), name="former_reference_trgm")]


class Register(models.Model):
    """A divider in one file."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="registers")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("Name"), max_length=100)
    colour = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="register_position", deferrable=models.Deferrable.DEFERRED),
            models.UniqueConstraint(fields=["file", "name"], name="register_name"),
            models.UniqueConstraint(fields=["id", "file"], name="register_of_its_file"),
        ]

    def __str__(self) -> str:
        return self.name


class ReadingPlace(models.Model):
    """Where a clerk stopped leafing: "continue as yesterday"."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="+")
    sheet = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "file"], name="reading_place_once"),
            models.CheckConstraint(condition=Q(sheet__gte=1), name="reading_place_sheet_from_1"),
        ]
        indexes = [models.Index(F("user"), F("at").desc(), name="reading_place_latest")]


class Volume(models.Model):
    """A volume (Band) of a file that got too thick; `number` 1 is made when the second one is opened."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="volumes")
    number = models.PositiveSmallIntegerField()
    opened_on = models.DateField(_("From"))
    closed_on = models.DateField(_("Until"), null=True, blank=True)
    location = models.CharField(_("Location"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="volume_number_once"),
            models.UniqueConstraint(fields=["id", "file"], name="volume_of_its_file"),
            models.UniqueConstraint(fields=["file"], condition=Q(closed_on__isnull=True), name="volume_one_open"),
            models.CheckConstraint(condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")), name="volume_period"),
            models.CheckConstraint(condition=Q(number__gte=1), name="volume_number_from_1"),
        ]

    def __str__(self) -> str:
        return str(_("Volume %(number)s") % {"number": self.number})


class Case(models.Model):
    """A case (Vorgang) inside a file, with a case reference of its own: file reference, dot, running number. Never used again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="cases")
    number = models.PositiveIntegerField()
    case_reference = models.CharField(_("Case reference"), max_length=140)
    title = models.CharField(_("Title"), max_length=500)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    last_document_number = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("Case")
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="case_number_once"),
            models.UniqueConstraint(fields=["id", "file"], name="case_of_its_file"),
            models.CheckConstraint(condition=~Q(title=""), name="case_has_a_title"),
        ]
        indexes = [GinIndex(OpClass(Upper("case_reference"), name="gin_trgm_ops"), name="case_reference_trgm")]

    def __str__(self) -> str:
        return f"{self.case_reference} {self.title}"


class ExternalReference(models.Model):
    """A further external reference of a file; the first one stands on the file itself."""

    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="external_references")
    system = models.CharField(_("External system"), max_length=60)
    reference = models.CharField(_("External reference"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "system", "reference"], name="external_reference_once")]
        indexes = [models.Index(fields=["system", "reference"], name="external_reference_jump")]

    def __str__(self) -> str:
        return f"{self.system} {self.reference}"


class FileLink(models.Model):
    """Two files that belong together, seen from both sides by those who may see both. The older one (smaller id) stands first."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey(RecordFile, models.CASCADE, related_name="+")
    second = models.ForeignKey(RecordFile, models.CASCADE, related_name="+")
    remark = models.CharField(_("Remark"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="file_link_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="file_link_in_order"),
        ]
        indexes = [models.Index(fields=["second"], name="file_link_other_side")]


class DisposalHold(models.Model):
    """A hold (Aufbewahrungssperre): blocks destruction, and nothing else, until it is lifted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="holds")
    reason = models.CharField(_("Reason"), max_length=500)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason")]
