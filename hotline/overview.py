"""The desk's lists: what there is to do, cut to pages by the number of the last ticket on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from tenants.models import User

from . import searching
from .models import Ticket

PAGE, FOUND = 50, 20  # a hit shows its place, too
TO_DO = "offen"


@dataclass(frozen=True)
class Page:
    tickets: list[Ticket]
    next_number: str | None


def page_of(*, person: User, asked: Mapping[str, str]) -> Page:
    """Tickets that a person may know of, the newest first.

    `asked`: `stand` (a state, or "offen": not settled), `warteschlange` (a key), `bei` ("mir" or "niemand"), `nach` (a ticket's number), `q` (what
    is searched for). Raises searching.CannotSearch.
    """
    found: QuerySet[Ticket] = Ticket.objects.visible_to(person).for_reading()
    if question := asked.get("q", "").strip():
        found = searching.tickets(found, person=person, text=question)
    state = asked.get("stand", "")
    if state in Ticket.State.values:
        found = found.filter(state=state)
    elif state == TO_DO:
        found = found.unsettled()  # type: ignore[attr-defined]
    if queue := asked.get("warteschlange", "").replace("\x00", ""):
        found = found.filter(queue__key=queue)
    if asked.get("bei") == "mir":
        found = found.filter(assignee=person)
    elif asked.get("bei") == "niemand":
        found = found.filter(assignee=None)
    if after := asked.get("nach", "").replace("\x00", ""):
        found = found.filter(number__lt=after)
    size = FOUND if question else PAGE
    rows = list(found.order_by("-number")[: size + 1])
    return Page(rows[:size], rows[size - 1].number if len(rows) > size else None)
