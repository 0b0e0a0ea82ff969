"""A clerk leafs to a sheet that is lent out: it has a place in the file, and counts for nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.own_binder import Binder

pytestmark = pytest.mark.journey

LEND = """async ([file, title]) => {
  const headers = { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value, "Content-Type": "application/json" };
  const behind = [...document.querySelectorAll(".contents__link")].find((link) => link.textContent.includes(title)).dataset.document;
  const body = JSON.stringify({ what: "Lageplan im Original", borrower: "Bauhof", since: "2026-03-01", back_by: "2026-03-20", behind });
  return (await fetch(`/api/v1/files/${file}/missing-sheets/`, { method: "POST", headers, body })).status;
}"""


class TestStandIns:
    def test_a_missing_sheet_is_leafed_to_at_its_place_and_counts_for_nothing(self, binder: Binder, visit: Callable[..., Visitor]) -> None:
        page = binder.open()
        assert page.evaluate(LEND, [binder.id, "Antrag"]) == 201
        page.reload()
        page = binder.open("#blatt=3")
        stand_in, place = page.locator(".leaf--stand"), page.locator("[data-current]")
        expect(page.locator("[data-count]")).to_have_text("5")
        page.locator(".binder-view").focus()

        page.keyboard.press("ArrowRight")
        expect(place).to_have_text("Lageplan im Original")
        expect(stand_in).to_be_in_viewport()
        expect(stand_in).to_contain_text("ausgeliehen an: Bauhof, seit 01.03.2026")
        expect(page.locator(".contents__stand-in a[aria-current]")).to_be_visible()
        expect(page.locator("#announcer")).to_contain_text("Fehlblatt: Lageplan im Original, ausgeliehen an: Bauhof")
        binder.clerk.rest()
        binder.clerk.picture("leafing-11-missing-sheet")
        page.keyboard.press("ArrowRight")
        expect(place).to_have_text("Bescheid")
        expect(page.locator("#binder-sheet")).to_have_value("4")
        page.keyboard.press("Alt+ArrowUp")
        expect(place).to_have_text("Lageplan im Original")
        page.keyboard.press("Home")
        page.locator(".contents__stand-in a").click()
        expect(place).to_have_text("Lageplan im Original")

        page.get_by_role("button", name="Miniaturen").click()
        strip = page.get_by_role("listbox", name="Miniaturen")
        expect(strip.get_by_role("option", name="Fehlblatt: Lageplan im Original")).to_have_attribute("aria-selected", "true")
        strip.focus()
        page.keyboard.press("ArrowDown")
        expect(strip.locator("[aria-selected=true]")).to_have_attribute("data-sheet", "4")
        page.keyboard.press("ArrowUp")
        expect(place).to_have_text("Lageplan im Original")
        binder.clerk.picture("leafing-12-missing-sheet-thumbnails")

        for name, options in (("phone", {"viewport": PHONE}), ("dark", {"color_scheme": "dark"})):
            window = visit("clerk", **options)
            here = window.open(f"/akten/{binder.id}/")
            stand = here.evaluate("document.querySelector('[data-stand-in]').dataset.standIn")
            here.goto(f"{window.base}/akten/{binder.id}/#stelle={stand}")
            here.reload()
            expect(here.locator(".leaf--stand")).to_be_in_viewport()
            window.rest()
            window.picture(f"leafing-13-missing-sheet-{name}")
            assert here.evaluate("document.scrollingElement.scrollWidth") <= here.viewport_size["width"]  # type: ignore[index]
