"""The facts of a file: cases, participants, links, where its paper is."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import Screen, Show, at, first_file, new_file


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


SCREENS = [
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
]
