from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from .access import LEVEL_READ, scopes_of
from .files import Case, ProtectionNeed, RecordFile, Register, Volume


def day_of(path: str = "") -> Coalesce:
    """The day of a document in SQL, by which a lifetime (Laufzeit) goes: its date; without one, that of receipt; without either, the day it was filed.

    The one place that says so, with Document.day. `path` leads to the documents of a row ("documents__").
    """
    filed = TruncDate(f"{path}created_at")
    return Coalesce(F(f"{path}document_date"), F(f"{path}received_on"), filed, output_field=models.DateField())


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, clerk: User, level: int = LEVEL_READ) -> Self:
        """Keep the documents of files the clerk may know of; a cancelled file hides nothing more than its lists do."""
        return self.in_scopes(scopes_of(clerk).at_least(level))

    def in_scopes(self, scopes: Sequence[int] | Blank) -> Self:
        """Do the same for scopes that are known already, or will be when a statement is filled."""
        return self.filter(file__scope__any_of=scopes)

    def picked_by_scopes(self, scopes: Sequence[int] | Blank) -> Self:
        """The same rule, where rows are looked for by something else that an index has beside their scope (foundation.any_of)."""
        return self.filter(file__scope__picked_of=scopes)

    def standing(self) -> Self:
        """Leave out cancelled documents and those of cancelled files."""
        return self.filter(cancelled_at__isnull=True).exclude(file__status=RecordFile.Status.CANCELLED)

    def checked_out(self) -> Self:
        """Standing documents that somebody works on at the moment: their file is not closed."""
        return self.filter(cancelled_at__isnull=True, checked_out_by__isnull=False)

    def for_reading(self) -> Self:
        """With all that one row of a list or one answer of the API shows."""
        return self.select_related("file", "register", "current", "parent", "checked_out_by", "case")


def _by_key() -> models.QuerySet[Document]:
    return Document.objects.filter(pk__any_of=Blank("documents")).for_reading()


def _visible() -> models.QuerySet[Document]:
    visible = Document.objects.in_scopes(Blank("scopes")).filter(public_id=Blank("id"), erased_at__isnull=True)
    return visible.for_reading().select_related("file__scope")


BY_KEY = Statement(_by_key, using=current.alias)
VISIBLE = Statement(_visible, using=current.alias)


def shown(keys: Iterable[int]) -> list[Document]:
    """Documents that a list has found, in its order, with all that a row of it shows (for_reading). One query, planned once per connection."""
    wanted = list(keys)
    found = {each.pk: each for each in current.objects_of(BY_KEY, documents=wanted)} if wanted else {}
    return [found[key] for key in wanted if key in found]


def visible_document(clerk: User, document: uuid.UUID, level: int = LEVEL_READ) -> Document | None:
    """A document that the clerk may know of and that was not erased, by its public id, with all that is shown beside it and its file's scope."""
    return next(iter(current.objects_of(VISIBLE, scopes=scopes_of(clerk).at_least(level), id=document)), None)


