"""Reading documents: from "received" to "ready" or "failed", whatever happens to workers, broker or power.

The broker only wakes workers up. Who reads is decided by a lease in the database (records.models.reading): a holder with a
heartbeat. A sweep gives abandoned leases back and queues again what nobody was told of. Short documents are read in one go;
long scans are cut into slices that travel in a lane of their own, so that a short document never waits behind a long one.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import store as storage
from foundation.kinds import Kind
from foundation.pages import ocr
from foundation.pages.facts import Failure, Inspection, NoticeCode, Unreadable
from foundation.pages.inspection import inspect, inspect_and_read
from tenants import current, queues, stores
from tenants.models import User

from . import indexing, journal, sentences
from .models import Document, DocumentVersion, Page, Reading, ReadingSlice
from .models.reading import LEASE_SECONDS, Lease

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_BEATS = 8
MOST_ATTEMPTS = 3
PAGES_IN_ONE_GO = 4
PAGES_OF_A_LONG_DOCUMENT = 16


class CannotReadAgain(Exception):
    """The document is being read already, or there is nothing to read."""


class LeaseLost(Exception):
    """Somebody else has taken over: what was done here is thrown away."""


@dataclass
class Hold:
    """A lease held by this process. `beat` keeps it alive; it is handed to everything that takes long."""

    lease: Lease
    holder: UUID
    folder: Path
    _beaten: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        """Renew the lease at most every few seconds. Raises LeaseLost."""
        if time.monotonic() - self._beaten < SECONDS_BETWEEN_BEATS:
            return
        self._beaten = time.monotonic()
        if not self._rows().update(heartbeat_at=timezone.now()):
            raise LeaseLost(str(self.lease.pk))

    def settle(self) -> None:
        """Inside the transaction that writes the result: make sure the lease is still ours, and end it. Raises LeaseLost."""
        if not self._rows().update(holder=None, heartbeat_at=None, done_at=timezone.now()):
            raise LeaseLost(str(self.lease.pk))

    def give_back(self) -> None:
        self._rows().update(holder=None, heartbeat_at=None)

    def _rows(self) -> QuerySet[Lease]:
        return type(self.lease).objects.filter(pk=self.lease.pk, holder=self.holder, done_at__isnull=True)


def read(*, reading_id: int) -> None:
    """Read one version, or join its slices. Safe to run twice: who does not get the lease goes away."""
    with _hold(Reading, reading_id) as hold:
        if hold is None:
            return
        reading: Reading = Reading.objects.select_related("version__document__file").get(pk=reading_id)
        version = reading.version
        DocumentVersion.objects.filter(pk=version.pk, state=DocumentVersion.State.RECEIVED).update(state=DocumentVersion.State.READING)
        try:
            _read(reading, hold)
        except Unreadable as trouble:
            logger.warning("Document %s could not be read: %s", version.document.public_id, trouble)
            _fail(version, trouble.code.value, hold)
        except storage.NotInStore:
            logger.error("Document %s: its bytes %s are not in the store.", version.document.public_id, version.sha256)
            _fail(version, sentences.NOT_IN_STORE, hold)
        except storage.StoreFull:
            _fail(version, Failure.NO_SPACE.value, hold)
        except storage.StoreUnavailable as trouble:
            logger.error("Document %s waits: the store cannot be reached (%s).", version.document.public_id, trouble)
            hold.give_back()  # the sweep tries again; after three attempts a person is told


def read_slice(*, slice_id: int) -> None:
    """Read one range of pages of a long scan; the last one to finish has the whole joined."""
    with _hold(ReadingSlice, slice_id) as hold:
        if hold is None:
            return
        part = ReadingSlice.objects.select_related("reading__version__document__file").get(pk=slice_id)
        version = part.reading.version
        try:
            path, kind = _original(version)
            inspection = inspect(path, kind, folder=_folder(hold, "inspect"), beat=hold.beat)
            scan = _scan(path, kind, inspection, hold, numbers=list(range(part.first, part.last + 1)))
        except Unreadable as trouble:
            _fail(version, trouble.code.value, hold, reading=part.reading)
            return
        except storage.StoreUnavailable as trouble:
            logger.error("A slice of %s waits: the store cannot be reached (%s).", version.document.public_id, trouble)
            hold.give_back()
            return
        except (storage.NotInStore, storage.StoreFull) as trouble:
            code = sentences.NOT_IN_STORE if isinstance(trouble, storage.NotInStore) else Failure.NO_SPACE.value
            _fail(version, code, hold, reading=part.reading)
            return
        kept = stores.of_municipality().put(scan.searchable).sha256 if scan.searchable else ""
        with current.atomic():
            hold.settle()
            ReadingSlice.objects.filter(pk=slice_id).update(texts=_texts_of(scan), searchable_sha256=kept)
            Reading.objects.select_for_update().get(pk=part.reading_id)  # two last slices: one of them sees that all are done
            if not part.reading.slices.filter(done_at__isnull=True).exists():
                _queue(part.reading)


def read_again(*, document: Document, by: User, at: datetime) -> Document:
    """Have the current version read anew. Raises CannotReadAgain."""
    with current.atomic():
        document = Document.objects.select_for_update(of=("self",)).select_related("current", "file").get(pk=document.pk)
        version = document.current
        if version is None:
            raise CannotReadAgain(_("There is nothing to be read."))
        if version.being_read:
            raise CannotReadAgain(_("The document is being read already."))
        reading, _made = Reading.objects.get_or_create(version=version, defaults={"asked_at": at})
        reading.slices.all().delete()
        Reading.objects.filter(pk=reading.pk).update(holder=None, heartbeat_at=None, done_at=None, attempts=0, asked_at=at)
        version.state, version.failure = DocumentVersion.State.RECEIVED, ""
        version.save(update_fields=["state", "failure"])
        journal.enter(act="read_again", object=document, by=by, at=at, file_id=document.file.public_id)
        _queue(reading)
    return document


def sweep(*, at: datetime) -> int:
    """Give abandoned leases back and queue again what the broker has lost; returns how many were queued.

    While messages are waiting, a long queue is no reason to make it longer: then only those are queued again that others have overtaken.
    """
    before = at - timedelta(seconds=LEASE_SECONDS)
    queued = 0
    for model in (Reading, ReadingSlice):
        for lease in model.objects.abandoned(before=before):
            freed = model.objects.filter(pk=lease.pk, holder=lease.holder, heartbeat_at__lt=before).update(holder=None, heartbeat_at=None)
            queued += freed and _again(lease)
    waiting = queues.waiting()
    quiet = Q(queued_at__isnull=True) | Q(queued_at__lt=at - timedelta(seconds=10))
    unheld = Q(done_at__isnull=True, holder__isnull=True)
    unsliced = Reading.objects.filter(quiet, unheld).exclude(slices__done_at__isnull=True, slices__isnull=False).order_by("pk")
    if waiting == 0:
        for reading in unsliced[:1000]:
            queued += _again(reading)
        for part in ReadingSlice.objects.filter(quiet, unheld).order_by("pk")[:1000]:
            queued += _again(part)
    elif waiting > 0 and (taken_at := _newest_taken()):
        for reading in unsliced.filter(queued_at__lt=taken_at - timedelta(seconds=LEASE_SECONDS))[:1000]:
            queued += _again(reading)
    return queued


def _newest_taken() -> datetime | None:
    """When the newest reading that somebody has taken was queued. A lane is first come, first served: who waits since long before is lost."""
    taken = Reading.objects.exclude(done_at__isnull=True, holder__isnull=True).order_by("-pk").first()
    return taken.queued_at if taken else None


def _read(reading: Reading, hold: Hold) -> None:
    version = reading.version
    path, kind = _original(version)
    inspection, texts = inspect_and_read(path, kind, folder=_folder(hold, "inspect"), beat=hold.beat)
    wanted = inspection.pages_to_read
    slices = list(reading.slices.order_by("first"))
    read_texts: list[tuple[int, str | None]] = []
    searchable = ""
    if slices:
        read_texts = [(number, text) for part in slices for number, text in part.texts]
        searchable = _joined(slices, hold)
    elif len(wanted) > PAGES_IN_ONE_GO:
        _cut(reading, inspection, hold)
        return
    elif wanted:
        scan = _scan(path, kind, inspection, hold)
        read_texts = _texts_of(scan)
        searchable = stores.of_municipality().put(scan.searchable).sha256 if scan.searchable else ""
    if searchable:  # pages that lay on their side are upright in it, and that is what is shown
        pages = inspect(stores.of_municipality().path(searchable), Kind("application/pdf", "pdf"), folder=_folder(hold, "made")).pages
        inspection = replace(inspection, pages=pages if len(pages) == inspection.page_count else inspection.pages)
    _finish(version, inspection, {page.number: page.text for page in texts}, read_texts, searchable, hold)


def _scan(path: Path, kind: Kind, inspection: Inspection, hold: Hold, *, numbers: list[int] | None = None) -> ocr.ReadScan:
    out = _folder(hold, "out") / "searchable.pdf"
    return ocr.read_scan(path, kind, inspection, numbers=numbers, out=out, folder=_folder(hold, "ocr"), beat=hold.beat)


def _cut(reading: Reading, inspection: Inspection, hold: Hold) -> None:
    """Cut a long scan into slices and let go of it until they are done."""
    with current.atomic():
        if not Reading.objects.filter(pk=reading.pk, holder=hold.holder).update(holder=None, heartbeat_at=None, attempts=0):
            raise LeaseLost(str(reading.pk))
        parts = ReadingSlice.objects.bulk_create(
            [ReadingSlice(reading=reading, first=part[0], last=part[-1]) for part in ocr.slices(inspection, size=PAGES_IN_ONE_GO)]
        )
        for part in parts:
            _queue(part)


def _joined(slices: list[ReadingSlice], hold: Hold) -> str:
    """Put the searchable PDFs of all slices together; gives the SHA-256, or "" where a slice has none."""
    store = stores.of_municipality()
    parts = [store.path(part.searchable_sha256) for part in slices if part.searchable_sha256]
    if len(parts) < len(slices):
        return ""
    out = _folder(hold, "out") / "searchable.pdf"
    ocr.join_slices(parts, out, folder=_folder(hold, "join"), beat=hold.beat)
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
    notices = list(dict.fromkeys([*version.notices, *found]))
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


def _fail(version: DocumentVersion, code: str, hold: Hold | None, reading: Reading | None = None) -> None:
    """End in "failed" with a reason. A failing slice ends the whole reading."""
    with current.atomic():
        if hold is not None:
            hold.settle()
        Reading.objects.filter(version=version).update(done_at=timezone.now(), holder=None)
        ReadingSlice.objects.filter(reading__version=version).update(done_at=timezone.now(), holder=None)
        DocumentVersion.objects.filter(pk=version.pk).update(state=DocumentVersion.State.FAILED, failure=code)
        _tell(version, DocumentVersion.State.FAILED, code)


def _tell(version: DocumentVersion, state: str, code: str) -> None:
    document = version.document
    Document.objects.filter(pk=document.pk).update(revision=F("revision") + 1)
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


def _queue(lease: Reading | ReadingSlice) -> None:
    type(lease).objects.filter(pk=lease.pk).update(queued_at=timezone.now())
    if isinstance(lease, Reading):
        queues.send("records.read_document", lane="small", reading_id=lease.pk)
        return
    long = lease.reading.slices.count() * PAGES_IN_ONE_GO > PAGES_OF_A_LONG_DOCUMENT
    queues.send("records.read_slice", lane="large" if long else "small", slice_id=lease.pk)


def _again(lease: Reading | ReadingSlice) -> int:
    """Queue a lease once more, or give up after several interrupted attempts."""
    if lease.attempts >= MOST_ATTEMPTS:
        version = lease.version if isinstance(lease, Reading) else lease.reading.version
        logger.error("Reading document %s was interrupted %s times; given up.", version.document.public_id, lease.attempts)
        _fail(version, sentences.INTERRUPTED, None)
        return 0
    _queue(lease)
    return 1


@contextmanager
def _hold(model: type[Reading] | type[ReadingSlice], pk: int) -> Iterator[Hold | None]:
    """Take the lease for a block, with a folder for temporary files; None if somebody else has it or it is done."""
    holder, now = uuid4(), timezone.now()
    free = Q(holder__isnull=True) | Q(heartbeat_at__lt=now - timedelta(seconds=LEASE_SECONDS))
    taken = model.objects.filter(free, pk=pk, done_at__isnull=True).update(holder=holder, heartbeat_at=now, attempts=F("attempts") + 1)
    if not taken:
        yield None
        return
    folder = Path(settings.SCRATCH) / current.municipality().slug / holder.hex
    folder.mkdir(parents=True)
    hold = Hold(model.objects.get(pk=pk), holder, folder)
    try:
        yield hold
    except LeaseLost:
        logger.warning("Reading %s: another worker has taken over; this attempt is dropped.", pk)
    except BaseException:
        hold.give_back()
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder(hold: Hold, name: str) -> Path:
    folder = hold.folder / name
    folder.mkdir(exist_ok=True)
    return folder
