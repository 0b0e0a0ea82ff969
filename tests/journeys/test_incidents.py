"""An incident over both sites: three similar requests of two municipalities, banners there and nowhere else, one answer for all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visitor
from tests.journeys.mornings import in_the_dark_and_small

pytestmark = pytest.mark.journey

TITLE, TEXT, NEWS = "Wasserzeichen fehlen", "Beim Drucken fehlen die Wasserzeichen. Bitte drucken Sie später.", "Ab 14 Uhr geht es wieder."
ANSWER = "Die Wasserzeichen werden wieder gedruckt. Danke für Ihre Geduld."
ROUNDS = 40  # of a page that waits for the courier


def help_of(visitor: Visitor) -> Page:
    """She is handed over to the centre; the page of a new request there."""
    page = visitor.open("/hilfe/")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Senden und fragen (neues Fenster)").click()
    centre = opened.value
    centre.wait_for_url("**/anfragen/neu/")
    centre.wait_for_load_state("networkidle")
    return centre


def asks(visitor: Visitor, subject: str) -> Page:
    """Send a request; the page of it."""
    centre = help_of(visitor)
    centre.get_by_label("Betreff").fill(subject)
    centre.get_by_label("Worum geht es?").fill("Auf dem Papier ist nichts zu sehen.")
    centre.get_by_role("button", name="Absenden").click()
    centre.wait_for_url(re.compile("/anfragen/[0-9a-f-]{36}/"))
    return centre


def until_banner(visitor: Visitor, text: str | None) -> None:
    """Open the desk anew until the courier has been there: the banner says this, or (None) is gone."""
    page = visitor.page
    for _round in range(ROUNDS):
        visitor.open("/")
        shown = page.locator(".banner", has_text=TITLE)
        if (text is None and not shown.count()) or (text and shown.filter(has_text=text).count()):
            return
        page.wait_for_timeout(1000)
    pytest.fail(f"the banner of {visitor.base} did not become {text!r}")


class TestIncident:
    def test_three_requests_of_two_municipalities_become_one_and_one_answer_closes_all(self, visit: Callable[..., Visitor]) -> None:
        here, there, third = (visit("clerk", town=town) for town in ("musterstadt", "beispielheim", "uebungsstadt"))
        pages = [asks(here, "Wasserzeichen fehlen im Ausdruck"), asks(there, "Ausdruck: die Wasserzeichen fehlen")]
        pages.append(asks(there, "Wasserzeichen fehlen überall"))

        agent = visit("agent", town="zentrum")
        page = agent.open("/anfragen/")
        proposal = page.locator(".proposal", has_text="Wasserzeichen")
        expect(proposal).to_contain_text("3 ähnliche Anfragen (Beispielheim, Musterstadt)")
        agent.picture("incident-01-proposed")
        in_the_dark_and_small(agent, "incident-01-proposed")
        proposal.get_by_role("link", name="Störung daraus machen").click()
        agent.rest()
        page.get_by_label("Was ist gestört?").fill(TITLE)
        page.get_by_label("Text für die Beschäftigten").fill(TEXT)
        agent.picture("incident-02-form")
        in_the_dark_and_small(agent, "incident-02-form")
        page.get_by_role("button", name="Entwurf speichern").click()
        agent.rest()
        expect(page.locator(".banner-preview")).to_contain_text(f"{TITLE} – {TEXT}")
        agent.picture("incident-03-draft")
        in_the_dark_and_small(agent, "incident-03-draft")
        page.get_by_role("button", name="Jetzt bekannt geben").click()
        agent.rest()

        until_banner(here, TEXT)
        until_banner(there, TEXT)
        third.open("/")
        expect(third.page.locator(".banner", has_text=TITLE)).to_have_count(0)
        here.picture("incident-04-banner")
        page.reload()
        expect(page.get_by_text("wird gezeigt")).to_have_count(2)
        agent.picture("incident-05-running")
        in_the_dark_and_small(agent, "incident-05-running")

        asking = help_of(here)
        expect(asking.locator(".running")).to_contain_text(TEXT)
        asking.get_by_label("Betreff").fill("Wasserzeichen sind weg")
        expect(asking.get_by_role("button", name="Das betrifft mich auch")).to_be_visible()
        asking.screenshot(path=here.pictures / "incident-06-while-typing.png")
        elsewhere = help_of(third)
        expect(elsewhere.locator(".running", has_text=TITLE)).to_have_count(0)
        expect(elsewhere.locator("main")).not_to_contain_text("Wasserzeichen")

        page.get_by_label("Text für die Beschäftigten").fill(NEWS)
        page.get_by_role("button", name="Neuen Stand senden").click()
        agent.rest()
        until_banner(there, NEWS)
        page.get_by_label("Antwort an alle, die gefragt haben").fill(ANSWER)
        page.get_by_role("button", name="Allen antworten und beenden").click()
        agent.rest()
        expect(page.locator(".status", has_text="Abgeschlossen")).to_have_count(3)
        agent.picture("incident-07-ended")

        until_banner(here, None)
        until_banner(there, None)
        third.open("/")
        expect(third.page.locator(".banner", has_text=TITLE)).to_have_count(0)
        # Her session at the centre is that of the last handover: the last request of each person is still hers to read.
        pages[2].reload()
        expect(pages[2].locator(".said")).to_contain_text(ANSWER)
        expect(pages[2].locator(".page-head")).to_contain_text("Abgeschlossen")
