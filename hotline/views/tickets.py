"""Tickets on screens: lists, a new one, and the acts on one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline import attaching, deadline_words, desk_keeping, handling, overview, reminding, searching, taking_in, telephoning, viewing
from hotline.forms import CallForm, PlaceForm, RequestForm
from hotline.models import Queue, Ticket
from hotline.models.tickets import STAFF
from tenants.api.doors import uuid_or_none
from tenants.centre import arriving
from tenants.doors import ClerkRequest

from .affected import running_for
from .attachments import kept
from .doors import asks, staff_only, ticket_or_404
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
    following = request.GET.copy()
    following["nach"] = page.next_number or ""
    kept_query = urlencode({name: value for name, value in asked.items() if value and name != "nach"})
    context = {
        "nav": "tickets",
        "tickets": page.tickets,
        "rows": [(ticket, deadline_words.next_due(ticket, at=now), extracts.get(ticket.pk)) for ticket in page.tickets],
        "standing": reminding.standing(person=request.user, at=now) if staff else None,
        "undelivered": overview.undelivered(person=request.user) if staff else 0,
        "by_deadline": overview.is_by_deadline(asked),
        "fault": fault,
        "next_url": f"?{following.urlencode()}" if page.next_number else None,
        "asked": asked,
        "query": kept_query,
        "sorted_by": overview.SORTED,
        "which": overview.WHICH if staff or Ticket.objects.reads_office(request.user) else [w for w in overview.WHICH if w[0] != "amt"],
        "states": Ticket.State.choices,
        "queues": Queue.objects.filter(active=True).order_by("position") if staff else [],
        "staff": staff,
        "proposals": proposals_for(request) if staff and not asked["q"].strip() and not asked["nach"] else [],
        "views": [(view, urlencode(view.asked)) for view in viewing.views_of(request.user)] if staff else [],
    }
    return render(request, "hotline/tickets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@asks
def ticket_new(request: ClerkRequest) -> HttpResponse:
    """A request of one's own, also one that goes on from a settled one (`zu`); staff take one in for somebody (`wer`: number or name)."""
    staff, who = request.user.has_role(*STAFF), request.GET.get("wer", "").strip()
    follows, brought = _settled_before(request), arriving.brought(request.session)
    found = telephoning.callers(who) if staff and who else []
    given: dict[str, Any] = {
        "initial": {"requester": found[0].public_id if len(found) == 1 else None, "subject": follows.subject if follows else ""}
    }
    form: Any = (CallForm if staff else RequestForm)(request.POST or None, request.FILES or None, **given)
    if found and request.method != "POST":
        form.offer(found)
    if request.method == "POST" and form.is_valid():
        sent = {name: value for name, value in form.cleaned_data.items() if value and name != "attachments"}
        try:
            files = kept(request, form.cleaned_data["attachments"])
            ticket = taking_in.open_ticket(**sent, files=files, follows=follows, context=brought, by=request.user, at=timezone.now())
        except (taking_in.CannotTakeIn, attaching.CannotAttach) as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your request has the number %(number)s.") % {"number": ticket.number})
            return redirect("hotline:ticket", ticket.public_id)
    context = {"nav": "tickets", "form": form, "staff": staff, "who": who, "found": found, "follows": follows, "brought": brought}
    running = [] if staff else running_for(request)
    return render(request, "hotline/ticket_form.html", context | {"desk": desk_keeping.settings(), "running": running})


@require_POST
@staff_only
def ticket_take(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    return acted(request, ticket, lambda found: handling.take(ticket=found, by=request.user, at=timezone.now()))


@require_POST
@staff_only
def ticket_next(request: ClerkRequest) -> HttpResponse:
    """Take what is most urgent and nobody's, and go there."""
    found = handling.next_for(by=request.user, at=timezone.now())
    if found is None:
        messages.info(request, _("There is nothing that waits for somebody to take it."))
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
    return acted(request, ticket, lambda found: handling.put(ticket=found, **form.cleaned_data, by=request.user, at=timezone.now()))


@require_POST
@asks
def ticket_close(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    return acted(request, ticket, lambda found: handling.close(ticket=found, by=request.user, at=timezone.now()))


@require_POST
@asks
def ticket_reopen(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return acted(request, ticket, lambda found: handling.reopen(ticket=found, reason=reason, by=request.user, at=timezone.now()))


def _settled_before(request: ClerkRequest) -> Ticket | None:
    """The settled ticket that a new one goes on from; what is none, or unknown to the person, is left out."""
    before = uuid_or_none(request.GET.get("zu", ""))
    found: Ticket | None = Ticket.objects.visible_to(request.user).filter(public_id=before).first() if before else None
    return found if found is not None and found.settled else None


def asked_of(request: ClerkRequest) -> dict[str, str]:
    """What the address asks of the list; staff see what is to be done unless they ask for more."""
    asked = {name: request.GET.get(name, "") for name in (*overview.ASKED, "nach")}
    if request.user.has_role(*STAFF) and "stand" not in request.GET and not asked["q"].strip():  # who searches wants what is settled, too
        asked["stand"] = overview.TO_DO
    asked["sortiert"] = asked["sortiert"] or ("frist" if asked["stand"] == overview.TO_DO else "neu")  # the form shows how it is sorted
    return asked


def acted(request: ClerkRequest, public_id: UUID, act: Callable[[Ticket], Ticket]) -> HttpResponse:
    found = ticket_or_404(request, public_id)
    try:
        act(found)
    except (handling.CannotHandle, handling.Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline:ticket", found.public_id)
