"""Watching tickets, and who may read what her office asks, on screens."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from hotline import watching
from tenants.doors import ClerkRequest

from .doors import asks, staff_only, ticket_or_404


@require_POST
@asks
def ticket_watch(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    found = ticket_or_404(request, ticket)
    try:
        watching.watch(ticket=found, by=request.user, at=timezone.now())
    except watching.CannotWatch as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline:ticket", found.public_id)


@require_POST
@asks
def ticket_unwatch(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Back to the list: a requester who watched somebody else's may not know of it any more."""
    watching.unwatch(ticket=ticket_or_404(request, ticket), by=request.user, at=timezone.now())
    return redirect("hotline:tickets")


@require_POST
@staff_only
def office_reading(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Let the ticket's requester read what her office asks, or no longer."""
    found = ticket_or_404(request, ticket)
    try:
        allowed = request.POST.get("allowed") == "1"
        watching.let_see_office(person=found.requester, allowed=allowed, by=request.user, at=timezone.now())
    except watching.CannotWatch as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline:ticket", found.public_id)
