"""Moving documents: within their file or into another one, to a place in the paper order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import BigIntegerField, F, QuerySet, Value, When
from django.db.models import Case as FirstOf
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import MunicipalSettings, User

from . import indexing, journal, journal_reading, numbering, sentences
from .intake import RANK_STEP, next_rank, open_volume
from .models import Case, CrossReference, Document, Participant, RecordFile, Register, Reminder, Volume

SAME = object()  # the case stays as it is

PLACES_SQL = """
SELECT id, place FROM (
    SELECT d.id, row_number() OVER (
        PARTITION BY d.file_id, d.register_id
        ORDER BY coalesce(p.rank, d.rank) {order}, CASE WHEN d.parent_id IS NULL THEN -4611686018427387904 ELSE d.rank END
    ) AS place
    FROM records_document d LEFT JOIN records_document p ON p.id = d.parent_id
    WHERE d.file_id = ANY(%s::bigint[]) AND d.cancelled_at IS NULL
) AS counted WHERE id = ANY(%s::bigint[])
"""
# Where a document stands in its register: the rank of itself or of what it is attached to, and below that the attachments as they were filed.
LEAD = Coalesce("parent__rank", "rank")
FIRST = Value(-(2**62), output_field=BigIntegerField())
BELOW = FirstOf(When(parent__isnull=True, then=FIRST), default=F("rank"), output_field=BigIntegerField())


class CannotMove(Exception):
    """The document cannot be put there; the message says why."""


def move_document(
    *,
    document: Document,
    file: RecordFile,
    register: Register | None,
    position: int | None,
    by: User,
    at: datetime,
    case: Case | object | None = SAME,
    volume: Volume | None = None,
) -> Document:
    """Put a document at a place of a file: `position` is 1-based from the top of the register, None is the top.

    The municipality's stapling order says which end of the filing order is on top. A position below the last document is the
    bottom. Attachments go along; an attachment that is moved by itself is one no longer. Put into another file or `case` (None: in no case;
    left out: as it is, which in another file is none), it is numbered anew. It stays in its volume, and in another file goes into the open one,
    unless a `volume` is given. Whoever calls this has made sure that `by` may write in both files. Raises CannotMove: one of the files is closed
    or cancelled, the document is cancelled, somebody else has checked it (or an attachment) out, the register, the case or the volume belongs to another file, the case is closed, the volume has ended.
    """
    if volume is not None and volume.closed_on is not None and volume.pk != document.volume_id:
        raise CannotMove(_("Volume %(number)s has ended; nothing is put into it any more.") % {"number": volume.number})
    return put_at(document=document, file=file, register=register, position=position, by=by, at=at, case=case, volume=volume)


def put_at(
    *,
    document: Document,
    file: RecordFile,
    register: Register | None,
    position: int | None,
    by: User,
    at: datetime,
    case: Case | object | None = SAME,
    volume: Volume | None = None,
) -> Document:
    """The same, also into a volume that has ended: whoever undoes a move puts back what lay there. Raises CannotMove."""
    if register is not None and register.file_id != file.pk:
        raise CannotMove(_("This register belongs to another file."))
    if volume is not None and volume.file_id != file.pk:
        raise CannotMove(_("This volume belongs to another file."))
    with current.atomic():
        source, target = _locked(document.file_id, file.pk)
        document = (
            Document.objects.select_for_update(of=("self",))
            .select_related("register", "case", "volume", "checked_out_by")
            .get(pk=document.pk)
        )
        _refuse_unless_movable(document, source, target, by)
        document.file = source
        leaves = source.pk != target.pk
        told = _told_of_place(document, source, target, register, position)
        told |= _number_elsewhere(document, source, target, case)
        told |= {} if leaves else _into_volume(document, volume)
        elsewhere = leaves or bool(told.keys() & {"register", "case", "volume"})
        rank = _rank(document, target, register, position)
        stays_loose = not leaves and document.register_id is None  # only its place among others has changed
        if leaves:
            document.volume = volume or open_volume(target)
        _lay(document, target, register, rank, on_purpose=register is None and (document.directly_in_file or not stays_loose))
        moved = [document, *(_take_along(document, source, target) if elsewhere else ())]
        if source.scope_id != target.scope_id:
            indexing.note_scope(source)  # until the index has followed, the document lies in the wrong scope there
        indexing.note_documents(moved)
        journal.enter_all(entries=_entries(moved, source, target, told), by=by, at=at)
    return document


def _told_of_place(
    document: Document, source: RecordFile, target: RecordFile, register: Register | None, position: int | None
) -> dict[str, journal.Change]:
    """What the journal is told of the place that a document leaves, and of the one it gets."""
    told: dict[str, journal.Change] = {} if position is None else {"position": (None, position)}
    if source.pk != target.pk:
        told["file"] = (source.public_id, target.public_id)  # not their references: who sees one file need not know of the other
    if document.register_id != (register.pk if register else None):
        told["register"] = (str(document.register) if document.register else None, str(register) if register else None)
    if document.parent_id is not None:
        told["parent"] = (Document.objects.values_list("public_id", flat=True).get(pk=document.parent_id), None)
    return told


def _lay(document: Document, target: RecordFile, register: Register | None, rank: int, *, on_purpose: bool) -> None:
    """Write down where the document lies from now on; `on_purpose`: it is meant to lie in no register."""
    document.file, document.register, document.rank, document.revision = target, register, rank, document.revision + 1
    document.parent, document.directly_in_file = None, on_purpose
    placed = ("file", "register", "rank", "case", "number", "revision", "parent", "directly_in_file", "volume")
    document.save(update_fields=placed)


def _entries(moved: Sequence[Document], source: RecordFile, target: RecordFile, told: dict[str, journal.Change]) -> list[journal.Entry]:
    """An entry for each moved document in each of the files that it concerns."""
    leaves = source.pk != target.pk
    seen = {source.pk: _seen_from(told, leaving=leaves), target.pk: _seen_from(told, arriving=leaves)}
    concerned = [source, target] if leaves else [target]
    return [journal.Entry("move", "Document", one.public_id, each.public_id, seen[each.pk]) for one in moved for each in concerned]


def _refuse_unless_movable(document: Document, source: RecordFile, target: RecordFile, by: User) -> None:
    if not (source.is_open and target.is_open):
        raise CannotMove(journal_reading.read_only(target if source.is_open else source))
    if document.cancelled_at is not None:
        who = journal_reading.who_did(object_id=document.public_id, acts=("cancel",))
        raise CannotMove(journal_reading.with_more(_("A cancelled document is not moved."), who))
    if document.file_id != source.pk:
        raise CannotMove(journal_reading.moved_away(document, file=source))
    going = [
        document,
        *document.attachments.filter(cancelled_at__isnull=True, checked_out_by__isnull=False).select_related("checked_out_by"),
    ]
    if held := next((one for one in going if one.is_held_from(by)), None):
        raise CannotMove(sentences.held(held))


def _into_volume(document: Document, volume: Volume | None) -> dict[str, journal.Change]:
    """Put a document of the file into another volume of it. Tells the journal."""
    if volume is None or volume.pk == document.volume_id:
        return {}
    was, document.volume = document.volume, volume
    return {"volume": (was and was.number, volume.number)}


def _seen_from(told: dict[str, journal.Change], *, leaving: bool = False, arriving: bool = False) -> dict[str, journal.Change]:
    """What one of two files is told: the document's reference in the other one is a secret to those who may not see that."""
    if not (leaving or arriving):
        return told
    own = 0 if leaving else 1
    sides = {name: tuple(value if place == own else None for place, value in enumerate(change)) for name, change in told.items()}
    return {name: sides[name] if name in ("document_reference", "case", "register") else change for name, change in told.items()}  # type: ignore[misc]


