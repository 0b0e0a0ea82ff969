"""Doors of the API for those who decide about others' training: their people, approvals, replacements, lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.problems import Conflict
from foundation.sheets import UnreadableSheet
from tenants.api.doors import IDEMPOTENCY_KEY, PAGING, Door
from tenants.api.idempotency import once
from tenants.centre.models import Contact, Municipality
from training import approving, list_intake, people, places, replacing, town_keeping
from training.models import Enrolment, Standing

R = TypeVar("R")


class TownEnrolmentOut(serializers.ModelSerializer[Enrolment]):
    """An enrolment of somebody whose training the caller decides about. Attendance and progress are hers, and not told."""

    id = serializers.UUIDField(source="public_id")
    person = serializers.CharField(source="person.username")
    course_date = serializers.UUIDField(source="date.public_id")
    title = serializers.CharField(source="date.course.title")
    starts_at = serializers.DateTimeField(source="date.starts_at")

    class Meta:
        model = Enrolment
        fields = ("id", "person", "course_date", "title", "starts_at", "state", "asked_at", "offered_until")
        read_only_fields = fields


class MyPersonOut(serializers.ModelSerializer[Contact]):
    """`enrolments` are those that hold."""

    id = serializers.UUIDField(source="person.public_id")
    username = serializers.CharField(source="person.username")
    display_name = serializers.CharField(source="person.display_name")
    email = serializers.CharField(source="person.email")
    municipality = serializers.CharField(source="municipality.slug")
    enrolments = TownEnrolmentOut(source="person.held", many=True)

    class Meta:
        model = Contact
        fields = ("id", "username", "display_name", "email", "municipality", "office", "enrolments")
        read_only_fields = fields


class ReplacementIn(serializers.Serializer[Any]):
    """`person`: the user name of who comes instead."""

    person = serializers.CharField(max_length=150)


class RefusalIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class ListIn(serializers.Serializer[Any]):
    """A table with the columns Name, E-Mail, Organisationseinheit (may be empty) and Termin, as .xlsx or .csv."""

    municipality = serializers.SlugField(max_length=50)
    sheet = serializers.FileField(allow_empty_file=True)


class TakenInOut(serializers.Serializer[Any]):
    enrolments = TownEnrolmentOut(many=True)


class TownTrainingValue(serializers.Serializer[Any]):
    """`needs_approval`: supervisors approve each enrolment."""

    needs_approval = serializers.BooleanField()


@extend_schema(tags=["training"])
class MyPeopleDoor(Door[Contact]):
    queryset = Contact.objects.none()
    serializer_class = MyPersonOut
    ordering = ("id",)

    def get_queryset(self) -> QuerySet[Contact]:
        return people.mine(decider=self.clerk)

    @extend_schema(parameters=PAGING, responses={200: MyPersonOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """The people whose training the caller decides about; nobody for everybody else."""
        return self.get_paginated_response(MyPersonOut(self.paginate_queryset(self.get_queryset()), many=True).data)


@extend_schema(tags=["training"])
class TownEnrolmentDoor(Door[Enrolment]):
    queryset = Enrolment.objects.none()
    serializer_class = TownEnrolmentOut
    ordering = ("asked_at", "id")

    def get_queryset(self) -> QuerySet[Enrolment]:
        return Enrolment.objects.visible_to(self.clerk).select_related("person", "date__course", "municipality")

    @extend_schema(parameters=PAGING, responses={200: TownEnrolmentOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """What waits for the caller's approval, the oldest wish first."""
        mine = Standing.objects.people_of(self.clerk)
        found = self.get_queryset().filter(state=Enrolment.State.AWAITING_APPROVAL, person__in=mine, date__starts_at__gt=self.now)
        return self.get_paginated_response(TownEnrolmentOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(request=None, responses={200: TownEnrolmentOut, **problems(404, 409)})
    def approve(self, request: Request, id: str) -> Response:
        """Approve an enrolment: there is a place, or one in line."""
        return self._did(lambda one: approving.approve(enrolment=one, by=self.clerk, at=self.now))

    @extend_schema(request=RefusalIn, responses={200: TownEnrolmentOut, **problems(400, 404, 409, 415)})
    def refuse(self, request: Request, id: str) -> Response:
        """Do not approve an enrolment, with a reason that she reads."""
        reason = self.sent(RefusalIn)["reason"]
        return self._did(lambda one: approving.refuse(enrolment=one, reason=reason, by=self.clerk, at=self.now))

    @extend_schema(request=ReplacementIn, responses={200: TownEnrolmentOut, **problems(400, 404, 409, 415)})
    def replace(self, request: Request, id: str) -> Response:
        """Give the very place to somebody of the same municipality; the answer is that person's enrolment."""
        username, enrolment = self.sent(ReplacementIn)["person"], self.get_object()
        named = next((person for person in replacing.may_replace(enrolment, by=self.clerk) if person.username == username), None)
        if named is None:
            raise ValidationError({"person": [_("There is nobody of this user name who can come instead.")]})
        return self._did(lambda one: replacing.replace(enrolment=one, replacement=named, by=self.clerk, at=self.now), enrolment)

    @extend_schema(
        request={"multipart/form-data": ListIn},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TakenInOut, **problems(400, 404, 409, 413, 415)},
    )
    def take_in(self, request: Request) -> Response:
        """Enrol the people of a table: all or, if a line is faulty, nobody; `errors` names the lines. For training coordinators."""
        return once(request, self._take_in)

    def _take_in(self) -> Response:
        sent = self.sent(ListIn)
        town, upload = _town(self, sent["municipality"]), sent["sheet"]
        try:
            found = list_intake.read_list(upload, upload.name, municipality=town, at=self.now)
        except UnreadableSheet as refusal:
            raise ValidationError({"sheet": [str(refusal)]}) from refusal
        if found.faults:
            raise ValidationError({"sheet": [str(fault) for fault in found.faults]})
        made = _acted(lambda: list_intake.take_in(municipality=town, lines=found.lines, by=self.clerk, at=self.now))
        rows = self.get_queryset().filter(pk__in=[one.pk for one in made]).order_by("asked_at", "pk")
        return Response(TakenInOut({"enrolments": rows}).data, status=201)

    def _did(self, act: Callable[[Enrolment], Enrolment], enrolment: Enrolment | None = None) -> Response:
        one = enrolment or self.get_object()
        done = _acted(lambda: act(one))
        return Response(TownEnrolmentOut(self.get_queryset().get(pk=done.pk)).data)


