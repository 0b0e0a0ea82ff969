"""Finding documents and files: full text with rights inside the query."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from foundation.german import analyzer
from foundation.index import BadCursor, Filters, Index, NeedsRebuild, Order
from foundation.query import Query, QueryError, parse
from foundation.snippets import find_all_hits, marks
from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import binder, index_values
from .models import Document, FilePlanUnit, FormerReference, Page, RecordFile
from .models.access import scopes_of
from .models.documents import DocumentQuerySet

PAGES_AT_FIRST = 40
PAGES_LATER = 400
MOST_MARKED = 2_000  # documents of one file whose hits are marked in the binder
MOST_NAMED = 20  # files that one reference typed in part may mean
NO_MERE_NUMBER = re.compile(r"\d\W\S")  # who types "30" wants the number, not whatever lies in the first files of unit 30
BELOW_A_FILE = re.compile(r"(?P<file>.*?\d.*?)(?:\.(?P<case>\d{1,9}))?(?:-(?P<document>\d{1,9}))?")
NOT_FOLLOWED_SQL = "SELECT file_id FROM records_indexchange WHERE id > %s AND kind = 'scope' AND file_id IS NOT NULL"

_open: dict[str, Index] = {}
_lock = threading.Lock()


class CannotSearch(Exception):
    """The question cannot be answered; the message says what to change."""


class NoSuchHits(CannotSearch):
    """The cursor of a page of hits is none that this search gave out."""


class FoundFile(NamedTuple):
    """What a hit shows of its file."""

    pk: int
    public_id: UUID
    file_reference: str
    title: str


class FoundDocument(NamedTuple):
    """What a hit shows of its document, and what its snippet is made from: the texts of the first pages in order."""

    file: FoundFile
    pk: int
    public_id: UUID
    title: str
    version: int | None
    family: str | None
    page_count: int | None
    draft: bool
    texts: list[str]


@dataclass(frozen=True)
class SearchHit:
    """A document with the page of its best hit (1 where only the title matches) and an escaped snippet with <mark>."""

    document: FoundDocument
    page: int
    snippet: str
    score: float

    @property
    def file(self) -> FoundFile:
        return self.document.file


@dataclass(frozen=True)
class SearchPage:
    """One page of hits. `count` is exact; `facets` are branch (classification code), year and kind with their counts.

    `files` have the reference, the address, the parcel or another index value that was typed: a file without documents is found here. The
    documents of those with that reference or place come first.
    """

    count: int
    hits: Sequence[SearchHit]
    facets: dict[str, dict[str, int]]
    next_cursor: str | None
    forgiven: tuple[str, ...] = ()
    files: Sequence[RecordFile] = ()
    count_is_exact: bool = True


class MarkedSheets(NamedTuple):
    """Sheets of a file with hits, as (number, words to be marked). `cut_at`: more documents than these have hits; None if all were looked through."""

    sheets: list[tuple[int, int]]
    cut_at: int | None


def search(
    *,
    clerk: User,
    text: str,
    order: Order = "relevance",
    unit: FilePlanUnit | None = None,
    year: int | None = None,
    kind: str | None = None,
    media_type: str | None = None,
    file: RecordFile | None = None,
    page_size: int = 20,
    cursor: str | None = None,
    facets: bool = False,
) -> SearchPage:
    """Search what the clerk may see. Raises CannotSearch for a question that means nothing, NoSuchHits for a foreign cursor.

    The documents of files whose reference was typed are hits, too, and come first. Files whose access changed since they were indexed
    are excluded in the query itself, so that counts and facets tell nothing; the hits shown are looked up through visible_to() once more.
    """
    query = parse_question(text)
    index = _index()
    branch = unit.classification_code if unit else None
    filters = Filters(branch=branch, year=year, kind=kind, media_type=media_type, file=file.pk if file else None)
    named = [] if file else files_by_reference(clerk=clerk, text=text)
    indexed = [] if file else index_values.files_with(clerk=clerk, text=text, most=MOST_NAMED)
    first = [each.pk for each in named] if NO_MERE_NUMBER.search(text) else []
    if index_values.is_place(text):
        first += [each.pk for each in indexed if each.pk not in first]
    try:
        found = index.search(
            query,
            scopes=set(scopes_of(clerk).at_least(1)),
            excluded_files=_not_followed(index),
            first_files=first,
            filters=filters,
            order=order,
            limit=page_size,
            after=cursor,
            facets=facets,
        )
    except BadCursor as error:
        raise NoSuchHits(_("This page of hits does not exist. Please start the search again.")) from error
    visible = _visible(clerk, [hit.document for hit in found.hits])
    shown = [(visible[hit.document], hit.score) for hit in found.hits if hit.document in visible]
    snippets = _snippets([document for document, _score in shown], found.query, beginning_of=first)
    hits = [SearchHit(document, page, snippet, score) for (document, score), (page, snippet) in zip(shown, snippets, strict=True)]
    files = list(dict.fromkeys([*named, *indexed]))[:MOST_NAMED]
    return SearchPage(found.count, hits, found.facets, found.next, found.forgiven, files)


def sheets_with_hits(*, clerk: User, file: RecordFile, text: str) -> MarkedSheets:
    """Numbers of the sheets of one file that show what was searched for, each with the number of words to be marked on it.

    All documents of the file are looked through, of a monstrous one the newest that have hits (MOST_MARKED). None for a question that means nothing.
    """
    try:
        query, index = parse_question(text), _index()
    except CannotSearch:
        return MarkedSheets([], None)
    found = index.search(
        query,
        scopes=set(scopes_of(clerk).at_least(1)),
        excluded_files=_not_followed(index),
        filters=Filters(file=file.pk),
        order="newest",
        limit=MOST_MARKED,
    )
    documents = Document.objects.visible_to(clerk).standing().filter(file=file, pk__any_of=[hit.document for hit in found.hits])
    versions = [version for version in documents.values_list("current_id", flat=True) if version]
    counts: dict[tuple[int, int], int] = {}
    for version, number, sheet in Page.objects.filter(version__any_of=versions).values_list("version_id", "number", "text"):
        counts[version, number] = sum(len(sheet[a:b].split()) for a, b in marks(sheet, query)) if sheet else 0
    stream = binder.sheets(file=file) if any(counts.values()) else []
    sheets = [(sheet.sheet, n) for sheet in stream if (n := counts.get((sheet.document.current_id or 0, sheet.page)))]
    return MarkedSheets(sheets, len(found.hits) if found.count > len(found.hits) else None)


def parse_question(text: str) -> Query:
    """Read what was typed. Raises CannotSearch with a sentence."""
    try:
        return parse(text.replace("\x00", " "), analyzer())
    except QueryError as error:
        raise CannotSearch(str(error)) from error


def files_by_reference(*, clerk: User, text: str) -> list[RecordFile]:
    """Files whose reference (or a former one) is or begins with what was typed, at most 20: the very one first, then in natural order.

    A case or document reference leads to its file, too, and so does one made of a former file reference.
    """
    text = text.strip()
    if not re.search(r"\d", text) or len(text) > 160 or "\x00" in text:
        return []
    visible = RecordFile.objects.visible_to(clerk).standing()
    # Two questions: joined by OR they could not be answered from the indexes of references.
    found = [(file.file_reference, file) for file in visible.filter(file_reference__istartswith=text).in_order()[:MOST_NAMED]]
    former = FormerReference.objects.filter(file__in=visible, file_reference__istartswith=text).select_related("file")
    found += [(each.file_reference, each.file) for each in former.order_by("file__reference_key", "pk")[:MOST_NAMED]]
    found.sort(key=lambda named: (named[0].casefold() != text.casefold(), named[1].reference_key))
    return list(dict.fromkeys(file for _reference, file in found))[:MOST_NAMED] or _files_holding(visible, text)


def _files_holding(visible: Any, text: str) -> list[RecordFile]:
    """The file of a case reference (1234-1.1) or a document reference (1234-1-1, 1234-1.1-1); a case or document with that number must be there."""
    shape = BELOW_A_FILE.fullmatch(text)
    if not shape:
        return []
    here = visible.filter(Q(file_reference=shape["file"]) | Q(former_references__file_reference=shape["file"]))
    below: dict[str, int] = {}
    if shape["case"]:
        below["cases__number"] = int(shape["case"])
    if shape["document"]:
        below["cases__documents__number" if shape["case"] else "documents__number"] = int(shape["document"])
    loose = {"documents__case": None} if shape["document"] and not shape["case"] else {}
    return list(here.filter(**below, **loose).distinct().in_order()[:MOST_NAMED])


def _index() -> Index:
    slug = current.municipality().slug
    with _lock:
        if slug not in _open:
            try:
                _open[slug] = Index.open(current.municipality().index, accept_outdated=True)
            except NeedsRebuild as error:
                raise CannotSearch(_("The search index is being built anew. Please try again in a few minutes.")) from error
        return _open[slug]


def _not_followed(index: Index) -> set[int]:
    """Files whose scope changed beyond what this machine's index has followed."""
    return {file for (file,) in current.ask(NOT_FOLLOWED_SQL, [int(index.cursor() or 0)])}


