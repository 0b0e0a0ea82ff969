"""Keeping a machine's full-text index in step with the database: following the log, rebuilding, checking."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Max

from foundation.entries import Entry, fields_of_batches
from foundation.index import Index, NeedsRebuild, Superseded, Writer, rebuilding
from tenants import current

from .models import Document, FilePlanUnit, IndexChange, Page

logger = logging.getLogger(__name__)
CHANGES_AT_ONCE = 2000
DOCUMENTS_AT_ONCE = 400
DOCUMENTS_AT_ONCE_ANEW = 100  # several of these batches are in memory


def open_index() -> Index:
    """The index of the municipality in force on this machine; built anew where it is outdated."""
    try:
        return Index.open(current.municipality().index)
    except NeedsRebuild:
        logger.warning("The index is outdated and is built anew.")
        rebuild(processes=cores())
        return Index.open(current.municipality().index)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def latest_change() -> int:
    return IndexChange.objects.aggregate(last=Max("id"))["last"] or 0


def follow(*, index: Index, writer: Writer) -> int:
    """Take in what the log has beyond the index's cursor; returns how many changes. Commits after each batch."""
    done = 0
    cursor = int(index.cursor() or 0)
    while changes := list(IndexChange.objects.filter(id__gt=cursor).order_by("id")[:CHANGES_AT_ONCE]):
        cursor = changes[-1].pk
        wanted = {c.document_id for c in changes if c.kind == IndexChange.Kind.CONTENT and c.document_id}
        files = {c.file_id for c in changes if c.kind != IndexChange.Kind.CONTENT}
        wanted |= set(Document.objects.filter(file_id__in=files).values_list("pk", flat=True))
        for part in _parts(sorted(wanted), DOCUMENTS_AT_ONCE):
            entries = list(_entries(part))
            writer.remove(set(part) - {entry.document for entry in entries})
            writer.replace(entries)
        writer.commit(str(cursor))
        done += len(changes)
    return done


def rebuild(*, progress: Callable[[int], None] = lambda count: None, processes: int = 1) -> int:
    """Build the index anew beside the one that is searched, and swap it in; returns how many documents it holds.

    `processes`: how many analyse texts beside this one; 1 is none beside it.
    """
    cursor, count = latest_change(), 0
    ids = Document.objects.standing().order_by("pk").values_list("pk", flat=True)
    parts = _parts(ids.iterator(chunk_size=5000), DOCUMENTS_AT_ONCE_ANEW)
    with rebuilding(current.municipality().index) as writer:
        for found in fields_of_batches((list(_entries(part)) for part in parts), processes=processes):
            count += writer.add_analysed(found)
            progress(len(found))
        writer.commit(str(cursor))
    return count


@dataclass(frozen=True)
class Difference:
    """What check() found: documents missing in the index, left over in it, or in the wrong scope or file."""

    missing: frozenset[int]
    left_over: frozenset[int]
    misplaced: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.missing or self.left_over or self.misplaced)


def check(*, index: Index) -> Difference:
    """Compare the index with the database, as far as the log has been followed."""
    indexed = {document: (file, scope) for document, file, scope in index.rows()}
    rows = Document.objects.standing().filter(current__isnull=False).values_list("pk", "file_id", "file__scope_id")
    standing = {document: (file, scope) for document, file, scope in rows.iterator(chunk_size=10_000)}
    return Difference(
        missing=frozenset(standing.keys() - indexed.keys()),
        left_over=frozenset(indexed.keys() - standing.keys()),
        misplaced=frozenset(pk for pk in standing.keys() & indexed.keys() if standing[pk] != indexed[pk]),
    )


def mend(*, index: Index, difference: Difference) -> None:
    """Put right what check() found."""
    with index.writer() as writer:
        cursor = index.cursor() or "0"
        writer.remove(difference.left_over)
        for part in _parts(sorted(difference.missing | difference.misplaced), DOCUMENTS_AT_ONCE):
            writer.replace(_entries(part))
        writer.commit(cursor)


def _entries(ids: Sequence[int]) -> Iterator[Entry]:
    """Read the standing ones among some documents with their texts: three queries."""
    documents = list(Document.objects.standing().filter(pk__in=ids, current__isnull=False).select_related("file__unit", "current"))
    texts: dict[int, list[str]] = {}
    rows = (
        Page.objects.filter(version__in=[d.current_id for d in documents])
        .order_by("version_id", "number")
        .values_list("version_id", "text")
    )
    for version_id, text in rows:
        texts.setdefault(version_id, []).append(text)
    unit_ids = {int(part) for d in documents for part in d.file.unit.path.strip("/").split("/")}
    codes = dict(FilePlanUnit.objects.filter(pk__in=unit_ids).values_list("pk", "classification_code"))
    for document in documents:
        version = document.current
        assert version is not None
        yield Entry(
            document=document.pk,
            file=document.file_id,
            scope=document.file.scope_id,
            branch=tuple(codes[int(part)] for part in document.file.unit.path.strip("/").split("/")),
            year=document.day.year,
            kind=version.family,
            media_type=version.media_type,
            date=document.day,
            title=document.title,
            reference=document.file.file_reference,
            pages=texts.get(version.pk, [document.title]),
        )


def _parts(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    steps = iter(ids)
    while part := list(islice(steps, size)):
        yield part


__all__ = ["Difference", "Superseded", "check", "follow", "latest_change", "mend", "open_index", "rebuild"]
