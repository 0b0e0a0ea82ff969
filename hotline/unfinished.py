"""Keeping what staff write and do not send: it is there when the tab was closed, and on another machine.

It is kept at the centre and not in the browser, because desks are shared there and a browser's store outlives whoever signs out. It belongs to its
writer alone: nobody else reads it, no list, search, export or event knows of it, and it says nothing of when somebody worked (it is not journaled,
§ 72 (3) no. 1 LPVG NW). It goes when it is sent or discarded, and after 30 days. Requesters have none: what they do not send does not reach us.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import wording
from .models import Message, Ticket, Unfinished
from .models.tickets import STAFF

KEPT_FOR = timedelta(days=30)
MOST_SHOWN = 20
JUST_SENT = timedelta(minutes=2)


class CannotKeep(Exception):
    """The text cannot be kept; the message says why. `field` names what was wrong."""

    def __init__(self, message: str, field: str = "body") -> None:
        super().__init__(message)
        self.field = field


def keep(*, ticket: Ticket, kind: str, body: str, by: User, at: datetime) -> Unfinished | None:
    """Keep what somebody has written so far, instead of what was kept before; nothing written is nothing kept (None).

    What she has just sent is not kept again: a browser may save and send at the same moment. Raises CannotKeep.
    """
    if not by.has_role(*STAFF):
        raise CannotKeep(_("This is for the hotline's staff."))
    if kind not in Message.Kind.values:
        raise CannotKeep(_("Please choose what it is."), "kind")
    if not body.strip():
        discard(ticket=ticket, by=by)
        return None
    body = wording.text(body, refuse=CannotKeep)
    with current.atomic():
        sent = Message.objects.filter(ticket=ticket, author=by, body=body, at__gte=at - JUST_SENT)
        if sent.exists():
            return None
        kept, _made = Unfinished.objects.update_or_create(writer=by, ticket=ticket, defaults={"kind": kind, "body": body, "at": at})
    return kept


def discard(*, ticket: Ticket, by: User) -> None:
    """Forget what she has written on a ticket, and on those that were merged into it: it was sent, or she wants it no more. Harmless if there is none."""
    _on(ticket, by).delete()


def of_ticket(ticket: Ticket, *, by: User) -> Unfinished | None:
    """What she has written on a ticket, or on one that was merged into it meanwhile; the newest."""
    return _on(ticket, by).order_by("-at").first()


def of_person(by: User) -> list[Unfinished]:
    """What she has written and not sent anywhere, the newest first. One query."""
    return list(Unfinished.objects.filter(writer=by).select_related("ticket").order_by("-at")[:MOST_SHOWN])


def forget_old(*, at: datetime) -> int:
    """Forget what nobody has touched for 30 days. Returns how many."""
    return Unfinished.objects.filter(at__lt=at - KEPT_FOR).delete()[0]


def _on(ticket: Ticket, by: User) -> QuerySet[Unfinished]:
    return Unfinished.objects.filter(Q(ticket=ticket) | Q(ticket__merged_into=ticket), writer=by)
