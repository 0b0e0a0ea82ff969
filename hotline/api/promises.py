"""Doors of the API to what is promised on a ticket and to the time booked on it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.problems import Conflict
from hotline import explaining, time_booking
from hotline.models import Promise, Ticket, TimeEntry
from hotline.models.promised import DEADLINE_STATES, STEP_KINDS
from hotline.models.tickets import STAFF
from hotline.time_booking import MOST_MINUTES
from tenants.api.doors import IDEMPOTENCY_KEY, PAGING, Door, known_id
from tenants.api.idempotency import once


class DeadlineStep(serializers.Serializer[Any]):
    """A stretch of the way to a deadline: what it counted, and what was counted by its end. `until` null: a pause that goes on."""

    start = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    kind = serializers.ChoiceField(STEP_KINDS)
    name = serializers.CharField(help_text="Of the holiday or closing day.")
    seconds = serializers.IntegerField()
    total_seconds = serializers.IntegerField()


class DeadlineOut(serializers.Serializer[Any]):
    """A promise on a ticket. `minutes` of working time; without `steps` the deadline was counted by what held earlier, and stays."""

    promise = serializers.ChoiceField(Promise.choices)
    state = serializers.ChoiceField(DEADLINE_STATES)
    minutes = serializers.IntegerField(allow_null=True)
    begun_at = serializers.DateTimeField(source="begun")
    due = serializers.DateTimeField(allow_null=True)
    steps = DeadlineStep(many=True)


class TimeEntryOut(serializers.ModelSerializer[TimeEntry]):
    """Minutes booked; a counter entry is negative and names what it takes back. Who booked is not said."""

    id = serializers.UUIDField(source="public_id")
    corrects = serializers.UUIDField(source="corrects.public_id", default=None, allow_null=True)

    class Meta:
        model = TimeEntry
        fields = ("id", "day", "minutes", "activity", "corrects")
        read_only_fields = fields


class NewTimeEntry(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES)
    activity = serializers.ChoiceField(TimeEntry.Activity.choices)
    day = serializers.DateField(required=False, help_text="Without it today.")


class OfTicket(Door[TimeEntry]):
    """A door below a ticket's address."""

    queryset = TimeEntry.objects.none()

    def ticket(self) -> Ticket:
        """The ticket of the address. Raises NotFound."""
        found: Ticket | None = Ticket.objects.visible_to(self.clerk).filter(public_id=known_id(self.kwargs["id"])).first()
        if found is None:
            raise NotFound
        return found


@extend_schema(tags=["tickets"])
class DeadlineDoor(OfTicket):
    serializer_class = DeadlineOut

    @extend_schema(operation_id="tickets_deadlines_list", responses={200: DeadlineOut(many=True), **problems(404)})
    def list(self, request: Request, id: str) -> Response:
        """What is promised on the ticket, and step by step why each deadline is when it is."""
        return Response(DeadlineOut(explaining.deadlines(ticket=self.ticket(), at=self.now), many=True).data)


@extend_schema(tags=["tickets"])
class TimeEntryDoor(OfTicket):
    serializer_class = TimeEntryOut
    ordering = ("at", "id")

    def get_queryset(self) -> QuerySet[TimeEntry]:
        return TimeEntry.objects.filter(ticket=self.of_staff()).select_related("corrects")

    @extend_schema(operation_id="tickets_time_list", parameters=PAGING, responses={200: TimeEntryOut(many=True), **problems(403, 404)})
    def list(self, request: Request, id: str) -> Response:
        """The time booked on the ticket, the oldest entry first; for staff."""
        return self.get_paginated_response(TimeEntryOut(self.paginate_queryset(self.get_queryset()), many=True).data)

    @extend_schema(
        operation_id="tickets_time_create",
        request=NewTimeEntry,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TimeEntryOut, **problems(400, 403, 404, 409, 415)},
    )
    def create(self, request: Request, id: str) -> Response:
        """Book time on the ticket; by staff."""
        return once(request, self._create)

    @extend_schema(
        operation_id="tickets_time_take_back",
        request=None,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TimeEntryOut, **problems(400, 403, 404, 409)},
    )
    def take_back(self, request: Request, id: str, entry: str) -> Response:
        """Take an entry back by a counter entry; by whoever booked it, or an operator."""
        return once(request, lambda: self._take_back(entry))

    def _take_back(self, entry: str) -> Response:
        found = TimeEntry.objects.filter(ticket=self.of_staff(), public_id=known_id(entry)).first()
        if found is None:
            raise NotFound
        try:
            counter = time_booking.take_back(entry=found, by=self.clerk, at=self.now)
        except time_booking.CannotBook as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(TimeEntryOut(counter).data, status=201)

    def of_staff(self) -> Ticket:
        """The ticket of the address. Raises NotFound, and PermissionDenied for a requester."""
        found = self.ticket()
        if not self.clerk.has_role(*STAFF):
            raise PermissionDenied(_("This is for the hotline's staff."))
        return found

    def _create(self) -> Response:
        ticket, sent = self.of_staff(), self.sent(NewTimeEntry)
        try:
            entry = time_booking.book(ticket=ticket, **sent, by=self.clerk, at=self.now)
        except time_booking.CannotBook as refusal:
            if refusal.field:
                raise ValidationError({refusal.field: [str(refusal)]}) from refusal
            raise Conflict(str(refusal)) from refusal
        return Response(TimeEntryOut(entry).data, status=201)
