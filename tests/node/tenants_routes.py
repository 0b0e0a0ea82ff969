"""What is expected of each route of a municipality itself: logging in, its people and offices, its settings and pages (tests/node/route_table.py)."""

from __future__ import annotations

from tenants.roles import Role
from tests.routes import Route, everybody, get, only, post, signed_in

ADMINISTRATOR, SUPERVISOR = Role.ADMINISTRATOR, Role.SUPERVISOR
DAYS = {"first_day": "{today}", "last_day": "{today}"}

TENANTS: dict[str, Route] = {
    "tenants:login": everybody(get(cells={"signed in": 302})),
    "tenants:logout": everybody(post(good=302)),
    "tenants:preferences": everybody(post(sent={"theme": "dark", "density": "compact", "shortcuts": "on"}, good=302)),
    "tenants:coat_of_arms": everybody(get(good=404)),  # this town has none
    "tenants:password_change": signed_in(get(), post()),
    "tenants:people": only(ADMINISTRATOR, get()),
    "tenants:person_new": only(ADMINISTRATOR, get(), post()),
    "tenants:people_import": only(ADMINISTRATOR, get(), post()),
    "tenants:people_template": only(ADMINISTRATOR, get()),
    "tenants:person": only(ADMINISTRATOR, get(), post()),
    "tenants:person_slip": only(ADMINISTRATOR, post()),
    "tenants:person_unlock": only(ADMINISTRATOR, post(good=302)),
    "tenants:person_move": only(ADMINISTRATOR, get(), post()),
    "tenants:person_leave": only(ADMINISTRATOR, post(good=302)),
    "tenants:person_deactivate": only(ADMINISTRATOR, get(), post(good=302)),
    "tenants:person_reactivate": only(ADMINISTRATOR, post(good=302)),
    "tenants:offices": only(ADMINISTRATOR, get(), post()),
    "tenants:office": only(ADMINISTRATOR, get(), post()),
    "tenants:office_deactivate": only(ADMINISTRATOR, post(good=302)),
    "tenants:office_reactivate": only(ADMINISTRATOR, post(good=302)),
    "tenants:substitutes": signed_in(get(), post(sent={"deputy": "{colleague}", **DAYS}, good=302, own=True, cells={"neighbour": 422})),
    "tenants:substitutes_of_others": only((SUPERVISOR, ADMINISTRATOR), get(), post()),
    "tenants:substitute_end": only(ADMINISTRATOR, post(good=302)),
    "tenants:help": signed_in(get()),
    "tenants:training": signed_in(get()),
    "tenants:banner": signed_in(post(sent={"hide": "1"}, good=302)),
    "tenants:centre_messages": only(ADMINISTRATOR, get()),
    "tenants:hand_over": signed_in(post(good=409)),  # these tests' node knows no centre
    # Practice towns: in a real municipality these doors do not exist.
    "tenants:practice_arrive": everybody(post(good=404)),
    "tenants:practice_slip": everybody(get(good=404), post(good=404)),
    "tenants:caught_mail": signed_in(get(good=404)),
    "tenants:settings": only(ADMINISTRATOR, get(), post()),
    "pages:accessibility": everybody(get(), post()),
    "pages:privacy": everybody(get()),
    "pages:imprint": everybody(get()),
    "pages:feedback_list": only(ADMINISTRATOR, get()),
    "pages:feedback_done": only(ADMINISTRATOR, post(good=302)),
}
