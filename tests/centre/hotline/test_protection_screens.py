"""Data protection on screens and in the API: what operators do, what a person gets of herself, and nobody else anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from hotline import disclosing, retaining
from hotline.models import AnonymousPerson, LegalHold, PersonExport, Ticket
from tenants.models import User
from tests.centre.hotline.everything import EMAIL, NAME, asked_by, zita
from tests.centre.hotline_factories import AT, MunicipalityFactory, QueueFactory, TicketFactory, agent, requester

HOME = "/verwaltung/datenschutz/"


@pytest.fixture(autouse=True)
def _own_stores(tmp_path: Path) -> Iterator[None]:
    QueueFactory()
    with override_settings(MAIL_STORE=tmp_path / "mails", VAR=tmp_path):
        yield


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


class TestMyData:
    def test_she_asks_and_fetches_her_own(self, client_of: Callable[..., Any]) -> None:
        person = zita()
        asked_by(person)
        browser = client_of(person)

        assert browser.post("/meine-daten/").status_code == 302
        assert "Sie wird gerade erstellt" in browser.get("/meine-daten/").content.decode()
        export = PersonExport.objects.get()
        disclosing.make(export=export.pk, now=timezone.now)
        assert f"/auskuenfte/{export.public_id}/" in browser.get("/meine-daten/").content.decode()
        file = browser.get(f"/auskuenfte/{export.public_id}/")

        assert (file.status_code, file["Content-Type"]) == (200, "application/zip")
        assert "attachment" in file["Content-Disposition"]
        assert "auskunft.html" in zipfile.ZipFile(io.BytesIO(body(file))).namelist()

    def test_is_nobody_elses(self, client_of: Callable[..., Any], operator: User) -> None:
        person = zita()
        export = disclosing.ask(person=person, by=person, at=timezone.now())
        disclosing.make(export=export.pk, now=timezone.now)

        for other in (requester(), agent(), operator):
            assert client_of(other).get(f"/auskuenfte/{export.public_id}/").status_code == 404

    def test_the_way_there_is_in_the_menu_of_those_who_ask(self, client_of: Callable[..., Any]) -> None:
        assert "/meine-daten/" in client_of(zita()).get("/anfragen/").content.decode()
        assert "/meine-daten/" not in client_of(agent()).get("/anfragen/").content.decode()


class TestOperators:
    def test_see_what_goes_next_and_change_the_rule(self, client_of: Callable[..., Any], operator: User) -> None:
        old = TicketFactory(state="closed", solved_at=AT.replace(year=2020), subject="Uralte Frage")
        town, browser = MunicipalityFactory(), client_of(operator)

        assert "Uralte Frage" in browser.get(HOME).content.decode()
        assert browser.post(f"{HOME}aufbewahrung/", {"municipality": "", "years": "10"}).status_code == 302
        assert retaining.rules().years == 10
        assert old.subject not in browser.get(HOME).content.decode()
        assert browser.post(f"{HOME}aufbewahrung/", {"municipality": town.slug, "years": "5"}).status_code == 302
        assert retaining.rules().own == {town.pk: 5}
        refused = browser.post(f"{HOME}aufbewahrung/", {"municipality": "", "years": "99"})
        assert refused.status_code == 422
        assert "99" in refused.content.decode()

    def test_find_a_person_read_what_will_happen_and_confirm_by_her_name(self, client_of: Callable[..., Any], operator: User) -> None:
        person = zita()
        asked_by(person)
        browser, page = client_of(operator), f"{HOME}personen/{person.public_id}/"

        for asked in ("Zwiebel", EMAIL, "7712399"):
            assert page in browser.get(f"{HOME}personen/", {"q": asked}).content.decode()
        assert "Freie Texte können weiterhin Hinweise enthalten" in browser.get(page).content.decode()
        assert "bei Anfragen anderer" not in browser.get(f"{page}anonymisieren/").content.decode()
        TicketFactory(body=f"Wie bei {NAME}.")
        confirm = browser.get(f"{page}anonymisieren/").content.decode()
        assert NAME in confirm
        assert "stehen auch in 1 Nachricht bei Anfragen anderer" in confirm
        refused = browser.post(f"{page}anonymisieren/", {"confirmed": "Zita"})
        assert refused.status_code == 422
        assert "nicht der oben gezeigte Name" in refused.content.decode()
        assert not AnonymousPerson.objects.exists()

        assert browser.post(f"{page}anonymisieren/", {"confirmed": NAME}).status_code == 302

        assert AnonymousPerson.objects.filter(person=person).exists()
        assert browser.get(page).status_code == 404
        home = browser.get(HOME).content.decode()
        assert "Eine Person wurde anonymisiert" in home
        assert NAME not in home

    def test_are_told_why_it_cannot_be_done_now(self, client_of: Callable[..., Any], operator: User) -> None:
        ticket = TicketFactory(requester=zita())

        page = client_of(operator).get(f"{HOME}personen/{ticket.requester.public_id}/").content.decode()

        assert f"Es gibt noch offene Anfragen dieser Person ({ticket.number})" in page

    def test_make_an_export_with_the_notes(self, client_of: Callable[..., Any], operator: User) -> None:
        person = zita()
        asked_by(person)
        browser = client_of(operator)

        browser.post(f"{HOME}personen/{person.public_id}/auskunft/")
        export = PersonExport.objects.get()
        disclosing.make(export=export.pk, now=timezone.now)
        packed = zipfile.ZipFile(io.BytesIO(body(browser.get(f"/auskuenfte/{export.public_id}/"))))

        assert "ist oft ungeduldig" in packed.read("daten.json").decode()

    def test_hold_a_request_and_end_it(self, client_of: Callable[..., Any], operator: User) -> None:
        ticket = TicketFactory()
        browser, page = client_of(operator), f"/anfragen/{ticket.public_id}/"

        assert f"{page}loeschsperre/" in browser.get(page).content.decode()
        assert f"{page}loeschsperre/" not in client_of(agent()).get(page).content.decode()
        browser.post(f"{page}loeschsperre/", {"reason": "Rechnungshof prüft"})
        assert "Rechnungshof prüft" in browser.get(page).content.decode()
        assert "Rechnungshof prüft" in browser.get(HOME).content.decode()
        browser.post(f"{page}loeschsperre/aufheben/")
        assert not LegalHold.objects.exists()

    def test_read_on_a_tombstone_that_its_content_is_gone(self, client_of: Callable[..., Any], operator: User) -> None:
        ticket = TicketFactory(state="closed", solved_at=AT)
        retaining.run(at=AT.replace(year=2031))

        page = client_of(operator).get(f"/anfragen/{ticket.public_id}/").content.decode()

        assert "nach Ablauf der Frist entfernt" in page
        assert 'name="body"' not in page


class TestApi:
    def test_she_asks_for_her_own(self, api_client: Callable[..., Any]) -> None:
        person = zita()
        client = api_client(person)

        made = client.post("/api/v1/exports/", {}, format="json")
        assert (made.status_code, made.json()["state"], made.json()["whole"]) == (202, "waiting", False)
        content = f"/api/v1/exports/{made.json()['id']}/content/"
        assert client.get(content).status_code == 409
        disclosing.make(export=PersonExport.objects.get().pk, now=timezone.now)

        assert client.get(f"/api/v1/exports/{made.json()['id']}/").json()["state"] == "ready"
        assert zipfile.ZipFile(io.BytesIO(body(client.get(content)))).read("daten.json")
        assert client.post("/api/v1/exports/", {"person": str(requester().public_id)}, format="json").status_code == 404

    def test_operators_preview_and_anonymise(self, api_client: Callable[..., Any], operator: User) -> None:
        person = zita()
        asked_by(person)
        client, address = api_client(operator), f"/api/v1/contacts/{person.public_id}/anonymise/"

        seen = client.get(address).json()
        assert (seen["tickets"], seen["files"], seen["refusal"]) == (1, 1, "")
        wrong = client.post(address, {"confirmed": "Z"}, format="json")
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["confirmed"])
        assert client.post(address, {"confirmed": NAME}, format="json").status_code == 204
        assert client.post(address, {"confirmed": NAME}, format="json").status_code == 404
        assert api_client(agent()).get(address).status_code == 404

    def test_operators_read_and_set_the_rules(self, api_client: Callable[..., Any], operator: User) -> None:
        client, town = api_client(operator), MunicipalityFactory()

        said = client.post("/api/v1/retention/", {"municipality": town.slug, "years": 5}, format="json").json()

        assert (said["years"], said["municipalities"]) == (3, [{"municipality": town.slug, "years": 5}])
        assert client.get("/api/v1/retention/").json()["count"] == 0
        assert client.post("/api/v1/retention/", {"municipality": "niemand", "years": 5}, format="json").status_code == 400
        assert client.post("/api/v1/retention/", {"years": None}, format="json").status_code == 400
        assert client.post("/api/v1/retention/", {"years": 11}, format="json").status_code == 400

    def test_operators_hold_a_ticket(self, api_client: Callable[..., Any], operator: User) -> None:
        ticket: Ticket = TicketFactory()
        client, address = api_client(operator), f"/api/v1/tickets/{ticket.public_id}/"

        assert client.post(f"{address}hold/", {"reason": "Klage"}, format="json").status_code == 204
        assert client.post(f"{address}hold/", {"reason": "Klage"}, format="json").status_code == 409
        assert client.post(f"{address}end-hold/").status_code == 204
        assert client.post(f"{address}end-hold/").status_code == 409
