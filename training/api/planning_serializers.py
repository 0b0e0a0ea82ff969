"""Course dates as programs of planners have them, and what they send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from foundation.api.fields import Named
from tenants.models import User
from tenants.roles import CentreRole
from training.models import Course, CourseDate, Room, Session
from training.planning import Planned
from training.repeating import MOST_TIMES, MOST_WEEKS


class PlannedSessionOut(serializers.ModelSerializer[Session]):
    """`room` by its id, `trainer` by the user name; `called_off_at` is null while it takes place."""

    id = serializers.UUIDField(source="public_id")
    room = serializers.UUIDField(source="room.public_id", default=None, allow_null=True)
    trainer = serializers.CharField(source="trainer.username", default=None, allow_null=True)

    class Meta:
        model = Session
        fields = ("id", "starts_at", "ends_at", "room", "link", "trainer", "sequence", "called_off_at")
        read_only_fields = fields


class PlannedDateOut(serializers.ModelSerializer[CourseDate]):
    """A course date with all its sessions, those that were called off, too."""

    id = serializers.UUIDField(source="public_id")
    course = serializers.UUIDField(source="course.public_id")
    sessions = serializers.SerializerMethodField()

    class Meta:
        model = CourseDate
        fields = (
            *("id", "course", "state", "starts_at", "ends_at", "sessions", "capacity", "minimum", "price_cents"),
            *("register_until", "withdraw_until", "note", "reason"),
        )
        read_only_fields = fields

    def get_sessions(self, date: CourseDate) -> PlannedSessionOut(many=True):  # type: ignore[valid-type] # read by drf-spectacular
        rows = Session.objects.filter(date=date).select_related("room", "trainer").order_by("starts_at", "pk")
        return PlannedSessionOut(rows, many=True).data


class Confirmed(serializers.Serializer[Any]):
    """`confirmed`: keys of the `clashes` that a 409 has named, by whoever plans it so all the same."""

    confirmed = serializers.ListField(child=serializers.CharField(max_length=200), required=False, default=list, max_length=500)


class PlannedSession(serializers.Serializer[Any]):
    """A session to be: a room or a video link or both, and who teaches, by the user name."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    room = Named(slug_field="public_id", queryset=Room.objects.all(), required=False, allow_null=True, default=None)
    link = serializers.URLField(required=False, allow_blank=True, max_length=500, default="")
    trainer = Named(
        slug_field="username",
        queryset=User.objects.active().filter(groups__name=CentreRole.TRAINER),
        required=False,
        allow_null=True,
        default=None,
    )


class SessionChange(PlannedSession, Confirmed):
    pass


class CourseDateChange(serializers.Serializer[Any]):
    capacity = serializers.IntegerField(min_value=1, max_value=2000, required=False)
    minimum = serializers.IntegerField(min_value=0, max_value=2000, required=False)
    price_cents = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False)
    register_until = serializers.DateTimeField(required=False)
    withdraw_until = serializers.DateTimeField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class NewCourseDate(CourseDateChange, Confirmed):
    course = Named(slug_field="public_id", queryset=Course.objects.all())
    sessions = PlannedSession(many=True)
    capacity = serializers.IntegerField(min_value=1, max_value=2000)


class CancelReason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class CopyOn(Confirmed):
    first_day = serializers.DateField()


class SeriesOf(Confirmed):
    every_weeks = serializers.IntegerField(min_value=1, max_value=MOST_WEEKS)
    times = serializers.IntegerField(min_value=1, max_value=MOST_TIMES)
    leave_out_holidays = serializers.BooleanField(required=False, default=True)


def as_planned(sent: dict[str, Any]) -> Planned:
    return Planned(**{name: sent[name] for name in ("starts_at", "ends_at", "room", "link", "trainer")})
