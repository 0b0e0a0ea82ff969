"""What is expected of the planners' routes; tests/centre/route_table.py takes it in. No models here: the journeys read it, too."""

from __future__ import annotations

from dataclasses import replace

from tenants.roles import CentreRole
from tests.routes import Call, Route, get, only, post, signed_in

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
