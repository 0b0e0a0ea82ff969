"""Tickets on screens: lists, one ticket with what was said, a new one, and the acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline import answering, desk_keeping, handling, overview, searching, taking_in
from hotline.forms import AnswerForm, CallForm, PlaceForm, RequestForm, StaffAnswerForm
from hotline.models import Message, Queue, Ticket
from hotline.models.tickets import STAFF
from tenants.doors import ClerkRequest, roles_required
from tenants.roles import CentreRole

WHO_ASKS = (*STAFF, CentreRole.REQUESTER)
asks = roles_required(*WHO_ASKS)
staff_only = roles_required(*STAFF)


@require_safe
@asks
def ticket_list(request: ClerkRequest) -> HttpResponse:
    """For staff all tickets, for a requester her own and watched ones."""
    staff = request.user.has_role(*STAFF)
    asked = {name: request.GET.get(name, "") for name in ("stand", "warteschlange", "bei", "nach", "q")}
    if staff and "stand" not in request.GET and not asked["q"].strip():  # who searches wants what is settled, too
        asked["stand"] = overview.TO_DO
    fault = ""
    try:
        page = overview.page_of(person=request.user, asked=asked)
        extracts = searching.extracts(person=request.user, tickets=page.tickets, text=asked["q"])
        for shown in page.tickets:
            shown.extract = extracts.get(shown.pk)  # type: ignore[attr-defined]
    except searching.CannotSearch as refusal:
        page, fault = overview.Page([], None), str(refusal)
    following = request.GET.copy()
    following["nach"] = page.next_number or ""
    context = {
        "nav": "tickets",
        "tickets": page.tickets,
        "fault": fault,
        "next_url": f"?{following.urlencode()}" if page.next_number else None,
        "asked": asked,
        "states": Ticket.State.choices,
        "queues": Queue.objects.filter(active=True).order_by("position") if staff else [],
        "staff": staff,
    }
    return render(request, "hotline/tickets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@asks
def ticket_new(request: ClerkRequest) -> HttpResponse:
    """A request of one's own; staff take one in for somebody."""
    form = (CallForm if request.user.has_role(*STAFF) else RequestForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value}
        try:
            ticket = taking_in.open_ticket(**given, by=request.user, at=timezone.now())
        except taking_in.CannotTakeIn as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your request has the number %(number)s.") % {"number": ticket.number})
            return redirect("hotline:ticket", ticket.public_id)
    return render(request, "hotline/ticket_form.html", {"nav": "tickets", "form": form, "desk": desk_keeping.settings()})


@require_http_methods(["GET", "HEAD", "POST"])
@asks
def ticket(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """What was said on a ticket, and a message to be added."""
    found, staff = ticket_or_404(request, ticket), request.user.has_role(*STAFF)
    form: Any = (StaffAnswerForm if staff else AnswerForm)(request.POST or None, initial={"seen": found.revision})
    stale = ""
    if request.method == "POST" and form.is_valid():
        try:
            answering.say(ticket=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except answering.CannotAnswer as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except handling.Stale as refusal:
            stale = str(refusal)
            form.data = form.data.copy()
            form.data["seen"] = str(found.revision)
        else:
            return redirect("hotline:ticket", found.public_id)
    context = {
        "nav": "tickets",
        "ticket": found,
        "said": Message.objects.visible_to(request.user).filter(ticket=found).select_related("author").in_order(),
        "form": None if found.state == Ticket.State.CLOSED and not staff else form,
        "stale": stale,
        "staff": staff,
        "place": _place_form(found) if staff else None,
        "helping": searching.matching(person=request.user, subject=found.subject) if staff else [],
        "past": Ticket.objects.filter(requester=found.requester).exclude(pk=found.pk).order_by("-number")[:5] if staff else [],
    }
    return render(request, "hotline/ticket.html", context, status=409 if stale else 200)


@require_POST
@staff_only
def ticket_take(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    return _act(request, ticket, lambda found: handling.take(ticket=found, by=request.user, at=timezone.now()))


@require_POST
@staff_only
def ticket_place(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Queue, priority and assignee in one act."""
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("hotline:ticket", ticket_or_404(request, ticket).public_id)
    return _act(request, ticket, lambda found: handling.put(ticket=found, **form.cleaned_data, by=request.user, at=timezone.now()))


@require_POST
@asks
def ticket_close(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    return _act(request, ticket, lambda found: handling.close(ticket=found, by=request.user, at=timezone.now()))


@require_POST
@asks
def ticket_reopen(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _act(request, ticket, lambda found: handling.reopen(ticket=found, reason=reason, by=request.user, at=timezone.now()))


def ticket_or_404(request: ClerkRequest, public_id: UUID) -> Ticket:
    found: Ticket | None = Ticket.objects.visible_to(request.user).for_reading().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _place_form(ticket: Ticket) -> PlaceForm:
    """Unbound, with what holds now."""
    whose = ticket.assignee.public_id if ticket.assignee else None
    return PlaceForm(initial={"queue": ticket.queue.key, "priority": ticket.priority, "assignee": whose, "seen": ticket.revision})


def _act(request: ClerkRequest, public_id: UUID, act: Callable[[Ticket], Ticket]) -> HttpResponse:
    found = ticket_or_404(request, public_id)
    try:
        act(found)
    except (handling.CannotHandle, handling.Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline:ticket", found.public_id)
