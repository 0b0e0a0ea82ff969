"""The desk's lists: what there is to do, cut to pages by the number of the last ticket on one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .models import Ticket
from .models.tickets import colleagues_of, watched_by

PAGE = 50
TO_DO = "offen"
ASKED = ("stand", "warteschlange", "bei", "welche", "sortiert")
SORTED = [("frist", _("By deadline")), ("neu", _("The newest first"))]
WHICH = [("meine", _("My own")), ("amt", _("My office's")), ("beobachtet", _("Watched ones"))]


@dataclass(frozen=True)
class Page:
    tickets: list[Ticket]
    next_number: str | None


def page_of(*, person: User, asked: Mapping[str, str], size: int = PAGE) -> Page:
    """Tickets that a person may know of: of what is to be done, what is due next, otherwise the newest first; no merged ones.

    `asked`: `stand` (a state, or "offen": not settled), `warteschlange` (a key), `bei` ("mir" or "niemand"), `welche` ("meine", "amt" or
    "beobachtet"), `sortiert` ("frist" or "neu"), `nach` (a ticket's number).
    """
    found: Any = _narrowed(Ticket.objects.visible_to(person).standing().for_reading(), person, asked)
    newest = (asked.get("sortiert") or ("frist" if asked.get("stand") == TO_DO else "neu")) == "neu"
    found = found.order_by("-number") if newest else found.by_deadline()
    if after := asked.get("nach", "").replace("\x00", ""):
        found = found.filter(number__lt=after) if newest else _behind(found, after)
    rows = list(found[: size + 1])
    return Page(rows[:size], rows[size - 1].number if len(rows) > size else None)


def by_number(person: User, written: str) -> Ticket | None:
    """The ticket of a number as people write it ("2026-12" is 2026-000012), if the person may know of it."""
    parts = re.fullmatch(r"\s*([0-9]{4})\s*-\s*([0-9]{1,9})\s*", written)
    if parts is None:
        return None
    found: Ticket | None = Ticket.objects.visible_to(person).filter(number=f"{parts[1]}-{int(parts[2]):06}").first()
    return found


def _narrowed(found: Any, person: User, asked: Mapping[str, str]) -> Any:
    state = asked.get("stand", "")
    if state in Ticket.State.values:
        found = found.filter(state=state)
    elif state == TO_DO:
        found = found.unsettled()
    if queue := asked.get("warteschlange", "").replace("\x00", ""):
        found = found.filter(queue__key=queue)
    whose = {"mir": Q(assignee=person), "niemand": Q(assignee=None)}.get(asked.get("bei", ""), Q())
    which = {
        "meine": Q(requester=person),
        "amt": Q(requester__in=colleagues_of(person)) & ~Q(requester=person),
        "beobachtet": Q(pk__in=watched_by(person)),
    }.get(asked.get("welche", ""), Q())
    return found.filter(whose & which)


def _behind(found: Any, number: str) -> Any:
    """What comes behind a ticket in the order of by_deadline()."""
    last: Any = Ticket.objects.filter(number=number).by_deadline().first()
    if last is None or last.due is None:
        return found.filter(due=None, number__lt=number)
    return found.filter(Q(due__gt=last.due) | Q(due=last.due, number__lt=number) | Q(due=None))
