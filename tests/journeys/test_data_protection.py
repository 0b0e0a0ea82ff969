"""Data protection over both sites: she fetches what is stored about her, an operator makes her unknown, and she comes again as somebody new."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.mornings import in_the_dark_and_small
from tests.journeys.screen_checks import violations
from tests.journeys.test_incidents import asks, help_of

pytestmark = pytest.mark.journey
SUBJECT = "Wie drucke ich ein Aktendeckblatt?"
ROUNDS = 60  # seconds for the worker


def until_ready(page: Page) -> Page:
    """Load the page again until the worker has made the file."""
    for _round in range(ROUNDS):
        page.reload()
        page.wait_for_load_state("networkidle")
        if page.get_by_role("link", name="Datei abrufen").count():
            return page
        page.wait_for_timeout(1000)
    raise AssertionError("The export was not made.")


def fetched(page: Page) -> zipfile.ZipFile:
    with page.expect_download() as saved:
        page.get_by_role("link", name="Datei abrufen").click()
    return zipfile.ZipFile(io.BytesIO(Path(saved.value.path()).read_bytes()))


class TestDataProtection:
    def test_told_made_unknown_and_new_again(self, visit: Callable[..., Visitor]) -> None:
        clerk, operator = visit("clerk", town="uebungsstadt"), visit("operator", town="zentrum")
        centre = asks(clerk, SUBJECT)
        centre.get_by_role("button", name="Hat sich erledigt").click()
        centre.wait_for_load_state("networkidle")

        # She fetches what is stored about her.
        centre.get_by_role("button", name=re.compile("^Menü von")).click()
        centre.get_by_role("link", name="Meine Daten").click()
        centre.wait_for_url("**/meine-daten/")
        centre.get_by_role("button", name="Datei anfordern").click()
        until_ready(centre)
        assert violations(centre) == []
        centre.screenshot(path=clerk.pictures / "protection-01-my-data.png")
        centre.set_viewport_size({**PHONE})
        centre.screenshot(path=clerk.pictures / "protection-01-my-data-320.png")
        assert centre.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        centre.set_viewport_size({"width": 1440, "height": 900})
        packed = fetched(centre)
        read = packed.read("auskunft.html").decode()
        assert SUBJECT in read
        (clerk.pictures / "auskunft.html").write_text(read)
        told = json.loads(packed.read("daten.json"))["person"]
        name = told["name"]

        # An operator looks, and makes her unknown.
        page = operator.open("/verwaltung/datenschutz/")
        expect(page.get_by_role("heading", name=re.compile("Wird beim nächsten Lauf entfernt"))).to_be_visible()
        self._looked_at(operator, "protection-02-home")
        page.get_by_role("link", name="Auskunft oder Anonymisierung").click()
        operator.rest()
        page.get_by_label("Name, E-Mail oder Telefon").fill(name)
        page.locator("main").get_by_role("button", name="Suche").click()
        operator.rest()
        self._looked_at(operator, "protection-03-people")
        expect(page.get_by_role("link", name=name).first).to_be_visible()
        operator.open(f"/verwaltung/datenschutz/personen/{told['id']}/")  # the demo may have a namesake
        self._looked_at(operator, "protection-04-person")
        page.get_by_role("link", name="Anonymisieren …").click()
        operator.rest()
        self._looked_at(operator, "protection-05-confirm")
        operator.watch.expect("422")
        page.get_by_label("Zur Bestätigung den Namen noch einmal eingeben").fill("Jemand")
        page.get_by_role("button", name="Endgültig anonymisieren").click()
        operator.rest()
        expect(page.get_by_text("Das ist nicht der oben gezeigte Name").first).to_be_visible()
        page.get_by_label("Zur Bestätigung den Namen noch einmal eingeben").fill(name)
        page.get_by_role("button", name="Endgültig anonymisieren").click()
        operator.rest()
        expect(page.get_by_role("status").first).to_contain_text("Die Person ist anonymisiert")
        operator.picture("protection-06-journal")
        page = operator.open(f"/anfragen/?stand=&q={SUBJECT.split()[-1].rstrip('?')}")
        page.get_by_role("link", name=SUBJECT).first.click()
        operator.rest()
        expect(page.locator(".page-head")).to_contain_text("Anonymisierte Person")
        expect(page.locator(".said")).not_to_contain_text(name)
        self._looked_at(operator, "protection-07-request")

        # Her session is over; the next handover makes somebody new of her, who knows of nothing.
        clerk.watch.expect("404")
        again = help_of(clerk)
        again.goto(again.url.replace("/anfragen/neu/", "/anfragen/"))
        again.wait_for_load_state("networkidle")
        expect(again.locator("main")).not_to_contain_text(SUBJECT)

    def _looked_at(self, visitor: Visitor, name: str) -> None:
        visitor.picture(name)
        assert violations(visitor.page) == [], name
        in_the_dark_and_small(visitor, name)
