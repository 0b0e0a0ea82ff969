"""The hotline: requests, agreements, articles, incidents, queues, and the protection of data."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import Row, Screen, Show, at, first_link, of_the_centre


def splittable(visitor: Visitor) -> None:
    """The page that splits a message off a ticket on which more than one was said."""
    page = visitor.open("/anfragen/?stand=waiting")
    page.locator("main a.table__title").first.click()
    visitor.rest()
    page.get_by_role("link", name="Abtrennen").first.click()
    visitor.rest()


def callback_of_a_ticket(visitor: Visitor) -> None:
    page = visitor.open("/anfragen/?stand=new")
    page.locator("main a.table__title").first.click()
    visitor.rest()
    page.get_by_role("link", name="Rückruf").first.click()
    visitor.rest()


def two_people(visitor: Visitor) -> None:
    """Side by side, before they are made one."""
    first_link("/verwaltung/datenschutz/personen/", "main .lines a", "vereinen/?q=a")(visitor)
    visitor.page.locator("main .lines a").first.click()
    visitor.rest()


def suggested_articles(visitor: Visitor) -> None:
    page = visitor.open("/anfragen/neu/")
    page.get_by_label("Betreff").fill("Mein Scan ist nicht lesbar")
    expect(page.locator(".suggested__one").first).to_be_visible()
    page.locator(".suggested__one summary").first.click()
    visitor.rest()


def unknown_caller(visitor: Visitor) -> None:
    """Somebody whom nobody knows is on the telephone; the fields of a new contact are there."""
    page = visitor.open("/anfragen/neu/")
    page.get_by_role("combobox", name="Telefonnummer, Name oder Ort").fill("0999 12345")
    page.get_by_role("option", name="als neuen Kontakt aufnehmen").click()
    expect(page.get_by_label("Telefon", exact=True)).to_have_value("0999 12345")


def webhook_of_the_centre(visitor: Visitor) -> None:
    """The demo has no webhook; the first visit makes one, to an address where nobody listens."""
    page = visitor.open("/verwaltung/webhooks/")
    if not page.locator("main .lines a").count():
        page.get_by_label("Name", exact=True).fill("Fachverfahren")
        page.locator("input[name=address]").fill("http://127.0.0.1:9/hook")
        page.get_by_role("button", name="Webhook anlegen").click()
        page.get_by_role("link", name="Notiert").click()
    else:
        page.locator("main .lines a").first.click()
    page.wait_for_url(re.compile("/webhooks/[0-9a-f-]{36}/"))
    visitor.rest()


def new_incident(visitor: Visitor) -> None:
    """Out of the proposal above the list, while there is one."""
    page = visitor.open("/stoerungen/")
    proposed = page.get_by_role("link", name="Störung daraus machen")
    if proposed.count():
        proposed.first.click()
        page.wait_for_url(re.compile("/stoerungen/neu/"))
        visitor.rest()
    else:
        visitor.open("/stoerungen/neu/")


def incident_of_the_centre(title: str, below: str = "", *, announced: bool = False) -> Show:
    """The demo has no incident; the first visit makes one, of the practice municipality alone."""

    def show(visitor: Visitor) -> None:
        page = visitor.open("/stoerungen/")
        known = page.locator(".incidents a", has_text=title)
        if known.count():
            known.first.click()
        else:
            visitor.open("/stoerungen/neu/")
            page.get_by_label("Was ist gestört?").fill(title)
            page.get_by_label("Text für die Beschäftigten").fill("Die Übungsakten sind heute langsam. Bitte warten Sie einen Augenblick.")
            page.get_by_label("Übungsstadt").check()
            page.get_by_role("button", name="Entwurf speichern").click()
        page.wait_for_url(re.compile("/stoerungen/[0-9a-f-]{36}/"))
        if announced and page.get_by_role("button", name="Jetzt bekannt geben").count():
            page.get_by_role("button", name="Jetzt bekannt geben").click()
            expect(page.get_by_role("heading", name="Störung beenden")).to_be_visible()
        if below:
            visitor.open(page.url.removeprefix(visitor.base) + below)
        visitor.rest()

    return show


ROWS: list[Row] = [
    ("tickets", "agent", at("/anfragen/?stand="), "hotline:tickets"),
    ("tickets-call-backs", "agent", at("/anfragen/?stand=offen&rueckruf=offen"), "hotline:tickets"),
    ("ticket-new", "agent", at("/anfragen/neu/"), "hotline:ticket_new"),
    ("support-new", "agent", first_link("/anfragen/", "main a.table__title", "einblick/"), "hotline:support_new"),
    ("callback", "agent", callback_of_a_ticket, "hotline:callback_new"),
    ("text-modules", "agent", at("/anfragen/textbausteine/"), "hotline:text_modules"),
    ("text-module-new", "agent", at("/anfragen/textbausteine/neu/"), "hotline:text_module_new"),
    ("text-module", "agent", first_link("/anfragen/textbausteine/", "main .lines a"), "hotline:text_module"),
    ("message-split", "agent", splittable, "hotline:message_split"),
    ("ticket", "agent", first_link("/anfragen/?stand=", "main a.table__title"), "hotline:ticket"),
    ("ticket-history", "agent", first_link("/anfragen/", "main a.table__title", "verlauf/"), "hotline:ticket_history"),
    ("ticket-deadlines", "agent", first_link("/anfragen/", "main a.table__title", "fristen/"), "hotline:ticket_deadlines"),
    ("agreements", "operator", at("/verwaltung/vereinbarungen/"), "hotline:agreements"),
    ("agreement-new", "operator", at("/verwaltung/vereinbarungen/neu/"), "hotline:agreement_new"),
    ("agreement", "operator", first_link("/verwaltung/vereinbarungen/", "main a.table__title"), "hotline:agreement"),
    ("time-report", "operator", at("/verwaltung/zeiten/"), "hotline:time_report"),
    ("mails", "agent", at("/e-mails/"), "hotline:mails"),
    ("mail", "agent", first_link("/e-mails/", "main a.table__title"), "hotline:mail"),
    ("ticket-closed", "agent", first_link("/anfragen/?stand=closed", "main a.table__title"), "hotline:ticket"),
    ("ticket-search", "agent", at("/anfragen/?q=Drucken"), "hotline:tickets"),
    ("articles", "agent", at("/wissen/"), "hotline:articles"),
    ("articles-search", "agent", at("/wissen/?q=Scan"), "hotline:articles"),
    ("article", "agent", first_link("/wissen/?q=Tastatur", "main .articles a"), "hotline:article"),
    ("article-new", "agent", at("/wissen/neu/"), "hotline:article_new"),
    ("article-edit", "agent", first_link("/wissen/?q=Tastatur", "main .articles a", "bearbeiten/"), "hotline:article_edit"),
    ("article-version", "agent", first_link("/wissen/?q=Tastatur", "main .articles a", "fassungen/1/"), "hotline:article_version"),
    ("request-suggested", "agent", suggested_articles, "hotline:article_suggestions"),
    ("incidents", "agent", at("/stoerungen/"), "hotline:incidents"),
    ("incident-new", "agent", new_incident, "hotline:incident_new"),
    ("incident-draft", "agent", incident_of_the_centre("Übungsakten sind langsam"), "hotline:incident"),
    ("incident-edit", "agent", incident_of_the_centre("Übungsakten sind langsam", "bearbeiten/"), "hotline:incident_edit"),
    ("incident-running", "agent", incident_of_the_centre("Anmeldung dauert lange", announced=True), "hotline:incident"),
    ("figures", "agent", at("/statistik/"), "hotline:figures"),
    ("queues", "operator", at("/verwaltung/warteschlangen/"), "hotline:queues"),
    ("queue", "operator", first_link("/verwaltung/warteschlangen/", "main .lines a"), "hotline:queue"),
    ("tags", "operator", at("/verwaltung/schlagwoerter/"), "hotline:tags"),
    ("tag", "operator", first_link("/verwaltung/schlagwoerter/", "main .lines a"), "hotline:tag"),
    ("caller-new", "agent", unknown_caller, "hotline:ticket_new"),
    ("municipalities", "operator", at("/verwaltung/kommunen/"), "hotline:municipalities"),
    ("municipality", "operator", first_link("/verwaltung/kommunen/", "main .lines a"), "hotline:municipality"),
    ("protection", "operator", at("/verwaltung/datenschutz/"), "hotline:protection"),
    ("protection-people", "operator", at("/verwaltung/datenschutz/personen/"), "hotline:protection_people"),
    ("protection-person", "operator", first_link("/verwaltung/datenschutz/personen/", "main .lines a"), "hotline:protection_person"),
    (
        "person-unite",
        "operator",
        first_link("/verwaltung/datenschutz/personen/", "main .lines a", "vereinen/?q=a"),
        "hotline:person_unite",
    ),
    ("person-unite-both", "operator", two_people, "hotline:person_unite"),
    (
        "anonymise",
        "operator",
        first_link("/verwaltung/datenschutz/personen/", "main .lines a", "anonymisieren/"),
        "hotline:person_anonymise",
    ),
    ("my-data", "agent", at("/meine-daten/"), "hotline:my_data"),
    ("mail-keeping", "operator", at("/verwaltung/e-mail/"), "hotline:mail_keeping"),
    ("mail-domain", "operator", first_link("/verwaltung/e-mail/", "main section[aria-labelledby=domains] .lines a"), "hotline:mail_domain"),
    ("ticket-claim", "agent", first_link("/anfragen/?stand=&q=Bauhof", "main a.table__title"), "hotline:ticket"),
    ("webhooks", "operator", at("/verwaltung/webhooks/"), "hotline:webhooks"),
    ("webhook", "operator", webhook_of_the_centre, "hotline:webhook"),
]
SCREENS = [
    *of_the_centre(ROWS),
    Screen("centre-helpful", None, at("/war-das-hilfreich/kein-link/"), ("centre/hotline:helpful",), town="zentrum", refused="422 GET"),
]
