"""The competence centre: a login and a start page, people of its own, and no records."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tenants.models import User
from tests.factories import PASSWORD, UserFactory

HOST = {"host": "zentrum.localhost"}


class TestStartPage:
    def test_wants_a_login(self) -> None:
        answer = Client(headers=HOST).get("/")

        assert (answer.status_code, answer["Location"]) == (302, "/anmelden/?next=/")

    @pytest.mark.parametrize("role", ["agent", "trainer", "operator", "requester"])
    def test_greets_everybody_of_the_centre(self, client_of: Any, role: str) -> None:
        page = client_of(UserFactory(roles=[role], display_name="Zora Zentrum")).get("/").content.decode()

        assert "Zora Zentrum" in page

    def test_has_no_dead_links(self, client_of: Any) -> None:
        import re

        client = client_of(UserFactory(roles=["operator"]))
        page = client.get("/").content.decode()

        links = {link for link in re.findall(r'href="(/[^"#]*)"', page) if not link.startswith("/static/")}
        assert links
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)

    def test_signs_in_and_out(self) -> None:
        person = UserFactory()
        client = Client(headers=HOST)

        assert client.post("/anmelden/", {"username": person.username, "password": PASSWORD})["Location"] == "/"
        assert client.get("/").status_code == 200
        client.post("/abmelden/")
        assert client.get("/").status_code == 302

    def test_an_unknown_host_is_refused(self) -> None:
        assert Client(headers={"host": "musterstadt.localhost"}).get("/anmelden/").status_code == 400


class TestPeopleOfTheCentre:
    def test_operators_keep_them(self, client_of: Any) -> None:
        assert client_of(UserFactory(roles=["operator"])).get("/verwaltung/personen/").status_code == 200
        assert client_of(UserFactory(roles=["agent"])).get("/verwaltung/personen/").status_code == 404

    def test_are_created_by_a_command_with_a_one_time_password(self) -> None:
        out = StringIO()

        call_command("create_person", "o.perator", "--name", "Olga Operator", "--role", "operator", stdout=out, stderr=StringIO())

        person = User.objects.get(username="o.perator")
        assert person.role_names == {"operator"}
        assert person.check_password(out.getvalue().strip().split("\t")[1])
        assert person.one_time_until is not None


class TestNoRecords:
    def test_no_model_route_or_setting_of_a_municipality_is_here(self) -> None:
        assert not apps.is_installed("records")
        for name in ["records:desk", "tenants:settings", "tenants:coat_of_arms"]:
            with pytest.raises(NoReverseMatch):
                reverse(name)

    @pytest.mark.parametrize("path", ["/api/v1/files/", "/api/v1/documents/", "/api/v1/search/", "/akten/", "/wappen/"])
    def test_even_an_operator_and_superuser_finds_none(self, client_of: Any, path: str) -> None:
        assert client_of(UserFactory(roles=["operator"], is_superuser=True)).get(path).status_code == 404


class TestApi:
    def test_says_who_is_calling(self, api_client: Any) -> None:
        me = api_client(UserFactory(roles=["agent"])).get("/api/v1/me/").json()

        assert (me["roles"], me["municipality"], me["offices"]) == (["agent"], None, [])

    def test_gives_tokens(self) -> None:
        person = UserFactory()

        answer = Client(headers=HOST).post(
            "/api/v1/auth/token/", {"username": person.username, "password": PASSWORD}, content_type="application/json"
        )

        assert answer.status_code == 200

    @pytest.mark.parametrize("path", ["/barrierefreiheit/", "/datenschutz/", "/impressum/", "/api/v1/docs/", "/api/v1/schema/"])
    def test_public_pages_need_no_login(self, path: str) -> None:
        assert Client(headers=HOST).get(path).status_code == 200

    def test_healthz_answers_on_any_host(self) -> None:
        assert Client(headers={"host": "whatever"}).get("/healthz").json()["site"] == "centre"
