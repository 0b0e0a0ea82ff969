"""Searching a generation: rights and filters inside the query, exact counts, facets and cursors."""

import base64
import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, Self

import tantivy

from foundation.generations import SCHEMA
from foundation.query import SHORTEST_FUZZY, Query, Word, leaf_to_tantivy, to_tantivy

FACETS = {"branch": 20_000, "year": 500, "kind": 500}  # most values counted exactly; beyond, the smallest are left out
DEEPEST_PAGE = 100_000  # hits
FIRST = 1000.0  # score of a document of the last of the files that come first: no words of a question add up to that

Order = Literal["relevance", "newest"]


class BadCursor(ValueError):
    """A page cursor that this index did not give out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Narrow a search; None means all. ``branch`` is a code anywhere on the path and takes everything below it."""

    branch: str | None = None
    year: int | None = None
    kind: str | None = None
    media_type: str | None = None
    file: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found; the score is 0 when ordered by date."""

    document: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits.

    ``count`` is exact and so are ``facets`` (field → value → documents); both know only what the caller may see. ``forgiven`` are words
    without any hit that were searched with one typo forgiven; ``query`` is what was searched in the end (give it to the snippets). ``next``
    is the cursor of the next page.
    """

    count: int
    hits: list[Hit]
    facets: dict[str, dict[str, int]]
    next: str | None
    query: Query
    forgiven: tuple[str, ...] = ()


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page of hits begins: after a key (newest) or after so many hits (relevance)."""

    order: Order
    offset: int = 0
    key: int | None = None

    @classmethod
    def read(cls, cursor: str | None, order: Order) -> Self:
        if not cursor:
            return cls(order)
        try:
            kind, number = json.loads(base64.urlsafe_b64decode(cursor.encode()))
            number = int(number)
        except (ValueError, TypeError) as fault:
            raise BadCursor(cursor) from fault
        if kind != order[0] or not 0 <= number < 1 << 63:
            raise BadCursor(cursor)
        return cls(order, key=number) if order == "newest" else cls(order, offset=min(number, DEEPEST_PAGE))

    def next(self, limit: int, shown: int, last_key: int, count: int) -> str | None:
        """Write the cursor of the page that follows one with so many hits; None after the last page."""
        offset = self.offset + limit
        if shown < limit or (self.order == "relevance" and (offset >= count or offset > DEEPEST_PAGE)):
            return None
        return Page(self.order, offset=offset, key=last_key if self.order == "newest" else None).write()

    def write(self) -> str:
        number = self.key if self.order == "newest" else self.offset
        return base64.urlsafe_b64encode(json.dumps([self.order[0], number]).encode()).decode()


@dataclass(frozen=True, slots=True)
class Top:
    count: int
    hits: list[Hit]
    next: str | None


def find(
    searcher: tantivy.Searcher,
    query: Query,
    *,
    scopes: AbstractSet[int],
    excluded_files: AbstractSet[int],
    first_files: Sequence[int],
    filters: Filters,
    order: Order,
    limit: int,
    after: str | None,
    facets: bool,
) -> Found:
    """Search one generation; see ``foundation.index.Index.search``."""
    page = Page.read(after, order)
    if not scopes:
        return Found(0, [], {}, None, query)
    view = View(searcher, rights_of(scopes, excluded_files), filters, first_files)
    top = view.top(query, limit, page)
    forgiven: tuple[str, ...] = ()
    if top.count == 0 and (unknown := view.unknown_words(query)):
        query = query.forgiving(unknown)
        top = view.top(query, limit, page)
        forgiven = tuple(sorted(word.typed for word in unknown)) if top.count else ()
    counts = view.facets(query) if facets else {}
    return Found(top.count, top.hits, counts, top.next, query, forgiven)


def count_hits(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Count what a query finds, exactly."""
    # The stub of tantivy 0.27 lacks SearchResult.count.
    return int(searcher.search(query, limit=1, count=True).count)  # type: ignore[attr-defined,unused-ignore]


