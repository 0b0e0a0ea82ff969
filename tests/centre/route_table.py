"""What is expected of every route of the centre. A route that is missing here fails tests/centre/test_routes.py: add it, and say who may pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tenants.roles import CentreRole
from tests.centre import training_notice_routes, training_routes
from tests.centre.training.plan_routes import EXPECTED as OF_PLANNING
from tests.routes import Call, Route, delete, everybody, get, only, patch, post, signed_in

OPERATOR = CentreRole.OPERATOR
STAFF = (CentreRole.AGENT, OPERATOR)
HIDDEN = {"requester": 404}
READERS = (*STAFF, CentreRole.REQUESTER)
OTHER = {"number": "{other_number}"}
OTHER_ID = {"ticket": "{other}"}
MODULE = {"key": "neu", "title": "Neu", "body": "Neu."}
NOT_HERS = {"requester": 404}
NOT_BY_HER = {"requester": 403}


def asked_by(*calls: Call) -> Route:
    """A ticket's: for staff and for whoever asked. To everybody else it does not exist."""
    return only(STAFF, *calls)


def hidden_from_requesters(roles: str | tuple[str, ...], *calls: Call, **more: Any) -> Route:
    """Of the hotline's routes those that are for staff only: to whoever asks they do not exist, whatever she asked."""
    return only(roles, *(replace(call, cells={**call.cells, "requester": 404}) for call in calls), **more)


