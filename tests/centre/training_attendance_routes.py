"""What is expected of the routes of attendance and certificates (tests/centre/training_routes.py)."""

from __future__ import annotations

from tenants.roles import CentreRole
from tests.routes import Route, everybody, get, only, post, signed_in

EVERYBODY, PLANNERS = tuple(CentreRole.values), (CentreRole.TRAINER, CentreRole.OPERATOR)
EARLY = {"session": "{session}", "marks": [{"enrolment": "{enrolment}", "state": "present"}]}

EXPECTED: dict[str, Route] = {
    "training:attendance_due": only(PLANNERS, get()),
    "training:attendance": only(PLANNERS, get(), post(good=422)),  # it has not begun
    "training:attendance_print": only(PLANNERS, get()),
    "training:attendance_list": only(PLANNERS, get(), post(good=422)),
    "training:attendance_code": only(PLANNERS, get(), get(query="?nur=1")),
    "training:attendance_undo": only(PLANNERS, post(good=302)),
    "training:check_in": everybody(get(good=422), post(good=422)),
    "training:finish": only(PLANNERS, post(good=302)),
    "training:certificates": only(PLANNERS, get(), post(good=302)),
    "training:certificates_progress": only(PLANNERS, get()),
    "training:certificates_again": only(PLANNERS, post(good=302)),
    "training:certificates_print": only(PLANNERS, get(good=404)),  # none are issued
    "training:results": only(PLANNERS, post(good=302)),
    "training:certificate": only(PLANNERS, get()),
    "training:certificate_revoke": only(PLANNERS, get(), post(good=422)),
    "training:certificate_shown": only(PLANNERS, post(sent={"shown": "full"}, good=302)),  # they see it, and are told that it is not theirs
    "training:my_certificates": only(EVERYBODY, get()),
    "training:verify_form": everybody(get()),
    "training:verify": everybody(get(good=404)),
    "training:evaluate": everybody(get(good=422), post(good=422)),
    "training:evaluation": only(PLANNERS, get()),
    "training:figures": only(PLANNERS, get(), get(query="?jahr=2026")),
    "training:figures_sheet": only(PLANNERS, get()),
    "training_api:attendance": only(PLANNERS, get(), post(sent=EARLY, good=409)),
    "training_api:finish": only(PLANNERS, post(good=409)),
    "training_api:issue": only(PLANNERS, post(good=409)),
    "training_api:certificates": signed_in(get()),
    "training_api:certificate": only(PLANNERS, get()),
    "training_api:certificate_content": only(PLANNERS, get()),
}
