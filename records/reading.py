"""Reading documents: from "received" to "ready" or "failed", whatever happens to workers, broker or power.

The broker only wakes workers up. Who reads is decided by a lease in the database (records.leases): a holder with a heartbeat. What was
abandoned or lost is found by records.recovery. Short documents are read in one go; long scans are cut into slices that travel in a lane of
their own, so that a short document never waits behind a long one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import store as storage
from foundation.kinds import Kind
from foundation.pages import ocr
from foundation.pages.facts import Inspection, NoticeCode, Unreadable
from foundation.pages.inspection import inspect, inspect_and_read
from tenants import current, queues, stores
from tenants.models import User

from . import indexing, journal, journal_reading, leases, sentences
from .leases import Hold
from .models import Document, DocumentVersion, Page, Reading, ReadingSlice, RecordFile

logger = logging.getLogger(__name__)
UNTRIED = {"holder": None, "attempts": 0, "crashes": 0, "hindrance": "", "not_before": None}


class CannotReadAgain(Exception):
    """The document is being read already, there is nothing to read, or nothing in its file is changed any more."""


def read(*, reading_id: int) -> None:
    """Read one version, or join its slices. Safe to run twice: who does not get the lease goes away."""
    with leases.hold(Reading, reading_id) as hold:
        if hold is None:
            return
        reading: Reading = Reading.objects.select_related("version__document__file").get(pk=reading_id)
        version = reading.version
        DocumentVersion.objects.filter(pk=version.pk, state=DocumentVersion.State.RECEIVED).update(state=DocumentVersion.State.READING)
        with _troubles_told(version, hold):
            _read(reading, hold)


def read_slice(*, slice_id: int) -> None:
    """Read one range of pages of a long scan; the last one to finish has the whole joined."""
    with leases.hold(ReadingSlice, slice_id) as hold:
        if hold is None:
            return
        part = ReadingSlice.objects.select_related("reading__version__document__file").get(pk=slice_id)
        version = part.reading.version
        with _troubles_told(version, hold):
            path, kind = _original(version)
            inspection = inspect(path, kind, folder=hold.folder("inspect"), beat=hold.beat)
            scan = _scan(path, kind, inspection, hold, numbers=list(range(part.first, part.last + 1)))
            kept = stores.of_municipality().put(scan.searchable).sha256 if scan.searchable else ""
            with current.atomic():
                hold.settle()
                ReadingSlice.objects.filter(pk=slice_id).update(texts=_texts_of(scan), searchable_sha256=kept)
                Reading.objects.select_for_update().get(pk=part.reading_id)  # two last slices: one of them sees that all are done
                if not part.reading.slices.filter(done_at__isnull=True).exists():
                    leases.queue(part.reading)


@contextmanager
def _troubles_told(version: DocumentVersion, hold: Hold) -> Iterator[None]:
    """End in "failed" where the document or its bytes are to blame; where it has to wait, tell people so and leave the rest to the lease."""
    try:
        yield
    except Unreadable as trouble:
        logger.warning("Document %s could not be read: %s", version.document.public_id, trouble)
        fail(version, trouble.code.value, hold)
    except storage.NotInStore:
        logger.error("Document %s: its bytes %s are not in the store.", version.document.public_id, version.sha256)
        fail(version, sentences.NOT_IN_STORE, hold)
    except Exception as trouble:
        if leases.hindrance(trouble):
            _tell_that_it_waits(version)
        raise


def read_again(*, document: Document, by: User, at: datetime) -> Document:
    """Have the current version read anew. Raises CannotReadAgain."""
    with current.atomic():
        # Takes turns with closing the file, which asks what is still being read.
        RecordFile.objects.select_for_update(of=("self",)).get(pk=document.file_id)
        document = Document.objects.select_for_update(of=("self",)).select_related("current", "file").get(pk=document.pk)
        if not document.file.is_open:
            raise CannotReadAgain(journal_reading.read_only(document.file))
        if document.cancelled_at is not None:
            raise CannotReadAgain(_("A cancelled document is not read again."))
        version = document.current
        if version is None:
            raise CannotReadAgain(_("There is nothing to be read."))
        if version.being_read:
            raise CannotReadAgain(_("The document is being read already."))
        reading, _made = Reading.objects.get_or_create(version=version, defaults={"asked_at": at})
        reading.slices.all().delete()
        Reading.objects.filter(pk=reading.pk).update(**UNTRIED, heartbeat_at=None, done_at=None, asked_at=at)
        version.state, version.failure = DocumentVersion.State.RECEIVED, ""
        version.save(update_fields=["state", "failure"])
        journal.enter(act="read_again", object=document, by=by, at=at, file_id=document.file.public_id)
        leases.queue(reading)
    return document


def _read(reading: Reading, hold: Hold) -> None:
    version = reading.version
    path, kind = _original(version)
    inspection, texts = inspect_and_read(path, kind, folder=hold.folder("inspect"), beat=hold.beat)
    wanted = inspection.pages_to_read
    slices = list(reading.slices.order_by("first"))
    read_texts: list[tuple[int, str | None]] = []
    searchable = ""
    if slices:
        read_texts = [(number, text) for part in slices for number, text in part.texts]
        searchable = _joined(slices, hold)
    elif len(wanted) > leases.PAGES_IN_ONE_GO:
        _cut(reading, inspection, hold)
        return
    elif wanted:
        scan = _scan(path, kind, inspection, hold)
        read_texts = _texts_of(scan)
        searchable = stores.of_municipality().put(scan.searchable).sha256 if scan.searchable else ""
    if searchable:  # pages that lay on their side are upright in it, and that is what is shown
        pages = inspect(stores.of_municipality().path(searchable), Kind("application/pdf", "pdf"), folder=hold.folder("made")).pages
        inspection = replace(inspection, pages=pages if len(pages) == inspection.page_count else inspection.pages)
    _finish(version, inspection, {page.number: page.text for page in texts}, read_texts, searchable, hold)


def _scan(path: Path, kind: Kind, inspection: Inspection, hold: Hold, *, numbers: list[int] | None = None) -> ocr.ReadScan:
    out = hold.folder("out") / "searchable.pdf"
    return ocr.read_scan(path, kind, inspection, numbers=numbers, out=out, folder=hold.folder("ocr"), beat=hold.beat)


def _cut(reading: Reading, inspection: Inspection, hold: Hold) -> None:
    """Cut a long scan into slices and let go of it until they are done."""
    with current.atomic():
        if not Reading.objects.filter(pk=reading.pk, holder=hold.holder).update(**UNTRIED, heartbeat_at=None):
            raise leases.LeaseLost(str(reading.pk))
        parts = ReadingSlice.objects.bulk_create(
            [ReadingSlice(reading=reading, first=part[0], last=part[-1]) for part in ocr.slices(inspection, size=leases.PAGES_IN_ONE_GO)]
        )
        for part in parts:
            leases.queue(part)


def _joined(slices: list[ReadingSlice], hold: Hold) -> str:
    """Put the searchable PDFs of all slices together; gives the SHA-256, or "" where a slice has none."""
    store = stores.of_municipality()
    parts = [store.path(part.searchable_sha256) for part in slices if part.searchable_sha256]
    if len(parts) < len(slices):
        return ""
    out = hold.folder("out") / "searchable.pdf"
    ocr.join_slices(parts, out, folder=hold.folder("join"), beat=hold.beat)
    return store.put(out).sha256


def _texts_of(scan: ocr.ReadScan) -> list[tuple[int, str | None]]:
    """Texts by page; None for a page that was given up because it took too long."""
    return [(page.number, None if page.number in scan.given_up else page.text) for page in scan.texts]


def _finish(
    version: DocumentVersion,
    inspection: Inspection,
    texts: dict[int, str],
    read_texts: list[tuple[int, str | None]],
    searchable: str,
    hold: Hold,
) -> None:
    """Write the result in one transaction; pages are replaced, never appended."""
    by_number = texts | {number: text or "" for number, text in read_texts}
    found = [code.value for code in inspection.notices]
    if any(text is None for _number, text in read_texts):
        found.append(NoticeCode.PAGES_UNREADABLE.value)
    notices = list(dict.fromkeys([code for code in version.notices if code != sentences.WAITS] + found))
    with current.atomic():
        hold.settle()
        Page.objects.filter(version=version).delete()
        Page.objects.bulk_create(
            [
                Page(
                    version=version,
                    number=p.number,
                    text=by_number.get(p.number, "").replace("\x00", ""),
                    width=p.width_pt,
                    height=p.height_pt,
                )
                for p in inspection.pages
            ],
            batch_size=500,
        )
        DocumentVersion.objects.filter(pk=version.pk).update(
            state=DocumentVersion.State.READY,
            failure="",
            notices=notices,
            page_count=inspection.page_count,
            searchable_sha256=searchable,
            ready_at=timezone.now(),
        )
        _drop_slices(version)
        _tell(version, DocumentVersion.State.READY, "")
        if inspection.page_count:
            queues.send("records.draw_first_page", version_id=version.pk)


def fail(version: DocumentVersion, code: str, hold: Hold | None) -> None:
    """End in "failed" with a reason. A failing slice ends the whole reading."""
    with current.atomic():
        if hold is not None:
            hold.settle()
        Reading.objects.filter(version=version).update(done_at=timezone.now(), holder=None)
        ReadingSlice.objects.filter(reading__version=version).update(done_at=timezone.now(), holder=None)
        version = DocumentVersion.objects.select_for_update(of=("self",)).select_related("document__file").get(pk=version.pk)
        version.state, version.failure = DocumentVersion.State.FAILED, code
        version.notices = [known for known in version.notices if known != sentences.WAITS]
        version.save(update_fields=["state", "failure", "notices"])
        _tell(version, DocumentVersion.State.FAILED, code)


def _tell_that_it_waits(version: DocumentVersion) -> None:
    with current.atomic():
        version = DocumentVersion.objects.select_for_update().get(pk=version.pk)
        if version.being_read and sentences.WAITS not in version.notices:
            version.notices.append(sentences.WAITS)
            version.save(update_fields=["notices"])


def _tell(version: DocumentVersion, state: str, code: str) -> None:
    document = version.document
    indexing.note_document(document)
    told: dict[str, journal.Change] = {"state": (None, state)} | ({"failure": (None, code)} if code else {})
    journal.enter(act="read", object=document, by=None, at=timezone.now(), file_id=document.file.public_id, changes=told)


def _drop_slices(version: DocumentVersion) -> None:
    """The joined PDF replaces the slices; their bytes go with the store's sweep."""
    ReadingSlice.objects.filter(reading__version=version).delete()


def _original(version: DocumentVersion) -> tuple[Path, Kind]:
    store = stores.of_municipality()
    if not store.has(version.sha256):
        raise storage.NotInStore(version.sha256)
    return store.path(version.sha256), Kind(version.media_type, version.family)
