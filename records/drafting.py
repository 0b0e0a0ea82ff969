"""Drafts (Entwürfe) of documents: they lie in the file and are worked on, but are no documents of the record before they are registered.

Who may read the file sees them, marked; who may write in it works on them, registers and discards them (decision 0043).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import filing, indexing, intake, journal, journal_reading, numbering, registering, sentences
from .models import Document, RecordFile
from .models.access import LEVEL_FOR, scopes_of
from .taking_turns import locked


class CannotRegisterDraft(Exception):
    """The draft is not registered now; the message says why."""


class CannotDiscard(Exception):
    """The draft is not discarded now; the message says why."""


def register_draft(*, document: Document, by: User, at: datetime) -> Document:
    """Make a draft a document of the record: it gets its number, and lies in the open volume if there are volumes. Its place stays.

    Raises CannotRegisterDraft (registered already, cancelled, checked out by somebody else, a file that is not open).
    """
    with current.atomic():
        file, document = _locked(document, by, CannotRegisterDraft)
        if document.parent is not None and document.parent.draft:
            words = {"title": document.parent.title}
            raise CannotRegisterDraft(_("It is an attachment of the draft “%(title)s”; please register that one first.") % words)
        document.number, _highest = numbering.next_numbers(file=file, case=None, register=None)
        document.draft, document.draft_text, document.revision = False, "", document.revision + 1
        if (volume := intake.open_volume(file)) is not None:
            document.volume = volume
        document.save(update_fields=["number", "draft", "draft_text", "volume", "revision"])
        indexing.note_document(document)
        told: dict[str, journal.Change] = {"draft": (True, False), "document_reference": (None, numbering.reference_of(document))}
        journal.enter(act="register", object=document, by=by, at=at, file_id=file.public_id, changes=told)
    return document


def discard_draft(*, document: Document, by: User, at: datetime) -> Document:
    """Throw a draft away: it goes to the cancelled documents, from where it can be taken back. Raises CannotDiscard."""
    with current.atomic():
        _file, document = _locked(document, by, CannotDiscard)
        try:
            return filing.cancel_document(document=document, reason=_("Draft discarded"), by=by, at=at)
        except filing.CannotCancel as refusal:
            raise CannotDiscard(str(refusal)) from refusal


def drafts_waiting(*, clerk: User) -> QuerySet[Document]:
    """Drafts of documents in files whose registry this clerk keeps, or that she has made herself, the oldest first."""
    kept = Q(file__scope__any_of=scopes_of(clerk).at_least(registering.registry_level(clerk)))
    found: QuerySet[Document] = Document.objects.visible_to(clerk).standing().filter(Q(created_by=clerk) | kept, draft=True)
    return found.select_related("file", "register", "parent", "created_by", "checked_out_by").order_by("created_at", "id")


def may_register(*, document: Document, clerk: User) -> bool:
    """Whether this clerk may register the draft as things are: she writes in its open file, nobody else has it, and no draft is above it."""
    if document.parent is not None and document.parent.draft:
        return False
    writes = scopes_of(clerk).level(document.file.scope_id) >= LEVEL_FOR["file_documents"]
    return writes and document.file.is_open and not document.is_held_from(clerk)


def _locked(document: Document, by: User, refuse: type[Exception]) -> tuple[RecordFile, Document]:
    file = locked(document.file)
    row: Document = (
        Document.objects.select_for_update(of=("self",)).select_related("checked_out_by", "volume", "parent").get(pk=document.pk)
    )
    if row.file_id != file.pk:
        raise refuse(journal_reading.moved_away(row, file=file))
    if not file.is_open:
        raise refuse(journal_reading.read_only(file))
    if row.cancelled_at is not None:
        who = journal_reading.who_did(object_id=row.public_id, acts=("cancel",))
        raise refuse(journal_reading.with_more(_("A cancelled document is not changed."), who))
    if not row.draft:
        who = journal_reading.who_did(object_id=row.public_id, acts=("register",))
        raise refuse(journal_reading.with_more(_("This document is no draft any more: it has been registered."), who))
    if row.is_held_from(by):
        raise refuse(sentences.held(row))
    row.file = file
    return file, row
