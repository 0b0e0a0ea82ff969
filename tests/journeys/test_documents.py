"""A clerk's work on documents: described in a table, checked out and in, compared, cancelled and brought back; by mouse and by keys. Notes: test_morning.py."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import binders
from tests.journeys.browsing import PHONE, Visitor

pytestmark = pytest.mark.journey

LETTER = "Sehr geehrte Frau Kurz,\ndie Frist endet am Montag.\nMit freundlichen Grüßen"
CHANGED = "Sehr geehrte Frau Kurz,\ndie Frist endet am Freitag, den 13. März.\nMit freundlichen Grüßen"


def new_binder(clerk: Visitor, *titles: str) -> str:
    """A file of her own with letters that have been read; gives its path."""
    path = binders.open_a_file(clerk)
    clerk.open(f"/akten/neu/?wie={path.split('/')[2]}")
    page = clerk.page
    page.get_by_label("Titel").fill(uuid4().hex)
    page.get_by_role("button", name="Akte anlegen").click()
    page.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/$"))
    clerk.rest()
    for title in titles:
        binders.drop(page, page.locator("[data-drop]").first, f"{title}.txt", LETTER.encode(), "text/plain")
    for title in titles:
        binders.wait_until_read(page, title)
    return page.url.removeprefix(clerk.base).partition("#")[0]  # the viewer may have named its sheet already


def open_menu(page: Page, title: str) -> None:
    """By the keyboard: from the document's link one step to its menu."""
    binders.row(page, title).locator(".contents__link").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#document-menu")).to_be_visible()


def choose(page: Page, item: str) -> None:
    """Go through the open menu with the arrow key and take an entry."""
    for _step in range(14):  # the menu has a dozen entries
        if page.evaluate("document.activeElement.textContent.trim()") == item:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{item} is not in the menu")


class TestTable:
    def test_several_documents_are_described_at_once(self, clerk: Visitor) -> None:
        path = new_binder(clerk, "Antrag", "Statik", "Lageplan")
        page = clerk.page

        page.locator(".contents__head").first.get_by_role("link", name=re.compile("in einer Tabelle bearbeiten")).click()
        for place in range(3):
            page.locator(f"[name=document_date-{place}]").fill("2026-02-27")
        page.locator("[name=kind-0]").fill("Bauvorlage")
        page.locator("[name=direction-0]").select_option("incoming")
        page.locator("[name=received_on-0]").fill("2026-03-02")
        page.locator("[name=keywords-0]").fill("Carport, Nachbar")
        page.locator("[name=kind-1]").focus()
        page.keyboard.press("Control+d")
        expect(page.locator("[name=kind-1]")).to_have_value("Bauvorlage")
        page.locator("[name=document_date-2]").fill("1582-10-15")
        clerk.picture("documents-01-table")

        page.get_by_role("button", name="Alle speichern").click()
        expect(page.get_by_role("alert")).to_contain_text("noch nichts gespeichert")
        expect(page.locator("[name=keywords-0]")).to_have_value("Carport, Nachbar")
        clerk.picture("documents-02-table-refused")
        clerk.watch.expect("422 POST")
        page.locator("[name=document_date-2]").fill("2026-02-28")
        page.get_by_role("button", name="Alle speichern").click()

        expect(page.get_by_role("status").filter(has_text="3 Dokumente wurden geändert")).to_be_visible()
        clerk.rest()
        page.locator(".binder-view").focus()
        page.keyboard.press("Home")
        expect(page.locator(".leaf__caption .stamp").first).to_contain_text("02.03.2026")
        clerk.picture("documents-03-stamp")
        clerk.open(f"{path}tabelle/")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        clerk.picture("documents-04-table-320")


class TestVersions:
    def test_a_document_is_checked_out_and_in_with_a_new_version_and_compared_by_keys(self, clerk: Visitor, tmp_path: Path) -> None:
        path = new_binder(clerk, "Bescheid")
        page = clerk.page
        open_menu(page, "Bescheid")
        clerk.picture("documents-05-menu")
        choose(page, "Auschecken")
        expect(binders.row(page, "Bescheid")).to_contain_text("hat dieses Dokument seit")
        clerk.picture("documents-06-checked-out")

        open_menu(page, "Bescheid")
        choose(page, "Eigenschaften")
        page.wait_for_url(re.compile(r"/dokumente/[0-9a-f-]{36}/$"))
        changed = tmp_path / "Bescheid.txt"
        changed.write_text(CHANGED)
        page.get_by_label("Neue Fassung").set_input_files(changed)
        page.get_by_label("Bemerkung").fill("Frist verlängert")
        clerk.picture("documents-07-properties")
        page.get_by_role("button", name="Einchecken").click()
        expect(page.get_by_role("status").filter(has_text="neuen Fassung eingecheckt")).to_be_visible()

        clerk.open(path)
        binders.wait_until_read(page, "Bescheid")
        open_menu(page, "Bescheid")
        choose(page, "Fassungen")
        expect(page.get_by_role("cell", name="Frist verlängert")).to_be_visible()
        clerk.picture("documents-08-versions")
        page.get_by_role("button", name="Vergleichen").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".compare del")).to_contain_text("Montag")
        expect(page.locator(".compare ins")).to_contain_text("Freitag")
        clerk.picture("documents-09-compared")
        page.emulate_media(color_scheme="dark")
        clerk.picture("documents-10-compared-dark")

    def test_a_file_dropped_on_a_document_is_asked_about(self, clerk: Visitor) -> None:
        new_binder(clerk, "Vertrag")
        page = clerk.page
        row = binders.row(page, "Vertrag")

        binders.drop(page, row.locator(".contents__link"), "Vertrag unterschrieben.txt", CHANGED.encode(), "text/plain")
        dialog = page.get_by_role("dialog", name="Neue Fassung")
        expect(dialog).to_contain_text("Vertrag unterschrieben.txt")
        clerk.picture("documents-11-dropped")
        dialog.get_by_label("Bemerkung").fill("unterschrieben")
        dialog.get_by_role("button", name="Neue Fassung ablegen").click()

        expect(page.locator(".toast").last).to_contain_text("Vertrag hat eine neue Fassung")
        binders.wait_until_read(page, "Vertrag")
        expect(page.locator("#documents li[data-state]")).to_have_count(1)
        binders.drop(page, row.locator(".contents__link"), "Anhang.txt", b"Etwas anderes", "text/plain")
        dialog.get_by_role("button", name="Als eigenes Dokument ablegen").click()
        binders.wait_until_read(page, "Anhang")
        expect(page.locator("#documents li[data-state]")).to_have_count(2)