DECIDES, DECIDES_BY_POST = signed_in(get(good=404)), signed_in(post(good=404))
EXPECTED: dict[str, Route] = {
    **training_routes.EXPECTED,
    **training_notice_routes.EXPECTED,
    **OF_PLANNING,
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
    # Those who decide about others' training are none of these: tests/centre/training/test_town_screens.py.
    "training:my_people": DECIDES,
    "training:my_person": DECIDES,
    "training:enrol_other": DECIDES_BY_POST,
    "training:withdraw_other": DECIDES_BY_POST,
    "training:town_wants": DECIDES_BY_POST,
    "training:unite": DECIDES_BY_POST,
    "training:people_list": DECIDES,
    "training:list_template": DECIDES,
    "training:invitations": DECIDES,
    "training:invitation_revoke": DECIDES_BY_POST,
    "training:approvals": DECIDES,
    "training:replace": only((CentreRole.TRAINER, OPERATOR), get(), post(good=422)),
    "training:invitation": everybody(get(good=422), post(good=422)),
    "training:invitation_prove": everybody(get(good=422), post(good=422)),
    "training:towns": only(OPERATOR, get()),
    "training:town": only(OPERATOR, get(), post(good=422)),
    "training:town_leave": only(OPERATOR, post(good=422)),
    "training:coordinator_end": only(OPERATOR, post(good=302)),
    "training_api:my_people": signed_in(get()),
    "training_api:approvals": signed_in(get()),
    "training_api:enrolment_lists": signed_in(post(good=400)),
    "training_api:enrolment_approve": only((CentreRole.TRAINER, OPERATOR), post(good=409)),  # seen, and not theirs to decide
    "training_api:enrolment_refuse": only((CentreRole.TRAINER, OPERATOR), post(sent={"reason": "Nein"}, good=409)),
    "training_api:enrolment_replace": only((CentreRole.TRAINER, OPERATOR), post(sent={"person": "niemand"}, good=400)),
    "training_api:town_training": signed_in(get(good=404)),
    "hotline:tickets": only((*STAFF, CentreRole.REQUESTER), get()),
    "hotline:ticket_new": only((*STAFF, CentreRole.REQUESTER), get(), post()),
    "hotline:callers": only(STAFF, get(query="?q=Muster", cells=NOT_HERS)),
    "hotline:text_modules": only(STAFF, get(cells=NOT_HERS)),
    "hotline:text_module_new": only(STAFF, get(cells=NOT_HERS), post(sent=MODULE, good=302, cells=NOT_HERS)),
    "hotline:text_module": only(STAFF, get(cells=NOT_HERS), post(sent=MODULE, good=302, cells=NOT_HERS)),
    "hotline:text_modules_offered": asked_by(get(cells=NOT_HERS)),
    "hotline:articles_offered": asked_by(get(cells=NOT_HERS)),
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
    "hotline:tags_offered": asked_by(get(cells=NOT_HERS)),
    "hotline:ticket_tag": asked_by(post(sent={"tag": "drucken"}, good=302, cells=NOT_HERS)),
    "hotline:ticket_untag": asked_by(post(good=302, cells=NOT_HERS)),
    "hotline:ticket_deadlines": asked_by(get()),
    "hotline:time_book": asked_by(post(sent={"minutes": "5", "activity": "other"}, good=302, cells={"requester": 404})),
    "hotline:time_take_back": asked_by(post(good=302, cells={"requester": 404})),
    "hotline:agreements": only(OPERATOR, get(cells=HIDDEN)),
    "hotline:agreement_new": only(OPERATOR, get(cells=HIDDEN), post(cells=HIDDEN)),
    "hotline:agreement": only(OPERATOR, get(cells=HIDDEN), post(cells=HIDDEN)),
    "hotline:time_report": only(OPERATOR, get(cells=HIDDEN)),
    "hotline:time_report_sheet": only(OPERATOR, get(cells=HIDDEN)),
    "hotline:time_report_pdf": only(OPERATOR, get(cells=HIDDEN)),
    "hotline:time_report_bill": only(OPERATOR, post(sent={"year": "2026", "quarter": "1"}, good=302, cells=HIDDEN)),
    "hotline:support_new": asked_by(
        get(cells=NOT_HERS), post(sent={"file_reference": "1", "area": "settings", "hours": "4"}, good=422, cells=NOT_HERS)
    ),
    "hotline:support_end": asked_by(post(good=302, cells=NOT_HERS)),
    "hotline:support_look": asked_by(post(good=302, cells=NOT_HERS)),  # asked by somebody else
    "hotline_api:support_accesses": asked_by(
        get(cells=NOT_BY_HER),
        post(sent={"area": "settings", "hours": 4}, good=409, cells=NOT_BY_HER),  # without a connection
    ),
    "hotline_api:support_access_end": asked_by(post(good=204, cells=NOT_BY_HER)),
    "hotline:protection": hidden_from_requesters(OPERATOR, get()),
    "hotline:retention_rule": hidden_from_requesters(OPERATOR, post(sent={"years": "4"}, good=302)),
    "hotline:protection_people": hidden_from_requesters(OPERATOR, get()),
    "hotline:protection_person": hidden_from_requesters(OPERATOR, get()),
    "hotline:person_export": hidden_from_requesters(OPERATOR, post(good=302)),
    "hotline:person_anonymise": hidden_from_requesters(OPERATOR, get(), post(sent={"confirmed": "Zita"}, good=422)),
    "hotline:ticket_hold": hidden_from_requesters(OPERATOR, post(sent={"reason": "Klage"}, good=302)),
    "hotline:ticket_hold_end": hidden_from_requesters(OPERATOR, post(good=302)),
    "hotline:my_data": only(READERS, get(), post(good=302)),
    "hotline:export_file": hidden_from_requesters(OPERATOR, get()),
    "hotline_api:exports": hidden_from_requesters(OPERATOR, post(sent={"person": "{contacts}"}, good=202)),
    "hotline_api:export": hidden_from_requesters(OPERATOR, get()),
    "hotline_api:export_content": hidden_from_requesters(OPERATOR, get()),
    "hotline_api:contact_anonymise": hidden_from_requesters(OPERATOR, get(), post(sent={"confirmed": "Zita"}, good=400)),
    "hotline_api:retention": hidden_from_requesters(OPERATOR, get(), post(sent={"years": 4})),
    "hotline_api:ticket_hold": hidden_from_requesters(OPERATOR, post(sent={"reason": "Klage"}, good=204)),
    "hotline_api:ticket_end_hold": hidden_from_requesters(OPERATOR, post(good=409)),
    "hotline:ticket_close": asked_by(post(good=302)),
    "hotline:ticket_reopen": asked_by(post(sent={"reason": "Doch nicht."}, good=302)),
    "hotline:mails": only(STAFF, get(cells={"requester": 404})),
    "hotline:mail": only(STAFF, get(cells={"requester": 404})),
    "hotline:mail_original": only(STAFF, get(cells={"requester": 404})),
    "hotline:mail_file": only(STAFF, get(cells={"requester": 404})),
    "hotline:mail_take_in": only(STAFF, post(good=302, cells={"requester": 404})),
    "hotline:mail_leave": only(STAFF, post(good=302, cells={"requester": 404})),
    "hotline:mail_send_again": only(STAFF, post(good=302, cells={"requester": 404})),
    "hotline:mail_seen": only(STAFF, post(good=302, cells={"requester": 404})),
    "hotline:mail_keeping": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:mail_domain": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:mail_domain_remove": hidden_from_requesters(OPERATOR, post(good=302)),
    "hotline:claim_agree": asked_by(post(good=302, cells=NOT_HERS)),
    "hotline:claim_decline": asked_by(post(good=302, cells=NOT_HERS)),
    "hotline_api:claim": asked_by(get(good=404, cells=NOT_BY_HER)),  # there is none
    "hotline_api:claim_agree": asked_by(post(good=409, cells=NOT_BY_HER)),
    "hotline_api:claim_decline": asked_by(post(good=409, cells=NOT_BY_HER)),
    "hotline_api:undelivered_mails": signed_in(get()),
    "hotline_api:undelivered_send_again": only(STAFF, post(good=204, cells={"requester": 404})),
    "hotline_api:undelivered_seen": only(STAFF, post(good=409, cells={"requester": 404})),  # it did not come back
    "hotline_api:mail_domains": hidden_from_requesters(
        OPERATOR, get(), post(sent={"domain": "neu.example", "municipality": "gibtsnicht"}, good=400)
    ),
    "hotline_api:mail_domain": hidden_from_requesters(OPERATOR, patch("", {"municipality": "gibtsnicht"}, good=400), delete("", good=204)),
    "hotline_api:mails": signed_in(get()),
    "hotline_api:mail": only(STAFF, get(cells={"requester": 404})),
    "hotline_api:mail_make_ticket": only(STAFF, post(cells={"requester": 404})),
    "hotline_api:mail_leave": only(STAFF, post(cells={"requester": 404})),
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
    "hotline:tags": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:tag": hidden_from_requesters(OPERATOR, get(), post()),
    "hotline:tag_retire": hidden_from_requesters(OPERATOR, post(good=302)),
    "hotline:tag_take_back": hidden_from_requesters(OPERATOR, post(good=302)),
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
    "hotline:incidents": only(READERS, get()),
    "hotline:incident_new": hidden_from_requesters(STAFF, get(), get(query="?anfrage=x"), post()),
    "hotline:incident_put_away": hidden_from_requesters(STAFF, post(sent={"key": "x"}, good=302)),
    "hotline:incident": asked_by(get()),
    "hotline:incident_edit": hidden_from_requesters(STAFF, get(), post()),
    "hotline:incident_announce": hidden_from_requesters(STAFF, post(sent={"seen": "2"}, good=302)),
    "hotline:incident_report": hidden_from_requesters(STAFF, post(sent={"text": "Neu", "until": "{soon}", "seen": "2"}, good=302)),
    "hotline:incident_end": hidden_from_requesters(STAFF, post(sent={"answer": "Behoben.", "seen": "2"}, good=302)),
    "hotline:incident_discard": hidden_from_requesters(STAFF, post(good=302)),
    "hotline:incident_again": hidden_from_requesters(STAFF, post(good=302)),
    "hotline:incident_leave_out": hidden_from_requesters(STAFF, post(sent={"municipality": "x"}, good=302)),
    "hotline:incident_add": hidden_from_requesters(STAFF, post(sent=OTHER, good=302)),
    "hotline:incident_take_out": hidden_from_requesters(STAFF, post(sent=OTHER, good=302)),
    "hotline:ticket_to_incident": asked_by(post(sent={"incident": "{incident}"}, good=302, cells=NOT_HERS)),
    "hotline:incident_joined": asked_by(post(good=302)),
    "hotline:incident_spared": asked_by(post(good=302)),
    "hotline_api:incidents": signed_in(
        get(), post(sent={"title": "Neu", "text": "Neu", "until": "{soon}"}, good=201, cells={"signed in": 403})
    ),
    "hotline_api:incident": asked_by(get()),
    "hotline_api:incident_announce": asked_by(post(good=409, cells=NOT_BY_HER)),  # announced already
    "hotline_api:incident_update": asked_by(post(sent={"text": "Neu"}, cells=NOT_BY_HER)),
    "hotline_api:incident_end": asked_by(post(sent={"answer": "Behoben."}, cells=NOT_BY_HER)),
    "hotline_api:incident_leave_out": asked_by(post(sent={"municipality": "musterstadt"}, good=409, cells=NOT_BY_HER)),  # the only one
    "hotline_api:incident_join": asked_by(post(good=409, cells={"requester": 201})),  # staff are not affected
    "hotline_api:tickets": signed_in(get(), post(sent={"subject": "Hilfe", "body": "Bitte."}, good=201)),
    "hotline_api:ticket": asked_by(get(), patch("", {"priority": "high"}, cells={"requester": 403})),
    "hotline_api:tags": signed_in(get(cells={"signed in": 403, "requester": 403})),
    "hotline_api:ticket_take": asked_by(post(cells={"requester": 403})),
    "hotline_api:ticket_close": asked_by(post()),
    "hotline_api:ticket_reopen": asked_by(post(sent={"reason": "Doch nicht."}, good=409)),
    "hotline_api:deadlines": asked_by(get()),
    "hotline_api:time_entries": asked_by(
        get(cells={"requester": 403}), post(sent={"minutes": 5, "activity": "other"}, good=201, cells={"requester": 403})
    ),
    "hotline_api:time_take_back": asked_by(post(good=409, cells={"requester": 403})),  # taken back already
    "hotline_api:messages": asked_by(get(), post(sent={"body": "Noch etwas."}, good=201)),
}
