"""What is expected of every route of the centre. A route that is missing here fails tests/centre/test_routes.py: add it, and say who may pass."""

from __future__ import annotations

from tenants.roles import CentreRole
from tests.routes import Call, Route, everybody, get, only, patch, post, signed_in

OPERATOR = CentreRole.OPERATOR
STAFF = (CentreRole.AGENT, OPERATOR)


def asked_by(*calls: Call) -> Route:
    """A ticket's: for staff and for whoever asked. To everybody else it does not exist."""
    return only(STAFF, *calls)


EXPECTED: dict[str, Route] = {
    "centre:start": signed_in(get()),
    "centre:arrive": everybody(post(sent={"token": "x"}, good=403)),
    "centre:sites": only(OPERATOR, get()),
    "centre:site_confirm": only(OPERATOR, post(sent={"code": "falsch"}, good=302)),
    "centre:site_revoke": only(OPERATOR, post(good=302)),
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
    # What a node sends is signed; this is nothing of the kind.
    "centre_api:join": everybody(post(sent={"token": "x"}, good=401)),
    "centre_api:hello": everybody(post(sent={"token": "x"}, good=401)),
    "centre_api:messages": everybody(post(sent={"token": "x"}, good=401)),
    "centre_api:orders": everybody(post(sent={"token": "x"}, good=401)),
    "centre_api:handoff_token": signed_in(post(good=403)),  # nobody of these was handed over
    "centre_api:keys": everybody(post(sent={"token": "x"}, good=401)),
    "hotline:tickets": only((*STAFF, CentreRole.REQUESTER), get()),
    "hotline:ticket_new": only((*STAFF, CentreRole.REQUESTER), get(), post()),
    "hotline:ticket": asked_by(get(), post(sent={"body": "Noch etwas.", "kind": "note", "then": "waiting", "seen": "1"}, good=302)),
    "hotline:ticket_take": asked_by(post(good=302, cells={"requester": 404})),
    "hotline:ticket_place": asked_by(post(sent={"queue": "hotline", "priority": "high", "seen": "1"}, good=302, cells={"requester": 404})),
    "hotline:ticket_close": asked_by(post(good=302)),
    "hotline:ticket_reopen": asked_by(post(sent={"reason": "Doch nicht."}, good=302)),
    "hotline_api:tickets": signed_in(get(), post(sent={"subject": "Hilfe", "body": "Bitte."}, good=201)),
    "hotline_api:ticket": asked_by(get(), patch("", {"priority": "high"}, cells={"requester": 403})),
    "hotline_api:ticket_take": asked_by(post(cells={"requester": 403})),
    "hotline_api:ticket_close": asked_by(post()),
    "hotline_api:ticket_reopen": asked_by(post(sent={"reason": "Doch nicht."}, good=409)),
    "hotline_api:messages": asked_by(get(), post(sent={"body": "Noch etwas."}, good=201)),
}
