"""What is expected of each route of training (tests/centre/route_table.py)."""

from __future__ import annotations

from tenants.roles import CentreRole
from tests.centre import training_attendance_routes
from tests.centre.training.plan_routes import by_planners
from tests.routes import Route, get, only, patch, post, signed_in

EVERYBODY, PLANNERS = tuple(CentreRole.values), (CentreRole.TRAINER, CentreRole.OPERATOR)

EXPECTED: dict[str, Route] = {
    **training_attendance_routes.EXPECTED,
    "training:courses": only(EVERYBODY, get(), get(query="?rolle=clerk"), found="apfelkunde"),
    "training:dates": only(EVERYBODY, get(), get(query="?frei=1"), found="apfelkunde"),
    "training:mine": only(EVERYBODY, get()),
    "training:course": only(EVERYBODY, get(), found="apfelkunde"),
    "training:date": only(EVERYBODY, get(), found="apfelkunde"),
    "training:enrol": only(EVERYBODY, post(good=302)),
    "training:withdraw": only(EVERYBODY, post(good=302)),
    "training:need": only(EVERYBODY, post(good=302)),
    "training:accept": only(PLANNERS, post(good=302)),
    "training:decline": only(PLANNERS, post(good=302)),
    "training:practice_enter": only(PLANNERS, post(good=302)),
    "training:practice_reset": only(PLANNERS, post(good=302)),
    "training:practice_reset_all": only(PLANNERS, post(good=302)),
    "training:practice": only(PLANNERS, get()),
    "training:practice_open": only(PLANNERS, post(good=302)),
    "training:practice_end": only(PLANNERS, post(good=302)),
    "training:practice_slips": only(PLANNERS, post(good=302)),
    "training_api:courses": signed_in(get(), get(query="?role=clerk"), found="apfelkunde"),
    "training_api:course": signed_in(get(), found="apfelkunde"),
    "training_api:course_dates": signed_in(
        get(), get(query="?from=2027-01-01&to=2027-12-31"), by_planners(post(good=400)), found="apfelkunde"
    ),
    "training_api:course_date": signed_in(get(), by_planners(patch("", {"capacity": 4})), found="apfelkunde"),
    "training_api:enrol": signed_in(post()),
    "training_api:withdraw": signed_in(post(good=409)),
}
