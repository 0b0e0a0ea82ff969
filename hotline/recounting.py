"""Counting the deadlines of many tickets: after an agreement has changed, and before, to say what the change would do.

Settled tickets are left alone: what was promised when they were settled stays what it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Count, F, QuerySet
from django.db.models.functions import MD5, Cast

from foundation.business_time import Pause
from tenants import current

from . import promises, terms
from .models import Agreement, AgreementMember, Promise, Ticket, TicketPause
from .terms import Terms

LOOKED_AT = 5_000  # tickets of a preview: half a second; a share of them is right to 1.4 percent points in 19 of 20 cases
AT_ONCE = 2_000  # tickets locked, counted and written in one transaction: a fifth of a second in which nobody else can change them
DUES = tuple(f"due_{promise}" for promise in Promise.values)
COLUMNS = {
    **dict.fromkeys(DUES, "timestamptz"),
    "next_due": "timestamptz",
    "tell_at": "timestamptz",
    **{f"told_{promise}": "smallint" for promise in Promise.values},
}
NEEDED = ("id", "created_at", "answered_at", "unanswered_since", "state", "priority", "municipality_id", *COLUMNS)
Look = Callable[[int | None], Terms | None]


@dataclass(frozen=True)
class Foreseen:
    """What an agreement would do to the open tickets: how many it would cover, and how many of the `looked_at` would get another deadline.

    `among` is of how many these were drawn; all were looked at if it is the same.
    """

    covered: int
    different: int
    looked_at: int
    among: int

    @property
    def estimated(self) -> bool:
        return self.looked_at < self.among

    @property
    def changed(self) -> int:
        """How many tickets would get another deadline; where that is estimated, to two digits."""
        if not self.estimated:
            return self.different
        likely = self.different * self.among / self.looked_at
        return int(round(likely, 2 - len(str(int(likely)))))


def count_anew(*, at: datetime) -> int:
    """Count the deadlines of all tickets that are not settled by the terms in force; returns how many have changed.

    In portions, each locked: an act on a ticket that comes first is counted, one that comes later counts by the new terms itself. Safe to run twice.
    """
    changed, after, revisions = 0, 0, dict(Agreement.objects.values_list("pk", "revision"))
    while True:
        with current.atomic():
            rows = _portion(Ticket.objects.select_for_update(of=("self",)), after)
            if not rows:
                break
            everything = terms.everything()
            different = _recounted(rows, everything.of, at)
            write(different)
        changed, after = changed + len(different), rows[-1].pk
    for pk, revision in revisions.items():
        Agreement.objects.filter(pk=pk, counted__lt=revision).update(counted=revision)
    return changed


def is_behind() -> bool:
    """Whether an agreement has changed since all tickets were counted, because the broker or a worker was away."""
    return Agreement.objects.filter(counted__lt=F("revision")).exists()


def would_change(*, agreement: Agreement | None, wanted: Terms, municipalities: Iterable[int], default: bool, at: datetime) -> Foreseen:
    """What an agreement would do to the open tickets; nothing is written.

    `agreement` is the one to be changed (None: a new one), `municipalities` the ids of its members and `default` whether it is for all others, as
    they would be. Somebody waits for this: of more than LOOKED_AT tickets so many are counted, and the others estimated by them.
    """
    now, members = terms.everything(), set(municipalities)
    others = wanted if default else (None if agreement is not None and agreement.default else now.others)
    left = set(AgreementMember.objects.filter(agreement=agreement).values_list("municipality", flat=True)) if agreement else set()
    own = {pk: by for pk, by in now.own.items() if pk not in left} | dict.fromkeys(members, wanted)
    then = terms.AllTerms(own, others)
    tickets = Ticket.objects.unsettled()
    if others is now.others:  # whoever is not a member, before or after, notices nothing
        tickets = tickets.filter(municipality__in=members | left)
    towns = list(tickets.order_by().values_list("municipality").annotate(n=Count("pk")))
    rows = list(_drawn(tickets, LOOKED_AT).only(*NEEDED))
    different = sum(before != _dues(row) for before, row in _counted(rows, then.of, at))
    covered = sum(n for town, n in towns if then.of(town) is wanted)
    return Foreseen(covered, different, len(rows), sum(n for _town, n in towns))


def _drawn(tickets: QuerySet[Ticket], most: int) -> QuerySet[Ticket]:
    """So many tickets at most, as if by lot and the same ones each time: by a hash, for numbers that follow each other may have something in common."""
    return tickets.order_by(MD5(Cast("pk", CharField())))[:most]


def write(tickets: Sequence[Ticket]) -> None:
    """Write what the service level says of these locked tickets, in one statement. Their revision stays: nobody has done anything to them."""
    if not tickets:
        return
    given = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *COLUMNS.values()))
    statement = (
        f"UPDATE hotline_ticket AS t SET {', '.join(f'{name} = v.{name}' for name in COLUMNS)} "  # noqa: S608 - names of our own
        f"FROM unnest({given}) AS v(id, {', '.join(COLUMNS)}) WHERE t.id = v.id"
    )
    values = [[ticket.pk for ticket in tickets], *([getattr(ticket, name) for ticket in tickets] for name in COLUMNS)]
    with current.connection().cursor() as cursor:
        cursor.execute(statement, values)


def pauses_of(tickets: Iterable[Ticket]) -> dict[int, list[Pause]]:
    """The pauses of tickets, by the ticket's key, in one query."""
    found: dict[int, list[Pause]] = defaultdict(list)
    rows = TicketPause.objects.filter(ticket__in=[ticket.pk for ticket in tickets]).order_by("since", "pk")
    for ticket, since, until in rows.values_list("ticket_id", "since", "until"):
        found[ticket].append((since, until))
    return found


def _portion(tickets: QuerySet[Ticket], after: int) -> list[Ticket]:
    return list(tickets.unsettled().filter(pk__gt=after).only(*NEEDED).order_by("pk")[:AT_ONCE])  # type: ignore[attr-defined]


def _recounted(rows: Sequence[Ticket], look: Look, at: datetime) -> list[Ticket]:
    before = [_all(row) for row in rows]
    for _row in _counted(rows, look, at):
        pass
    return [row for row, was in zip(rows, before, strict=True) if was != _all(row)]


def _counted(rows: Sequence[Ticket], look: Look, at: datetime) -> Iterator[tuple[tuple[object, ...], Ticket]]:
    """Count each ticket anew; gives the deadlines it had, and the ticket."""
    pauses = pauses_of(rows)
    for row in rows:
        before = _dues(row)
        promises.reckon(row, by=look(row.municipality_id), pauses=pauses.get(row.pk, ()), at=at)
        yield before, row


def _dues(ticket: Ticket) -> tuple[object, ...]:
    return tuple(getattr(ticket, name) for name in DUES)


def _all(ticket: Ticket) -> tuple[object, ...]:
    return tuple(getattr(ticket, name) for name in COLUMNS)
