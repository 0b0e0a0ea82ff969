"""Documents on screens: taking in, state, original, page images and the words on them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.api.etags import ranged_file_response
from foundation.pages.facts import Unreadable
from foundation.store import StoreError
from records import binder, downloading, page_images, reading, warnings_before
from records.models import Document, DocumentVersion
from records.models.access import LEVEL_WRITE
from tenants import stores

from .contents import contents_of
from .doors import ClerkRequest, document_or_404, file_or_404, may, version_or_404

logger = logging.getLogger(__name__)


@require_safe
def document_list(request: ClerkRequest, file: UUID) -> HttpResponse:
    """The binder's list: fetched again while something is being read."""
    found = file_or_404(request.user, file)
    permits = may(request.user, found)
    context = {"file": found, **permits, **contents_of(request, found, can_file=permits["can_file"])}
    return render(request, "records/_documents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def original(request: ClerkRequest, document: UUID) -> HttpResponseBase:
    found = document_or_404(request.user, document)
    assert found.current is not None
    return downloaded(request, found, found.current)


def downloaded(request: ClerkRequest, document: Document, version: DocumentVersion) -> HttpResponseBase:
    """The bytes as a download; where a disclosure block stands in the file first a page that warns of it and asks for a confirmation."""
    sent = request.POST.getlist("confirmed") if request.method == "POST" else []
    try:
        downloading.hand_out(document=document, version=version, confirmed=sent, by=request.user, at=timezone.now())
    except warnings_before.NotConfirmed as refusal:
        context = {
            "nav": "file_plan",
            "document": document,
            "version": version,
            "file": document.file,
            "warnings": refusal.warnings,
            "unconfirmed": request.method == "POST",
        }
        return render(request, "records/download.html", context, status=422 if request.method == "POST" else 200)
    store = stores.of_municipality()
    return ranged_file_response(
        request,
        lambda: store.open_verified(version.sha256),
        size=version.size,
        etag=version.sha256,
        media_type=version.media_type,
        name=version.original_name,
        inline=False,
    )


@require_POST
def read_again(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_WRITE)
    try:
        reading.read_again(document=found, by=request.user, at=timezone.now())
    except reading.CannotReadAgain as refusal:
        if request.htmx:
            return HttpResponse(str(refusal), status=409)
    if request.htmx:
        return document_list(request, found.file.public_id)
    return redirect("records:file", found.file.public_id)


@require_POST
def remember(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Note that the clerk has opened the file, and at which sheet she is; 0: at none."""
    found = file_or_404(request.user, file)
    sheet = request.POST.get("sheet", "1")
    binder.remember_place(
        file=found,
        clerk=request.user,
        sheet=min(int(sheet), 10**6) if sheet.isascii() and sheet.isdecimal() and len(sheet) < 10 else 1,
        at=timezone.now(),
    )
    return HttpResponse(status=204)


@require_safe
@cache_control(private=True, max_age=31_536_000, immutable=True)
def page_image(request: ClerkRequest, document: UUID, version: int, page: int) -> HttpResponse:
    found = version_or_404(request.user, document, version)
    return picture_of(found, page, width=_number(request, "width", 1400))


@require_safe
@cache_control(private=True, max_age=31_536_000, immutable=True)
def page_tile(request: ClerkRequest, document: UUID, version: int, page: int) -> HttpResponse:
    found = version_or_404(request.user, document, version)
    width, x, y = _number(request, "width", 2800), _number(request, "x", 0), _number(request, "y", 0)
    return _picture(lambda: page_images.page_tile(found, page, width=width, x=x, y=y))


@require_safe
@cache_control(private=True, max_age=600)
def page_words(request: ClerkRequest, document: UUID, version: int, page: int) -> HttpResponse:
    found = version_or_404(request.user, document, version)
    try:
        return JsonResponse(page_images.page_words(found, page, query=request.GET.get("q") or None), safe=False)
    except (page_images.NoSuchPage, page_images.NotReady) as error:
        raise Http404 from error
    except Unreadable:
        return JsonResponse([], safe=False)


def picture_of(version: DocumentVersion, page: int, *, width: int) -> HttpResponse:
    """A page as a picture; what is none is a 404, what cannot be drawn at the moment a 503."""
    return _picture(lambda: page_images.page_image(version, page, width=width))


def _picture(draw: Callable[[], bytes]) -> HttpResponse:
    try:
        return HttpResponse(draw(), content_type="image/jpeg")
    except (page_images.NoSuchPage, page_images.NotReady) as error:
        raise Http404 from error
    except (Unreadable, StoreError):
        logger.exception("A page could not be drawn.")
        return HttpResponse(status=503)


def _number(request: ClerkRequest, name: str, otherwise: int) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 7 else otherwise
