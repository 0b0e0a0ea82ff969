"""Every screen of both sites: who sees it, and how it is brought onto the display."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from tests.journeys import binders, planning
from tests.journeys.browsing import Browsing, Visitor

NOBODY = "00000000-0000-0000-0000-000000000000"
Show = Callable[[Visitor], None]
FIRST_FILES: dict[str, str] = {}  # of each town


@dataclass(frozen=True)
class Screen:
    """`routes` are the names of the URLs it covers; `refused` the status of an answer that belongs to it, "404 GET" say; `after`: what others do
    first."""

    name: str
    role: str | None
    show: Show
    routes: tuple[str, ...] = ()
    town: str = "musterstadt"
    refused: str = ""
    after: tuple[Screen, ...] = ()


def at(path: str) -> Show:
    return lambda visitor: visitor.open(path) and None


def first_file(visitor: Visitor) -> str:
    """The path of a file; the same one in every screen, whatever others have made in between."""
    if visitor.base not in FIRST_FILES:
        link = visitor.open("/akten/?q=Carport&status=open").locator("a.table__title").first
        FIRST_FILES[visitor.base] = str(link.get_attribute("href"))
    return FIRST_FILES[visitor.base]


def in_file(below: str = "") -> Show:
    def show(visitor: Visitor) -> None:
        visitor.open(first_file(visitor) + below)

    return show


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


def exercise_at_hand(visitor: Visitor) -> None:
    """A screen of a practice municipality with an exercise in sight that was checked in vain."""
    page = visitor.open("/uebungen/file-scan/")
    begin = page.get_by_role("button", name=re.compile("^Übung (beginnen|fortsetzen)$"))
    if begin.count():
        begin.click()
        visitor.rest()
    page = visitor.open("/wiedervorlagen/")
    bar = page.locator("#practice-bar")
    bar.get_by_role("button", name="Prüfen").click()
    expect(bar.locator(".practice-finding").first).to_be_visible()
    bar.locator("summary").first.click()
    expect(bar.get_by_text("Hinweis zeigen")).to_be_visible()


def exercise_checked(visitor: Visitor) -> None:
    """The page of an exercise after a try, as it comes without scripts."""
    page = visitor.open("/uebungen/find-sheet/")
    begin = page.get_by_role("button", name=re.compile("^Übung (beginnen|fortsetzen)$"))
    if begin.count():
        begin.click()
        visitor.rest()
    page.get_by_label("Wie viele Meter").fill("breit")
    page.get_by_role("button", name="Prüfen").click()
    expect(page.get_by_role("heading", name="Noch nicht ganz")).to_be_focused()


def move_dialogue(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    document = page.locator(".contents__link").first.get_attribute("data-document")
    visitor.open(f"{first_file(visitor)}verschieben/?dokument={document}")
    page.get_by_role("button", name="Wählen").first.click()
    expect(page.get_by_role("button", name="Verschieben", exact=True)).to_be_visible()


def link_to_take_away(visitor: Visitor) -> None:
    """A file is linked with another one, if it is not yet; then the page that takes the link away."""
    page = visitor.open(f"{full_file(visitor)}angaben/")
    if not page.locator("#links a[href$='loesen/']").count():
        others = visitor.open("/akten/").locator("td.reference, th.reference, .table .reference").all_text_contents()
        here = visitor.open(f"{full_file(visitor)}angaben/").locator("h1 .reference").text_content()
        visitor.open(f"{full_file(visitor)}angaben/verknuepfungen/neu/")
        page.get_by_label(re.compile("Aktenzeichen")).fill(next(one.strip() for one in others if one.strip() and one.strip() != here))
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/angaben/(#.*)?$"))
        visitor.open(f"{full_file(visitor)}angaben/")
    visitor.open(str(page.locator("#links a[href$='loesen/']").first.get_attribute("href")))


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


def restriction_preview(visitor: Visitor) -> None:
    """Who would lose a file; nothing is confirmed."""
    page = visitor.open(first_file(visitor) + "rechte/")
    page.locator("#id_reason").fill("Disziplinarsache")
    page.get_by_role("button", name="Akte beschränken").click()
    expect(page.locator("#proposal")).to_be_visible()


def cancel_dialog(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    page.get_by_role("button", name="Mehr", exact=True).click()
    page.locator("#file-menu").get_by_role("button", name="stornieren").click()
    expect(page.locator("#cancel-file")).to_be_visible()


def new_file(visitor: Visitor) -> Page:
    """A file of one's own: nobody else's screen changes with it."""
    page = visitor.open(f"/akten/neu/?wie={first_file(visitor).split('/')[2]}")
    page.get_by_label("Titel").fill(uuid4().hex)  # like no other title
    page.get_by_role("button", name="Akte anlegen").click()
    page.wait_for_url(re.compile(r"/akten/[0-9a-f-]{36}/$"))
    return page


def cancelled_file(visitor: Visitor) -> None:
    """Found again in its unit by the filter."""
    page = new_file(visitor)
    title = page.locator("h1 span").last.inner_text()
    page.get_by_role("button", name="Mehr", exact=True).click()
    page.locator("#file-menu").get_by_role("button", name="stornieren").click()
    page.locator("#cancel-file").get_by_label("Begründung").fill("Doppelt angelegt")
    page.locator("#cancel-file").get_by_role("button", name="stornieren").click()
    expect(page.get_by_role("status").filter(has_text="storniert")).to_be_visible()
    page.locator(".file-head a[href*='/aktenplan/']").last.click()
    page.get_by_label("Status").select_option("cancelled")
    page.get_by_role("button", name="Filtern").click()
    expect(page.get_by_role("link", name=title)).to_be_visible()


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


def cancelled_case(visitor: Visitor) -> None:
    page = new_file(visitor)
    facts_at = f"{page.url}angaben/"
    page.goto(f"{facts_at}vorgaenge/neu/")
    page.get_by_label("Titel").fill("Irrtümlich eröffnet")
    page.get_by_role("button", name="Vorgang anlegen").click()
    page.wait_for_url(re.compile("/angaben/#cases$"))
    target = page.locator("#cases .lines a").first.get_attribute("href")
    page = visitor.open(f"{target}stornieren/")
    page.get_by_label("Begründung").fill("Irrtum")
    page.get_by_role("button", name="Vorgang stornieren").click()
    expect(page.get_by_role("status").get_by_role("button", name="Rückgängig")).to_be_visible()
    visitor.open(str(target))
    expect(page.get_by_role("button", name="Stornierung zurücknehmen")).to_be_visible()


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


def user_menu(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("[popovertarget=user-menu]").click()
    expect(page.locator("#user-menu")).to_be_visible()


def key_help(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor))
    page.keyboard.press("?")
    expect(page.locator("#shortcuts-help")).to_be_visible()


def suggestions(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("#q").press_sequentially("Neubau")
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()


def unit(visitor: Visitor) -> None:
    page = visitor.open("/aktenplan/")
    binders.open_branch_to(page, "63.12.04")
    visitor.rest()


def branch_unit(visitor: Visitor) -> None:
    visitor.open("/aktenplan/").get_by_role("treeitem").get_by_role("link").first.click()
    visitor.page.wait_for_url(re.compile("/aktenplan/[0-9a-f-]{36}/"))
    visitor.rest()


def open_tree(visitor: Visitor) -> None:
    page = visitor.open("/aktenplan/")
    page.get_by_role("treeitem").first.locator(".tree__toggle").click()
    expect(page.get_by_role("treeitem").first).to_have_attribute("aria-expanded", "true")


def first_link(path: str, link: str, below: str = "") -> Show:
    """Follow the first link that matches on a page, as an address with something behind it."""

    def show(visitor: Visitor) -> None:
        target = str(visitor.open(path).locator(link).first.get_attribute("href"))
        visitor.open(f"{target.partition('?')[0]}{below}" if below else target)

    return show


def somebody(below: str = "") -> Show:
    return first_link("/verwaltung/personen/?q=petersen", "main th a.person", below)


def a_person_of_the_centre(below: str = "") -> Show:
    return first_link("/verwaltung/personen/", "main th a.person", below)


def office_of_the_centre(visitor: Visitor) -> None:
    """The demo's centre has no offices; the first visit makes one."""
    page = visitor.open("/verwaltung/organisation/")
    if not page.locator("main .lines a").count():
        page.get_by_label("Kennzeichen").fill("1")
        page.get_by_label("Name", exact=True).fill("Hotline")
        page.get_by_role("button", name="Einheit anlegen").click()
    page.locator("main .lines a").first.click()
    page.wait_for_url(re.compile("/organisation/[0-9a-f-]{36}/"))
    visitor.rest()


