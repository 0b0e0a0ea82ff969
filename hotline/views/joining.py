"""Merging, splitting and linking on screens."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hotline import handling, linking, merging, overview, splitting
from hotline.forms import SplitForm
from hotline.models import Message, Ticket
from tenants.doors import ClerkRequest

from .doors import staff_only, ticket_or_404

REFUSALS = (merging.CannotMerge, linking.CannotLink, handling.Stale)


@require_POST
@staff_only
def ticket_merge(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Merge into the ticket whose number was typed; the message offers to undo it."""

    def act(found: Ticket, other: Ticket) -> HttpResponse:
        merging.merge(ticket=found, into=other, by=request.user, at=timezone.now())
        sentence = _("%(number)s was merged into %(other)s.") % {"number": found.number, "other": other.number}
        messages.success(request, sentence, extra_tags=reverse("hotline:ticket_unmerge", args=[found.public_id]))
        return redirect("hotline:ticket", other.public_id)

    return _with_other(request, ticket, act)


@require_POST
@staff_only
def ticket_unmerge(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    found = ticket_or_404(request, ticket)
    try:
        merging.undo(ticket=found, by=request.user, at=timezone.now())
    except merging.CannotMerge as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(number)s stands by itself again.") % {"number": found.number})
    return redirect("hotline:ticket", found.public_id)


@require_POST
@staff_only
def ticket_link(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    def act(found: Ticket, other: Ticket) -> HttpResponse:
        linking.link(ticket=found, other=other, by=request.user, at=timezone.now())
        return redirect("hotline:ticket", found.public_id)

    return _with_other(request, ticket, act)


@require_POST
@staff_only
def ticket_unlink(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    def act(found: Ticket, other: Ticket) -> HttpResponse:
        linking.unlink(ticket=found, other=other, by=request.user, at=timezone.now())
        return redirect("hotline:ticket", found.public_id)

    return _with_other(request, ticket, act)


@require_POST
@staff_only
def ticket_put_below(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    def act(found: Ticket, other: Ticket) -> HttpResponse:
        linking.put_below(ticket=found, parent=other, by=request.user, at=timezone.now())
        return redirect("hotline:ticket", found.public_id)

    return _with_other(request, ticket, act)


@require_POST
@staff_only
def ticket_release(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    found = ticket_or_404(request, ticket)
    try:
        linking.release(ticket=found, by=request.user, at=timezone.now())
    except linking.CannotLink as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline:ticket", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def message_split(request: ClerkRequest, message: UUID) -> HttpResponse:
    """The subject of the ticket that the message becomes."""
    found: Message | None = Message.objects.visible_to(request.user).select_related("ticket", "author").filter(public_id=message).first()
    if found is None:
        raise Http404
    form = SplitForm(request.POST or None, initial={"subject": found.ticket.subject})
    if request.method == "POST" and form.is_valid():
        try:
            new = splitting.split(message=found, subject=form.cleaned_data["subject"], by=request.user, at=timezone.now())
        except splitting.CannotSplit as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("The message is the ticket %(number)s now.") % {"number": new.number})
            return redirect("hotline:ticket", new.public_id)
    return render(request, "hotline/message_split.html", {"nav": "tickets", "form": form, "message": found, "ticket": found.ticket})


def _with_other(request: ClerkRequest, public_id: UUID, act: Callable[[Ticket, Ticket], HttpResponse]) -> HttpResponse:
    """Do something with the ticket of the address and the one whose number was typed."""
    found = ticket_or_404(request, public_id)
    other = overview.by_number(request.user, request.POST.get("number", "").replace("\x00", ""))
    if other is None:
        messages.error(request, _("There is no ticket of this number. It looks like this: 2026-000123."))
        return redirect("hotline:ticket", found.public_id)
    try:
        return act(found, other)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("hotline:ticket", found.public_id)
