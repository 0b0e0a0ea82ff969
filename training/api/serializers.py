"""Courses, dates and enrolments as programs have them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from training.catalogue_reading import free_seats
from training.models import Course, CourseDate, Enrolment, LearningStep, Session


class CourseOut(serializers.ModelSerializer[Course]):
    """A course; `prerequisites` are ids, `roles` whose learning path it stands on, `minutes` how long it is taught."""

    id = serializers.UUIDField(source="public_id")
    prerequisites = serializers.SerializerMethodField()
    roles = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields = (
            *("id", "title", "aims", "contents", "audience", "minutes", "prerequisites", "roles"),
            *("examination", "attendance_percent", "valid_months", "topic", "active"),
        )
        read_only_fields = fields

    def get_prerequisites(self, course: Course) -> list[str]:
        return [str(each.public_id) for each in course.prerequisites.all()]

    def get_roles(self, course: Any) -> list[str]:
        return [step.role for step in course.told_steps]


class SessionOut(serializers.ModelSerializer[Session]):
    """`room` by its name. `link` is shown to those who have a place, and to trainers."""

    id = serializers.UUIDField(source="public_id")
    room = serializers.CharField(source="room.name", default=None, allow_null=True)
    link = serializers.SerializerMethodField()
    trainer = serializers.CharField(source="trainer.display_name", default=None, allow_null=True)

    class Meta:
        model = Session
        fields = ("id", "starts_at", "ends_at", "room", "link", "trainer")
        read_only_fields = fields

    def get_link(self, session: Session) -> str | None:
        return (session.link or None) if self.context.get("link") else None


class CourseDateOut(serializers.ModelSerializer[CourseDate]):
    """A course date. `free_seats` are those that can be had at once, `waiting` how many stand in line, `enrolment` how the caller stands."""

    id = serializers.UUIDField(source="public_id")
    course = serializers.UUIDField(source="course.public_id")
    title = serializers.CharField(source="course.title")
    sessions = serializers.SerializerMethodField()
    free_seats = serializers.SerializerMethodField()
    waiting = serializers.IntegerField(source="in_line")
    enrolment = serializers.ChoiceField([(state.value, state.label) for state in Enrolment.ACTIVE], source="my_state", allow_null=True)

    class Meta:
        model = CourseDate
        fields = (
            *("id", "course", "title", "state", "starts_at", "ends_at", "sessions", "capacity", "minimum", "free_seats", "waiting"),
            *("price_cents", "register_until", "withdraw_until", "note", "enrolment"),
        )
        read_only_fields = fields

    def get_sessions(self, date: Any) -> SessionOut(many=True):  # type: ignore[valid-type] # read by drf-spectacular
        shown = self.context.get("staff") or date.my_state == Enrolment.State.ENROLLED
        return SessionOut(date.told_sessions, many=True, context={"link": shown}).data

    def get_free_seats(self, date: CourseDate) -> int:
        return free_seats(date)


class EnrolmentOut(serializers.Serializer[Enrolment]):
    """How somebody stands now; `position` on the waiting list counts from 1 and is null for whoever is not on it."""

    id = serializers.UUIDField(source="public_id")
    state = serializers.ChoiceField(Enrolment.State.choices)
    position = serializers.IntegerField(allow_null=True)
    offered_until = serializers.DateTimeField(allow_null=True)


class CourseFilters(serializers.Serializer[Any]):
    role = serializers.ChoiceField(
        LearningStep.Role.choices, required=False, help_text="The courses of this role's learning path, in its order."
    )


class CourseDateFilters(serializers.Serializer[Any]):
    course = serializers.UUIDField(required=False, help_text="Dates of this course only.")


class Who(serializers.Serializer[Any]):
    """`person`: a user name, by trainers and by whoever decides about her training; without it the caller herself."""

    person = serializers.CharField(required=False, max_length=150)


class Leaving(Who):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
