"""Sticky notes on sheets: stuck on, changed by who wrote them, taken off again.

The journal tells of them as acts on their document: what is erased by law with a document includes what was stuck to it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import journal, journal_reading
from .models import Document, RecordFile, StickyNote
from .models.access import LEVEL_MANAGE, scopes_of

LONGEST = 2000  # characters


class CannotStick(Exception):
    """The note cannot be stuck on, changed or taken off; the message says why. `field` names what was typed wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotYours(CannotStick):
    """Somebody else has written the note."""


class Stale(CannotStick):
    """The note was changed meanwhile."""


def stick(*, document: Document, page: int, text: str, printed: bool, by: User, at: datetime) -> StickyNote:
    """Stick a note to a sheet of a document. Raises CannotStick: nothing written, too long, no such page, closed file, cancelled."""
    text = _tidy(text)
    with current.atomic():
        file = _open_file(document)
        document = Document.objects.select_for_update(of=("self",)).select_related("current").get(pk=document.pk)
        if document.cancelled_at is not None:
            raise CannotStick(_("No note is stuck to a cancelled document."))
        pages = (document.current.page_count if document.current else 0) or 1
        if not 1 <= page <= pages:
            raise CannotStick(_("This document has %(pages)s pages.") % {"pages": pages}, "page")
        note = StickyNote.objects.create(document=document, page=page, text=text, printed=printed, created_at=at, created_by=by)
        told: dict[str, journal.Change] = {"page": (None, page), "note": (None, text), "printed": (None, printed)}
        journal.enter(act="stick", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return note


def edit_note(*, note: StickyNote, text: str, printed: bool, by: User, at: datetime, revision: int | None = None) -> StickyNote:
    """Change one's own note. Raises CannotStick, NotYours, Stale if `revision` is not the current one."""
    text = _tidy(text)
    with current.atomic():
        file = _open_file(note.document)
        note = _standing(note)
        if note.created_by_id != by.pk:
            raise NotYours(_("Only %(name)s changes this note.") % {"name": note.created_by})
        if revision is not None and revision != note.revision:
            raise Stale(changed(note))
        both = {"note": (note.text, text), "printed": (note.printed, printed)}
        told = {name: change for name, change in both.items() if change[0] != change[1]}
        if told:
            note.text, note.printed, note.revision = text, printed, note.revision + 1
            note.save(update_fields=["text", "printed", "revision"])
            journal.enter(act="edit_note", object=note.document, by=by, at=at, file_id=file.public_id, changes=told)
    return note


def changed(note: StickyNote) -> str:
    """That a note was changed by its writer in another window, and how it reads now."""
    return _("You have changed this note in another window meanwhile. It reads now: %(text)s") % {"text": note.text}


def take_off(*, note: StickyNote, by: User, at: datetime) -> StickyNote:
    """Take a note off: one's own, or as who manages the file anybody's. Raises CannotStick, NotYours."""
    with current.atomic():
        file = _open_file(note.document)
        note = _standing(note)
        if not may_take_off(note, by, file):
            raise NotYours(_("This note is taken off by %(name)s, or by those who manage the file.") % {"name": note.created_by})
        note.removed_at, note.revision = at, note.revision + 1
        note.save(update_fields=["removed_at", "revision"])
        journal.enter(act="take_off", object=note.document, by=by, at=at, file_id=file.public_id, changes={"note": (note.text, None)})
    return note


def may_take_off(note: StickyNote, clerk: User, file: RecordFile) -> bool:
    return note.created_by_id == clerk.pk or scopes_of(clerk).level(file.scope_id) >= LEVEL_MANAGE


def notes_on(*, file: RecordFile, printed: bool = False) -> QuerySet[StickyNote]:
    """Notes on the documents of a file; with `printed` only those that go along onto paper. By document, page and time."""
    sticking: QuerySet[StickyNote] = StickyNote.objects.for_paper() if printed else StickyNote.objects.sticking()
    return _in_order(sticking.filter(document__file=file))


def all_notes(*, file: RecordFile) -> list[StickyNote]:
    """All of notes_on(), for the binder, which is opened all day."""
    return current.objects_of(STICKING, file=file.pk)


def _in_order(notes: QuerySet[StickyNote]) -> QuerySet[StickyNote]:
    return notes.select_related("document", "created_by").order_by("document_id", "page", "created_at", "id")


STICKING = Statement(lambda: _in_order(StickyNote.objects.sticking().filter(document__file=Blank("file"))), using=current.alias)


def by_line(note: StickyNote) -> str:
    """Who wrote it and when."""
    return f"{note.created_by}, {timezone.localtime(note.created_at):%d.%m.%Y}"


def _tidy(text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
    if not text:
        raise CannotStick(_("Please write something on the note."), "text")
    if len(text) > LONGEST:
        raise CannotStick(_("A note has at most %(most)s characters (%(count)s).") % {"most": LONGEST, "count": len(text)}, "text")
    return text


def _open_file(document: Document) -> RecordFile:
    file: RecordFile = RecordFile.objects.select_for_update(of=("self",)).get(pk=document.file_id)
    if not file.is_open:
        raise CannotStick(journal_reading.read_only(file))
    return file


def _standing(note: StickyNote) -> StickyNote:
    locked: StickyNote = StickyNote.objects.select_for_update(of=("self",)).select_related("created_by", "document").get(pk=note.pk)
    if locked.removed_at is not None:
        raise CannotStick(_("This note was taken off already."))
    return locked
