"""Closing what was solved: once nothing can take a ticket up again, the centre's clock closes it, and what was accepted on it ends with it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current

from . import events, handling
from .models import Ticket

AT_ONCE, A_RUN = 100, 2000  # tickets in a transaction, and in a run


def close_old(*, at: datetime) -> int:
    """Close the tickets that were solved more than 14 days ago, the oldest first; gives how many. Two workers at once take different ones.

    Nothing depends on when it comes by: the doors compare the time, too (handling.is_closed).
    """
    closed = 0
    old = Ticket.objects.filter(state=Ticket.State.SOLVED, solved_at__lt=at - handling.REOPENED_WITHIN).order_by("solved_at", "pk")
    while closed < A_RUN:
        with current.atomic():
            rows = list(old.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
            for ticket in rows:
                changes = handling.move(ticket, state=Ticket.State.CLOSED, at=at)
                events.enter(act="close", ticket=ticket, by=_("Time is over (14 days after it was solved)"), at=at, changes=changes)
        closed += len(rows)
        if len(rows) < AT_ONCE:
            break
    return closed
