"""A ticket's deadlines, explained to whoever may see the ticket."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotline import deadline_words, explaining
from hotline.models.tickets import STAFF
from tenants.doors import ClerkRequest

from .doors import asks, ticket_or_404


@require_safe
@asks
def ticket_deadlines(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """From when to when what counted, and why the rest did not."""
    found = ticket_or_404(request, ticket)
    explained = [
        {
            "one": one,
            "promised": None if one.minutes is None else deadline_words.amount(one.minutes * 60),
            "steps": [
                {
                    "step": step,
                    "why": explaining.sentence(step),
                    "counted": deadline_words.amount(step.seconds) if step.seconds else "",
                    "total": deadline_words.amount(step.total_seconds),
                }
                for step in one.steps
            ],
        }
        for one in explaining.deadlines(ticket=found, at=timezone.now())
    ]
    context = {"nav": "tickets", "ticket": found, "explained": explained, "staff": request.user.has_role(*STAFF)}
    return render(request, "hotline/deadlines.html", context)
