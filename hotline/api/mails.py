"""Doors of the API to mails, for staff: what was put aside, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.problems import Conflict
from foundation.store import StoreError
from hotline import parking
from hotline.models import IncomingMail
from tenants.api.doors import IDEMPOTENCY_KEY, PAGING, Door
from tenants.api.idempotency import once


class MailOut(serializers.ModelSerializer[IncomingMail]):
    """A mail that came in. `reason` says why it was put aside or is not on the ticket `proposal` that it names; tickets by their numbers."""

    id = serializers.UUIDField(source="public_id")
    message_id = serializers.CharField(source="mail_id")
    ticket = serializers.CharField(source="ticket.number", default=None, allow_null=True)
    proposal = serializers.CharField(source="proposal.number", default=None, allow_null=True)
    troubles = serializers.ListField(child=serializers.CharField())
    reason = serializers.ChoiceField(IncomingMail.Reason.choices, allow_blank=True)

    class Meta:
        model = IncomingMail
        fields = (
            *("id", "message_id", "sender_name", "sender_address", "subject", "text", "sha256", "size", "arrived_at"),
            *("outcome", "reason", "troubles", "ticket", "proposal"),
        )
        read_only_fields = fields


class MailFilters(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(IncomingMail.Outcome.choices, required=False)


@extend_schema(tags=["mails"])
class MailDoor(Door[IncomingMail]):
    queryset = IncomingMail.objects.none()
    serializer_class = MailOut
    ordering = ("-arrived_at", "-id")

    def get_queryset(self) -> QuerySet[IncomingMail]:
        found: QuerySet[IncomingMail] = IncomingMail.objects.visible_to(self.clerk).select_related("ticket", "proposal")
        return found

    @extend_schema(parameters=[MailFilters, *PAGING], responses={200: MailOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """Mails, the newest first; for the hotline's staff, nobody else has any."""
        found = self.get_queryset().filter(**self.asked(MailFilters))
        return self.get_paginated_response(MailOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(responses={200: MailOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(MailOut(self.get_object()).data)

    @extend_schema(request=None, parameters=[IDEMPOTENCY_KEY], responses={200: MailOut, **problems(404, 409)})
    def make_ticket(self, request: Request, id: str) -> Response:
        """Make a ticket of a mail that was put aside."""
        return once(request, lambda: self._do(lambda mail: parking.make_ticket(mail=mail, by=self.clerk, at=self.now)))

    @extend_schema(request=None, responses={200: MailOut, **problems(404, 409)})
    def leave(self, request: Request, id: str) -> Response:
        """Say that a mail that was put aside needs nothing."""
        return self._do(lambda mail: parking.leave(mail=mail, by=self.clerk, at=self.now))

    def _do(self, act: Callable[[IncomingMail], Any]) -> Response:
        mail = self.get_object()
        try:
            act(mail)
        except parking.CannotPark as refusal:
            raise Conflict(str(refusal)) from refusal
        except StoreError as trouble:
            raise Conflict(_("The mail itself cannot be read at the moment. Please try again later.")) from trouble
        return Response(MailOut(self.get_object()).data)
