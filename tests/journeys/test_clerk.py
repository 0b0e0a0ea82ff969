"""A clerk's morning: open a file, file a scan, watch it being read, leaf, search, find; by mouse and by keyboard alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from records.demo.scans import DemoScan, three_page_scan
from tests.journeys import binders
from tests.journeys.binders import tab_to
from tests.journeys.browsing import Login, Sites, Visitor

pytestmark = pytest.mark.journey

UNIT, REGISTER = "63.12.04", "Bauüberwachung"
BINDER = re.compile(r"/akten/[0-9a-f-]{36}/")


@pytest.fixture(scope="module")
def scan() -> DemoScan:
    return three_page_scan()


def expect_hit_on_its_page(page: Page, scan: DemoScan) -> None:
    """The word is marked, on the sheet it stands on, inside the picture of the sheet and not at its edge."""
    mark = binders.marked_words(page).first
    expect(mark).to_be_in_viewport()
    expect(mark).to_have_text(re.compile(re.escape(scan.distinctive_word), re.IGNORECASE))
    sheet = mark.locator("xpath=ancestor::article")
    expect(sheet).to_have_attribute("aria-label", re.compile(rf"Seite {scan.word_page} von {scan.pages}"))
    word, paper = mark.bounding_box(), sheet.locator(".leaf__paper").bounding_box()
    assert word is not None
    assert paper is not None
    assert paper["x"] + 0.05 * paper["width"] < word["x"] < paper["x"] + 0.9 * paper["width"]
    assert paper["y"] + 0.05 * paper["height"] < word["y"] < paper["y"] + 0.9 * paper["height"]
    assert 0.005 < word["height"] / paper["height"] < 0.04, "as high as a line of the letter"


def expect_filed(page: Page, scan: DemoScan, title: str, sheets: int) -> None:
    """The scan was read before the clerk's eyes, state by state, and its sheets are counted."""
    binders.wait_until_read(page, title)
    states = binders.seen_states(page, title)
    assert states == [state for state in ("received", "reading", "ready") if state in states]
    assert states[-1] == "ready"
    assert len(states) >= 2
    expect(page.locator("[data-count]")).to_have_text(str(sheets + scan.pages))


