"""Proposing an incident: open requests of several municipalities that say the same. Looked for each time anew, and stored nowhere."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import searching
from .models import Ticket
from .models.tickets import STAFF

WITHIN = timedelta(days=3)
LOOKED_AT = 100  # of the newest open tickets: a disturbance is among them
MOST = 3  # proposals
FEW, CLOSE = 2, 2  # two tickets alone must share two words
TOWNS = 2  # municipalities at least


@dataclass(frozen=True)
class Proposal:
    """Tickets that may be one incident, the oldest first. `key` names just these tickets."""

    tickets: tuple[Ticket, ...]

    @property
    def key(self) -> str:
        return _key(ticket.number for ticket in self.tickets)

    @property
    def towns(self) -> list[str]:
        """Names of the municipalities."""
        return sorted({str(ticket.municipality) for ticket in self.tickets})


def _key(numbers: Iterable[str]) -> str:
    return hashlib.sha256(",".join(sorted(numbers)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Worded:
    """A ticket (its key and whose it is) with the words of its subject, each as its terms."""

    ticket: int
    number: str
    municipality: int | None
    words: tuple[frozenset[str], ...]
    terms: frozenset[str]


def propose(*, by: User, at: datetime, put_away: Collection[str] = ()) -> list[Proposal]:
    """Groups of similar open tickets of the last three days, from at least two municipalities, the largest first; none for anybody but staff.

    `put_away` are the keys of those that somebody does not want to see again. Tickets that are part of an incident, or lie below another one, are
    left out. Two queries; the subjects' words are compared as the search has them (compounds split, stems).
    """
    if not by.has_role(*STAFF):
        return []
    groups = [keys for key, keys in _groups(tuple(_worded(at))) if key not in put_away][:MOST]
    known = _in_order(set().union(*groups))
    return [Proposal(tuple(ticket for ticket in known if ticket.pk in group)) for group in groups]


@lru_cache(maxsize=8)
def _groups(worded: tuple[_Worded, ...]) -> list[tuple[str, frozenset[int]]]:
    """Name and tickets of all groups, the largest first. The desk looks at its lists much more often than they change."""
    shared, left, groups = _shared(worded), set(range(len(worded))), []
    while group := _largest(worded, shared, left):
        left -= group
        groups.append((_key(worded[place].number for place in group), frozenset(worded[place].ticket for place in group)))
    return groups


def similar_to(*, tickets: Sequence[Ticket], by: User, at: datetime) -> list[Ticket]:
    """Open tickets that say the same as one of these, the oldest first; for staff. Two queries."""
    if not by.has_role(*STAFF):
        return []
    keys = {ticket.pk for ticket in tickets}
    others = [one for one in _worded(at) if one.ticket not in keys]
    both = [*(_read(ticket.pk, ticket.number, ticket.municipality_id, ticket.subject) for ticket in tickets), *others]
    shared = _shared(both)
    places = {other for place in range(len(tickets)) for other, n in shared[place].items() if _is_similar(n, both[place], both[other])}
    return _in_order({both[place].ticket for place in places if place >= len(tickets)})


def _in_order(keys: Set[int]) -> list[Ticket]:
    """The tickets of these keys, the oldest first."""
    return current.objects_of(OF_KEYS, keys=sorted(keys)) if keys else []


OF_KEYS = Statement(
    lambda: Ticket.objects.filter(pk__any_of=Blank("keys")).select_related("municipality").order_by("number"), using=current.alias
)


def _worded(at: datetime) -> list[_Worded]:
    """The tickets that may be proposed, the newest first, with their terms."""
    return [one for row in current.rows_of(NEWEST, since=at - WITHIN) if (one := _read(*row)).words]


def _newest() -> QuerySet[Ticket, Any]:
    open_ones = Ticket.objects.unsettled().standing().filter(incident=None, parent=None, created_at__gte=Blank("since"))
    rows = open_ones.exclude(municipality=None).order_by("-created_at", "-pk")
    return rows.values_list("pk", "number", "municipality_id", "subject")[:LOOKED_AT]


NEWEST = Statement(_newest, using=current.alias, anew=True)


def _read(ticket: int, number: str, municipality: int | None, subject: str) -> _Worded:
    return _Worded(ticket, number, municipality, *_words(subject))


@lru_cache(maxsize=1000)
def _words(subject: str) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    """The words of a subject, each as its terms, and all terms. The desk looks at the same hundred subjects each time."""
    told = (frozenset(terms) - searching.common_terms() for terms in searching.terms_by_word(subject))
    words = tuple(dict.fromkeys(terms for terms in told if terms))
    return words, frozenset().union(*words)


def _is_similar(shared: int, one: _Worded, other: _Worded) -> bool:
    """Two words in common, or half of the shorter subject."""
    return shared >= CLOSE or (shared > 0 and 2 * shared >= min(len(one.words), len(other.words)))


def _shared(worded: Sequence[_Worded]) -> list[dict[int, int]]:
    """Of each ticket how many words it has in common with others (their places). A compound is one word, and is shared where a part of it is."""
    having: dict[str, set[int]] = defaultdict(set)
    for place, one in enumerate(worded):
        for term in one.terms:
            having[term].add(place)
    found = [Counter(other for word in one.words for other in set().union(*(having[term] for term in word))) for one in worded]
    return [{other: min(n, found[other][place]) for other, n in counts.items() if other != place} for place, counts in enumerate(found)]


def _largest(worded: Sequence[_Worded], shared: Sequence[dict[int, int]], left: Set[int]) -> set[int]:
    """The ticket that most others are similar to, with these: a star, so that no chain leads from one matter to quite another."""
    best: set[int] = set()
    for place in sorted(left):
        near = [other for other, n in shared[place].items() if other in left and _is_similar(n, worded[place], worded[other])]
        towns = {worded[one].municipality for one in (place, *near)}
        enough = len(near) >= FEW or any(shared[place][other] >= CLOSE for other in near)
        if len(near) >= len(best) and len(towns) >= TOWNS and enough:
            best = {place, *near}
    return best
