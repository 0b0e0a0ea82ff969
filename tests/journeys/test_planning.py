"""A trainer plans a course of two days without a mouse, copies it and moves a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.binders import tab_to
from tests.journeys.browsing import DESK, PHONE, Visitor
from tests.journeys.planning import COURSE, PLAN, ROOM, course_there, first_day, room_there
from tests.journeys.screen_checks import assert_no_violation_in_any_look
from tests.journeys.screens import Screen

pytestmark = pytest.mark.journey

DATE = re.compile(rf"{PLAN}termine/[0-9a-f-]{{36}}/$")
DAY, WEEK = timedelta(days=1), timedelta(days=7)


FAULTS: list[str] = []  # said together at the end: planning goes on meanwhile


def looks(visitor: Visitor, name: str) -> None:
    """axe in light, dark, forced colours and at 320 pixels, where nothing is wider than the window; with pictures, if they are wanted."""
    page = visitor.page
    try:
        assert_no_violation_in_any_look(visitor, Screen(f"plan-{name}", "trainer", lambda _visitor: None, town="zentrum"))
    except AssertionError as objections:
        FAULTS.append(f"{name}: {objections}")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    if wide > 0:
        FAULTS.append(f"{name}: {wide} pixels too wide at 320")


def typed(page: Page, label: str, keys: str, shown: str) -> None:
    """Go to a field of days or times by Tab and type: digits first, and the half of the day for whoever has clocks with twelve hours."""
    field = page.get_by_label(label, exact=True).last
    tab_to(page, field)
    page.keyboard.type(keys)
    expect(field).to_have_value(shown)


def chosen(page: Page, label: str, begins_with: str) -> None:
    field = page.get_by_label(re.compile(label)).last
    tab_to(page, field)
    page.keyboard.type(begins_with)
    expect(field.locator("option:checked")).to_have_text(re.compile(rf"^{begins_with}"))


def digits(day: date) -> str:
    return f"{day:%d%m%Y}"


class TestPlanning:
    def test_a_course_of_two_days_is_planned_copied_and_moved_without_a_mouse(self, visit: Callable[..., Visitor]) -> None:
        trainer = visit("trainer", town="zentrum")
        page, day = trainer.page, first_day()
        course_there(trainer)
        room_there(trainer)

        trainer.open(PLAN)
        tab_to(page, page.get_by_role("link", name="Termin planen"))
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{PLAN}termine/neu/")
        trainer.rest()
        chosen(page, "^Schulung$", COURSE[:8])
        typed(page, "Tag", digits(day), day.isoformat())
        typed(page, "Von", "0900A", "09:00")
        typed(page, "Bis", "1200P", "12:00")
        chosen(page, "^Raum", ROOM[:14])
        tab_to(page, page.get_by_role("button", name="Weiterer Schulungstag"))
        page.keyboard.press("Enter")
        expect(page.get_by_label("Tag", exact=True)).to_have_count(2)
        trainer.rest()
        expect(page.get_by_role("group", name="2. Schulungstag")).to_be_focused()
        expect(page.get_by_label("Tag", exact=True).last).to_have_value((day + DAY).isoformat())
        looks(trainer, "new")
        tab_to(page, page.get_by_role("button", name="Planen", exact=True).last)
        page.keyboard.press("Enter")
        page.wait_for_url(DATE)
        trainer.rest()
        planned = "/" + page.url.split("/", 3)[3]
        expect(page.locator("main")).to_contain_text("In Planung")
        tab_to(page, page.get_by_role("button", name="Anmeldung öffnen"))
        page.keyboard.press("Enter")
        expect(page.get_by_text("Die Anmeldung ist jetzt offen.")).to_be_visible()
        trainer.rest()
        looks(trainer, "date")

        tab_to(page, page.get_by_role("link", name="Kopieren"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/kopieren/")
        trainer.rest()
        expect(page.get_by_label("Erster Tag der Kopie")).to_have_value((day + WEEK).isoformat())
        tab_to(page, page.get_by_role("button", name="Kopieren"))
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: bool(DATE.search(url)) and planned not in url)
        trainer.rest()
        copied = "/" + page.url.split("/", 3)[3]

        # The copy's first day is moved onto the original: the room is taken then, and she is told by what.
        tab_to(page, page.get_by_role("link", name=re.compile("^Verschieben")).first)
        page.keyboard.press("Enter")
        page.wait_for_url("**/tage/**")
        trainer.rest()
        page.get_by_label("Tag", exact=True).fill(day.isoformat())
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(f"{ROOM} ist belegt: „{COURSE}“")
        trainer.rest()
        looks(trainer, "taken")
        # On a Saturday she is warned, and moves it all the same.
        saturday = day + timedelta(days=5 - day.weekday())
        page.get_by_label("Tag", exact=True).fill(saturday.isoformat())
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("liegt am Wochenende")
        trainer.rest()
        looks(trainer, "asked")
        tab_to(page, page.get_by_label("Ich habe das gesehen"))
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{copied}")
        expect(page.get_by_text("Der Schulungstag ist verschoben.")).to_be_visible()
        expect(page.locator("main")).to_contain_text(f"{saturday.day}. ")

        for view in ("monat", "woche", "liste"):
            trainer.open(f"{PLAN}?ansicht={view}&tag={day}")
            expect(page.locator(f"main a[href='{planned}']").first).to_be_visible()
            looks(trainer, view)
        trainer.open(f"{planned}teilnehmende/")
        looks(trainer, "list")
        for name in ("kurse", "lernwege", "raeume", "abwesenheiten"):
            trainer.open(f"{PLAN}{name}/")
            looks(trainer, name)
        assert not FAULTS, "\n".join(FAULTS)
