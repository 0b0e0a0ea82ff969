"""One answer for several tickets: for a ticket and those below it, or for all of an incident."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import answering, attaching, handling
from .models import Message, Ticket
from .models.tickets import STAFF


def answer_all(
    *, ticket: Ticket, body: str, by: User, at: datetime, then: str = "", files: Sequence[attaching.Kept] = (), seen: int | None = None
) -> list[Message]:
    """Reply on a ticket (of a merged one, where it goes on) and on every unsettled one below it; those are closed by it. By staff.

    Each gets a message of its own, so that its requester is told like anybody. Raises answering.CannotAnswer, handling.Stale: then nobody
    was answered.
    """
    if not by.has_role(*STAFF):
        raise answering.CannotAnswer(_("This is for the hotline's staff."))
    with current.atomic():
        lead = ticket.merged_into_id or ticket.pk
        all_of_them = Ticket.objects.filter(Q(pk=lead) | Q(parent=lead)).order_by("pk")
        children = [one for one in all_of_them.select_for_update(of=("self",)) if one.pk != lead and not one.settled]
        said = [answering.say(ticket=ticket, body=body, by=by, at=at, then=then, files=files, seen=seen)]
        for child in children:
            said.append(answering.say(ticket=child, body=body, by=by, at=at, files=files))
            handling.close(ticket=child, by=by, at=at)
    return said


def tell_each(*, tickets: Iterable[Ticket], body: str, by: User, at: datetime) -> list[Message]:
    """Reply on each of these tickets; they stay open, for we go on working. Raises answering.CannotAnswer: then nobody was told."""
    with current.atomic():
        return [answering.say(ticket=one, body=body, by=by, at=at, then=Ticket.State.OPEN) for one in tickets]


def settle_each(*, tickets: Iterable[Ticket], body: str, by: User, at: datetime) -> list[Message]:
    """Reply on each of these tickets and on the unsettled ones below them, and close them all. Raises answering.CannotAnswer: then nobody was."""
    with current.atomic():
        keys = [ticket.pk for ticket in tickets]
        all_of_them = Ticket.objects.unsettled().filter(Q(pk__in=keys) | Q(parent__in=keys)).order_by("pk")
        said = []
        for one in all_of_them.select_for_update(of=("self",)):
            said.append(answering.say(ticket=one, body=body, by=by, at=at))
            handling.close(ticket=one, by=by, at=at)
    return said
