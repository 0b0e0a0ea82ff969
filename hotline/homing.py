"""Whose words are whose while two tickets are one: where they go back to when the merge is undone."""

from __future__ import annotations

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from tenants.models import User

from .models import Ticket
from .models.tickets import STAFF, colleagues_of

REQUESTER, WATCHER, COLLEAGUE, NOBODY = range(4)


def home_of(*, lead: Ticket, addressed: Ticket, author: User) -> Ticket | None:
    """The ticket merged into `lead` that what somebody says there goes back to; None for the lead's own people, and for staff.

    It goes by the author: the page of a merged ticket leads to the other one, and mails answer what staff wrote there. The ticket it was addressed to
    decides only where she has as much to do with several, or with none.
    """
    if author.has_role(*STAFF):
        return None
    watches = Ticket.watchers.through.objects.filter(ticket=OuterRef("pk"), user=author)
    near = Case(
        When(requester=author, then=Value(REQUESTER)),
        When(Exists(watches), then=Value(WATCHER)),
        When(requester__in=colleagues_of(author), then=Value(COLLEAGUE)),
        default=Value(NOBODY),
    )
    place = Case(When(pk=addressed.pk, then=Value(0)), When(pk=lead.pk, then=Value(1)), default=Value(2))
    found: Ticket = Ticket.objects.filter(Q(pk=lead.pk) | Q(merged_into=lead)).order_by(near, place, "pk")[0]
    return None if found.pk == lead.pk else found
