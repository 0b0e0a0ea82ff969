"""What happened to a ticket, in words, for staff: who did what when, with the values before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hotline.models import Ticket, TicketEvent
from tenants.doors import ClerkRequest

from .doors import staff_only, ticket_or_404

MOST = 300
ID = "time_entry"  # the id of a row, which says nothing to people
ACTS = {
    "say_reply": _("reply"),
    "say_note": _("internal note"),
    "say_phone": _("telephone call"),
    "say_thanks": _("thanked, which opens nothing again"),
    "open": _("asked"),
    "take_in_mail": _("asked by e-mail"),
    "follow_up": _("asked after a closed request"),
    "take_up": _("taken"),
    "give_back": _("given back"),
    "put": _("put in place"),
    "solve": _("solved"),
    "close": _("closed"),
    "reopen": _("opened again"),
    "merge": _("merged"),
    "unmerge": _("merging undone"),
    "propose_merge": _("merging proposed by a mail"),
    "decline_merge": _("merging declined"),
    "split": _("split"),
    "put_below": _("put below another request"),
    "release": _("released from the request above"),
    "link": _("linked"),
    "unlink": _("link taken away"),
    "watch": _("watched"),
    "unwatch": _("not watched any more"),
    "join_incident": _("made a part of an incident"),
    "leave_incident": _("taken out of an incident"),
    "ask_call_back": _("call-back wanted"),
    "call_back": _("called back"),
    "remind_call_back": _("time of the call-back has begun"),
    "ask_support_access": _("support access asked for"),
    "look_by_support_access": _("looked by support access"),
    "accept_support_access": _("support access accepted"),
    "refuse_support_access": _("support access refused"),
    "end_support_access": _("support access ended"),
    "book_time": _("time booked"),
    "take_time_back": _("booked time taken back"),
    "hold": _("put under a hold"),
    "end_hold": _("hold ended"),
    "send_mail_again": _("mail sent again"),
    "see_to_returned_mail": _("seen to a mail that came back"),
    "warn": _("deadline is near"),
    "escalate": _("deadline missed"),
    "remove": _("removed by the retention rule"),
}
FIELDS = {
    "state": _("State"),
    "subject": _("Subject"),
    "queue": _("Queue"),
    "priority": _("Priority"),
    "assignee": _("Assigned to"),
    "tags": _("Tags"),
    "reason": _("Reason"),
    "incident": _("Incident"),
    "parent": _("Request above"),
    "linked": _("Linked"),
    "merged": _("Merged"),
    "split_into": _("Split into"),
    "split_from": _("Split from"),
    "municipality": _("Municipality"),
    "attachments": _("Attachments"),
    "call_back": _("Call-back"),
    "other": _("Another request"),
    "minutes": _("Minutes"),
    "hours": _("Hours"),
    "to_address": _("To"),
    "first_response": _("First response"),
    "next_response": _("Next response"),
    "resolution": _("Solution"),
}
WORDS = {**dict(Ticket.State.choices), **dict(Ticket.Priority.choices)}


@dataclass(frozen=True)
class Told:
    """An event; changes as (field, old, new)."""

    at: datetime
    actor: str
    act: Any
    changes: list[tuple[Any, Any, Any]]


@require_safe
@staff_only
def ticket_history(request: ClerkRequest, ticket: UUID) -> HttpResponse:
    """The latest first; a merged ticket's history stays its own."""
    found = ticket_or_404(request, ticket)
    rows = TicketEvent.objects.filter(ticket=found).order_by("-at", "-pk")[:MOST]
    return render(request, "hotline/history.html", {"nav": "tickets", "ticket": found, "history": [_told(row) for row in rows]})


def _told(event: TicketEvent) -> Told:
    changes = [(FIELDS.get(name, name), _word(name, old), _word(name, new)) for name, (old, new) in event.changes.items() if name != ID]
    return Told(event.at, event.actor, ACTS.get(event.act, event.act), changes)


def _word(name: str, value: str | None) -> Any:
    if not value:
        return "–"
    if name in ("state", "priority"):
        return WORDS.get(value, value)
    moment = parse_datetime(value) if len(value) > 15 and value[:4].isdigit() else None
    return f"{timezone.localtime(moment):%d.%m.%Y %H:%M}" if moment and moment.tzinfo else value
