"""The desk: what a clerk sees first. A list at the left, a preview of what is chosen at the right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from records import desk as desks
from records import reminding, sentences, support_access
from records.models import ReadingPlace, RecordFile, Register

from .doors import ClerkRequest, document_or_404, file_or_404
from .files import may_create
from .paging import NOBODY

ICONS = {"image": "scan", "pdf": "document", "mail": "mail", "text": "note", "office": "document"}


@require_safe
def desk(request: ClerkRequest) -> HttpResponse:
    today = timezone.localdate()
    lies = desks.desk_of(clerk=request.user, on=today)
    for document in (*lies.checked_out, *lies.unread, *lies.newest):
        describe(document)
    _address(lies)
    place = lies.places[0] if lies.places else None
    context = {
        "nav": "desk",
        "today": today,
        "dues": reminding.dues(reminders=lies.reminders, on=today),
        "recent_files": [known.file for known in lies.places],
        "glance": _glance_at_file(place.file, place.sheet) if place else None,
        "can_create": may_create(request),
        "support_waiting": support_access.count_waiting(person=request.user, at=timezone.now()),
        **vars(lies),
        "place": place,
    }
    return render(request, "records/desk.html", context)


def _address(lies: desks.Desk) -> None:
    """Put the addresses of pages and previews on what lies there: found once, and not a hundred times."""
    page, file_preview, paper_preview = (reverse(f"records:{name}", args=[NOBODY]) for name in ("file", "file_preview", "document_preview"))
    places = [known.file for known in lies.places]
    for file in (*places, *lies.favourites, *lies.my_files, *(reminder.file for reminder in lies.reminders)):
        key = str(file.public_id)
        file.url, file.preview_url = page.replace(NOBODY, key), file_preview.replace(NOBODY, key)
    papers: list[Any] = [reminder.document for reminder in lies.reminders if reminder.document]
    for document in (*papers, *lies.checked_out, *lies.unread, *lies.newest):
        document.preview_url = paper_preview.replace(NOBODY, str(document.public_id))


@require_safe
def file_preview(request: ClerkRequest, file: UUID) -> HttpResponse:
    """A part of the desk: what a file looks like, opened where the clerk stopped."""
    found = file_or_404(request.user, file)
    place = ReadingPlace.objects.filter(user=request.user, file=found).first()
    context = {
        "file": found,
        "glance": _glance_at_file(found, place.sheet if place else 1),
        "registers": Register.objects.filter(file=found).order_by("position"),
    }
    return render(request, "records/_preview.html", context)


@require_safe
def document_preview(request: ClerkRequest, document: UUID) -> HttpResponse:
    """A part of the desk: the first sheet of a document."""
    found = describe(document_or_404(request.user, document))
    context = {"file": found.file, "document": found, "thumbnail_url": _picture(found, 1) if found.current.page_count else None}
    return render(request, "records/_preview.html", context)


def describe(document: Any) -> Any:
    """Put address, icon and what hinders its reading on a document."""
    document.url = reverse("records:file", args=[document.file.public_id]) + f"?dokument={document.public_id}"
    document.icon = ICONS.get(document.current.family, "document") if document.current else "document"
    document.failure = sentences.failure(document.current) if document.current else ""
    return document


def _glance_at_file(file: RecordFile, sheet: int) -> dict[str, Any]:
    glance = desks.glance_at(file=file, sheet=sheet)
    picture = _picture(glance.document, glance.page) if glance.document else None
    return {"sheet": glance.sheet, "sheet_count": glance.sheet_count, "thumbnail_url": picture}


def _picture(document: Any, page: int) -> str:
    return reverse("records:page_image", args=[document.public_id, document.current.number, page]) + "?width=480"
