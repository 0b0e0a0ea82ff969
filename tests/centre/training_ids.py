"""Ids for the addresses of training's routes (tests/centre/test_routes.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.centre.training.attended import certified
from tests.centre.training_factories import course, course_date, people, requester, session, trainer
from training import catalogue, enrolling, offering, subscribing
from training.models import Enrolment, Notice


def of_training() -> dict[str, Any]:
    """A course with a date that somebody comes to who is none of those who walk."""
    begins = timezone.now() + timedelta(days=60)
    date = course_date(session(begins), session(begins + timedelta(days=1)), capacity=20, of=course("Apfelkunde"))
    catalogue.set_path(role="clerk", courses=[date.course], by=trainer(), at=timezone.now())
    person = requester()
    made: Enrolment = enrolling.enrol(date=date, person=person, by=person, at=timezone.now())
    kept = {"course": date.course.public_id, "courses": date.course.public_id, "enrolment": made.public_id}
    kept |= of_attendance(date.sessions.order_by("starts_at")[0].public_id)
    return {**kept, "date": date.public_id, "course-dates": date.public_id}


def of_notices() -> dict[str, Any]:
    """A place that is offered to somebody, a notice to her that could not be sent, and the address of her calendar."""
    now = timezone.now()
    date, (first, person) = course_date(session(now + timedelta(days=40)), capacity=1), people(2)
    for each in (first, person):
        enrolling.enrol(date=date, person=each, by=each, at=now)
    enrolling.withdraw(date=date, person=first, by=first, at=now)
    Notice.objects.filter(person=person).update(failed_at=now, fault="550")
    feed = subscribing.renew(by=person, at=now).removesuffix(".ics").rpartition("/")[2]
    offer = offering.token_for(Enrolment.objects.get(person=person))
    return {"notice": Notice.objects.filter(person=person).latest("pk").public_id, "feed": feed, "offer": offer}


def of_attendance(session: Any) -> dict[str, Any]:
    """A certificate of somebody who is none of those who walk; `session` one that has not begun."""
    [made] = certified(sheets=True)
    return {"session": session, "code": "a" * 32, "certificate": made.public_id, "certificates": made.public_id}
