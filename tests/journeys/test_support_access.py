"""Support access over both sites: asked on a ticket, accepted on the node, used, ended, and refused afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visitor
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.screen_checks import violations
from tests.journeys.screens.shown import first_file

pytestmark = pytest.mark.journey
SUBJECT = "In meiner Akte fehlt ein Blatt"
WAIT = 40_000  # milliseconds: the courier calls every two seconds, on a machine that does much else


def until(visitor: Visitor, path: str, text: str) -> Page:
    """Load a page again until it says what the courier has yet to bring."""
    for _time in range(20):
        page = visitor.open(path)
        if page.get_by_text(text).first.is_visible():
            return page
        page.wait_for_timeout(WAIT // 20)
    raise AssertionError(f"{path} does not say {text!r}")


def a_ticket(clerk: Visitor) -> None:
    """She asks for help, as in test_help.py."""
    page = clerk.open("/")
    page.get_by_role("link", name="Hilfe", exact=True).click()
    clerk.rest()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Senden und fragen (neues Fenster)").click()
    centre = opened.value
    centre.wait_for_url("**/anfragen/neu/")
    centre.get_by_label("Betreff").fill(SUBJECT)
    centre.get_by_label("Worum geht es?").fill("Blatt 3 wird nicht angezeigt.")
    centre.get_by_role("button", name="Senden").click()
    expect(centre.get_by_role("status").first).to_contain_text("Ihre Anfrage hat die Nummer")


def ask_for(agent: Visitor, ticket: str, reference: str) -> None:
    page = agent.open(ticket)
    page.get_by_role("button", name="Mehr", exact=True).click()
    page.get_by_role("link", name="Einblick erbitten").click()
    agent.rest()
    page.get_by_label("Aktenzeichen, wie genannt").fill(reference)
    page.get_by_label("Für wie viele Stunden").fill("4")
    agent.picture("support-01-ask")
    in_the_dark_and_small(agent, "support-01-ask")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Kommune fragen").click()
    agent.rest()
    expect(page.get_by_role("status").first).to_contain_text("Die Kommune ist gefragt")


class TestSupportAccess:
    def test_asked_accepted_used_ended_and_refused_afterwards(self, clerk: Visitor, visit: Callable[..., Visitor]) -> None:
        supervisor = visit("supervisor")
        path = first_file(supervisor)
        head = supervisor.open(path).locator("h1")
        reference, title = head.locator(".reference").inner_text(), head.locator("span").last.inner_text()
        a_ticket(clerk)
        agent = visit("agent", town="zentrum")
        link = agent.open("/anfragen/?stand=").get_by_role("link", name=SUBJECT).first
        ticket = str(link.get_attribute("href"))

        ask_for(agent, ticket, reference)
        page = until(supervisor, "/", "Das Kompetenzzentrum bittet Sie")
        supervisor.picture("support-02-desk")
        page.get_by_role("link", name="Entscheiden").click()
        supervisor.rest()
        expect(page.locator("main")).to_contain_text(reference)
        supervisor.picture("support-03-consent")
        in_the_dark_and_small(supervisor, "support-03-consent")
        page.set_viewport_size({"width": 1440, "height": 900})
        assert violations(page) == []
        page.get_by_label("Stunden, die Sie erlauben").fill("1")
        page.get_by_label("Ich habe geprüft").check()
        page.get_by_role("button", name="Zustimmen").click()
        supervisor.rest()
        expect(page.get_by_role("status").first).to_contain_text("hat Einblick bis")

        until(agent, ticket, "Angenommen")
        agent.picture("support-04-accepted")
        with agent.page.expect_popup() as opened:
            agent.page.get_by_role("button", name="Ansehen").click()
        guest = opened.value
        guest.wait_for_url("**/einblick/")
        guest.wait_for_load_state("networkidle")
        self._looks(guest, agent, title)

        page = supervisor.open("/freigaben/")
        page.get_by_role("button", name="Jetzt beenden").first.click()
        supervisor.rest()
        expect(page.get_by_role("status").first).to_contain_text("Der Einblick ist beendet.")
        guest.goto(f"{supervisor.base}/einblick/")
        expect(guest.locator("body")).not_to_contain_text(title)
        guest.goto(f"{supervisor.base}/einblick/")
        expect(guest).to_have_url(f"{supervisor.base}/anmelden/?next=/einblick/")
        journal = supervisor.open(f"{path}journal/").locator("main")
        for said in ("Zugriff zur Unterstützung erbeten", "Zugriff zur Unterstützung erlaubt", "Zur Unterstützung eingesehen"):
            expect(journal).to_contain_text(said)
        supervisor.picture("support-07-journal")

        page = until(agent, ticket, "Beendet")
        expect(page.get_by_role("button", name="Ansehen")).to_have_count(0)
        agent.picture("support-08-ended")
        ask_for(agent, ticket, reference)
        page = until(supervisor, "/freigaben/", reference)
        page.get_by_role("button", name="Ablehnen").first.click()
        supervisor.rest()
        page = until(agent, ticket, "Abgelehnt")
        expect(page.get_by_role("button", name="Ansehen")).to_have_count(0)
        agent.picture("support-09-refused")

    def _looks(self, guest: Page, agent: Visitor, title: str) -> None:
        """The agent reads the list and a sheet, in all looks; search, desk, plan and the API do not exist for him."""
        expect(guest.locator("h1")).to_contain_text(title)
        expect(guest.locator("header")).to_contain_text("nur lesend, bis")
        base = guest.url.removesuffix("/einblick/")
        for name, act in (("support-05-list", None), ("support-06-sheet", guest.locator("tbody a").first)):
            if act is not None:
                act.click()
                guest.wait_for_load_state("networkidle")
                expect(guest.locator(".version-sheets img")).to_have_js_property("complete", True)
                assert guest.locator(".version-sheets img").evaluate("(image) => image.naturalWidth") > 100
            for look, size in (("", 1440), ("-320", 320)):
                guest.set_viewport_size({"width": size, "height": 800})
                guest.screenshot(path=agent.pictures / f"{name}{look}.png")
                assert violations(guest) == [], name
                assert guest.evaluate("document.scrollingElement.scrollWidth") <= size, name
            guest.emulate_media(color_scheme="dark")
            guest.screenshot(path=agent.pictures / f"{name}-dark.png")
            assert violations(guest) == [], name
            guest.emulate_media(color_scheme="light")
            guest.set_viewport_size({"width": 1440, "height": 900})
        for path in ("/", "/suche/?q=a", "/aktenplan/", "/akten/", "/api/v1/files/", "/freigaben/", "/meine-rechte/"):
            answer = guest.goto(base + path)
            assert answer is not None
            assert answer.status == 404, path
