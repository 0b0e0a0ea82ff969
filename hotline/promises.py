"""Keeping what was promised: the deadlines of a ticket, and when the desk is to be told of them.

The rules. First response and solution run from the opening of the ticket, the next response from the oldest message of the requester's that nobody has
answered. Only business time counts, and none while the ticket waits for the requester or is settled. A new priority has its own minutes, counted from
the same beginning: what is used up stays used up. A promise that was kept, or a settled ticket, keeps its deadlines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from foundation.business_time import Pause, deadline, warn_time
from foundation.statements import Blank, Statement
from tenants import current

from . import terms
from .models import Promise, Ticket, TicketPause, Told
from .terms import Terms

PAUSES = Statement(lambda: TicketPause.objects.filter(ticket=Blank("ticket")).order_by("since", "pk"), using=current.alias)
STANDS = (Ticket.State.WAITING, Ticket.State.SOLVED, Ticket.State.CLOSED)  # the clock does


@dataclass(frozen=True)
class News:
    """What the desk is told of a promise: that it will be broken soon (warned) or is (missed)."""

    promise: str
    told: Told
    due: datetime


def begin(ticket: Ticket, *, at: datetime) -> None:
    """Set the deadlines of a ticket that is about to be made; nothing is saved. Inside the transaction that makes it."""
    reckon(ticket, by=terms.of_municipality(ticket.municipality_id), pauses=[], at=at)


def follow(ticket: Ticket, *, was: str, at: datetime) -> None:
    """Let the clock of a locked ticket stand or run after its state was `was`, and set its deadlines anew; the caller saves the ticket."""
    pauses: list[TicketPause] = current.objects_of(PAUSES, ticket=ticket.pk)
    was_settled = was in (Ticket.State.SOLVED, Ticket.State.CLOSED)
    changes = was != ticket.state and not (was_settled and ticket.settled)  # solved and then closed is one pause
    ended = _end_pause(pauses, at) if changes else None
    by = terms.of_municipality(ticket.municipality_id)
    if ticket.settled and not was_settled:
        # The last word: the time until now, without the pause that begins with the settling.
        ticket.due_resolution = due_of(ticket, Promise.RESOLUTION, by=by, pauses=as_pauses(pauses))
    stands = changes and ticket.state in STANDS
    if stands:
        pauses.append(TicketPause(ticket=ticket, since=at))
    reckon(ticket, by=by, pauses=as_pauses(pauses), at=at)
    if ended:
        ended.save(update_fields=["until"])
    if stands:
        pauses[-1].save()


def answer(ticket: Ticket, *, at: datetime) -> None:
    """Note that staff have answered the requester of a locked ticket, and whether a next response that was owed came in time; nothing is saved.

    Where the clock stands while she waits for it, it is measured as if it ran on from now. One that was owed when the ticket was settled is late if
    it was late then; otherwise nothing was owed any more.
    """
    due = _owed(ticket, at)
    if due is not None and (ticket.solved_at or at) > due:
        ticket.next_missed += 1
    elif due is not None and not ticket.settled:
        ticket.next_kept += 1
    ticket.is_answered(at=at)


def _owed(ticket: Ticket, at: datetime) -> datetime | None:
    """Until when a response is owed that has not been given yet; None if none is."""
    if ticket.unanswered_since is None or ticket.due_next_response is not None or ticket.state != Ticket.State.WAITING:
        return ticket.due_next_response if ticket.unanswered_since is not None else None
    pauses: list[TicketPause] = current.objects_of(PAUSES, ticket=ticket.pk)
    ran_on = [(since, until or max(at, since)) for since, until in as_pauses(pauses)]
    return due_of(ticket, Promise.NEXT_RESPONSE, by=terms.of_municipality(ticket.municipality_id), pauses=ran_on)


def reckon(ticket: Ticket, *, by: Terms | None, pauses: Sequence[Pause], at: datetime, tell: bool = False) -> list[News]:
    """Set what a ticket's deadlines are by these terms, which is the next one, and when the desk is to be told; nothing is saved.

    With `tell` the desk is told of what has come by `at`: that is returned. A promise that was escalated and whose deadline now lies ahead (another
    priority, another agreement) can be escalated again; a warning is given again only if it would not have been given by now.
    """
    dues, tellings, news = [], [], []
    for promise in Promise.values:
        if ticket.is_over(promise) and ticket.begun(promise):
            continue  # kept or broken for good; a next response that was answered has none
        due = due_of(ticket, promise, by=by, pauses=pauses)
        setattr(ticket, f"due_{promise}", due)
        told = ticket.told(promise) if ticket.begun(promise) else Told.NOTHING
        if due is not None:
            warn = warn_of(ticket, promise, by=by, pauses=pauses) or due
            told = _still_told(told, warn=warn, due=due, at=at)
            if tell and (come := _come(warn=warn, due=due, at=at)) > told:
                told = come
                news.append(News(promise, come, due))
            dues.append(due)
            if told != Told.MISSED:
                tellings.append(warn if told == Told.NOTHING else due)
        setattr(ticket, f"told_{promise}", told)
    ticket.next_due = min(dues, default=None)
    ticket.tell_at = min(tellings, default=None)
    return news


def due_of(ticket: Ticket, promise: str, *, by: Terms | None, pauses: Sequence[Pause]) -> datetime | None:
    """When a promise ends; None if nothing is promised, nothing to be kept, or the clock stands."""
    begun = ticket.begun(promise)
    minutes = by.minutes.get((ticket.priority, promise)) if by else None
    if by is None or begun is None or minutes is None:
        return None
    return deadline(by.calendar, begun, minutes, pauses)


def warn_of(ticket: Ticket, promise: str, *, by: Terms | None, pauses: Sequence[Pause]) -> datetime | None:
    """When so much of a promise is used up that the desk is warned; None as for its end."""
    begun = ticket.begun(promise)
    minutes = by.minutes.get((ticket.priority, promise)) if by else None
    if by is None or begun is None or minutes is None:
        return None
    return warn_time(by.calendar, begun, minutes, pauses, percent=by.warn_percent)


def as_pauses(rows: Sequence[TicketPause]) -> list[Pause]:
    return [(row.since, row.until) for row in rows]


def _end_pause(pauses: Sequence[TicketPause], at: datetime) -> TicketPause | None:
    """End the pause that goes on; it is the last one. Clocks of two servers differ: it ends no earlier than it began."""
    if not pauses or pauses[-1].until is not None:
        return None
    pauses[-1].until = max(at, pauses[-1].since)
    return pauses[-1]


def _come(*, warn: datetime, due: datetime, at: datetime) -> Told:
    if due <= at:
        return Told.MISSED
    return Told.WARNED if warn <= at else Told.NOTHING


def _still_told(told: int, *, warn: datetime, due: datetime, at: datetime) -> int:
    if told == Told.MISSED and due <= at:
        return Told.MISSED
    return Told.WARNED if told != Told.NOTHING and warn <= at else Told.NOTHING
