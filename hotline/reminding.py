"""Telling the desk in time: a warning before a promise is broken, an escalation when it is. Each is told once, whoever looks and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from tenants import current
from tenants.models import User

from . import events, noticing, promises, recounting, terms
from .models import Promise, Ticket, Told

AT_ONCE = 500  # tickets in one transaction
ACTS = {Told.WARNED: "warn", Told.MISSED: "escalate"}


@dataclass(frozen=True)
class Standing:
    """How the desk stands: tickets past a deadline and those warned of, and how many of them are a person's own or watched by her."""

    overdue: int
    own_overdue: int
    soon: int
    own_soon: int


def tell(*, at: datetime) -> tuple[int, int]:
    """Tell of all promises whose time for a warning or whose end has come; returns how many were warned of and how many escalated.

    Two workers at once take different tickets. An event stands on the ticket, and from now on the overview shows it to the queue, to whom the
    ticket is assigned and to staff who watch it; whose it is and who leads the queue's team get a mail of each, webhooks a call. The same number of
    queries for each portion of tickets.
    """
    warned = escalated = 0
    while True:
        with current.atomic():
            due = Ticket.objects.select_for_update(of=("self",), skip_locked=True).filter(tell_at__lte=at)
            rows = list(due.order_by("tell_at", "pk")[:AT_ONCE])
            if not rows:
                return warned, escalated
            everything, pauses = terms.everything(), recounting.pauses_of(rows)
            news = [
                (ticket, one)
                for ticket in rows
                for one in promises.reckon(
                    ticket, by=everything.of(ticket.municipality_id), pauses=pauses.get(ticket.pk, ()), at=at, tell=True
                )
            ]
            recounting.write(rows)
            events.enter_all(at=at, told=[(ACTS[one.told], ticket, {one.promise: (None, one.due.isoformat())}) for ticket, one in news])
            noticing.of_deadlines(news=[(ACTS[one.told], ticket, one.promise, one.due) for ticket, one in news], at=at)
        warned += sum(one.told == Told.WARNED for _ticket, one in news)
        escalated += sum(one.told == Told.MISSED for _ticket, one in news)


def standing(*, person: User, at: datetime) -> Standing:
    """How the desk stands for a member of staff, in one query."""
    watched = Ticket.watchers.through.objects.filter(user=person).values("ticket")
    overdue, soon, own = Q(next_due__lte=at), warned_of(at=at), Q(assignee=person) | Q(pk__in=watched)
    found = Ticket.objects.visible_to(person).unsettled().filter(next_due__isnull=False)
    return Standing(
        **found.aggregate(
            overdue=Count("pk", filter=overdue),
            own_overdue=Count("pk", filter=overdue & own),
            soon=Count("pk", filter=soon),
            own_soon=Count("pk", filter=soon & own),
        )
    )


def warned_of(*, at: datetime) -> Q:
    """Open tickets of which the desk was warned and which are not overdue."""
    first = Q(told_first_response=Told.WARNED, answered_at=None)
    later = [Q(**{f"told_{promise}": Told.WARNED}) for promise in (Promise.NEXT_RESPONSE, Promise.RESOLUTION)]
    return Q(next_due__gt=at) & (first | later[0] | later[1])
