"""The first three exercises, done with the mouse in whichever practice town a window is in."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys import binders

EXERCISES = {"find-file": "Eine Akte finden", "file-scan": "Einen Scan ablegen", "set-reminder": "Eine Wiedervorlage setzen"}
KRANZ = "Kranz, Ulmenweg 8"


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def take_up(page: Page, base: str, key: str) -> None:
    page.goto(f"{base}/uebungen/{key}/")
    page.get_by_role("button", name=re.compile("^Übung (beginnen|fortsetzen)$")).click()
    settled(page)


def is_right(page: Page) -> None:
    """Have it checked, once more while an upload is still on its way."""
    bar = page.locator("#practice-bar")
    right = bar.get_by_text("Alles ist richtig.", exact=True)
    for _time in range(5):
        if right.count():
            return
        bar.get_by_role("button", name="Prüfen").click()
        with suppress(AssertionError):
            expect(right).to_be_visible(timeout=4000)
    expect(right).to_be_visible()


def find_file(page: Page, base: str) -> None:
    """Find a file, and say which reference it has."""
    take_up(page, base, "find-file")
    page.goto(f"{base}/akten/?q=Sonnleitner")
    page.locator("#practice-bar").get_by_label("Welches Aktenzeichen").fill(page.locator("main .reference").first.inner_text())
    is_right(page)


def file_scan(page: Page, base: str, folder: Path) -> None:
    """Download the scan of an objection and put it into the right register of the right file."""
    take_up(page, base, "file-scan")
    with page.expect_download() as arriving:
        page.get_by_role("link", name="herunterladen").click()
    scan = folder / arriving.value.suggested_filename
    scan.write_bytes(binders.saved(arriving.value, folder / "arrived"))
    _open_kranz(page, base)
    if (
        there := page.locator("#documents li[data-state]").filter(has_text=scan.stem).all()
    ):  # somebody practised in the town that this one is a copy of
        _cancel(page, f"{base}/dokumente/{there[0].locator('.contents__link').get_attribute('data-document')}/")
        _open_kranz(page, base)
    with page.expect_file_chooser() as choosing:
        binders.register(page, "Stellungnahmen").get_by_role("button", name="Dokumente in").click()
    choosing.value.set_files(scan)
    expect(page.locator("#documents li[data-state]").filter(has_text=scan.stem)).to_have_count(1)
    is_right(page)


def set_reminder(page: Page, base: str) -> None:
    """A reminder in two weeks."""
    take_up(page, base, "set-reminder")
    _open_kranz(page, base)
    page.get_by_role("link", name="Wiedervorlagen").last.click()
    page.wait_for_url("**/wiedervorlagen/")
    page.get_by_label("Am", exact=True).fill((date.today() + timedelta(days=14)).isoformat())  # noqa: DTZ011 - a day as people say it
    page.get_by_label("Bemerkung").fill("Antwort der Familie Kranz da?")
    page.get_by_role("button", name="Wiedervorlage setzen").click()
    settled(page)
    is_right(page)


def done(page: Page, base: str) -> list[str]:
    """The exercises that are done in this town, by the page that lists them."""
    page.goto(f"{base}/uebungen/")
    settled(page)
    lines = page.get_by_role("listitem")
    return [key for key, title in EXERCISES.items() if lines.filter(has_text=title).filter(has_text="Fertig").count()]


def _cancel(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Dokument stornieren").click()
    page.locator("#cancel-document").get_by_label("Begründung").fill("Lag schon in der Akte.")
    page.locator("#cancel-document").get_by_role("button", name="Dokument stornieren").click()
    page.wait_for_url(re.compile(r"/akten/"))
    settled(page)


def _open_kranz(page: Page, base: str) -> None:
    page.goto(f"{base}/akten/?q=Kranz+Ulmenweg")
    page.get_by_role("main").get_by_role("link", name=KRANZ).first.click()
    settled(page)
