"""What is expected of every route of a node. A route that is missing here fails tests/node/test_routes.py: add it, and say who may pass.

What belongs to municipalities themselves is in tests/node/tenants_routes.py, what is known about a file in tests/node/facts_routes.py.
`{file}`, `{unit}`, `{document}` … stand for the ids of somebody else's record (tests/node/test_routes.py makes it).
"""

from __future__ import annotations

from tenants.roles import Role
from tests.node.facts_routes import FACTS, FACTS_API, REASON
from tests.node.tenants_routes import DAYS, TENANTS
from tests.routes import MANAGE, READ, UPLOAD, WRITE, Call, Route, delete, everybody, get, only, patch, post, signed_in

ADMINISTRATOR, REGISTRY, DATA_PROTECTION, SUPERVISOR = Role.ADMINISTRATOR, Role.REGISTRY, Role.DATA_PROTECTION, Role.SUPERVISOR
RIGHT = {"person": "{colleague}", "right": "read_records"}
OF_RIGHT = "?person={colleague}&right=read_records"
SEEN_ONLY = {"reader": 403}  # what she sees, but may not do
QUERY = "?q=Quittenbaum"  # stands in the title and the text of the record that is hidden

SCREENS = {
    "records:desk": signed_in(get(), found="mirabelle"),
    "records:file_plan": signed_in(get(), found="{code}"),
    "records:unit": signed_in(get(READ), found="streitsache"),
    "records:branch": signed_in(get(READ)),
    "records:unit_rights": only(ADMINISTRATOR, get(MANAGE), post(MANAGE, RIGHT)),
    "records:plan_admin": only((ADMINISTRATOR, REGISTRY), get()),
    "records:plan_import": only(ADMINISTRATOR, get(), post(good=422)),
    "records:plan_search": signed_in(get(), get(query="?q=XQ"), found="obstfragen"),
    "records:unit_favourite": signed_in(post(READ, {"starred": "1"}, good=302)),
    "records:file_favourite": signed_in(post(READ, {"starred": "1"}, good=302)),
    "records:plan_export": only((ADMINISTRATOR, REGISTRY), get()),
    "records:unit_edit": only(ADMINISTRATOR, get(), post(good=422)),
    "records:unit_freeze": only(ADMINISTRATOR, post(sent=REASON, good=302)),
    "records:unit_unfreeze": only(ADMINISTRATOR, post(sent=REASON, good=302)),
    "records:editions": only((ADMINISTRATOR, REGISTRY), get(), post(good=422)),
    "records:edition": only((ADMINISTRATOR, REGISTRY), get()),
    "records:edition_review": only((ADMINISTRATOR, REGISTRY), get()),
    "records:edition_enact": only(ADMINISTRATOR, post(good=422)),
    "records:edition_withdraw": only(ADMINISTRATOR, post(good=302)),
    "records:edition_discard": only(ADMINISTRATOR, post(good=302)),
    "records:edition_export": only((ADMINISTRATOR, REGISTRY), get()),
    "records:edition_import": only((ADMINISTRATOR, REGISTRY), get(), post(good=422)),
    "records:planned_new": only((ADMINISTRATOR, REGISTRY), get(), post(good=422)),
    "records:planned": only((ADMINISTRATOR, REGISTRY), get(), post(good=422)),
    "records:planned_drop": only((ADMINISTRATOR, REGISTRY), post(good=422)),
    "records:planned_restore": only((ADMINISTRATOR, REGISTRY), post(good=302)),
    "records:planned_remove": only((ADMINISTRATOR, REGISTRY), post(good=302)),
    "records:register_sets": only(ADMINISTRATOR, get(), post(good=422)),
    "records:register_set": only(ADMINISTRATOR, get(), post(good=422)),
    "records:register_set_delete": only(ADMINISTRATOR, post(good=302)),
    # The officer decides by the reason and the reference; neither title nor content is hers to read.
    "records:erasures": only(DATA_PROTECTION, get(), shows=("reference",)),
    "records:erasure_approve": only(DATA_PROTECTION, post(good=302)),
    "records:erasure_refuse": only(DATA_PROTECTION, post(sent=REASON, good=302)),
    "records:files": signed_in(get(), get(query=QUERY), found="streitsache"),
    "records:file_new": signed_in(
        get(),
        get(query="?wie={file}&einheit={unit}"),
        post(WRITE, {"unit": "{unit}", "title": "Neu", "like": "{file}"}, good=302, refused=422),
    ),
    "records:file": signed_in(get(READ), found="mirabelle"),
    "records:file_edit": signed_in(get(WRITE), post(WRITE, {"title": "Anders", "etag": "{etag}"}, good=302)),
    "records:file_close": signed_in(get(WRITE), post(WRITE, good=409)),  # a reminder is open
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
    "records:file_journal_export": signed_in(post(WRITE)),
    "records:file_rights": signed_in(
        get(MANAGE), post(MANAGE, RIGHT)
    ),  # a page that shows what would change; the confirmation is tested apart
    "records:file_restrict": signed_in(post(MANAGE, {"restricted": "1", **REASON})),
    "records:file_substitutes": signed_in(post(MANAGE, {"substitute": "{substitute}", "named": "1"}, good=302)),
    "records:emergency_end": signed_in(post(MANAGE, good=302)),
    "records:file_protection": signed_in(get(WRITE), post(WRITE, {"file": "high"}, good=302), found="mirabelle"),
    "records:emergency": signed_in(get(), post(sent={"file_reference": "{code}-2026/0815", **REASON}, good=302)),
    "records:support": signed_in(get()),
    "records:support_accept": signed_in(post(MANAGE, {"hours": "1", "confirmed": "1"}, good=302)),
    "records:support_refuse": signed_in(post(MANAGE, good=302)),
    "records:support_end": only(DATA_PROTECTION, post(MANAGE, good=302)),  # and whoever manages the file
    "records:support_arrive": everybody(post(sent={"token": "x"}, good=403)),
    "records:support_look": signed_in(get(good=404)),  # for guests of the competence centre, who are none of these
    "records:support_sheet": signed_in(get(good=404)),
    "records:support_picture": signed_in(get(good=404)),
    "records:unit_secrecy": only(ADMINISTRATOR, post(sent={"secrecy": "social"}, good=302)),
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
    "records:export_release": signed_in(post(WRITE, good=302)),
    "records:documents": signed_in(get(READ), found="mirabelle"),
    "records:remember": signed_in(post(READ, {"sheet": "1"}, good=204)),
    "records:original": signed_in(post(READ), get(READ), found="zwetschge"),
    "records:document": signed_in(
        get(READ),
        post(WRITE, {"title": "Anders", "protection_need": "normal", "etag": "{document_etag}"}, good=302),
        get(READ),
        found="mirabelle",
    ),
    "records:move": signed_in(
        get(WRITE, query="?dokument={document}"), post(WRITE, {"dokument": "{document}", "ziel": "{file}", "register": ""}, good=302)
    ),
    "records:cut": signed_in(post(WRITE, {"dokument": "{document}"}, good=302)),
    "records:move_undo": signed_in(post(good=302)),
    "records:document_table": signed_in(
        get(WRITE), post(WRITE, {"choose": "1", "dokument": "{document}"}), post(WRITE, good=302), get(WRITE), found="mirabelle"
    ),
    "records:note_new": signed_in(get(WRITE), post(WRITE, {"title": "Anruf", "text": "Er bittet um Rückruf."}, good=302)),
    "records:draft_new": signed_in(get(WRITE), post(WRITE, good=422)),
    "records:draft_note": signed_in(get(WRITE, good=404), post(WRITE, good=404)),  # it is no draft
    "records:draft_register": signed_in(post(WRITE, good=302)),
    "records:draft_discard": signed_in(post(WRITE, good=302)),
    "records:sticky_notes": signed_in(
        post(WRITE, {"document": "{document}", "page": "1", "text": "Prüfen"}, good=302), get(READ), found="mirabelle"
    ),
    "records:sticky_note": signed_in(post(MANAGE, {"remove": "1"}, good=302, cells=dict.fromkeys(("writer", "substitute"), 403))),
    "records:versions": signed_in(post(WRITE, {"content": UPLOAD}, good=302), get(READ), found="mirabelle"),
    "records:versions_compared": signed_in(get(READ), found="mirabelle"),
    "records:version": signed_in(get(READ), found="zwetschge"),
    "records:version_original": signed_in(post(READ), get(READ), found="zwetschge"),
    "records:page_order": signed_in(
        get(WRITE), post(WRITE, {"fassung": "1", "platz-1": "1", "dreh-1": "90"}, good=302), get(WRITE), found="mirabelle"
    ),
    "records:merge_undo": signed_in(post(good=302)),
    "records:merge": signed_in(
        get(WRITE, query="?dokument={document}"), post(WRITE, {"dokument": "{document}", "titel": ""}, good=422), found="mirabelle"
    ),
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
    # Only a practice municipality has exercises: in a real town, as here, they do not exist for anybody.
    "records:exercises": signed_in(get(good=404)),
    "records:exercise": signed_in(get(good=404)),
    "records:exercise_take_up": signed_in(post(good=404)),
    "records:exercise_check": signed_in(post(sent={"answer": "1"}, good=404)),
    "records:exercise_put_away": signed_in(post(good=404)),
    "records:exercise_paper": signed_in(get(good=404)),
    "records:reminders": signed_in(get(), get(query="?ansicht=registratur"), found="mirabelle"),
    "records:file_reminders": signed_in(get(READ), post(READ, {"due_on": "2040-01-02", "note": "Neu"}, good=302), found="mirabelle"),
    "records:reminders_hand_over": only((SUPERVISOR,), get(), post()),
    "records:reminder_done": signed_in(post(WRITE, good=302, cells=SEEN_ONLY)),
    "records:reminder_postpone": signed_in(post(WRITE, {"due_on": "2040-01-02"}, good=302, cells=SEEN_ONLY)),
    "records:reminder_hand_on": signed_in(get(WRITE, cells=SEEN_ONLY), post(WRITE, {"person": "{owner}"}, good=302, cells=SEEN_ONLY)),
    "records:journal_reviews": only((DATA_PROTECTION, ADMINISTRATOR), get(), post()),
    "records:journal_review": only((DATA_PROTECTION, ADMINISTRATOR), get(good=302), never=(SUPERVISOR,)),  # open to the two persons only
    "records:journal_review_release": only((DATA_PROTECTION, ADMINISTRATOR), post(good=302), never=(SUPERVISOR,)),
    "records:journal_review_export": only((DATA_PROTECTION, ADMINISTRATOR), get(good=302), never=(SUPERVISOR,)),
    "records:search": signed_in(get(), get(query=QUERY), get(query=QUERY + "&einheit={code}"), found="zwetschge"),
    "records:suggest": signed_in(get(query=QUERY), found="streitsache"),
}
API = {
    "api_token": everybody(post(sent={"username": "niemand", "password": "falsch"}, good=401)),
    "api_schema": everybody(get()),
    "api_docs": everybody(get()),
    "api_me": signed_in(get()),
    "api_logout": signed_in(post(good=204)),
    "records_api:file_plan": signed_in(get(), found="{code}"),
    "records_api:unit": signed_in(get(READ), found="{code}"),
    "records_api:favourites": signed_in(get()),
    "records_api:register_sets": signed_in(get(), found="allgemein"),
    "records_api:unit_favourite": signed_in(post(READ, good=204), Call("delete", READ, good=204)),
    "records_api:file_favourite": signed_in(post(READ, good=204), Call("delete", READ, good=204)),
    "records_api:unit_correct": only(ADMINISTRATOR, patch("", {"title": "Anders"}, good=204)),
    "records_api:unit_freeze": only(ADMINISTRATOR, post(sent=REASON, good=204)),
    "records_api:unit_unfreeze": only(ADMINISTRATOR, post(sent=REASON, good=409)),
    "records_api:editions": only((ADMINISTRATOR, REGISTRY), get(), post(sent={"name": "Neu"}, good=409)),
    "records_api:edition": only((ADMINISTRATOR, REGISTRY), get()),
    "records_api:edition_review": only((ADMINISTRATOR, REGISTRY), get()),
    "records_api:edition_changes": only((ADMINISTRATOR, REGISTRY), get()),
    "records_api:edition_put_into_force": only(ADMINISTRATOR, post(good=409)),
    "records_api:edition_withdraw": only(ADMINISTRATOR, post(good=409)),
    "records_api:edition_discard": only(ADMINISTRATOR, post()),
    "records_api:edition_units": only((ADMINISTRATOR, REGISTRY), get(), post(sent={"classification_code": "N", "title": "Neu"}, good=201)),
    "records_api:edition_unit": only((ADMINISTRATOR, REGISTRY), get(), patch("", {"title": "Anders"}), Call("delete", good=409)),
    "records_api:edition_unit_drop": only((ADMINISTRATOR, REGISTRY), post(sent={"kept": "true"})),
    "records_api:edition_unit_restore": only((ADMINISTRATOR, REGISTRY), post(good=409)),
    "records_api:files": signed_in(
        get(),
        get(query=QUERY),
        get(query="?file_plan_unit={unit}"),
        get(query="?reference={code}"),
        post(WRITE, {"file_plan_unit": "{unit}", "title": "Neu"}, good=201, refused=400),
        found="streitsache",
    ),
    "records_api:file": signed_in(get(READ), patch(WRITE, {"title": "Anders"}), found="streitsache"),
    "records_api:file_close": signed_in(post(WRITE, good=409)),
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
    "records_api:register": signed_in(get(READ), patch(WRITE, {"name": "Anders"}), delete(WRITE, good=409)),  # a document lies in it
    "records_api:volumes": signed_in(get(READ), post(WRITE, good=201)),
    "records_api:volume": signed_in(get(READ), patch(WRITE, {"location": "Keller"})),
    "records_api:hand_overs": signed_in(get(good=400), post(good=400)),  # without offices; what it shows is in test_life.py
    "records_api:document_directly_in_file": signed_in(post(WRITE, good=409)),  # it lies in a register
    "records_api:document_text_exception": signed_in(post(WRITE, REASON, good=409)),  # it has a text
    "records_api:sheets": signed_in(get(READ), found="holunder"),
    "records_api:file_foliate": signed_in(post(WRITE)),
    "records_api:folios": signed_in(get(READ), found="sheets"),
    "records_api:bookmarks": signed_in(get(READ), post(READ, {"document": "{document}", "page": "1"}, good=201)),
    "records_api:bookmark_remove": signed_in(post(READ, {"document": "{document}", "page": "1"}, good=204)),
    "records_api:journal": signed_in(get(WRITE), found="mirabelle"),
    "records_api:exercises": signed_in(get(good=404)),
    "records_api:exercise_check": signed_in(post(sent={"answer": "1"}, good=404)),
    "records_api:file_reminders": signed_in(get(READ), post(READ, {"due_on": "2040-01-02"}, good=201)),
    "records_api:reminders": signed_in(get()),
    "records_api:reminders_hand_over": signed_in(get(good=400), post(good=400)),  # without people; what it does is in test_reminders.py
    "records_api:reminder_done": signed_in(post(WRITE)),
    "records_api:reminder_postpone": signed_in(post(WRITE, {"due_on": "2040-01-02"})),
    "records_api:reminder_hand_on": signed_in(post(WRITE, {"person": "{owner_name}"})),
    "records_api:exports": signed_in(get(READ), post(READ, {"kind": "file_pdf"}, good=202)),
    "records_api:export": signed_in(get(READ, good=404)),
    "records_api:export_cancel": signed_in(post(READ, good=404)),
    "records_api:export_content": signed_in(get(READ, good=404)),
    "records_api:export_release": signed_in(post(WRITE, good=204)),
    "records_api:releases": signed_in(get(WRITE), found="schlehe"),
    "records_api:documents": signed_in(
        get(),
        get(query="?file={file}"),
        get(query="?q=Gutachten"),
        post(WRITE, {"file": "{file}", "content": UPLOAD}, good=201),
        found="mirabelle",
    ),
    "records_api:document": signed_in(patch(WRITE, {"title": "Anders"}), get(READ), found="mirabelle"),
    "records_api:document_rearrange": signed_in(post(WRITE, {"version": 1, "pages": [{"page": 1, "turn": 90}]}, good=201)),
    "records_api:document_split": signed_in(
        post(WRITE, {"version": 1, "pages": [{"page": 1}], "parts": [{"pages": [{"page": 1}]}]}, good=400)
    ),
    "records_api:file_merge": signed_in(post(WRITE, {"documents": [{"document": "{document}"}]}, good=400)),
    "records_api:document_check_out": signed_in(post(WRITE)),
    "records_api:document_check_in": signed_in(post(WRITE, good=409)),
    "records_api:document_take_back": signed_in(post(MANAGE, REASON, good=409)),
    "records_api:document_register": signed_in(post(WRITE, good=409)),  # it is no draft
    "records_api:document_discard": signed_in(post(WRITE, good=409)),
    "records_api:document_restore": signed_in(post(WRITE, good=409)),
    "records_api:document_attach": signed_in(post(WRITE, {"to": "{document}"}, good=409)),
    "records_api:document_detach": signed_in(post(WRITE, good=409)),
    "records_api:comparison": signed_in(get(READ)),
    "records_api:notes": signed_in(post(WRITE, {"title": "Anruf", "text": "Er bittet um Rückruf."}, good=201)),
    "records_api:sticky_notes": signed_in(
        post(WRITE, {"document": "{document}", "page": 1, "text": "Prüfen"}, good=201), get(READ), found="schlehe"
    ),
    "records_api:sticky_note": signed_in(get(READ), patch(WRITE, {"text": "Erledigt"}, good=403), found="schlehe"),
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
    "records_api:file_grant_preview": signed_in(get(MANAGE, query=OF_RIGHT)),
    "records_api:file_revoke": signed_in(get(MANAGE, query=OF_RIGHT), post(MANAGE, RIGHT)),
    "records_api:file_reach": signed_in(get(MANAGE)),
    "records_api:file_restrict": signed_in(get(MANAGE), post(MANAGE, REASON, good=204)),
    "records_api:file_lift_restriction": signed_in(get(MANAGE, good=409), post(MANAGE, REASON, good=409)),
    "records_api:file_protect": signed_in(post(WRITE, {"protection_need": "high"})),
    "records_api:document_protect": signed_in(post(WRITE, {"protection_need": "high"})),
    "records_api:unit_grants": only(ADMINISTRATOR, get(MANAGE), post(MANAGE, RIGHT, good=201)),
    "records_api:unit_grant_preview": only(ADMINISTRATOR, get(MANAGE, query=OF_RIGHT)),
    "records_api:unit_revoke": only(ADMINISTRATOR, get(MANAGE, query=OF_RIGHT), post(MANAGE, RIGHT)),
    "records_api:emergencies": signed_in(get(), post(sent={"file_reference": "{code}-2026/0815", **REASON}, good=202)),
    "records_api:emergency_approve": only((ADMINISTRATOR, DATA_PROTECTION), post()),
    **FACTS_API,
    "records_api:search": signed_in(get(query=QUERY), get(READ, query=QUERY + "&file_plan_unit={unit}", refused=400), found="zwetschge"),
    "records_api:suggest": signed_in(get(query=QUERY), found="streitsache"),
}
EXPECTED: dict[str, Route] = {**TENANTS, **SCREENS, **FACTS, **API}
