"""Tickets that have to do with each other: linked, or one above others so that one answer reaches all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import events, handling
from .models import Link, Ticket

PAIRS = Statement(
    lambda: Link.objects.filter(Q(one=Blank("ticket")) | Q(other=Blank("ticket"))).values_list("one", "other"), using=current.alias
)
BOUND = Statement(
    lambda: Ticket.objects.filter(Q(parent=Blank("ticket")) | Q(merged_into=Blank("ticket")) | Q(pk__any_of=Blank("keys"))).order_by(
        "number"
    ),
    using=current.alias,
)


class CannotLink(Exception):
    """The tickets cannot be linked like that; the message says why."""


def link(*, ticket: Ticket, other: Ticket, by: User, at: datetime) -> None:
    """Say that two tickets have to do with each other; said twice it is said once. Raises CannotLink: a ticket and itself."""
    with current.atomic():
        both = _locked(ticket, other)
        if bind(*both):
            _enter("link", both, by, at)


def unlink(*, ticket: Ticket, other: Ticket, by: User, at: datetime) -> None:
    """Take a link away. Raises CannotLink: there is none."""
    with current.atomic():
        one, two = both = _locked(ticket, other)
        gone, _rows = Link.objects.filter(one=one, other=two).delete()
        if not gone:
            raise CannotLink(_("These tickets are not linked."))
        _enter("unlink", both, by, at)


def put_below(*, ticket: Ticket, parent: Ticket, by: User, at: datetime) -> Ticket:
    """Put a ticket below another one, whose answer can reach it too.

    Raises CannotLink: itself, merged or settled ones, and more than one level (so there is no circle either).
    """
    with current.atomic():
        rows = {row.pk: row for row in _locked(ticket, parent)}
        child, above = rows[ticket.pk], rows[parent.pk]
        for one in (child, above):
            if one.settled:
                raise CannotLink(_("%(number)s is settled. Reopen it first.") % {"number": one.number})
        if above.parent is not None:
            words = {"number": above.number, "other": above.parent.number}
            raise CannotLink(_("%(number)s lies below %(other)s itself; there is one level only.") % words)
        if child.children.exists():
            raise CannotLink(_("%(number)s has tickets below it; there is one level only.") % {"number": child.number})
        _set_parent(child, above, by, at)
    return handling.show(ticket, child)


def release(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Let a ticket stand by itself again. Raises CannotLink: it does."""
    with current.atomic():
        child = handling.locked(ticket)
        if child.parent is None:
            raise CannotLink(_("This ticket lies below no other one."))
        _set_parent(child, None, by, at)
    return handling.show(ticket, child)


def bind(one: Ticket, other: Ticket) -> bool:
    """Make the row of a link, inside an act's transaction; says whether there was none."""
    older, newer = sorted((one, other), key=lambda ticket: ticket.pk)
    _row, made = Link.objects.get_or_create(one=older, other=newer)
    return made


@dataclass(frozen=True)
class Bonds:
    """The tickets that stand beside one: linked (the newest first), those below it and those merged into it (the oldest first)."""

    linked: list[Ticket]
    children: list[Ticket]
    merged: list[Ticket]


def bonds_of(ticket: Ticket) -> Bonds:
    """All tickets that a ticket has to do with, but the one above it; two queries."""
    keys = {key for pair in current.rows_of(PAIRS, ticket=ticket.pk) for key in pair} - {ticket.pk}
    rows: list[Ticket] = current.objects_of(BOUND, ticket=ticket.pk, keys=list(keys))
    return Bonds(
        linked=sorted((one for one in rows if one.pk in keys), key=lambda one: -one.pk),
        children=[one for one in rows if one.parent_id == ticket.pk],
        merged=[one for one in rows if one.merged_into_id == ticket.pk],
    )


def linked_with(ticket: Ticket) -> list[Ticket]:
    """The tickets that have to do with this one, the newest first."""
    pairs = Link.objects.filter(Q(one=ticket) | Q(other=ticket)).values_list("one", "other")
    keys = {key for pair in pairs for key in pair} - {ticket.pk}
    return list(Ticket.objects.filter(pk__in=keys).order_by("-pk")) if keys else []


def _set_parent(child: Ticket, parent: Ticket | None, by: User, at: datetime) -> None:
    changes = {"parent": (child.parent and child.parent.number, parent and parent.number)}
    child.parent = parent
    handling.move(child, state=child.state, at=at)
    events.enter(act="put_below" if parent else "release", ticket=child, by=by, at=at, changes=changes)


def _locked(ticket: Ticket, other: Ticket) -> list[Ticket]:
    """Both, the older one first, locked in that order."""
    if ticket.pk == other.pk:
        raise CannotLink(_("These are one and the same ticket."))
    keys = [ticket.pk, other.pk]
    return list(Ticket.objects.select_for_update(of=("self",)).for_reading().filter(pk__in=keys).order_by("pk"))


def _enter(act: str, both: Sequence[Ticket], by: User, at: datetime) -> None:
    for one, other in (both, both[::-1]):
        told = (None, other.number) if act == "link" else (other.number, None)
        events.enter(act=act, ticket=one, by=by, at=at, changes={"linked": told})
