"""The file as a binder: its documents in paper order, and all their sheets as one stream.

Paper order: registers as they stand, documents directly in the file before them, and inside each the municipality's stapling
order (newest or oldest on top). The order of pages inside a document never reverses, nor does that of attachments: they follow
their document, the first one first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, RowNumber

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import moving
from .models import Document, Folio, Page, ReadingPlace, RecordFile, Register
from .models.access import LEVEL_READ, scopes_of
from .models.needs import highest_of
from .moving import BELOW, LEAD

MOST_PLACES = 8


@dataclass(frozen=True)
class Sheet:
    """One page in the stream. `sheet` runs from 1; `folio_number` is None until the file is foliated. Sizes in points."""

    sheet: int
    folio_number: str | None
    document: Document
    page: int
    register: Register | None
    width: float
    height: float


def documents_of(*, file: RecordFile) -> QuerySet[Document]:
    """Standing documents of a file in paper order, with `position` (1-based from the top of their register)."""
    found: QuerySet[Document] = (
        Document.objects.filter(file=file, cancelled_at__isnull=True).select_related("file", "register", "current").order_by(*paper_order())
    )
    return with_position(found)


def paper_order(*, newest_on_top: bool | None = None) -> list[OrderBy]:
    """Volumes follow the stapling order too (the municipality's, unless one is given); each has the registers of the file."""
    newest = moving.newest_on_top() if newest_on_top is None else newest_on_top
    places = [OrderBy(Coalesce("volume__number", 0), descending=newest), OrderBy(Coalesce("register__position", 0))]
    return [*places, OrderBy(LEAD, descending=newest), OrderBy(BELOW), OrderBy(F("id"))]


def counting_order() -> list[OrderBy]:
    """How folio numbers are counted: volume by volume, register by register, and in each the oldest first, whatever the stapling order."""
    volume = OrderBy(Coalesce("volume__number", 0))
    return [volume, OrderBy(Coalesce("register__position", 0)), OrderBy(LEAD), OrderBy(BELOW), OrderBy(F("id"))]


def rank_order() -> list[OrderBy]:
    """Which end of a register is on top: the municipality's stapling order (Heftung). An attachment stands at its document's place, below it."""
    return [OrderBy(LEAD, descending=moving.newest_on_top()), OrderBy(BELOW)]


def with_position(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Annotate `position`: place from the top among the standing documents of the same register."""
    return documents.annotate(position=Window(RowNumber(), partition_by=[F("file_id"), F("register_id")], order_by=rank_order()))


def sheets(*, file: RecordFile) -> list[Sheet]:
    """All sheets of a file as one stream. Four queries at most, whatever the size."""
    documents = list(documents_of(file=file))
    sizes: dict[int, list[tuple[int, float, float]]] = {}
    rows = Page.objects.filter(version__any_of=[d.current_id for d in documents if d.current_id]).order_by("version_id", "number")
    for version, number, width, height in rows.values_list("version_id", "number", "width", "height"):
        sizes.setdefault(version, []).append((number, width, height))
    folios = Folio.objects.filter(file=file).by_document() if file.foliated_at else {}
    stream: list[Sheet] = []
    for document in documents:
        labels = folios.get(document.pk, [])
        for number, width, height in sizes.get(document.current_id or 0, ()):
            label = labels[number - 1] if number <= len(labels) else None
            stream.append(Sheet(len(stream) + 1, label, document, number, document.register, width, height))
    return stream


def remember_place(*, file: RecordFile, clerk: User, sheet: int, at: datetime) -> None:
    """Note where a clerk stopped leafing ("Weiter wie gestern"). Her own note: it is not journaled and nobody else sees it.

    `sheet` 0: she opened the file and found nothing to leaf through. That counts as opened; a place of before stays.
    """
    place = {"sheet": sheet} if sheet > 0 else {}
    ReadingPlace.objects.update_or_create(
        user=clerk, file=file, defaults={"at": at, **place}, create_defaults={"at": at, "sheet": max(1, sheet)}
    )


def last_sheet(*, file: RecordFile, clerk: User) -> int:
    """The sheet of a file at which a clerk stopped leafing; 1 if she has never leafed through it."""
    found = current.rows_of(PLACE, file=file.pk, user=clerk.pk)
    return found[0][0] if found else 1


def _place() -> QuerySet[ReadingPlace, tuple[int]]:
    return ReadingPlace.objects.filter(user=Blank("user"), file=Blank("file")).values_list("sheet")


PLACE = Statement(_place, using=current.alias)


def last_places(*, clerk: User) -> list[ReadingPlace]:
    """Files a clerk leafed through last, newest first, as far as she still may."""
    return current.objects_of(PLACES, scopes=scopes_of(clerk).at_least(LEVEL_READ), user=clerk.pk)


def _last_places() -> QuerySet[ReadingPlace]:
    """Along her places, the newest first: they are few, and what she may see of a city is much."""
    hers = ReadingPlace.objects.filter(user=Blank("user"), file__scope__picked_of=Blank("scopes"))
    return hers.exclude(file__status=RecordFile.Status.CANCELLED).select_related("file").order_by("-at")[:MOST_PLACES]


PLACES = Statement(_last_places, using=current.alias)


def counted(registers: QuerySet[Register]) -> QuerySet[Register]:
    """Annotate `document_count`, standing documents in each register, and `highest_need`, the highest protection need of these."""
    standing = Q(documents__cancelled_at__isnull=True)
    need = highest_of("documents__protection_need", among=standing)
    return registers.annotate(document_count=Count("documents", filter=standing), highest_need=need)
