"""A clerk in the middle of her work asks for help: over both sites, as real processes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import binders
from tests.journeys.browsing import Visitor
from tests.journeys.mornings import in_the_dark_and_small

pytestmark = pytest.mark.journey


class TestHelp:
    def test_from_the_binder_to_a_request_at_the_centre_and_the_work_stays_open(
        self, clerk: Visitor, visit: Callable[..., Visitor]
    ) -> None:
        binders.open_a_file(clerk)
        page = clerk.page
        title = page.locator("h1").first.inner_text()
        page.get_by_role("link", name="Hilfe", exact=True).click()
        clerk.rest()
        said = page.locator("main")
        for word in ("musterstadt", "Akte records:file", "Sachbearbeitung clerk", "0.1.0"):
            expect(said).to_contain_text(word)
        expect(said).not_to_contain_text(title)
        clerk.picture("help-01-what-is-sent")
        in_the_dark_and_small(clerk, "help-01-what-is-sent")

        with page.expect_popup() as opened:
            page.get_by_role("button", name="Senden und fragen (neues Fenster)").click()
        centre = opened.value
        centre.wait_for_url("**/anfragen/neu/")
        centre.wait_for_load_state("networkidle")
        expect(centre.locator("main")).to_contain_text("records:file")
        expect(centre.locator("main")).to_contain_text("Sie fragen als")
        assert "token" not in centre.url
        centre.get_by_label("Betreff").fill("Ein Blatt liegt verkehrt herum")
        centre.get_by_label("Worum geht es?").fill("Wie drehe ich es?")
        centre.screenshot(path=clerk.pictures / "help-02-new-request.png")
        centre.get_by_role("button", name="Senden").click()
        centre.wait_for_load_state("networkidle")
        expect(centre.get_by_role("status").first).to_contain_text("Ihre Anfrage hat die Nummer")
        centre.screenshot(path=clerk.pictures / "help-03-ticket.png")

        expect(page.get_by_role("heading", name="Hilfe", exact=True)).to_be_visible()  # her window has stayed
        page.get_by_role("link", name="Zurück zur vorigen Seite").click()
        clerk.rest()
        expect(page.locator("h1").first).to_have_text(title)

        agent = visit("agent", town="zentrum")
        agent.open("/anfragen/").get_by_role("link", name="Ein Blatt liegt verkehrt herum").first.click()
        agent.rest()
        expect(agent.page.get_by_role("complementary", name="Zu dieser Anfrage")).to_contain_text("records:file")
        agent.picture("help-04-agent")

        administrator = visit("administrator")
        left = administrator.open("/verwaltung/zentrum/")
        left.get_by_text("Inhalt", exact=True).first.click()
        expect(left.locator("main")).to_contain_text('"screen": "records:file"')
        expect(left.locator("main")).not_to_contain_text(title)
        administrator.picture("help-05-what-left")
        in_the_dark_and_small(administrator, "help-05-what-left")

    def test_the_operator_sees_the_demos_node_confirmed(self, visit: Callable[..., Visitor]) -> None:
        operator = visit("operator", town="zentrum")
        page = operator.open("/verwaltung/standorte/")

        expect(page.locator("main")).to_contain_text("Vorführung")
        expect(page.locator("main")).to_contain_text("Bestätigt")
        expect(page.locator("main")).to_contain_text("Zuletzt gemeldet")  # the courier has called
        operator.picture("sites-01")
        in_the_dark_and_small(operator, "sites-01")
