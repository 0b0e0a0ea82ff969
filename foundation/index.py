"""A full-text index over documents with rights, on tantivy.

A folder holds one *generation* of the index and a pointer to it, so that a new one can be built beside while searching goes on. The
follower's cursor lies inside the index as a document of its own: it is committed together with what it stands for; the two never disagree.
"""

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import tantivy

from foundation.entries import Entry, Fields, fields_of
from foundation.generations import (
    SCHEMA,
    Generation,
    NeedsRebuild,
    Superseded,
    WriterBusy,
    current_format,
    discard,
    forget_others,
    new_generation,
    swap,
    swap_lock,
)
from foundation.german import analyzer
from foundation.query import Query
from foundation.searching import NO_FILTERS, BadCursor, Filters, Found, Hit, Order, count_hits, find

__all__ = [
    "BadCursor",
    "Entry",
    "Filters",
    "Found",
    "Hit",
    "Index",
    "NeedsRebuild",
    "Order",
    "Superseded",
    "Writer",
    "WriterBusy",
    "rebuilding",
]

WRITER_MEMORY = 64_000_000  # bytes
REBUILD_MEMORY = 256_000_000
BATCH = 50_000  # rows read at once
REPLACED_AT_ONCE = 200  # documents


class Writer:
    """The one writer of an index. Changes are seen by nobody until ``commit``; leaving the context without it drops them."""

    def __init__(self, generation: Generation, *, pointer: Path | None, memory: int, threads: int) -> None:
        self._generation, self._pointer = generation, pointer
        try:
            self._writer: tantivy.IndexWriter | None = generation.tantivy.writer(memory, threads)
        except ValueError as refusal:
            if "Lock" in str(refusal):
                raise WriterBusy(str(generation.folder)) from refusal
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def replace(self, entries: Iterable[Entry]) -> int:
        """Put documents in, each in place of what the index had of it; the last one counts. Returns how many were given."""
        count, remaining = 0, iter(entries)
        while batch := list(islice(remaining, REPLACED_AT_ONCE)):
            latest = {entry.document: entry for entry in batch}
            self.remove(latest)
            self.add(latest.values())
            count += len(batch)
        return count

    def add(self, entries: Iterable[Entry]) -> int:
        """Put documents in that the index does not have yet: for a rebuild, where nothing needs to be replaced."""
        return self.add_analysed(map(fields_of, entries))

    def add_analysed(self, analysed: Iterable[Fields]) -> int:
        """Do the same with what is analysed already (foundation.entries)."""
        count = 0
        for fields in analysed:
            self._open.add_document(tantivy.Document.from_dict(fields, SCHEMA))
            count += 1
        return count

    def remove(self, documents: Iterable[int]) -> None:
        """Take documents out; unknown ones do not matter."""
        # tantivy 0.27's delete_documents_by_term silently deletes nothing for an unsigned field.
        self._open.delete_documents_by_query(tantivy.Query.term_set_query(SCHEMA, "document", list(documents)))

    def commit(self, cursor: str) -> None:
        """Make the changes visible and durable together with the follower's cursor.

        Raises Superseded if a rebuilt generation took this one's place meanwhile.
        """
        if self._pointer is not None and self._pointer.read_text().strip() != self._generation.folder.name:
            raise Superseded(str(self._generation.folder))
        self._open.delete_documents_by_term("marker", "cursor")
        self._open.add_document(tantivy.Document.from_dict({"marker": "cursor", "payload": cursor}, SCHEMA))
        self._open.commit()

    def close(self) -> None:
        """Drop what is not committed and let another writer in."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(ValueError, OSError):  # the folder is gone if the generation was superseded; nothing uncommitted was promised
                writer.wait_merging_threads()

    @property
    def _open(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise ValueError("The writer is closed.")
        return self._writer


class Index:
    """The index of one municipality. Safe to share between threads; every process that searches opens its own."""

    def __init__(self, folder: Path, *, accept_outdated: bool = False) -> None:
        self._folder, self._pointer = folder, folder / "current"
        self._accept_outdated = accept_outdated
        self._lock = threading.Lock()
        self._german = analyzer()
        self._generation = self._open_current()

    @classmethod
    def open(cls, folder: Path, *, accept_outdated: bool = False) -> Self:
        """Open the index in a folder, creating an empty one if there is none.

        ``accept_outdated`` opens one built by another analyzer too: better to search with yesterday's words while the rebuild runs than not
        at all. Raises NeedsRebuild otherwise, and always for another schema.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "current").exists():
            with swap_lock(folder, wait=True):
                if not (folder / "current").exists():
                    swap(folder, new_generation(folder).folder)
        return cls(folder, accept_outdated=accept_outdated)

    def writer(self, *, memory: int = WRITER_MEMORY) -> Writer:
        """Open the one writer (memory in bytes, at least 15 MB). Raises WriterBusy if another process has it."""
        with self._lock:
            generation = self._current()
        return Writer(generation, pointer=self._pointer, memory=memory, threads=1)

    def cursor(self) -> str | None:
        """Give the follower's cursor of the last commit; None for an index nobody has written to."""
        searcher = self._searcher()
        marked = searcher.search(tantivy.Query.term_query(SCHEMA, "marker", "cursor", index_option="basic"), limit=1).hits
        return str(searcher.doc(marked[0][1]).get_first("payload")) if marked else None

    def __len__(self) -> int:
        searcher = self._searcher()
        return count_hits(searcher, tantivy.Query.range_query(SCHEMA, "document", tantivy.FieldType.Unsigned, lower_bound=0))

    def rows(self) -> Iterator[tuple[int, int, int]]:
        """Yield (document, file, scope) of everything in the index, by document: what ``check_index`` compares with the database."""
        searcher, last = self._searcher(), -1
        while True:
            query = tantivy.Query.range_query(SCHEMA, "document", tantivy.FieldType.Unsigned, lower_bound=last + 1)
            hits = searcher.search(query, limit=BATCH, count=False, order_by_field="document", order=tantivy.Order.Asc).hits
            if not hits:
                return
            addresses = [address for _, address in hits]
            columns = [searcher.fast_field_values(name, addresses) for name in ("document", "file", "scope")]
            yield from zip(*columns, strict=True)
            last = hits[-1][0]

    def search(
        self,
        query: Query,
        *,
        scopes: AbstractSet[int],
        excluded_files: AbstractSet[int] = frozenset(),
        first_files: Sequence[int] = (),
        filters: Filters = NO_FILTERS,
        order: Order = "relevance",
        limit: int = 20,
        after: str | None = None,
        facets: bool = False,
    ) -> Found:
        """Find documents within the caller's scopes.

        Rights are part of the query, never a filter afterwards, so that counts and facets cannot tell of what the caller may not see.
        ``excluded_files`` are files whose scope changed since they were indexed. Documents of ``first_files`` are hits whatever is in them, and
        the most relevant ones, in this order; rights, exclusions and filters hold for them, too. Raises BadCursor for a cursor of another order
        or origin.
        """
        return find(
            self._searcher(),
            query,
            scopes=scopes,
            excluded_files=excluded_files,
            first_files=first_files,
            filters=filters,
            order=order,
            limit=limit,
            after=after,
            facets=facets,
        )

    def _searcher(self) -> tantivy.Searcher:
        with self._lock:
            try:
                return self._current().searcher()
            except (OSError, ValueError):  # swapped away between the look at the pointer and the reload
                self._generation = self._open_current()
                return self._generation.searcher()

    def _current(self) -> Generation:
        if self._pointer.read_text().strip() != self._generation.folder.name:
            self._generation = self._open_current()
        return self._generation

    def _open_current(self) -> Generation:
        folder = self._folder / self._pointer.read_text().strip()
        built, wanted = json.loads((folder / "format.json").read_text()), current_format()
        if built.get("schema") != wanted["schema"] or (built != wanted and not self._accept_outdated):
            raise NeedsRebuild(str(self._folder))
        return Generation(folder)


@contextmanager
def rebuilding(folder: Path, *, memory: int = REBUILD_MEMORY) -> Iterator[Writer]:
    """Build a new generation beside the one that is searched, and swap it in when the block ends without an exception.

    Fill it with ``add`` and end with ``commit(cursor)``, the cursor being the log's position *before* the first document was read: what
    changed since is then followed as usual. Raises WriterBusy if another rebuild runs. A follower's writer finds out by Superseded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with swap_lock(folder):
        fresh = new_generation(folder)
        try:
            with Writer(fresh, pointer=None, memory=memory, threads=2) as writer:
                yield writer
            swap(folder, fresh.folder)
        except BaseException:
            discard(fresh.folder)
            raise
        forget_others(folder, fresh.folder)
