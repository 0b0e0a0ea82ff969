"""What a mail claims about a ticket, decided by staff: merged with the one that it names, or a request of its own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotline import claiming, handling, merging
from tenants.doors import ClerkRequest

from .doors import staff_only, ticket_or_404


@require_POST
@staff_only
def claim_agree(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Merge the ticket with the one that its mail names; the message offers to undo it."""
    found = ticket_or_404(request, ticket)
    try:
        made = claiming.agree(ticket=found, by=request.user, at=timezone.now())
    except (claiming.CannotClaim, merging.CannotMerge, handling.Stale) as refusal:
        messages.error(request, str(refusal))
        return redirect("hotline:ticket", found.public_id)
    sentence = _("%(number)s was merged into %(other)s.") % {"number": found.number, "other": made.target.number}
    messages.success(request, sentence, extra_tags=reverse("hotline:ticket_unmerge", args=[found.public_id]))
    return redirect("hotline:ticket", made.target.public_id)


@require_POST
@staff_only
def claim_decline(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Say that the ticket is a request of its own."""
    found = ticket_or_404(request, ticket)
    try:
        claiming.decline(ticket=found, by=request.user, at=timezone.now())
    except claiming.CannotClaim as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(number)s is a request of its own.") % {"number": found.number})
    return redirect("hotline:ticket", found.public_id)