def slip(visitor: Visitor) -> None:
    page = visitor.open("/verwaltung/personen/neu/")
    page.get_by_label("Name", exact=True).fill("Zettel Probe")
    page.get_by_label("Benutzername").fill(f"zettel.{uuid4().hex[:6]}")
    page.get_by_role("button", name="Person anlegen").click()
    page.get_by_role("button", name="Neuer Passwortzettel").click()
    expect(page.locator(".slip__secret")).to_be_visible()


def tried_plan(visitor: Visitor) -> None:
    """The dry run of a file plan, with what is wrong in it."""
    page = visitor.open("/verwaltung/aktenplan/")
    sheet = b"Aktenplankennzeichen;Bezeichnung;Aufbewahrungsfrist\n99;Probe;zehn\n"
    page.locator("input[type=file]").set_input_files({"name": "plan.csv", "mimeType": "text/csv", "buffer": sheet})
    page.get_by_role("button", name="Erst prüfen").click()
    expect(page.locator("#outcome, .kern-error").first).to_be_visible()


def in_edition(below: str = "", link: str = "") -> Show:
    """The edition in preparation; the first visit begins it. `link` is followed there."""

    def show(visitor: Visitor) -> None:
        page = visitor.open("/verwaltung/aktenplan/ausgaben/")
        if not page.get_by_role("link", name="Weiter daran arbeiten").count():
            page.get_by_label("Name der Ausgabe").fill("Aktenplan 2027")
            page.get_by_role("button", name="Beginnen").click()
            page.wait_for_url(re.compile(r"/ausgaben/[0-9a-f-]{36}/$"))
            visitor.open("/verwaltung/aktenplan/ausgaben/")
        target = page.get_by_role("link", name="Weiter daran arbeiten").get_attribute("href")
        visitor.open(f"{target}{below}")
        if link:
            visitor.open(str(page.locator(link).first.get_attribute("href")))

    return show


def changed_edition(visitor: Visitor) -> None:
    in_edition("?q=63.12.07", ".planned a[href*='/einheiten/']")(visitor)
    page = visitor.page
    page.get_by_label("Unter der Einheit").fill("1")
    page.get_by_role("button", name="In der Ausgabe speichern").click()
    page.get_by_role("link", name="Unterschied und Inkraftsetzen").click()
    page.wait_for_url(re.compile("/unterschied/"))
    visitor.rest()


def sent_empty(path: str, button: str) -> Show:
    """A form with its errors."""

    def show(visitor: Visitor) -> None:
        page = visitor.open(path)
        page.get_by_role("button", name=button).click()
        expect(page.locator(".form-errors, .kern-error").first).to_be_visible()

    return show


def sent_empty_in_file(below: str, button: str) -> Show:
    return lambda visitor: sent_empty(first_file(visitor) + below, button)(visitor)


