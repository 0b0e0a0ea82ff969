"""What is expected of every route of a node. A route that is missing here fails tests/node/test_routes.py: add it, and say who may pass.

`{file}`, `{unit}`, `{document}` … stand for the ids of somebody else's record (tests/node/test_routes.py makes it).
"""

from __future__ import annotations

from tenants.roles import Role
from tests.routes import MANAGE, READ, UPLOAD, WRITE, Route, everybody, get, only, patch, post, signed_in

ADMINISTRATOR, REGISTRY, DATA_PROTECTION = Role.ADMINISTRATOR, Role.REGISTRY, Role.DATA_PROTECTION
REASON = {"reason": "Irrtum"}
RIGHT = {"person": "{colleague}", "right": "read_records"}
QUERY = "?q=Quittenbaum"  # stands in the title and the text of the record that is hidden

TENANTS = {
    "tenants:login": everybody(get()),
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
    "tenants:person_deactivate": only(ADMINISTRATOR, get(), post()),
    "tenants:person_reactivate": only(ADMINISTRATOR, post(good=302)),
    "tenants:offices": only(ADMINISTRATOR, get(), post()),
    "tenants:office": only(ADMINISTRATOR, get(), post()),
    "tenants:office_deactivate": only(ADMINISTRATOR, post(good=302)),
    "tenants:office_reactivate": only(ADMINISTRATOR, post(good=302)),
    "tenants:settings": only(ADMINISTRATOR, get(), post()),
    "pages:accessibility": everybody(get(), post()),
    "pages:privacy": everybody(get()),
    "pages:imprint": everybody(get()),
    "pages:feedback_list": only(ADMINISTRATOR, get()),
    "pages:feedback_done": only(ADMINISTRATOR, post(good=302)),
}
SCREENS = {
    "records:desk": signed_in(get(), found="mirabelle"),
    "records:file_plan": signed_in(get(), found="{code}"),
    "records:unit": signed_in(get(READ), found="streitsache"),
    "records:branch": signed_in(get(READ)),
    "records:unit_rights": only(ADMINISTRATOR, get(MANAGE), post(MANAGE, RIGHT, good=302)),
    "records:plan_admin": only((ADMINISTRATOR, REGISTRY), get()),
    "records:plan_import": only(ADMINISTRATOR, get(), post(good=422)),
    # The officer decides by the reason and the reference; neither title nor content is hers to read.
    "records:erasures": only(DATA_PROTECTION, get(), shows=("reference",)),
    "records:erasure_approve": only(DATA_PROTECTION, post(good=302)),
    "records:files": signed_in(get(), get(query=QUERY), found="streitsache"),
    "records:file_new": signed_in(
        get(),
        get(query="?wie={file}&einheit={unit}"),
        post(WRITE, {"unit": "{unit}", "title": "Neu", "like": "{file}"}, good=302, refused=422),
    ),
    "records:file": signed_in(get(READ), found="mirabelle"),
    "records:file_edit": signed_in(get(WRITE), post(WRITE, {"title": "Anders", "etag": "{etag}"}, good=302)),
    "records:file_close": signed_in(post(WRITE, good=302)),
    "records:file_reopen": signed_in(post(WRITE, REASON, good=302)),
    "records:file_cancel": signed_in(post(WRITE, REASON, good=302)),
    "records:file_journal": signed_in(get(WRITE), found="mirabelle"),
    "records:file_rights": signed_in(get(MANAGE), post(MANAGE, RIGHT, good=302)),
    "records:file_restrict": signed_in(post(MANAGE, {"restricted": "1"}, good=302)),
    "records:documents": signed_in(get(READ), found="mirabelle"),
    "records:remember": signed_in(post(READ, {"sheet": "1"}, good=204)),
    "records:original": signed_in(get(READ), found="zwetschge"),
    "records:erasure_ask": signed_in(post(MANAGE, REASON, good=302)),
    "records:read_again": signed_in(post(WRITE, good=302)),
    "records:page_image": signed_in(get(READ)),
    "records:page_tile": signed_in(get(READ)),
    "records:page_words": signed_in(get(READ), found="zwetschge"),
    "records:search": signed_in(get(), get(query=QUERY), get(query=QUERY + "&einheit={code}"), found="zwetschge"),
    "records:suggest": signed_in(get(query=QUERY), found="streitsache"),
}
PARTICIPANT = {"kind": "person", "name": "Erika Muster", "role": "Bauherrin"}
LENT = {"what": "Plan", "borrower": "Bauhof", "since": "2026-03-01"}
FACTS = {
    "records:file_facts": signed_in(get(READ), found="pflaume"),
    "records:index_values": signed_in(get(WRITE), post(WRITE, {"more": "x"}), found="pflaume"),
    "records:index_suggestions": signed_in(get(READ, query="?feld={field}&q=Pfla"), found="pflaume"),
    "records:whereabouts": signed_in(get(WRITE), post(WRITE, {"medium": "paper", "location": "Keller", "etag": "{etag}"}, good=302)),
    "records:external_reference_new": signed_in(get(WRITE), post(WRITE, {"external_system": "Bau", "external_reference": "neu"}, good=302)),
    "records:external_reference_remove": signed_in(
        get(WRITE, query="?system=Obst&reference=X/1"), post(WRITE, query="?system=Obst&reference=X/1", good=302)
    ),
    "records:external_jump": signed_in(get(READ, good=302)),
    "records:case_new": signed_in(get(WRITE), post(WRITE, {"title": "Neu"}, good=302)),
    "records:case": signed_in(get(READ), post(WRITE, good=302), found="mispel"),
    "records:case_rename": signed_in(get(WRITE), post(WRITE, {"title": "Neu"}, good=302), found="mispel"),
    "records:case_close": signed_in(get(WRITE), post(WRITE, good=302)),
    "records:case_reopen": signed_in(get(WRITE), post(WRITE, REASON, good=422)),
    "records:case_cancel": signed_in(get(WRITE), post(WRITE, REASON, good=302)),
    "records:participant_new": signed_in(get(WRITE), post(WRITE, PARTICIPANT, good=302)),
    "records:participant": signed_in(get(WRITE), post(WRITE, PARTICIPANT, good=302), found="schlehe"),
    "records:participant_remove": signed_in(get(WRITE), post(WRITE, good=302), found="schlehe"),
    "records:link_new": signed_in(get(WRITE), post(WRITE, {"other": "gibt es nicht"}, good=422)),
    "records:link_remove": signed_in(get(WRITE), post(WRITE, good=302)),
    "records:cross_reference_new": signed_in(
        get(WRITE), get(WRITE, query="?akte={other_reference}"), post(WRITE, query="?akte={other_reference}", good=422)
    ),
    "records:cross_reference_remove": signed_in(get(WRITE), post(WRITE, good=302)),
    "records:missing_sheet_new": signed_in(get(WRITE), post(WRITE, LENT, good=302)),
    "records:missing_sheet_back": signed_in(get(WRITE), post(WRITE, {"returned_on": "2026-03-02"}, good=302)),
    "records:missing_sheet_extend": signed_in(get(WRITE), post(WRITE, {"back_by": "2026-12-01"}, good=302)),
    "records:lent_out": signed_in(get(), found="sanddorn"),
    "records:unit_index_fields": only((ADMINISTRATOR, REGISTRY), get(), post(sent={"act": "add", "name": "Neu", "kind": "text"}, good=302)),
}
FACTS_API = {
    "records_api:cases": signed_in(get(READ), post(WRITE, {"title": "Neu"}, good=201), found="mispel"),
    "records_api:case": signed_in(get(READ), patch(WRITE, {"title": "Neu"}), found="mispel"),
    "records_api:case_close": signed_in(post(WRITE)),
    "records_api:case_reopen": signed_in(post(WRITE, REASON, good=409)),
    "records_api:case_cancel": signed_in(post(WRITE, REASON)),
    "records_api:document_case": signed_in(post(WRITE, {"case": "{case}"})),
    "records_api:participants": signed_in(get(READ), post(WRITE, PARTICIPANT, good=201), found="schlehe"),
    "records_api:participant": signed_in(get(READ), patch(WRITE, {"name": "Neu"}), found="schlehe"),
    "records_api:participant_remove": signed_in(post(WRITE, good=204)),
    "records_api:index_values": signed_in(get(READ), post(WRITE, {"field": "{field}", "text": "Apfel"}, good=201), found="pflaume"),
    "records_api:index_values_set": signed_in(post(WRITE, {"field": "{field}", "values": []})),
    "records_api:external_references": signed_in(get(READ), post(WRITE, {"system": "Bau", "reference": "neu"}, good=201), found="x/1"),
    "records_api:external_reference_remove": signed_in(post(WRITE, {"system": "Obst", "reference": "X/1"})),
    "records_api:links": signed_in(get(READ), post(WRITE, {"other": "gibt es nicht"}, good=400)),
    "records_api:link_remove": signed_in(post(WRITE, good=204)),
    "records_api:cross_references": signed_in(get(READ), post(WRITE, {"document": "gibt es nicht"}, good=400)),
    "records_api:cross_reference_remove": signed_in(post(WRITE, good=204)),
    "records_api:missing_sheets": signed_in(get(READ), post(WRITE, LENT, good=201), found="sanddorn"),
    "records_api:missing_sheet_give_back": signed_in(post(WRITE, {"returned_on": "2026-03-02"})),
    "records_api:missing_sheet_extend": signed_in(post(WRITE, {"back_by": "2026-12-01"})),
}
API = {
    "api_token": everybody(post(sent={"username": "niemand", "password": "falsch"}, good=401)),
    "api_schema": everybody(get()),
    "api_docs": everybody(get()),
    "api_me": signed_in(get()),
    "api_logout": signed_in(post(good=204)),
    "records_api:file_plan": signed_in(get(), found="{code}"),
    "records_api:unit": signed_in(get(READ), found="{code}"),
    "records_api:files": signed_in(
        get(),
        get(query=QUERY),
        get(query="?file_plan_unit={unit}"),
        get(query="?reference={code}"),
        post(WRITE, {"file_plan_unit": "{unit}", "title": "Neu"}, good=201, refused=400),
        found="streitsache",
    ),
    "records_api:file": signed_in(get(READ), patch(WRITE, {"title": "Anders"}), found="streitsache"),
    "records_api:file_close": signed_in(post(WRITE)),
    "records_api:file_reopen": signed_in(post(WRITE, REASON, good=409)),
    "records_api:file_cancel": signed_in(post(WRITE, REASON)),
    "records_api:file_refile": signed_in(post(WRITE, {"file_plan_unit": "{unit}", **REASON}, good=409)),
    "records_api:sheets": signed_in(get(READ), found="holunder"),
    "records_api:journal": signed_in(get(WRITE), found="mirabelle"),
    "records_api:documents": signed_in(
        get(),
        get(query="?file={file}"),
        get(query="?q=Gutachten"),
        post(WRITE, {"file": "{file}", "content": UPLOAD}, good=201),
        found="mirabelle",
    ),
    "records_api:document": signed_in(get(READ), found="mirabelle"),
    "records_api:document_move": signed_in(post(WRITE, {"file": "{file}", "position": 1})),
    "records_api:document_cancel": signed_in(post(WRITE, REASON)),
    "records_api:document_read_again": signed_in(post(WRITE, good=202)),
    "records_api:versions": signed_in(get(READ), post(WRITE, {"content": UPLOAD}, good=201), found="mirabelle"),
    "records_api:version_content": signed_in(get(READ), found="zwetschge"),
    "records_api:content": signed_in(get(READ), found="zwetschge"),
    "records_api:text": signed_in(get(READ), found="zwetschge"),
    "records_api:page_image": signed_in(get(READ)),
    **FACTS_API,
    "records_api:search": signed_in(get(query=QUERY), get(READ, query=QUERY + "&file_plan_unit={unit}", refused=400), found="zwetschge"),
    "records_api:suggest": signed_in(get(query=QUERY), found="streitsache"),
}
EXPECTED: dict[str, Route] = {**TENANTS, **SCREENS, **FACTS, **API}
