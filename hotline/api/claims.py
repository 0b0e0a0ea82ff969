"""Doors of the API to what a mail claims about a ticket, for staff."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from hotline import claiming
from hotline.models import IncomingMail

from .doors import TicketsDoor
from .serializers import TicketOut


class ClaimOut(serializers.Serializer[Any]):
    """The ticket that the mail names, and why it is not on that one."""

    ticket = serializers.UUIDField(source="other.public_id")
    number = serializers.CharField(source="other.number")
    subject = serializers.CharField(source="other.subject")
    mail = serializers.UUIDField(source="mail.public_id")
    sender_address = serializers.CharField(source="mail.sender_address")
    reason = serializers.ChoiceField(IncomingMail.Reason.choices, source="mail.reason")


@extend_schema(tags=["tickets"])
class ClaimDoor(TicketsDoor):
    @extend_schema(responses={200: ClaimOut, **problems(403, 404)})
    def retrieve(self, request: Request, id: str) -> Response:
        """Which other ticket the mail names that this one was made of, if nobody has decided about it yet (else 404); for staff."""
        claim = claiming.of_ticket(self.of_staff())
        if claim is None:
            raise NotFound
        return Response(ClaimOut(claim).data)

    @extend_schema(request=None, responses={200: TicketOut, **problems(403, 404, 409)})
    def agree(self, request: Request, id: str) -> Response:
        """Merge the ticket into the one that its mail names; by staff. Its requester may read that one then. It can be undone (unmerge)."""
        ticket = self.of_staff()
        self.do(lambda: claiming.agree(ticket=ticket, by=self.clerk, at=self.now))
        return self.answer(self.get_object())

    @extend_schema(request=None, responses={200: TicketOut, **problems(403, 404, 409)})
    def decline(self, request: Request, id: str) -> Response:
        """Say that the ticket is a request of its own; by staff."""
        ticket = self.of_staff()
        return self.answer(self.do(lambda: claiming.decline(ticket=ticket, by=self.clerk, at=self.now)))
