"""The desk: what a clerk sees first. "Weiter wie gestern"."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from records import binder, sentences
from records.models import Document

from .doors import ClerkRequest
from .files import may_create

ICONS = {"image": "scan", "pdf": "document", "mail": "mail", "text": "note", "office": "document"}


@require_safe
def desk(request: ClerkRequest) -> HttpResponse:
    places: list[Any] = binder.last_places(clerk=request.user)
    visible = Document.objects.visible_to(request.user).standing().for_reading()
    unread = visible.filter(created_by=request.user, current__state__in=["received", "reading", "failed"]).order_by("-created_at", "-pk")
    reading = [_shown(d) for d in unread[:8]]
    newest = [_shown(d) for d in visible.order_by("-created_at", "-pk")[:8]]
    place = places[0] if places else None
    if place is not None:
        _complete(place)
    context = {
        "nav": "desk",
        "today": timezone.localdate(),
        "place": place,
        "recent_files": [p.file for p in places],
        "reading": reading,
        "newest": newest,
        "can_create": may_create(request),
    }
    return render(request, "records/desk.html", context)


def _shown(document: Any) -> Any:
    document.url = reverse("records:file", args=[document.file.public_id]) + f"?dokument={document.public_id}"
    document.icon = ICONS.get(document.current.family, "document") if document.current else "document"
    document.failure = sentences.failure(document.current) if document.current else ""
    return document


def _complete(place: Any) -> None:
    """How many sheets the file has, and a picture of the one where she stopped."""
    place.thumbnail_url = None
    stream = binder.sheets(file=place.file)
    place.sheet_count = len(stream)
    if 1 <= place.sheet <= len(stream):
        sheet = stream[place.sheet - 1]
        version = sheet.document.current
        assert version is not None
        address = reverse("records:page_image", args=[sheet.document.public_id, version.number, sheet.page])
        place.thumbnail_url = f"{address}?width=240"
