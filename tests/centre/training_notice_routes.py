"""What is expected of each route of what people are told (tests/centre/route_table.py)."""

from __future__ import annotations

from tenants.roles import CentreRole
from tests.routes import Route, everybody, get, only, post, signed_in

ALL, OPERATOR = tuple(CentreRole.values), CentreRole.OPERATOR

# Links in mails and addresses of calendars are open to whoever has them, everything else is her own.
EXPECTED: dict[str, Route] = {
    "training:notices": only(ALL, get(), post(sent={"reminders": "on"}, good=302)),
    "training:feed_renew": only(ALL, post(good=302)),
    "training:feed_end": only(ALL, post(good=302)),
    "training:feed": everybody(get()),
    "training:offer": everybody(get(), post(sent={"answer": "accept"})),
    "training:personal": everybody(get(good=422), post(good=422)),  # the links that hold: training/test_personal.py
    "training:personal_certificate": everybody(get(good=422)),
    "training:undelivered": only(OPERATOR, get()),
    "training:notice_send_again": only(OPERATOR, post(good=302)),
    "training_api:notices": signed_in(get()),
}
