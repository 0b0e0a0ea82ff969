"""Administration of a municipality: people, offices, settings, the file plan and its editions."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import Screen, Show, at, first_link, sent_empty


def somebody(below: str = "") -> Show:
    return first_link("/verwaltung/personen/?q=petersen", "main th a.person", below)


def slip(visitor: Visitor) -> None:
    page = visitor.open("/verwaltung/personen/neu/")
    page.get_by_label("Name", exact=True).fill("Zettel Probe")
    page.get_by_label("Benutzername").fill(f"zettel.{uuid4().hex[:6]}")
    page.get_by_role("button", name="Person anlegen").click()
    page.get_by_role("button", name="Neuer Passwortzettel").click()
    expect(page.locator(".slip__secret")).to_be_visible()


def tried_plan(visitor: Visitor) -> None:
    """The dry run of a file plan, with what is wrong in it."""
    page = visitor.open("/verwaltung/aktenplan/")
    sheet = b"Aktenplankennzeichen;Bezeichnung;Aufbewahrungsfrist\n99;Probe;zehn\n"
    page.locator("input[type=file]").set_input_files({"name": "plan.csv", "mimeType": "text/csv", "buffer": sheet})
    page.get_by_role("button", name="Erst prüfen").click()
    expect(page.locator("#outcome, .kern-error").first).to_be_visible()


def in_edition(below: str = "", link: str = "") -> Show:
    """The edition in preparation; the first visit begins it. `link` is followed there."""

    def show(visitor: Visitor) -> None:
        page = visitor.open("/verwaltung/aktenplan/ausgaben/")
        if not page.get_by_role("link", name="Weiter daran arbeiten").count():
            page.get_by_label("Name der Ausgabe").fill("Aktenplan 2027")
            page.get_by_role("button", name="Beginnen").click()
            page.wait_for_url(re.compile(r"/ausgaben/[0-9a-f-]{36}/$"))
            visitor.open("/verwaltung/aktenplan/ausgaben/")
        target = page.get_by_role("link", name="Weiter daran arbeiten").get_attribute("href")
        visitor.open(f"{target}{below}")
        if link:
            visitor.open(str(page.locator(link).first.get_attribute("href")))

    return show


def changed_edition(visitor: Visitor) -> None:
    in_edition("?q=63.12.07", ".planned a[href*='/einheiten/']")(visitor)
    page = visitor.page
    page.get_by_label("Unter der Einheit").fill("1")
    page.get_by_role("button", name="In der Ausgabe speichern").click()
    page.get_by_role("link", name="Unterschied und Inkraftsetzen").click()
    page.wait_for_url(re.compile("/unterschied/"))
    visitor.rest()


SCREENS = [
    Screen("people", "administrator", at("/verwaltung/personen/"), ("tenants:people",)),
    Screen("person-new", "administrator", at("/verwaltung/personen/neu/"), ("tenants:person_new",)),
    Screen("person-new-errors", "administrator", sent_empty("/verwaltung/personen/neu/", "Person anlegen")),
    Screen("people-import", "administrator", at("/verwaltung/personen/import/"), ("tenants:people_import",)),
    Screen("person", "administrator", somebody(), ("tenants:person",)),
    Screen("person-move", "administrator", somebody("versetzen/"), ("tenants:person_move",)),
    Screen("person-end", "administrator", somebody("deaktivieren/"), ("tenants:person_deactivate",)),
    Screen("person-slip", "administrator", slip),
    Screen("offices", "administrator", at("/verwaltung/organisation/"), ("tenants:offices",)),
    Screen("office", "administrator", first_link("/verwaltung/organisation/", "main .lines a"), ("tenants:office",)),
    Screen("settings", "administrator", at("/verwaltung/einstellungen/"), ("tenants:settings",)),
    Screen("centre-messages", "administrator", at("/verwaltung/zentrum/"), ("tenants:centre_messages",)),
    Screen("feedback", "administrator", at("/barrierefreiheit/rueckmeldungen/"), ("pages:feedback_list",)),
    Screen("plan-upkeep", "administrator", at("/verwaltung/aktenplan/?q=63"), ("records:plan_admin",)),
    Screen("plan-search", "clerk", at("/aktenplan/suche/?q=Bau"), ("records:plan_search",)),
    Screen("unit-edit", "administrator", first_link("/verwaltung/aktenplan/?q=63.12", "main th a"), ("records:unit_edit",)),
    Screen("editions", "administrator", at("/verwaltung/aktenplan/ausgaben/"), ("records:editions",)),
    Screen("edition", "administrator", in_edition(), ("records:edition",)),
    Screen("edition-unit", "administrator", in_edition("?q=63.12", ".planned a[href*='/einheiten/']"), ("records:planned",)),
    Screen("edition-unit-new", "administrator", in_edition("einheiten/neu/"), ("records:planned_new",)),
    Screen("edition-review", "administrator", changed_edition, ("records:edition_review",)),
    Screen("edition-import", "registry", in_edition("import/"), ("records:edition_import",)),
    Screen("register-sets", "administrator", at("/verwaltung/registersaetze/"), ("records:register_sets",)),
    Screen("register-set", "administrator", first_link("/verwaltung/registersaetze/", "main .lines a"), ("records:register_set",)),
    Screen("plan-import", "administrator", at("/verwaltung/aktenplan/import/"), ("records:plan_import",)),
    Screen("plan-import-faults", "administrator", tried_plan, refused="422 POST"),
    Screen(
        "unit-rights", "administrator", first_link("/verwaltung/aktenplan/?q=63.12", "main td a[href$='rechte/']"), ("records:unit_rights",)
    ),
    Screen("registry", "registry", at("/verwaltung/aktenplan/?q=63")),
    Screen("restricted-files", "registry", at("/registratur/beschraenkte-akten/"), ("records:restricted_files",)),
    Screen("emergencies", "data_protection", at("/verwaltung/notzugriffe/"), ("records:emergencies",)),
    Screen("person-rights", "administrator", somebody("rechte/"), ("records:person_rights",)),
    Screen("erasures", "data_protection", at("/verwaltung/loeschungen/"), ("records:erasures",)),
]