def _number_elsewhere(document: Document, source: RecordFile, target: RecordFile, case: Case | object | None) -> dict[str, journal.Change]:
    """Put the document into the case, with a number of its new container; what hangs on it in the old file goes along. Tells the journal."""
    old_reference, old_case, stays = numbering.reference_of(document), document.case, source.pk == target.pk
    wanted = (old_case if stays else None) if case is SAME else case
    assert wanted is None or isinstance(wanted, Case)
    if stays and (wanted and wanted.pk) == document.case_id:
        return {}
    if document.draft and wanted is not None:
        raise CannotMove(_("A draft lies in no case; please register it first."))
    try:
        numbering.refuse_leaving(old_case)
        number = None if document.draft else numbering.next_numbers(file=target, case=wanted, register=None)[0]
    except numbering.CaseNotOpen as refusal:
        raise CannotMove(str(refusal)) from refusal
    document.file, document.case, document.number = target, wanted, number
    if not stays:
        Participant.objects.filter(document=document).update(file=target)
        # Also those that are ticked off: a list of the old file would go on telling the title, whatever it is called in the new one.
        Reminder.objects.filter(document=document).update(file=target, case=None, revision=F("revision") + 1)
        CrossReference.objects.filter(document=document, file=target).delete()  # it lies there itself now
    told: dict[str, journal.Change] = {"document_reference": (old_reference or None, numbering.reference_of(document) or None)}
    if old_case != wanted:
        told["case"] = (old_case and old_case.case_reference, wanted and wanted.case_reference)
    return told


