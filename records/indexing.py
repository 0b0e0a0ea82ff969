"""Noting for the full-text indexes what changed, in the transaction that changes it: nothing is forgotten.

Rows are written under the journal's lock, so that their numbers follow the order of commits. Acts note last, just before they
write the journal.
"""

from __future__ import annotations

from collections.abc import Iterable

from tenants import current, wakeup

from . import journal
from .models import Document, IndexChange, RecordFile

FILES_OF_UNITS = """
INSERT INTO records_indexchange (kind, file_id, at)
SELECT %(kind)s, id, now() FROM records_recordfile WHERE unit_id = ANY(%(units)s) ORDER BY id
"""


def note_document(document: Document) -> None:
    """One document's text, title, place or state changed."""
    note_documents([document])


def note_documents(documents: Iterable[Document]) -> None:
    _note([IndexChange(kind=IndexChange.Kind.CONTENT, document_id=document.pk, file_id=document.file_id) for document in documents])


def note_file(file: RecordFile) -> None:
    """Reference, title or status of a file changed: all of its documents are written anew."""
    _note([IndexChange(kind=IndexChange.Kind.FILE, file_id=file.pk)])


def note_scope(file: RecordFile) -> None:
    """Who may know of a file changed: its documents are left out of every search until the index has followed."""
    _note([IndexChange(kind=IndexChange.Kind.SCOPE, file_id=file.pk)])


def note_units(unit_ids: Iterable[int]) -> None:
    """Units got other codes or another place: every document of their files is written anew. Who may see them follows at once by itself."""
    with current.atomic(savepoint=False):
        journal.take_turns()
        with current.connection().cursor() as cursor:
            cursor.execute(FILES_OF_UNITS, {"kind": IndexChange.Kind.FILE, "units": list(unit_ids)})
        current.on_commit(wakeup.wake_indexer)


def _note(changes: list[IndexChange]) -> None:
    with current.atomic(savepoint=False):
        journal.take_turns()
        IndexChange.objects.bulk_create(changes, batch_size=2000)
        current.on_commit(wakeup.wake_indexer)
