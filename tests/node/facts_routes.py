"""What is expected of each route of what is known about a file: cases, participants, index values, links, lent sheets (tests/node/route_table.py)."""

from __future__ import annotations

from tenants.roles import Role
from tests.routes import READ, WRITE, Route, get, only, patch, post, signed_in

ADMINISTRATOR, REGISTRY = Role.ADMINISTRATOR, Role.REGISTRY
REASON = {"reason": "Irrtum"}
PARTICIPANT = {"kind": "person", "name": "Erika Muster", "role": "Bauherrin"}
LENT = {"what": "Plan", "borrower": "Bauhof", "since": "2026-03-01"}
FACTS: dict[str, Route] = {
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
    "records:case_restore": signed_in(post(WRITE, good=302)),
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
FACTS_API: dict[str, Route] = {
    "records_api:cases": signed_in(get(READ), post(WRITE, {"title": "Neu"}, good=201), found="mispel"),
    "records_api:case": signed_in(get(READ), patch(WRITE, {"title": "Neu"}), found="mispel"),
    "records_api:case_close": signed_in(post(WRITE)),
    "records_api:case_reopen": signed_in(post(WRITE, REASON, good=409)),
    "records_api:case_cancel": signed_in(post(WRITE, REASON)),
    "records_api:case_restore": signed_in(post(WRITE, good=409)),
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
