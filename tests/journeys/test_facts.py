"""A building office's morning with what files say beside their documents: found by parcel and address, a disclosure block, a case."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import PHONE, Visitor

pytestmark = pytest.mark.journey


def new_building_file(clerk: Visitor) -> str:
    """A file of the building branch, like a demo file; its address."""
    like = str(clerk.open("/akten/?q=Carport&status=open").locator("a.table__title").first.get_attribute("href"))
    page = clerk.open(f"/akten/neu/?wie={like.split('/')[2]}")
    page.get_by_label("Titel").fill(uuid4().hex)
    page.get_by_role("button", name="Akte anlegen").click()
    page.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/$"))
    clerk.rest()
    return page.url.removeprefix(clerk.base)


def notice(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


class TestFacts:
    def test_a_file_is_found_by_parcel_and_by_address_as_people_spell_them(self, clerk: Visitor) -> None:
        path = new_building_file(clerk)
        page = clerk.page
        number = str(int(uuid4().hex[:6], 16) % 90_000 + 1000)
        page.get_by_role("link", name="Angaben").click()
        page.wait_for_url(re.compile("/angaben/$"))
        page.get_by_role("link", name="Ausfüllen").click()
        page.wait_for_url(re.compile("/index/$"))
        page.get_by_label("Straße").fill("Quellenweg")
        page.get_by_label("Hausnummer").fill("5 a")
        page.get_by_label("Postleitzahl").fill("1234")
        page.get_by_label("Gemarkung").fill("Musterstadt")
        page.get_by_label("Flur", exact=True).fill("Flur 3")
        page.get_by_label("Flurstück", exact=True).last.fill(f"0{number} / 3" if len(number) < 5 else f"{number} / 3")
        clerk.watch.expect("422 POST")
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_role("alert")).to_contain_text("Eine Postleitzahl hat fünf Ziffern.")
        clerk.picture("facts-01-index-error")
        page.get_by_label("Postleitzahl").fill("12345")
        page.get_by_role("button", name="Weiterer Wert").last.click()
        page.keyboard.type("Erbengemeinschaft Muster")
        clerk.picture("facts-02-index")
        page.get_by_role("button", name="Speichern").click()
        notice(page, "Die Indexfelder wurden gespeichert.")
        expect(page.locator("#index")).to_contain_text(f"Gemarkung Musterstadt, Flur 3, Flurstück {number}/3")

        page.locator("#q").press_sequentially(f"{number}/3")
        option = page.locator("#suggestions [role=option]").first
        expect(option).to_have_attribute("data-url", path)
        clerk.picture("facts-03-suggested")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(path))

        page = clerk.open(f"/suche/?q=Flst.+{number}/3")
        expect(page.locator(f".hit-files a[href='{path}']")).to_be_visible()
        clerk.picture("facts-04-search")
        clerk.open("/akten/?q=Quellenweg+5a")
        expect(page.locator(f"a.table__title[href='{path}']")).to_be_visible()

    def test_by_keyboard_a_case_gets_a_document_and_a_disclosure_block_is_seen_everywhere(self, clerk: Visitor) -> None:
        path = new_building_file(clerk)
        page = clerk.page
        content = b"Sehr geehrte Damen und Herren"
        page.locator("#upload-files").set_input_files({"name": "Antrag.txt", "mimeType": "text/plain", "buffer": content})
        expect(page.locator(".contents__title", has_text="Antrag")).to_be_visible()
        clerk.open(f"{path}angaben/")

        page.get_by_role("link", name="Neuer Vorgang").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Neuer Vorgang")
        expect(dialog.get_by_label("Titel")).to_be_focused()
        page.keyboard.type("Anhörung")
        clerk.picture("facts-05-case-dialog")
        page.keyboard.press("Enter")
        notice(page, "Der Vorgang wurde angelegt.")
        page.locator("#cases a.reference, #cases .lines a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/vorgaenge/[0-9a-f-]{36}/"))
        page.get_by_role("checkbox", name="Antrag").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Speichern").focus()
        page.keyboard.press("Enter")
        notice(page, "1 Dokument wurde umgeordnet.")
        expect(page.locator(".case-documents")).to_contain_text(".1-1")
        clerk.rest()
        clerk.picture("facts-06-case")

        clerk.open(f"{path}angaben/")
        page.locator("#participants").get_by_role("link", name="Ergänzen").click()
        dialog = page.get_by_role("dialog", name="Beteiligte ergänzen")
        dialog.get_by_label("Name").fill("Erika Muster")
        dialog.get_by_label("Rolle").fill("Nachbarin")
        dialog.get_by_label("Auskunftssperre").check()
        clerk.picture("facts-07-participant")
        dialog.get_by_role("button", name="Ergänzen").click()
        notice(page, "ergänzt")
        expect(page.locator("#participants .block-mark")).to_be_visible()
        expect(page.locator(".file-head .block-mark")).to_be_visible()
        clerk.rest()
        clerk.picture("facts-08-facts")

        page.locator("#missing-sheets").get_by_role("link", name="Ausleihen").click()
        dialog = page.get_by_role("dialog", name="Papier ausleihen")
        dialog.get_by_label("Was fehlt").fill("Lageplan")
        dialog.get_by_label("Entleiher").fill("Bauhof")
        dialog.get_by_label("Register").select_option(index=1)
        dialog.get_by_label("Ich habe geprüft").check()  # a block stands in the file by now
        clerk.picture("facts-08a-lending")
        dialog.get_by_role("button", name="Ausleihen").click()
        notice(page, "Das Fehlblatt steht an seinem Platz.")
        clerk.open(path)
        expect(page.locator(".contents__stand-in")).to_contain_text("Bauhof")
        page.locator("#binder-case").select_option(index=1)
        page.get_by_role("button", name="Nur diesen Vorgang zeigen").click()
        page.wait_for_url(re.compile("vorgang="))
        clerk.rest()
        clerk.picture("facts-09-binder")

    def test_is_read_on_a_phone_and_in_the_dark(self, visit) -> None:
        for name, options in (("phone", {"viewport": PHONE}), ("dark", {"color_scheme": "dark"})):
            window = visit("clerk", **options)
            page = window.open("/akten/?q=Einfamilienhauses&status=open")
            first = page.locator("a.table__title").first
            path = str((first if first.count() else window.open("/akten/?q=Carport").locator("a.table__title").first).get_attribute("href"))
            page = window.open(f"{path}angaben/")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.screenshot(path=window.pictures / f"facts-10-{name}.png", full_page=True)
            window.open(f"{path}angaben/index/")
            window.picture(f"facts-11-{name}")
