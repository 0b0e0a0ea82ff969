"""The binder: a file with its dividers, documents and sheets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from records import binder, sentences
from records.models import ReadingPlace, RecordFile

from .doors import ClerkRequest, file_or_404, may

PLACEHOLDER = "00000000-0000-0000-0000-000000000000"


@require_safe
def file(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file)
    context = list_context(request, found)
    manifest = binder.manifest(file=found, documents=context["documents"]) | _addresses(request, found)
    for entry, document in zip(manifest["documents"], context["documents"], strict=True):
        entry["notice"] = document.notice
        entry["failure"] = document.failure
        entry["original"] = reverse("records:original", args=[document.public_id])
    context |= {
        "nav": "file_plan",
        "file": found,
        "manifest": manifest,
        "query": request.GET.get("q", ""),
        "crumbs": [{"url": reverse("records:unit", args=[found.unit.public_id]), "label": str(found.unit)}],
        "sheet_count": sum(len(d["pages"]) for d in manifest["documents"]),
        **may(request.user, found),
    }
    return render(request, "records/binder.html", context)


def list_context(request: ClerkRequest, file: RecordFile) -> dict[str, Any]:
    """Documents in paper order, grouped by register (documents directly in the file first)."""
    documents: list[Any] = list(binder.documents_of(file=file))
    for document in documents:
        version = document.current
        document.failure = sentences.failure(version) if version else ""
        document.notice = sentences.notice(version) if version else ""
    registers: list[Any] = list(file.registers.order_by("position"))
    for register in registers:
        register.document_list = [d for d in documents if d.register_id == register.pk]
    return {
        "documents": documents,
        "registers": registers,
        "loose_documents": [d for d in documents if d.register_id is None],
        "being_read": any(d.current and d.current.being_read for d in documents),
    }


def _addresses(request: ClerkRequest, file: RecordFile) -> dict[str, Any]:
    """Address templates for the viewer, and where it begins."""
    version, page = 987654321, 123456789
    patterns = {name: reverse(f"records:{name}", args=[PLACEHOLDER, version, page]) for name in ("page_image", "page_words", "page_tile")}
    patterns = {
        name: address.replace(PLACEHOLDER, "{document}").replace(str(version), "{version}").replace(str(page), "{page}")
        for name, address in patterns.items()
    }
    return {
        "image": patterns["page_image"] + "?width={width}",
        "words": patterns["page_words"],
        "tiles": patterns["page_tile"],
        "start": _start(request, file),
    }


def _start(request: ClerkRequest, file: RecordFile) -> int:
    """The sheet to begin with: that of the document asked for, else where the clerk stopped."""
    wanted = request.GET.get("dokument", "")
    if wanted:
        page = request.GET.get("seite", "1")
        number = int(page) if page.isdecimal() and len(page) < 6 else 1
        for sheet in binder.sheets(file=file):
            if str(sheet.document.public_id) == wanted and sheet.page >= number:
                return sheet.sheet
    place = ReadingPlace.objects.filter(user=request.user, file=file).first()
    return place.sheet if place else 1
