"""How a mail server is: its trouble is logged when it begins and when it ends, not every minute in between, and is shown to staff."""

from __future__ import annotations

import logging
from datetime import datetime

from tenants import current

from .models import Mailbox

logger = logging.getLogger(__name__)


def box_of(name: str) -> Mailbox:
    """The row of a server, made when it is asked for the first time."""
    return Mailbox.objects.get_or_create(name=name[:400])[0]


def answers(*, name: str, at: datetime) -> Mailbox:
    """Enter that a server has answered."""
    with current.atomic():
        box = Mailbox.objects.select_for_update().get(pk=box_of(name).pk)
        if box.down_since is not None:
            logger.warning("The mail server %s answers again; it did not since %s.", box, box.down_since)
        box.answered_at, box.down_since, box.trouble = at, None, ""
        box.save(update_fields=["answered_at", "down_since", "trouble"])
    return box


def is_fetched(*, box: Mailbox, at: datetime) -> None:
    """Enter that a visit to a mailbox went through whole."""
    Mailbox.objects.filter(pk=box.pk).update(fetched_at=at)


def is_down(*, name: str, trouble: str, at: datetime) -> Mailbox:
    """Enter that a server does not answer as it should, and why."""
    with current.atomic():
        box = Mailbox.objects.select_for_update().get(pk=box_of(name).pk)
        if box.down_since is None:
            logger.error("The mail server %s is down (%s); it is tried again each minute.", box, trouble)
            box.down_since = at
        box.trouble = trouble[:500] or "?"
        box.save(update_fields=["down_since", "trouble"])
    return box