class Document(models.Model):
    """A document (Dokument) living in one place of one file.

    `rank` is the order of filing inside its register, oldest smallest; the municipality's stapling order decides which end
    is on top. `number` runs inside its file, or inside its case (document reference: that of the container, hyphen, number). `parent` makes it an attachment (Anlage), which stays with that document. `directly_in_file`: it lies in no register on purpose.
    A `draft` (Entwurf) has no number and is no document of the record until it is registered (decision 0043); `draft_text` is what was typed
    of a note that is one. `text_exception` is the reason why nobody need wait for its text. `current` is the version shown; older ones stay readable. `revision` grows with what people do to the document, not with its
    being read.
    """

    class Direction(models.TextChoices):
        INCOMING = "incoming", _("Incoming")
        OUTGOING = "outgoing", _("Outgoing")
        INTERNAL = "internal", _("Internal")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.PROTECT, related_name="documents")
    register = models.ForeignKey(Register, models.PROTECT, null=True, blank=True, related_name="documents")
    rank = models.BigIntegerField()
    title = models.CharField(_("Title"), max_length=500)
    received_on = models.DateField(_("Date of receipt"), null=True, blank=True)
    document_date = models.DateField(_("Document date"), null=True, blank=True)
    kind = models.CharField(_("Kind"), max_length=60, blank=True)
    direction = models.CharField(_("Direction"), max_length=10, choices=Direction, blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    protection_need = models.CharField(_("Protection need"), max_length=10, choices=ProtectionNeed, default=ProtectionNeed.NORMAL)
    number = models.PositiveIntegerField(null=True, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="documents")
    volume = models.ForeignKey(Volume, models.PROTECT, null=True, blank=True, related_name="documents")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="attachments")
    directly_in_file = models.BooleanField(default=False)
    draft = models.BooleanField(_("Draft"), default=False, db_default=False)
    draft_text = models.TextField(blank=True, default="", db_default="")
    text_exception = models.CharField(_("Why there is no text"), max_length=300, blank=True)
    checked_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="checked_out")
    checked_out_at = models.DateTimeField(null=True, blank=True)
    current = models.OneToOneField("records.DocumentVersion", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Any]] = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Document")
        constraints = [
            models.UniqueConstraint(fields=["file", "register", "rank"], name="document_rank_once", nulls_distinct=False, deferrable=None),
            models.CheckConstraint(condition=~Q(title=""), name="document_has_a_title"),
            models.UniqueConstraint(fields=["id", "file"], name="document_of_its_file"),
            models.UniqueConstraint(
                fields=["file", "case", "number"], condition=Q(number__isnull=False), name="document_number_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="document_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(draft=False, draft_text="") | Q(draft=True, number__isnull=True, case__isnull=True),
                name="document_draft_without_number",
            ),
            models.CheckConstraint(
                condition=Q(checked_out_by__isnull=True, checked_out_at__isnull=True)
                | Q(checked_out_by__isnull=False, checked_out_at__isnull=False),
                name="document_checked_out_by_and_at",
            ),
        ]
        indexes = [
            models.Index(fields=["file", "rank"], name="document_in_file"),
            models.Index(fields=["checked_out_by"], condition=Q(checked_out_by__isnull=False), name="document_checked_out"),
            models.Index(fields=["created_at", "id"], condition=Q(draft=True, cancelled_at__isnull=True), name="document_draft"),
            models.Index(F("created_at").desc(), F("id").desc(), name="document_newest"),
            models.Index(fields=["file"], condition=~Q(protection_need="normal"), name="document_protected"),
            models.Index(fields=["file", "kind"], condition=~Q(kind=""), name="document_kind"),  # kinds that are suggested in a unit
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="document_title_trgm"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def etag(self) -> str:
        """What If-Match compares; the API says more after it (foundation.api.etags.etag_of_answer)."""
        return f"{self.public_id}.{self.revision}"

    @property
    def day(self) -> date:
        """The same as day_of()."""
        return self.document_date or self.received_on or timezone.localdate(self.created_at)

    def is_held_from(self, clerk: User) -> bool:
        """Whether somebody else has checked the document out: until it is back, only that person changes it."""
        return self.checked_out_by_id is not None and self.checked_out_by_id != clerk.pk


class DocumentVersion(models.Model):
    """One version of a document's bytes. The original bytes are the record; `searchable_sha256` is derived beside it.

    `failure` and `notices` hold codes; records.sentences turns them into what a person reads. Sizes are in bytes.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        READING = "reading", _("Being read")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be read")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=150)
    family = models.CharField(max_length=20)
    original_name = models.CharField(max_length=255)
    comment = models.CharField(_("Comment"), max_length=500, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.RECEIVED)
    failure = models.CharField(max_length=40, blank=True)
    notices = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    searchable_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="version_sha256"),
            models.CheckConstraint(condition=Q(size__gt=0), name="version_not_empty"),
            models.CheckConstraint(condition=Q(state__in=["received", "reading", "ready", "failed"]), name="version_state_known"),
            models.CheckConstraint(condition=Q(state="failed") | Q(failure=""), name="version_failure_only_when_failed"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_from_1"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="version_sha256_idx"),
            models.Index(fields=["searchable_sha256"], name="version_derived_idx"),
            models.Index(fields=["created_by"], condition=Q(state__in=["received", "reading", "failed"]), name="version_unread"),
        ]

    @property
    def being_read(self) -> bool:
        return self.state in (self.State.RECEIVED, self.State.READING)


class Page(models.Model):
    """Text and size (points, 1/72 inch) of one page of a version."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    width = models.FloatField()
    height = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="page_number_once"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="page_has_a_size"),
        ]
