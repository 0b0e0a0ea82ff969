"""Folio numbers (Blattnummern): counted along the file, oldest first, given once and for ever.

The first foliation numbers every sheet from 1. Later ones number only what is new: behind the last sheet the count goes on, between two
numbered sheets the number of the preceding one gets a letter (17a … 17z, 17aa). A number that was given stays with its page: also when the
document is moved (it then lies out of order), cancelled or in another file (then a gap is shown); nobody else ever gets it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants import current
from tenants.models import MunicipalSettings, User

from . import journal
from .binder import counting_order
from .models import Document, Folio, Page, RecordFile
from .models.sheets import BACK

MOST_NAMED = 5  # documents that a refusal names
Leaf = tuple[int, int]  # a document's key and the number of one of its pages


class CannotFoliate(Exception):
    """The file gets no folio numbers now; the message says why."""


@dataclass(frozen=True)
class Number:
    """What is written on a sheet: "17", "17a", "17 RS"."""

    number: int
    suffix: str = ""
    back: bool = False

    @property
    def key(self) -> tuple[int, int, str, bool]:
        """Sorts as people read: 17, 17 RS, 17a, 17z, 17aa, 18."""
        return self.number, len(self.suffix), self.suffix, self.back

    @property
    def label(self) -> str:
        return f"{self.number}{self.suffix}{BACK if self.back else ''}"


@dataclass(frozen=True)
class Gap:
    """Numbers that stand on no sheet of the file now: `reason` is "cancelled", "elsewhere" or "fewer_pages".

    `document` is None where it lies in another file: whether the reader may know of that one is not asked here.
    """

    folio_numbers: str
    reason: str
    document: Document | None

    @property
    def sentence(self) -> str:
        if self.reason == "cancelled":
            return _("The document is cancelled.")
        if self.reason == "elsewhere":
            return _("The document does not lie in this file any more.")
        return _("The document's current version has fewer pages.")


@dataclass(frozen=True)
class Stretch:
    """Numbers of one document that lie together."""

    folio_numbers: str
    document: Document


@dataclass(frozen=True)
class Overview:
    """How far a file is foliated. `new` are documents with sheets that have no number yet, `without_sheets` those that have no sheets."""

    sheets: int
    numbered: int
    last: str | None
    gaps: list[Gap] = field(default_factory=list)
    out_of_order: list[Stretch] = field(default_factory=list)
    new: list[Document] = field(default_factory=list)
    unread: list[Document] = field(default_factory=list)
    without_sheets: list[Document] = field(default_factory=list)


def foliate(*, file: RecordFile, by: User, at: datetime) -> list[str]:
    """Give folio numbers to all sheets of a file that have none; returns the numbers that were given, in the order of counting.

    All or none. Allowed for a closed file, too: courts ask for files that are closed, and numbers change nothing of what they hold. With
    nothing new to number nothing is changed and nothing journaled. Raises CannotFoliate: a cancelled file, no sheets, or documents that
    have not been read yet, because nobody knows how many sheets they have.
    """
    with current.atomic():
        file = RecordFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if file.status == RecordFile.Status.CANCELLED:
            raise CannotFoliate(_("A cancelled file gets no folio numbers."))
        documents = _in_counting_order(file)
        _refuse_unread(documents)
        stream = list(_leaves(documents))
        if not stream:
            raise CannotFoliate(_("The file has no sheets to number."))
        numbering = MunicipalSettings.load().folio_numbering
        fresh = assign(stream, _given(file), per_sheet=numbering == MunicipalSettings.FolioNumbering.PER_SHEET)
        if not fresh:
            return []
        Folio.objects.bulk_create(
            [
                Folio(file=file, document_id=document, page=page, number=n.number, suffix=n.suffix, back=n.back, given_at=at)
                for (document, page), n in fresh.items()
            ],
            batch_size=1000,
        )
        told: dict[str, journal.Change] = {
            "foliated_at": (file.foliated_at, at),
            "folio_numbers": (None, spoken(fresh.values())),
            "folio_numbering": (None, numbering),
        }
        file.foliated_at = at
        file.save(update_fields=["foliated_at"])
        journal.enter(act="foliate", object=file, by=by, at=at, changes=told)
    return [number.label for number in fresh.values()]


def overview(*, file: RecordFile) -> Overview:
    """What is numbered, what is not, and which numbers are gaps or out of order. Three queries, whatever the size."""
    documents = _in_counting_order(file)
    stream = list(_leaves(documents))
    given = _given(file)
    standing = {document.pk: document for document in documents}
    lying = [leaf for leaf in stream if leaf in given]
    kept = in_order([given[leaf].key for leaf in lying])
    displaced = [leaf for place, leaf in enumerate(lying) if place not in kept]
    new = {document for document, _page in stream if (document, _page) not in given}
    return Overview(
        sheets=len(stream),
        numbered=len(lying),
        last=max(given.values(), key=lambda number: number.key).label if given else None,
        gaps=_gaps(file, given, set(stream), standing),
        out_of_order=[
            Stretch(spoken(given[leaf] for leaf in leaves), standing[document])
            for document, leaves in groupby(displaced, key=lambda leaf: leaf[0])
        ],
        new=[standing[document] for document in standing if document in new],
        unread=[document for document in documents if _unread(document)],
        without_sheets=[d for d in documents if not d.sheet_count and not _unread(d)],  # type: ignore[attr-defined] # set by _in_counting_order
    )


def assign(stream: Sequence[Leaf], given: Mapping[Leaf, Number], *, per_sheet: bool) -> dict[Leaf, Number]:
    """Numbers for the leaves of a stream (in counting order) that have none. `given` holds every number that the file ever gave.

    Sheets that were moved are passed over when the preceding sheet is looked for: what lies between 30 and 31 is 30a, also behind a 5.
    """
    taken = set(given.values())
    highest = max((number.number for number in taken), default=0)
    letters: dict[int, str] = {}  # the last suffix that was given with a number
    for number in taken:
        letters[number.number] = max(letters.get(number.number, ""), number.suffix, key=lambda suffix: (len(suffix), suffix))
    lying = [leaf for leaf in stream if leaf in given]
    kept = in_order([given[leaf].key for leaf in lying])
    anchors = {leaf for place, leaf in enumerate(lying) if place in kept}
    ahead, before = len(anchors), 0
    fresh: dict[Leaf, Number] = {}
    for leaf in stream:
        if leaf in given:
            if leaf in anchors:
                ahead, before = ahead - 1, given[leaf].number
            continue
        back = _back_of(leaf, given, fresh, taken) if per_sheet else None
        if back is not None:
            fresh[leaf] = back
        elif ahead:
            letters[before] = next_suffix(letters.get(before, ""))
            fresh[leaf] = Number(before, letters[before])
        else:
            highest += 1
            fresh[leaf] = Number(highest)
        taken.add(fresh[leaf])
    return fresh


def _back_of(leaf: Leaf, given: Mapping[Leaf, Number], fresh: Mapping[Leaf, Number], taken: set[Number]) -> Number | None:
    """The back of the sheet whose front is the page before: pages 1 and 2 of a document are front and back."""
    document, page = leaf
    front = given.get((document, page - 1)) or fresh.get((document, page - 1))
    if page % 2 or front is None or front.back:
        return None
    back = Number(front.number, front.suffix, True)
    return None if back in taken else back


def next_suffix(suffix: str) -> str:
    """The letters after these: "" → a, a → b, z → aa, az → ba."""
    place = len(suffix)
    while place and suffix[place - 1] == "z":
        place -= 1
    turned = "a" * (len(suffix) - place)
    return "a" + turned if not place else suffix[: place - 1] + chr(ord(suffix[place - 1]) + 1) + turned


def in_order(keys: Sequence[tuple[int, int, str, bool]]) -> set[int]:
    """Places of a longest ascending row of keys: what is left over was moved."""
    tails: list[tuple[int, int, str, bool]] = []
    ends: list[int] = []
    before: list[int | None] = []
    for place, key in enumerate(keys):
        length = bisect_left(tails, key)
        before.append(ends[length - 1] if length else None)
        tails[length : length + 1] = [key]
        ends[length : length + 1] = [place]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


def spoken(numbers: Iterable[Number]) -> str:
    """Numbers as people say them: "1–17 RS, 17a, 20"."""
    runs: list[list[Number]] = []
    for number in sorted(numbers, key=lambda number: number.key):
        if runs and _follows(runs[-1][-1], number):
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(run[0].label if len(run) == 1 else f"{run[0].label}–{run[-1].label}" for run in runs)


def _follows(one: Number, other: Number) -> bool:
    if (one.number, one.suffix) == (other.number, other.suffix):
        return True
    if one.number == other.number:
        return other.suffix == next_suffix(one.suffix)
    return other.number == one.number + 1 and not (one.suffix or other.suffix)


def _gaps(file: RecordFile, given: Mapping[Leaf, Number], stream: set[Leaf], standing: Mapping[int, Document]) -> list[Gap]:
    """Numbers that were given and stand on no sheet now, those of one document together."""
    ordered = sorted(given, key=lambda leaf: given[leaf].key)
    missing = {document for document, page in ordered if (document, page) not in stream} - standing.keys()
    gone = Document.objects.only("public_id", "title", "file").in_bulk(missing) if missing else {}
    gaps = []
    for (is_gap, key), leaves in groupby(ordered, key=lambda leaf: (leaf not in stream, leaf[0])):
        if not is_gap or (key in standing and _unread(standing[key])):
            continue  # a version that is being read: its pages are not known yet
        numbers = spoken(given[leaf] for leaf in leaves)
        if key in standing:
            gaps.append(Gap(numbers, "fewer_pages", standing[key]))
        elif gone[key].file_id == file.pk:
            gaps.append(Gap(numbers, "cancelled", gone[key]))
        else:
            gaps.append(Gap(numbers, "elsewhere", None))
    return gaps


def _in_counting_order(file: RecordFile) -> list[Document]:
    """Standing documents with `sheet_count`, the pages of their current version. Drafts are no documents of the record: they are not counted."""
    found = Document.objects.filter(file=file, cancelled_at__isnull=True, draft=False).select_related("current").order_by(*counting_order())
    documents: list[Document] = list(found.only("public_id", "title", "file", "current", "current__state"))
    pages = Page.objects.filter(version__any_of=[d.current_id for d in documents if d.current_id]).order_by().values("version_id")
    counts = dict(pages.annotate(n=Count("pk")).values_list("version_id", "n"))
    for document in documents:
        document.sheet_count = 0 if _unread(document) else counts.get(document.current_id or 0, 0)  # type: ignore[attr-defined]
    return documents


def _leaves(documents: Iterable[Document]) -> Iterator[Leaf]:
    for document in documents:
        for page in range(1, document.sheet_count + 1):  # type: ignore[attr-defined]
            yield document.pk, page


def _given(file: RecordFile) -> dict[Leaf, Number]:
    rows = Folio.objects.filter(file=file).values_list("document_id", "page", "number", "suffix", "back")
    return {(document, page): Number(number, suffix, back) for document, page, number, suffix, back in rows}


def _unread(document: Document) -> bool:
    return document.current is None or document.current.being_read


def _refuse_unread(documents: Sequence[Document]) -> None:
    unread = [document.title for document in documents if _unread(document)]
    if not unread:
        return
    named = ", ".join(f"„{title}“" for title in unread[:MOST_NAMED])
    if len(unread) > MOST_NAMED:
        named = _("%(titles)s and %(count)s more") % {"titles": named, "count": len(unread) - MOST_NAMED}
    message = ngettext(
        "This document has not been read yet, so its sheets cannot be counted: %(titles)s. Please try again in a moment.",
        "These documents have not been read yet, so their sheets cannot be counted: %(titles)s. Please try again in a moment.",
        len(unread),
    )
    raise CannotFoliate(message % {"titles": named})
