"""Reading what there is to learn: courses and their dates, with how somebody stands on each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as day
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from tenants.models import User

from .models import Course, CourseDate, Enrolment, LearningStep, Session


def courses_for(person: User, *, role: str = "") -> QuerySet[Course]:
    """Courses that a person may know of, by title, or those of a role's learning path in its order; with `told_steps` and prerequisites."""
    steps = LearningStep.objects.order_by("role")
    found = Course.objects.visible_to(person).prefetch_related(Prefetch("steps", steps, to_attr="told_steps"), "prerequisites")
    if role in LearningStep.Role.values:
        return found.filter(steps__role=role).order_by("steps__position", "pk")
    return found.in_order()


def dates_for(person: User) -> QuerySet[CourseDate]:
    """Course dates that a person may know of, with sessions, counts, and how she stands: `my_state` (of what holds) or None."""
    mine = Enrolment.objects.filter(date=OuterRef("pk"), person=person, state__in=Enrolment.ACTIVE)
    found: QuerySet[CourseDate] = CourseDate.objects.visible_to(person).with_sessions().with_counts()
    return found.annotate(my_state=Subquery(mine.values("state")[:1]))


def between(dates: Any, first: day | None, last: day | None) -> Any:
    """Keep the dates that take place on these local days, both included."""
    if first is not None:
        dates = dates.filter(ends_at__gt=_midnight(first))
    if last is not None:
        dates = dates.filter(starts_at__lt=_midnight(last + timedelta(days=1)))
    return dates


def next_dates(person: User, *, courses: Iterable[Course], at: datetime) -> dict[int, CourseDate]:
    """The next date of each course that is open to enrolment, by the course's key. One query and those of what is shown with it."""
    coming = CourseDate.objects.filter(course=OuterRef("pk"), state=CourseDate.State.OPEN, register_until__gt=at, starts_at__gt=at)
    first = Course.objects.filter(pk__in=[course.pk for course in courses]).annotate(first=Subquery(coming.in_order().values("pk")[:1]))
    return {date.course_id: date for date in dates_for(person).filter(pk__in=first.values("first"))}


def held_in(dates: Any, room: str) -> Any:
    """Keep the dates with a session in a room (its public id), or by video ("video"); for anything else there is none."""
    sessions = Session.objects.filter(called_off_at=None)
    if room == "video":
        return dates.filter(pk__in=sessions.exclude(link="").values("date"))
    try:
        return dates.filter(pk__in=sessions.filter(room__public_id=UUID(room)).values("date"))
    except ValueError:
        return dates.none()


def with_free_seats(dates: Any) -> Any:
    """Keep the dates on which somebody new can have a place at once."""
    return dates.filter(in_line=0, taken__lt=F("capacity"))


def free_seats(date: Any) -> int:
    """What somebody new can have at once: none while others wait, whatever is free. Of a date with_counts()."""
    return 0 if date.in_line else max(0, date.capacity - date.taken)


def enrolments_of(person: User) -> QuerySet[Enrolment]:
    """All that a person has asked for, the latest date first; with dates, sessions and her places in line. Four queries."""
    dates = CourseDate.objects.with_sessions()
    found: QuerySet[Enrolment] = Enrolment.objects.filter(person=person).with_place_in_line()
    return found.prefetch_related(Prefetch("date", dates)).order_by("-date__starts_at", "-pk")


def parted(enrolments: Iterable[Enrolment], at: datetime) -> tuple[list[Enrolment], list[Enrolment]]:
    """What still holds and has not ended, the next first; and the rest."""
    coming: list[Enrolment] = []
    over: list[Enrolment] = []
    for each in enrolments:
        (coming if each.state in Enrolment.ACTIVE and each.date.ends_at > at else over).append(each)
    return coming[::-1], over


def _midnight(local: day) -> datetime:
    return timezone.make_aware(datetime.combine(local, time.min))
