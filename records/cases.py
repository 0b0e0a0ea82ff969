"""Cases (Vorgänge) inside a file: opened, renamed, closed, reopened, cancelled, restored; and documents put into them.

A case keeps its number for good; its reference is that of the file, dot, number, and follows the file when that gets a new reference. The
former reference of the case stays findable by the former one of the file (records.searching).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import facts, indexing, journal, journal_reading, numbering, sentences
from .models import Case, Document, RecordFile
from .models.needs import highest_of


class CannotKeepCase(facts.CannotKeep):
    """The case cannot be opened or changed like that; the message says why."""


def cases_of(file: RecordFile) -> QuerySet[Case]:
    """Cases of a file in their order, with `document_count`, standing documents in each, and `highest_need`, the highest protection need of these."""
    return _cases_of(file)


def all_cases(*, file: RecordFile) -> list[Case]:
    """The same, for the binder, which is opened all day."""
    return current.objects_of(CASES, file=file.pk)


def _cases_of(file: Any) -> QuerySet[Case]:
    standing = Q(documents__cancelled_at__isnull=True)
    need = highest_of("documents__protection_need", among=standing)
    return Case.objects.filter(file=file).annotate(document_count=Count("documents", filter=standing), highest_need=need).order_by("number")


CASES = Statement(lambda: _cases_of(Blank("file")), using=current.alias)


def create_case(*, file: RecordFile, title: str, by: User, at: datetime) -> Case:
    """Open a case; its number is counted under the file's lock and never given again. Raises CannotKeepCase, ReadOnly."""
    title = _title(title)
    with current.atomic():
        file = facts.open_file(file)
        file.last_case_number += 1
        file.save(update_fields=["last_case_number"])
        case = Case.objects.create(
            file=file,
            number=file.last_case_number,
            case_reference=f"{file.file_reference}.{file.last_case_number}",
            title=title,
            created_at=at,
            created_by=by,
        )
        _tell("create", case, by, at, case_reference=(None, case.case_reference), title=(None, title))
    return case


def rename_case(*, case: Case, title: str, by: User, at: datetime, revision: int | None = None) -> Case:
    """Give a case another title. Raises CannotKeepCase, ReadOnly, Changed if `revision` is not the current one."""
    title = _title(title)
    with current.atomic():
        case = _open_case(case)
        facts.refuse_changed(None if revision is None else str(revision), str(case.revision), object_id=case.public_id)
        old, case.title = case.title, title
        if old != title:
            _save(case, "title")
            _tell("edit", case, by, at, title=(old, title))
    return case


def close_case(*, case: Case, by: User, at: datetime) -> Case:
    """Close a case: nothing is filed in it any more. Raises CannotKeepCase, ReadOnly."""
    with current.atomic():
        case = _open_case(case)
        case.closed_at = at
        _save(case, "closed_at")
        _tell("close", case, by, at, status=("open", "closed"))
    return case


def reopen_case(*, case: Case, reason: str, by: User, at: datetime) -> Case:
    """Open a closed case again, with a reason. Raises CannotKeepCase, ReadOnly."""
    reason = facts.line(reason, field="reason", most=1000, name=_("Reason"), required=True)
    with current.atomic():
        case = _locked(case)
        if case.cancelled_at is not None or case.closed_at is None:
            raise CannotKeepCase(_and_who(_("Only a closed case can be reopened."), case, "reopen", "cancel"))
        case.closed_at = None
        _save(case, "closed_at")
        _tell("reopen", case, by, at, status=("closed", "open"), reason=(None, reason))
    return case


def cancel_case(*, case: Case, reason: str, by: User, at: datetime) -> Case:
    """Cancel a case: it stays, marked; its number is never given again. Raises CannotKeepCase while documents lie in it, ReadOnly."""
    reason = facts.line(reason, field="reason", most=1000, name=_("Reason"), required=True)
    with current.atomic():
        case = _locked(case)
        if case.cancelled_at is not None:
            raise CannotKeepCase(_and_who(_("This case is already cancelled."), case, "cancel"))
        if Document.objects.filter(case=case, cancelled_at__isnull=True).exists():
            raise CannotKeepCase(_("Documents still lie in this case. Please put them elsewhere first."))
        status, case.cancelled_at = ("open" if case.closed_at is None else "closed"), at
        _save(case, "cancelled_at")
        _tell("cancel", case, by, at, status=(status, "cancelled"), reason=(None, reason))
    return case


