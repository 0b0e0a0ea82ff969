"""Doors of the API to support access: asked for and ended by programs; looked at by people only."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.problems import Conflict
from hotline import asking
from hotline.models import SupportRequest
from tenants.api.doors import IDEMPOTENCY_KEY, known_id
from tenants.api.idempotency import once

from .doors import TicketsDoor


class SupportOut(serializers.ModelSerializer[SupportRequest]):
    """What an agent asked to look at, and what the municipality said: `until` is counted from its consent."""

    id = serializers.UUIDField(source="public_id")
    asked_by = serializers.CharField(source="asked_by.username")

    class Meta:
        model = SupportRequest
        fields = ("id", "file_reference", "area", "hours", "state", "until", "reason", "asked_by", "asked_at")


class NewSupport(serializers.Serializer[Any]):
    """Either a file's reference as the clerk told it, or an area."""

    file_reference = serializers.CharField(max_length=120, required=False, default="")
    area = serializers.ChoiceField(SupportRequest.Area.choices, required=False, default="")
    hours = serializers.IntegerField(min_value=1, max_value=asking.MOST_HOURS, help_text="From the municipality's consent.")


@extend_schema(tags=["tickets"])
class SupportDoor(TicketsDoor):
    @extend_schema(operation_id="tickets_support_list", responses={200: SupportOut(many=True), **problems(403, 404)})
    def accesses(self, request: Request, id: str) -> Response:
        """What was asked of the municipality on this ticket, the newest first; for staff."""
        return Response(SupportOut(asking.of_ticket(self.of_staff()), many=True).data)

    @extend_schema(
        operation_id="tickets_support_ask",
        request=NewSupport,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: SupportOut, **problems(400, 403, 404, 409, 415)},
    )
    def ask(self, request: Request, id: str) -> Response:
        """Ask the ticket's municipality to let the caller look; it decides on its own node. By staff."""
        return once(request, self._ask)

    def _ask(self) -> Response:
        ticket = self.of_staff()
        try:
            made = asking.ask(ticket=ticket, **self.sent(NewSupport), by=self.clerk, at=self.now)
        except asking.CannotAsk as refusal:
            if refusal.field:
                raise ValidationError({refusal.field: [str(refusal)]}) from refusal
            raise Conflict(str(refusal)) from refusal
        return Response(SupportOut(made).data, status=201)

    @extend_schema(operation_id="tickets_support_end", request=None, responses={204: None, **problems(403, 404)})
    def end(self, request: Request, id: str, access: str) -> Response:
        """Need it no more: the municipality is told to end it. By staff."""
        found = SupportRequest.objects.filter(ticket=self.of_staff(), public_id=known_id(access)).first()
        if found is None:
            raise NotFound
        asking.end(request=found, by=self.clerk, at=self.now)
        return Response(status=204)
