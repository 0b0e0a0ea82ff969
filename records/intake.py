"""Taking documents in: the bytes are safe in the store before a row speaks of them; "received" means nothing can be lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import kinds
from foundation.pages.facts import NoticeCode
from foundation.statements import Blank, Statement, columns
from foundation.store import Stored
from tenants import current, queues, stores
from tenants.models import User

from . import description, indexing, journal, numbering, sentences
from .models import Case, Document, DocumentVersion, ProtectionNeed, Reading, RecordFile, Register, Volume

# What every upload asks; compiled and planned once.
LOCKED_FILE = Statement(
    lambda: RecordFile.objects.select_for_update().filter(pk=Blank("pk")).values_list(*columns(RecordFile)), using=current.alias
)
OPEN_VOLUME_SQL = "SELECT id FROM records_volume WHERE file_id = %s AND closed_on IS NULL"
LAST_RANK_SQL = "SELECT max(rank) FROM records_document WHERE file_id = %s AND register_id IS NULL"
LAST_RANK_IN_REGISTER_SQL = "SELECT max(rank) FROM records_document WHERE file_id = %s AND register_id = %s"
NEXT_VERSION_SQL = "SELECT nextval(pg_get_serial_sequence('records_documentversion', 'id'))"
KNOWN_SQL = "SELECT 1 FROM records_documentversion WHERE sha256 = %s AND document_id IS DISTINCT FROM %s::bigint LIMIT 1"
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


class HeldByAnother(CannotTakeIn):
    """Somebody else has checked the document out; the message says who and since when."""


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
    case: Case | None = None,
    title: str = "",
    received_on: date | None = None,
    details: Mapping[str, Any] | None = None,
    directly_in_file: bool = False,
    draft: bool = False,
    draft_text: str = "",
) -> Document:
    """File a new document on top of its register, in the open volume if there are volumes, give it its number and have it read.

    `directly_in_file` says that it lies in no register on purpose: the completeness check then does not ask for its place.
    A `draft` gets no number before it is registered (records.drafting); `draft_text` is what was typed of it.

    `details`: more of what is said of it (records.description), by field. Raises EmptyFile, Executable, FileNotOpen (also for a case),
    CannotTakeIn (register of another file), BadDescription. The kind is found by content; a name that says something else is kept and noted.
    """
    kind = _examine(arrival)
    said = description.tidied({**(details or {}), "received_on": received_on}, today=timezone.localdate(at))
    name = kinds.clean_name(arrival.original_name)
    with current.atomic():
        file = _open_file(file)
        if register is not None and register.file_id != file.pk:
            raise CannotTakeIn(_("This register belongs to another file."))
        number, last = _unnumbered(file, case, register) if draft else _count(file, case, register)
        [(version_id,)] = current.ask(NEXT_VERSION_SQL, [])  # so that the document can name it, and is written only once
        document: Document = Document.objects.create(
            file=file,
            register=register,
            case=case,
            number=number,
            rank=last + RANK_STEP,
            title=clean_title(title) or clean_title(Path(name).stem) or _("Document"),
            current_id=version_id,
            directly_in_file=directly_in_file and register is None,
            draft=draft,
            draft_text=draft_text,
            volume_id=_open_volume_id(file),
            created_at=at,
            created_by=by,
            **said,
        )
        version = _add_version(document, arrival, kind, name, pk=version_id, number=1, comment="", by=by, at=at)
        told = _told_of(document, version, said)
        journal.enter(act="take_in", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return document


def _told_of(document: Document, version: DocumentVersion, said: Mapping[str, Any]) -> dict[str, journal.Change]:
    """What the journal keeps of a document that is taken in: what it is, where it lies, and what is said of it beyond the usual."""
    told: dict[str, journal.Change] = {
        "title": (None, document.title),
        "sha256": (None, version.sha256),
        "register": (None, str(document.register) if document.register else None),
    }
    told |= {field: (None, description.told(value)) for field, value in said.items() if value and value != ProtectionNeed.NORMAL}
    if document.draft:
        told["draft"] = (None, True)
    if document.case is not None:
        told["case"] = (None, document.case.case_reference)
    return told


def add_version(*, document: Document, arrival: Arrival, by: User, at: datetime, comment: str = "") -> DocumentVersion:
    """Put a new version on a document; the old ones stay readable. Raises like take_in, and HeldByAnother."""
    kind = _examine(arrival)
    name = kinds.clean_name(arrival.original_name)
    with current.atomic():
        file = _open_file(document.file)
        document = Document.objects.select_for_update(of=("self",)).select_related("checked_out_by").get(pk=document.pk)
        if document.cancelled_at is not None:
            raise FileNotOpen(_("A cancelled document gets no new version."))
        if document.is_held_from(by):
            raise HeldByAnother(sentences.held(document))
        number = (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        version = _add_version(document, arrival, kind, name, pk=None, number=number, comment=comment[:500], by=by, at=at)
        document.revision += 1
        document.save(update_fields=["current", "revision"])
        told = {"version": (number - 1, number), "sha256": (None, version.sha256), "comment": (None, comment[:500])}
        journal.enter(act="add_version", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return version


def put_on(*, document: Document, arrival: Arrival, by: User, at: datetime, comment: str = "") -> DocumentVersion:
    """Put a version on a document that the calling act has locked or just made; that act saves the document and tells the journal.

    Raises like take_in.
    """
    kind = _examine(arrival)
    number = (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    name = kinds.clean_name(arrival.original_name)
    return _add_version(document, arrival, kind, name, pk=None, number=number, comment=comment[:500], by=by, at=at)


def known_elsewhere(*, sha256: str, clerk: User, but: Document | None = None) -> Sequence[Document]:
    """Documents with the same bytes that this clerk may see: she is told of those, and of no others."""
    if not current.ask(KNOWN_SQL, [sha256, but.pk if but else None]):  # nearly always; and far cheaper than the question who may see it
        return []
    known = DocumentVersion.objects.filter(sha256=sha256).exclude(document=but)
    found = Document.objects.visible_to(clerk).standing().filter(current__in=known).for_reading().order_by("-created_at")
    return list(found[:5])


def hold_bytes(sha256: str, *, exclusive: bool) -> None:
    """Keep bytes from being removed until the transaction ends (shared), or from being referred to anew (exclusive)."""
    lock = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    current.ask(f"SELECT {lock}(%s::bigint)", [int(sha256[:15], 16)])


def _open_volume_id(file: RecordFile) -> int | None:
    found = current.ask(OPEN_VOLUME_SQL, [file.pk])
    return int(found[0][0]) if found else None


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
    [row] = current.rows_of(LOCKED_FILE, pk=file.pk)
    locked = RecordFile.from_db(current.alias(), columns(RecordFile), row)
    if not locked.is_open:
        raise FileNotOpen(_("The file is closed or cancelled; nothing can be filed in it."))
    return locked


def next_rank(file: RecordFile, register: Register | None) -> int:
    """The rank of what is filed newest in a register (or directly in the file)."""
    [(last,)] = current.ask(LAST_RANK_IN_REGISTER_SQL, [file.pk, register.pk]) if register else current.ask(LAST_RANK_SQL, [file.pk])
    return int(last or 0) + RANK_STEP


def _unnumbered(file: RecordFile, case: Case | None, register: Register | None) -> tuple[None, int]:
    """A draft takes its place, but no number: one that was discarded must leave no gap."""
    if case is not None:
        raise CannotTakeIn(_("A draft lies in no case; please register it first."))
    return None, next_rank(file, register) - RANK_STEP


def _count(file: RecordFile, case: Case | None, register: Register | None) -> tuple[int, int]:
    try:
        return numbering.next_numbers(file=file, case=case, register=register)
    except numbering.CaseNotOpen as refusal:
        raise FileNotOpen(str(refusal)) from refusal


def _add_version(
    document: Document, arrival: Arrival, kind: kinds.Kind, name: str, *, pk: int | None, number: int, comment: str, by: User, at: datetime
) -> DocumentVersion:
    """Make the version that the document names, or will name, as its current one."""
    hold_bytes(arrival.stored.sha256, exclusive=False)
    if not stores.of_municipality().has(arrival.stored.sha256):
        raise CannotTakeIn(_("The upload was interrupted. Please upload the file once more."))
    version = DocumentVersion.objects.create(
        pk=pk,
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
    document.current = version
    reading = Reading.objects.create(version=version, asked_at=at)
    indexing.note_document(document)
    queues.send("records.read_document", lane="small", reading_id=reading.pk)
    return version
