"""Doors of the API to the catalogue and to course dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from tenants.api.doors import IDEMPOTENCY_KEY, PAGING, Door
from tenants.api.idempotency import once
from training import catalogue_reading, enrolling, places
from training.models import Course, CourseDate, Enrolment
from training.models.courses import STAFF

from .doors import acted, person_named
from .serializers import CourseDateFilters, CourseDateOut, CourseFilters, CourseOut, EnrolmentOut, Leaving, Who

DAYS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first local day, YYYY-MM-DD."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The last local day, included."),
    OpenApiParameter("course", OpenApiTypes.UUID, description="Dates of this course only."),
]


@extend_schema(tags=["courses"])
class CourseDoor(Door[Course]):
    queryset = Course.objects.none()
    serializer_class = CourseOut
    ordering = ("title", "id")

    def get_queryset(self) -> QuerySet[Course]:
        return catalogue_reading.courses_for(self.clerk)

    @extend_schema(parameters=[CourseFilters, *PAGING], responses={200: CourseOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """The catalogue by title, or a role's learning path in its order; trainers see retired courses, too."""
        role = self.asked(CourseFilters).get("role", "")
        found = catalogue_reading.courses_for(self.clerk, role=role)
        if role:
            self.ordering = ("steps__position", "id")
        return self.get_paginated_response(CourseOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(responses={200: CourseOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(CourseOut(self.get_object()).data)


@extend_schema(tags=["courses"])
class CourseDateDoor(Door[CourseDate]):
    queryset = CourseDate.objects.none()
    serializer_class = CourseDateOut
    ordering = ("starts_at", "id")

    def get_queryset(self) -> QuerySet[CourseDate]:
        return catalogue_reading.dates_for(self.clerk)

    @extend_schema(parameters=[*DAYS, *PAGING], responses={200: CourseDateOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """Course dates in the order in which they begin: those that take place from `from` to `to`; without either, from today on."""
        first, last = (_day(request.query_params.get(name, ""), name) for name in ("from", "to"))
        if first and last and first > last:
            raise ValidationError({"to": [_("This day lies before the first one.")]})
        if first is None and last is None:
            first = timezone.localdate(self.now)
        found = catalogue_reading.between(self.get_queryset(), first, last)
        if course := self.asked(CourseDateFilters).get("course"):
            found = found.filter(course__public_id=course)
        return self.get_paginated_response(CourseDateOut(self.paginate_queryset(found), many=True, context=self._told()).data)

    @extend_schema(responses={200: CourseDateOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(CourseDateOut(self.get_object(), context=self._told()).data)

    @extend_schema(request=Who, parameters=[IDEMPOTENCY_KEY], responses={200: EnrolmentOut, **problems(400, 404, 409, 415)})
    def enrol(self, request: Request, id: str) -> Response:
        """Ask for a place, or take the one that is offered: `enrolled`, `waiting` with the position in line, or `awaiting_approval`."""
        return once(request, self._enrol)

    @extend_schema(request=Leaving, responses={200: EnrolmentOut, **problems(400, 404, 409, 415)})
    def withdraw(self, request: Request, id: str) -> Response:
        """Leave a place, the line or a wish; the next in line is offered the place at once."""
        date, sent = self.get_object(), self.sent(Leaving)
        person = person_named(sent.get("person"), by=self.clerk)
        return _told(acted(lambda: enrolling.withdraw(date=date, person=person, reason=sent.get("reason", ""), by=self.clerk, at=self.now)))

    def _enrol(self) -> Response:
        date, person = self.get_object(), person_named(self.sent(Who).get("person"), by=self.clerk)
        return _told(acted(lambda: enrolling.enrol(date=date, person=person, by=self.clerk, at=self.now)))

    def _told(self) -> dict[str, Any]:
        return {"staff": self.clerk.has_role(*STAFF)}


def _told(enrolment: Enrolment) -> Response:
    said: Any = enrolment
    said.position = places.place_in_line(enrolment)
    return Response(EnrolmentOut(said).data)


def _day(written: str, name: str) -> date | None:
    """A local day, written as a day or as a moment. Raises ValidationError."""
    if not written:
        return None
    try:
        found = parse_date(written) or parse_datetime(written)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 9000:
        raise ValidationError({name: [_("Please give a day as YYYY-MM-DD.")]})
    if isinstance(found, datetime):
        return timezone.localdate(found) if found.tzinfo else found.date()
    return found
