"""The desk's lists: what there is to do, the nearest deadline first, cut to pages by the deadline and number of the last ticket on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from tenants.models import User

from . import reminding
from .models import Ticket

PAGE = 50
TO_DO = "offen"
OVERDUE, SOON = "ueberfaellig", "bald"
NO_DEADLINE = "ohne"


@dataclass(frozen=True)
class Page:
    tickets: list[Ticket]
    next_number: str | None


def page_of(*, person: User, asked: Mapping[str, str], at: datetime) -> Page:
    """Tickets that a person may know of: what is to be done by its deadline, everything else the newest first.

    `asked`: `stand` (a state, or "offen": not settled), `warteschlange` (a key), `bei` ("mir" or "niemand"), `frist` ("ueberfaellig" or "bald":
    open ones past a deadline, or warned of), `nach` (where the page before ended: its `next_number`).
    """
    found: QuerySet[Ticket] = Ticket.objects.visible_to(person).for_reading()
    state, by_deadline = asked.get("stand", ""), is_by_deadline(asked)
    if state in Ticket.State.values:
        found = found.filter(state=state)
    elif state == TO_DO or by_deadline:
        found = found.unsettled()  # type: ignore[attr-defined]
    if asked.get("frist") in (OVERDUE, SOON):
        found = found.filter(Q(next_due__lte=at) if asked["frist"] == OVERDUE else reminding.warned_of(at=at))
    if queue := asked.get("warteschlange", "").replace("\x00", ""):
        found = found.filter(queue__key=queue)
    if asked.get("bei") == "mir":
        found = found.filter(assignee=person)
    elif asked.get("bei") == "niemand":
        found = found.filter(assignee=None)
    after = asked.get("nach", "").replace("\x00", "")
    return _by_deadline(found, after) if by_deadline else _newest(found, after)


def is_by_deadline(asked: Mapping[str, str]) -> bool:
    """Whether the list is one of deadlines: what is to be done, or what is asked for by its deadline."""
    return asked.get("stand", "") == TO_DO or asked.get("frist", "") in (OVERDUE, SOON)


def _newest(found: QuerySet[Ticket], after: str) -> Page:
    if after:
        found = found.filter(number__lt=after)
    rows = list(found.order_by("-number")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None)


def _by_deadline(found: QuerySet[Ticket], after: str) -> Page:
    """The nearest deadline first, tickets without one last; of equal ones the older ticket first."""
    ended, _sign, number = after.partition("_")
    moment = _moment(ended)
    if moment is not None:
        found = found.filter(Q(next_due__gt=moment) | Q(next_due=moment, number__gt=number) | Q(next_due=None))
    elif ended == NO_DEADLINE:
        found = found.filter(next_due=None, number__gt=number)
    rows = list(found.order_by(F("next_due").asc(nulls_last=True), "number")[: PAGE + 1])
    return Page(rows[:PAGE], _end(rows[PAGE - 1]) if len(rows) > PAGE else None)


def _end(last: Ticket) -> str:
    return f"{last.next_due.isoformat() if last.next_due else NO_DEADLINE}_{last.number}"


def _moment(written: str) -> datetime | None:
    """A moment of an address; anything else that somebody has typed there is none."""
    try:
        found = parse_datetime(written)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