def restore_case(*, case: Case, by: User, at: datetime, reason: str = "") -> Case:
    """Take the cancellation of a case back: it is what it was before, open or closed, with its number. Raises CannotKeepCase, ReadOnly."""
    reason = facts.line(reason, field="reason", most=1000, name=_("Reason"))
    with current.atomic():
        case = _locked(case)
        if case.cancelled_at is None:
            raise CannotKeepCase(_("Only a cancelled case can be restored."))
        told: dict[str, journal.Change] = {"status": ("cancelled", "open" if case.closed_at is None else "closed")}
        if reason:
            told["reason"] = (None, reason)
        case.cancelled_at = None
        _save(case, "cancelled_at")
        _tell("restore", case, by, at, **told)
    return case


def put_into_case(*, document: Document, case: Case | None, by: User, at: datetime) -> Document:
    """Put a document of the same file into a case, or (None) out of it; it is numbered anew there. Raises CannotKeepCase, ReadOnly."""
    return put_all_into_case(documents=[document], case=case, file=document.file, by=by, at=at)[0]


def put_all_into_case(*, documents: list[Document], case: Case | None, file: RecordFile, by: User, at: datetime) -> list[Document]:
    """Put several documents of one file into a case, in the order of filing; all or none. Raises CannotKeepCase, ReadOnly."""
    with current.atomic():
        file = facts.open_file(file)
        wanted = [document.pk for document in documents]
        rows = list(
            Document.objects.select_for_update(of=("self",))
            .select_related("case", "checked_out_by")
            .filter(pk__in=wanted)
            .order_by("number", "pk")
        )
        entries = []
        for document in rows:
            if document.file_id != file.pk or (case and case.file_id != file.pk):
                raise CannotKeepCase(_("Document and case belong to different files."))
            if document.cancelled_at is not None:
                raise CannotKeepCase(_("A cancelled document is not moved."))
            if document.is_held_from(by):
                raise CannotKeepCase(sentences.held(document))
            if document.draft and case is not None:
                raise CannotKeepCase(_("A draft lies in no case; please register it first."))
            document.file = file
            if document.case_id != (case.pk if case else None):
                entries.append(_number_anew(document, case))
        if entries:
            indexing.note_documents(rows)
            journal.enter_all(entries=entries, by=by, at=at)
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in wanted if pk in found]


def exchange(*, file: RecordFile, case: Case, into: list[Document], out: list[Document], by: User, at: datetime) -> list[Document]:
    """Put some documents into a case and take others out of it, in one act; all or none. Raises CannotKeepCase, ReadOnly."""
    with current.atomic():
        gone = put_all_into_case(documents=out, case=None, file=file, by=by, at=at)
        return gone + put_all_into_case(documents=into, case=case, file=file, by=by, at=at)


def follow_file(*, file: RecordFile) -> None:
    """Make the references of a file's cases those of its new reference. Belongs to the act that gave it; in one statement."""
    number = Cast(F("number"), CharField())
    Case.objects.filter(file=file).update(case_reference=Concat(Value(f"{file.file_reference}."), number, output_field=CharField()))


def _number_anew(document: Document, case: Case | None) -> journal.Entry:
    old_case, old = document.case, numbering.reference_of(document)
    try:
        numbering.refuse_leaving(old_case)
        document.number, _highest = numbering.next_numbers(file=document.file, case=case, register=None)
    except numbering.CaseNotOpen as refusal:
        raise CannotKeepCase(str(refusal), "case") from refusal
    document.case, document.revision = case, document.revision + 1
    document.save(update_fields=["case", "number", "revision"])
    changes = {
        "case": (old_case and old_case.case_reference, case and case.case_reference),
        "document_reference": (old or None, numbering.reference_of(document)),
    }
    return journal.Entry("put_into_case", "Document", document.public_id, document.file.public_id, changes)


def _locked(case: Case) -> Case:
    """The file's lock comes first, as everywhere; then the case as it is now. Raises ReadOnly."""
    facts.open_file(case.file)
    return Case.objects.select_for_update(of=("self",)).select_related("file").get(pk=case.pk)


def _open_case(case: Case) -> Case:
    case = _locked(case)
    if case.cancelled_at is not None:
        raise CannotKeepCase(_and_who(_("This case is cancelled."), case, "cancel"))
    if case.closed_at is not None:
        raise CannotKeepCase(_and_who(_("This case is closed."), case, "close"))
    return case


def _and_who(sentence: str, case: Case, *acts: str) -> str:
    return journal_reading.with_more(sentence, journal_reading.who_did(object_id=case.public_id, acts=acts))


def _save(case: Case, *fields: str) -> None:
    case.revision += 1
    case.save(update_fields=[*fields, "revision"])


def _title(title: str) -> str:
    return facts.line(title, field="title", most=500, name=_("Title"), required=True)


def _tell(act: str, case: Case, by: User, at: datetime, **changes: journal.Change) -> None:
    journal.enter(act=act, object=case, by=by, at=at, file_id=case.file.public_id, changes=changes)
