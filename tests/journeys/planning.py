"""What planners bring about on their screens: a course, a room, a date. For journeys and for the walk through all screens."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tests.journeys.browsing import Visitor

PLAN = "/schulungen/planung/"
COURSE, ROOM = "Akten führen für Einsteiger", "Rathaussaal im zweiten Stock"
FRIDAY = 4


def first_day() -> date:
    """A day of next year's summer that reads the same whichever way round its month is written; it and the day after are no weekend."""
    year = date.today().year + 1  # noqa: DTZ011 - as the browser's calendar has it
    return next(day for day in (date(year, month, month) for month in (7, 8, 9)) if day.weekday() < FRIDAY)


def course_there(visitor: Visitor) -> None:
    page = visitor.open(f"{PLAN}kurse/")
    if page.get_by_role("link", name=COURSE, exact=True).count():
        return
    visitor.open(f"{PLAN}kurse/neu/")
    page.get_by_label("Titel").fill(COURSE)
    page.get_by_label("Was Sie danach können").fill("Sie legen Schriftstücke in der richtigen Akte ab und finden sie wieder.")
    page.get_by_label("Dauer in Minuten").fill("360")
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_url(f"**{PLAN}kurse/")
    visitor.rest()


def room_there(visitor: Visitor) -> None:
    page = visitor.open(f"{PLAN}raeume/")
    if page.get_by_role("link", name=ROOM, exact=True).count():
        return
    visitor.open(f"{PLAN}raeume/neu/")
    page.get_by_label("Name", exact=True).fill(ROOM)
    page.get_by_label("Plätze im Raum").fill("14")
    page.get_by_label(re.compile("Ausstattung")).fill("Beamer, 14 Rechner, stufenlos")
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_url(f"**{PLAN}raeume/")
    visitor.rest()


def date_there(visitor: Visitor) -> str:
    """The address of a date that is planned for a day of next autumn."""
    course_there(visitor)
    day = first_day() + timedelta(days=28)
    page = visitor.open(f"{PLAN}?ansicht=liste&tag={day}")
    if not page.locator("main tbody th a").count():
        visitor.open(f"{PLAN}termine/neu/")
        page.get_by_label("Schulung", exact=True).select_option(label=COURSE)
        page.get_by_label("Tag", exact=True).fill(day.isoformat())
        page.get_by_label("Von", exact=True).fill("09:00")
        page.get_by_label("Bis", exact=True).fill("12:00")
        page.get_by_label(re.compile("Videoraum")).fill("https://video.example/raum")
        page.get_by_role("button", name="Planen", exact=True).last.click()
        page.wait_for_url(re.compile(rf"{PLAN}termine/[0-9a-f-]{{36}}/$"))
        return "/" + page.url.split("/", 3)[3]
    return str(page.locator("main tbody th a").first.get_attribute("href"))
