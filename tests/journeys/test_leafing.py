"""A clerk leafs: foliates a file, files something later, jumps, marks, lays sheets side by side, steps through hits."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.foundation import papers
from tests.journeys import binders
from tests.journeys.browsing import PHONE, Visitor

pytestmark = pytest.mark.journey

NEW_FILE = """async ([beside, title]) => {
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const known = await (await fetch(`/api/v1/files/${beside}/`)).json();
  const body = JSON.stringify({ file_plan_unit: known.file_plan_unit, like: beside, title });
  const answer = await fetch("/api/v1/files/", { method: "POST", body, headers: { "X-CSRFToken": csrf, "Content-Type": "application/json" } });
  const file = await answer.json();
  return [file.id, file.registers.map((register) => register.id)];
}"""
FILE = """async ([file, register, title, received_on, content]) => {
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new FormData();
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  for (const [name, value] of Object.entries({ file, register, title, received_on })) body.append(name, value);
  body.append("content", new File([bytes], `${title}.pdf`, { type: "application/pdf" }));
  const answer = await fetch("/api/v1/documents/", { method: "POST", body, headers: { "X-CSRFToken": csrf } });
  let document_ = await answer.json();
  for (let wait = 0; document_.state !== "ready" && wait < 300; wait += 1) {
    await new Promise((next) => setTimeout(next, 300));
    document_ = await (await fetch(`/api/v1/documents/${document_.id}/`)).json();
  }
  return document_.state;
}"""
LEND = """async ([file, title]) => {
  const headers = { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value, "Content-Type": "application/json" };
  const behind = [...document.querySelectorAll(".contents__link")].find((link) => link.textContent.includes(title)).dataset.document;
  const body = JSON.stringify({ what: "Lageplan im Original", borrower: "Bauhof", since: "2026-03-01", back_by: "2026-03-20", behind });
  return (await fetch(`/api/v1/files/${file}/missing-sheets/`, { method: "POST", headers, body })).status;
}"""
FOUND = """async ([word, least]) => {
  for (let wait = 0; wait < 100; wait += 1) {
    const found = await (await fetch(`/api/v1/search/?q=${word}`)).json();
    if (found.count >= least) return found.count;
    await new Promise((next) => setTimeout(next, 200));
  }
  return 0;
}"""


class Binder:
    """A file of her own with two documents in two registers."""

    def __init__(self, clerk: Visitor, folder: Path) -> None:
        self.clerk, self.page, self.folder = clerk, clerk.page, folder
        self.word = f"Quitte{uuid4().hex[:8]}"
        near = binders.open_a_file(clerk).split("/")[2]
        self.id, self.registers = self.page.evaluate(NEW_FILE, [near, f"Blättern {uuid4().hex}"])
        self.file(0, "Antrag", "2026-01-12", [f"Antrag auf {self.word}", "Rückseite", f"{self.word} und {self.word}"])
        self.file(1, "Bescheid", "2026-03-03", [f"Bescheid über {self.word}", "Rechtsbehelf"])

    def file(self, register: int, title: str, received: str, pages: list[str]) -> None:
        content = papers.saved(papers.typed(*pages), self.folder / f"{title}.pdf").read_bytes()
        sent = [self.id, self.registers[register], title, received, base64.b64encode(content).decode()]
        assert self.page.evaluate(FILE, sent) == "ready"

    def open(self, rest: str = "") -> Page:
        page = self.clerk.open(f"/akten/{self.id}/{rest}")
        expect(page.locator(".leaf--sheet[data-shown]").first).to_be_visible()
        return page

    def folios(self) -> Page:
        return self.clerk.open(f"/akten/{self.id}/blattnummern/")


@pytest.fixture
def binder(clerk: Visitor, tmp_path: Path) -> Binder:
    return Binder(clerk, tmp_path)


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


class TestCarrying:
    def test_cuts_out_of_one_file_and_puts_into_another(self, binder: Binder) -> None:
        page = binder.open()
        other, registers = page.evaluate(NEW_FILE, [binder.id, f"Ziel {uuid4().hex}"])
        binders.row(page, "Bescheid").locator(".contents__link").focus()
        page.keyboard.press("Control+x")
        expect(page.locator("#cut-bar")).to_contain_text("Ein Dokument ist ausgeschnitten")
        expect(page.locator("li[data-cut]")).to_have_count(1)
        binder.clerk.picture("carrying-01-cut")

        page = binder.clerk.open(f"/akten/{other}/")
        expect(page.locator("#cut-bar")).to_be_visible()
        binder.clerk.picture("carrying-02-other-file")
        page.locator(f'[data-register="{registers[1]}"] [data-upload]').focus()
        page.keyboard.press("Control+v")
        expect(binders.row(page, "Bescheid")).to_be_visible()
        expect(page.locator("#cut-bar")).to_have_count(0)
        binder.clerk.picture("carrying-03-put-in")
        page.locator(f'[data-register="{registers[1]}"] [data-upload]').focus()
        page.keyboard.press("Control+z")
        expect(binders.row(page, "Bescheid")).to_have_count(0)

        page = binder.open()
        binders.row(page, "Bescheid").locator(".contents__more").click()
        page.locator("#document-menu").get_by_role("button", name="Ausschneiden").click()
        expect(page.locator("#cut-bar")).to_be_visible()
        page = binder.clerk.open(f"/akten/{other}/")
        page.get_by_role("link", name="Hier einfügen").click()
        page.wait_for_url(re.compile("ausgeschnitten=1"))
        page.locator("[name=register]").first.check()
        binder.clerk.picture("carrying-04-where")
        page.get_by_role("button", name="Verschieben").click()
        page.wait_for_url(re.compile(rf"/akten/{other}/$"))
        expect(binders.row(page, "Bescheid")).to_be_visible()

        page = binder.open()
        binders.row(page, "Antrag").locator(".contents__link").focus()
        page.keyboard.press("Control+x")
        page.get_by_role("button", name="Ausschneiden aufheben").click()
        expect(page.get_by_text("Alles liegt, wo es lag.")).to_be_visible()
        expect(page.locator("#cut-bar")).to_have_count(0)

    def test_whoever_undoes_by_the_button_goes_on_where_she_was(self, binder: Binder) -> None:
        page = binder.open()
        other, registers = page.evaluate(NEW_FILE, [binder.id, f"Ziel {uuid4().hex}"])
        binders.row(page, "Antrag").locator(".contents__link").focus()
        page.keyboard.press("Control+x")
        expect(page.locator("#cut-bar")).to_be_visible()
        page = binder.clerk.open(f"/akten/{other}/")
        into = page.locator(f'[data-register="{registers[1]}"] [data-upload]')
        into.focus()
        page.keyboard.press("Control+v")
        expect(binders.row(page, "Antrag")).to_be_visible()
        into.focus()
        page.locator("#toasts").get_by_role("button", name="Rückgängig").focus()
        page.keyboard.press("Enter")
        expect(binders.row(page, "Antrag")).to_have_count(0)
        expect(into).to_be_focused()


class TestTheJournalTakenAlong:
    def test_the_table_and_then_the_pdf_leave_from_one_page(self, binder: Binder) -> None:
        page = binder.clerk.open(f"/akten/{binder.id}/journal/")
        for name, ending in (("Journal als Tabelle (CSV)", ".csv"), ("Journal als PDF", ".pdf")):
            with page.expect_download() as leaving:
                page.get_by_role("button", name=name).click()
            assert leaving.value.suggested_filename.endswith(ending)
