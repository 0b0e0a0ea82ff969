"""Doors of the API to incidents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.etags import etag_of_answer, quoted, require_match
from foundation.api.fields import Named
from foundation.api.problems import Conflict
from hotline import announcing, answering, gathering, handling, taking_in
from hotline.models import Incident, IncidentTown, IncidentUpdate, Ticket
from hotline.models.tickets import STAFF
from hotline.wording import LONGEST_TEXT
from tenants.api.doors import IDEMPOTENCY_KEY, IF_MATCH, PAGING, Door
from tenants.api.idempotency import once
from tenants.centre.models import Municipality

from .serializers import TicketOut

R = TypeVar("R")
K = TypeVar("K")
V = TypeVar("V")
REFUSALS = (
    announcing.CannotAnnounce,
    announcing.StaleIncident,
    answering.CannotAnswer,
    handling.CannotHandle,
    taking_in.CannotTakeIn,
)


class IncidentFilters(serializers.Serializer[Any]):
    state = serializers.ChoiceField(Incident.State.choices, required=False)


class UpdateOut(serializers.ModelSerializer[IncidentUpdate]):
    """What clerks were told; they read it as the hotline's."""

    class Meta:
        model = IncidentUpdate
        fields = ("kind", "text", "at")
        read_only_fields = fields


class IncidentOut(serializers.ModelSerializer[Incident]):
    """An incident as those who are affected have it; `until` is when its banner goes by itself."""

    id = serializers.UUIDField(source="public_id")
    updates = UpdateOut(many=True)

    class Meta:
        model = Incident
        fields: tuple[str, ...] = ("id", "state", "title", "text", "begun_at", "until", "announced_at", "ended_at", "updates")
        read_only_fields: tuple[str, ...] = fields


class TownOut(serializers.ModelSerializer[IncidentTown]):
    """An affected municipality; `reason` says why its node does not show the banner."""

    municipality = serializers.CharField(source="municipality.slug")

    class Meta:
        model = IncidentTown
        fields = ("municipality", "banner", "reason")
        read_only_fields = fields


class IncidentForStaff(IncidentOut):
    """The same with what only the hotline's staff see: internal note, municipalities with their banners, ids of the tickets."""

    municipalities = TownOut(many=True, source="affected")
    tickets = serializers.SerializerMethodField()

    class Meta(IncidentOut.Meta):
        fields = (*IncidentOut.Meta.fields, "note", "municipalities", "tickets", "spared", "joined")
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_tickets(self, incident: Incident) -> list[str]:
        return [str(ticket.public_id) for ticket in incident.tickets.all()]


def slugs(**more: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.SlugField(max_length=50), required=False, max_length=500, **more)


class WithTowns(serializers.Serializer[Any]):
    """Municipalities by their slugs."""

    def validate_municipalities(self, value: list[str]) -> list[Municipality]:
        return _known(value, {town.slug: town for town in Municipality.objects.filter(active=True, slug__in=value)})


class NewIncident(WithTowns):
    """`municipalities` by their slugs, `tickets` by their ids; those of the tickets are affected in any case."""

    title = serializers.CharField(max_length=announcing.LONGEST_TITLE)
    text = serializers.CharField(max_length=announcing.LONGEST_TEXT)
    until = serializers.DateTimeField(help_text="Within the next 30 days.")
    note = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    municipalities = slugs()
    tickets = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=gathering.MOST)

    def validate_tickets(self, value: list[UUID]) -> list[Ticket]:
        return _known(value, {ticket.public_id: ticket for ticket in Ticket.objects.filter(public_id__in=value)})


class NewUpdate(WithTowns):
    """`tell_tickets`: write it to those who asked, too; `municipalities` are further ones, by their slugs."""

    text = serializers.CharField(max_length=announcing.LONGEST_TEXT)
    until = serializers.DateTimeField(required=False)
    municipalities = slugs()
    tell_tickets = serializers.BooleanField(default=False)


class OneTown(serializers.Serializer[Any]):
    municipality = Named(slug_field="slug", queryset=Municipality.objects.all())


class EndAnswer(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=LONGEST_TEXT, help_text="Reaches each request of the incident and closes it.")


