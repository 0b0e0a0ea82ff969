"""Versions of a document: seen, added, compared; and who has it checked out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import comparing, holding, intake, sentences
from records.forms import VersionForm
from records.models import Document, DocumentVersion
from records.models.access import LEVEL_FOR, LEVEL_READ
from tenants import stores

from .documents import downloaded
from .doors import ClerkRequest, acted, document_or_404, may, version_or_404

PAGES_AT_ONCE = 12
DIGITS = 6


@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: ClerkRequest, document: UUID) -> HttpResponse:
    """All versions, newest first; a new one can be put on."""
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"] if request.method == "POST" else LEVEL_READ)
    form = VersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            intake.add_version(
                document=found, arrival=_arrival(form), comment=form.cleaned_data["comment"], by=request.user, at=timezone.now()
            )
        except intake.CannotTakeIn as refusal:
            if request.htmx:
                return HttpResponse(str(refusal), status=409)
            form.add_error(None, str(refusal))
        else:
            return acted(request, found, done=_("The new version has been filed and will be read."))
    rows: list[Any] = list(found.versions.select_related("created_by").order_by("-number"))
    for row in rows:
        row.failure_text = sentences.failure(row)
    context = _context(request, found) | {"rows": rows, "form": form, "older": rows[1].number if len(rows) > 1 else None}
    return render(request, "records/versions.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def version(request: ClerkRequest, document: UUID, version: int) -> HttpResponse:
    """One version with pictures of its sheets: also an old one can be read here."""
    found = version_or_404(request.user, document, version)
    of = document_or_404(request.user, document)
    first = min(_number(request, "blatt", 1), max(found.page_count or 1, 1))
    last = min(first + PAGES_AT_ONCE - 1, found.page_count or 0)
    rows = found.pages.filter(number__range=(first, last)).order_by("number")
    pages = [(page, reverse("records:page_image", args=[of.public_id, found.number, page.number]) + "?width=1000") for page in rows]
    context = _context(request, of) | {"version": found, "pages": pages, "failure": sentences.failure(found)}
    context["next_url"] = f"?blatt={last + 1}" if last < (found.page_count or 0) else None
    context["previous_url"] = f"?blatt={max(1, first - PAGES_AT_ONCE)}" if first > 1 else None
    return render(request, "records/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def version_original(request: ClerkRequest, document: UUID, version: int) -> HttpResponseBase:
    return downloaded(request, document_or_404(request.user, document), version_or_404(request.user, document, version))


@require_safe
def compare(request: ClerkRequest, document: UUID) -> HttpResponse:
    """The text of two versions side by side; the older one is at the left, however they were chosen."""
    found = document_or_404(request.user, document)
    numbers = list(found.versions.order_by("-number").values_list("number", flat=True))
    newest = numbers[0]
    chosen = sorted((_number(request, "alt", max(1, newest - 1)), _number(request, "neu", newest)))
    older, newer = (found.versions.filter(number=number).first() for number in chosen)
    if older is None or newer is None:
        raise Http404
    context = _context(request, found) | {"older": older, "newer": newer, "numbers": numbers, "result": None}
    if _comparable(older) and _comparable(newer):
        result = comparing.compare(older=older, newer=newer, start=_number(request, "ab", 0))
        context["result"] = result
        context["next_url"] = f"?alt={older.number}&neu={newer.number}&ab={result.following}" if result.following else None
        before = max(0, result.start - comparing.AT_ONCE)
        context["previous_url"] = f"?alt={older.number}&neu={newer.number}&ab={before}" if result.start else None
    return render(request, "records/compare.html", context)


@require_POST
def check_out(request: ClerkRequest, document: UUID) -> HttpResponse:
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    try:
        holding.check_out(document=found, by=request.user, at=timezone.now())
    except holding.CannotCheckOut as refusal:
        return acted(request, found, refused=str(refusal))
    return acted(request, found, done=_("You have checked this document out. Until you check it in, nobody else changes it."))


@require_POST
def check_in(request: ClerkRequest, document: UUID) -> HttpResponse:
    """With a file its new version, without one as it was."""
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    content = request.FILES.get("content")
    arrival = intake.Arrival(stores.of_municipality().keep(content.incoming), content.name or "") if content else None  # type: ignore[attr-defined]
    comment = request.POST.get("comment", "").replace("\x00", "")[:500]
    try:
        holding.check_in(document=found, arrival=arrival, comment=comment, by=request.user, at=timezone.now())
    except (holding.CannotCheckIn, intake.CannotTakeIn) as refusal:
        return acted(request, found, refused=str(refusal))
    return acted(request, found, done=_("The document is checked in with a new version.") if arrival else _("The document is checked in."))


@require_POST
def take_back(request: ClerkRequest, document: UUID) -> HttpResponse:
    """For the registry where it may write, and for those who manage the file; for others it does not exist."""
    found = document_or_404(request.user, document, LEVEL_FOR["file_documents"])
    if not holding.may_take_back(request.user, found.file):
        raise Http404
    try:
        reason = request.POST.get("reason", "").replace("\x00", "")[:1000]
        holding.take_back(document=found, reason=reason, by=request.user, at=timezone.now())
    except holding.CannotTakeBack as refusal:
        return acted(request, found, refused=str(refusal))
    return acted(request, found, done=_("The document has been taken back."))


def _context(request: ClerkRequest, found: Document) -> dict[str, Any]:
    rights = may(request.user, found.file)
    can_edit = rights["can_file"] and found.cancelled_at is None and not found.is_held_from(request.user)
    return {"nav": "file_plan", "document": found, "file": found.file, "can_edit": can_edit, **rights}


def _arrival(form: VersionForm) -> intake.Arrival:
    content = form.cleaned_data["content"]
    return intake.Arrival(stores.of_municipality().keep(content.incoming), content.name or "")


def _comparable(version: DocumentVersion) -> bool:
    return version.state == DocumentVersion.State.READY


def _number(request: ClerkRequest, name: str, otherwise: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else otherwise
