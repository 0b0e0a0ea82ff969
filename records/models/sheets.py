"""What is stuck to, numbered on or standing in for a sheet."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Case, CharField, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from foundation.pages.facts import MAX_PAGES
from tenants.models import User

from .access import LEVEL_READ, scopes_of
from .documents import Document
from .files import RecordFile, Register


class CrossReference(models.Model):
    """A document that lives elsewhere, shown at a second place ("liegt in Akte …"). Seen only by those who may see both files.

    `behind`: the document of this file after which it stands (records.standing_in).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="cross_references")
    register = models.ForeignKey(Register, models.SET_NULL, null=True, blank=True, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, related_name="cross_references")
    behind = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="+")
    remark = models.CharField(_("Remark"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "document"], name="cross_reference_once")]


class MissingSheet(models.Model):
    """A missing sheet (Fehlblatt): stands at the place of paper that was lent out, saying who has it since when.

    `behind`: the document after which it stands (records.standing_in).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="missing_sheets")
    register = models.ForeignKey(Register, models.SET_NULL, null=True, blank=True, related_name="+")
    behind = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="+")
    what = models.CharField(_("What is missing"), max_length=300)
    borrower = models.CharField(_("Borrower"), max_length=200)
    since = models.DateField(_("Lent out on"))
    back_by = models.DateField(_("Expected back by"), null=True, blank=True)
    returned_on = models.DateField(_("Returned on"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what="") & ~Q(borrower=""), name="missing_sheet_says_what_and_who"),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True) | Q(returned_on__gte=models.F("since")), name="missing_sheet_period"
            ),
        ]


class StickyNoteQuerySet(models.QuerySet["StickyNote"]):
    def visible_to(self, clerk: User, level: int = LEVEL_READ) -> Self:
        """Keep the notes on documents of files that the clerk may know of."""
        return self.filter(document__file__scope__any_of=scopes_of(clerk).at_least(level))

    def sticking(self) -> Self:
        """Leave out notes that were taken off, and those on documents that were cancelled or erased."""
        return self.filter(removed_at__isnull=True, document__cancelled_at__isnull=True, document__erased_at__isnull=True)

    def for_paper(self) -> Self:
        """Only notes that go along onto paper and into the file as one PDF."""
        return self.sticking().filter(printed=True)


class StickyNote(models.Model):
    """A note stuck to a sheet, seen by those who may see the file. `printed`: it goes along onto paper and into the file as one PDF."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.CASCADE, related_name="sticky_notes")
    page = models.PositiveIntegerField(_("Page"), default=1)
    text = models.TextField(_("Note"), max_length=2000)
    printed = models.BooleanField(_("Also on paper"), default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager[Any]] = StickyNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(page__gte=1), name="sticky_note_page_from_1"),
            models.CheckConstraint(condition=~Q(text=""), name="sticky_note_says_something"),
        ]


BACK = " RS"
ON_NO_PAGE = MAX_PAGES + 1  # from here on: numbers of sheets that a document has lost (records.page_following)


class FolioQuerySet(models.QuerySet["Folio"]):
    def by_document(self) -> dict[int, list[str | None]]:
        """Labels by document, in the order of its pages; None for a page without one. One query and one row a document, however thick the file."""
        return labels_in_place(self.grouped())

    def grouped(self) -> models.QuerySet[Folio, tuple[int, list[int], list[str]]]:
        """Document, pages and their labels; a row a document."""
        label = Concat(Cast("number", CharField()), "suffix", Case(When(back=True, then=Value(BACK)), default=Value("")))
        by_document = self.filter(page__lt=ON_NO_PAGE).order_by().values("document_id")
        grouped = by_document.annotate(pages=ArrayAgg("page", order_by="page"), labels=ArrayAgg(label, order_by="page"))
        return grouped.values_list("document_id", "pages", "labels")


def labels_in_place(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[str | None]]:
    """Rows of grouped() as labels by document, each at the place of its page."""
    return {document: _in_place(pages, labels) for document, pages, labels in rows}


def _in_place(pages: list[int], labels: list[str]) -> list[str | None]:
    if pages[-1] == len(pages):
        return [*labels]
    known = dict(zip(pages, labels, strict=True))
    return [known.get(page) for page in range(1, pages[-1] + 1)]


class Folio(models.Model):
    """A folio number that was given to a page of a document in a file. Never given again in that file, also after the document has left it.

    `label` is what stands on the sheet: "17", "17 RS" (its back), "17a" (inserted later). `number` and `suffix` sort it. Number 0 stands
    for the cover: "0a" was inserted before the first sheet. A number goes with its sheet where pages are put into another order or another
    document; from ON_NO_PAGE on it stands on no sheet any more.
    """

    file = models.ForeignKey(RecordFile, models.CASCADE, related_name="folios")
    document = models.ForeignKey(Document, models.CASCADE, related_name="folios")
    page = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    suffix = models.CharField(max_length=6, blank=True)
    back = models.BooleanField(default=False)
    given_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Any]] = FolioQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number", "suffix", "back"], name="folio_once"),
            models.UniqueConstraint(fields=["file", "document", "page"], name="folio_of_a_page_once"),
            models.CheckConstraint(condition=(Q(number__gte=1) | ~Q(suffix="")) & Q(page__gte=1), name="folio_from_1"),
        ]

    @property
    def label(self) -> str:
        return f"{self.number}{self.suffix}{BACK if self.back else ''}"


class Bookmark(models.Model):
    """A clerk's own mark in a file, seen by nobody else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    page = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "document", "page"], name="bookmark_once"),
            models.CheckConstraint(condition=Q(page__gte=1), name="bookmark_page_from_1"),
        ]
