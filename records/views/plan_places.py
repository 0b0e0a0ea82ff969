"""Finding a place in the file plan, and keeping units and files at hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records import favourites, plan_search
from records.models import FilePlanUnit, RecordFile

from . import plan_tree
from .doors import ClerkRequest, file_or_404, is_partial, unit_or_404
from .plan import shelf


@require_safe
def search(request: ClerkRequest) -> HttpResponse:
    """Places that were found; as a fragment while somebody types."""
    text = request.GET.get("q", "").replace("\x00", " ").strip()[: plan_search.LONGEST]
    places = plan_search.find_places(clerk=request.user, text=text)
    context = {"places": places, "plan_query": text, "most": plan_search.MOST}
    if is_partial(request):
        return render(request, "records/_plan_places.html", context)
    context |= {"nav": "file_plan", "tree": plan_tree.drawn(plan_tree.roots(request)), "unit": None, "searched": True, **shelf(request)}
    return render(request, "records/file_plan.html", context)


@require_POST
def unit_favourite(request: ClerkRequest, unit: UUID) -> HttpResponse:
    _set(request, unit_or_404(request.user, unit))
    return _back(request, "records:unit", unit)


@require_POST
def file_favourite(request: ClerkRequest, file: UUID) -> HttpResponse:
    _set(request, file_or_404(request.user, file))
    return _back(request, "records:file", file)


def _set(request: ClerkRequest, target: FilePlanUnit | RecordFile) -> None:
    starred = request.POST.get("starred") == "1"
    try:
        favourites.set_favourite(target=target, starred=starred, by=request.user, at=timezone.now())
    except favourites.TooManyFavourites:
        messages.error(request, _("You have %(most)d favourites already. Please take one away first.") % {"most": favourites.MOST})


def _back(request: ClerkRequest, route: str, public_id: UUID) -> HttpResponse:
    """To the page that the star stands on."""
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect(route, public_id)