def _shown() -> QuerySet[Document, Any]:
    """Documents among those found that the clerk may know of, with what their hits show."""
    beginning = Page.objects.filter(version=OuterRef("current"), number__lte=PAGES_AT_FIRST).order_by("number").values("text")
    found: DocumentQuerySet = Document.objects.in_scopes(Blank("scopes")).standing().filter(pk__any_of=Blank("documents"))
    own = ("pk", "public_id", "title", "current_id", "current__family", "current__page_count", "draft", ArraySubquery(beginning))
    return found.values_list(*own, "file_id", "file__public_id", "file__file_reference", "file__title")


SHOWN = Statement(_shown, using=current.alias)


def _visible(clerk: User, documents: list[int]) -> dict[int, FoundDocument]:
    if not documents:
        return {}
    rows = current.rows_of(SHOWN, scopes=scopes_of(clerk).at_least(1), documents=documents)
    return {row[0]: FoundDocument(FoundFile(*row[8:]), *row[:8]) for row in rows}


def _snippets(documents: Sequence[FoundDocument], query: Query, *, beginning_of: Sequence[int]) -> list[tuple[int, str]]:
    """Find each document's best page.

    Long documents are looked through further only where the beginning has no hit; not so in the files `beginning_of`: their documents were
    found by a reference, which need not be in them.
    """
    found = find_all_hits([d.texts or [d.title] for d in documents], query)
    for place, document in enumerate(documents):
        last = document.page_count or 0
        if "<mark>" in found[place][1] or document.version is None or last <= PAGES_AT_FIRST or document.file.pk in beginning_of:
            continue
        for start in range(PAGES_AT_FIRST + 1, last + 1, PAGES_LATER):
            texts = _texts(document.version, start, start + PAGES_LATER - 1)
            page, snippet = find_all_hits([texts], query)[0] if texts else (1, "")
            if "<mark>" in snippet:
                found[place] = (page + start - 1, snippet)
                break
    return found


def _texts(version: int, first: int, last: int) -> list[str]:
    pages = Page.objects.filter(version=version, number__range=(first, last))
    return list(pages.order_by("number").values_list("text", flat=True))
