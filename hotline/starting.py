"""What waits for somebody at the hotline, for her start page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenants.models import User

from . import deadline_words, overview, reminding
from .models import Incident, Ticket
from .models.tickets import STAFF

SHOWN = 8
MINE = {"stand": overview.TO_DO, "bei": "mir", "sortiert": "frist"}
NOBODYS = {"stand": overview.TO_DO, "bei": "niemand", "warteschlange": overview.MINE, "sortiert": "frist"}
ASKED = {"stand": overview.TO_DO, "welche": "meine"}


@dataclass(frozen=True)
class Line:
    """A ticket and its next deadline in words."""

    ticket: Ticket
    due: deadline_words.Due


@dataclass(frozen=True)
class Waiting:
    """The first of what is to be done, for staff by deadline: her own, and what nobody has taken yet in the queues of her teams. For who asks: what she
    asked and is open.

    `standing` is None and `calls_due` (how many wait to be called back) 0 for who asks; `incidents` are those that run and that she may know of.
    """

    mine: list[Line]
    nobodys: list[Line]
    standing: reminding.Standing | None
    incidents: list[Incident]
    calls_due: int = 0


def waiting(*, person: User, at: datetime) -> Waiting:
    """What waits for a person. The number of queries is the same however much it is."""
    incidents = list(Incident.objects.visible_to(person).running().order_by("-begun_at", "-pk")[:SHOWN])
    if not person.has_role(*STAFF):
        return Waiting(_lines(person, ASKED, at), [], None, incidents)
    return Waiting(
        _lines(person, MINE, at),
        _lines(person, NOBODYS, at),
        reminding.standing(person=person, at=at),
        incidents,
        overview.call_backs_due(person=person, at=at),
    )


def _lines(person: User, asked: dict[str, str], at: datetime) -> list[Line]:
    found = overview.page_of(person=person, asked=asked, at=at, size=SHOWN).tickets
    return [Line(ticket, deadline_words.next_due(ticket, at=at)) for ticket in found]
