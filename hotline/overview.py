"""The desk's lists: what there is to do by its deadline, everything else the newest first, in pages that go on where the last one ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery, prefetch_related_objects
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from . import deadline_words, reminding, searching, tagging, teams
from .models import CallBack, OutgoingMail, Queue, Tag, Ticket
from .models.tickets import STAFF, colleagues_of, watched_by

PAGE, FOUND = 50, 20  # a hit shows its place, too
TO_DO = "offen"
OVERDUE, SOON = "ueberfaellig", "bald"
NO_DEADLINE, UNDELIVERED = "ohne", "offen"
ASKED = ("stand", "warteschlange", "bei", "frist", "welche", "schlagwort", "zustellung", "rueckruf", "sortiert", "q")
SORTED = [("frist", _("By deadline")), ("neu", _("The newest first")), ("rueckruf", _("By call-back"))]
MINE = "-meine"  # no key of a queue begins like that
CALL_BACKS = [("offen", _("With a call-back")), ("jetzt", _("Call-back is due"))]
WHICH = [("meine", _("My own")), ("amt", _("My office's")), ("beobachtet", _("Watched ones"))]


@dataclass(frozen=True)
class Page:
    tickets: list[Ticket]
    next_number: str | None


@dataclass(frozen=True)
class Wish:
    """A call-back that is wanted: `words` are from when until when, `due` whether that has begun."""

    callback: CallBack
    words: str
    due: bool


IN_A_MARGIN = ("public_id", "number", "subject", "priority", "requester__display_name", "requester__username")


def page_of(*, person: User, asked: Mapping[str, str], at: datetime, size: int | None = None) -> Page:
    """Tickets that a person may know of: of what is to be done, what is due next, otherwise the newest first; no merged ones.

    `asked`: `stand` (a state, or "offen": not settled), `warteschlange` (a key, or "-meine": those whose teams she belongs to, all if to none), `bei` ("mir" or "niemand"), `frist` ("ueberfaellig" or "bald":
    open ones past a deadline, or warned of), `welche` ("meine", "amt" or "beobachtet"), `schlagwort` (id of a tag; asked by staff only),
    `zustellung` ("offen": a mail did not reach its reader and nobody has seen to it; for staff), `rueckruf` ("offen": a call-back is wanted, "jetzt": its time has begun; for staff), `sortiert` ("frist", "neu" or, among call-backs, "rueckruf"), `q` (what is searched
    for), `nach` (where the page before ended: its `next_number`). Raises searching.CannotSearch.
    """
    size = size or (FOUND if asked.get("q", "").strip() else PAGE)
    found = narrowed(Ticket.objects.visible_to(person).standing().with_people(), person=person, asked=asked, at=at)
    if person.has_role(*STAFF):
        found = tagging.with_tags(_tagged(found, asked.get("schlagwort", "")))
    after = asked.get("nach", "").replace("\x00", "")
    if is_by_deadline(asked):
        rows = _by_deadline(found, after, size + 1)
        end = _end(rows[size - 1].next_due, rows[size - 1]) if len(rows) > size else None
    elif order_of(asked) == "rueckruf":
        rows = _by_call_back(found, after, size + 1)
        end = _end(getattr(rows[size - 1], "wished", None), rows[size - 1]) if len(rows) > size else None
    else:
        rows = list((found.filter(number__lt=after) if after else found).order_by("-number")[: size + 1])
        end = rows[size - 1].number if len(rows) > size else None
    if any(ticket.incident_id for ticket in rows):
        prefetch_related_objects(rows, "incident")
    return Page(rows[:size], end)


def beginning_of(*, person: User, asked: Mapping[str, str], at: datetime, size: int) -> list[Ticket]:
    """The same list's first tickets, with no more than a margin shows of them: number, subject, priority, who asks."""
    found = narrowed(Ticket.objects.visible_to(person).standing().select_related("requester"), person=person, asked=asked, at=at)
    if person.has_role(*STAFF):
        found = _tagged(found, asked.get("schlagwort", ""))
    found = found.only(*IN_A_MARGIN)
    if order_of(asked) == "rueckruf":
        return _by_call_back(found, "", size)
    return list(found.by_deadline()[:size] if is_by_deadline(asked) else found.order_by("-number")[:size])


def order_of(asked: Mapping[str, str]) -> str:
    """How the list is sorted: as is asked for, otherwise call-backs by theirs, what is to be done by deadline, everything else the newest first."""
    only_call_backs = asked.get("rueckruf") in dict(CALL_BACKS)
    usual = "frist" if asked.get("stand") == TO_DO or asked.get("frist") in (OVERDUE, SOON) else "neu"
    wanted = asked.get("sortiert") or ("rueckruf" if only_call_backs else usual)
    return usual if wanted == "rueckruf" and not only_call_backs else wanted


def is_by_deadline(asked: Mapping[str, str]) -> bool:
    """Whether the list is one of deadlines."""
    return order_of(asked) == "frist"


def call_backs_of(tickets: Iterable[Ticket], *, at: datetime) -> dict[int, Wish]:
    """The call-backs that are wanted on these tickets, by their keys; one query."""
    rows = CallBack.objects.filter(ticket__in=[ticket.pk for ticket in tickets], done_at=None)
    return {row.ticket_id: Wish(row, deadline_words.span(row.earliest, row.latest), row.earliest <= at) for row in rows}


def call_backs_due(*, person: User, at: datetime) -> int:
    """How many tickets there are whose requester wants to be called now, or wanted to be before."""
    return int(Ticket.objects.visible_to(person).standing().unsettled().filter(pk__in=_wanted("jetzt", at)).count())


