"""The binder, its documents and their pages, and the life of a file."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import binders
from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import Screen, Show, at, first_file, in_file, new_file


def with_document(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    page.locator(".contents__link").nth(1).click()
    expect(page.locator(".leaf--sheet .words").first).to_be_attached()


def with_panel(name: str) -> Show:
    def show(visitor: Visitor) -> None:
        page = visitor.open(first_file(visitor))
        page.get_by_role("button", name=name).click()
        visitor.rest()

    return show


def of_document(below: str = "") -> Show:
    """A page of the first document of the file."""

    def show(visitor: Visitor) -> None:
        page = visitor.open(first_file(visitor))
        found = page.locator(".contents__link").first.get_attribute("data-document")
        visitor.open(f"/dokumente/{found}/{below}")

    return show


def document_menu(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    page.locator(".contents__more").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#document-menu")).to_be_visible()


def selected_documents(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    page.get_by_role("button", name="Mehr zum Inhalt").click()
    page.locator("#contents-menu").get_by_role("button", name="Dokumente auswählen").click()
    page.locator(".contents__check").first.check()
    expect(page.locator("#selection")).to_be_visible()


def refused_table(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor) + "tabelle/")
    page.locator("[name=received_on-0]").fill("2999-01-01")
    page.get_by_role("button", name="Alle speichern").click()
    expect(page.get_by_role("alert")).to_be_visible()


def refused_note(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor) + "vermerk/")
    page.get_by_role("button", name="Vermerk ablegen").click()
    expect(page.get_by_role("alert")).to_be_visible()


def drafted_note(*then: str) -> Show:
    """A note that is saved as a draft, on its own page; `then` are the links that are followed from there."""

    def show(visitor: Visitor) -> None:
        page = new_file(visitor)
        page.goto(f"{page.url.split('?')[0].split('#')[0]}vermerk/")
        page.get_by_label("Titel").fill("Entwurf: Antwort an den Bauherrn")
        page.get_by_label("Text").fill("Der Antrag ist vollständig.")
        page.get_by_role("button", name="Als Entwurf speichern").click()
        page.wait_for_url(re.compile(r"/dokumente/[0-9a-f-]{36}/"))
        for name in then:
            page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    return show


def with_places(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    expect(page.locator(".leaf--sheet[data-shown]").first).to_be_visible()
    page.keyboard.press("Control+g")
    expect(page.locator("#binder-sheet")).to_be_focused()
    page.keyboard.type("1")
    expect(page.locator("#binder-places [role=option]").first).to_be_visible()


def arranged_pages(visitor: Visitor) -> None:
    """Pages of a document, some of them turned, left out and split off."""
    of_document("seiten/")(visitor)
    cards = visitor.page.locator("[data-pages] > li")
    cards.first.get_by_role("button", name="nach rechts drehen").click()
    cards.last.get_by_label("Auslassen").check()


def refused_pages(visitor: Visitor) -> None:
    of_document("seiten/")(visitor)
    visitor.page.get_by_role("button", name="Als neue Fassung speichern").click()
    expect(visitor.page.get_by_role("alert")).to_be_visible()


def merging(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    found = [link.get_attribute("data-document") for link in page.locator(".contents__link").all()[:2]]
    visitor.open(f"{first_file(visitor)}zusammenfuegen/?" + "&".join(f"dokument={one}" for one in found))


def move_dialogue(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    document = page.locator(".contents__link").first.get_attribute("data-document")
    visitor.open(f"{first_file(visitor)}verschieben/?dokument={document}")
    page.get_by_role("button", name="Wählen").first.click()
    expect(page.get_by_role("button", name="Verschieben", exact=True)).to_be_visible()


def foliated(visitor: Visitor) -> None:
    """A file with numbers; where it has none yet, they are given."""
    page = visitor.open(first_file(visitor) + "blattnummern/")
    if page.get_by_role("button", name="Akte foliieren").count():
        page.get_by_role("button", name="Akte foliieren").click()
    expect(page.get_by_text("Höchste Nummer")).to_be_visible()


def with_hits(visitor: Visitor) -> None:
    visitor.open("/suche/?q=Antrag").locator("a.hits__title").first.click()
    visitor.page.wait_for_url(re.compile("/akten/"))
    visitor.rest()
    expect(binders.marked_words(visitor.page).first).to_be_attached()


def with_refused_upload(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    binders.drop(page, page.locator("[data-drop]").first, "Leer.pdf", b"")
    expect(page.locator(".upload--failed")).to_be_visible()


def cancel_dialog(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    page.get_by_role("button", name="Mehr", exact=True).click()
    page.locator("#file-menu").get_by_role("button", name="stornieren").click()
    expect(page.locator("#cancel-file")).to_be_visible()


def cancelled_documents(visitor: Visitor) -> None:
    page = new_file(visitor)
    address = page.url
    page.goto(f"{address}vermerk/")
    page.get_by_label("Titel").fill("Irrläufer: Antrag auf Erteilung einer Ausnahmegenehmigung")
    page.get_by_label("Text").fill("Gehört in eine andere Akte.")
    page.get_by_role("button", name="Vermerk ablegen").click()
    page.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/(\?.*)?(#.*)?$"))
    document = page.locator(".contents__link").first.get_attribute("data-document")
    page = visitor.open(f"/dokumente/{document}/")
    page.get_by_role("button", name="Dokument stornieren").click()
    page.locator("#cancel-document").get_by_label("Begründung").fill("Irrläufer")
    page.locator("#cancel-document").get_by_role("button", name="Dokument stornieren").click()
    page.wait_for_url(address)
    visitor.rest()
    page.goto(address)  # the message that offers to take it back is gone
    if page.locator(".binder-panes").is_visible():
        page.locator(".binder-panes").get_by_text("Inhalt").click()
    page.locator("#cancelled-documents summary").click()
    expect(page.get_by_role("button", name=re.compile("Wiederherstellen ?: Irrläufer"))).to_be_visible()


def closed_file(visitor: Visitor) -> None:
    page = new_file(visitor)
    page.get_by_role("link", name="Akte schließen (zdA)").first.click()
    page.get_by_role("button", name="Akte schließen (zdA)").click()
    page.get_by_role("button", name="Wieder öffnen").first.click()
    expect(page.locator("#reopen-file")).to_be_visible()


def sent_hand_over(visitor: Visitor) -> None:
    page = visitor.open("/registratur/uebergabe/")
    page.get_by_label("Abgebende Organisationseinheit").select_option(index=3)
    page.get_by_label("Übernehmende Organisationseinheit").select_option(index=4)
    page.get_by_role("button", name="Zeigen, was das bedeutet").click()
    expect(page.locator("#preview")).to_be_visible()


def key_help(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    page.keyboard.press("?")
    expect(page.locator("#shortcuts-help")).to_be_visible()


SCREENS = [
    Screen("binder", "clerk", with_document, ("records:file", "records:documents")),
    Screen("binder-thumbnails", "clerk", with_panel("Miniaturen")),
    Screen("binder-text", "clerk", with_panel("Text des Blattes")),
    Screen("binder-notes", "clerk", with_panel("Haftnotizen")),
    Screen("binder-menu", "clerk", document_menu),
    Screen("move", "clerk", move_dialogue, ("records:move",)),
    Screen("binder-selected", "clerk", selected_documents),
    Screen("page-order", "clerk", arranged_pages, ("records:page_order",)),
    Screen("page-order-refused", "clerk", refused_pages, refused="422 POST"),
    Screen("merge", "clerk", merging, ("records:merge",)),
    Screen("document", "clerk", of_document(), ("records:document",)),
    Screen("document-table", "clerk", in_file("tabelle/"), ("records:document_table",)),
    Screen("document-table-errors", "clerk", refused_table, refused="422 POST"),
    Screen("versions", "clerk", of_document("fassungen/"), ("records:versions",)),
    Screen("version", "clerk", of_document("fassungen/1/"), ("records:version",)),
    Screen("versions-compared", "clerk", of_document("fassungen/vergleich/?alt=1&neu=1"), ("records:versions_compared",)),
    Screen("note-new", "clerk", in_file("vermerk/"), ("records:note_new",)),
    Screen("draft-new", "clerk", in_file("entwurf/"), ("records:draft_new",)),
    Screen("draft", "clerk", drafted_note()),
    Screen("draft-note", "clerk", drafted_note("Text bearbeiten"), ("records:draft_note",)),
    Screen("note-new-errors", "clerk", refused_note, refused="422 POST"),
    Screen("sticky-notes", "clerk", in_file("haftnotizen/"), ("records:sticky_notes",)),
    Screen("binder-bookmarks", "clerk", with_panel("Lesezeichen")),
    Screen("binder-two", "clerk", in_file("?zwei#blatt=1&ansicht=2")),
    Screen("binder-jump", "clerk", with_places),
    Screen("folios", "clerk", foliated, ("records:file_folios",)),
    Screen("binder-hits", "clerk", with_hits),
    Screen("binder-upload", "clerk", with_refused_upload),
    Screen("binder-keys", "clerk", key_help),
    Screen("file-close", "clerk", in_file("schliessen/"), ("records:file_close",)),
    Screen("file-structure", "clerk", in_file("aufbau/"), ("records:file_structure",)),
    Screen("file-retention", "registry", in_file("aufbewahrung/"), ("records:file_retention",)),
    Screen("file-refile", "clerk", in_file("umschreiben/"), ("records:file_refile",)),
    Screen("drafts", "registry", at("/registratur/entwuerfe/"), ("records:drafts",)),
    Screen("deadlines", "registry", at("/registratur/fristen/"), ("records:deadlines",)),
    Screen("hand-over", "registry", sent_hand_over, ("records:hand_over",)),
    Screen("binder-closed", "clerk", closed_file),
    Screen("binder-cancelled-documents", "clerk", cancelled_documents),
    Screen("binder-cancel", "supervisor", cancel_dialog),
    Screen("file-edit", "clerk", in_file("bearbeiten/"), ("records:file_edit",)),
    Screen("journal", "clerk", in_file("journal/"), ("records:file_journal",)),
]
