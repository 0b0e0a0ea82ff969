"""What is expected of each route of what people are told (tests/centre/route_table.py), and ids for their addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tenants.roles import CentreRole
from tests.centre.training_factories import course_date, people, session
from tests.routes import Route, everybody, get, only, post, signed_in
from training import enrolling, offering, subscribing
from training.models import Enrolment, Notice

ALL, OPERATOR = tuple(CentreRole.values), CentreRole.OPERATOR

# Links in mails and addresses of calendars are open to whoever has them, everything else is her own.
EXPECTED: dict[str, Route] = {
    "training:notices": only(ALL, get(), post(sent={"reminders": "on"}, good=302)),
    "training:feed_renew": only(ALL, post(good=302)),
    "training:feed_end": only(ALL, post(good=302)),
    "training:feed": everybody(get()),
    "training:offer": everybody(get(), post(sent={"answer": "accept"})),
    "training:undelivered": only(OPERATOR, get()),
    "training:notice_send_again": only(OPERATOR, post(good=302)),
    "training_api:notices": signed_in(get()),
}


def of_notices() -> dict[str, Any]:
    """A place that is offered to somebody, a notice to her that could not be sent, and the address of her calendar."""
    now = timezone.now()
    date, (first, person) = course_date(session(now + timedelta(days=40)), capacity=1), people(2)
    for each in (first, person):
        enrolling.enrol(date=date, person=each, by=each, at=now)
    enrolling.withdraw(date=date, person=first, by=first, at=now)
    Notice.objects.filter(person=person).update(failed_at=now, fault="550")
    feed = subscribing.renew(by=person, at=now).removesuffix(".ics").rpartition("/")[2]
    offer = offering.token_for(Enrolment.objects.get(person=person))
    return {"notice": Notice.objects.filter(person=person).latest("pk").public_id, "feed": feed, "offer": offer}
