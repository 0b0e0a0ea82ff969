"""A clerk arranges the pages of a scan that went through the machine in the wrong order, splits it, and puts papers together; by mouse and by keys."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.foundation import papers
from tests.journeys import binders
from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.test_documents import choose, open_menu

pytestmark = pytest.mark.journey

PAGES = ("Bauantrag", "Lageplan", "Nachweis der Abstandsflächen", "Statik", "Bescheid", "Gebührenbescheid")


def pdf_of(*texts: str) -> bytes:
    stream = io.BytesIO()
    papers.typed(*(f"{text}\n\nDie Bauaufsicht bittet um Prüfung der Unterlagen.\nMit freundlichen Grüßen" for text in texts)).save(stream)
    return stream.getvalue()


def binder_with(clerk: Visitor, **documents: tuple[str, ...]) -> str:
    """A file of her own with PDFs that have been read; gives its path."""
    path = binders.open_a_file(clerk)
    clerk.open(f"/akten/neu/?wie={path.split('/')[2]}")
    page = clerk.page
    page.get_by_label("Titel").fill(uuid4().hex)
    page.get_by_role("button", name="Akte anlegen").click()
    page.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/$"))
    clerk.rest()
    for title, texts in documents.items():
        binders.drop(page, page.locator("[data-drop]").first, f"{title}.pdf", pdf_of(*texts))
    for title in documents:
        binders.wait_until_read(page, title)
    return page.url.removeprefix(clerk.base)


def order(page: Page) -> list[str]:
    return page.locator("[data-pages] > li").evaluate_all("(cards) => cards.map((card) => card.dataset.page)")


def card(page: Page, number: int) -> Locator:
    return page.locator(f"#seite-{number}")


class TestArranging:
    def test_pages_are_arranged_by_keys_alone_and_the_old_version_stays(self, clerk: Visitor) -> None:
        path = binder_with(clerk, Unterlagen=PAGES)
        page = clerk.page
        open_menu(page, "Unterlagen")
        choose(page, "Seiten ordnen")
        page.wait_for_url(re.compile(r"/dokumente/[0-9a-f-]{36}/seiten/$"))
        clerk.rest()
        clerk.picture("pages-01-wide")

        card(page, 1).focus()
        page.keyboard.press("End")
        expect(card(page, 6)).to_be_focused()
        page.keyboard.press("Control+Home")
        assert order(page) == ["6", "1", "2", "3", "4", "5"]
        page.keyboard.press("r")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Delete")
        expect(page.locator("#announcer")).to_have_text("Seite 2 wird ausgelassen.")
        expect(page.locator("[data-sum]")).to_have_text("5 von 6 Seiten · 1 gedreht · 1 ausgelassen")
        clerk.picture("pages-02-arranged")
        page.get_by_role("button", name="Als neue Fassung speichern").focus()
        page.keyboard.press("Enter")

        expect(page.get_by_role("status").filter(has_text="neue Fassung (2)")).to_be_visible()
        clerk.rest()
        binders.wait_until_read(page, "Unterlagen")
        clerk.picture("pages-03-saved")
        assert binders.sheet_count(page) == 5
        open_menu(page, "Unterlagen")
        choose(page, "Fassungen")
        expect(page.get_by_role("cell", name="Aus Fassung 1: Seiten neu geordnet; gedreht: S. 6; ausgelassen: S. 2")).to_be_visible()
        page.get_by_role("link", name="Fassung 1", exact=True).click()
        for place, text in enumerate(PAGES):
            expect(page.locator(".version-text").nth(place)).to_contain_text(text)
        clerk.open(path)

    def test_a_batch_is_split_by_drag_and_by_ticking_and_looks_right_on_a_phone_and_in_the_dark(self, clerk: Visitor) -> None:
        path = binder_with(clerk, Stapel=PAGES)
        page = clerk.page
        open_menu(page, "Stapel")
        choose(page, "Seiten ordnen")
        expect(page.locator("[data-pages]")).to_be_visible()
        clerk.rest()

        card(page, 2).drag_to(card(page, 1), target_position={"x": 10, "y": 60})
        assert order(page)[:2] == ["2", "1"]
        page.get_by_role("textbox", name="Stelle von Seite 2").fill("2")
        page.get_by_role("textbox", name="Stelle von Seite 2").press("Tab")
        assert order(page) == ["1", "2", "3", "4", "5", "6"]
        card(page, 5).get_by_label("Ab hier trennen").check()
        card(page, 5).get_by_label("Titel des neuen Dokuments").fill("Bescheid vom März")
        card(page, 2).get_by_role("button", name="nach rechts drehen").click()
        clerk.picture("pages-04-split")
        page.emulate_media(color_scheme="dark")
        clerk.picture("pages-05-split-dark")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        clerk.picture("pages-06-split-320-dark")
        page.emulate_media(color_scheme="light")
        card(page, 5).scroll_into_view_if_needed()
        clerk.picture("pages-07-split-320")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.get_by_role("button", name="Als neue Fassung speichern").click()

        expect(page.get_by_role("status").filter(has_text="1 Dokument wurde abgetrennt")).to_be_visible()
        clerk.rest()
        for title in ("Stapel", "Bescheid vom März"):
            binders.wait_until_read(page, title)
        titles = page.locator("#documents .contents__title").all_text_contents()
        assert titles == ["Stapel", "Bescheid vom März"]
        clerk.picture("pages-08-two-documents")
        clerk.open(path)


class TestMerging:
    def test_selected_documents_are_put_together_and_one_is_restored(self, clerk: Visitor) -> None:
        path = binder_with(clerk, Antrag=("Bauantrag",), Plan=("Lageplan", "Ansichten"), Statik=("Statik",))
        page = clerk.page
        page.get_by_role("button", name="Mehr zum Inhalt").click()
        page.get_by_role("button", name="Dokumente auswählen").click()
        page.get_by_role("checkbox", name="Antrag auswählen").check()
        expect(page.locator("#selection").get_by_role("button", name="Zusammenfügen")).to_be_disabled()
        page.get_by_role("checkbox", name="Plan auswählen").check()
        clerk.picture("pages-09-selected")
        page.locator("#selection").get_by_role("button", name="Zusammenfügen").click()

        expect(page.get_by_role("heading", name="Dokumente zusammenfügen")).to_be_visible()
        first = page.locator("[data-pages] > li").first
        wanted = order(page)[::-1]
        first.focus()
        page.keyboard.press("Control+ArrowDown")
        assert order(page) == wanted
        page.get_by_label("Titel").fill("Antrag mit Plan")
        clerk.picture("pages-10-merge")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        clerk.picture("pages-11-merge-320")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.locator("form.page-order").get_by_role("button", name="Zusammenfügen").click()

        expect(page.get_by_role("status").filter(has_text="2 Dokumente wurden in „Antrag mit Plan“ zusammengefügt")).to_be_visible()
        clerk.rest()
        binders.wait_until_read(page, "Antrag mit Plan")
        assert sorted(page.locator("#documents .contents__title").all_text_contents()) == ["Antrag mit Plan", "Statik"]
        assert binders.sheet_count(page) == 4
        clerk.picture("pages-12-merged")
        clerk.open(path)