def desk_preview(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("[data-preview]").first.focus()
    expect(page.locator("li[data-chosen], [role=listitem][data-chosen]")).to_have_count(1)
    visitor.rest()


def hand_on(visitor: Visitor) -> None:
    page = visitor.open(first_file(visitor) + "wiedervorlagen/")
    page.get_by_label("Am").fill("2040-01-02")
    page.get_by_role("button", name="Wiedervorlage setzen").click()
    visitor.rest()
    page.locator(".row-acts summary").first.click()
    page.get_by_role("link", name="Weitergeben").first.click()
    expect(page.get_by_role("heading", name="Wiedervorlage weitergeben")).to_be_visible()


def ask_for_review(visitor: Visitor) -> None:
    page = visitor.open("/verwaltung/journal/")
    today = date.today().isoformat()  # noqa: DTZ011 - the browser's own day
    page.get_by_label("Person").select_option(index=1)
    page.get_by_label("Von").fill(today)
    page.get_by_label("Bis").fill(today)
    page.get_by_label("Begründung").fill("Verdacht auf unbefugte Einsicht")
    page.get_by_role("button", name="Beantragen").click()
    visitor.rest()


def release_reviews(visitor: Visitor) -> None:
    visitor.open("/verwaltung/journal/").get_by_role("button", name="Freigeben").first.click()
    visitor.rest()


def wrong_login(visitor: Visitor) -> None:
    page = visitor.open("/anmelden/")
    page.get_by_label("Benutzername").fill(f"niemand.{uuid4().hex[:6]}")
    page.get_by_label("Passwort").fill("falsch")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def from_template(template: str) -> Show:
    """A page that only a failure shows, as the site would answer it."""
    words = {"title": "Die Kommune ist zurzeit nicht erreichbar", "detail": "Bitte versuchen Sie es in einigen Minuten wieder."}
    body = render_to_string(template, {"municipality_name": "Musterstadt", "telephone": "0800 000 0000", **words})

    def show(visitor: Visitor) -> None:
        visitor.page.route("**/gestoert/", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
        visitor.open("/gestoert/")

    return show


def api_docs(visitor: Visitor) -> None:
    page = visitor.open("/api/v1/docs/")
    expect(page.locator(".opblock").first).to_be_visible()


def unknown_host(visitor: Visitor) -> None:
    visitor.page.goto(visitor.base.replace("musterstadt.", "nirgendwo."))


FULL_FILES: dict[str, str] = {}  # the demo's file that has all kinds of facts, of each town
FACT_FORMS = [
    ("where", "standort/", "whereabouts"),
    ("external-new", "fremdzeichen/neu/", "external_reference_new"),
    ("case-new", "vorgaenge/neu/", "case_new"),
    ("participant-new", "beteiligte/neu/", "participant_new"),
    ("link-new", "verknuepfungen/neu/", "link_new"),
    ("cross-reference-new", "verweise/neu/", "cross_reference_new"),
    ("missing-sheet-new", "fehlblaetter/neu/", "missing_sheet_new"),
]


def full_file(visitor: Visitor) -> str:
    if visitor.base not in FULL_FILES:
        link = visitor.open("/akten/?q=Einfamilienhauses&status=open").locator("a.table__title").first
        FULL_FILES[visitor.base] = str(link.get_attribute("href"))
    return FULL_FILES[visitor.base]


def facts(below: str = "") -> Show:
    return lambda visitor: visitor.open(f"{full_file(visitor)}angaben/{below}") and None


def facts_link(link: str, below: str = "") -> Show:
    """Follow a link of the facts as an address: the form on a page of its own."""

    def show(visitor: Visitor) -> None:
        target = visitor.open(f"{full_file(visitor)}angaben/").locator(link).first.get_attribute("href")
        visitor.open(f"{target}{below}")

    return show


def participant_dialog(visitor: Visitor) -> None:
    page = visitor.open(f"{full_file(visitor)}angaben/")
    page.locator("#participants .card__head a").click()
    expect(page.get_by_role("dialog", name="Beteiligte ergänzen")).to_be_visible()


def fact_errors(visitor: Visitor) -> None:
    page = visitor.open(f"{full_file(visitor)}angaben/index/")
    page.get_by_label("Postleitzahl").first.fill("1")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".kern-error").first).to_be_visible()


def new_cross_reference(visitor: Visitor) -> None:
    """Its second step; then it is made, so that it can be seen in the facts and taken away."""
    page = visitor.open(f"{full_file(visitor)}angaben/")
    reference = visitor.open(first_file(visitor)).locator("h1 .reference").inner_text()
    page = visitor.open(f"{full_file(visitor)}angaben/verweise/neu/?akte={reference}")
    expect(page.get_by_label("Dokument", exact=True)).to_be_visible()


def cross_reference_to_take_away(visitor: Visitor) -> None:
    link = f"{full_file(visitor)}angaben/"
    if not visitor.open(link).locator("#cross-references a[href$='entfernen/']").count():
        new_cross_reference(visitor)
        visitor.page.get_by_label("Dokument", exact=True).select_option(index=1)
        visitor.page.get_by_role("button", name="Ergänzen").click()
        visitor.page.wait_for_url(re.compile("/angaben/"))
    target = visitor.open(link).locator("#cross-references a[href$='entfernen/']").first.get_attribute("href")
    visitor.open(str(target))


def case_in_binder(visitor: Visitor) -> None:
    page = visitor.open(full_file(visitor))
    page.locator("#binder-case").select_option(index=1)
    page.get_by_role("button", name="Nur diesen Vorgang zeigen").click()
    page.wait_for_url(re.compile("vorgang="))
    visitor.rest()


def splittable(visitor: Visitor) -> None:
    """The page that splits a message off a ticket on which more than one was said."""
    page = visitor.open("/anfragen/?stand=waiting")
    page.locator("main a.table__title").first.click()
    visitor.rest()
    page.get_by_role("link", name="Abtrennen").first.click()
    visitor.rest()


def callback_of_a_ticket(visitor: Visitor) -> None:
    page = visitor.open("/anfragen/?stand=new")
    page.locator("main a.table__title").first.click()
    visitor.rest()
    page.get_by_role("link", name="Rückruf").first.click()
    visitor.rest()


def two_people(visitor: Visitor) -> None:
    """Side by side, before they are made one."""
    first_link("/verwaltung/datenschutz/personen/", "main .lines a", "vereinen/?q=a")(visitor)
    visitor.page.locator("main .lines a").first.click()
    visitor.rest()


