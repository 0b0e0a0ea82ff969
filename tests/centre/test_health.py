"""How the sites are: the heartbeats that are believed, one rule for the state, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from foundation import signed
from tenants import channel
from tenants.centre import admitting, health
from tenants.centre.models import Site
from tests.centre.nodes import Node
from tests.factories import UserFactory

REPORT = {"version": "1.2.0", "state": "ok", "problems": []}


def site_of(node: Node) -> Site:
    found: Site = Site.objects.get(public_id=node.id)
    return found


def beats(node: Node, said: dict[str, Any] | None = None, **other: Any) -> str:
    return node.says(channel.HEARTBEAT, REPORT if said is None else said, **other)


def send(token: str | None, body: Any = None) -> Any:
    headers = {"host": "127.0.0.1"} | ({"Authorization": f"Bearer {token}"} if token is not None else {})
    return Client(headers=headers).post("/api/v1/heartbeats/", body or {}, content_type="application/json")


class TestHeartbeat:
    def test_updates_the_site_and_says_what_is_known_of_it(self, node: Node) -> None:
        answer = send(beats(node, {**REPORT, "state": "warning", "problems": ["Die Platte ist fast voll."]}))

        assert answer.status_code == 200
        told = answer.json()
        assert (told["id"], told["name"], told["state"], told["version"]) == (node.id, "Rathaus", "warning", "1.2.0")
        assert (told["municipalities"], told["problems"]) == (["musterstadt"], ["Die Platte ist fast voll."])
        assert told["last_heartbeat_at"] is not None
        assert site_of(node).version == "1.2.0"

    def test_is_taken_as_token_in_the_body_as_well(self, node: Node) -> None:
        assert send(None, {"token": beats(node)}).status_code == 200

    def test_says_it_is_all_right_where_it_says_nothing_else(self, node: Node) -> None:
        assert send(beats(node, {"version": "1"})).json()["state"] == "ok"

    def test_is_believed_once(self, node: Node) -> None:
        token = beats(node)

        assert [send(token).status_code, send(token).status_code] == [200, 401]

    @pytest.mark.parametrize(
        "forged",
        [
            lambda node: beats(node, key=signed.Key.new()),
            lambda node: beats(node, at=timezone.now() - timedelta(minutes=5)),
            lambda node: beats(node, at=timezone.now() + timedelta(minutes=5)),
            lambda node: beats(node, audience="somebody-else"),
            lambda node: beats(node, issuer=Node().id),
            lambda node: beats(node, lasts=timedelta(hours=1)),
            lambda node: node.says(channel.ASKING, REPORT),
            lambda node: beats(Node(towns=("beispielheim",))),
            lambda node: beats(node)[:-6] + "AAAAAA",
            lambda node: "x",
            lambda node: "",
            lambda node: None,
        ],
        ids=[
            "another key",
            "expired",
            "future",
            "audience",
            "issuer",
            "too long",
            "purpose",
            "stranger",
            "signature",
            "no token",
            "empty",
            "none",
        ],
    )
    def test_anything_else_gets_401_and_changes_nothing(self, node: Node, forged: Callable[[Node], str | None]) -> None:
        answer = send(forged(node), REPORT)

        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert "Standort" in answer.json()["detail"]
        assert site_of(node).last_heartbeat_at is None

    def test_a_person_is_no_site(self, api_client: Callable[..., Any]) -> None:
        assert api_client(UserFactory(roles=["operator"])).post("/api/v1/heartbeats/", REPORT, format="json").status_code == 401

    def test_a_site_that_is_revoked_or_not_confirmed_is_not_believed(self, node: Node) -> None:
        admitting.revoke(site=site_of(node), by=None, at=timezone.now())
        asking = Node(towns=("beispielheim",))
        asking.asks()

        assert [send(beats(one)).status_code for one in (node, asking)] == [401, 401]

    @pytest.mark.parametrize(
        ("said", "field", "words"),
        [
            ({}, "version", "Softwareversion"),
            ({"version": "x" * 41}, "version", "40 Zeichen"),
            ({"version": 7}, "version", "Softwareversion"),
            ({**REPORT, "state": "prima"}, "state", "ok, warning oder critical"),
            ({**REPORT, "state": "unknown"}, "state", "ok, warning oder critical"),
            ({**REPORT, "state": ["ok"]}, "state", "ok, warning oder critical"),
            ({**REPORT, "problems": "viele"}, "problems", "höchstens 10 Sätzen"),
            ({**REPORT, "problems": ["x"] * 11}, "problems", "höchstens 10 Sätzen"),
            ({**REPORT, "problems": [{"x": 1}]}, "problems", "höchstens 10 Sätzen"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_in_german(self, node: Node, said: dict[str, Any], field: str, words: str) -> None:
        answer = send(beats(node, said))

        assert answer.status_code == 400
        assert words in answer.json()["errors"][field][0]
        assert site_of(node).reported_at is None


class TestState:
    @pytest.mark.parametrize(
        ("minutes", "said", "reported", "state"),
        [
            (1, "", None, "ok"),
            (6, "", None, "warning"),
            (61, "", None, "critical"),
            (1, "warning", 1, "warning"),
            (1, "critical", 1, "critical"),
            (6, "ok", 6, "warning"),
            (1, "critical", 61, "ok"),  # said long ago, and heard of since
            (61, "ok", 61, "critical"),
        ],
    )
    def test_is_the_worse_of_silence_and_report(self, node: Node, minutes: int, said: str, reported: int | None, state: str) -> None:
        site, now = site_of(node), timezone.now()
        site.last_heartbeat_at = now - timedelta(minutes=minutes)
        site.reported_state, site.reported_at = said, None if reported is None else now - timedelta(minutes=reported)

        assert health.of(site, at=now).state == state

    def test_is_unknown_before_the_first_call_and_of_one_that_is_not_confirmed(self, node: Node) -> None:
        asking = Node(towns=("beispielheim",)).asks()
        asking.last_heartbeat_at = timezone.now()

        assert [health.of(one, at=timezone.now()).state for one in (site_of(node), asking)] == ["unknown", "unknown"]

    def test_its_bounds_are_settings(self, node: Node, settings: Any) -> None:
        settings.SITE_WARNING_SECONDS, settings.SITE_CRITICAL_SECONDS = 10, 20
        site, now = site_of(node), timezone.now()
        site.last_heartbeat_at = now - timedelta(seconds=15)

        assert health.of(site, at=now).state == "warning"


class TestReading:
    @pytest.mark.parametrize("role", ["agent", "operator"])
    def test_staff_get_the_confirmed_sites(self, node: Node, role: str, api_client: Callable[..., Any]) -> None:
        Node(towns=("beispielheim",), name="Andere").asks()
        send(beats(node))

        told = api_client(UserFactory(roles=[role])).get("/api/v1/sites/").json()

        assert [(one["name"], one["state"], one["municipalities"]) for one in told["results"]] == [("Rathaus", "ok", ["musterstadt"])]
        assert set(told["results"][0]) >= {"id", "name", "state", "version", "last_heartbeat_at", "municipalities"}

    def test_others_do_not(self, node: Node, api_client: Callable[..., Any]) -> None:
        assert api_client(UserFactory(roles=["requester"])).get("/api/v1/sites/").status_code == 403
        assert api_client(None).get("/api/v1/sites/").status_code == 401

    def test_the_screen_shows_the_same_the_worst_first(self, node: Node, client_of: Callable[..., Any]) -> None:
        other = Node(towns=("beispielheim",), name="Zweites Rathaus")
        other.joins()
        send(beats(node))
        send(beats(other, {**REPORT, "state": "critical", "problems": ["Redis antwortet nicht."]}))

        page = client_of(UserFactory(roles=["agent"])).get("/standorte/").content.decode()

        assert page.index("Zweites Rathaus") < page.index('<th scope="row">Rathaus')
        assert "Kritisch" in page
        assert "Redis antwortet nicht." in page
        assert "In Ordnung" in page

    def test_operators_see_it_where_they_confirm_sites(self, node: Node, client_of: Callable[..., Any]) -> None:
        send(beats(node, {**REPORT, "state": "warning", "problems": ["Fast voll."]}))

        page = client_of(UserFactory(roles=["operator"])).get("/verwaltung/standorte/").content.decode()

        assert "Achtung" in page
        assert "Fast voll." in page
