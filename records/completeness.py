"""The completeness check (Vollständigkeitsprüfung) before a file is closed: what is open, unread, misplaced, undated, in clerks' words.

What domain §4 asks for stands in the way of closing: a document checked out, an open reminder, a document in no register and not deliberately
directly in the file, a document without a text and without a reason for that. The rest is a hint, also that a document could not be read for a
reason that is known: closing notes that reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants import current
from tenants.models import User

from . import journal, journal_reading, sentences
from .models import Case, Document, DocumentVersion, MissingSheet, RecordFile, Reminder
from .taking_turns import locked

SHOWN = 50  # items named of one line; the rest is counted
LONGEST_EXCEPTION = 300


class CannotMend(Exception):
    """The document needs no such mark, or gets none now; the message says why."""


@dataclass(frozen=True)
class Item:
    """One thing that a line speaks of. `document` is what can be mended with one click; `why` says more of it, where there is more to say."""

    label: str
    document: Document | None = None
    file: RecordFile | None = None
    why: str = ""


@dataclass(frozen=True)
class Line:
    """One finding. `kind` is its name for programs; `group` one of open, unread, misplaced, undated."""

    kind: str
    group: str
    blocks: bool
    sentence: str
    count: int
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Completeness:
    lines: list[Line]

    @property
    def obstacles(self) -> list[Line]:
        return [line for line in self.lines if line.blocks]

    @property
    def hints(self) -> list[Line]:
        return [line for line in self.lines if not line.blocks]

    @property
    def complete(self) -> bool:
        return not self.obstacles


def check(*, file: RecordFile, clerk: User) -> Completeness:
    """What is open, unread, misplaced or undated in a file. A constant number of queries. Drafts stand in the way, whatever else they lack.

    A subfile that the clerk may not know of is not spoken of and stands in nobody's way: that it exists is a secret.
    """
    found = [*_open(file, clerk), *_unread(file), _misplaced(file), _undated(file)]
    return Completeness([line for line in found if line.count])


def note_failures(*, file: RecordFile) -> list[journal.Entry]:
    """Note the reason of a failed reading as the reason why a document has no text. Returns what the journal says of it.

    Part of closing: the caller holds the file's lock and writes the journal.
    """
    entries = []
    for document in _unreadable(file).select_related("current").select_for_update(of=("self",)).order_by("pk"):
        assert document.current is not None
        document.text_exception = sentences.failure(document.current)[:LONGEST_EXCEPTION]
        document.revision += 1
        document.save(update_fields=["text_exception", "revision"])
        told = {"text_exception": ("", document.text_exception)}
        entries.append(journal.Entry("except_text", "Document", document.public_id, file.public_id, told))
    return entries


def file_directly(*, document: Document, by: User, at: datetime) -> Document:
    """Say that a document lies in no register on purpose. Raises CannotMend (it lies in one, it is cancelled, held, the file is not open)."""
    with current.atomic():
        file, document = _locked(document, by)
        if document.register_id is not None:
            raise CannotMend(_("This document lies in a register."))
        if not document.directly_in_file:
            document.directly_in_file, document.revision = True, document.revision + 1
            document.save(update_fields=["directly_in_file", "revision"])
            told = {"directly_in_file": (False, True)}
            journal.enter(act="file_directly", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return document


def except_text(*, document: Document, reason: str, by: User, at: datetime) -> Document:
    """Say why nobody need wait for a document's text ("Plan ohne Schrift"). Raises CannotMend (no reason, a document with a text, or one that somebody else has checked out)."""
    reason = " ".join(reason.replace("\x00", "").split())
    if not reason:
        raise CannotMend(_("Please say why the document needs no text."))
    if len(reason) > LONGEST_EXCEPTION:
        raise CannotMend(_("A reason has at most %(count)d characters.") % {"count": LONGEST_EXCEPTION})
    with current.atomic():
        file, document = _locked(document, by)
        if document.current is not None and document.current.state == DocumentVersion.State.READY:
            raise CannotMend(_("This document has been read; it needs no exception."))
        was, document.text_exception = document.text_exception, reason
        document.revision += 1
        document.save(update_fields=["text_exception", "revision"])
        told = {"text_exception": (was, reason)}
        journal.enter(act="except_text", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return document


def _locked(document: Document, by: User) -> tuple[RecordFile, Document]:
    file = locked(document.file)
    rows = Document.objects.select_for_update(of=("self",)).select_related("current", "file", "checked_out_by")
    row: Document = rows.get(pk=document.pk)
    if row.file_id != file.pk:
        raise CannotMend(journal_reading.moved_away(row, file=file))
    if not file.is_open:
        raise CannotMend(journal_reading.read_only(file))
    if row.cancelled_at is not None:
        who = journal_reading.who_did(object_id=row.public_id, acts=("cancel",))
        raise CannotMend(journal_reading.with_more(_("A cancelled document is not changed."), who))
    if row.is_held_from(by):
        raise CannotMend(sentences.held(row))
    return file, row


def _standing(file: RecordFile) -> QuerySet[Document]:
    found: QuerySet[Document] = Document.objects.filter(file=file, cancelled_at__isnull=True, draft=False)
    return found


def _open(file: RecordFile, clerk: User) -> list[Line]:
    drafts = _named(Document.objects.filter(file=file, cancelled_at__isnull=True, draft=True))
    out = _standing(file).filter(checked_out_by__isnull=False).select_related("checked_out_by")
    held = [
        Item(_("%(title)s – with %(person)s") % {"title": d.title, "person": d.checked_out_by}, d) for d in out.order_by("checked_out_at")
    ]
    waiting = Reminder.objects.open().filter(file=file).select_related("person", "office").order_by("due_on", "pk")
    due = [
        Item(_("%(day)s for %(whom)s") % {"day": f"{r.due_on:%d.%m.%Y}", "whom": r.person or r.office} + (f": {r.note}" if r.note else ""))
        for r in waiting
    ]
    lent = MissingSheet.objects.filter(file=file, returned_on__isnull=True).order_by("since", "pk")
    away = [Item(_("%(what)s – with %(person)s") % {"what": sheet.what, "person": sheet.borrower}) for sheet in lent]
    cases = [Item(str(c)) for c in Case.objects.filter(file=file, closed_at__isnull=True, cancelled_at__isnull=True).order_by("number")]
    below = (
        RecordFile.objects.visible_to(clerk).filter(parent=file, status__in=[RecordFile.Status.OPEN, RecordFile.Status.DRAFT]).in_order()
    )
    subfiles = [Item(str(one), file=one) for one in below]
    return [
        _line("drafts", "open", drafts, True, ngettext("%(n)s document is a draft.", "%(n)s documents are drafts.", len(drafts))),
        _line("checked_out", "open", held, True, ngettext("%(n)s document is checked out.", "%(n)s documents are checked out.", len(held))),
        _line("reminders", "open", due, True, ngettext("%(n)s reminder is still open.", "%(n)s reminders are still open.", len(due))),
        _line("missing_sheets", "open", away, False, ngettext("%(n)s sheet is lent out.", "%(n)s sheets are lent out.", len(away))),
        _line("cases", "open", cases, False, ngettext("%(n)s case is still open.", "%(n)s cases are still open.", len(cases))),
        _line(
            "subfiles", "open", subfiles, False, ngettext("%(n)s subfile is still open.", "%(n)s subfiles are still open.", len(subfiles))
        ),
    ]


def _unread(file: RecordFile) -> list[Line]:
    being_read = Q(current__state__in=[DocumentVersion.State.RECEIVED, DocumentVersion.State.READING])
    nothing_said = Q(current__state=DocumentVersion.State.FAILED, current__failure="") | Q(current__isnull=True)
    unread = _named(_standing(file).filter(being_read, text_exception="", erased_at__isnull=True))
    textless = _named(_standing(file).filter(nothing_said, text_exception="", erased_at__isnull=True))
    failed = _failed(file)
    return [
        _line(
            "unread",
            "unread",
            unread,
            True,
            ngettext("%(n)s document is still being read.", "%(n)s documents are still being read.", len(unread)),
        ),
        _line(
            "no_text",
            "unread",
            textless,
            True,
            ngettext(
                "%(n)s document has no text and no reason for that.", "%(n)s documents have no text and no reason for that.", len(textless)
            ),
        ),
        _line(
            "failed",
            "unread",
            failed,
            False,
            ngettext("%(n)s document could not be read.", "%(n)s documents could not be read.", len(failed)),
        ),
    ]


def _failed(file: RecordFile) -> list[Item]:
    """Documents that could not be read for a reason that is known, each with that reason in words."""
    failed = _unreadable(file).filter(erased_at__isnull=True).select_related("current")
    return [Item(one.title, one, why=sentences.failure(one.current) if one.current else "") for one in failed.order_by(*_places())]


def _unreadable(file: RecordFile) -> QuerySet[Document]:
    """What closing notes as the reason why there is no text."""
    return _standing(file).filter(current__state=DocumentVersion.State.FAILED, text_exception="").exclude(current__failure="")


def _misplaced(file: RecordFile) -> Line:
    """In a file without registers nothing is misplaced; attachments lie where their document lies."""
    loose = _standing(file).filter(register__isnull=True, directly_in_file=False, parent__isnull=True)
    found = _named(loose) if file.registers.exists() else []
    sentence = ngettext("%(n)s document lies in no register.", "%(n)s documents lie in no register.", len(found))
    return _line("misplaced", "misplaced", found, True, sentence)


def _undated(file: RecordFile) -> Line:
    found = _named(_standing(file).filter(document_date__isnull=True, received_on__isnull=True, erased_at__isnull=True))
    sentence = ngettext("%(n)s document has no date.", "%(n)s documents have no date.", len(found))
    return _line("undated", "undated", found, False, sentence)


def _named(documents: QuerySet[Document]) -> list[Item]:
    return [Item(document.title, document) for document in documents.order_by(*_places())]


def _places() -> list[OrderBy | str]:
    return [F("register__position").asc(nulls_first=True), "rank", "pk"]


def _line(kind: str, group: str, items: list[Item], blocks: bool, sentence: str) -> Line:
    return Line(kind, group, blocks, sentence % {"n": len(items)}, len(items), items[:SHOWN])
