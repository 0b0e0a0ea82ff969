"""Who else is at a ticket, for the page that asks every ten seconds."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hotline import presence
from tenants.doors import ClerkRequest

from .doors import staff_only, ticket_or_404


@require_POST
@staff_only
def ticket_presence(request: ClerkRequest, ticket: UUID) -> JsonResponse:
    """Tell of oneself, and hear who else is here and whether the ticket has changed."""
    found = ticket_or_404(request, ticket)
    others = presence.tell(ticket=found, by=request.user, typing=request.POST.get("typing") == "1", at=timezone.now())
    return JsonResponse({"others": [asdict(one) for one in others], "revision": found.revision})
