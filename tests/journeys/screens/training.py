"""Training: the catalogue, dates, planning, attendance and certificates."""

from __future__ import annotations

import re

from tests.journeys import planning
from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import NOBODY, Row, Screen, Show, at, first_link, linked_from, of_the_centre


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


TICKED, DONE = "Noch nicht abgeschlossen", "Abgeschlossen"


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


ATTENDANCE: list[Row] = [
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
PLANNING: list[Row] = [
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
CATALOGUE: list[Row] = [
    ("courses", "agent", at("/schulungen/"), "training:courses"),
    ("course", "agent", first_link("/schulungen/", "main .lines__text > a"), "training:course"),
    ("course-dates", "agent", at("/schulungen/termine/"), "training:dates"),
    ("course-date", "agent", first_link("/schulungen/termine/", "main .lines__text > a"), "training:date"),
    ("my-training", "agent", at("/schulungen/meine/"), "training:mine"),
    ("training-towns", "operator", at("/schulungen/kommunen/"), "training:towns"),
    ("training-town", "operator", first_link("/schulungen/kommunen/", "main .lines a"), "training:town"),
    ("notices", "agent", at("/schulungen/meine/mitteilungen/"), "training:notices"),
    ("notices-undelivered", "operator", at("/schulungen/verwaltung/mitteilungen/"), "training:undelivered"),
]
SCREENS = [
    *of_the_centre([*PLANNING, *CATALOGUE, *ATTENDANCE]),
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
]