@extend_schema(tags=["incidents"])
class IncidentDoor(Door[Incident]):
    queryset = Incident.objects.none()
    serializer_class = IncidentOut
    ordering = ("-begun_at", "-id")

    def get_queryset(self) -> QuerySet[Incident]:
        told = Prefetch("updates", IncidentUpdate.objects.order_by("-at", "-pk"))
        found: QuerySet[Incident] = Incident.objects.visible_to(self.clerk).prefetch_related(told)
        if self.is_staff:
            towns = IncidentTown.objects.filter(left_at=None).select_related("municipality").order_by("municipality__name", "pk")
            found = found.prefetch_related(Prefetch("affected", towns), Prefetch("tickets", Ticket.objects.order_by("number")))
        return found

    @property
    def is_staff(self) -> bool:
        return self.clerk.has_role(*STAFF)

    @extend_schema(parameters=[IncidentFilters, *PAGING], responses={200: IncidentForStaff(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """Incidents, the newest first: all for staff; for those who ask what was announced to their municipality, without what is for staff."""
        asked = self.asked(IncidentFilters)
        rows = self.paginate_queryset(self.get_queryset().filter(**asked))
        return self.get_paginated_response(self._shown(many=rows))

    @extend_schema(request=NewIncident, parameters=[IDEMPOTENCY_KEY], responses={201: IncidentForStaff, **problems(400, 403, 409, 415)})
    def create(self, request: Request) -> Response:
        """Write an incident down as a draft; by staff."""
        self._staff_only()
        return once(request, self._create)

    @extend_schema(responses={200: IncidentForStaff, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return self._answer(self.get_object())

    @extend_schema(request=None, parameters=[IF_MATCH], responses={200: IncidentForStaff, **problems(403, 404, 409, 412)})
    def announce(self, request: Request, id: str) -> Response:
        """Tell the affected municipalities, and answer those who asked; by staff."""
        found = self._of_staff()
        return self._acted(lambda: announcing.announce(incident=found, seen=found.revision, by=self.clerk, at=self.now))

    @extend_schema(request=NewUpdate, parameters=[IF_MATCH], responses={200: IncidentForStaff, **problems(400, 403, 404, 409, 412, 415)})
    def update_text(self, request: Request, id: str) -> Response:
        """Say how it goes on: the banner has this text now; by staff."""
        found, sent = self._of_staff(), self.sent(NewUpdate)
        sent["towns"] = sent.pop("municipalities", [])
        return self._acted(lambda: announcing.report(incident=found, **sent, seen=found.revision, by=self.clerk, at=self.now))

    @extend_schema(request=EndAnswer, parameters=[IF_MATCH], responses={200: IncidentForStaff, **problems(400, 403, 404, 409, 412, 415)})
    def end(self, request: Request, id: str) -> Response:
        """End the incident: one answer reaches all its requests and closes them; by staff."""
        found, answer = self._of_staff(), self.sent(EndAnswer)["answer"]
        return self._acted(lambda: announcing.end(incident=found, answer=answer, seen=found.revision, by=self.clerk, at=self.now))

    @extend_schema(request=OneTown, parameters=[IF_MATCH], responses={200: IncidentForStaff, **problems(400, 403, 404, 409, 412, 415)})
    def leave_out(self, request: Request, id: str) -> Response:
        """Say that a municipality is not affected after all: its banner is taken away; by staff."""
        found, town = self._of_staff(), self.sent(OneTown)["municipality"]
        return self._acted(lambda: announcing.leave_out(incident=found, municipality=town, seen=found.revision, by=self.clerk, at=self.now))

    @extend_schema(request=None, parameters=[IDEMPOTENCY_KEY], responses={200: TicketOut, 201: TicketOut, **problems(404, 409)})
    def join(self, request: Request, id: str) -> Response:
        """Say that a running incident concerns the caller, too: she gets a request in it (200: she has one already). By those who ask."""
        return once(request, self._join)

    def _join(self) -> Response:
        found = self.get_object()
        ticket, new = _done(lambda: gathering.join(incident=found, by=self.clerk, at=self.now))
        return Response(TicketOut(Ticket.objects.for_reading().get(pk=ticket.pk)).data, status=201 if new else 200)

    def _create(self) -> Response:
        sent = self.sent(NewIncident)
        sent["towns"] = sent.pop("municipalities", [])
        made = _done(lambda: announcing.begin(**sent, by=self.clerk, at=self.now))
        return self._answer(self.get_queryset().get(pk=made.pk), status=201)

    def _of_staff(self) -> Incident:
        """The incident of the address. Raises Http404, PermissionDenied, PreconditionFailed."""
        found = self.get_object()
        self._staff_only()
        require_match(self.request._request, found.etag)
        return found

    def _staff_only(self) -> None:
        if not self.is_staff:
            raise PermissionDenied(_("This is for the hotline's staff."))

    def _acted(self, act: Callable[[], Incident]) -> Response:
        done = _done(act)
        return self._answer(self.get_queryset().get(pk=done.pk))

    def _answer(self, found: Incident, *, status: int = 200) -> Response:
        data = self._shown(one=found)
        return Response(data, status=status, headers={"ETag": quoted(etag_of_answer(found.etag, data))})

    def _shown(self, *, one: Incident | None = None, many: Any = None) -> Any:
        form = IncidentForStaff if self.is_staff else IncidentOut
        return form(one).data if one is not None else form(many, many=True).data


def _known(named: Iterable[K], found: Mapping[K, V]) -> list[V]:
    """What was named, each once. Raises ValidationError for what is not known."""
    if unknown := [str(name) for name in named if name not in found]:
        raise ValidationError(_("This is not known: %(names)s.") % {"names": ", ".join(unknown[:5])})
    return list(found.values())


def _done(act: Callable[[], R]) -> R:
    """Run an act; what it refuses is a conflict (409), or the fault of a field (400)."""
    names = {"towns": "municipalities"}
    try:
        return act()
    except REFUSALS as refusal:
        if field := getattr(refusal, "field", ""):
            raise ValidationError({names.get(field, field): [str(refusal)]}) from refusal
        raise Conflict(str(refusal)) from refusal
