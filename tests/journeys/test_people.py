"""An administrator's morning: a new colleague, her first login, and the end of an account."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Login, Visitor

pytestmark = pytest.mark.journey

OWN_PASSWORD = "Neunzehn-Kraniche-am-Deich"


class TestAccount:
    def test_from_the_slip_over_the_first_login_to_the_end(self, visit: Callable[..., Visitor]) -> None:
        administrator = visit("administrator")
        page = administrator.open("/verwaltung/personen/")
        administrator.picture("people-01-list")
        page.get_by_role("link", name="Neue Person").click()
        username = f"neu.{uuid4().hex[:6]}"
        page.get_by_label("Name", exact=True).fill("Dörte Şahin-Łukasz")
        page.get_by_label("Benutzername").fill(username)
        page.get_by_label("Organisationseinheit", exact=False).first.select_option(index=1)
        administrator.picture("people-02-new")
        page.get_by_role("button", name="Person anlegen").click()
        expect(page.get_by_role("status")).to_contain_text("Drucken Sie nun den Zettel")
        person = page.url
        administrator.rest()
        administrator.picture("people-03-person")

        page.get_by_role("button", name="Neuer Passwortzettel").click()
        password = page.locator(".slip__secret").inner_text()
        administrator.picture("people-04-slip")

        colleague = visit(None)
        colleague.sign_in(Login("", username, password, "clerk"))
        expect(colleague.page.get_by_role("heading", name="Wählen Sie ein eigenes Passwort")).to_be_visible()
        colleague.open("/akten/")
        expect(colleague.page.get_by_role("heading", name="Wählen Sie ein eigenes Passwort")).to_be_visible()
        colleague.picture("people-05-first-login")
        fields = colleague.page.locator("input[type=password]")
        for field, value in zip(fields.all(), (password, OWN_PASSWORD, OWN_PASSWORD), strict=True):
            field.fill(value)
        colleague.page.get_by_role("button", name="Passwort speichern").click()
        expect(colleague.page.get_by_role("heading", level=1)).to_contain_text("Guten Tag, Dörte Şahin-Łukasz")
        colleague.rest()
        colleague.picture("people-06-her-desk")

        page.goto(person)
        page.get_by_role("link", name="Konto beenden").click()
        administrator.picture("people-07-end")
        page.get_by_role("button", name="Konto beenden").click()
        expect(page.get_by_role("button", name="Wieder in Dienst nehmen")).to_be_visible()
        colleague.open("/akten/")
        expect(colleague.page.get_by_label("Benutzername")).to_be_visible()
        colleague.page.get_by_label("Benutzername").fill(username)
        colleague.page.get_by_label("Passwort").fill(OWN_PASSWORD)
        colleague.page.keyboard.press("Enter")
        expect(colleague.page.get_by_role("alert")).to_contain_text("Der Benutzername oder das Passwort stimmt nicht.")
        colleague.picture("people-08-refused")


class TestBarriers:
    def test_a_stranger_reports_a_barrier_and_the_administrator_deals_with_it(self, visit: Callable[..., Visitor]) -> None:
        message = f"Die Miniaturen sind mir zu klein ({uuid4().hex[:6]})."
        stranger = visit(None)
        page = stranger.open("/barrierefreiheit/")
        page.locator("textarea").fill(message)
        stranger.picture("barrier-01-form")
        page.get_by_role("button", name="Nachricht senden").click()
        expect(page.get_by_role("status")).to_contain_text("Vielen Dank. Ihre Rückmeldung ist angekommen")

        administrator = visit("administrator")
        page = administrator.open("/barrierefreiheit/rueckmeldungen/")
        row = page.get_by_role("listitem").filter(has_text=message)
        administrator.picture("barrier-02-list")
        row.get_by_role("button", name="Erledigt").click()
        expect(row.get_by_role("button")).to_have_count(0)
        expect(row).to_contain_text("Erledigt")
