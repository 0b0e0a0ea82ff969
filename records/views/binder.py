"""The binder: a file with its dividers, documents and sheets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from records import binder, searching, sentences
from records.models import DocumentVersion, ReadingPlace, RecordFile

from .doors import ClerkRequest, file_or_404, may

NOBODY = "00000000-0000-0000-0000-000000000000"
VERSION, PAGE = 987654321, 123456789
STATES = dict(DocumentVersion.State.choices)


@require_safe
def file(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file)
    context = contents_of(request, found)
    context |= {
        "nav": "file_plan",
        "file": found,
        "query": request.GET.get("q", ""),
        "crumbs": crumbs_of(found),
        "max_upload_mb": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        **may(request.user, found),
    }
    return render(request, "records/binder.html", context)


def crumbs_of(file: RecordFile) -> list[dict[str, str]]:
    return [{"url": reverse("records:unit", args=[file.unit.public_id]), "label": str(file.unit)}]


def contents_of(request: ClerkRequest, file: RecordFile) -> dict[str, Any]:
    """What lies in the file: groups of documents by register in paper order, and the viewer's manifest."""
    documents: list[Any] = list(binder.documents_of(file=file))
    manifest = binder.manifest(file=file, documents=documents)
    sheet = 0
    for entry, document in zip(manifest["documents"], documents, strict=True):
        _describe(document, entry)
        pages = len(entry["pages"])
        document.first_sheet, document.last_sheet = (sheet + 1, sheet + pages) if pages else (None, None)
        sheet += pages
    registers = {r.pk: r for r in file.registers.order_by("position")}
    loose = [d for d in documents if d.register_id is None]
    groups = [SimpleNamespace(register=None, documents=loose)] if loose or not registers else []
    groups += [SimpleNamespace(register=r, documents=[d for d in documents if d.register_id == pk]) for pk, r in registers.items()]
    text = request.GET.get("q", "")[:2000]
    hits = searching.sheets_with_hits(clerk=request.user, file=file, text=text) if text.strip() else []
    manifest |= {**addresses(), "start": _start(request, file, documents, hits), "hits": hits, "query": text}
    return {"groups": groups, "manifest": manifest, "busy": any(d.being_read for d in documents), "sheet_count": sheet}


def _describe(document: Any, entry: dict[str, Any]) -> None:
    """Words about a document, for the list and for the viewer."""
    version = document.current
    document.state = version.state if version else "failed"
    document.state_label = STATES[version.state] if version else ""  # get_state_display() makes this table anew for each document
    document.being_read = bool(version and version.being_read)
    document.failure = sentences.failure(version) if version else ""
    document.notice = sentences.notice(version) if version else ""
    entry["failure"], entry["notice"] = document.failure, document.notice
    entry["received_on"] = f"{document.received_on:%d.%m.%Y}" if document.received_on else ""
    entry["original"] = reverse("records:original", args=[document.public_id])


def addresses() -> dict[str, str]:
    """Address templates of pictures, tiles and words of a page."""
    found = {name: reverse(f"records:{name}", args=[NOBODY, VERSION, PAGE]) for name in ("page_image", "page_words", "page_tile")}
    image, words, tile = (
        address.replace(NOBODY, "{document}").replace(str(VERSION), "{version}").replace(str(PAGE), "{page}") for address in found.values()
    )
    return {
        "image": f"{image}?width={{width}}",
        "thumbnail": f"{image}?width=240",
        "words": words,
        "tiles": f"{tile}?width={{width}}&x={{x}}&y={{y}}",
    }


def _start(request: ClerkRequest, file: RecordFile, documents: list[Any], hits: list[int]) -> int:
    """The sheet to begin with: that of the document asked for, else the first hit, else where the clerk stopped."""
    wanted, page = request.GET.get("dokument", ""), request.GET.get("seite", "1")
    for document in documents:
        if str(document.public_id) == wanted and document.first_sheet:
            number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
            return int(min(document.first_sheet + max(number, 1) - 1, document.last_sheet))
    if hits:
        return hits[0]
    place = ReadingPlace.objects.filter(user=request.user, file=file).first()
    return place.sheet if place else 1
