"""What clerks have beside their files: rights, help, substitutes, what is taken along, searching, and practice."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import NOBODY, Screen, at, first_file, first_link, in_file


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


def restriction_preview(visitor: Visitor) -> None:
    """Who would lose a file; nothing is confirmed."""
    page = visitor.open(first_file(visitor) + "rechte/")
    page.locator("#id_reason").fill("Disziplinarsache")
    page.get_by_role("button", name="Akte beschränken").click()
    expect(page.locator("#proposal")).to_be_visible()


SCREENS = [
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
]
