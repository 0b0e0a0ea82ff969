"""Tickets on screens: lists, and the acts on one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hotline import deadline_words, handling, overview, reminding, searching, teams, unfinished, viewing
from hotline.forms import PlaceForm
from hotline.models import Queue, Ticket
from hotline.models.tickets import STAFF
from tenants.doors import ClerkRequest

from .doors import asks, staff_only, ticket_or_404, with_addresses
from .incidents import proposals_for


@require_safe
@asks
def ticket_list(request: ClerkRequest) -> HttpResponse:
    """For staff all tickets, for a requester her own and watched ones."""
    staff, now = request.user.has_role(*STAFF), timezone.now()
    asked, fault = asked_of(request), ""
    extracts: Mapping[int, str] = {}
    try:
        page = overview.page_of(person=request.user, asked=asked, at=now)
        extracts = searching.extracts(person=request.user, tickets=page.tickets, text=asked["q"])
    except searching.CannotSearch as refusal:
        page, fault = overview.Page([], None), str(refusal)
    wishes = overview.call_backs_of(page.tickets, at=now) if staff and page.tickets else {}
    following = request.GET.copy()
    following["nach"] = page.next_number or ""
    kept_query = urlencode({name: value for name, value in asked.items() if value and name != "nach"})
    context = {
        "nav": "tickets",
        "tickets": page.tickets,
        "rows": [
            (ticket, address, deadline_words.next_due(ticket, at=now), extracts.get(ticket.pk), wishes.get(ticket.pk))
            for ticket, address in with_addresses(page.tickets)
        ],
        "standing": reminding.standing(person=request.user, at=now) if staff else None,
        "in_line": False,  # said for each row: a name that is looked for in vain takes longest
        "drafts": unfinished.of_person(request.user) if staff else [],
        "undelivered": overview.undelivered(person=request.user) if staff else 0,
        "calls_due": overview.call_backs_due(person=request.user, at=now) if staff else 0,
        "call_backs": overview.CALL_BACKS,
        "mine": overview.MINE,
        "in_teams": bool(staff and teams.queues_of(request.user)),
        "by_deadline": overview.is_by_deadline(asked),
        "fault": fault,
        "next_url": f"?{following.urlencode()}" if page.next_number else None,
        "asked": asked,
        "query": kept_query,
        "sorted_by": overview.SORTED,
        "which": overview.WHICH if staff or Ticket.objects.reads_office(request.user) else [w for w in overview.WHICH if w[0] != "amt"],
        "states": Ticket.State.choices,
        "queues": Queue.objects.filter(active=True).order_by("position") if staff else [],
        "tags": overview.tags() if staff else [],
        "staff": staff,
        "proposals": proposals_for(request) if staff and not asked["q"].strip() and not asked["nach"] else [],
        "views": [(view, urlencode(view.asked)) for view in viewing.views_of(request.user)] if staff else [],
    }
    return render(request, "hotline/tickets.html", context)


@require_POST
@staff_only
def ticket_take(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    def act(found: Ticket) -> None:
        handling.take(ticket=found, by=request.user, at=timezone.now())
        say_if_outsider(request, found)

    return acted(request, ticket, act)


@require_POST
@staff_only
def ticket_next(request: ClerkRequest) -> HttpResponse:
    """Take what is most urgent and nobody's, and go there."""
    found = handling.next_for(by=request.user, at=timezone.now())
    if found is None:
        nothing = _("There is nothing that waits for somebody to take it.")
        messages.info(
            request, _("In your queues there is nothing that waits for somebody to take it.") if teams.queues_of(request.user) else nothing
        )
        return redirect("hotline:tickets")
    return redirect("hotline:ticket", found.public_id)


@require_POST
@staff_only
def ticket_place(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """Queue, priority and assignee in one act."""
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("hotline:ticket", ticket_or_404(request, ticket).public_id)

    def act(found: Ticket) -> None:
        before = (found.assignee_id, found.queue_id)
        handling.put(ticket=found, **form.cleaned_data, by=request.user, at=timezone.now())
        if (found.assignee_id, found.queue_id) != before:
            say_if_outsider(request, found)

    return acted(request, ticket, act)


@require_POST
@asks
def ticket_close(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    return acted(request, ticket, lambda found: handling.close(ticket=found, by=request.user, at=timezone.now()))


@require_POST
@asks
def ticket_reopen(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return acted(request, ticket, lambda found: handling.reopen(ticket=found, reason=reason, by=request.user, at=timezone.now()))


def asked_of(request: ClerkRequest) -> dict[str, str]:
    """What the address asks of the list; staff see what is to be done, in the queues of their teams, unless they ask for more."""
    asked = {name: request.GET.get(name, "") for name in (*overview.ASKED, "nach")}
    if request.user.has_role(*STAFF) and "stand" not in request.GET and not asked["q"].strip():  # who searches wants what is settled, too
        asked["stand"] = overview.TO_DO
        if "warteschlange" not in request.GET and not asked["rueckruf"] and teams.queues_of(request.user):
            asked["warteschlange"] = overview.MINE
    asked["sortiert"] = overview.order_of(asked)  # the form shows how it is sorted
    return asked


def say_if_outsider(request: ClerkRequest, ticket: Ticket) -> None:
    """Whoever has a ticket may be of another team; it is said, so that nobody does it by mistake."""
    if said := teams.said_of_outsider(ticket=ticket):
        messages.warning(request, said)


def acted(request: ClerkRequest, public_id: UUID, act: Callable[[Ticket], object]) -> HttpResponse:
    found = ticket_or_404(request, public_id)
    try:
        act(found)
    except (handling.CannotHandle, handling.Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline:ticket", found.public_id)
