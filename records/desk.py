"""What lies on a clerk's desk, and what the preview beside it shows of a file or a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Func, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import Membership, User

from . import binder, favourites, moving, reminding
from .models import Document, DocumentVersion, FilePlanUnit, Page, RecordFile, Reminder
from .models.access import LEVEL_READ, scopes_of
from .models.documents import DocumentQuerySet, shown

AHEAD = timedelta(days=7)
FEW = 8


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
    known: dict[str, Any] = {"scopes": scopes_of(clerk).at_least(LEVEL_READ)}
    hers = known | {"clerk": clerk.pk}
    checked_out, unread = (_keys(which, **hers) for which in (CHECKED_OUT, UNREAD))
    newest = _keys(NEWEST, **known)
    papers = {document.pk: document for document in shown({*checked_out, *unread, *newest})}
    return Desk(
        reminders=reminding.due_first(clerk=clerk, on=on, until=on + AHEAD),
        places=binder.last_places(clerk=clerk),
        favourites=favourites.favourite_files(clerk=clerk),
        favourite_units=favourites.favourite_units(clerk=clerk),
        my_files=_open_files(**hers),
        checked_out=[papers[pk] for pk in checked_out if pk in papers],
        unread=[papers[pk] for pk in unread if pk in papers],
        newest=[papers[pk] for pk in newest if pk in papers],
    )


def _keys(statement: Statement, **values: Any) -> list[int]:
    return [pk for (pk,) in current.rows_of(statement, **values)]


def _papers(among: DocumentQuerySet) -> QuerySet[Document, tuple[int]]:
    found = among.standing().order_by("-created_at", "-pk")
    return found.values_list("pk")[:FEW]


def _picked_papers(**which: Any) -> QuerySet[Document, tuple[int]]:
    """Few of the town's: what she may see of it all is only held against them."""
    return _papers(Document.objects.filter(**which).picked_by_scopes(Blank("scopes")))


def _asked(make: Callable[[], QuerySet[Any, Any]]) -> Statement:
    return Statement(make, using=current.alias, anew=True)


NOT_READ = (DocumentVersion.State.RECEIVED, DocumentVersion.State.READING, DocumentVersion.State.FAILED)
CHECKED_OUT = _asked(lambda: _picked_papers(checked_out_by=Blank("clerk")))
UNREAD = _asked(lambda: _picked_papers(current__created_by=Blank("clerk"), current__state__in=NOT_READ))
NEWEST = _asked(lambda: _papers(Document.objects.in_scopes(Blank("scopes"))))


def _open_files(**values: Any) -> list[RecordFile]:
    """What she opened herself, and what the offices that she leads are in charge of; changed last, first.

    Two queries, each along an index in this order: asked for as one, all the files of an office would be sorted for eight of them.
    """
    found = {file.pk: file for which in (OPENED, LED) for file in current.objects_of(which, **values)}
    return sorted(found.values(), key=lambda file: (file.changed_at, file.pk), reverse=True)[:FEW]


def _open(**which: Any) -> QuerySet[RecordFile, Any]:
    found = RecordFile.objects.filter(status__in=[RecordFile.Status.OPEN, RecordFile.Status.DRAFT], **which)
    return found.picked_by_scopes(Blank("scopes")).order_by("-changed_at", "-pk")[:FEW]


def _led() -> QuerySet[RecordFile]:
    """The first few of each office: of several offices at once all the files would be sorted."""
    each = ArraySubquery(_open(lead_office=OuterRef("office")).values("pk"))
    keys = Membership.objects.filter(user=Blank("clerk"), is_lead=True).values(key=Func(each, function="unnest"))
    found: QuerySet[RecordFile] = RecordFile.objects.filter(pk__in=keys).order_by("-changed_at", "-pk")[:FEW]
    return found


OPENED, LED = _asked(lambda: _open(created_by=Blank("clerk"))), _asked(_led)


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
    found: tuple[int, int] | None = None
    for document, pages in current.rows_of(THICKNESS[moving.newest_on_top()], file=file.pk):
        if found is None and before < sheet <= before + pages:
            found = (document, sheet - before)
        before += pages
    document = shown([found[0]])[0] if found else None
    return Glance(sheet, before, document, found[1] if found else 0)


def _thickness(newest_on_top: bool) -> QuerySet[Document, tuple[int, int]]:
    """Documents of a file in paper order, and how many pages each has."""
    count = Page.objects.filter(version=OuterRef("current")).order_by().values("version").annotate(n=Count("pk")).values("n")
    standing = Document.objects.filter(file=Blank("file"), cancelled_at__isnull=True)
    return standing.order_by(*binder.paper_order(newest_on_top=newest_on_top)).values_list("pk", Coalesce(Subquery(count), 0))


THICKNESS = {newest: Statement(partial(_thickness, newest), using=current.alias) for newest in (True, False)}