def places_of(documents: Sequence[Document]) -> dict[int, int]:
    """Places from the top among the standing documents of their registers, from 1, by primary key. Cancelled documents have none.

    Each file's documents are counted once, however many of them are asked for.
    """
    if not documents:
        return {}
    statement = PLACES_SQL.format(order="DESC" if newest_on_top() else "ASC")
    files = sorted({document.file_id for document in documents})
    return dict(current.ask(statement, [files, [document.pk for document in documents]]))


def place_of_newest(document: Document) -> int:
    """Place from the top of a document that was filed a moment ago (and is no attachment)."""
    if newest_on_top():
        return 1
    return Document.objects.filter(file=document.file_id, register=document.register_id, cancelled_at__isnull=True).count()


def ranks_below(document: Document, count: int) -> list[int]:
    """Free ranks for `count` documents right below this one in paper order, from the top; for an attachment, as the next attachments.

    Must run under the file's row lock.
    """
    register = Document.objects.filter(file=document.file_id, register=document.register_id)
    falling = document.parent_id is None and newest_on_top()
    for _attempt in range(2):
        rank = Document.objects.values_list("rank", flat=True).get(pk=document.pk)
        below = register.filter(rank__lt=rank) if falling else register.filter(rank__gt=rank)
        bound = below.order_by("-rank" if falling else "rank").values_list("rank", flat=True).first()
        room = RANK_STEP * (count + 1) if bound is None else abs(bound - rank)
        if room > count:
            step = room // (count + 1)
            return [rank + (-step if falling else step) * place for place in range(1, count + 1)]
        _spread(register, count)
    raise AssertionError("A register that was spread has room.")


def newest_on_top() -> bool:
    """Which end of a register is on top: the municipality's stapling order (Heftung)."""
    return current.remembered("records.newest_on_top", _newest_on_top)


def _newest_on_top() -> bool:
    return MunicipalSettings.known().stapling_order == MunicipalSettings.StaplingOrder.NEWEST_ON_TOP


