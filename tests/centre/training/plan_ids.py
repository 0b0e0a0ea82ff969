"""Ids for the addresses of the planners' routes, and more rows of what stands on their pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.centre import training_factories as made
from training import absences, enrolling, moving, planning
from training.models import Course, CourseDate, LearningStep


def of_planning() -> dict[str, Any]:
    """An open date with two sessions and somebody enrolled, its room, an absence."""
    now = timezone.now()
    begins, teacher, here = now + timedelta(days=60), made.trainer(), made.room("Wegezimmer")
    held = [planning.Planned(starts_at=begins + timedelta(days=n), ends_at=begins + timedelta(days=n, hours=3), room=here) for n in (0, 1)]
    date = planning.plan_date(course=made.course("Wege", by=teacher), sessions=held, capacity=5, by=teacher, at=now)
    planning.open_date(date=date, by=teacher, at=now)
    person = made.requester()
    enrolment = enrolling.enrol(date=date, person=person, by=person, at=now)
    away = absences.note_absence(trainer=teacher, starts_at=now, ends_at=now + timedelta(days=1), by=teacher, at=now)
    session = date.sessions.order_by("starts_at")[0].public_id
    day = timezone.localdate(begins + timedelta(days=7)).isoformat()
    ids = {"course": date.course.public_id, "date": date.public_id, "session": session, "room": here.public_id, "role": "clerk"}
    return {**ids, "absence": away.public_id, "enrolment": enrolment.public_id, "plan_day": day, "course-dates": date.public_id}


def more_of_planning() -> None:
    """More of everything that planners see, much of it on the date of `of_planning`."""
    now = timezone.now()
    number = CourseDate.objects.count()
    teacher, here, begins = made.trainer(), made.room(f"Zimmer {number}"), now + timedelta(days=61 + number)
    planning.plan_date(
        course=made.course(f"Kurs {number}", by=teacher),
        sessions=[made.session(begins, room=here, trainer=teacher)],
        capacity=5,
        by=teacher,
        at=now,
    )
    absences.note_absence(trainer=teacher, starts_at=now, ends_at=begins, by=teacher, at=now)
    LearningStep.objects.create(role="clerk", course=Course.objects.get(title=f"Kurs {number}"), position=number)
    date = CourseDate.objects.get(course__title="Wege")
    moving.add_session(date=date, session=made.session(begins, room=made.room(f"Saal {number}")), confirmed=None, by=teacher, at=now)
    for person in (made.requester(), made.requester()):
        enrolling.enrol(date=date, person=person, by=person, at=now)
