"""Taking back the cancelling of a document."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import indexing, journal, journal_reading
from .models import Document, RecordFile


class CannotRestore(Exception):
    """The document stays cancelled; the message says why."""


def restore_document(*, document: Document, by: User, at: datetime) -> Document:
    """Bring a cancelled document back to its place, with the attachments that were cancelled together with it.

    Its rank was kept, so it stands between the same neighbours. Raises CannotRestore: not cancelled, erased by law, the file is closed, the
    document it is attached to, or the case it lies in, is cancelled.
    """
    with current.atomic():
        RecordFile.objects.select_for_update(of=("self",)).get(pk=document.file_id)
        document = Document.objects.select_for_update(of=("self",)).select_related("file", "parent", "case").get(pk=document.pk)
        if document.cancelled_at is None:
            raise CannotRestore(_("This document is not cancelled."))
        if document.erased_at is not None:
            raise CannotRestore(_("This document has been erased; nothing of it is left."))
        if not document.file.is_open:
            raise CannotRestore(journal_reading.read_only(document.file))
        if document.parent is not None and document.parent.cancelled_at is not None:
            raise CannotRestore(_("This is an attachment of “%(title)s”. Please restore that document.") % {"title": document.parent.title})
        together = document.attachments.select_for_update(of=("self",)).filter(cancelled_at=document.cancelled_at, erased_at__isnull=True)
        rows = [document, *together.select_related("case").order_by("pk")]
        _refuse_cancelled_case(rows)
        for one in rows:
            one.cancelled_at, one.revision = None, one.revision + 1
        Document.objects.bulk_update(rows, ["cancelled_at", "revision"])
        indexing.note_documents(rows)
        entries = [journal.Entry("restore", "Document", one.public_id, document.file.public_id) for one in rows]
        journal.enter_all(entries=entries, by=by, at=at)
    return document


def _refuse_cancelled_case(documents: list[Document]) -> None:
    """A case is cancelled while nothing lies in it, and stays empty until it is restored itself."""
    case = next((one.case for one in documents if one.case is not None and one.case.cancelled_at is not None), None)
    if case is not None:
        raise CannotRestore(
            _("It lies in case %(reference)s, which is cancelled. Please restore that case.") % {"reference": case.case_reference}
        )
