"""What the doors of this app share: the clerk of a request, and looking things up so that what is cut is a 404."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from foundation.statements import Blank, Statement
from records import confidential, favourites, registering, subfiles
from records.models import Document, DocumentVersion, FilePlanUnit, Participant, RecordFile
from records.models.access import LEVEL_FOR, LEVEL_MANAGE, LEVEL_READ, LEVEL_WRITE, readable_units, scopes_of
from records.models.documents import visible_document
from tenants import current
from tenants.doors import ClerkRequest
from tenants.models import User

__all__ = ["ClerkRequest", "acted", "document_or_404", "file_or_404", "is_partial", "may", "unit_or_404", "version_or_404"]


def is_partial(request: ClerkRequest) -> bool:
    """Whether a fragment is wanted. htmx restores history by an htmx request, but wants the page then."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def _visible_file() -> QuerySet[RecordFile]:
    """A file with what the head of each of its pages shows."""
    blocked = Participant.objects.filter(file=OuterRef("pk"), disclosure_block=True)
    below = RecordFile.objects.filter(parent=OuterRef("pk"))
    visible = RecordFile.objects.in_scopes(Blank("scopes")).with_highest_need()
    visible = visible.annotate(has_block=Exists(blocked), has_subfiles=Exists(below))
    return visible.select_related("unit", "scope", "lead_office").filter(public_id=Blank("id"))


VISIBLE_FILE = Statement(_visible_file, using=current.alias)


def file_or_404(clerk: User, file: UUID, level: int = LEVEL_READ) -> RecordFile:
    rows = current.objects_of(VISIBLE_FILE, scopes=scopes_of(clerk).at_least(level), id=file)
    found: RecordFile | None = next(iter(rows), None)
    if found is None:
        raise Http404
    confidential.note_reading(file=found, by=clerk, at=timezone.now())
    return found


def document_or_404(clerk: User, document: UUID, level: int = LEVEL_READ) -> Document:
    found = visible_document(clerk, document, level)
    if found is None or found.current is None:
        raise Http404
    confidential.note_reading(file=found.file, by=clerk, at=timezone.now())
    return found


def version_or_404(clerk: User, document: UUID, number: int) -> DocumentVersion:
    found = document_or_404(clerk, document)
    version = found.versions.filter(number=number).first()
    if version is None:
        raise Http404
    return version


def acted(request: ClerkRequest, document: Document, *, done: str = "", refused: str = "") -> HttpResponse:
    """The answer to an act on a document: scripts get a bare status (409 with the sentence), pages a message and the document again."""
    if request.htmx:
        return HttpResponse(refused, status=409) if refused else HttpResponse(status=204)
    if refused:
        messages.error(request, refused)
    elif done:
        messages.success(request, done)
    return redirect("records:document", document.public_id)


def unit_or_404(clerk: User, unit: UUID) -> FilePlanUnit:
    found: list[FilePlanUnit] = current.objects_of(UNIT, known=readable_units(clerk).known, id=unit)
    if not found:
        raise Http404
    return found[0]


UNIT = Statement(lambda: FilePlanUnit.objects.among(Blank("known")).with_leaf().filter(public_id=Blank("id")), using=current.alias)


def may(clerk: User, file: RecordFile) -> dict[str, Any]:
    """What the head of a file's pages shows of the clerk: what she may do with it, for buttons (every act checks again), whether she keeps it at hand, and
    what is stricter around it."""
    level = scopes_of(clerk).level(file.scope_id)
    writes = level >= LEVEL_WRITE
    cancels = level >= LEVEL_FOR["cancel"] and file.is_open
    return {
        "can_write": writes,
        "can_file": writes and file.is_open,
        "can_cancel": cancels,
        "can_manage": level >= LEVEL_MANAGE,
        "can_read_journal": level >= LEVEL_FOR["read_journal"],
        "can_register": writes and file.status == RecordFile.Status.DRAFT and registering.may_register(file=file, clerk=clerk),
        "stricter": subfiles.stricter_around(file=file, clerk=clerk) if hasattr(file, "has_subfiles") else [],  # a page without the head
        "starred": favourites.is_favourite(target=file, clerk=clerk),
    }
