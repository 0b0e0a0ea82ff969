"""The contents of a file (Inhalt): its documents as the list and the viewer of the binder have them, and what stands beside them.

A file of 300 documents and 2,000 sheets is opened many times a day. So a document is here one row of one compiled query, with the sizes of its
pages, and no object of the models: making objects of three tables took longer than all the rest of the page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case as Conditional
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast, Coalesce, NullIf
from orjson import Fragment

from foundation.statements import Blank, Statement
from tenants import current

from . import binder, moving
from .models import Case, Document, DocumentVersion, Folio, Page, RecordFile, Register, Volume
from .models.sheets import labels_in_place

BEING_READ = frozenset({DocumentVersion.State.RECEIVED.value, DocumentVersion.State.READING.value})


@dataclass
class Listed:
    """A standing document in its file's list. `sizes`: width and height of each page in points, as JSON: "[595,842],[595,842]", in order.
    `checked_out_by`: the holder's name.

    `version` and all that is known by it are of the current version; without one `version` is 0 and `state` "failed".
    """

    pk: int
    public_id: UUID
    register_id: int | None
    volume_id: int | None
    parent_id: int | None
    case_id: int | None
    number: int | None
    title: str
    created_at: datetime
    received_on: date | None
    document_date: date | None
    direction: str
    protection_need: str
    draft: bool
    checked_out_at: datetime | None
    checked_out_by_id: int | None
    checked_out_by: str | None
    version: int
    state: str
    failure: str
    notices: list[str]
    sizes: str

    def __post_init__(self) -> None:
        self.version, self.state, self.failure, self.sizes = self.version or 0, self.state or "failed", self.failure or "", self.sizes or ""
        self.page_count = self.sizes.count("[")

    def width_of(self, page: int) -> int:
        """The width of a page (from 1) in points."""
        return int(json.loads(f"[{self.sizes}]")[page - 1][0])

    @property
    def being_read(self) -> bool:
        return self.state in BEING_READ


def listed(*, file: RecordFile, case: Case | None = None) -> list[Listed]:
    """Standing documents of a file (or of one of its cases) in paper order. One query, whatever the size."""
    rows = (Listed(*row) for row in current.rows_of(LISTED[moving.newest_on_top()], file=file.pk))
    return [row for row in rows if case is None or row.case_id == case.pk]


def _listed(newest_on_top: bool) -> QuerySet[Document, Any]:
    # As text, which PostgreSQL puts together in half of the time that its own JSON takes.
    width, height = (Cast(side, IntegerField()) for side in ("width", "height"))
    size = Func(width, height, template="'[' || %(expressions)s || ']'", arg_joiner=" || ',' || ", output_field=TextField())
    pages = (
        Page.objects.filter(version=OuterRef("current")).order_by().values("version").annotate(all=StringAgg(size, ",", order_by="number"))
    )
    found = Document.objects.filter(file=Blank("file"), cancelled_at__isnull=True)
    return found.order_by(*binder.paper_order(newest_on_top=newest_on_top)).values_list(
        *("pk", "public_id", "register_id", "volume_id", "parent_id", "case_id", "number", "title", "created_at", "received_on"),
        *("document_date", "direction", "protection_need", "draft", "checked_out_at", "checked_out_by_id"),
        Coalesce(NullIf("checked_out_by__display_name", Value("")), "checked_out_by__username"),
        *("current__number", "current__state", "current__failure", "current__notices"),
        Subquery(pages.values("all")),
    )


LISTED = {newest: Statement(partial(_listed, newest), using=current.alias) for newest in (True, False)}


@dataclass(frozen=True)
class Cancelled:
    """A cancelled document of a file, or a draft that was discarded. `attached_to`: the title of the cancelled document that it comes back with, ""
    otherwise."""

    public_id: UUID
    case_id: int | None
    title: str
    cancelled_at: datetime
    draft: bool
    attached_to: str


def cancelled(*, file: RecordFile, case: Case | None = None) -> list[Cancelled]:
    """Cancelled documents of a file (or of one of its cases), the one cancelled last first; without those erased by law. One query."""
    rows = (Cancelled(*row) for row in current.rows_of(CANCELLED, file=file.pk))
    return [row for row in rows if case is None or row.case_id == case.pk]


def _cancelled() -> QuerySet[Document, Any]:
    # An attachment that was cancelled alone comes back alone; one whose document is cancelled, too, waits for that.
    with_its_document = Conditional(When(parent__cancelled_at__isnull=False, then=F("parent__title")), default=Value(""))
    found = Document.objects.filter(file=Blank("file"), cancelled_at__isnull=False, erased_at__isnull=True)
    shown = ("public_id", "case_id", "title", "cancelled_at", "draft")
    return found.order_by("-cancelled_at", "rank", "pk").values_list(*shown, with_its_document)


CANCELLED = Statement(_cancelled, using=current.alias)


def folio_numbers(*, file: RecordFile) -> dict[int, list[str | None]]:
    """Folio numbers by document and page; none, without a query, until the file is foliated."""
    return labels_in_place(current.rows_of(FOLIOS, file=file.pk)) if file.foliated_at else {}


FOLIOS = Statement(lambda: Folio.objects.filter(file=Blank("file")).grouped(), using=current.alias)


def registers_of(*, file: RecordFile) -> list[Register]:
    """Registers of a file in their order."""
    return current.objects_of(REGISTERS, file=file.pk)


REGISTERS = Statement(lambda: Register.objects.filter(file=Blank("file")).order_by("position"), using=current.alias)


def volumes_of(*, file: RecordFile) -> list[Volume]:
    """Volumes of a file in paper order: they follow the stapling order. Empty while the file is one binder."""
    return current.objects_of(VOLUMES[moving.newest_on_top()], file=file.pk)


def _volumes(newest_on_top: bool) -> QuerySet[Volume]:
    return Volume.objects.filter(file=Blank("file")).order_by(OrderBy(F("number"), descending=newest_on_top))


VOLUMES = {newest: Statement(partial(_volumes, newest), using=current.alias) for newest in (True, False)}


def manifest(*, registers: Sequence[Register], documents: Sequence[Listed], folios: Mapping[int, Sequence[str | None]]) -> dict[str, Any]:
    """What the viewer needs of the whole file: registers, and documents with the sizes of their pages (points) and their folio numbers.

    For foundation.embedded: sizes stay the text that the database made of them.
    """
    names = {register.pk: str(register.public_id) for register in registers}
    return {
        "registers": [{"id": names[r.pk], "name": r.name, "colour": r.colour} for r in registers],
        "documents": [
            {
                "id": str(document.public_id),
                "title": document.title,
                "register": names.get(document.register_id or 0),
                "version": document.version,
                "state": document.state,
                "pages": Fragment(f"[{document.sizes}]"),
            }
            | ({"folios": folios[document.pk]} if document.pk in folios else {})
            for document in documents
        ],
    }
