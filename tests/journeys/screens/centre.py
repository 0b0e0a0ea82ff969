"""The competence centre itself: its start page, sites, people."""

from __future__ import annotations

import re

from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import Row, Show, api_docs, at, first_link, of_the_centre


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


ROWS: list[Row] = [
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
    ("tokens", "agent", at("/zugang-fuer-programme/"), "centre:tokens"),
]
SCREENS = [
    *of_the_centre(ROWS),
]