@extend_schema(tags=["training"])
class TownTrainingDoor(Door[Municipality]):
    queryset = Municipality.objects.none()
    lookup_field = lookup_url_kwarg = "slug"
    serializer_class = TownTrainingValue

    @extend_schema(responses={200: TownTrainingValue, **problems(404)})
    def retrieve(self, request: Request, slug: str) -> Response:
        """What a municipality wants of training; for its training coordinators."""
        return Response({"needs_approval": places.needs_approval(_town(self, slug))})

    @extend_schema(request=TownTrainingValue, responses={200: TownTrainingValue, **problems(400, 404, 409, 415)})
    def want_approval(self, request: Request, slug: str) -> Response:
        """Say whether supervisors approve each enrolment."""
        town, wanted = _town(self, slug), self.sent(TownTrainingValue)["needs_approval"]
        row = _acted(lambda: town_keeping.want_approval(municipality=town, wanted=wanted, by=self.clerk, at=self.now))
        return Response({"needs_approval": row.needs_approval})


def _town(door: Door[Any], slug: str) -> Municipality:
    """A municipality whose training coordinator the caller is. Raises NotFound."""
    found = Standing.objects.towns_of(door.clerk).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _acted(act: Callable[[], R]) -> R:
    try:
        return act()
    except (
        approving.CannotApprove,
        list_intake.CannotTakeIn,
        places.CannotFind,
        replacing.CannotReplace,
        town_keeping.CannotKeepTown,
    ) as refusal:
        raise Conflict(str(refusal)) from refusal
