"""Taking in many texts at once, as migrations from older systems bring them: one transaction for a file's documents."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from foundation.store import Stored
from tenants import current, stores
from tenants.models import User

from . import indexing, intake, journal, numbering
from .models import Document, DocumentVersion, Page, Reading, RecordFile, Register

A4_POINTS = (595.0, 842.0)
AT_ONCE = 16


@dataclass(frozen=True)
class TextRow:
    """A document that is plain text already: nothing has to be read."""

    title: str
    created: date
    text: str


def take_in_texts(*, file: RecordFile, rows: Sequence[TextRow], by: User, at: datetime, register: Register | None = None) -> list[Document]:
    """File texts as one-page documents, oldest first; journaled and noted for the indexes like any other. Raises FileNotOpen."""
    store = stores.of_municipality()
    with ThreadPoolExecutor(AT_ONCE) as pool:  # a disk that is asked to sync once more for each waits most of the time
        kept = list(pool.map(lambda row: store.put(row.text.encode()), rows))
    with current.atomic():
        locked: RecordFile = RecordFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if not locked.is_open:
            raise intake.FileNotOpen
        highest, last = numbering.next_numbers(file=locked, case=None, register=register, more=len(rows))
        documents = Document.objects.bulk_create(
            [
                Document(
                    file=file,
                    register=register,
                    rank=last + intake.RANK_STEP * place,
                    number=highest - len(rows) + place,
                    title=intake.clean_title(row.title),
                    received_on=row.created,
                    created_at=timezone.make_aware(datetime.combine(row.created, time(9))),
                    created_by=by,
                )
                for place, row in enumerate(rows, 1)
            ]
        )
        _add_versions(documents, kept, rows, by, at)
        journal.enter_all(
            entries=[
                journal.Entry("take_in", "Document", d.public_id, file.public_id, {"title": (None, d.title), "sha256": (None, s.sha256)})
                for d, s in zip(documents, kept, strict=True)
            ],
            by=by,
            at=at,
        )
        indexing.note_documents(documents)
    return documents


def _add_versions(documents: Sequence[Document], kept: Sequence[Stored], rows: Sequence[TextRow], by: User, at: datetime) -> None:
    versions = DocumentVersion.objects.bulk_create(
        [
            DocumentVersion(
                document=document,
                number=1,
                sha256=stored.sha256,
                size=stored.size,
                media_type="text/plain",
                family="text",
                original_name=f"{document.title[:200]}.txt",
                state=DocumentVersion.State.READY,
                page_count=1,
                created_at=document.created_at,
                created_by=by,
                ready_at=at,
            )
            for document, stored in zip(documents, kept, strict=True)
        ]
    )
    width, height = A4_POINTS
    Page.objects.bulk_create(
        [Page(version=v, number=1, text=r.text, width=width, height=height) for v, r in zip(versions, rows, strict=True)]
    )
    Reading.objects.bulk_create([Reading(version=version, asked_at=at, done_at=at) for version in versions])
    for document, version in zip(documents, versions, strict=True):
        document.current = version
    Document.objects.bulk_update(documents, ["current"])
