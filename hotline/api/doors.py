"""What the hotline's doors of the API share: the ticket of an address, whom it is for, how acts are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.etags import etag_of_answer, quoted
from foundation.api.problems import Conflict, TooLarge
from foundation.uploads import refusal_of
from hotline import attaching, claiming, handling, linking, merging, splitting, tagging, teams, watching
from hotline.models import Ticket
from hotline.models.tickets import STAFF
from tenants.api.doors import Door

from .serializers import TicketOut

R = TypeVar("R")
REFUSALS = (
    claiming.CannotClaim,
    handling.CannotHandle,
    handling.Stale,
    linking.CannotLink,
    merging.CannotMerge,
    splitting.CannotSplit,
    watching.CannotWatch,
)


class TicketsDoor(Door[Ticket]):
    """Tickets that the caller may know of."""

    queryset = Ticket.objects.none()
    serializer_class = TicketOut

    def get_queryset(self) -> QuerySet[Ticket]:
        found: QuerySet[Ticket] = tagging.with_tags(Ticket.objects.visible_to(self.clerk).for_reading())
        return found

    def told(self) -> dict[str, Any]:
        """What TicketOut has to know of the caller."""
        return {"staff": self.clerk.has_role(*STAFF)}

    def require_staff(self) -> None:
        """Raises PermissionDenied for everybody else."""
        if not self.clerk.has_role(*STAFF):
            raise PermissionDenied(_("This is for the hotline's staff."))

    def of_staff(self) -> Ticket:
        """The ticket of the address. Raises Http404, and PermissionDenied for a requester, who may see it but not handle it."""
        found = self.get_object()
        self.require_staff()
        return found

    def named(self, field: str, id: UUID) -> Ticket:
        """A ticket that the body names. Raises ValidationError for one that the caller may not know of, as for one that does not exist."""
        found: Ticket | None = self.get_queryset().filter(public_id=id).first()
        if found is None:
            raise ValidationError({field: [_("This does not exist, or you may not know of it.")]})
        return found

    def do(self, act: Callable[[], R]) -> R:
        """Run an act; what it refuses is a conflict, or the fault of a field."""
        return acted(act)

    def answer(self, ticket: Ticket, *, status: int = 200) -> Response:
        """The ticket as it is now, with its ETag."""
        data = TicketOut(ticket, context=self.told()).data
        return Response(data, status=status, headers={"ETag": quoted(etag_of_answer(ticket.etag, data))})

    def answer_assigned(self, ticket: Ticket, *, changed: bool = True) -> Response:
        """The same where it may be somebody else's now: what there is to say of that is no part of the ticket, nor of its ETag."""
        answer = self.answer(ticket)
        notice = teams.said_of_outsider(ticket=ticket) if changed else ""
        return Response({**answer.data, "notice": notice}, headers={"ETag": answer["ETag"]})


def acted(act: Callable[[], R]) -> R:
    """Run an act; what it refuses is a conflict (409), or the fault of a field (400)."""
    try:
        return act()
    except REFUSALS as refusal:
        if field := getattr(refusal, "field", ""):
            raise ValidationError({field: [str(refusal)]}) from refusal
        raise Conflict(str(refusal)) from refusal


def kept(request: Request, files: list[Any]) -> list[attaching.Kept]:
    """Files that were sent, safe in the store. Raises what was refused while they arrived (413, 507), ValidationError."""
    refusal = refusal_of(request._request)
    if refusal is not None:
        raise refusal
    try:
        return attaching.keep(attaching.Given(file.name, file.incoming) for file in files)
    except attaching.TooLarge as refused:
        raise TooLarge(str(refused)) from refused
    except attaching.CannotAttach as refused:
        raise ValidationError({refused.field: [str(refused)]}) from refused
