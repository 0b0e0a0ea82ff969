"""Mails that name a ticket which their sender has no part in: staff say whether what was made of them belongs there, or is a request of its own.

Until then the two have nothing to do with each other, and the sender learns nothing of the other one, not even whether it exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import events, handling, merging
from .models import IncomingMail, Merge, Ticket
from .models.tickets import STAFF

CLAIMS = Statement(
    lambda: IncomingMail.objects.claiming().filter(ticket=Blank("ticket")).select_related("proposal__merged_into").order_by("pk")[:1],
    using=current.alias,
    anew=True,
)


class CannotClaim(Exception):
    """There is nothing to be decided, or not by this person; the message says why."""


@dataclass(frozen=True)
class Claim:
    """A mail that became a ticket of its own, and the ticket that it names: where that goes on, if it was merged into another one."""

    mail: IncomingMail
    other: Ticket

    @property
    def reason(self) -> str:
        return str(self.mail.get_reason_display())


def of_ticket(ticket: Ticket) -> Claim | None:
    """What a ticket's mail claims and nobody has decided yet; None for a ticket that was merged: it is decided. For staff."""
    if ticket.merged_into_id is not None:
        return None
    mail = next(iter(current.objects_of(CLAIMS, ticket=ticket.pk)), None)
    if mail is None or mail.proposal is None:
        return None
    other = mail.proposal.merged_into or mail.proposal
    return None if other.pk == ticket.pk else Claim(mail, other)


def agree(*, ticket: Ticket, by: User, at: datetime, seen: int | None = None) -> Merge:
    """Merge a ticket into the one that its mail names; merging.undo takes it back, and then the claim stands again.

    Whoever wrote the mail may read the other ticket from now on: who agrees has to know who that is. Raises CannotClaim, and merging.CannotMerge
    (the other one is settled, say), handling.Stale.
    """
    _only_staff(by)
    with current.atomic():
        claim = of_ticket(handling.locked(ticket))
        if claim is None:
            raise CannotClaim(_("There is nothing to decide about this request any more."))
        return merging.merge(ticket=ticket, into=claim.other, by=by, at=at, seen=seen)


def decline(*, ticket: Ticket, by: User, at: datetime) -> Ticket:
    """Say that a ticket is a request of its own. Raises CannotClaim."""
    _only_staff(by)
    with current.atomic():
        found = handling.locked(ticket)
        claim = of_ticket(found)
        if claim is None:
            raise CannotClaim(_("There is nothing to decide about this request any more."))
        IncomingMail.objects.claiming().filter(ticket=found).update(proposal_declined_at=at)
        changes = {"other": (claim.other.number, None)}
        events.enter(act="decline_merge", ticket=found, by=by, at=at, changes=handling.move(found, state=found.state, at=at) | changes)
    return handling.show(ticket, found)


def _only_staff(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotClaim(_("Only the hotline's staff decide about that."))
