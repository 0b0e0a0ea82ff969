"""Proposing an incident: open requests of several municipalities that say the same. Looked for each time anew, and stored nowhere."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from tenants.models import User

from . import searching
from .models import Ticket
from .models.tickets import STAFF

WITHIN = timedelta(days=3)
LOOKED_AT = 200  # of the newest open tickets
MOST = 3  # proposals
FEW, CLOSE = 2, 2  # two tickets alone must share two words
TOWNS = 2  # municipalities at least


@dataclass(frozen=True)
class Proposal:
    """Tickets that may be one incident, the oldest first. `key` names just these tickets."""

    tickets: tuple[Ticket, ...]

    @property
    def key(self) -> str:
        return hashlib.sha256(",".join(ticket.number for ticket in self.tickets).encode()).hexdigest()[:16]

    @property
    def towns(self) -> list[str]:
        """Names of the municipalities."""
        return sorted({str(ticket.municipality) for ticket in self.tickets})


@dataclass(frozen=True)
class _Worded:
    ticket: Ticket
    terms: frozenset[str]


def propose(*, by: User, at: datetime, put_away: Collection[str] = ()) -> list[Proposal]:
    """Groups of similar open tickets of the last three days, from at least two municipalities, the largest first; none for anybody but staff.

    `put_away` are the keys of those that somebody does not want to see again. Tickets that are part of an incident, or lie below another one, are
    left out. One query; the subjects' words are compared as the search has them (compounds split, stems).
    """
    if not by.has_role(*STAFF):
        return []
    worded = _worded(at)
    near = _neighbours(worded)
    left, found = set(range(len(worded))), list[Proposal]()
    while (group := _largest(worded, near, left)) and len(found) < MOST:
        left -= group
        made = Proposal(tuple(sorted((worded[place].ticket for place in group), key=lambda ticket: ticket.number)))
        if made.key not in put_away:
            found.append(made)
    return found


def similar_to(*, tickets: Sequence[Ticket], by: User, at: datetime) -> list[Ticket]:
    """Open tickets that say the same as one of these, the oldest first; for staff. One query."""
    if not by.has_role(*STAFF):
        return []
    wanted = [_Worded(ticket, _terms(ticket.subject)) for ticket in tickets]
    keys = {ticket.pk for ticket in tickets}
    found = [one.ticket for one in _worded(at) if one.ticket.pk not in keys and any(_is_similar(one, other) for other in wanted)]
    return sorted(found, key=lambda ticket: ticket.number)


def _worded(at: datetime) -> list[_Worded]:
    """The tickets that may be proposed, the newest first, with their terms."""
    open_ones = Ticket.objects.unsettled().standing().filter(incident=None, parent=None, created_at__gte=at - WITHIN)
    rows = open_ones.exclude(municipality=None).for_reading().order_by("-created_at", "-pk")[:LOOKED_AT]
    return [_Worded(ticket, terms) for ticket in rows if (terms := _terms(ticket.subject))]


def _terms(subject: str) -> frozenset[str]:
    return frozenset(searching.telling_words(subject)) - searching.common_terms()


def _is_similar(one: _Worded, other: _Worded) -> bool:
    """Two words in common, or half of the shorter subject."""
    shared = len(one.terms & other.terms)
    return shared >= CLOSE or (shared > 0 and 2 * shared >= min(len(one.terms), len(other.terms)))


def _neighbours(worded: Sequence[_Worded]) -> list[set[int]]:
    """Of each ticket the places of those that are similar to it. Only those that share a word are compared."""
    having: dict[str, set[int]] = defaultdict(set)
    for place, one in enumerate(worded):
        for term in one.terms:
            having[term].add(place)
    shares = [set().union(*(having[term] for term in one.terms)) - {place} for place, one in enumerate(worded)]
    return [{other for other in shares[place] if _is_similar(one, worded[other])} for place, one in enumerate(worded)]


def _largest(worded: Sequence[_Worded], near: Sequence[set[int]], left: Set[int]) -> set[int]:
    """The ticket that most others are similar to, with these: a star, so that no chain leads from one matter to quite another."""
    stars = ({place} | (near[place] & left) for place in sorted(left))
    return max((star for star in stars if _is_fit([worded[place] for place in star])), key=len, default=set())


def _is_fit(star: Sequence[_Worded]) -> bool:
    if len({one.ticket.municipality_id for one in star}) < TOWNS:
        return False
    return len(star) > FEW or len(star[0].terms & star[1].terms) >= CLOSE
