"""A clerk's desk and the ways to her files: reminders, the file plan, lists; and the review of the journal."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import expect

from tests.journeys import binders
from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import Screen, at, first_file, first_link, in_file, new_file, sent_empty, sent_empty_in_file


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


def user_menu(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("[popovertarget=user-menu]").click()
    expect(page.locator("#user-menu")).to_be_visible()


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


SCREENS = [
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
]
