"""What everybody sees, also who has not signed in; and what stands there when something fails."""

from __future__ import annotations

from uuid import uuid4

from django.template.loader import render_to_string
from playwright.sync_api import expect

from tests.journeys.browsing import Visitor
from tests.journeys.screens.shown import NOBODY, Screen, Show, api_docs, at, sent_empty


def wrong_login(visitor: Visitor) -> None:
    page = visitor.open("/anmelden/")
    page.get_by_label("Benutzername").fill(f"niemand.{uuid4().hex[:6]}")
    page.get_by_label("Passwort").fill("falsch")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def from_template(template: str) -> Show:
    """A page that only a failure shows, as the site would answer it."""
    words = {"title": "Die Kommune ist zurzeit nicht erreichbar", "detail": "Bitte versuchen Sie es in einigen Minuten wieder."}
    body = render_to_string(template, {"municipality_name": "Musterstadt", "telephone": "0800 000 0000", **words})

    def show(visitor: Visitor) -> None:
        visitor.page.route("**/gestoert/", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
        visitor.open("/gestoert/")

    return show


def unknown_host(visitor: Visitor) -> None:
    visitor.page.goto(visitor.base.replace("musterstadt.", "nirgendwo."))


SCREENS = [
    Screen("login", None, at("/anmelden/"), ("tenants:login",)),
    Screen("login-refused", None, wrong_login),
    Screen("accessibility", None, at("/barrierefreiheit/"), ("pages:accessibility",)),
    Screen("accessibility-errors", None, sent_empty("/barrierefreiheit/", "Nachricht senden")),
    Screen("privacy", None, at("/datenschutz/"), ("pages:privacy",)),
    Screen("imprint", None, at("/impressum/"), ("pages:imprint",)),
    Screen("api-docs", None, api_docs, ("api_docs",)),
    Screen("error-404-host", None, unknown_host, refused="404 GET"),
    Screen("error-400", None, from_template("400.html")),
    Screen("error-403", None, from_template("403.html")),
    Screen("error-405", "clerk", at("/dokumente/" + NOBODY + "/erneut-lesen/"), refused="405 GET"),
    Screen("error-500", None, from_template("500.html")),
    Screen("error-503", None, from_template("503_municipality.html")),
]
