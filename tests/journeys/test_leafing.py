"""A clerk leafs: foliates a file, files something later, jumps, marks, lays sheets side by side, steps through hits."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import binders
from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.own_binder import Binder

pytestmark = pytest.mark.journey

FOUND = """async ([word, least]) => {
  for (let wait = 0; wait < 100; wait += 1) {
    const found = await (await fetch(`/api/v1/search/?q=${word}`)).json();
    if (found.count >= least) return found.count;
    await new Promise((next) => setTimeout(next, 200));
  }
  return 0;
}"""


def jump(page: Page, place: str) -> None:
    page.keyboard.press("Control+g")
    expect(page.locator("#binder-sheet")).to_be_focused()
    page.keyboard.type(place)
    page.keyboard.press("Enter")
    expect(page.locator(".binder-view")).to_be_focused()


def expect_pairs(page: Page, pairs: bool) -> None:
    """Some sheets lie side by side, or none do."""
    for _wait in range(50):
        tops: list[str] = page.locator(".leaf--sheet").evaluate_all("(leaves) => leaves.map((leaf) => leaf.style.top)")
        if tops and (len(set(tops)) < len(tops)) == pairs:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"side by side: {not pairs}")


def expect_folio(page: Page, folio: str) -> None:
    expect(page.locator("[data-folio]")).to_have_text(f"(Blattnummer {folio})")
    expect(page.locator(".leaf__folio", has_text=re.compile(f"^{folio}$"))).to_be_in_viewport()


class TestLeafing:
    def test_foliate_insert_jump_and_mark(self, binder: Binder) -> None:
        page = binder.folios()
        page.get_by_role("button", name="Akte foliieren").click()
        expect(page.get_by_text("5 Seiten wurden nummeriert.")).to_be_visible()
        binder.file(0, "Nachtrag", "2026-04-01", ["Nachtrag zum Antrag"])
        binder.folios()
        binder.clerk.picture("leafing-01-new-sheets")
        page.get_by_role("button", name="Neue Blätter nummerieren").click()
        expect(page.get_by_text("1 Seite wurde nummeriert.")).to_be_visible()

        binder.open("#blatt=5")
        expect_folio(page, "3")
        jump(page, "2a")
        expect_folio(page, "2a")
        assert binders.current_sheet(page) == 1
        binder.clerk.rest()
        binder.clerk.picture("leafing-02-inserted")

        for place, folio in (("Bl. 1 rs", "1 RS"), ("5", "3"), ("12.1.26", "1"), ("Register 2", "3"), ("2026-03-03", "3")):
            jump(page, place)
            if place == "Register 2":
                page.keyboard.press("ArrowRight")
            expect_folio(page, folio)
        page.keyboard.press("Control+g")
        page.keyboard.type("3")
        expect(page.locator("#binder-places [role=option]")).to_have_count(2)  # the third sheet, or what carries the number 3
        binder.clerk.picture("leafing-03-jump")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect_folio(page, "3")
        page.keyboard.press("Control+g")
        page.keyboard.type("99a")
        page.keyboard.press("Enter")
        expect(page.locator("#announcer")).to_contain_text("„99a“ gibt es in dieser Akte nicht")
        page.keyboard.press("Escape")
        page.locator(".binder-view").focus()

        jump(page, "2a")
        with page.expect_response(re.compile("/bookmarks/$")) as kept:
            page.keyboard.press("b")
        assert kept.value.status == 201
        page.get_by_role("button", name="Lesezeichen", exact=True).click()
        expect(page.locator(".bookmarks__entry")).to_contain_text("Blatt 1 · Blattnummer 2a")
        jump(page, "6")
        binder.clerk.picture("leafing-04-bookmarks")
        page.locator(".bookmarks__entry").click()
        expect_folio(page, "2a")
        binder.open("?neu#blatt=1")
        expect(page.locator(".leaf--sheet[data-marked]")).to_have_count(1)

    def test_two_sheets_side_by_side(self, binder: Binder) -> None:
        page = binder.open("#blatt=1")
        page.locator(".binder-view").focus()

        page.keyboard.press("d")

        expect(page.get_by_role("button", name="Zwei Blätter nebeneinander")).to_have_attribute("aria-pressed", "true")
        expect_pairs(page, True)
        expect(page).to_have_url(re.compile(r"#blatt=1&ansicht=2$"))
        binder.clerk.rest()
        binder.clerk.picture("leafing-05-two")
        page.keyboard.press("ArrowRight")
        assert binders.current_sheet(page) == 3  # the third sheet begins the next two
        page.keyboard.press("ArrowRight")
        assert binders.current_sheet(page) == 4  # the next document begins at the left
        page.keyboard.press("ArrowLeft")
        assert binders.current_sheet(page) == 3
        page.emulate_media(color_scheme="dark")
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        binder.clerk.rest()
        binder.clerk.picture("leafing-06-two-dark")
        page.set_viewport_size({"width": 820, "height": 800})
        expect_pairs(page, False)
        page.set_viewport_size({"width": 1440, "height": 900})
        expect_pairs(page, True)
        page.locator(".binder-view").focus()
        page.keyboard.press("d")
        expect_pairs(page, False)

    def test_hits_across_documents(self, binder: Binder) -> None:
        assert binder.page.evaluate(FOUND, [binder.word, 2]) == 2
        page = binder.open(f"?q={binder.word}")
        count = page.locator("[data-hits]")
        expect(count).to_have_text("Treffer: 4")
        expect(binders.marked_words(page).first).to_be_attached()
        page.locator(".binder-view").focus()

        for key, hit, sheet in (("n", 1, 1), ("n", 2, 3), ("n", 3, 3), ("n", 4, 4), ("N", 3, 3)):
            page.keyboard.press(key)
            expect(count).to_have_text(f"Treffer {hit} von 4")
            expect(page.locator("#binder-sheet")).to_have_value(str(sheet))
        binder.clerk.picture("leafing-07-hits")
        page.get_by_role("button", name="Voriger Treffer").click()
        expect(count).to_have_text("Treffer 2 von 4")
        page.get_by_role("button", name="Nächster Treffer").click()
        expect(count).to_have_text("Treffer 3 von 4")

    def test_thumbnails_by_keyboard(self, binder: Binder) -> None:
        page = binder.open("#blatt=1")
        page.get_by_role("button", name="Miniaturen").click()
        strip = page.get_by_role("listbox", name="Miniaturen")
        expect(page.locator(".thumbnails__register")).to_have_count(2)
        strip.focus()

        page.keyboard.press("ArrowDown")
        expect(strip.locator("[aria-selected=true]")).to_have_attribute("data-sheet", "2")
        page.keyboard.press("End")
        expect(strip.locator("[aria-selected=true]")).to_have_attribute("data-sheet", "5")
        expect(strip).to_have_attribute("aria-activedescendant", "thumbnail-5")
        assert binders.current_sheet(page) == 5
        binder.clerk.picture("leafing-08-thumbnails")

    def test_on_a_phone(self, binder: Binder) -> None:
        page = binder.folios()
        page.get_by_role("button", name="Akte foliieren").click()
        page.set_viewport_size({**PHONE})
        binder.clerk.rest()
        binder.clerk.picture("leafing-09-small-folios")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        assert page.evaluate(FOUND, [binder.word, 2]) == 2
        binder.open(f"?q={binder.word}")
        page.keyboard.press("b")
        binder.clerk.rest()
        binder.clerk.picture("leafing-10-small")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Lesezeichen", exact=True).click()
        expect(page.locator(".bookmarks__entry")).to_be_visible()
        binder.clerk.picture("leafing-11-small-bookmarks")


class TestFolioNumbering:
    def test_is_set_by_the_administrator(self, visit: Callable[..., Visitor]) -> None:
        administrator = visit("administrator", town="beispielheim")
        page = administrator.open("/verwaltung/einstellungen/")
        expect(page.get_by_label("Je Blatt (Vorder- und Rückseite: 17, 17 RS)")).to_be_checked()
        administrator.picture("leafing-12-setting")


class TestTheJournalTakenAlong:
    def test_the_table_and_then_the_pdf_leave_from_one_page(self, binder: Binder) -> None:
        page = binder.clerk.open(f"/akten/{binder.id}/journal/")
        for name, ending in (("Journal als Tabelle (CSV)", ".csv"), ("Journal als PDF", ".pdf")):
            with page.expect_download() as leaving:
                page.get_by_role("button", name=name).click()
            assert leaving.value.suggested_filename.endswith(ending)
