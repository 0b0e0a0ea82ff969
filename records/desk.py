"""What lies on a clerk's desk, and what the preview beside it shows of a file or a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tenants.models import User

from . import binder, favourites, reminding
from .models import Document, DocumentVersion, FilePlanUnit, Page, RecordFile, Reminder
from .models.documents import shown

AHEAD = timedelta(days=7)
FEW, MOST = 8, 20
UNREAD = (DocumentVersion.State.RECEIVED, DocumentVersion.State.READING, DocumentVersion.State.FAILED)


@dataclass(frozen=True)
class Desk:
    """Everything in the order in which a clerk wants it; each list is cut to what fits a desk. `place` is where she stopped leafing."""

    reminders: list[Reminder]
    places: list[Any]
    favourites: list[RecordFile]
    favourite_units: list[FilePlanUnit]
    my_files: list[RecordFile]
    checked_out: list[Document]
    unread: list[Document]
    newest: list[Document]


def desk_of(*, clerk: User, on: date) -> Desk:
    """Read a clerk's desk, as far as she may see what lies on it. The number of queries does not depend on how much that is."""
    files = RecordFile.objects.visible_to(clerk).standing()
    documents = Document.objects.visible_to(clerk).standing().order_by("-created_at", "-pk")
    checked_out = _keys(documents.filter(checked_out_by=clerk))
    unread = _keys(documents.filter(current__created_by=clerk, current__state__in=UNREAD))
    newest = _keys(documents)
    papers = {document.pk: document for document in shown({*checked_out, *unread, *newest})}
    return Desk(
        reminders=list(reminding.reminders_of(clerk=clerk, on=on).filter(due_on__lte=on + AHEAD)[:MOST]),
        places=binder.last_places(clerk=clerk),
        favourites=favourites.favourite_files(clerk=clerk),
        favourite_units=favourites.favourite_units(clerk=clerk),
        my_files=_open_files(files, clerk),
        checked_out=[papers[pk] for pk in checked_out if pk in papers],
        unread=[papers[pk] for pk in unread if pk in papers],
        newest=[papers[pk] for pk in newest if pk in papers],
    )


def _keys(documents: QuerySet[Document]) -> list[int]:
    return list(documents.values_list("pk", flat=True)[:FEW])


def _open_files(files: QuerySet[RecordFile], clerk: User) -> list[RecordFile]:
    """What she opened herself, and what the offices that she leads are in charge of; changed last, first.

    Two queries, each along an index in this order: asked for as one, all the files of an office would be sorted for eight of them.
    """
    opened = files.filter(status__in=[RecordFile.Status.OPEN, RecordFile.Status.DRAFT]).order_by("-changed_at", "-pk")
    led = opened.filter(lead_office__in=clerk.memberships.filter(is_lead=True).values("office"))
    found = {file.pk: file for file in (*opened.filter(created_by=clerk)[:FEW], *led[:FEW])}
    return sorted(found.values(), key=lambda file: (file.changed_at, file.pk), reverse=True)[:FEW]


@dataclass(frozen=True)
class Glance:
    """One sheet of a file at a glance: its number among `sheet_count`, and where its picture comes from (None: there is no such sheet)."""

    sheet: int
    sheet_count: int
    document: Document | None
    page: int


def glance_at(*, file: RecordFile, sheet: int) -> Glance:
    """Find the document and page of a sheet, with one row for each document and none for each page."""
    before = 0
    found: tuple[Document, int] | None = None
    count = Page.objects.filter(version=OuterRef("current")).order_by().values("version").annotate(n=Count("pk")).values("n")
    standing = Document.objects.filter(file=file, cancelled_at__isnull=True).select_related("current").order_by(*binder.paper_order())
    rows: Any = standing.annotate(pages=Coalesce(Subquery(count), 0))
    for document in rows:
        pages = document.pages
        if found is None and before < sheet <= before + pages:
            found = (document, sheet - before)
        before += pages
    return Glance(sheet, before, *(found or (None, 0)))
