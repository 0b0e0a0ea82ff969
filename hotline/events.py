"""What happens to a ticket is written beside it, with old and new values, in words that stay when people leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tenants.models import User

from . import findable, telling
from .models import Ticket, TicketEvent


def enter(*, act: str, ticket: Ticket, by: User, at: datetime, changes: Mapping[str, tuple[Any, Any]] | None = None) -> TicketEvent:
    """Say that `by` did `act`, with (old, new) for each field. Inside the act's transaction, last.

    What the ticket is found by follows, and programs that want to know are told.
    """
    told = {field: [_word(old), _word(new)] for field, (old, new) in (changes or {}).items()}
    event = TicketEvent.objects.create(ticket=ticket, act=act, actor=str(by), at=at, changes=told)
    findable.keep(ticket)
    telling.tell(ticket=ticket, act=act, at=at)
    return event


def _word(value: Any) -> str | None:
    return None if value is None else str(value)