class TestCancelAndAttach:
    def test_a_document_becomes_an_attachment_and_cancelling_is_undone(self, clerk: Visitor) -> None:
        path = new_binder(clerk, "Bescheid", "Lageplan")
        page = clerk.page
        open_menu(page, "Lageplan")
        choose(page, "Eigenschaften")
        page.get_by_label("Zur Anlage machen von").select_option(label="Bescheid")
        page.get_by_role("button", name="Zur Anlage machen").click()
        expect(page.get_by_role("status").filter(has_text="Anlage zu „Bescheid“")).to_be_visible()
        clerk.open(path)
        expect(page.locator("li[data-attached]")).to_contain_text("Lageplan")
        clerk.picture("documents-16-attached")

        open_menu(page, "Bescheid")
        choose(page, "Dokument stornieren")
        dialog = page.get_by_role("dialog", name="Dieses Dokument stornieren?")
        dialog.get_by_label("Begründung").fill("Doppelt abgelegt")
        dialog.get_by_role("button", name="Dokument stornieren").click()
        expect(page.locator("#documents li[data-state]")).to_have_count(0)
        clerk.picture("documents-17-cancelled")
        page.get_by_role("button", name="Rückgängig").click()
        expect(page.locator("#documents li[data-state]")).to_have_count(2)

    def test_a_draft_is_discarded_brought_back_and_registered_by_its_own_words(self, clerk: Visitor) -> None:
        path = new_binder(clerk, "Bescheid")
        page = clerk.open(f"{path}vermerk/")
        page.get_by_label("Titel").fill("Anruf")
        page.get_by_label("Text").fill("Herr Meier hat angerufen.")
        page.get_by_role("button", name="Als Entwurf speichern").click()
        clerk.open(path)
        binders.wait_until_read(page, "Anruf")

        open_menu(page, "Anruf")
        menu = page.locator("#document-menu")
        expect(menu.get_by_role("button", name="Entwurf verwerfen")).to_be_visible()
        expect(menu.get_by_role("button", name="Dokument stornieren")).to_be_hidden()
        expect(menu.get_by_role("link", name="Als PDF mit Blattnummern")).to_be_hidden()
        clerk.picture("documents-20-menu-of-a-draft")
        choose(page, "Entwurf verwerfen")
        expect(page.locator(".toast").last).to_contain_text("Der Entwurf Anruf wurde verworfen.")
        expect(page.locator("#documents li[data-state]")).to_have_count(1)
        page.locator("#cancelled-documents summary").click()
        expect(page.locator("#cancelled-documents")).to_contain_text("Entwurf, verworfen am")
        clerk.picture("documents-21-discarded")
        page.get_by_role("button", name="Rückgängig").click()
        expect(page.locator("#documents li[data-state]")).to_have_count(2)

        open_menu(page, "Bescheid")
        expect(menu.get_by_role("button", name="Dokument stornieren")).to_be_visible()
        expect(menu.get_by_role("button", name="Entwurf")).to_have_count(0)
        page.keyboard.press("Escape")
        open_menu(page, "Anruf")
        choose(page, "Entwurf registrieren")
        expect(page.locator(".toast").last).to_contain_text("Anruf wurde registriert.")
        expect(binders.row(page, "Anruf")).not_to_have_attribute("data-draft", "")

    def test_documents_are_selected_for_the_table(self, clerk: Visitor) -> None:
        new_binder(clerk, "eins", "zwei", "drei")
        page = clerk.page
        page.get_by_role("button", name="Mehr zum Inhalt").click()
        page.get_by_role("button", name="Dokumente auswählen").click()
        for title in ("eins", "drei"):
            page.get_by_role("checkbox", name=f"{title} auswählen").check()
        expect(page.locator(".selection__count")).to_have_text("2 ausgewählt")
        clerk.picture("documents-18-selected")

        page.locator("#selection").get_by_role("button", name="In einer Tabelle bearbeiten").click()

        expect(page.locator("tbody tr")).to_have_count(2)
