"""A beginner's first hour in the practice municipality: three exercises on the real screens, with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import binders
from tests.journeys.binders import tab_to
from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.mornings import Keys

pytestmark = pytest.mark.journey
BINDER = re.compile(r"/akten/[0-9a-f-]{36}/(#.*)?$")


def bar(page: Page) -> Locator:
    return page.locator("#practice-bar")


def press(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def begin(learner: Visitor, key: str, title: str) -> None:
    """From the list of exercises into one of them."""
    page = learner.page
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/uebungen/")
    press(page, page.get_by_role("link", name=title))
    page.wait_for_url(f"**/uebungen/{key}/")
    if (take_up := page.get_by_role("button", name=re.compile("^Übung (beginnen|fortsetzen)$"))).count():  # unless it is at hand already
        press(page, take_up)
    expect(page.get_by_role("link", name="Zum Bildschirm, auf dem es losgeht")).to_be_visible()


def find(page: Page, words: str, title: str) -> None:
    """Look for a file and open it from the search field's suggestions."""
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(words)
    option = page.locator("#suggestions [role=option][data-url^='/akten/']").filter(has_text=title).first
    expect(page.locator("#q")).to_have_value(words)
    expect(option).to_be_visible()
    for _step in range(10):
        page.keyboard.press("ArrowDown")
        if option.get_attribute("aria-selected") == "true":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(BINDER)


def check(page: Page) -> None:
    press(page, bar(page).get_by_role("button", name="Prüfen"))


class TestFirstHour:
    def test_three_exercises_with_the_keyboard(self, visit: Callable[..., Visitor], tmp_path: Path) -> None:
        learner = visit("clerk", town="uebungsstadt")
        page = learner.open("/")

        # Which reference does Krümel's file have? First a wrong answer, then the right one, without leaving the file.
        begin(learner, "find-file", "Eine Akte finden")
        learner.picture("exercises-01-task")
        press(page, page.get_by_role("link", name="Zum Bildschirm, auf dem es losgeht"))
        expect(bar(page)).to_contain_text("Übung 1: Eine Akte finden")
        learner.picture("exercises-02-desk")
        find(page, "Krümel", "Sonnleitner")
        learner.rest()
        address, reference = page.url, page.locator("h1 .reference").inner_text()
        tab_to(page, bar(page).get_by_label("Welches Aktenzeichen"))
        page.keyboard.type("4711")
        page.keyboard.press("Enter")
        expect(bar(page)).to_contain_text("noch nicht das gesuchte Aktenzeichen")
        learner.picture("exercises-03-wrong")
        field = bar(page).get_by_label("Welches Aktenzeichen")
        page.keyboard.press("Shift+Tab")
        expect(field).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.type(reference.lower())
        page.keyboard.press("Enter")
        expect(bar(page)).to_contain_text("Alles ist richtig.")
        learner.picture("exercises-04-right")
        assert page.url == address

        # The scan of the objection: from the exercise's page into the right register.
        begin(learner, "file-scan", "Einen Scan ablegen")
        tab_to(page, page.get_by_role("link", name="herunterladen"))
        with page.expect_download() as arriving:
            page.keyboard.press("Enter")
        scan = tmp_path / arriving.value.suggested_filename
        scan.write_bytes(binders.saved(arriving.value, tmp_path / "arrived"))
        find(page, "Kranz Ulmenweg", "Kranz, Ulmenweg 8")
        learner.rest()
        check(page)
        expect(bar(page)).to_contain_text("noch nicht abgelegt")
        tab_to(page, binders.register(page, "Stellungnahmen").get_by_role("button", name="Dokumente in"))
        with page.expect_file_chooser() as choosing:
            page.keyboard.press("Enter")
        choosing.value.set_files(scan)
        expect(binders.row(page, scan.stem)).to_be_visible()
        check(page)
        expect(bar(page)).to_contain_text("Er liegt im richtigen Register.")
        learner.picture("exercises-05-filed")

        # A reminder in two weeks, in the same file; looked at small and dark.
        begin(learner, "set-reminder", "Eine Wiedervorlage setzen")
        find(page, "Kranz Ulmenweg", "Kranz, Ulmenweg 8")
        learner.rest()
        press(page, page.get_by_role("link", name="Wiedervorlagen").last)
        page.wait_for_url("**/wiedervorlagen/")
        keys = Keys(learner)
        keys.day(page.get_by_label("Am", exact=True), date.today() + timedelta(days=14))  # noqa: DTZ011 - a day as people say it
        keys.write(page.get_by_label("Bemerkung"), "Antwort der Familie Kranz da?")
        press(page, page.get_by_role("button", name="Wiedervorlage setzen"))
        learner.rest()
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="dark")
        learner.picture("exercises-06-small-dark")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        check(page)
        expect(bar(page)).to_contain_text("Alles ist richtig.")
        learner.picture("exercises-07-small-dark-done")

        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        learner.open("/uebungen/")
        for title in ("Eine Akte finden", "Einen Scan ablegen", "Eine Wiedervorlage setzen"):
            expect(page.get_by_role("listitem").filter(has_text=title)).to_contain_text("Fertig")
        learner.picture("exercises-08-list")

    def test_without_scripts_the_same_is_said_on_the_exercises_page(self, visit: Callable[..., Visitor]) -> None:
        learner = visit("clerk", town="uebungsstadt", java_script_enabled=False)
        page = learner.open("/uebungen/close-file/")
        page.get_by_role("button", name=re.compile("^Übung (beginnen|fortsetzen)$")).click()
        learner.open("/wiedervorlagen/")

        bar(page).get_by_role("button", name="Prüfen").click()

        expect(page.get_by_role("heading", name="Noch nicht ganz")).to_be_visible()
        expect(page.locator(".practice-findings")).to_contain_text("noch in keinem Register")
        expect(page.get_by_role("link", name="Zurück zur Arbeit")).to_have_attribute("href", "/wiedervorlagen/")
        page.locator("main summary").click()
        expect(page.locator(".practice-hint")).to_contain_text("Für die Liste gibt es ein Register")

    def test_a_real_town_knows_no_exercises(self, visit: Callable[..., Visitor]) -> None:
        clerk = visit("clerk")
        clerk.watch.expect("404 GET")

        page = clerk.open("/uebungen/")

        expect(page.get_by_role("link", name="Übungen")).to_have_count(0)
        assert "Einen Scan ablegen" not in page.content()
