"""Moving documents: within their file or into another one, to a place in the paper order."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import MunicipalSettings, User

from . import indexing, journal, numbering
from .intake import RANK_STEP
from .models import Case, CrossReference, Document, Participant, RecordFile, Register

SAME = object()  # the case stays as it is


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
) -> Document:
    """Put a document at a place of a file: `position` is 1-based from the top of the register, None is the top.

    The municipality's stapling order says which end of the filing order is on top. A position below the last document is the
    bottom. Put into another file or `case` (None: in no case; left out: as it is, which in another file is none), it is numbered anew.
    Whoever calls this has made sure that `by` may write in both files. Raises CannotMove: one of the files is closed or
    cancelled, the document is cancelled, the register or the case belongs to another file, the case is closed.
    """
    if register is not None and register.file_id != file.pk:
        raise CannotMove(_("This register belongs to another file."))
    with current.atomic():
        source, target = _locked(document.file_id, file.pk)
        if not (source.is_open and target.is_open):
            raise CannotMove(_("A closed or cancelled file is not changed."))
        document = Document.objects.select_for_update(of=("self",)).select_related("register", "case").get(pk=document.pk)
        if document.cancelled_at is not None:
            raise CannotMove(_("A cancelled document is not moved."))
        if document.file_id != source.pk:
            raise CannotMove(_("Somebody else has moved this document meanwhile."))
        document.file = source
        told: dict[str, journal.Change] = {} if position is None else {"position": (None, position)}
        if source.pk != target.pk:
            told["file"] = (source.file_reference, target.file_reference)
        if document.register_id != (register.pk if register else None):
            told["register"] = (str(document.register) if document.register else None, str(register) if register else None)
        told |= _number_elsewhere(document, source, target, case)
        rank = _rank(document, target, register, position)
        document.file, document.register, document.rank, document.revision = target, register, rank, document.revision + 1
        document.save(update_fields=["file", "register", "rank", "case", "number", "revision"])
        if source.scope_id != target.scope_id:
            indexing.note_scope(source)  # until the index has followed, the document lies in the wrong scope there
        indexing.note_document(document)
        concerned = [source, target] if source.pk != target.pk else [target]
        journal.enter_all(
            entries=[journal.Entry("move", "Document", document.public_id, each.public_id, told) for each in concerned], by=by, at=at
        )
    return document


def _number_elsewhere(document: Document, source: RecordFile, target: RecordFile, case: Case | object | None) -> dict[str, journal.Change]:
    """Put the document into the case, with a number of its new container; what hangs on it in the old file goes along. Tells the journal."""
    old_reference, old_case, stays = numbering.reference_of(document), document.case, source.pk == target.pk
    wanted = (old_case if stays else None) if case is SAME else case
    assert wanted is None or isinstance(wanted, Case)
    if stays and (wanted and wanted.pk) == document.case_id:
        return {}
    try:
        numbering.refuse_leaving(old_case)
        number, _highest = numbering.next_numbers(file=target, case=wanted, register=None)
    except numbering.CaseNotOpen as refusal:
        raise CannotMove(str(refusal)) from refusal
    document.file, document.case, document.number = target, wanted, number
    if not stays:
        Participant.objects.filter(document=document).update(file=target)
        CrossReference.objects.filter(document=document, file=target).delete()  # it lies there itself now
    told: dict[str, journal.Change] = {"document_reference": (old_reference or None, numbering.reference_of(document))}
    if old_case != wanted:
        told["case"] = (old_case and old_case.case_reference, wanted and wanted.case_reference)
    return told


def position_from_top() -> Coalesce:
    """Expression: place of a document from the top among the standing ones of its register, from 1.

    Counts along the index of ranks, so that a page of a list costs no query per row, whatever else the list filters by.
    """
    above = Q(rank__gte=OuterRef("rank")) if newest_on_top() else Q(rank__lte=OuterRef("rank"))
    same_place = (
        Document.objects.alias(place=Coalesce("register_id", 0))
        .filter(above, file=OuterRef("file"), place=Coalesce(OuterRef("register_id"), 0), cancelled_at__isnull=True)
        .order_by()
        .values("file")
    )
    return Coalesce(Subquery(same_place.annotate(n=Count("pk")).values("n")), 1)


def place_of_newest(document: Document) -> int:
    """Place from the top of a document that was filed a moment ago."""
    if newest_on_top():
        return 1
    return Document.objects.filter(file=document.file_id, register=document.register_id, cancelled_at__isnull=True).count()


def newest_on_top() -> bool:
    """Which end of a register is on top: the municipality's stapling order (Heftung)."""
    return MunicipalSettings.load().stapling_order == MunicipalSettings.StaplingOrder.NEWEST_ON_TOP


def _locked(*pks: int) -> list[RecordFile]:
    """Lock both files, always in the same order, so that two moves between them cannot wait for each other."""
    rows = {file.pk: file for file in RecordFile.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")}
    return [rows[pk] for pk in pks]


def _rank(document: Document, file: RecordFile, register: Register | None, position: int | None) -> int:
    """A free rank at that place; the register is numbered afresh where its neighbours leave no room."""
    others = Document.objects.filter(file=file, register=register).exclude(pk=document.pk)
    for _attempt in range(2):
        # Cancelled documents keep their ranks: they count for what is free, not for what is first.
        rows = list(others.order_by("-rank" if newest_on_top() else "rank").values_list("rank", "cancelled_at"))
        ranks = [rank for rank, _cancelled in rows]
        standing = [place for place, (_rank, cancelled) in enumerate(rows) if cancelled is None]
        wanted = max(position or 1, 1)
        above = standing[min(wanted - 1, len(standing)) - 1] if standing and wanted > 1 else -1
        found = _between(ranks[above] if above >= 0 else None, ranks[above + 1] if above + 1 < len(ranks) else None)
        if found is not None:
            return found
        _number_afresh(others, document)
    raise AssertionError("A register numbered afresh has room.")


def _between(above: int | None, below: int | None) -> int | None:
    step = RANK_STEP if newest_on_top() else -RANK_STEP
    if above is None and below is None:
        return RANK_STEP
    if above is None:
        return below + step  # type: ignore[operator] # one of them is known
    if below is None:
        return above - step
    return (above + below) // 2 if abs(above - below) > 1 else None


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
