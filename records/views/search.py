"""Searching: hits with facets, and suggestions while somebody types."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from records import searching, suggesting
from records.models import FilePlanUnit

from .desk import ICONS
from .doors import ClerkRequest, is_partial

MOST_FILES = 5  # above the hits, so that these stay in sight
KINDS = ("pdf", "image", "text", "office", "mail", "archive", "other")


@require_safe
def search(request: ClerkRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:2000]
    order = "newest" if request.GET.get("sortierung") == "neueste" else "relevance"
    context: dict[str, Any] = {"nav": "search", "query": text, "order": order, "results": None, "files": [], "error": ""}
    if text.strip():
        try:
            _answer(request, text, order, context)
        except searching.CannotSearch as refusal:
            context["error"] = str(refusal)
    return render(request, "records/_search_results.html" if is_partial(request) else "records/search.html", context)


@require_safe
def suggest(request: ClerkRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    found = suggesting.suggest(clerk=request.user, text=text)
    shown = [SimpleNamespace(public_id=s.id, title=s.title, file_reference=s.file_reference, kind=s.kind, file=_file_of(s)) for s in found]
    context = {"query": text, "files": [s for s in shown if s.kind == "file"], "documents": [s for s in shown if s.kind == "document"]}
    return render(request, "components/_suggestions.html", context)


def _file_of(suggestion: suggesting.Suggestion) -> SimpleNamespace:
    return SimpleNamespace(public_id=suggestion.file_id, file_reference=suggestion.file_reference)


def _answer(request: ClerkRequest, text: str, order: str, context: dict[str, Any]) -> None:
    year = request.GET.get("jahr", "")
    kind = request.GET.get("art", "")
    code = request.GET.get("einheit", "")
    unit = FilePlanUnit.objects.visible_to(request.user).filter(classification_code=code).first() if code and "\x00" not in code else None
    page = searching.search(
        clerk=request.user,
        text=text,
        order="newest" if order == "newest" else "relevance",
        unit=unit,
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        kind=kind if kind in KINDS else None,
        cursor=request.GET.get("seite"),
        facets=True,
    )
    context["results"] = page
    context["count"] = page.count
    context["forgiven"] = page.forgiven
    context["hits"] = [_hit(hit, text) for hit in page.hits]
    context["files"] = [] if request.GET.get("seite") else page.files[:MOST_FILES]
    context["facets"] = [
        SimpleNamespace(title=_("File plan"), options=_branches(request, page.facets.get("branch", {}))),
        SimpleNamespace(title=_("Year"), options=_options(request, "jahr", sorted(page.facets.get("year", {}).items(), reverse=True))),
        SimpleNamespace(title=_("Kind"), options=_kinds(request, page.facets.get("kind", {}))),
    ]
    context["next_url"] = _address(request, seite=page.next_cursor) if page.next_cursor else None
    context["previous_url"] = None
    context["order_urls"] = {
        "relevance": _address(request, sortierung=None, seite=None),
        "newest": _address(request, sortierung="neueste", seite=None),
    }


def _hit(hit: searching.SearchHit, text: str) -> Any:
    address = reverse("records:file", args=[hit.file.public_id])
    url = f"{address}?dokument={hit.document.public_id}&seite={hit.page}&{urlencode({'q': text})}"
    document = SimpleNamespace(title=hit.document.title, icon=ICONS.get(hit.document.family or "", "document"))
    return SimpleNamespace(document=document, file=hit.file, page=hit.page, snippet=hit.snippet, url=url)


def _branches(request: ClerkRequest, counts: dict[str, int]) -> list[Any]:
    """Top branches, or the branches below the chosen unit; only those the clerk may know of."""
    chosen = request.GET.get("einheit", "")
    units = list(FilePlanUnit.objects.visible_to(request.user).filter(classification_code__in=counts).in_order())
    here = next((u for u in units if u.classification_code == chosen), None)
    shown = [u for u in units if (u.parent_id == here.pk or u.pk == here.pk if here else u.level == 1)]
    return [
        _option(request, "einheit", u.classification_code, f"{u.classification_code} {u.title}", counts[u.classification_code])
        for u in shown
    ]


def _kinds(request: ClerkRequest, counts: dict[str, int]) -> list[Any]:
    words = {
        "pdf": _("PDF"),
        "image": _("Scans and pictures"),
        "text": _("Texts"),
        "office": _("Office files"),
        "mail": _("E-mails"),
        "archive": _("Archives"),
        "other": _("Others"),
    }
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return [_option(request, "art", kind, words.get(kind, kind), count) for kind, count in ordered]


def _options(request: ClerkRequest, name: str, counts: list[tuple[str, int]]) -> list[Any]:
    return [_option(request, name, value, value, count) for value, count in counts]


def _option(request: ClerkRequest, name: str, value: str, label: str, count: int) -> Any:
    chosen = request.GET.get(name) == value
    return SimpleNamespace(
        url=_address(request, **{name: None if chosen else value, "seite": None}), label=label, count=count, chosen=chosen
    )


def _address(request: ClerkRequest, **changes: str | None) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return "?" + query.urlencode()
