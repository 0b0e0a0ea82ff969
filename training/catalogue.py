"""The catalogue: which courses there are, and in which order somebody learns them. Trainers and operators keep it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import events
from .models import Course, LearningStep
from .models.courses import STAFF

FIELDS = (
    *("title", "aims", "contents", "audience", "minutes", "attendance_percent", "examination", "valid_months", "topic"),
    "practice_town",
)


class CannotKeep(Exception):
    """The catalogue cannot be kept like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Stale(Exception):
    """Somebody has changed the course meanwhile."""


def add_course(*, fields: dict[str, Any], prerequisites: Sequence[Course] = (), by: User, at: datetime) -> Course:
    """Offer a new course. `fields` as FIELDS names them. Raises CannotKeep."""
    _staff_only(by)
    course = Course(**{name: fields[name] for name in FIELDS if name in fields})
    with current.atomic():
        _checked(course)
        course.save(force_insert=True)
        course.prerequisites.set(prerequisites)
        events.enter(act="add", about=course, by=by, at=at, changes={"title": (None, course.title)})
    return course


def change_course(
    *, course: Course, fields: dict[str, Any], prerequisites: Sequence[Course] | None = None, etag: str, by: User, at: datetime
) -> Course:
    """Change what is said of a course; `etag` is what she has seen. Raises CannotKeep, Stale."""
    _staff_only(by)
    with current.atomic():
        found = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
        if etag != found.etag:
            raise Stale(_("Somebody has changed this course meanwhile. Please look at it again."))
        changes = {name: (getattr(found, name), fields[name]) for name in FIELDS if name in fields and getattr(found, name) != fields[name]}
        for name, (_old, new) in changes.items():
            setattr(found, name, new)
        found.revision += 1
        _checked(found)
        if prerequisites is not None:
            _no_circle(found, prerequisites)
            found.prerequisites.set(prerequisites)
        found.save()
        events.enter(act="change", about=found, by=by, at=at, changes=changes)
    return found


def retire_course(*, course: Course, by: User, at: datetime) -> Course:
    """Offer a course no more; its dates stay. Raises CannotKeep."""
    return _switch(course, active=False, by=by, at=at)


def take_back_course(*, course: Course, by: User, at: datetime) -> Course:
    """Offer a retired course again. Raises CannotKeep."""
    return _switch(course, active=True, by=by, at=at)


def set_path(*, role: str, courses: Sequence[Course], by: User, at: datetime) -> None:
    """Say which courses somebody of a role learns, in this order. Raises CannotKeep."""
    _staff_only(by)
    if role not in LearningStep.Role.values:
        raise CannotKeep(_("There is no learning path for this role."), "role")
    if len({course.pk for course in courses}) < len(courses):
        raise CannotKeep(_("A course stands on a learning path only once."), "courses")
    with current.atomic():
        was = list(LearningStep.objects.select_for_update().filter(role=role).order_by("position").values_list("course__title", flat=True))
        LearningStep.objects.filter(role=role).delete()
        LearningStep.objects.bulk_create(LearningStep(role=role, course=course, position=place) for place, course in enumerate(courses, 1))
        said = {"path": (", ".join(was) or None, ", ".join(str(course) for course in courses))}
        for course in courses[:1]:
            events.enter(act="path", about=course, by=by, at=at, changes=said)


def _switch(course: Course, *, active: bool, by: User, at: datetime) -> Course:
    _staff_only(by)
    with current.atomic():
        found = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
        was, found.active, found.revision = found.active, active, found.revision + 1
        found.save(update_fields=["active", "revision"])
        events.enter(act="offer" if active else "retire", about=found, by=by, at=at, changes={"active": (was, active)})
    return found


def _checked(course: Course) -> None:
    course.title = " ".join(course.title.replace("\x00", "").split())
    try:
        course.full_clean(exclude=["prerequisites"])
    except ValidationError as fault:
        field, said = next(iter(fault.message_dict.items()))
        raise CannotKeep(said[0], field if field != "__all__" else "") from fault


def _no_circle(course: Course, prerequisites: Sequence[Course]) -> None:
    """A course that needs itself, over whatever others, could never be taken."""
    below, seen = [each.pk for each in prerequisites], set[int]()
    while below:
        if course.pk in below:
            raise CannotKeep(_("A course cannot be needed for itself, not over others either."), "prerequisites")
        seen |= set(below)
        below = list(Course.objects.filter(leads_to__in=below).exclude(pk__in=seen).values_list("pk", flat=True).distinct())


def _staff_only(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotKeep(_("The catalogue is kept by trainers."))
