"""What staff write and do not send: saved by the page while they type, or by its button; and discarded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotline import unfinished
from tenants.doors import ClerkRequest

from .doors import staff_only, ticket_or_404


@require_POST
@staff_only
def unfinished_keep(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Keep it. With `quiet` (static/js/unfinished.js) the answer says since when, else it is the ticket's page."""
    found, now = ticket_or_404(request, ticket), timezone.now()
    quiet = request.POST.get("quiet") == "1"
    try:
        kept = unfinished.keep(ticket=found, kind=request.POST.get("kind", ""), body=request.POST.get("body", ""), by=request.user, at=now)
    except unfinished.CannotKeep as refusal:
        if quiet:
            return JsonResponse({"words": str(refusal)}, status=422)
        messages.error(request, str(refusal))
        return redirect("hotline:ticket", found.public_id)
    words = _("Draft kept at %(time)s, for you alone.") % {"time": f"{timezone.localtime(now):%H:%M}"} if kept else ""
    if quiet:
        return JsonResponse({"at": kept.at.isoformat() if kept else "", "words": words})
    messages.success(request, words or _("There was nothing to keep."))
    return redirect("hotline:ticket", found.public_id)


@require_POST
@staff_only
def unfinished_discard(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    found = ticket_or_404(request, ticket)
    unfinished.discard(ticket=found, by=request.user)
    messages.success(request, _("The draft is discarded."))
    return redirect("hotline:ticket", found.public_id)
