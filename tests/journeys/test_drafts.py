"""An agent's draft: there after the tab was closed, and on another machine."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Visitor
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.screen_checks import violations
from tests.journeys.test_hotline import a_requester, asks

pytestmark = pytest.mark.journey
BEGUN, REST = "Bitte schalten Sie den Drucker einmal aus", " und wieder ein."


class TestDrafts:
    def test_what_was_typed_is_offered_on_another_machine_until_it_is_sent(self, visit: Callable[..., Visitor]) -> None:
        her, subject = a_requester(visit), f"Leeres Blatt {uuid4().hex[:6]}"
        asks(her, subject)
        path = urlsplit(her.page.url).path

        agent = visit("agent", town="zentrum")
        page = agent.open(path)
        page.keyboard.press("r")
        page.keyboard.type(BEGUN)
        expect(page.locator("[data-unfinished-state]")).to_contain_text("nur für Sie")
        agent.picture("draft-01-kept")
        page.close(run_before_unload=False)

        elsewhere = visit("agent", town="zentrum")
        page = elsewhere.open("/anfragen/")
        expect(page.locator(".drafts")).to_contain_text(subject)
        elsewhere.picture("draft-02-overview")
        page = elsewhere.open(path)
        expect(page.locator("[data-unfinished-offer]")).to_contain_text("Ihr Entwurf (Antwort)")
        assert violations(page) == []
        elsewhere.picture("draft-03-offered")
        page.get_by_role("link", name="Weiterschreiben").click()
        elsewhere.rest()
        body = page.locator("#id_body")
        expect(body).to_have_value(BEGUN)
        expect(page.locator("[data-unfinished-offer]")).to_have_count(0)
        body.focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(REST)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".said")).to_contain_text(BEGUN + REST)
        elsewhere.rest()
        expect(elsewhere.open(path).locator("[data-unfinished-offer]")).to_have_count(0)

    def test_fits_a_small_window_in_the_dark(self, visit: Callable[..., Visitor]) -> None:
        her = a_requester(visit)
        asks(her, f"Leeres Blatt {uuid4().hex[:6]}")
        agent = visit("agent", town="zentrum")
        page = agent.open(urlsplit(her.page.url).path)
        page.locator("#id_body").fill(BEGUN)
        page.get_by_role("button", name="Als Entwurf speichern").click()
        agent.rest()
        expect(page.locator("[data-unfinished-offer]")).to_be_visible()
        in_the_dark_and_small(agent, "draft-04")
        page.get_by_role("button", name="Verwerfen").first.click()
        agent.rest()
        expect(page.get_by_text("Der Entwurf ist verworfen.")).to_be_visible()
