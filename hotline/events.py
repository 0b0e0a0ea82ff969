"""What happens to a ticket is written beside it, with old and new values, in words that stay when people leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tenants.models import User

from . import findable, telling
from .models import Ticket, TicketEvent

Changes = Mapping[str, tuple[Any, Any]]


def enter(*, act: str, ticket: Ticket, by: User | str, at: datetime, changes: Changes | None = None) -> TicketEvent:
    """Say that `by` (a person, or in words a municipality's node) did `act`, with (old, new) for each field. Inside the act's transaction, last.

    What the ticket is found by follows, and programs that want to know are told.
    """
    event = TicketEvent.objects.create(ticket=ticket, act=act, actor=str(by), at=at, changes=_words(changes or {}))
    findable.keep(ticket)
    telling.tell(ticket=ticket, act=act, at=at)
    return event


def enter_all(*, at: datetime, told: Sequence[tuple[str, Ticket, Changes]]) -> None:
    """Say what nobody has done but the clock: (act, ticket, changes) of many tickets. As many queries as of one."""
    actor = _("Watch over deadlines")
    TicketEvent.objects.bulk_create(
        TicketEvent(ticket=ticket, act=act, actor=actor, at=at, changes=_words(changes)) for act, ticket, changes in told
    )
    telling.tell_all(told=[(ticket, act) for act, ticket, _changes in told], at=at)


def _words(changes: Changes) -> dict[str, list[str | None]]:
    return {field: [_word(old), _word(new)] for field, (old, new) in changes.items()}


def _word(value: Any) -> str | None:
    return None if value is None else str(value)
