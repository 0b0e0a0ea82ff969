"""Doors of the API to attendance and certificates."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.etags import ranged_file_response
from foundation.api.problems import Conflict
from tenants.api.doors import IDEMPOTENCY_KEY, PAGING, Door
from tenants.api.idempotency import once
from tenants.centre import stores
from training import attending, catalogue_reading, certificate_sheets, certifying
from training.attending import Mark
from training.models import Attendance, Certificate, CourseDate, Session
from training.models.courses import STAFF

MOST = 2000


class CertificateOut(serializers.ModelSerializer[Certificate]):
    """A confirmation of attendance or a certificate. `ready`: its sheet is made; `address`: where anybody can verify it."""

    id = serializers.UUIDField(source="public_id")
    course = serializers.UUIDField(source="enrolment.date.course.public_id")
    course_title = serializers.CharField(source="facts.course")
    course_date = serializers.UUIDField(source="enrolment.date.public_id")
    ready = serializers.BooleanField(source="is_made")
    address = serializers.SerializerMethodField()
    replaces = serializers.CharField(source="replaces.number", allow_null=True, default=None)

    class Meta:
        model = Certificate
        fields = (
            *("id", "number", "kind", "name", "course", "course_title", "course_date", "issued_at", "qualified_until", "ready", "address"),
            *("sha256", "size", "replaces", "revoked_at", "revoked_for"),
        )
        read_only_fields = fields

    def get_address(self, certificate: Certificate) -> str:
        return certificate_sheets.address_of(certificate)


class AttendanceOut(serializers.Serializer[Any]):
    """Somebody's attendance at a session; `state` null: not taken yet."""

    enrolment = serializers.UUIDField()
    person = serializers.CharField(help_text="The user name.")
    session = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Attendance.State.choices, allow_null=True)
    minutes_late = serializers.IntegerField()


class NewMark(serializers.Serializer[Any]):
    enrolment = serializers.UUIDField(help_text="As GET names it.")
    state = serializers.ChoiceField(choices=Attendance.State.choices)
    minutes_late = serializers.IntegerField(min_value=0, max_value=720, default=0)


class NewAttendance(serializers.Serializer[Any]):
    session = serializers.UUIDField()
    marks = serializers.ListField(child=NewMark(), allow_empty=False, max_length=MOST)


class TakenOut(serializers.Serializer[Any]):
    changed = serializers.IntegerField(help_text="How many were marked anew, or otherwise than before.")


class FinishedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    state = serializers.ChoiceField(choices=CourseDate.State.choices)


@extend_schema(tags=["certificates"])
class CertificateDoor(Door[Certificate]):
    queryset = Certificate.objects.none()
    serializer_class = CertificateOut
    ordering = ("-issued_at", "-id")

    def get_queryset(self) -> QuerySet[Certificate]:
        return Certificate.objects.visible_to(self.clerk).with_course()

    @extend_schema(parameters=PAGING, responses={200: CertificateOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """The caller's own, the newest first."""
        mine = self.get_queryset().filter(person=self.clerk)
        return self.get_paginated_response(CertificateOut(self.paginate_queryset(mine), many=True).data)

    @extend_schema(responses={200: CertificateOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(CertificateOut(self.get_object()).data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, **problems(404, 409, 503)})
    def content(self, request: Request, id: str) -> HttpResponseBase:
        """The sheet as it was issued, a tagged PDF. 409 while it is being made."""
        found = self.get_object()
        if not found.is_made:
            raise Conflict(_("This sheet is still being made."))
        return ranged_file_response(
            request._request,
            lambda: stores.of_certificates().open_verified(found.sha256),
            size=found.size,
            etag=found.sha256,
            media_type="application/pdf",
            name=f"bescheinigung-{found.number}.pdf",
            inline=True,
        )


@extend_schema(tags=["attendance"])
class AttendanceDoor(Door[CourseDate]):
    """For trainers and operators."""

    queryset = CourseDate.objects.none()
    serializer_class = AttendanceOut

    def get_queryset(self) -> QuerySet[CourseDate]:
        return catalogue_reading.dates_for(self.clerk)

    @extend_schema(responses={200: AttendanceOut(many=True), **problems(404)})
    def attendance(self, request: Request, id: str) -> Response:
        """All who are enrolled, at each session that is held; by name, then by session. Not in pages: a course date is one whole."""
        held = self._of_staff()
        sessions, marks = attending.sessions_of(held), attending.marks_of(held)
        rows = [_row(each, session, marks.get(each.pk, {}).get(session.pk)) for each in attending.enrolled(held.pk) for session in sessions]
        return Response(AttendanceOut(rows, many=True).data)

    @extend_schema(request=NewAttendance, responses={200: TakenOut, **problems(400, 404, 409, 415)})
    def take(self, request: Request, id: str) -> Response:
        """Take attendance at a session: all of the marks, or none if one of them cannot be. Marks that are left out stay as they are."""
        held, sent = self._of_staff(), self.sent(NewAttendance)
        session = Session.objects.filter(date=held, public_id=sent["session"]).first()
        if session is None:
            raise ValidationError({"session": [_("This session is not one of this date.")]})
        known = {each.public_id: each.pk for each in attending.enrolled(held.pk)}
        strangers = [str(mark["enrolment"]) for mark in sent["marks"] if mark["enrolment"] not in known]
        if strangers:
            raise ValidationError({"marks": [_("Nobody with this enrolment has a place here: %(id)s.") % {"id": strangers[0]}]})
        marks = {known[mark["enrolment"]]: Mark(mark["state"], mark["minutes_late"]) for mark in sent["marks"]}
        if len(marks) < len(sent["marks"]):
            raise ValidationError({"marks": [_("Somebody stands here twice.")]})
        try:
            changed = attending.take(session=session, marks=marks, way=Attendance.Way.LIST, by=self.clerk, at=self.now)
        except attending.CannotAttend as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(TakenOut({"changed": changed}).data)

    @extend_schema(request=None, responses={200: FinishedOut, **problems(404, 409)})
    def finish(self, request: Request, id: str) -> Response:
        """The date has been held: it has ended, and attendance of all sessions is taken."""
        held = self._of_staff()
        try:
            done = attending.finish(date=held, by=self.clerk, at=self.now)
        except attending.CannotAttend as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(FinishedOut(done).data)

    @extend_schema(request=None, parameters=[IDEMPOTENCY_KEY], responses={201: CertificateOut(many=True), **problems(404, 409)})
    def issue(self, request: Request, id: str) -> Response:
        """Issue what is due to those who have nothing yet. The sheets are made afterwards (`ready`)."""
        return once(request, self._issue)

    def _issue(self) -> Response:
        held = self._of_staff()
        try:
            made = certifying.issue(date=held, by=self.clerk, at=self.now)
        except certifying.CannotCertify as refusal:
            raise Conflict(str(refusal)) from refusal
        found = Certificate.objects.filter(pk__in=[each.pk for each in made]).with_course().order_by("pk")
        return Response(CertificateOut(found, many=True).data, status=201)

    def _of_staff(self) -> CourseDate:
        """The date of the address. To others there is no attendance: a date that they see has nothing like it for them. Raises Http404, NotFound."""
        if not self.clerk.has_role(*STAFF):
            raise NotFound
        return self.get_object()


def _row(enrolment: Any, session: Session, mark: Mark | None) -> dict[str, Any]:
    return {
        "enrolment": enrolment.public_id,
        "person": enrolment.person.username,
        "session": session.public_id,
        "state": mark.state if mark else None,
        "minutes_late": mark.minutes_late if mark else 0,
    }
