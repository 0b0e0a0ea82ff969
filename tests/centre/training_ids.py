"""Ids for the addresses of training's routes (tests/centre/test_routes.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.centre.training_factories import course, course_date, requester, session, trainer
from training import catalogue, enrolling
from training.models import Enrolment


def of_training() -> dict[str, Any]:
    """A course with a date that somebody comes to who is none of those who walk."""
    date = course_date(session(timezone.now() + timedelta(days=60)), capacity=20, of=course("Apfelkunde"))
    catalogue.set_path(role="clerk", courses=[date.course], by=trainer(), at=timezone.now())
    person = requester()
    made: Enrolment = enrolling.enrol(date=date, person=person, by=person, at=timezone.now())
    kept = {"course": date.course.public_id, "courses": date.course.public_id, "enrolment": made.public_id}
    kept |= training_attendance_routes.of_attendance(date.sessions.get().public_id)
    return {**kept, "date": date.public_id, "course-dates": date.public_id}