@dataclass(slots=True)
class View:
    """One search as one caller sees the index."""

    searcher: tantivy.Searcher
    rights: list[tuple[tantivy.Occur, tantivy.Query]]
    filters: Filters
    first_files: Sequence[int] = ()
    _narrowed: list[tuple[tantivy.Occur, tantivy.Query]] = field(init=False)

    def __post_init__(self) -> None:
        self._narrowed = [*self.rights, *_narrow(self.filters)]

    def top(self, query: Query, limit: int, page: Page) -> Top:
        """Count all hits and take one page of them, in the same pass where tantivy can."""
        whole = self._whole(query)
        if page.order == "relevance":
            result = self.searcher.search(whole, limit=limit, count=True, offset=page.offset)
        elif page.key is None:
            result = self.searcher.search(whole, limit=limit, count=True, order_by_field="newest")
        else:
            result = self.searcher.search(_before(whole, page.key), limit=limit, count=False, order_by_field="newest")
        count = count_hits(self.searcher, whole) if page.key is not None else int(result.count)  # type: ignore[attr-defined,unused-ignore]
        documents = self.searcher.fast_field_values("document", [address for _, address in result.hits])
        scores = [value if page.order == "relevance" else 0.0 for value, _ in result.hits]
        hits = [Hit(int(document or 0), float(score)) for document, score in zip(documents, scores, strict=True)]
        last = int(result.hits[-1][0]) if result.hits and page.order == "newest" else 0
        return Top(count, hits, page.next(limit, len(hits), last, count))

    def _whole(self, query: Query) -> tantivy.Query:
        wanted = to_tantivy(query, SCHEMA)
        if self.first_files:
            wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, each) for each in (wanted, *_of_files(self.first_files))])
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), *self._narrowed])

    def unknown_words(self, query: Query) -> frozenset[Word]:
        """Give the words of a query that no document within the caller's rights has."""
        words = {leaf for leaf in query.leaves() if isinstance(leaf, Word) and len(leaf.term) >= SHORTEST_FUZZY and leaf.term.isalpha()}
        return frozenset(word for word in words if not self._occurs(word))

    def _occurs(self, word: Word) -> bool:
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, leaf_to_tantivy(word, SCHEMA)), *self.rights])
        return bool(self.searcher.search(query, limit=1, count=False).hits)

    def facets(self, query: Query) -> dict[str, dict[str, int]]:
        """Count the hits by branch, year and kind."""
        wanted = {name: {"terms": {"field": name, "size": most, "segment_size": most}} for name, most in FACETS.items()}
        counted = self.searcher.aggregate(self._whole(query), wanted)
        return {name: {_label(bucket["key"]): int(bucket["doc_count"]) for bucket in counted[name]["buckets"]} for name in FACETS}


def _label(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))


@lru_cache(maxsize=64)
def _visible(scopes: frozenset[int]) -> tantivy.Query:
    """Make the query for what lies in these scopes; it does not count for relevance.

    Measured with 10,000 scopes and 300,000 documents, 5,000 of them the caller's: a set of terms 3 to 9 ms, terms joined by OR some 30 ms, a
    range for each 500 ms, one range 0.02 ms for a rare word. Making the set anew takes 1 to 2 ms, hence the cache.
    """
    lowest, highest = min(scopes), max(scopes)
    if highest - lowest + 1 == len(scopes):
        seen = tantivy.Query.range_query(SCHEMA, "scope", tantivy.FieldType.Unsigned, lower_bound=lowest, upper_bound=highest)
    else:
        seen = tantivy.Query.term_set_query(SCHEMA, "scope", sorted(scopes))
    return tantivy.Query.const_score_query(seen, 0.0)


def rights_of(scopes: AbstractSet[int], excluded_files: AbstractSet[int]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    visible = _visible(frozenset(scopes))
    clauses = [(tantivy.Occur.Must, visible)]
    if excluded_files:
        clauses.append((tantivy.Occur.MustNot, tantivy.Query.term_set_query(SCHEMA, "file", sorted(excluded_files))))
    return clauses


def _of_files(files: Sequence[int]) -> list[tantivy.Query]:
    """Make a query for the documents of each file, the first one's with the highest score."""
    terms = [tantivy.Query.term_query(SCHEMA, "file", file, index_option="basic") for file in files]
    return [tantivy.Query.const_score_query(term, FIRST * (len(files) - place)) for place, term in enumerate(terms)]


def _narrow(filters: Filters) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    wanted = {"branch": filters.branch, "year": filters.year, "kind": filters.kind, "media_type": filters.media_type, "file": filters.file}
    terms = [tantivy.Query.term_query(SCHEMA, name, value, index_option="basic") for name, value in wanted.items() if value is not None]
    return [(tantivy.Occur.Must, tantivy.Query.const_score_query(term, 0.0)) for term in terms]


def _before(query: tantivy.Query, key: int) -> tantivy.Query:
    older = tantivy.Query.range_query(SCHEMA, "newest", tantivy.FieldType.Unsigned, upper_bound=key, include_upper=False)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, older)])
