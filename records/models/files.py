from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from foundation.statements import Blank
from tenants.models import Office, User

from .access import LEVEL_READ, AccessScope, scopes_of
from .plan import PERMISSIONS, FilePlanUnit


class ReferenceCounter(models.Model):
    """Last number given in a unit (and local year, 0 if the template has none). Its row lock makes creations take turns."""

    unit = models.ForeignKey(FilePlanUnit, models.PROTECT)
    year = models.PositiveSmallIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="reference_counter_unit_year")]


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

    def standing(self) -> Self:
        """Leave out cancelled files."""
        return self.exclude(status=RecordFile.Status.CANCELLED)

    def in_order(self) -> Self:
        return self.order_by("reference_key", "id")


class RecordFile(models.Model):
    """A file (Akte): the binder. Numbered, filed under one leaf unit, lying in one access scope.

    `reference_key` sorts naturally (2 before 10). `revision` grows with every change to the file itself: whoever edits an older one is
    told so.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(FilePlanUnit, models.PROTECT, related_name="files")
    scope = models.ForeignKey(AccessScope, models.PROTECT, related_name="files")
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField(default=0)
    file_reference = models.CharField(_("File reference"), max_length=120, unique=True)
    reference_key = models.CharField(max_length=400, db_collation="C", editable=False)
    title = models.CharField(_("Title"), max_length=500)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.OPEN)
    lead_office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Lead office"))
    external_system = models.CharField(_("External system"), max_length=60, blank=True)
    external_reference = models.CharField(_("External reference"), max_length=120, blank=True)
    retention_years = models.PositiveSmallIntegerField(null=True, blank=True)
    retention_unlimited = models.BooleanField(default=False)
    retain_until = models.DateField(_("Kept until"), null=True, blank=True)
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
        ]
        indexes = [
            models.Index(fields=["scope", "reference_key", "id"], name="file_scope_order"),
            models.Index(fields=["unit", "reference_key", "id"], name="file_unit_order"),
            models.Index(fields=["reference_key", "id"], name="file_order"),
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
    def is_open(self) -> bool:
        return self.status in (self.Status.OPEN, self.Status.DRAFT)


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
