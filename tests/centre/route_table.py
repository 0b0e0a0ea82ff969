"""What is expected of every route of the centre. A route that is missing here fails tests/centre/test_routes.py: add it, and say who may pass."""

from __future__ import annotations

from tenants.roles import CentreRole
from tests.routes import Call, Route, everybody, get, only, patch, post, signed_in

OPERATOR = CentreRole.OPERATOR
STAFF = (CentreRole.AGENT, OPERATOR)


OTHER = {"number": "{other_number}"}
OTHER_ID = {"ticket": "{other}"}
MODULE = {"key": "neu", "title": "Neu", "body": "Neu."}
NOT_HERS = {"requester": 404}
NOT_BY_HER = {"requester": 403}


def asked_by(*calls: Call) -> Route:
    """A ticket's: for staff and for whoever asked. To everybody else it does not exist."""
    return only(STAFF, *calls)


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
    "hotline:text_modules": only(STAFF, get(cells=NOT_HERS)),
    "hotline:text_module_new": only(STAFF, get(cells=NOT_HERS), post(sent=MODULE, good=302, cells=NOT_HERS)),
    "hotline:text_module": only(STAFF, get(cells=NOT_HERS), post(sent=MODULE, good=302, cells=NOT_HERS)),
    "hotline:text_modules_offered": asked_by(get(cells=NOT_HERS)),
    "hotline:view_save": only(STAFF, post(sent={"name": "Liste"}, good=302, cells=NOT_HERS)),
    "hotline:view_forget": only(STAFF, post(good=404)),
    "hotline:ticket_next": only(STAFF, post(good=302, cells=NOT_HERS)),
    "hotline:message_split": only(STAFF, get(cells=NOT_HERS), post(sent={"subject": "Etwas anderes"}, good=302, cells=NOT_HERS)),
    "hotline:helpful": everybody(get(), post(sent={"helpful": "1"})),
    "hotline:callback_new": asked_by(get(), post(sent={"telephone": "0208 12345"})),
    "hotline:callback_done": only(STAFF, post(good=302, cells=NOT_HERS)),
    "hotline:ticket_presence": asked_by(post(cells=NOT_HERS)),
    "hotline:ticket_watch": asked_by(post(good=302)),
    "hotline:ticket_unwatch": asked_by(post(good=302)),
    "hotline:office_reading": asked_by(post(sent={"allowed": "1"}, good=302, cells=NOT_HERS)),
    "hotline:ticket_merge": asked_by(post(sent=OTHER, good=302, cells=NOT_HERS)),
    "hotline:ticket_unmerge": asked_by(post(good=302, cells=NOT_HERS)),
    "hotline:ticket_link": asked_by(post(sent=OTHER, good=302, cells=NOT_HERS)),
    "hotline:ticket_unlink": asked_by(post(sent=OTHER, good=302, cells=NOT_HERS)),
    "hotline:ticket_put_below": asked_by(post(sent=OTHER, good=302, cells=NOT_HERS)),
    "hotline:ticket_release": asked_by(post(good=302, cells=NOT_HERS)),
    "hotline_api:ticket_next": signed_in(post(cells={"signed in": 403})),
    "hotline_api:ticket_watch": asked_by(post(good=204)),
    "hotline_api:ticket_unwatch": asked_by(post(good=204)),
    "hotline_api:ticket_merge": asked_by(post(sent=OTHER_ID, cells=NOT_BY_HER)),
    "hotline_api:ticket_unmerge": asked_by(post(good=409, cells=NOT_BY_HER)),
    "hotline_api:ticket_links": asked_by(get(cells=NOT_BY_HER), post(sent=OTHER_ID, cells=NOT_BY_HER)),
    "hotline_api:ticket_unlink": asked_by(post(sent=OTHER_ID, good=409, cells=NOT_BY_HER)),
    "hotline_api:ticket_put_below": asked_by(post(sent=OTHER_ID, cells=NOT_BY_HER)),
    "hotline_api:ticket_release": asked_by(post(good=409, cells=NOT_BY_HER)),
    "hotline_api:message_split": asked_by(post(sent={"subject": "Etwas anderes"}, good=201, cells=NOT_BY_HER)),
    "hotline:attachment": asked_by(get()),
    "hotline:attachment_preview": asked_by(get()),
    "hotline_api:attachment_content": asked_by(get()),
    "hotline:ticket": asked_by(get(), post(sent={"body": "Noch etwas.", "kind": "note", "then": "waiting", "seen": "1"}, good=302)),
    "hotline:ticket_take": asked_by(post(good=302, cells={"requester": 404})),
    "hotline:ticket_place": asked_by(post(sent={"queue": "hotline", "priority": "high", "seen": "1"}, good=302, cells={"requester": 404})),
    "hotline:ticket_close": asked_by(post(good=302)),
    "hotline:ticket_reopen": asked_by(post(sent={"reason": "Doch nicht."}, good=302)),
    "hotline:mails": only(STAFF, get(cells={"requester": 404})),
    "hotline:mail": only(STAFF, get(cells={"requester": 404})),
    "hotline:mail_original": only(STAFF, get(cells={"requester": 404})),
    "hotline:mail_file": only(STAFF, get(cells={"requester": 404})),
    "hotline:mail_take_in": only(STAFF, post(good=302, cells={"requester": 404})),
    "hotline:mail_leave": only(STAFF, post(good=302, cells={"requester": 404})),
    "hotline:mail_send_again": only(STAFF, post(good=302, cells={"requester": 404})),
    "hotline_api:mails": signed_in(get()),
    "hotline_api:mail": only(STAFF, get(cells={"requester": 404})),
    "hotline_api:mail_make_ticket": only(STAFF, post(cells={"requester": 404})),
    "hotline_api:mail_leave": only(STAFF, post(cells={"requester": 404})),
    "hotline_api:tickets": signed_in(get(), post(sent={"subject": "Hilfe", "body": "Bitte."}, good=201)),
    "hotline_api:ticket": asked_by(get(), patch("", {"priority": "high"}, cells={"requester": 403})),
    "hotline_api:ticket_take": asked_by(post(cells={"requester": 403})),
    "hotline_api:ticket_close": asked_by(post()),
    "hotline_api:ticket_reopen": asked_by(post(sent={"reason": "Doch nicht."}, good=409)),
    "hotline_api:messages": asked_by(get(), post(sent={"body": "Noch etwas."}, good=201)),
}
