"""Explaining a ticket's deadlines to whoever may see it: from when to when what counted, and why the rest did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.business_time import Kind, Pause, Step, explain
from tenants import current

from . import deadline_words, promises, terms
from .models import Promise, Ticket, TicketPause
from .terms import Terms


@dataclass(frozen=True)
class Explained:
    """One promise on a ticket. `state`: "kept", "missed", "running", "overdue" or "paused". `steps` is empty where the deadline was counted by an
    earlier agreement or priority and stays as it was then (`frozen`).
    """

    promise: str
    label: str
    minutes: int | None
    begun: datetime
    due: datetime | None
    state: str
    words: str
    steps: list[Step]
    frozen: bool = False


def deadlines(*, ticket: Ticket, at: datetime) -> list[Explained]:
    """Explain what is promised on a ticket; what is not promised, or not asked for, is left out. The same number of queries for each ticket."""
    with current.atomic():
        by = terms.of_municipality(ticket.municipality_id)
        pauses = promises.as_pauses(list(TicketPause.objects.filter(ticket=ticket).order_by("since", "pk")))
    found = (_explained(ticket, promise, by, pauses, at) for promise in Promise.values)
    return [one for one in found if one is not None]


def sentence(step: Step) -> str:
    """Why a stretch of time counted or did not."""
    return {
        Kind.WORKING: _("counted"),
        Kind.OUTSIDE_HOURS: _("outside our hours"),
        Kind.BREAK: _("break"),
        Kind.WEEKEND: _("weekend"),
        Kind.HOLIDAY: _("public holiday: %(name)s") % {"name": step.name},
        Kind.CLOSING_DAY: _("closed: %(name)s") % {"name": step.name},
        Kind.PAUSED: _("the clock stood: an answer was awaited, or the matter was settled"),
    }[step.kind]


def _explained(ticket: Ticket, promise: str, by: Terms | None, pauses: Sequence[Pause], at: datetime) -> Explained | None:
    begun, due = ticket.begun(promise), ticket.due(promise)
    minutes = by.minutes.get((ticket.priority, promise)) if by else None
    over = ticket.is_over(promise)
    if begun is None or (due is None and (over or minutes is None)):
        return None
    state, words = _state(ticket, promise, due, at)
    then = _pauses_of(ticket, promise, pauses) if over else pauses
    steps: list[Step] = []
    if by is not None and minutes is not None and promises.due_of(ticket, promise, by=by, pauses=then) == due:
        steps = explain(by.calendar, begun, minutes, then)
    return Explained(promise, str(Promise(promise).label), minutes if steps else None, begun, due, state, words, steps, frozen=not steps)


def _pauses_of(ticket: Ticket, promise: str, pauses: Sequence[Pause]) -> list[Pause]:
    """The pauses that moved a promise that is over: neither the one that goes on, nor those since the answer."""
    before = ticket.answered_at if promise == Promise.FIRST_RESPONSE else None
    return [(since, until) for since, until in pauses if until is not None and (before is None or since < before)]


def _state(ticket: Ticket, promise: str, due: datetime | None, at: datetime) -> tuple[str, str]:
    done = ticket.answered_at if promise == Promise.FIRST_RESPONSE else None
    done = done or (ticket.solved_at if ticket.is_over(promise) else None)
    if due is None:
        return "paused", _("The clock stands while we wait for an answer. There is a deadline again as soon as it is here.")
    if done is not None:
        when = {"day": f"{timezone.localtime(done):%d.%m.%Y}", "time": f"{timezone.localtime(done):%H:%M}"}
        return (
            ("kept", _("Kept: done on %(day)s at %(time)s.") % when)
            if done <= due
            else ("missed", _("Not kept: done on %(day)s at %(time)s.") % when)
        )
    if due <= at:
        return "overdue", _("Overdue for %(time)s") % {"time": deadline_words.length((at - due).total_seconds())}
    return "running", _("Due in %(time)s") % {"time": deadline_words.length((due - at).total_seconds())}
