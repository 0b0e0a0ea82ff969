"""A clerk enrols and has the session in her mailbox; a place that becomes free is offered to her by mail, and she accepts it by the link alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import icalendar
import pytest
from playwright.sync_api import Page, expect

from tests.journeys import post_office
from tests.journeys.browsing import Visitor
from tests.journeys.calling import call
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.screen_checks import violations
from tests.journeys.test_by_mail import asks_from_her_binder

pytestmark = pytest.mark.journey
FREE, FULL = "Scannen ohne Nacharbeit", "Erste Schritte in der eAkte"


def to_the_date(page: Page, base: str, course: str, *, full: bool = False) -> None:
    """The first date of a course, by the list; or the first on which no place is free."""
    page.goto(f"{base}/schulungen/termine/")
    rows = page.locator("main li", has_text=course)
    row = rows.filter(has=page.locator(".seats--none")).first if full else rows.first
    row.locator(".lines__text > a").click()


def withdraws(trainer: Visitor, date: str, *people: str) -> None:
    """A program of the trainer's withdraws people, one after the other."""
    assert trainer.login is not None
    said = {"username": trainer.login.username, "password": trainer.login.password}
    token = json.loads(call(f"{trainer.base}/api/v1/auth/token/", sent=said)[1])["token"]
    for person in people:
        address = f"{trainer.base}/api/v1/course-dates/{date}/withdraw/"
        call(address, sent={"person": person}, headers={"Authorization": f"Bearer {token}"})


def event_of(mail: Any) -> tuple[str, Any]:
    message: EmailMessage = mail.obj
    [part] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


class TestTrainingMails:
    def test_invitation_and_offer_arrive_and_the_offer_is_accepted_by_its_link(self, visit: Callable[..., Visitor]) -> None:
        clerk = visit("clerk", town="beispielheim")  # where nobody has to approve
        assert clerk.login is not None
        address = f"{clerk.login.username}@beispielheim.example"
        centre = asks_from_her_binder(clerk, f"Schulung {uuid4().hex[:6]}")
        base = re.sub(r"(https?://[^/]+).*", r"\1", centre.url)

        to_the_date(centre, base, FREE)
        centre.get_by_role("button", name="Anmelden", exact=True).click()
        expect(centre.get_by_role("region", name="Ihr Platz").get_by_text("Sie haben einen Platz.")).to_be_visible()
        got = post_office.wait_for(address, f"Sie sind angemeldet: {FREE}")
        method, event = event_of(got)
        assert method == "REQUEST"
        assert str(event["ATTENDEE"]) == f"mailto:{address}"
        assert "Sie haben einen Platz in dieser Schulung." in got.text

        to_the_date(centre, base, FULL, full=True)
        date = str(re.search(r"termine/([0-9a-f-]{36})/", centre.url)[1])  # type: ignore[index]
        centre.get_by_role("button", name="Auf die Warteliste").click()
        expect(centre.get_by_text("Warteliste").first).to_be_visible()
        withdraws(visit("trainer", town="zentrum"), date, "b.seidel", "a.lorenz")
        offer = post_office.wait_for(address, f"Ein Platz für Sie: {FULL}")
        [link, _decline] = re.findall(r"http://\S+/schulungen/angebot/\S+", offer.text)

        anybody = visit(None, town="zentrum")
        page = anybody.open(link.removeprefix(anybody.base))
        assert violations(page) == []
        anybody.picture("offer")
        in_the_dark_and_small(anybody, "offer")
        page.get_by_role("button", name="Platz annehmen").click()
        expect(page.get_by_role("status")).to_contain_text("Sie sind angemeldet")
        method, accepted = event_of(post_office.wait_for(address, f"Sie sind angemeldet: {FULL}"))
        assert method == "REQUEST"

        centre.goto(f"{base}/schulungen/meine/mitteilungen/")
        centre.get_by_role("button", name="Adresse erzeugen").click()
        expect(centre.get_by_label("Kalenderadresse")).to_have_value(re.compile(r"/schulungen/kalender/\S+\.ics"))
        assert violations(centre) == []
        centre.screenshot(path=clerk.pictures / "notices.png", full_page=True)
        _kind, feed = call(centre.get_by_label("Kalenderadresse").input_value())
        in_feed = {str(each["UID"]) for each in icalendar.Calendar.from_ical(feed).walk("VEVENT")}
        assert in_feed >= {str(event["UID"]), str(accepted["UID"])}  # she may have places elsewhere, by another test
