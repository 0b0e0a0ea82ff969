"""What is expected of every route of the centre. A route that is missing here fails tests/centre/test_routes.py: add it, and say who may pass."""

from __future__ import annotations

from tenants.roles import CentreRole
from tests.routes import Route, everybody, get, only, post, signed_in

OPERATOR = CentreRole.OPERATOR

EXPECTED: dict[str, Route] = {
    "centre:start": signed_in(get()),
    "tenants:login": everybody(get()),
    "tenants:logout": everybody(post(good=302)),
    "tenants:preferences": everybody(post(sent={"theme": "dark", "density": "compact", "shortcuts": "on"}, good=302)),
    "tenants:password_change": signed_in(get(), post()),
    "tenants:people": only(OPERATOR, get(), found="obsthofer"),
    "tenants:person_new": only(OPERATOR, get(), post()),
    "tenants:people_import": only(OPERATOR, get(), post()),
    "tenants:people_template": only(OPERATOR, get()),
    "tenants:person": only(OPERATOR, get(), post(), found="obsthofer"),
    "tenants:person_slip": only(OPERATOR, post()),
    "tenants:person_unlock": only(OPERATOR, post(good=302)),
    "tenants:person_move": only(OPERATOR, get(), post()),
    "tenants:person_leave": only(OPERATOR, post(good=302)),
    "tenants:person_deactivate": only(OPERATOR, get(), post(good=302)),
    "tenants:person_reactivate": only(OPERATOR, post(good=302)),
    "tenants:offices": only(OPERATOR, get(), post()),
    "tenants:office": only(OPERATOR, get(), post()),
    "tenants:office_deactivate": only(OPERATOR, post(good=302)),
    "tenants:office_reactivate": only(OPERATOR, post(good=302)),
    "pages:accessibility": everybody(get(), post()),
    "pages:privacy": everybody(get()),
    "pages:imprint": everybody(get()),
    "pages:feedback_list": only(OPERATOR, get()),
    "pages:feedback_done": only(OPERATOR, post(good=302)),
    "api_token": everybody(post(sent={"username": "niemand", "password": "falsch"}, good=401)),
    "api_schema": everybody(get()),
    "api_docs": everybody(get()),
    "api_me": signed_in(get()),
    "api_logout": signed_in(post(good=204)),
}
