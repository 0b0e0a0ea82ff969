"""What is expected of every route of the centre. A route that is missing here fails tests/centre/test_routes.py: add it, and say who may pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tenants.roles import CentreRole
from tests.routes import Call, Route, everybody, get, only, patch, post, signed_in

OPERATOR = CentreRole.OPERATOR
STAFF = (CentreRole.AGENT, OPERATOR)
READERS = (*STAFF, CentreRole.REQUESTER)


def asked_by(*calls: Call) -> Route:
    """A ticket's: for staff and for whoever asked. To everybody else it does not exist."""
    return only(STAFF, *calls)


def hidden_from_requesters(roles: str | tuple[str, ...], *calls: Call, **more: Any) -> Route:
    """Of the hotline's routes those that are for staff only: to whoever asks they do not exist, whatever she asked."""
    return only(roles, *(replace(call, cells={**call.cells, "requester": 404}) for call in calls), **more)


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
    "hotline:tickets": only((*STAFF, CentreRole.REQUESTER), get()),
    "hotline:ticket_new": only((*STAFF, CentreRole.REQUESTER), get(), post()),
    "hotline:ticket": asked_by(get(), post(sent={"body": "Noch etwas.", "kind": "note", "then": "waiting", "seen": "1"}, good=302)),
    "hotline:ticket_take": asked_by(post(good=302, cells={"requester": 404})),
    "hotline:ticket_place": asked_by(post(sent={"queue": "hotline", "priority": "high", "seen": "1"}, good=302, cells={"requester": 404})),
    "hotline:ticket_close": asked_by(post(good=302)),
    "hotline:ticket_reopen": asked_by(post(sent={"reason": "Doch nicht."}, good=302)),
    "hotline:article_from_ticket": hidden_from_requesters(STAFF, post(good=302)),
    "hotline:articles": only(READERS, get(), get(query="?q=Trennblatt"), found="trennblätter"),
    "hotline:article_new": hidden_from_requesters(STAFF, get(), post()),
    "hotline:article_suggestions": only(READERS, get(query="?betreff=Trennblatt"), found="trennblätter"),
    "hotline:article_picture": only(READERS, get()),
    "hotline:article": only(READERS, get(), found="trennblätter"),
    "hotline:article_rate": only(READERS, post(sent={"geholfen": "ja"}, good=302)),
    "hotline:article_spared": only(READERS, post(good=302)),
    "hotline:article_edit": hidden_from_requesters(STAFF, get(), post()),
    "hotline:article_publish": hidden_from_requesters(STAFF, post(good=302)),
    "hotline:article_confirm": hidden_from_requesters(STAFF, post(good=302)),
    "hotline:article_discard": hidden_from_requesters(STAFF, post(good=302)),
    "hotline:article_withdraw": hidden_from_requesters(STAFF, post(sent={"reason": "Überholt."}, good=302)),
    "hotline:article_put_back": hidden_from_requesters(STAFF, post(good=302)),
    "hotline:article_version": hidden_from_requesters(STAFF, get()),
    "hotline:figures": hidden_from_requesters(STAFF, get()),
    "hotline:figures_sheet": hidden_from_requesters(STAFF, get()),
    "hotline:queues": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:queue": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:queue_close": hidden_from_requesters(OPERATOR, post(good=302)),
    "hotline:queue_open": hidden_from_requesters(OPERATOR, post(good=302)),
    "hotline:queue_move": hidden_from_requesters(OPERATOR, post(sent={"wohin": "hoch"}, good=302)),
    "hotline:reach": hidden_from_requesters(OPERATOR, post(sent={"telephone": "0211 1234"}, good=302)),
    "hotline:municipalities": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:municipality": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:webhooks": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:webhook": hidden_from_requesters(OPERATOR, get()),
    "hotline:webhook_switch": hidden_from_requesters(OPERATOR, post(good=302)),
    "hotline:webhook_secret": hidden_from_requesters(OPERATOR, post()),
    "hotline:webhook_again": hidden_from_requesters(OPERATOR, post(good=302)),
    "hotline_api:articles": signed_in(get(), get(query="?q=Trennblatt")),
    "hotline_api:article": only(READERS, get(), found="trennblätter"),
    "hotline_api:tickets": signed_in(get(), post(sent={"subject": "Hilfe", "body": "Bitte."}, good=201)),
    "hotline_api:ticket": asked_by(get(), patch("", {"priority": "high"}, cells={"requester": 403})),
    "hotline_api:ticket_take": asked_by(post(cells={"requester": 403})),
    "hotline_api:ticket_close": asked_by(post()),
    "hotline_api:ticket_reopen": asked_by(post(sent={"reason": "Doch nicht."}, good=409)),
    "hotline_api:messages": asked_by(get(), post(sent={"body": "Noch etwas."}, good=201)),
}
