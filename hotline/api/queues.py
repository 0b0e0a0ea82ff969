"""Doors of the API to queues and their teams."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.fields import Named
from hotline import desk_keeping
from hotline.models import Queue, QueueMember
from hotline.models.tickets import STAFF
from tenants.api.doors import PAGING, Door
from tenants.models import User
from tenants.roles import CentreRole


class QueueOut(serializers.Serializer[Any]):
    """A queue and its team; people by their user names. A queue without members is everybody's."""

    id = serializers.UUIDField(source="public_id")
    key = serializers.CharField()
    name = serializers.CharField()
    active = serializers.BooleanField()
    members = serializers.SerializerMethodField()
    leads = serializers.SerializerMethodField()

    def get_members(self, queue: Queue) -> list[str]:
        return [row.person.username for row in queue.team.all()]

    def get_leads(self, queue: Queue) -> list[str]:
        return [row.person.username for row in queue.team.all() if row.lead]


def _people() -> Named[Any]:
    return Named(slug_field="username", queryset=User.objects.active())


class TeamIn(serializers.Serializer[Any]):
    members = serializers.ListField(child=_people(), max_length=500, help_text="User names; exactly these.")
    leads = serializers.ListField(child=_people(), max_length=500, required=False, default=list, help_text="Who of them leads.")


@extend_schema(tags=["queues"])
class QueueDoor(Door[Queue]):
    queryset = Queue.objects.none()
    serializer_class = QueueOut
    ordering = ("position", "id")

    def get_queryset(self) -> QuerySet[Queue]:
        if not self.clerk.has_role(*STAFF):
            raise PermissionDenied(_("This is for the hotline's staff."))
        team = QueueMember.objects.filter(person__is_active=True).select_related("person").order_by("pk")
        return Queue.objects.prefetch_related(Prefetch("team", team))

    @extend_schema(parameters=PAGING, responses={200: QueueOut(many=True), **problems(400, 403)})
    def list(self, request: Request) -> Response:
        """The queues in their order, each with its team; by staff."""
        return self.get_paginated_response(QueueOut(self.paginate_queryset(self.get_queryset()), many=True).data)

    @extend_schema(request=TeamIn, responses={200: QueueOut, **problems(400, 404, 415)})
    def team(self, request: Request, id: str) -> Response:
        """Say who belongs to a queue's team, exactly these; by operators, for nobody else there is such a door."""
        if not self.clerk.has_role(CentreRole.OPERATOR):
            raise NotFound
        queue, sent = self.get_object(), self.sent(TeamIn)
        try:
            desk_keeping.set_team(queue=queue, **sent, by=self.clerk, at=self.now)
        except desk_keeping.CannotKeepDesk as refusal:
            raise ValidationError({refusal.field: [str(refusal)]}) from refusal
        return Response(QueueOut(self.get_object()).data)
