"""Tickets on screens: lists, one ticket with what was said, a new one, and the acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline import answering, attaching, deadline_words, handling, overview, reminding, taking_in
from hotline.forms import AnswerForm, CallForm, PlaceForm, RequestForm, StaffAnswerForm
from hotline.models import Message, OutgoingMail, Queue, Ticket, TicketContext, TimeEntry
from hotline.models.tickets import STAFF
from hotline.time_forms import TimeForm
from tenants.centre import arriving
from tenants.doors import ClerkRequest
from tenants.roles import CentreRole

from .attachments import kept
from .doors import asks, staff_only, ticket_or_404


@require_safe
@asks
def ticket_list(request: ClerkRequest) -> HttpResponse:
    """For staff all tickets, for a requester her own and watched ones."""
    staff, now = request.user.has_role(*STAFF), timezone.now()
    asked = {name: request.GET.get(name, "") for name in ("stand", "warteschlange", "bei", "nach", *(("frist",) if staff else ()))}
    if staff and "stand" not in request.GET:
        asked["stand"] = overview.TO_DO
    page = overview.page_of(person=request.user, asked=asked, at=now)
    following = request.GET.copy()
    following["nach"] = page.next_number or ""
    context = {
        "nav": "tickets",
        "tickets": page.tickets,
        "rows": [(ticket, deadline_words.next_due(ticket, at=now)) for ticket in page.tickets],
        "standing": reminding.standing(person=request.user, at=now) if staff else None,
        "by_deadline": overview.is_by_deadline(asked),
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
    brought = arriving.brought(request.session)
    form = (CallForm if request.user.has_role(*STAFF) else RequestForm)(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value and name != "attachments"}
        try:
            files = kept(request, form.cleaned_data["attachments"])
            ticket = taking_in.open_ticket(**given, files=files, context=brought, by=request.user, at=timezone.now())
        except (taking_in.CannotTakeIn, attaching.CannotAttach) as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your request has the number %(number)s.") % {"number": ticket.number})
            return redirect("hotline:ticket", ticket.public_id)
    return render(request, "hotline/ticket_form.html", {"nav": "tickets", "form": form, "brought": brought})


@require_http_methods(["GET", "HEAD", "POST"])
@asks
def ticket(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """What was said on a ticket, and a message to be added."""
    found, staff = ticket_or_404(request, ticket), request.user.has_role(*STAFF)
    form: Any = (StaffAnswerForm if staff else AnswerForm)(request.POST or None, request.FILES or None, initial={"seen": found.revision})
    stale = ""
    if request.method == "POST" and form.is_valid():
        try:
            said = {name: value for name, value in form.cleaned_data.items() if name != "attachments"}
            files = kept(request, form.cleaned_data["attachments"])
            answering.say(ticket=found, **said, files=files, by=request.user, at=timezone.now())
        except (answering.CannotAnswer, attaching.CannotAttach) as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except handling.Stale as refusal:
            stale = str(refusal)
            form.data = form.data.copy() | {"seen": str(found.revision)}
        else:
            return redirect("hotline:ticket", found.public_id)
    context = {
        "nav": "tickets",
        "ticket": found,
        "due": deadline_words.next_due(found, at=timezone.now()),
        "said": _said(request, found),
        "form": None if found.state == Ticket.State.CLOSED and not staff else form,
        "stale": stale,
        "staff": staff,
        "brought": TicketContext.objects.filter(ticket=found).first() if staff else None,
        "time": _time(request, found) if staff else None,
        "place": _place_form(found) if staff else None,
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


def _time(request: ClerkRequest, ticket: Ticket) -> dict[str, Any]:
    """What was booked on a ticket, and the form for more. An entry can be taken back by whoever booked it and by operators; nobody is named."""
    entries = TimeEntry.objects.filter(ticket=ticket).order_by("at", "pk")
    back = {entry.corrects_id for entry in entries}
    operator = request.user.has_role(CentreRole.OPERATOR)
    rows = [
        {"entry": entry, "may": entry.corrects_id is None and entry.pk not in back and (operator or entry.booked_by_id == request.user.pk)}
        for entry in entries
    ]
    return {"rows": rows, "sum": sum(entry.minutes for entry in entries), "form": TimeForm()}


def _said(request: ClerkRequest, ticket: Ticket) -> QuerySet[Message]:
    """What was said; for staff with the mail that each message came by, and what could not be sent of it."""
    said: Any = Message.objects.visible_to(request.user).filter(ticket=ticket).for_reading().in_order()
    if not request.user.has_role(*STAFF):
        return said  # type: ignore[no-any-return]
    unsent = Prefetch("sent_mails", OutgoingMail.objects.filter(failed_at__isnull=False), to_attr="unsent")
    return said.select_related("mail").prefetch_related(unsent)  # type: ignore[no-any-return]


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
