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
    "records:file_print": signed_in(post(READ, {"sheets": "cover"})),
    "records:file_exports": signed_in(post(READ, {"kind": "file_pdf"}, good=302), get(READ), found="mirabelle"),
    "records:export_list": signed_in(get(READ)),
    # {export} belongs to the record's owner: nobody else gets it, whatever her right in the file.
    "records:export_download": signed_in(get(READ, good=404)),
    "records:export_cancel": signed_in(post(READ, good=404)),
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
    "records_api:document": signed_in(get(READ), found="mirabelle"),
    "records_api:document_move": signed_in(post(WRITE, {"file": "{file}", "position": 1})),
    "records_api:document_cancel": signed_in(post(WRITE, REASON)),
    "records_api:document_read_again": signed_in(post(WRITE, good=202)),
    "records_api:versions": signed_in(get(READ), post(WRITE, {"content": UPLOAD}, good=201), found="mirabelle"),
    "records_api:version_content": signed_in(get(READ), found="zwetschge"),
    "records_api:content": signed_in(get(READ), found="zwetschge"),
    "records_api:text": signed_in(get(READ), found="zwetschge"),
    "records_api:page_image": signed_in(get(READ)),
    "records_api:search": signed_in(get(query=QUERY), get(READ, query=QUERY + "&file_plan_unit={unit}", refused=400), found="zwetschge"),
    "records_api:suggest": signed_in(get(query=QUERY), found="streitsache"),
}
EXPECTED: dict[str, Route] = {**TENANTS, **SCREENS, **API}