def suggested_articles(visitor: Visitor) -> None:
    page = visitor.open("/anfragen/neu/")
    page.get_by_label("Betreff").fill("Mein Scan ist nicht lesbar")
    expect(page.locator(".suggested__one").first).to_be_visible()
    page.locator(".suggested__one summary").first.click()
    visitor.rest()


def unknown_caller(visitor: Visitor) -> None:
    """Somebody whom nobody knows is on the telephone; the fields of a new contact are there."""
    page = visitor.open("/anfragen/neu/")
    page.get_by_role("combobox", name="Telefonnummer, Name oder Ort").fill("0999 12345")
    page.get_by_role("option", name="als neuen Kontakt aufnehmen").click()
    expect(page.get_by_label("Telefon", exact=True)).to_have_value("0999 12345")


def webhook_of_the_centre(visitor: Visitor) -> None:
    """The demo has no webhook; the first visit makes one, to an address where nobody listens."""
    page = visitor.open("/verwaltung/webhooks/")
    if not page.locator("main .lines a").count():
        page.get_by_label("Name", exact=True).fill("Fachverfahren")
        page.locator("input[name=address]").fill("http://127.0.0.1:9/hook")
        page.get_by_role("button", name="Webhook anlegen").click()
        page.get_by_role("link", name="Notiert").click()
    else:
        page.locator("main .lines a").first.click()
    page.wait_for_url(re.compile("/webhooks/[0-9a-f-]{36}/"))
    visitor.rest()


def new_incident(visitor: Visitor) -> None:
    """Out of the proposal above the list, while there is one."""
    page = visitor.open("/stoerungen/")
    proposed = page.get_by_role("link", name="Störung daraus machen")
    if proposed.count():
        proposed.first.click()
        page.wait_for_url(re.compile("/stoerungen/neu/"))
        visitor.rest()
    else:
        visitor.open("/stoerungen/neu/")


def incident_of_the_centre(title: str, below: str = "", *, announced: bool = False) -> Show:
    """The demo has no incident; the first visit makes one, of the practice municipality alone."""

    def show(visitor: Visitor) -> None:
        page = visitor.open("/stoerungen/")
        known = page.locator(".incidents a", has_text=title)
        if known.count():
            known.first.click()
        else:
            visitor.open("/stoerungen/neu/")
            page.get_by_label("Was ist gestört?").fill(title)
            page.get_by_label("Text für die Beschäftigten").fill("Die Übungsakten sind heute langsam. Bitte warten Sie einen Augenblick.")
            page.get_by_label("Übungsstadt").check()
            page.get_by_role("button", name="Entwurf speichern").click()
        page.wait_for_url(re.compile("/stoerungen/[0-9a-f-]{36}/"))
        if announced and page.get_by_role("button", name="Jetzt bekannt geben").count():
            page.get_by_role("button", name="Jetzt bekannt geben").click()
            expect(page.get_by_role("heading", name="Störung beenden")).to_be_visible()
        if below:
            visitor.open(page.url.removeprefix(visitor.base) + below)
        visitor.rest()

    return show


def held_date(heading: str, below: str) -> Show:
    """A course date of the trainers' list of attendance, among those under the heading or else among all that are there."""

    def show(visitor: Visitor) -> None:
        page = visitor.open("/schulungen/anwesenheit/")
        of_kind = page.locator("section", has=page.get_by_role("heading", name=heading, exact=True)).locator(".lines a")
        link = (of_kind if of_kind.count() else page.locator("main .lines a")).first
        path = re.match(r"/schulungen/termine/[0-9a-f-]{36}/", str(link.get_attribute("href")))
        assert path
        visitor.open(path[0] + below)

    return show


def linked_from(show: Show, name: str) -> Show:
    """A page that another one leads to."""

    def follow(visitor: Visitor) -> None:
        show(visitor)
        visitor.page.get_by_role("link", name=name).first.click()
        visitor.rest()

    return follow


TICKED, DONE = "Noch nicht abgeschlossen", "Abgeschlossen"
ATTENDANCE: list[tuple[str, str | None, Show, str]] = [
    ("attendance-due", "trainer", at("/schulungen/anwesenheit/"), "training:attendance_due"),
    ("attendance", "trainer", held_date(TICKED, "anwesenheit/"), "training:attendance"),
    ("attendance-print", "trainer", held_date(TICKED, "anwesenheit/drucken/"), "training:attendance_print"),
    ("attendance-list", "trainer", linked_from(held_date(TICKED, "anwesenheit/"), "Aus einer Liste"), "training:attendance_list"),
    ("attendance-code", "trainer", linked_from(held_date(TICKED, "anwesenheit/"), "Code zeigen"), "training:attendance_code"),
    ("certificates", "trainer", held_date(DONE, "bescheinigungen/"), "training:certificates"),
    ("certificate-revoke", "trainer", linked_from(held_date(DONE, "bescheinigungen/"), "Widerrufen"), "training:certificate_revoke"),
    ("evaluation", "trainer", held_date(DONE, "rueckmeldungen/"), "training:evaluation"),
    ("training-figures", "trainer", at("/schulungen/statistik/"), "training:figures"),
    ("my-certificates", "agent", at("/schulungen/meine/bescheinigungen/"), "training:my_certificates"),
    ("verify-form", None, at("/bescheinigung/"), "training:verify_form"),
]


def of_a_plan(below: str = "") -> Show:
    """A page of a date that is planned."""
    return lambda visitor: visitor.open(planning.date_there(visitor) + below) and None


def day_of_a_plan(visitor: Visitor) -> None:
    page = visitor.open(planning.date_there(visitor))
    visitor.open(str(page.get_by_role("link", name=re.compile("^Verschieben")).first.get_attribute("href")))


def course_of_a_plan(visitor: Visitor) -> None:
    planning.course_there(visitor)
    first_link(f"{planning.PLAN}kurse/", "main tbody th a")(visitor)


def room_of_a_plan(visitor: Visitor) -> None:
    planning.room_there(visitor)
    first_link(f"{planning.PLAN}raeume/", "main tbody th a")(visitor)


