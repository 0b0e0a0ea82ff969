"""A mail of a stranger that names a request: an agent merges it by one key, takes that back, and says that it is a request of its own. And an operator's
mail domains."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import DESK, PHONE, Visitor

pytestmark = pytest.mark.journey


def test_what_a_stranger_claims_is_decided_by_key_and_taken_back(visit: Callable[..., Visitor]) -> None:
    agent = visit("agent", town="zentrum")
    page = agent.open("/anfragen/?stand=&q=Bauhof")
    page.locator("main a.table__title").first.click()
    agent.rest()
    own = page.locator("h1 .reference").inner_text()
    claim = page.get_by_role("region", name="Vielleicht Teil einer anderen Anfrage")
    expect(claim).to_contain_text("Gehört vielleicht zu Anfrage")
    named = claim.locator(".reference").inner_text()
    agent.picture("claim-wide")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    agent.rest()
    agent.picture("claim-small-and-dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]

    page.keyboard.press("z")
    page.wait_for_url(re.compile(r"/anfragen/[0-9a-f-]{36}/$"))
    agent.rest()
    expect(page.locator("h1 .reference")).to_have_text(named)
    expect(page.get_by_text("Bei uns im Bauhof ist es genauso").first).to_be_visible()
    agent.picture("claim-merged")
    page.get_by_role("button", name="Rückgängig", exact=True).click()
    agent.rest()
    expect(page.locator("h1 .reference")).to_have_text(own, timeout=20_000)
    expect(claim).to_be_visible()

    page.keyboard.press("e")
    expect(page.get_by_text(f"{own} ist eine eigene Anfrage.")).to_be_visible(timeout=20_000)
    expect(claim).to_have_count(0)


def test_an_operator_keeps_mail_domains(visit: Callable[..., Visitor]) -> None:
    operator = visit("operator", town="zentrum")
    page = operator.open("/verwaltung/e-mail/")
    operator.picture("mail-keeping-wide")
    page.locator("#id_domain").fill("web.de")
    page.locator("#id_municipality").select_option("musterstadt")
    page.get_by_role("button", name="E-Mail-Domain hinzufügen").click()
    operator.rest()
    expect(page.get_by_text("kann jeder eine Adresse haben").first).to_be_visible()
    operator.picture("mail-keeping-refused")

    page.locator("#id_domain").fill("@Stadtwerke-Musterstadt.example")
    page.get_by_role("button", name="E-Mail-Domain hinzufügen").click()
    operator.rest()
    page.get_by_role("link", name="stadtwerke-musterstadt.example").click()
    operator.rest()
    operator.picture("mail-domain")
    page.get_by_role("button", name="Entfernen").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Entfernen").click()
    operator.rest()
    expect(page.get_by_role("link", name="stadtwerke-musterstadt.example")).to_have_count(0)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    operator.rest()
    operator.picture("mail-keeping-small-and-dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
