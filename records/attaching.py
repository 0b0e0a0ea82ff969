"""Attachments (Anlagen): a document kept below another one of the same file, one level deep."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import indexing, intake, journal, journal_reading, sentences
from .models import Document, RecordFile


class CannotAttach(Exception):
    """The document cannot be attached or detached; the message says why."""


def attach(*, document: Document, to: Document, by: User, at: datetime) -> Document:
    """Make a document the attachment of another one of the same file; it moves into that one's register, right below it.

    Raises CannotAttach: closed file, cancelled or checked out by somebody else, another file, itself, and more than one level (an attachment
    has no attachments, so there is no cycle either).
    """
    with current.atomic():
        file, document, parent = _locked(document, to)
        _refuse_unless_free(file, document, by)
        if parent.cancelled_at is not None:
            raise CannotAttach(_and_who(_("A cancelled document gets no attachments."), parent, "cancel"))
        if parent.draft and not document.draft:
            raise CannotAttach(_("A draft gets no registered document as its attachment; please register it first."))
        if parent.file_id != document.file_id:
            raise CannotAttach(_("Both documents must lie in the same file."))
        if parent.pk == document.pk:
            raise CannotAttach(_("A document is not its own attachment."))
        if parent.parent_id is not None:
            raise CannotAttach(_("“%(title)s” is an attachment itself; attachments have none of their own.") % {"title": parent.title})
        if document.attachments.exists():
            raise CannotAttach(_("“%(title)s” has attachments; please detach them first.") % {"title": document.title})
        if document.parent_id == parent.pk:
            raise CannotAttach(_and_who(_("It is an attachment of this document already."), document, "attach"))
        told: dict[str, journal.Change] = {"parent": (_id(document.parent), _id(parent))}
        if document.register_id != parent.register_id:
            told["register"] = (document.register, parent.register)
            document.register, document.rank = parent.register, intake.next_rank(file, parent.register)
        _save(document, parent, told, by, at)
    return document


def detach(*, document: Document, by: User, at: datetime) -> Document:
    """Make an attachment a document of its own again, in the same register. Raises CannotAttach."""
    with current.atomic():
        file, document, _parent = _locked(document, document)
        _refuse_unless_free(file, document, by)
        if document.parent is None:
            raise CannotAttach(_and_who(_("This document is no attachment."), document, "detach", "move"))
        _save(document, None, {"parent": (_id(document.parent), None)}, by, at)
    return document


def _locked(document: Document, other: Document) -> tuple[RecordFile, Document, Document]:
    """Lock the file, then both documents, always in the same order."""
    file: RecordFile = RecordFile.objects.select_for_update(of=("self",)).get(pk=document.file_id)
    both = Document.objects.filter(pk__in=[document.pk, other.pk]).select_for_update(of=("self",)).order_by("pk")
    rows = {one.pk: one for one in both.select_related("parent", "register", "checked_out_by")}
    return file, rows[document.pk], rows[other.pk]


def _refuse_unless_free(file: RecordFile, document: Document, by: User) -> None:
    if document.file_id != file.pk:
        raise CannotAttach(journal_reading.moved_away(document, file=file))
    if not file.is_open:
        raise CannotAttach(journal_reading.read_only(file))
    if document.cancelled_at is not None:
        raise CannotAttach(_and_who(_("A cancelled document is not changed."), document, "cancel"))
    if document.is_held_from(by):
        raise CannotAttach(sentences.held(document))


def _and_who(sentence: str, document: Document, *acts: str) -> str:
    return journal_reading.with_more(sentence, journal_reading.who_did(object_id=document.public_id, acts=acts, file=document.file))


def _id(document: Document | None) -> UUID | None:
    """The journal names documents by their ids: a title would survive there after its document was erased by law."""
    return document.public_id if document is not None else None


def _save(document: Document, parent: Document | None, told: dict[str, journal.Change], by: User, at: datetime) -> None:
    document.parent, document.revision = parent, document.revision + 1
    document.save(update_fields=["parent", "register", "rank", "revision"])
    indexing.note_document(document)
    act = "attach" if parent is not None else "detach"
    journal.enter(act=act, object=document, by=by, at=at, file_id=document.file.public_id, changes=told)
