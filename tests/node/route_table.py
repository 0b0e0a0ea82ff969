"""What is expected of every route of a node. A route that is missing here fails tests/node/test_routes.py: add it, and say who may pass.

`{file}`, `{unit}`, `{document}` … stand for the ids of somebody else's record (tests/node/test_routes.py makes it).
"""

from __future__ import annotations

from tenants.roles import Role
from tests.routes import MANAGE, READ, UPLOAD, WRITE, Route, delete, everybody, get, only, patch, post, signed_in

ADMINISTRATOR, REGISTRY, DATA_PROTECTION, SUPERVISOR = Role.ADMINISTRATOR, Role.REGISTRY, Role.DATA_PROTECTION, Role.SUPERVISOR
REASON = {"reason": "Irrtum"}
RIGHT = {"person": "{colleague}", "right": "read_records"}
DAYS = {"first_day": "{today}", "last_day": "{today}"}
QUERY = "?q=Quittenbaum"  # stands in the title and the text of the record that is hidden

TENANTS = {
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
    "records:unit_rights": only(ADMINISTRATOR, get(MANAGE), post(MANAGE, RIGHT)),
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
    "records:file_close": signed_in(get(WRITE), post(WRITE, good=302)),
    "records:file_register": signed_in(post(WRITE, good=302)),
    "records:file_restore": signed_in(post(WRITE, good=302)),
    "records:file_refile": signed_in(get(WRITE), post(WRITE, {"unit": "{unit}", **REASON}, good=422)),  # it lies there already
    "records:file_structure": signed_in(post(WRITE, {"act": "add_register", "name": "Neu"}, good=302), get(READ), found="holunder"),
    "records:file_retention": signed_in(
        post(MANAGE, {"act": "place_hold", "hold_reason": "Klage"}, good=302), get(READ), found="streitsache"
    ),
    "records:file_directly": signed_in(post(WRITE, good=302)),
    "records:except_text": signed_in(post(WRITE, REASON, good=302)),
    "records:drafts": signed_in(get()),
    "records:deadlines": signed_in(get(), get(query=QUERY)),
    "records:hand_over": signed_in(get(), post(sent={}, good=200)),
    "records:file_index_sheet": signed_in(get(READ)),
    "records:file_index_pdf": signed_in(get(READ)),
    "records:file_reopen": signed_in(post(WRITE, REASON, good=302)),
    "records:file_cancel": signed_in(post(WRITE, REASON, good=302)),
    "records:file_folios": signed_in(get(READ), found="streitsache"),
    "records:file_foliate": signed_in(post(WRITE, good=302)),
    "records:file_journal": signed_in(get(WRITE), found="mirabelle"),
    "records:file_rights": signed_in(
        get(MANAGE), post(MANAGE, RIGHT)
    ),  # a page that shows what would change; the confirmation is tested apart
    "records:file_restrict": signed_in(post(MANAGE, {"restricted": "1", **REASON})),
    "records:file_substitutes": signed_in(post(MANAGE, {"substitute": "{substitute}", "named": "1"}, good=302)),
    "records:emergency_end": signed_in(post(MANAGE, good=302)),
    "records:file_protection": signed_in(get(WRITE), post(WRITE, {"file": "high"}, good=302), found="mirabelle"),
    "records:emergency": signed_in(get(), post(sent={"file_reference": "{code}-2026/0815", **REASON}, good=302)),
    # Reference and reason, for the second person to decide by; no title.
    "records:emergencies": only((ADMINISTRATOR, DATA_PROTECTION), get(), shows=("reference",)),
    "records:emergency_approve": only((ADMINISTRATOR, DATA_PROTECTION), post(good=302)),
    "records:restricted_files": only(REGISTRY, get(), shows=("reference",)),  # the municipality wants it so, in these tests
    "records:substitute_files": signed_in(get(good=404), post(good=404)),  # for the absent person alone, who is nobody here
    "records:my_rights": signed_in(get()),
    "records:person_rights": only((ADMINISTRATOR, DATA_PROTECTION), get()),
    "records:file_print": signed_in(post(READ, {"sheets": "cover"})),
    "records:file_exports": signed_in(post(READ, {"kind": "file_pdf"}, good=302), get(READ), found="mirabelle"),
    "records:export_list": signed_in(get(READ)),
    # {export} belongs to the record's owner: nobody else gets it, whatever her right in the file.
    "records:export_download": signed_in(get(READ, good=404)),
    "records:export_cancel": signed_in(post(READ, good=404)),
    "records:documents": signed_in(get(READ), found="mirabelle"),
    "records:remember": signed_in(post(READ, {"sheet": "1"}, good=204)),
    "records:original": signed_in(get(READ), found="zwetschge"),
    "records:document": signed_in(
        get(READ),
        post(WRITE, {"title": "Anders", "protection_need": "normal", "etag": "{document_etag}"}, good=302),
        get(READ),
        found="mirabelle",
    ),
    "records:move": signed_in(
        get(WRITE, query="?dokument={document}"), post(WRITE, {"dokument": "{document}", "ziel": "{file}", "register": ""}, good=302)
    ),
    "records:move_undo": signed_in(post(good=302)),
    "records:document_table": signed_in(
        get(WRITE), post(WRITE, {"choose": "1", "dokument": "{document}"}), post(WRITE, good=302), get(WRITE), found="mirabelle"
    ),
    "records:note_new": signed_in(get(WRITE), post(WRITE, {"title": "Anruf", "text": "Er bittet um Rückruf."}, good=302)),
    "records:sticky_notes": signed_in(
        post(WRITE, {"document": "{document}", "page": "1", "text": "Prüfen"}, good=302), get(READ), found="mirabelle"
    ),
    "records:sticky_note": signed_in(post(MANAGE, {"remove": "1"}, good=302)),
    "records:versions": signed_in(post(WRITE, {"content": UPLOAD}, good=302), get(READ), found="mirabelle"),
    "records:versions_compared": signed_in(get(READ), found="mirabelle"),
    "records:version": signed_in(get(READ), found="zwetschge"),
    "records:version_original": signed_in(get(READ), found="zwetschge"),
    "records:check_out": signed_in(post(WRITE, good=302)),
    "records:check_in": signed_in(post(WRITE, good=302)),
    # The registry role alone opens nothing: whoever takes back manages the file, or writes in it as the registry.
    "records:take_back": signed_in(post(MANAGE, REASON, good=302)),
    "records:attach": signed_in(post(WRITE, {"to": "{document}"}, good=302)),
    "records:detach": signed_in(post(WRITE, good=302)),
    "records:document_cancel": signed_in(post(WRITE, REASON, good=302)),
    "records:document_restore": signed_in(post(WRITE, good=302)),
    "records:erasure_ask": signed_in(post(MANAGE, REASON, good=302)),
    "records:read_again": signed_in(post(WRITE, good=302)),
    "records:page_image": signed_in(get(READ)),
    "records:page_tile": signed_in(get(READ)),
    "records:page_words": signed_in(get(READ), found="zwetschge"),
    "records:file_preview": signed_in(get(READ), found="streitsache"),
    "records:document_preview": signed_in(get(READ), found="mirabelle"),
    "records:reminders": signed_in(get(), get(query="?ansicht=registratur"), found="mirabelle"),
    "records:file_reminders": signed_in(get(READ), post(READ, {"due_on": "2040-01-02", "note": "Neu"}, good=302), found="mirabelle"),
    "records:reminder_done": signed_in(post(WRITE, good=302)),
    "records:reminder_postpone": signed_in(post(WRITE, {"due_on": "2040-01-02"}, good=302)),
    "records:reminder_hand_on": signed_in(get(WRITE), post(WRITE, {"person": "{owner}"}, good=302)),
    "records:journal_reviews": only((DATA_PROTECTION, ADMINISTRATOR), get(), post()),
    "records:journal_review": only((DATA_PROTECTION, ADMINISTRATOR), get(good=302), never=(SUPERVISOR,)),  # open to the two persons only
    "records:journal_review_release": only((DATA_PROTECTION, ADMINISTRATOR), post(good=302), never=(SUPERVISOR,)),
    "records:journal_review_export": only((DATA_PROTECTION, ADMINISTRATOR), get(good=302), never=(SUPERVISOR,)),
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
    "records_api:file_register": signed_in(post(WRITE, good=409)),
    "records_api:file_restore": signed_in(post(WRITE, good=409)),
    "records_api:completeness": signed_in(get(WRITE)),
    "records_api:file_parent": signed_in(post(WRITE, {"parent": "{file}"}, good=409)),  # a file is no part of itself
    "records_api:retention": signed_in(get(READ), post(MANAGE, {"retention_years": "30", **REASON})),
    "records_api:retention_event": signed_in(post(WRITE, {"on": "2026-01-01"}, good=409)),
    "records_api:holds": signed_in(get(READ), post(MANAGE, REASON, good=201)),
    "records_api:hold_lift": signed_in(post(MANAGE, REASON)),
    "records_api:registers": signed_in(post(WRITE, {"name": "Neu"}, good=201), get(READ), found="holunder"),
    "records_api:registers_order": signed_in(post(WRITE, {"order": ["{register}"]}), found="holunder"),
    "records_api:register": signed_in(patch(WRITE, {"name": "Anders"}), delete(WRITE, good=409)),  # a document lies in it
    "records_api:volumes": signed_in(get(READ), post(WRITE, good=201)),
    "records_api:volume": signed_in(patch(WRITE, {"location": "Keller"})),
    "records_api:hand_overs": signed_in(get(good=400), post(good=400)),  # without offices; what it shows is in test_life.py
    "records_api:document_directly_in_file": signed_in(post(WRITE, good=409)),  # it lies in a register
    "records_api:document_text_exception": signed_in(post(WRITE, REASON, good=409)),  # it has a text
    "records_api:sheets": signed_in(get(READ), found="holunder"),
    "records_api:file_foliate": signed_in(post(WRITE)),
    "records_api:folios": signed_in(get(READ), found="sheets"),
    "records_api:bookmarks": signed_in(get(READ), post(READ, {"document": "{document}", "page": "1"}, good=201)),
    "records_api:bookmark_remove": signed_in(post(READ, {"document": "{document}", "page": "1"}, good=204)),
    "records_api:journal": signed_in(get(WRITE), found="mirabelle"),
    "records_api:file_reminders": signed_in(get(READ), post(READ, {"due_on": "2040-01-02"}, good=201)),
    "records_api:reminders": signed_in(get()),
    "records_api:reminder_done": signed_in(post(WRITE)),
    "records_api:reminder_postpone": signed_in(post(WRITE, {"due_on": "2040-01-02"})),
    "records_api:reminder_hand_on": signed_in(post(WRITE, {"person": "{owner_name}"})),
    "records_api:exports": signed_in(get(READ), post(READ, {"kind": "file_pdf"}, good=202)),
    "records_api:export": signed_in(get(READ, good=404)),
    "records_api:export_cancel": signed_in(post(READ, good=404)),
    "records_api:export_content": signed_in(get(READ, good=404)),
    "records_api:documents": signed_in(
        get(),
        get(query="?file={file}"),
        get(query="?q=Gutachten"),
        post(WRITE, {"file": "{file}", "content": UPLOAD}, good=201),
        found="mirabelle",
    ),
    "records_api:document": signed_in(patch(WRITE, {"title": "Anders"}), get(READ), found="mirabelle"),
    "records_api:document_check_out": signed_in(post(WRITE)),
    "records_api:document_check_in": signed_in(post(WRITE, good=409)),
    "records_api:document_take_back": signed_in(post(MANAGE, REASON, good=409)),
    "records_api:document_restore": signed_in(post(WRITE, good=409)),
    "records_api:document_attach": signed_in(post(WRITE, {"to": "{document}"}, good=409)),
    "records_api:document_detach": signed_in(post(WRITE, good=409)),
    "records_api:comparison": signed_in(get(READ)),
    "records_api:notes": signed_in(post(WRITE, {"title": "Anruf", "text": "Er bittet um Rückruf."}, good=201)),
    "records_api:sticky_notes": signed_in(
        post(WRITE, {"document": "{document}", "page": 1, "text": "Prüfen"}, good=201), get(READ), found="schlehe"
    ),
    "records_api:sticky_note": signed_in(patch(WRITE, {"text": "Erledigt"}, good=403)),
    "records_api:sticky_note_take_off": signed_in(post(MANAGE, good=204)),
    "records_api:document_move": signed_in(post(WRITE, {"file": "{file}", "position": 1})),
    "records_api:document_cancel": signed_in(post(WRITE, REASON)),
    "records_api:document_read_again": signed_in(post(WRITE, good=202)),
    "records_api:versions": signed_in(get(READ), post(WRITE, {"content": UPLOAD}, good=201), found="mirabelle"),
    "records_api:version_content": signed_in(get(READ), found="zwetschge"),
    "records_api:content": signed_in(get(READ), found="zwetschge"),
    "records_api:text": signed_in(get(READ), found="zwetschge"),
    "records_api:page_image": signed_in(get(READ)),
    "api_substitutes": signed_in(get(), post(sent={"deputy": "{colleague}", **DAYS}, good=201, own=True, cells={"neighbour": 400})),
    "api_substitute_end": only(ADMINISTRATOR, post()),
    "records_api:file_grants": signed_in(get(MANAGE), post(MANAGE, RIGHT, good=201)),
    "records_api:file_revoke": signed_in(post(MANAGE, RIGHT)),
    "records_api:file_reach": signed_in(get(MANAGE)),
    "records_api:file_restrict": signed_in(post(MANAGE, REASON, good=204)),
    "records_api:file_lift_restriction": signed_in(post(MANAGE, REASON, good=409)),
    "records_api:file_protect": signed_in(post(WRITE, {"protection_need": "high"})),
    "records_api:document_protect": signed_in(post(WRITE, {"protection_need": "high"})),
    "records_api:unit_grants": only(ADMINISTRATOR, get(MANAGE), post(MANAGE, RIGHT, good=201)),
    "records_api:unit_revoke": only(ADMINISTRATOR, post(MANAGE, RIGHT)),
    "records_api:emergencies": signed_in(get(), post(sent={"file_reference": "{code}-2026/0815", **REASON}, good=202)),
    "records_api:emergency_approve": only((ADMINISTRATOR, DATA_PROTECTION), post()),
    **FACTS_API,
    "records_api:search": signed_in(get(query=QUERY), get(READ, query=QUERY + "&file_plan_unit={unit}", refused=400), found="zwetschge"),
    "records_api:suggest": signed_in(get(query=QUERY), found="streitsache"),
}
EXPECTED: dict[str, Route] = {**TENANTS, **SCREENS, **FACTS, **API}
