"""What is expected of the planners' routes, and ids for their addresses. tests/centre/route_table.py and test_routes.py take them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tenants.roles import CentreRole
from tests.centre import training_factories as made
from tests.routes import Call, Route, get, only, post, signed_in
from training import absences, enrolling, moving, planning
from training.models import Course, CourseDate, LearningStep

PLANNERS = (CentreRole.TRAINER, CentreRole.OPERATOR)
ROOM = {"name": "Saal 9", "seats": "10"}
COURSE = {"title": "Neu", "aims": "Neues können", "minutes": "60", "attendance_percent": "80"}
SESSION = {
    "day": "{plan_day}",
    "begins": "09:00",
    "ends": "12:00",
    "link": "https://video.example/raum",
    "confirmed": "weekend:{plan_day}|holiday:{plan_day}",
}
ROWS = {"tag-TOTAL_FORMS": "1", "tag-INITIAL_FORMS": "0", **{f"tag-0-{name}": value for name, value in SESSION.items()}}
DATE = {"capacity": "5"}


def by_planners(call: Call) -> Call:
    """An act on what everybody may see: for planners, and 403 for everybody else."""
    return replace(call, cells={"signed in": 403, CentreRole.AGENT: 403, CentreRole.TRAINER: call.good})


def forbidden(call: Call) -> Route:
    return signed_in(by_planners(call))


EXPECTED: dict[str, Route] = {
    "training_api:date_open": forbidden(post(good=409)),  # open already
    "training_api:date_cancel": forbidden(post(sent={"reason": "Krank"})),
    "training_api:date_discard": forbidden(post(good=409)),  # it was open
    "training_api:date_copy": forbidden(post(good=400)),
    "training_api:date_series": forbidden(post(good=400)),
    "training_api:date_sessions": forbidden(post(good=400)),
    "training_api:session_move": forbidden(post(good=400)),
    "training_api:session_call_off": forbidden(post()),
    "training:plan": only(PLANNERS, get(), get(query="?ansicht=woche"), get(query="?ansicht=liste")),
    "training:plan_courses": only(PLANNERS, get()),
    "training:plan_course_new": only(PLANNERS, get(), post(sent=COURSE, good=302)),
    "training:plan_course": only(PLANNERS, get(), post(sent=COURSE)),  # without an etag it is stale
    "training:plan_course_retire": only(PLANNERS, post(good=302)),
    "training:plan_course_offer": only(PLANNERS, post(good=302)),
    "training:plan_paths": only(PLANNERS, get()),
    "training:plan_path": only(PLANNERS, post(sent={"act": "add", "course": "{course}"}, good=302)),
    "training:plan_rooms": only(PLANNERS, get()),
    "training:plan_room_new": only(PLANNERS, get(), post(sent=ROOM, good=302)),
    "training:plan_room": only(PLANNERS, get(), post(sent=ROOM, good=302)),
    "training:plan_room_retire": only(PLANNERS, post(good=302)),
    "training:plan_room_offer": only(PLANNERS, post(good=302)),
    "training:plan_absences": only(PLANNERS, get(), post()),
    "training:plan_absence_strike": only(PLANNERS, post(good=302)),
    "training:plan_date_new": only(PLANNERS, get(), post()),
    "training:plan_date": only(PLANNERS, get(), get(query="?wer=An")),
    "training:plan_date_change": only(PLANNERS, get(), post(sent=DATE)),  # stale
    "training:plan_date_open": only(PLANNERS, post(good=302)),
    "training:plan_date_cancel": only(PLANNERS, get(), post(sent={"reason": "Krank"}, good=302)),
    "training:plan_date_discard": only(PLANNERS, post(good=302)),
    "training:plan_date_copy": only(PLANNERS, get(), post()),
    "training:plan_date_series": only(PLANNERS, get(), post()),
    "training:plan_list": only(PLANNERS, get()),
    "training:plan_enrol": only(PLANNERS, post(good=302)),
    "training:plan_withdraw": only(PLANNERS, post(sent={"reason": "Krank"}, good=302)),
    "training:plan_session_new": only(PLANNERS, get(), post(sent=SESSION, good=302)),
    "training:plan_session": only(PLANNERS, get(), post()),
    "training:plan_session_off": only(PLANNERS, post(good=302)),
}


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
