"""What the screens of the desk share: who passes, and the ticket of an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from hotline.models import Ticket
from hotline.models.tickets import STAFF
from tenants.centre import arriving
from tenants.doors import ClerkRequest, roles_required
from tenants.roles import CentreRole, label_of

WHO_ASKS = (*STAFF, CentreRole.REQUESTER)
NOBODY = UUID(int=0)
asks = roles_required(*WHO_ASKS)
staff_only = roles_required(*STAFF)


def with_addresses(tickets: Iterable[Ticket]) -> list[tuple[Ticket, str]]:
    """Tickets of a list, each with the address of its page. Reversed once: in a list of fifty that was a tenth of the page."""
    pattern = reverse("hotline:ticket", args=[NOBODY])
    return [(ticket, pattern.replace(str(NOBODY), str(ticket.public_id))) for ticket in tickets]


def brought_by(request: ClerkRequest) -> dict[str, Any] | None:
    """What her node told of her when it handed her over, with her roles in words (role_labels)."""
    told = arriving.brought(request.session)
    return None if told is None else {**told, "role_labels": [label_of(role) for role in told.get("roles", [])]}


def ticket_or_404(request: ClerkRequest, public_id: UUID) -> Ticket:
    """The ticket, if the person may know of it."""
    found: Ticket | None = Ticket.objects.visible_to(request.user).with_people().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