def _locked(*pks: int) -> list[RecordFile]:
    """Lock both files, always in the same order, so that two moves between them cannot wait for each other."""
    rows = {file.pk: file for file in RecordFile.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")}
    return [rows[pk] for pk in pks]


def _rank(document: Document, file: RecordFile, register: Register | None, position: int | None) -> int:
    """A free rank at that place; the register is numbered afresh where its neighbours leave no room."""
    # Its own attachments go where it goes.
    others = Document.objects.filter(file=file, register=register).exclude(pk=document.pk)
    for _attempt in range(2):
        rows = list(others.order_by("-rank" if newest_on_top() else "rank").values_list("pk", "rank", "cancelled_at", "parent"))
        ranks = [rank for _pk, rank, _cancelled, _parent in rows]
        above = _above(rows, max(position or 1, 1) - 1, document)
        found = _between(ranks[above] if above >= 0 else None, ranks[above + 1] if above + 1 < len(ranks) else None)
        if found is not None:
            return found
        _number_afresh(others, document)
    raise AssertionError("A register numbered afresh has room.")


def _above(rows: Sequence[tuple[int, int, datetime | None, int | None]], wanted: int, moved: Document) -> int:
    """Index of the row below which there are `wanted` documents above, or −1: an own document, never an attachment, so that no group is torn.

    Cancelled documents keep their ranks: they count for what is free, not for what is first.
    """
    groups: dict[int, int] = {}
    for pk, _rank, cancelled, parent in rows:
        if cancelled is None and parent != moved.pk:
            groups[parent or pk] = groups.get(parent or pk, 0) + 1
    above, counted = -1, 0
    for place, (pk, _rank, cancelled, parent) in enumerate(rows):
        if counted >= wanted:
            break
        if cancelled is None and parent is None:
            above, counted = place, counted + groups[pk]
    return above


def _take_along(document: Document, source: RecordFile, target: RecordFile) -> list[Document]:
    """Bring the attachments of a document after it, in their order, into its case."""
    rows = list(document.attachments.select_for_update(of=("self",)).select_related("case").order_by("rank"))
    free = next_rank(document.file, document.register)
    for place, attachment in enumerate(rows):
        attachment.file = source
        _number_elsewhere(attachment, source, target, document.case)
        attachment.file, attachment.register, attachment.rank = document.file, document.register, free + place * RANK_STEP
        attachment.volume = document.volume
        attachment.revision += 1
    Document.objects.bulk_update(rows, ["file", "register", "rank", "case", "number", "volume", "revision"])
    return rows


def _between(above: int | None, below: int | None) -> int | None:
    step = RANK_STEP if newest_on_top() else -RANK_STEP
    if above is None and below is None:
        return RANK_STEP
    if above is None:
        return below + step  # type: ignore[operator] # one of them is known
    if below is None:
        return above - step
    return (above + below) // 2 if abs(above - below) > 1 else None


def _spread(register: QuerySet[Document], count: int) -> None:
    """Number a register afresh with room for `count` documents between any two. Ranks are lifted out of the way first."""
    rows = list(register.order_by("rank").only("pk", "rank"))
    step = max(RANK_STEP, 2 * (count + 1))
    highest = max(abs(row.rank) for row in rows) + len(rows) * step
    register.update(rank=F("rank") + 4 * highest)
    for place, row in enumerate(rows, start=1):
        row.rank = place * step
    Document.objects.bulk_update(rows, ["rank"], batch_size=1000)


def _number_afresh(others: QuerySet[Document], moved: Document) -> None:
    """Spread the ranks of a register. They are lifted out of the way first: no two documents share a rank at any moment."""
    rows = list(Document.objects.filter(pk__in=others.values("pk")).order_by("rank").only("pk", "rank"))
    highest = max(abs(row.rank) for row in rows) + len(rows) * RANK_STEP + abs(moved.rank)
    others.update(rank=F("rank") + 4 * highest)
    for place, row in enumerate(rows, start=1):
        row.rank = place * RANK_STEP
    # The document on the move may lie in the same register, on a rank that is needed now.
    Document.objects.filter(pk=moved.pk).update(rank=-4 * highest)
    Document.objects.bulk_update(rows, ["rank"], batch_size=1000)
