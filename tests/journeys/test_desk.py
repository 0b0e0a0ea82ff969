"""The desk in the morning: reminders on top, a preview beside the list, everything by keyboard."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys import binders
from tests.journeys.browsing import PHONE, Visitor

pytestmark = pytest.mark.journey


class TestReminders:
    def test_set_in_the_file_found_on_the_desk_looked_at_and_ticked_off(self, clerk: Visitor) -> None:
        binders.open_a_file(clerk)
        page = clerk.page
        page.get_by_role("link", name="Wiedervorlagen").last.click()
        page.get_by_label("Am").fill((date.today() + timedelta(days=1)).isoformat())  # noqa: DTZ011 - as the browser's calendar has it
        page.get_by_label("Bemerkung").fill("Ortstermin vorbereiten")
        page.get_by_role("button", name="Wiedervorlage setzen").click()
        clerk.rest()
        clerk.picture("reminders-01-of-the-file")

        page.get_by_role("link", name="Schreibtisch", exact=True).click()
        clerk.rest()
        link = page.locator("#reminders").locator("xpath=../..").get_by_role("link", name="Ortstermin vorbereiten").first
        link.focus()
        expect(page.locator("#desk-preview img")).to_be_visible()
        clerk.rest()
        clerk.picture("reminders-02-desk")
        page.keyboard.press("ArrowDown")
        expect(link).not_to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(link).to_be_focused()

        page.get_by_role("link", name="Wiedervorlagen", exact=True).click()
        clerk.rest()
        clerk.picture("reminders-03-list")
        row = page.get_by_role("row").filter(has_text="Ortstermin vorbereiten").first
        row.get_by_role("button", name=re.compile("Erledigt")).focus()
        page.keyboard.press("Enter")
        clerk.rest()
        expect(page.get_by_text("Die Wiedervorlage ist erledigt.")).to_be_visible()

    def test_the_desk_fits_a_small_window_in_the_dark(self, clerk: Visitor) -> None:
        page = clerk.open("/")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        clerk.rest()
        clerk.picture("desk-02-small-and-dark")

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
