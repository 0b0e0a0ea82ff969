"""What the doors of this app share: the clerk of a request, and looking things up so that what is cut is a 404."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from records import favourites
from records.models import Document, DocumentVersion, FilePlanUnit, RecordFile
from records.models.access import LEVEL_FOR, LEVEL_MANAGE, LEVEL_READ, LEVEL_WRITE, scopes_of
from tenants.doors import ClerkRequest
from tenants.models import User

__all__ = ["ClerkRequest", "document_or_404", "file_or_404", "is_partial", "may", "unit_or_404", "version_or_404"]


def is_partial(request: ClerkRequest) -> bool:
    """Whether a fragment is wanted. htmx restores history by an htmx request, but wants the page then."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def file_or_404(clerk: User, file: UUID, level: int = LEVEL_READ) -> RecordFile:
    found = RecordFile.objects.visible_to(clerk, level).select_related("unit", "scope", "lead_office").filter(public_id=file).first()
    if found is None:
        raise Http404
    return found


def document_or_404(clerk: User, document: UUID, level: int = LEVEL_READ) -> Document:
    found = Document.objects.visible_to(clerk, level).for_reading().filter(public_id=document, erased_at__isnull=True).first()
    if found is None or found.current is None:
        raise Http404
    return found


def version_or_404(clerk: User, document: UUID, number: int) -> DocumentVersion:
    found = document_or_404(clerk, document)
    version = found.versions.filter(number=number).first()
    if version is None:
        raise Http404
    return version


def unit_or_404(clerk: User, unit: UUID) -> FilePlanUnit:
    found = FilePlanUnit.objects.visible_to(clerk).with_leaf().filter(public_id=unit).first()
    if found is None:
        raise Http404
    return found


def may(clerk: User, file: RecordFile) -> dict[str, bool]:
    """What the clerk may do with a file, and whether she keeps it at hand, for buttons; every act checks again."""
    level = scopes_of(clerk).level(file.scope_id)
    writes = level >= LEVEL_WRITE
    cancels = level >= LEVEL_FOR["cancel"] and file.is_open
    shown = {"can_write": writes, "can_file": writes and file.is_open, "can_cancel": cancels, "can_manage": level >= LEVEL_MANAGE}
    return {**shown, "starred": favourites.is_favourite(target=file, clerk=clerk)}
