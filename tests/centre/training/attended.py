"""Course dates on which people were, for tests; made by the acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tenants.models import User
from tests.centre.training_factories import AT, BEGINS, course, course_date, people, session, trainer
from training import attending, certifying, enrolling
from training.attending import Mark
from training.models import Certificate, CourseDate, Enrolment, Session

AFTER = BEGINS + timedelta(days=3)  # when all is over
HERE, AWAY = Mark("present"), Mark("absent")


def sessions(date: CourseDate) -> list[Session]:
    return list(Session.objects.filter(date=date).order_by("starts_at"))


def places_of(date: CourseDate) -> list[Enrolment]:
    return list(Enrolment.objects.filter(date=date, state="enrolled").order_by("asked_at", "pk"))


def begun(count: int = 3, *, days: int = 1, town: str = "musterstadt", who: list[User] | None = None, **more: Any) -> CourseDate:
    """A date of so many days (four hours each) with so many people who are enrolled."""
    coming = people(count, town) if who is None else who
    planned = [session(BEGINS + timedelta(days=day)) for day in range(days)]
    of = {
        name: more.pop(name) for name in ("examination", "valid_months", "attendance_percent", "title", "minutes", "aims") if name in more
    }
    date = course_date(*planned, capacity=max(len(coming), 2), of=more.pop("of", None) or course(**of), **more)
    for place, person in enumerate(coming):
        enrolling.enrol(date=date, person=person, by=person, at=AT + timedelta(seconds=place))
    return date


def held(count: int = 3, *, marks: list[Mark] | None = None, at: datetime = AFTER, **more: Any) -> CourseDate:
    """A date that is over and finished: all were there at all sessions, or as `marks` say of each, in the order of enrolling."""
    date, by = begun(count, **more), trainer()
    for each in sessions(date):
        said = dict(zip([place.pk for place in places_of(date)], marks or [HERE] * 500, strict=False))
        attending.take(session=each, marks=said, by=by, at=at)
    return attending.finish(date=date, by=by, at=at)


def certified(count: int = 1, *, at: datetime = AFTER, sheets: bool = False, **more: Any) -> list[Certificate]:
    """Certificates of a date that is over."""
    made = certifying.issue(date=held(count, at=at, **more), by=trainer(), at=at)
    if sheets:
        certifying.make_sheets(at=at, most=len(made))
    return [Certificate.objects.with_course().get(pk=each.pk) for each in made]
