"""Doors of the API for those who plan: course dates and their sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.etags import etag_of_answer, quoted, require_match
from foundation.api.problems import Conflict, PreconditionFailed, ProblemResponse, body_of
from tenants.api.doors import IDEMPOTENCY_KEY, IF_MATCH, Door, known_id
from tenants.api.idempotency import once
from training import moving, planning, repeating
from training.models import CourseDate, Session
from training.models.courses import STAFF

from .planning_serializers import (
    CancelReason,
    CopyOn,
    CourseDateChange,
    NewCourseDate,
    PlannedDateOut,
    SeriesOf,
    SessionChange,
    as_planned,
)

if TYPE_CHECKING:
    OnDates = Door[CourseDate]
else:
    OnDates = object


class PlansDates(OnDates):
    """Acts of planners on course dates. A mixin: whatever else a door of course dates does stays its own affair.

    What is in the way is a 409 whose `clashes` name it: what is taken stays taken, the rest is done if its keys are sent along as `confirmed`.
    """

    @extend_schema(
        operation_id="course_dates_create",
        request=NewCourseDate,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: PlannedDateOut, **problems(400, 403, 409, 415)},
    )
    def create(self, request: Request) -> Response:
        """Plan a date with its sessions; nobody can enrol before it is opened. By trainers and operators."""
        self.require_planner()
        return once(request, self._create)

    @extend_schema(
        operation_id="course_dates_partial_update",
        request=CourseDateChange,
        parameters=[IF_MATCH],
        responses={200: PlannedDateOut, **problems(400, 403, 404, 409, 412, 415)},
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Change places, deadlines, price or remark; new places go to those who wait."""
        date, sent = self.to_plan(), self.sent(CourseDateChange, partial=True)
        require_match(request._request, date.etag)
        return self.planned(lambda: planning.change_date(date=date, fields=sent, etag=date.etag, by=self.clerk, at=self.now))

    @extend_schema(request=None, responses={200: PlannedDateOut, **problems(403, 404, 409)})
    def open(self, request: Request, id: str) -> Response:
        """Open a planned date to enrolment."""
        date = self.to_plan()
        return self.planned(lambda: planning.open_date(date=date, by=self.clerk, at=self.now))

    @extend_schema(request=CancelReason, responses={200: PlannedDateOut, **problems(400, 403, 404, 409, 415)})
    def cancel(self, request: Request, id: str) -> Response:
        """Call a date off; everybody who has or wants a place is told, with the reason."""
        date, reason = self.to_plan(), self.sent(CancelReason)["reason"]
        return self.planned(lambda: planning.cancel_date(date=date, reason=reason, by=self.clerk, at=self.now))

    @extend_schema(request=None, responses={204: None, **problems(403, 404, 409)})
    def discard(self, request: Request, id: str) -> Response:
        """Throw away a plan that was never opened."""
        date = self.to_plan()
        _acted(lambda: planning.discard_draft(date=date, by=self.clerk, at=self.now))
        return Response(status=204)

    @extend_schema(request=CopyOn, parameters=[IDEMPOTENCY_KEY], responses={201: PlannedDateOut, **problems(400, 403, 404, 409, 415)})
    def copy(self, request: Request, id: str) -> Response:
        """Plan the same once more, beginning on another day; the time by the clock stays."""
        date, sent = self.to_plan(), self.sent(CopyOn)
        act = lambda: repeating.copy_date(date=date, **sent, by=self.clerk, at=self.now)  # noqa: E731 - said once, done once
        return once(request, lambda: self.planned(act, status=201))

    @extend_schema(
        request=SeriesOf, parameters=[IDEMPOTENCY_KEY], responses={201: PlannedDateOut(many=True), **problems(400, 403, 404, 409, 415)}
    )
    def series(self, request: Request, id: str) -> Response:
        """Plan the same every so many weeks: all of them, or none."""
        date, sent = self.to_plan(), self.sent(SeriesOf)

        def make() -> Response:
            made = _acted(lambda: repeating.make_series(date=date, **sent, by=self.clerk, at=self.now))
            return made if isinstance(made, Response) else Response(PlannedDateOut(made, many=True).data, status=201)

        return once(request, make)

    @extend_schema(
        request=SessionChange, parameters=[IDEMPOTENCY_KEY], responses={201: PlannedDateOut, **problems(400, 403, 404, 409, 415)}
    )
    def add_session(self, request: Request, id: str) -> Response:
        """Hold one more session; whoever has a place is told."""
        date, sent = self.to_plan(), self.sent(SessionChange)

        def add() -> CourseDate:
            keys = sent["confirmed"]
            return moving.add_session(date=date, session=as_planned(sent), confirmed=keys, by=self.clerk, at=self.now).date

        return once(request, lambda: self.planned(add, status=201))

    @extend_schema(request=SessionChange, responses={200: PlannedDateOut, **problems(400, 403, 404, 409, 415)})
    def move_session(self, request: Request, id: str, session: str) -> Response:
        """Hold a session at another time, in another room, by another trainer; whoever has a place is told, once."""
        held, sent = self.session_to_plan(session), self.sent(SessionChange)
        keys = sent["confirmed"]
        return self.planned(lambda: moving.move_session(session=held, to=as_planned(sent), confirmed=keys, by=self.clerk, at=self.now).date)

    @extend_schema(request=None, responses={200: PlannedDateOut, **problems(403, 404, 409)})
    def call_off_session(self, request: Request, id: str, session: str) -> Response:
        """Leave a session out; whoever has a place is told. The last one is called off with its date."""
        held = self.session_to_plan(session)
        return self.planned(lambda: moving.call_off_session(session=held, by=self.clerk, at=self.now).date)

    def require_planner(self) -> None:
        """Raises PermissionDenied for everybody else."""
        if not self.clerk.has_role(*STAFF):
            raise PermissionDenied(_("Dates are planned by trainers."))

    def to_plan(self) -> CourseDate:
        """The date of the address. Raises NotFound, and PermissionDenied for whoever may see it but plans nothing."""
        found = CourseDate.objects.visible_to(self.clerk).select_related("course").filter(public_id=known_id(self.kwargs["id"])).first()
        if found is None:
            raise NotFound
        self.require_planner()
        return found

    def session_to_plan(self, public_id: str) -> Session:
        date = self.to_plan()
        found = Session.objects.filter(date=date, public_id=known_id(public_id)).first()
        if found is None:
            raise NotFound
        found.date = date
        return found

    def planned(self, act: Callable[[], CourseDate], *, status: int = 200) -> Response:
        """The date as it is now, with its ETag; or what is in the way."""
        made = _acted(act)
        if isinstance(made, Response):
            return made
        made = CourseDate.objects.select_related("course").get(pk=made.pk)
        data = PlannedDateOut(made).data
        return Response(data, status=status, headers={"ETag": quoted(etag_of_answer(made.etag, data))})

    def _create(self) -> Response:
        sent = self.sent(NewCourseDate)
        sessions = [as_planned(each) for each in sent.pop("sessions")]
        return self.planned(lambda: planning.plan_date(**sent, sessions=sessions, by=self.clerk, at=self.now), status=201)


@extend_schema(tags=["courses"])
class PlanningDoor(PlansDates, Door[CourseDate]):
    queryset = CourseDate.objects.none()
    serializer_class = PlannedDateOut

    def get_queryset(self) -> QuerySet[CourseDate]:
        return CourseDate.objects.visible_to(self.clerk).select_related("course")


def _acted(act: Callable[[], Any]) -> Any:
    """Do the act. What is in the way is answered with its clashes; what else is refused is a conflict, or the fault of a field."""
    try:
        return act()
    except (planning.Taken, planning.MustConfirm) as refusal:
        told = [{"kind": clash.kind, "key": clash.key, "sentence": clash.sentence, "hard": clash.hard} for clash in refusal.clashes]
        return ProblemResponse({**body_of(409, str(refusal)), "clashes": told}, status=409)
    except planning.Stale as stale:
        raise PreconditionFailed(str(stale)) from stale
    except planning.CannotPlan as refusal:
        if refusal.field:
            raise ValidationError({refusal.field: [str(refusal)]}) from refusal
        raise Conflict(str(refusal)) from refusal