def undelivered(*, person: User) -> int:
    """How many tickets there are with a mail that did not reach its reader, and that nobody has seen to."""
    keys = OutgoingMail.objects.visible_to(person).undelivered().tickets()
    return Ticket.objects.visible_to(person).filter(pk__in=keys).count()


def by_number(person: User, written: str) -> Ticket | None:
    """The ticket of a number as people write it ("2026-12" is 2026-000012), if the person may know of it."""
    return by_numbers(person, [written]).get(written)


def by_numbers(person: User, written: Iterable[str]) -> dict[str, Ticket]:
    """The same of several, by what was written; what is no number, or of no ticket that the person may know of, is left out. One query."""
    parts = {one: re.fullmatch(r"\s*([0-9]{4})\s*-\s*([0-9]{1,9})\s*", one) for one in written}
    numbers = {one: f"{found[1]}-{int(found[2]):06}" for one, found in parts.items() if found}
    if not numbers:
        return {}
    known = {ticket.number: ticket for ticket in Ticket.objects.visible_to(person).filter(number__in=set(numbers.values()))}
    return {one: known[number] for one, number in numbers.items() if number in known}


def narrowed(found: Any, *, person: User, asked: Mapping[str, str], at: datetime) -> Any:
    """Keep the tickets that are asked for (see page_of), whatever their order; what is not named asks nothing. Raises searching.CannotSearch."""
    state, deadline = asked.get("stand", ""), asked.get("frist", "")
    if question := asked.get("q", "").strip():
        found = searching.tickets(found, person=person, text=question)
    if state in Ticket.State.values:
        found = found.filter(state=state)
    elif state == TO_DO or deadline in (OVERDUE, SOON):
        found = found.unsettled()
    queue = asked.get("warteschlange", "").replace("\x00", "")
    if queue == MINE:
        found = _in_queues(found, teams.queues_of(person))
    elif queue:
        found = found.filter(queue=Subquery(Queue.objects.filter(key=queue).values("pk")))  # one value: an index of queues keeps the order
    whose = {"mir": Q(assignee=person), "niemand": Q(assignee=None)}.get(asked.get("bei", ""), Q())
    which = {
        "meine": Q(requester=person),
        "amt": Q(requester__in=colleagues_of(person)) & ~Q(requester=person),
        "beobachtet": Q(pk__in=watched_by(person)),
    }.get(asked.get("welche", ""), Q())
    if asked.get("zustellung") == UNDELIVERED and person.has_role(*STAFF):
        found = found.filter(pk__in=OutgoingMail.objects.undelivered().tickets())
    if asked.get("rueckruf") in dict(CALL_BACKS) and person.has_role(*STAFF):
        found = found.filter(pk__in=_wanted(asked["rueckruf"], at))
    due = {OVERDUE: Q(next_due__lte=at), SOON: reminding.warned_of(at=at)}.get(deadline, Q())
    return found.filter(whose & which & due)


def _in_queues(found: Any, keys: list[int]) -> Any:
    """One queue as such, so that an index of queues keeps the order; who belongs to no team sees all."""
    if len(keys) == 1:
        return found.filter(queue=keys[0])
    return found.filter(queue__in=keys) if keys else found


def _wanted(which: str, at: datetime) -> Any:
    """Keys of the tickets on which a call-back is wanted, or is due."""
    waiting = CallBack.objects.filter(done_at=None)
    return (waiting.filter(earliest__lte=at) if which == "jetzt" else waiting).values("ticket")


def _tagged(found: Any, tag: str) -> Any:
    """With this tag; what is the id of none finds nothing, so that a view never shows more than it says."""
    if not tag:
        return found
    try:
        return found.filter(tags__public_id=UUID(tag))
    except ValueError:
        return found.none()


def tags() -> list[Tag]:
    """All tags that can be asked for, those in use first."""
    return list(Tag.objects.order_by("-active", "name"))


def _by_deadline(found: Any, after: str, most: int) -> list[Ticket]:
    """What comes behind the end of a page in the order of deadlines: those that have one, and then, by another query, those without.

    So each begins where the page ends, in an index: one condition for both would read all that comes before, on each page more.
    """
    ended, _sign, number = after.partition("_")
    moment = _moment(ended)
    if moment is None:
        rest = found.filter(next_due=None, number__gt=number) if ended == NO_DEADLINE else found
        return list(rest.by_deadline()[:most])
    due = found.filter(Q(next_due__gt=moment) | Q(number__gt=number), next_due__gte=moment)
    rows = list(due.by_deadline()[:most])
    return rows if len(rows) == most else [*rows, *found.filter(next_due=None).by_deadline()[: most - len(rows)]]


def _by_call_back(found: Any, after: str, most: int) -> list[Ticket]:
    """The call-back that is wanted first comes first. There are never many of them."""
    wished = CallBack.objects.filter(ticket=OuterRef("pk"), done_at=None).values("earliest")[:1]
    found = found.annotate(wished=Subquery(wished))
    ended, _sign, number = after.partition("_")
    if (moment := _moment(ended)) is not None:
        found = found.filter(Q(wished__gt=moment) | Q(wished=moment, number__gt=number))
    return list(found.order_by("wished", "number")[:most])


def _end(moment: datetime | None, last: Ticket) -> str:
    return f"{moment.isoformat() if moment else NO_DEADLINE}_{last.number}"


def _moment(written: str) -> datetime | None:
    """A moment of an address; anything else that somebody has typed there is none."""
    try:
        found = parse_datetime(written)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
