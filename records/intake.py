"""Taking documents in: the bytes are safe in the store before a row speaks of them; "received" means nothing can be lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db.models import Max
from django.utils.translation import gettext as _

from foundation import kinds
from foundation.pages.facts import NoticeCode
from foundation.store import Stored
from tenants import current, queues, stores
from tenants.models import User

from . import indexing, journal
from .models import Document, DocumentVersion, Reading, RecordFile, Register, Volume

RANK_STEP = 1 << 16  # room between neighbours, so that a move touches one row
LONGEST_TITLE = 500


class CannotTakeIn(Exception):
    """The document is refused whole; the message says why."""


class EmptyFile(CannotTakeIn):
    """A file of 0 bytes."""


class Executable(CannotTakeIn):
    """Programs are no documents."""


class FileNotOpen(CannotTakeIn):
    """The file is closed or cancelled."""


@dataclass(frozen=True)
class Arrival:
    """One upload whose bytes lie in the store already. `original_name` is what the sender called it."""

    stored: Stored
    original_name: str


def take_in(
    *,
    arrival: Arrival,
    file: RecordFile,
    by: User,
    at: datetime,
    register: Register | None = None,
    title: str = "",
    received_on: date | None = None,
    directly_in_file: bool = False,
) -> Document:
    """File a new document on top of its register, in the open volume if there are volumes, and have it read.

    `directly_in_file` says that it lies in no register on purpose: the completeness check then does not ask for its place.

    Raises EmptyFile, Executable, FileNotOpen, CannotTakeIn (register of another file). The kind is found by content; a name
    that says something else is kept and noted.
    """
    kind = _examine(arrival)
    name = kinds.clean_name(arrival.original_name)
    with current.atomic():
        file = _open_file(file)
        if register is not None and register.file_id != file.pk:
            raise CannotTakeIn(_("This register belongs to another file."))
        document: Document = Document.objects.create(
            file=file,
            register=register,
            rank=_next_rank(file, register),
            title=clean_title(title) or clean_title(Path(name).stem) or _("Document"),
            received_on=received_on,
            directly_in_file=directly_in_file and register is None,
            volume=open_volume(file),
            created_at=at,
            created_by=by,
        )
        version = _add_version(document, arrival, kind, name, number=1, comment="", by=by, at=at)
        told = {"title": (None, document.title), "sha256": (None, version.sha256), "register": (None, str(register) if register else None)}
        journal.enter(act="take_in", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return document


def add_version(*, document: Document, arrival: Arrival, by: User, at: datetime, comment: str = "") -> DocumentVersion:
    """Put a new version on a document; the old ones stay readable. Raises like take_in."""
    kind = _examine(arrival)
    name = kinds.clean_name(arrival.original_name)
    with current.atomic():
        file = _open_file(document.file)
        document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if document.cancelled_at is not None:
            raise FileNotOpen(_("A cancelled document gets no new version."))
        number = (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        version = _add_version(document, arrival, kind, name, number=number, comment=comment[:500], by=by, at=at)
        told = {"version": (number - 1, number), "sha256": (None, version.sha256), "comment": (None, comment[:500])}
        journal.enter(act="add_version", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return version


def known_elsewhere(*, sha256: str, clerk: User, but: Document | None = None) -> Sequence[Document]:
    """Documents with the same bytes that this clerk may see: she is told of those, and of no others."""
    known = DocumentVersion.objects.filter(sha256=sha256).exclude(document=but)
    if not known.exists():  # nearly always; and far cheaper than the question who may see it
        return []
    found = Document.objects.visible_to(clerk).standing().filter(current__in=known).for_reading().order_by("-created_at")
    return list(found[:5])


def hold_bytes(sha256: str, *, exclusive: bool) -> None:
    """Keep bytes from being removed until the transaction ends (shared), or from being referred to anew (exclusive)."""
    lock = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    with current.connection().cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [int(sha256[:15], 16)])


def open_volume(file: RecordFile) -> Volume | None:
    """The volume that new documents go into; None where the file has no volumes."""
    return Volume.objects.filter(file=file, closed_on__isnull=True).first()


def clean_title(title: str) -> str:
    """One line, no control characters, at most 500 characters; empty if nothing is left."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:LONGEST_TITLE]


def _examine(arrival: Arrival) -> kinds.Kind:
    if arrival.stored.size == 0:
        raise EmptyFile(_("The file is empty (0 bytes)."))
    kind = kinds.recognise(stores.of_municipality().path(arrival.stored.sha256), arrival.original_name)
    if kind.family == "executable":
        raise Executable(_("Programs are not taken in. Please file documents only."))
    return kind


def _open_file(file: RecordFile) -> RecordFile:
    locked: RecordFile = RecordFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if not locked.is_open:
        raise FileNotOpen(_("The file is closed or cancelled; nothing can be filed in it."))
    return locked


def _next_rank(file: RecordFile, register: Register | None) -> int:
    last = Document.objects.filter(file=file, register=register).aggregate(last=Max("rank"))["last"]
    return (last or 0) + RANK_STEP


def _add_version(
    document: Document, arrival: Arrival, kind: kinds.Kind, name: str, *, number: int, comment: str, by: User, at: datetime
) -> DocumentVersion:
    hold_bytes(arrival.stored.sha256, exclusive=False)
    if not stores.of_municipality().has(arrival.stored.sha256):
        raise CannotTakeIn(_("The upload was interrupted. Please upload the file once more."))
    version = DocumentVersion.objects.create(
        document=document,
        number=number,
        sha256=arrival.stored.sha256,
        size=arrival.stored.size,
        media_type=kind.media_type,
        family=kind.family,
        original_name=name,
        comment=comment,
        notices=[] if kind.name_matches else [NoticeCode.WRONG_NAME.value],
        created_at=at,
        created_by=by,
    )
    document.current, document.revision = version, document.revision + (number > 1)
    document.save(update_fields=["current", "revision"])
    reading = Reading.objects.create(version=version, asked_at=at)
    indexing.note_document(document)
    queues.send("records.read_document", lane="small", reading_id=reading.pk)
    return version
