"""Attachments, and cancelling a document with its undo."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records import attaching, filing, restoring
from records.models.access import LEVEL_FOR

from .doors import ClerkRequest, acted, document_or_404
from .files import reason_of


@require_POST
def attach(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        parent = document_or_404(request.user, UUID(request.POST.get("to", "")), LEVEL_FOR["file_documents"])
    except ValueError as fault:
        raise Http404 from fault
    try:
        attaching.attach(document=found, to=parent, by=request.user, at=timezone.now())
    except attaching.CannotAttach as refusal:
        return acted(request, found, refused=str(refusal))
    return acted(request, found, done=_("It is an attachment of “%(title)s” now.") % {"title": parent.title})


@require_POST
def detach(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        attaching.detach(document=found, by=request.user, at=timezone.now())
    except attaching.CannotAttach as refusal:
        return acted(request, found, refused=str(refusal))
    return acted(request, found, done=_("It is a document of its own again."))


@require_POST
def cancel(request: ClerkRequest, document: UUID) -> HttpResponse:
    """Cancel a document, with a reason; the message offers to undo it (components/messages.html)."""
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        filing.cancel_document(document=found, reason=reason_of(request), by=request.user, at=timezone.now())
    except filing.CannotCancel as refusal:
        return acted(request, found, refused=str(refusal))
    if request.htmx:
        return HttpResponse(status=204)
    sentence = _("“%(title)s” has been cancelled.") % {"title": found.title}
    messages.success(request, sentence, extra_tags=reverse("records:document_restore", args=[document]))
    return redirect("records:file", found.file.public_id)


@require_POST
def restore(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        restoring.restore_document(document=found, by=request.user, at=timezone.now())
    except restoring.CannotRestore as refusal:
        return acted(request, found, refused=str(refusal))
    if request.htmx:
        return HttpResponse(status=204)
    messages.success(request, _("“%(title)s” is back at its place.") % {"title": found.title})
    return redirect(reverse("records:file", args=[found.file.public_id]) + f"?dokument={document}")
