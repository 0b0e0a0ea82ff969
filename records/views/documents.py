"""Documents on screens: taking in, state, original, page images and the words on them."""

from __future__ import annotations

import logging
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse, UnreadablePostError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from foundation.api import problems
from foundation.api.etags import ranged_file_response
from foundation.store import StoreFull
from foundation.uploads import TooLarge
from records import binder, intake, page_images, reading
from records.models import Register
from records.models.access import LEVEL_WRITE
from tenants import stores

from .doors import ClerkRequest, document_or_404, file_or_404, may, version_or_404

logger = logging.getLogger(__name__)


@require_safe
def document_list(request: ClerkRequest, file: UUID) -> HttpResponse:
    """The binder's list: fetched again while something is being read."""
    from .binder import list_context

    found = file_or_404(request.user, file)
    return render(request, "records/_documents.html", {"file": found, **may(request.user, found), **list_context(request, found)})


@csrf_exempt  # checked below: the middleware would read the upload where a full disk can only become an error 500
@require_POST
def upload(request: ClerkRequest, file: UUID) -> HttpResponseBase:
    """One document into a register. Answers JSON: the upload script shows the sentence beside the name."""
    try:
        return csrf_protect(_upload)(request, file)
    except TooLarge as refusal:
        return problems.problem(request, 413, problems.too_large_sentence(refusal.limit))
    except StoreFull:
        logger.error("The document store is full; an upload was refused.")
        return problems.problem(request, 507, _("The document store is full. Nothing was taken in; please inform the competence centre."))
    except UnreadablePostError:
        logger.info("An upload broke off; nothing of it was kept.")
        return problems.problem(request, 400, _("The upload broke off. Please upload the file once more."))


def _upload(request: ClerkRequest, file: UUID) -> HttpResponseBase:
    found = file_or_404(request.user, file, LEVEL_WRITE)
    content = request.FILES.get("content")
    if content is None:
        return problems.problem(request, 400, _("Please choose a file."))
    register = None
    if wanted := request.POST.get("register", ""):
        register = _register(found.pk, wanted)
        if register is None:
            return problems.problem(request, 400, _("This register does not exist in the file."))
    arrival = intake.Arrival(stores.of_municipality().keep(content.incoming), content.name or "")  # type: ignore[attr-defined]
    try:
        document = intake.take_in(arrival=arrival, file=found, register=register, by=request.user, at=timezone.now())
    except intake.FileNotOpen as refusal:
        return problems.problem(request, 409, str(refusal))
    except intake.Executable as refusal:
        return problems.problem(request, 415, str(refusal))
    except intake.CannotTakeIn as refusal:
        return problems.problem(request, 400, str(refusal))
    known = intake.known_elsewhere(sha256=arrival.stored.sha256, clerk=request.user, but=document)
    duplicates = [{"title": d.title, "file_reference": d.file.file_reference} for d in known]
    return JsonResponse({"id": str(document.public_id), "title": document.title, "state": "received", "duplicates": duplicates}, status=201)


def _register(file_pk: int, wanted: str) -> Register | None:
    try:
        return Register.objects.filter(file_id=file_pk, public_id=UUID(wanted)).first()
    except ValueError:
        return None


@require_safe
def original(request: ClerkRequest, document: UUID) -> HttpResponseBase:
    found = document_or_404(request.user, document)
    version = found.current
    assert version is not None
    store = stores.of_municipality()
    return ranged_file_response(
        request,
        lambda: store.open(version.sha256),
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
    found = file_or_404(request.user, file)
    sheet = request.POST.get("sheet", "1")
    binder.remember_place(file=found, clerk=request.user, sheet=min(int(sheet), 10**6) if sheet.isdecimal() else 1, at=timezone.now())
    return HttpResponse(status=204)


@require_safe
@cache_control(private=True, max_age=31_536_000, immutable=True)
def page_image(request: ClerkRequest, document: UUID, version: int, page: int) -> HttpResponse:
    found = version_or_404(request.user, document, version)
    width = request.GET.get("width", "1400")
    image = page_images.page_image(found, page, width=min(max(int(width), 40), 4000) if width.isdecimal() else 1400, format="webp")
    return HttpResponse(image, content_type="image/webp")


@require_safe
@cache_control(private=True, max_age=31_536_000, immutable=True)
def page_tile(request: ClerkRequest, document: UUID, version: int, page: int) -> HttpResponse:
    found = version_or_404(request.user, document, version)
    zoom, x, y = (int(v) if (v := request.GET.get(name, "0")).isdecimal() else 0 for name in ("zoom", "x", "y"))
    return HttpResponse(page_images.page_tile(found, page, zoom=zoom, x=x, y=y), content_type="image/webp")


@require_safe
def page_words(request: ClerkRequest, document: UUID, version: int, page: int) -> HttpResponse:
    found = version_or_404(request.user, document, version)
    return JsonResponse(page_images.page_words(found, page, query=request.GET.get("q") or None), safe=False)