def sign_in_by_keys(page: Page, login: Login) -> None:
    tab_to(page, page.get_by_label("Benutzername"))
    page.keyboard.type(login.username)
    tab_to(page, page.get_by_label("Passwort"))
    page.keyboard.type(login.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Guten Tag")


def open_file_by_keys(clerk: Visitor) -> None:
    """`g` `a`, down the tree by typing codes, and into the first file of the unit."""
    page, press = clerk.page, clerk.page.keyboard.press
    press("g")
    press("a")
    page.wait_for_url("**/aktenplan/")
    tab_to(page, page.get_by_role("treeitem").first)
    for code in ("6", "63", "63.1", "63.12"):
        page.keyboard.type(code)
        item = page.locator("[role=treeitem]:focus")
        expect(item.locator(".tree__code")).to_have_text(code)
        press("ArrowRight")
        expect(item).to_have_attribute("aria-expanded", "true")
        page.wait_for_timeout(750)  # letters typed within 0.7 s belong to one word
    page.keyboard.type(UNIT)
    press("Enter")
    page.wait_for_url(re.compile(r"/aktenplan/[0-9a-f-]{36}/"))
    tab_to(page, page.locator("a.table__title").first)
    press("Enter")
    page.wait_for_url(BINDER)
    clerk.rest()


def leaf_by_keys(page: Page) -> None:
    """Go to a sheet by its number, then forth and back."""
    page.keyboard.press("Control+g")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    binders.expect_painted(page, 2)
    for key, sheet in (("ArrowRight", 3), ("ArrowRight", 4), ("ArrowLeft", 3)):
        page.keyboard.press(key)
        expect(page.locator("#binder-sheet")).to_have_value(str(sheet))
        binders.expect_painted(page, sheet)


def find_by_keys(clerk: Visitor, scan: DemoScan, title: str) -> None:
    page, press = clerk.page, clerk.page.keyboard.press
    press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(scan.distinctive_word)
    press("Enter")
    page.wait_for_url("**/suche/**")
    tab_to(page, page.locator(".hits li").filter(has_text=title).locator("a.hits__title"))
    press("Enter")
    page.wait_for_url(BINDER)
    clerk.rest()
    expect_hit_on_its_page(page, scan)
    press("n")
    expect(page.locator(".word--now")).to_be_in_viewport()


class TestMorningWithTheMouse:
    def test_a_scan_is_dropped_read_leafed_through_found_and_downloaded(
        self, visit: Callable[..., Visitor], scan: DemoScan, tmp_path: Path
    ) -> None:
        stranger = visit(None)
        stranger.open("/")
        stranger.picture("clerk-01-login")
        clerk = visit("clerk")
        page = clerk.open("/")
        clerk.picture("clerk-02-desk")

        self.open_file(clerk)
        sheets = binders.sheet_count(page)

        name = f"Begehungsbericht {uuid4().hex[:6]}.pdf"
        title = Path(name).stem
        binders.watch_states(page)
        page.evaluate("window.sameDocument = true")
        binders.drop(page, binders.register(page, REGISTER), name, scan.content)
        expect(binders.row(page, title)).to_be_visible()
        clerk.picture("clerk-04-dropped")
        expect_filed(page, scan, title, sheets)
        clerk.picture("clerk-05-read")
        assert page.evaluate("window.sameDocument") is True, "nothing was loaded anew"

        assert binders.leaf_through(page) == list(range(1, sheets + scan.pages + 1))

        self.find(clerk, scan, title)

        with page.expect_download() as arriving:
            page.locator(".binder-bar [data-original]").click()
        original = binders.saved(arriving.value, tmp_path)
        assert arriving.value.suggested_filename == name
        assert hashlib.sha256(original).digest() == hashlib.sha256(scan.content).digest()

    def open_file(self, clerk: Visitor) -> None:
        clerk.page.get_by_role("link", name="Aktenplan", exact=True).click()
        binders.open_branch_to(clerk.page, UNIT)
        clerk.picture("clerk-03-file-plan")
        clerk.page.locator("a.table__title").first.click()
        clerk.page.wait_for_url(BINDER)
        clerk.rest()

    def find(self, clerk: Visitor, scan: DemoScan, title: str) -> None:
        page = clerk.page
        page.locator("#q").fill(scan.distinctive_word)
        page.locator("#q").press("Enter")
        hit = page.locator(".hits li").filter(has_text=title)
        expect(hit).to_have_count(1)
        expect(hit.locator("mark")).to_have_text(re.compile(re.escape(scan.distinctive_word), re.IGNORECASE))
        clerk.picture("clerk-06-found")
        hit.locator("a.hits__title").click()
        page.wait_for_url(BINDER)
        clerk.rest()
        expect_hit_on_its_page(page, scan)
        clerk.picture("clerk-07-hit")


class TestMorningWithTheKeyboard:
    def test_the_same_without_a_mouse(self, visit: Callable[..., Visitor], scan: DemoScan, sites: Sites, tmp_path: Path) -> None:
        clerk = visit(None)
        page = clerk.open("/")
        sign_in_by_keys(page, sites.login("clerk"))
        open_file_by_keys(clerk)
        sheets = binders.sheet_count(page)

        name = tmp_path / f"Mit der Tastatur {uuid4().hex[:6]}.pdf"
        name.write_bytes(scan.content)
        binders.watch_states(page)
        tab_to(page, binders.register(page, REGISTER).get_by_role("button", name="Dokumente in"))
        clerk.picture("keyboard-01-focus")
        with page.expect_file_chooser() as choosing:
            page.keyboard.press("Enter")
        choosing.value.set_files(name)
        expect_filed(page, scan, name.stem, sheets)

        leaf_by_keys(page)

        find_by_keys(clerk, scan, name.stem)
        clerk.picture("keyboard-02-hit")

        tab_to(page, page.locator(".binder-bar [data-original]"))
        with page.expect_download() as arriving:
            page.keyboard.press("Enter")
        assert binders.saved(arriving.value, tmp_path / "arrived") == scan.content
