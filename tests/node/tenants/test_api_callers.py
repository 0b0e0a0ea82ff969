"""Who asks at the API: tokens, browser sessions, and answers to those that lead nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from tests.factories import PASSWORD, UserFactory


def browser(**options: Any) -> Client:
    return Client(headers={"host": "musterstadt.localhost"}, **options)


class TestTokens:
    def test_a_token_holds_twelve_hours_and_opens_the_api(self) -> None:
        person = UserFactory(roles=["registry"])

        answer = browser().post("/api/v1/auth/token/", {"username": person.username, "password": PASSWORD}, content_type="application/json")
        given = answer.json()
        hours = (datetime.fromisoformat(given["expires_at"]) - timezone.now()).total_seconds() / 3600
        me = browser().get("/api/v1/me/", headers={"authorization": f"Bearer {given['token']}"})

        assert answer.status_code == 200
        assert 11.9 < hours <= 12
        assert me.json()["roles"] == ["registry"]
        assert me.json()["municipality"] == "musterstadt"
        assert me.json()["acting_for"] == []

    def test_a_revoked_token_opens_nothing(self, api_client: Any) -> None:
        program = api_client(UserFactory())

        assert program.post("/api/v1/auth/logout/").status_code == 204
        assert program.get("/api/v1/me/").status_code == 401

    def test_a_token_past_its_time_opens_nothing(self) -> None:
        _row, token = AuthToken.objects.create(UserFactory(), expiry=timedelta(seconds=-1))

        assert browser().get("/api/v1/me/", headers={"authorization": f"Bearer {token}"}).status_code == 401

    @pytest.mark.parametrize("token", [b"\xff\xfe", b"\xc3", "ä".encode(), b"a" * 5000])
    def test_bytes_that_are_no_text_open_nothing(self, token: bytes) -> None:
        answer = browser().get("/api/v1/me/", headers={"authorization": f"Bearer {token.decode('latin-1')}"})

        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")

    def test_a_wrong_password_is_401(self) -> None:
        given = {"username": UserFactory().username, "password": "falsch"}

        answer = browser().post("/api/v1/auth/token/", given, content_type="application/json")

        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize("body", ["", "{", "[]", '{"username": 1}', '{"username": "a\\u0000b", "password": "x"}'])
    def test_an_odd_body_is_400(self, body: str) -> None:
        answer = browser().post("/api/v1/auth/token/", body, content_type="application/json")

        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")

    def test_is_throttled_by_address(self) -> None:
        client = browser()
        given = {"username": "niemand", "password": "x"}

        statuses = {
            client.post("/api/v1/auth/token/", {**given, "username": f"n{n}"}, content_type="application/json").status_code
            for n in range(61)
        }

        assert statuses == {401, 429}


class TestBrowserSessionAtTheApi:
    def test_needs_the_csrf_token_for_acts(self, client_of: Any) -> None:
        client = client_of(UserFactory(), enforce_csrf_checks=True)

        assert client.get("/api/v1/me/").status_code == 200
        assert client.post("/api/v1/auth/logout/").status_code == 403

    def test_ends_when_the_caller_logs_out(self, client_of: Any) -> None:
        client = client_of(UserFactory(), enforce_csrf_checks=True)
        client.get("/barrierefreiheit/")
        token, session = client.cookies["csrftoken"].value, client.cookies["sessionid"].value

        answer = client.post("/api/v1/auth/logout/", headers={"x-csrftoken": token})
        client.cookies["sessionid"] = session  # whoever has kept the cookie

        assert answer.status_code == 204
        assert client.get("/api/v1/me/").status_code == 401

    def test_says_in_german_that_the_csrf_token_is_missing(self, client_of: Any) -> None:
        answer = client_of(UserFactory(), enforce_csrf_checks=True).post("/api/v1/auth/logout/")

        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["detail"].startswith("Dem Aufruf fehlt das CSRF-Token dieser Sitzung")


class TestFailures:
    def test_an_error_nobody_caught_is_a_page_or_a_problem_without_a_trace(self, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        from tenants.api import me

        def fail(*args: Any) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr(me, "clerk_of", fail)
        client = client_of(UserFactory())
        client.raise_request_exception = False

        answer = client.get("/api/v1/me/")

        assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
        assert b"secret" not in answer.content


class TestAccept:
    @pytest.mark.parametrize("accept", ["text/html", "application/problem+json", "", "image/webp", "*/*;q=0"])
    def test_does_not_matter(self, accept: str, api_client: Any) -> None:
        stranger, headers = browser(), {"accept": accept}

        assert stranger.get("/api/v1/me/", headers=headers).status_code == 401
        assert stranger.get("/api/v1/nothing/", headers=headers).status_code == 404
        assert api_client(UserFactory()).post("/api/v1/me/", headers=headers).status_code == 405
        assert api_client(UserFactory()).get("/api/v1/files/", headers=headers)["Content-Type"] == "application/json"

    @pytest.mark.parametrize(
        ("query", "accept", "kind"),
        [
            ("", "application/json", "json"),
            ("", "application/vnd.oai.openapi+json", "json"),
            ("", "application/yaml", "yaml"),
            ("", "*/*", "yaml"),
            ("", "text/html", "yaml"),
            ("", "", "yaml"),
            ("?format=json", "*/*", "json"),
            ("?format=json", "text/html", "json"),
            ("?format=yaml", "application/json", "yaml"),
        ],
    )
    def test_chooses_the_format_of_the_schema(self, query: str, accept: str, kind: str) -> None:
        answer = browser().get("/api/v1/schema/" + query, headers={"accept": accept})

        assert answer.status_code == 200
        assert answer.content.startswith(b"{" if kind == "json" else b"openapi: 3.1")
        assert f".{kind}" in answer["Content-Disposition"]

    def test_of_a_format_that_the_schema_has_not_is_a_problem(self) -> None:
        answer = browser().get("/api/v1/schema/?format=html")

        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


class TestUnknownPaths:
    @pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/apis", "/api/v1/nothing/", "/api/v2/me/"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_are_problems_under_api(self, path: str, method: str) -> None:
        answer = getattr(browser(enforce_csrf_checks=True), method)(path)

        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


class TestMissingSlash:
    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_has_programs_send_again_what_they_sent(self, method: str) -> None:
        answer = getattr(browser(), method)("/api/v1/files?a=%C3%BC", {"title": "Bau"}, content_type="application/json")

        assert (answer.status_code, answer["Location"]) == (308, "/api/v1/files/?a=%C3%BC")
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"].endswith("Bitte senden Sie die Anfrage dorthin.")

    def test_leads_readers_there(self) -> None:
        answer = browser().get("/api/v1/files?page_size=3")

        assert (answer.status_code, answer["Location"]) == (301, "/api/v1/files/?page_size=3")

    def test_of_a_page_is_as_usual(self) -> None:
        assert browser().post("/anmelden").status_code == 301


class TestOtherMethods:
    @pytest.mark.parametrize("path", ["/api/v1/docs/", "/api/v1/schema/", "/api/v1/auth/token/"])
    def test_are_refused_as_such(self, path: str) -> None:
        client = browser(enforce_csrf_checks=True)

        answer = client.put(path) if path.endswith("token/") else client.post(path)

        assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
        assert answer["Allow"]
        assert answer.json()["detail"] == "Diese Adresse kennt diese Methode nicht."