PLANNING: list[tuple[str, str | None, Show, str]] = [
    ("plan-new", "trainer", at(f"{planning.PLAN}termine/neu/"), "training:plan_date_new"),
    ("plan-date", "trainer", of_a_plan(), "training:plan_date"),
    ("plan-change", "trainer", of_a_plan("aendern/"), "training:plan_date_change"),
    ("plan-practice", "trainer", of_a_plan("uebungsstadt/"), "training:practice"),
    ("plan-cancel", "trainer", of_a_plan("absagen/"), "training:plan_date_cancel"),
    ("plan-copy", "trainer", of_a_plan("kopieren/"), "training:plan_date_copy"),
    ("plan-series", "trainer", of_a_plan("serie/"), "training:plan_date_series"),
    ("plan-list", "trainer", of_a_plan("teilnehmende/"), "training:plan_list"),
    ("plan-day-new", "trainer", of_a_plan("tage/neu/"), "training:plan_session_new"),
    ("plan-day", "trainer", day_of_a_plan, "training:plan_session"),
    ("plan-month", "trainer", at(f"{planning.PLAN}?tag={planning.first_day()}"), "training:plan"),
    ("plan-week", "trainer", at(f"{planning.PLAN}?ansicht=woche&tag={planning.first_day()}"), "training:plan"),
    ("plan-days", "trainer", at(f"{planning.PLAN}?ansicht=liste&tag={planning.first_day()}"), "training:plan"),
    ("plan-courses", "trainer", at(f"{planning.PLAN}kurse/"), "training:plan_courses"),
    ("plan-course-new", "trainer", at(f"{planning.PLAN}kurse/neu/"), "training:plan_course_new"),
    ("plan-course", "trainer", course_of_a_plan, "training:plan_course"),
    ("plan-paths", "trainer", at(f"{planning.PLAN}lernwege/"), "training:plan_paths"),
    ("plan-rooms", "trainer", at(f"{planning.PLAN}raeume/"), "training:plan_rooms"),
    ("plan-room-new", "trainer", at(f"{planning.PLAN}raeume/neu/"), "training:plan_room_new"),
    ("plan-room", "trainer", room_of_a_plan, "training:plan_room"),
    ("plan-absences", "operator", at(f"{planning.PLAN}abwesenheiten/"), "training:plan_absences"),
]
CENTRE: list[tuple[str, str | None, Show, str]] = [
    *PLANNING,
    ("login", None, at("/anmelden/"), "tenants:login"),
    ("accessibility", None, at("/barrierefreiheit/"), "pages:accessibility"),
    ("privacy", None, at("/datenschutz/"), "pages:privacy"),
    ("imprint", None, at("/impressum/"), "pages:imprint"),
    ("api-docs", None, api_docs, "api_docs"),
    ("start", "operator", at("/"), "centre:start"),
    ("sites", "operator", at("/verwaltung/standorte/"), "centre:sites"),
    ("site_states", "agent", at("/standorte/"), "centre:site_states"),
    ("password", "operator", at("/passwort/"), "tenants:password_change"),
    ("people", "operator", at("/verwaltung/personen/"), "tenants:people"),
    ("person-new", "operator", at("/verwaltung/personen/neu/"), "tenants:person_new"),
    ("people-import", "operator", at("/verwaltung/personen/import/"), "tenants:people_import"),
    ("person", "operator", a_person_of_the_centre(), "tenants:person"),
    ("person-move", "operator", a_person_of_the_centre("versetzen/"), "tenants:person_move"),
    ("person-end", "operator", a_person_of_the_centre("deaktivieren/"), "tenants:person_deactivate"),
    ("offices", "operator", at("/verwaltung/organisation/"), "tenants:offices"),
    ("office", "operator", office_of_the_centre, "tenants:office"),
    ("feedback", "operator", at("/barrierefreiheit/rueckmeldungen/"), "pages:feedback_list"),
    ("courses", "agent", at("/schulungen/"), "training:courses"),
    ("course", "agent", first_link("/schulungen/", "main .lines__text > a"), "training:course"),
    ("course-dates", "agent", at("/schulungen/termine/"), "training:dates"),
    ("course-date", "agent", first_link("/schulungen/termine/", "main .lines__text > a"), "training:date"),
    ("my-training", "agent", at("/schulungen/meine/"), "training:mine"),
    ("tickets", "agent", at("/anfragen/?stand="), "hotline:tickets"),
    ("tickets-call-backs", "agent", at("/anfragen/?stand=offen&rueckruf=offen"), "hotline:tickets"),
    ("ticket-new", "agent", at("/anfragen/neu/"), "hotline:ticket_new"),
    ("support-new", "agent", first_link("/anfragen/", "main a.table__title", "einblick/"), "hotline:support_new"),
    ("callback", "agent", callback_of_a_ticket, "hotline:callback_new"),
    ("text-modules", "agent", at("/anfragen/textbausteine/"), "hotline:text_modules"),
    ("text-module-new", "agent", at("/anfragen/textbausteine/neu/"), "hotline:text_module_new"),
    ("text-module", "agent", first_link("/anfragen/textbausteine/", "main .lines a"), "hotline:text_module"),
    ("message-split", "agent", splittable, "hotline:message_split"),
    ("ticket", "agent", first_link("/anfragen/?stand=", "main a.table__title"), "hotline:ticket"),
    ("ticket-history", "agent", first_link("/anfragen/", "main a.table__title", "verlauf/"), "hotline:ticket_history"),
    ("ticket-deadlines", "agent", first_link("/anfragen/", "main a.table__title", "fristen/"), "hotline:ticket_deadlines"),
    ("agreements", "operator", at("/verwaltung/vereinbarungen/"), "hotline:agreements"),
    ("agreement-new", "operator", at("/verwaltung/vereinbarungen/neu/"), "hotline:agreement_new"),
    ("agreement", "operator", first_link("/verwaltung/vereinbarungen/", "main a.table__title"), "hotline:agreement"),
    ("time-report", "operator", at("/verwaltung/zeiten/"), "hotline:time_report"),
    ("training-towns", "operator", at("/schulungen/kommunen/"), "training:towns"),
    ("training-town", "operator", first_link("/schulungen/kommunen/", "main .lines a"), "training:town"),
    ("notices", "agent", at("/schulungen/meine/mitteilungen/"), "training:notices"),
    ("notices-undelivered", "operator", at("/schulungen/verwaltung/mitteilungen/"), "training:undelivered"),
    ("mails", "agent", at("/e-mails/"), "hotline:mails"),
    ("mail", "agent", first_link("/e-mails/", "main a.table__title"), "hotline:mail"),
    ("ticket-closed", "agent", first_link("/anfragen/?stand=closed", "main a.table__title"), "hotline:ticket"),
    ("ticket-search", "agent", at("/anfragen/?q=Drucken"), "hotline:tickets"),
    ("articles", "agent", at("/wissen/"), "hotline:articles"),
    ("articles-search", "agent", at("/wissen/?q=Scan"), "hotline:articles"),
    ("article", "agent", first_link("/wissen/?q=Tastatur", "main .articles a"), "hotline:article"),
    ("article-new", "agent", at("/wissen/neu/"), "hotline:article_new"),
    ("article-edit", "agent", first_link("/wissen/?q=Tastatur", "main .articles a", "bearbeiten/"), "hotline:article_edit"),
    ("article-version", "agent", first_link("/wissen/?q=Tastatur", "main .articles a", "fassungen/1/"), "hotline:article_version"),
    ("request-suggested", "agent", suggested_articles, "hotline:article_suggestions"),
    ("incidents", "agent", at("/stoerungen/"), "hotline:incidents"),
    ("incident-new", "agent", new_incident, "hotline:incident_new"),
    ("incident-draft", "agent", incident_of_the_centre("Übungsakten sind langsam"), "hotline:incident"),
    ("incident-edit", "agent", incident_of_the_centre("Übungsakten sind langsam", "bearbeiten/"), "hotline:incident_edit"),
    ("incident-running", "agent", incident_of_the_centre("Anmeldung dauert lange", announced=True), "hotline:incident"),
    ("figures", "agent", at("/statistik/"), "hotline:figures"),
    ("queues", "operator", at("/verwaltung/warteschlangen/"), "hotline:queues"),
    ("queue", "operator", first_link("/verwaltung/warteschlangen/", "main .lines a"), "hotline:queue"),
    ("tags", "operator", at("/verwaltung/schlagwoerter/"), "hotline:tags"),
    ("tag", "operator", first_link("/verwaltung/schlagwoerter/", "main .lines a"), "hotline:tag"),
    ("caller-new", "agent", unknown_caller, "hotline:ticket_new"),
    ("municipalities", "operator", at("/verwaltung/kommunen/"), "hotline:municipalities"),
    ("municipality", "operator", first_link("/verwaltung/kommunen/", "main .lines a"), "hotline:municipality"),
    ("protection", "operator", at("/verwaltung/datenschutz/"), "hotline:protection"),
    ("protection-people", "operator", at("/verwaltung/datenschutz/personen/"), "hotline:protection_people"),
    ("protection-person", "operator", first_link("/verwaltung/datenschutz/personen/", "main .lines a"), "hotline:protection_person"),
    (
        "person-unite",
        "operator",
        first_link("/verwaltung/datenschutz/personen/", "main .lines a", "vereinen/?q=a"),
        "hotline:person_unite",
    ),
    ("person-unite-both", "operator", two_people, "hotline:person_unite"),
    (
        "anonymise",
        "operator",
        first_link("/verwaltung/datenschutz/personen/", "main .lines a", "anonymisieren/"),
        "hotline:person_anonymise",
    ),
    ("my-data", "agent", at("/meine-daten/"), "hotline:my_data"),
    ("tokens", "agent", at("/zugang-fuer-programme/"), "centre:tokens"),
    ("mail-keeping", "operator", at("/verwaltung/e-mail/"), "hotline:mail_keeping"),
    ("mail-domain", "operator", first_link("/verwaltung/e-mail/", "main section[aria-labelledby=domains] .lines a"), "hotline:mail_domain"),
    ("ticket-claim", "agent", first_link("/anfragen/?stand=&q=Bauhof", "main a.table__title"), "hotline:ticket"),
    ("webhooks", "operator", at("/verwaltung/webhooks/"), "hotline:webhooks"),
    ("webhook", "operator", webhook_of_the_centre, "hotline:webhook"),
]
SCREENS = [
    # Everybody.
    Screen("login", None, at("/anmelden/"), ("tenants:login",)),
    Screen("login-refused", None, wrong_login),
    Screen("accessibility", None, at("/barrierefreiheit/"), ("pages:accessibility",)),
    Screen("accessibility-errors", None, sent_empty("/barrierefreiheit/", "Nachricht senden")),
    Screen("privacy", None, at("/datenschutz/"), ("pages:privacy",)),
    Screen("imprint", None, at("/impressum/"), ("pages:imprint",)),
    Screen("api-docs", None, api_docs, ("api_docs",)),
    Screen("error-404-host", None, unknown_host, refused="404 GET"),
    Screen("error-400", None, from_template("400.html")),
    Screen("error-403", None, from_template("403.html")),
    Screen("error-405", "clerk", at("/dokumente/" + NOBODY + "/erneut-lesen/"), refused="405 GET"),
    Screen("error-500", None, from_template("500.html")),
    Screen("error-503", None, from_template("503_municipality.html")),
    # Clerks.
    Screen("desk", "clerk", at("/"), ("records:desk",)),
    Screen("desk-preview", "clerk", desk_preview, ("records:file_preview", "records:document_preview")),
    Screen("reminders", "clerk", at("/wiedervorlagen/"), ("records:reminders",)),
    Screen("reminders-of-the-registry", "registry", at("/wiedervorlagen/?ansicht=registratur")),
    Screen("reminders-hand-over", "supervisor", at("/wiedervorlagen/uebergeben/"), ("records:reminders_hand_over",)),
    Screen("reminder-hand-on", "clerk", hand_on, ("records:reminder_hand_on",)),
    Screen("file-reminders", "clerk", in_file("wiedervorlagen/"), ("records:file_reminders",)),
    Screen("file-reminders-errors", "clerk", sent_empty_in_file("wiedervorlagen/", "Wiedervorlage setzen"), refused="422 POST"),
    Screen("journal-reviews", "data_protection", at("/verwaltung/journal/"), ("records:journal_reviews",)),
    Screen(
        "journal-review",
        "data_protection",
        first_link("/verwaltung/journal/", "main td a"),
        ("records:journal_review",),
        after=(Screen("asked", "data_protection", ask_for_review), Screen("released", "administrator", release_reviews)),
    ),
    Screen("user-menu", "clerk", user_menu),
    Screen("suggestions", "clerk", suggestions, ("records:suggest",)),
    Screen("password", "clerk", at("/passwort/"), ("tenants:password_change",)),
    Screen("file-plan", "clerk", open_tree, ("records:file_plan", "records:branch")),
    Screen("unit-of-branch", "clerk", branch_unit),
    Screen("unit", "clerk", unit, ("records:unit",)),
    Screen("unit-cancelled", "clerk", cancelled_file),
    Screen("files", "clerk", at("/akten/"), ("records:files",)),
    Screen("files-none", "clerk", at("/akten/?q=gibtesnicht")),
    Screen("file-new", "clerk", at("/akten/neu/"), ("records:file_new",)),
    Screen("file-new-errors", "clerk", sent_empty("/akten/neu/", "Akte anlegen"), refused="422 POST"),
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
    Screen("facts", "clerk", facts(), ("records:file_facts",)),
    Screen("facts-index", "clerk", facts("index/"), ("records:index_values",)),
    Screen("facts-dialog", "clerk", participant_dialog),
    *(Screen(f"facts-{name}", "clerk", facts(below), (f"records:{route}",)) for name, below, route in FACT_FORMS),
    Screen("facts-errors", "clerk", fact_errors, refused="422 POST"),
    Screen("facts-case", "clerk", facts_link("#cases .lines a"), ("records:case",)),
    Screen("facts-case-rename", "clerk", facts_link("#cases .lines a", "umbenennen/"), ("records:case_rename",)),
    Screen("facts-case-close", "clerk", facts_link("#cases .lines a", "schliessen/"), ("records:case_close",)),
    Screen("facts-case-reopen", "clerk", facts_link("#cases .lines a", "wieder-oeffnen/"), ("records:case_reopen",)),
    Screen("facts-case-cancel", "clerk", facts_link("#cases .lines a", "stornieren/"), ("records:case_cancel",)),
    Screen("facts-case-cancelled", "clerk", cancelled_case),
    Screen("facts-participant", "clerk", facts_link("#participants .lines a"), ("records:participant",)),
    Screen("facts-participant-remove", "clerk", facts_link("#participants .lines a", "entfernen/"), ("records:participant_remove",)),
    Screen("facts-external-remove", "clerk", facts_link("#external .lines a"), ("records:external_reference_remove",)),
    Screen("facts-sheet-back", "clerk", facts_link("#missing-sheets .facts__acts a"), ("records:missing_sheet_back",)),
    Screen("facts-sheet-extend", "clerk", facts_link("#missing-sheets a[href$='frist/']"), ("records:missing_sheet_extend",)),
    Screen("facts-link-remove", "clerk", link_to_take_away, ("records:link_remove",)),
    Screen("facts-cross-reference", "clerk", new_cross_reference),
    Screen("facts-cross-reference-remove", "clerk", cross_reference_to_take_away, ("records:cross_reference_remove",)),
    Screen("facts-case-in-binder", "clerk", case_in_binder),
    Screen("lent-out", "registry", at("/fehlblaetter/"), ("records:lent_out",)),
    Screen("index-fields", "registry", first_link("/verwaltung/aktenplan/?q=63.12", "main td a"), ("records:unit_index_fields",)),
    Screen("file-rights", "supervisor", in_file("rechte/"), ("records:file_rights",)),
    Screen("file-rights-preview", "supervisor", restriction_preview, ("records:file_restrict",)),
    Screen("file-protection", "supervisor", in_file("schutzbedarf/"), ("records:file_protection",)),
    Screen("emergency", "clerk", at("/notzugriff/"), ("records:emergency",)),
    Screen("support", "supervisor", at("/freigaben/"), ("records:support",)),
    Screen("my-rights", "clerk", at("/meine-rechte/"), ("records:my_rights",)),
    Screen("help", "clerk", at("/hilfe/?von=records:desk"), ("tenants:help",)),
    Screen("training", "clerk", at("/schulung/?von=records:desk"), ("tenants:training",)),
    Screen("substitutes", "clerk", at("/vertretung/"), ("tenants:substitutes",)),
    Screen("substitutes-of-others", "supervisor", at("/vertretung/andere/"), ("tenants:substitutes_of_others",)),
    Screen("substitute-files", "supervisor", first_link("/vertretung/", "main a[href$='/akten/']"), ("records:substitute_files",)),
    Screen("exports", "clerk", in_file("abgeben/"), ("records:file_exports", "records:export_list")),
    Screen("search", "clerk", at("/suche/"), ("records:search",)),
    Screen("search-hits", "clerk", at("/suche/?q=Antrag")),
    Screen("search-none", "clerk", at("/suche/?q=gibtesnichtauchnicht")),
    Screen("error-404", "clerk", at(f"/akten/{NOBODY}/"), refused="404 GET"),
    Screen("practice", "clerk", at("/"), town="uebungsstadt"),
    Screen("caught-mail", "clerk", at("/uebung/ausgang/"), ("tenants:caught_mail",), town="uebungsstadt"),
    Screen("exercises", "clerk", at("/uebungen/"), ("records:exercises",), town="uebungsstadt"),
    Screen("exercise", "clerk", at("/uebungen/lend-out/"), ("records:exercise",), town="uebungsstadt"),
    Screen("exercise-checked", "clerk", exercise_checked, town="uebungsstadt"),
    Screen("exercise-at-hand", "clerk", exercise_at_hand, town="uebungsstadt"),
    # Administration.
    Screen("people", "administrator", at("/verwaltung/personen/"), ("tenants:people",)),
    Screen("person-new", "administrator", at("/verwaltung/personen/neu/"), ("tenants:person_new",)),
    Screen("person-new-errors", "administrator", sent_empty("/verwaltung/personen/neu/", "Person anlegen")),
    Screen("people-import", "administrator", at("/verwaltung/personen/import/"), ("tenants:people_import",)),
    Screen("person", "administrator", somebody(), ("tenants:person",)),
    Screen("person-move", "administrator", somebody("versetzen/"), ("tenants:person_move",)),
    Screen("person-end", "administrator", somebody("deaktivieren/"), ("tenants:person_deactivate",)),
    Screen("person-slip", "administrator", slip),
    Screen("offices", "administrator", at("/verwaltung/organisation/"), ("tenants:offices",)),
    Screen("office", "administrator", first_link("/verwaltung/organisation/", "main .lines a"), ("tenants:office",)),
    Screen("settings", "administrator", at("/verwaltung/einstellungen/"), ("tenants:settings",)),
    Screen("centre-messages", "administrator", at("/verwaltung/zentrum/"), ("tenants:centre_messages",)),
    Screen("feedback", "administrator", at("/barrierefreiheit/rueckmeldungen/"), ("pages:feedback_list",)),
    Screen("plan-upkeep", "administrator", at("/verwaltung/aktenplan/?q=63"), ("records:plan_admin",)),
    Screen("plan-search", "clerk", at("/aktenplan/suche/?q=Bau"), ("records:plan_search",)),
    Screen("unit-edit", "administrator", first_link("/verwaltung/aktenplan/?q=63.12", "main th a"), ("records:unit_edit",)),
    Screen("editions", "administrator", at("/verwaltung/aktenplan/ausgaben/"), ("records:editions",)),
    Screen("edition", "administrator", in_edition(), ("records:edition",)),
    Screen("edition-unit", "administrator", in_edition("?q=63.12", ".planned a[href*='/einheiten/']"), ("records:planned",)),
    Screen("edition-unit-new", "administrator", in_edition("einheiten/neu/"), ("records:planned_new",)),
    Screen("edition-review", "administrator", changed_edition, ("records:edition_review",)),
    Screen("edition-import", "registry", in_edition("import/"), ("records:edition_import",)),
    Screen("register-sets", "administrator", at("/verwaltung/registersaetze/"), ("records:register_sets",)),
    Screen("register-set", "administrator", first_link("/verwaltung/registersaetze/", "main .lines a"), ("records:register_set",)),
    Screen("plan-import", "administrator", at("/verwaltung/aktenplan/import/"), ("records:plan_import",)),
    Screen("plan-import-faults", "administrator", tried_plan, refused="422 POST"),
    Screen(
        "unit-rights", "administrator", first_link("/verwaltung/aktenplan/?q=63.12", "main td a[href$='rechte/']"), ("records:unit_rights",)
    ),
    Screen("registry", "registry", at("/verwaltung/aktenplan/?q=63")),
    Screen("restricted-files", "registry", at("/registratur/beschraenkte-akten/"), ("records:restricted_files",)),
    Screen("emergencies", "data_protection", at("/verwaltung/notzugriffe/"), ("records:emergencies",)),
    Screen("person-rights", "administrator", somebody("rechte/"), ("records:person_rights",)),
    Screen("erasures", "data_protection", at("/verwaltung/loeschungen/"), ("records:erasures",)),
    # The centre: a site of its own with the same pages for its staff.
    *(Screen(f"centre-{name}", role, show, (f"centre/{route}",), town="zentrum") for name, role, show, route in [*CENTRE, *ATTENDANCE]),
    Screen("centre-verify", None, at("/bescheinigung/kein-code/"), ("centre/training:verify",), town="zentrum", refused="404 GET"),
    Screen(
        "centre-evaluate", None, at(f"/rueckmeldung/{NOBODY}/kein-link/"), ("centre/training:evaluate",), town="zentrum", refused="422 GET"
    ),
    Screen(
        "centre-check-in",
        "agent",
        at(f"/schulungen/anwesend/{NOBODY}/x/"),
        ("centre/training:check_in",),
        town="zentrum",
        refused="422 GET",
    ),
    # Without a link of a mail that somebody got it is refused.
    Screen(
        "centre-invitation", None, at("/schulungen/einladung/geraten/"), ("centre/training:invitation",), town="zentrum", refused="422 GET"
    ),
    Screen("centre-offer", None, at("/schulungen/angebot/kein-link/"), ("centre/training:offer",), town="zentrum", refused="422 GET"),
    Screen(
        "centre-personal", None, at("/schulungen/anmeldung/kein-link/"), ("centre/training:personal",), town="zentrum", refused="422 GET"
    ),
    Screen("centre-helpful", None, at("/war-das-hilfreich/kein-link/"), ("centre/hotline:helpful",), town="zentrum", refused="422 GET"),
]


class Windows:
    """A window for each role, kept open over many screens."""

    def __init__(self, browsing: Browsing, **options: object) -> None:
        self.browsing, self.options = browsing, options
        self.open: dict[tuple[str | None, str], Visitor] = {}
        self.stack = ExitStack()

    def show(self, screen: Screen) -> Visitor:
        """Bring a screen onto the display; what went wrong with others before is forgotten."""
        for earlier in screen.after:
            self.show(earlier)
        sites = self.browsing.sites
        key = (screen.role, screen.town)
        if key not in self.open:
            login = sites.login(screen.role, screen.town) if screen.role else None
            base = "" if login else sites.address(screen.town)
            self.open[key] = self.stack.enter_context(self.browsing.visitor(login, base=base, watch=False, **self.options))
        visitor = self.open[key]
        visitor.watch.troubles, visitor.watch.expected = [], [screen.refused] if screen.refused else []
        screen.show(visitor)
        return visitor
