"""Orders to municipalities' nodes, and what nodes say: once each, and each site for its own municipalities only."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from foundation import signed
from tenants import channel, housekeeping, identity
from tenants.centre import admitting, ordering, receiving
from tenants.centre.models import Municipality, Order, Site, SiteMessage
from tests.centre.nodes import Node
from tests.factories import UserFactory


def site_of(node: Node) -> Site:
    return Site.objects.get(public_id=node.id)


def order(node: Node, *, town: str = "musterstadt", **other: Any) -> Order:
    now = timezone.now()
    said = {"kind": "show_banner", "body": {"text": "Öl"}, "expires_at": now + timedelta(hours=1), "by": None, "at": now}
    return ordering.order(site=site_of(node), municipality=Municipality.objects.get(slug=town), **{**said, **other})


def call(path: str, token: str) -> Any:
    return Client(headers={"host": "127.0.0.1"}).post(f"/api/v1/channel/{path}/", {"token": token}, content_type="application/json")


def fetched(node: Node, at: datetime | None = None) -> list[signed.Signed]:
    """The orders that the node gets, read as it does."""
    key = identity.mine().key
    tokens = call("orders", node.says(channel.ASKING, {"version": "0.1.0"})).json()["orders"]
    return [
        signed.check(
            token,
            purpose=channel.ORDER,
            public_of={key.kid: key.public}.get,
            audience=node.id,
            at=at or timezone.now(),
            longest=channel.ORDER_HOLDS,
        )
        for token in tokens
    ]


def message(**other: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": "test", "body": {}, "at": timezone.now().isoformat(), **other}


def send(node: Node, *messages: Any, town: str = "musterstadt") -> Any:
    return call("messages", node.says(channel.MESSAGES, {"municipality": town, "messages": list(messages)}))


def answer(given: Order, state: str = "done", **more: Any) -> dict[str, Any]:
    return message(kind="order_answer", body={"order": str(given.public_id), "state": state, "answer": more})


class TestOrder:
    def test_is_fetched_by_its_site_signed_for_it_until_it_is_answered(self, node: Node) -> None:
        given = order(node, by=UserFactory(display_name="Jule Behrens"))

        [first], [second] = fetched(node), fetched(node)
        send(node, answer(given, until="heute"))

        assert first.id == second.id == str(given.public_id)
        assert first.claims == {"municipality": "musterstadt", "kind": "show_banner", "body": {"text": "Öl"}, "by": "Jule Behrens"}
        assert fetched(node) == []
        given.refresh_from_db()
        assert (given.state, given.answer) == ("done", {"until": "heute"})

    def test_is_not_given_out_after_its_time(self, node: Node) -> None:
        order(node)
        Order.objects.update(given_at=timezone.now() - timedelta(hours=2), expires_at=timezone.now() - timedelta(hours=1))

        assert fetched(node) == []

    def test_another_site_does_not_get_it(self, node: Node) -> None:
        other = Node(towns=("beispielheim",))
        other.joins()
        order(node)

        assert fetched(other) == []

    def test_calling_for_orders_is_a_sign_of_life(self, node: Node) -> None:
        fetched(node)

        assert site_of(node).last_heartbeat_at is not None

    @pytest.mark.parametrize("hours", [-1, 0, 24 * 32])
    def test_ends_in_its_time(self, node: Node, hours: int) -> None:
        with pytest.raises(ordering.CannotOrder):
            order(node, expires_at=timezone.now() + timedelta(hours=hours), at=timezone.now())

    def test_is_for_a_municipality_of_that_site_only(self, node: Node) -> None:
        Node(towns=("beispielheim",)).joins()

        with pytest.raises(ordering.CannotOrder):
            order(node, town="beispielheim")

    def test_is_not_given_to_a_revoked_site(self, node: Node) -> None:
        admitting.revoke(site=site_of(node), by=None, at=timezone.now())

        with pytest.raises(ordering.CannotOrder):
            order(node)

    def test_by_a_command(self, node: Node) -> None:
        out = StringIO()

        call_command("give_order", "musterstadt", "end_banner", json.dumps({"id": "x"}), stdout=out)

        assert str(Order.objects.get().public_id) == out.getvalue().strip()
        for wrong in (["nirgendwo", "x", "{}"], ["musterstadt", "x", "["], ["musterstadt", "x", "[]"]):
            with pytest.raises(CommandError):
                call_command("give_order", *wrong)


class TestAnswer:
    def test_the_first_one_stands(self, node: Node) -> None:
        given = order(node)

        send(node, answer(given, "refused", reason="Nein"), answer(given, "done"))

        given.refresh_from_db()
        assert (given.state, given.answer) == ("refused", {"reason": "Nein"})

    def test_who_gave_the_order_is_told(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[Order] = []
        monkeypatch.setattr(ordering, "_waiting_for", {})
        ordering.when_answered("show_banner", lambda *, order, at: told.append(order))
        given = order(node)

        send(node, answer(given))

        assert told == [given]

    def test_of_another_site_or_to_nothing_has_no_effect(self, node: Node) -> None:
        other = Node(towns=("beispielheim",))
        other.joins()
        given = order(node)

        send(other, answer(given), town="beispielheim")
        send(node, message(kind="order_answer", body={"order": "x", "state": "done"}), message(kind="order_answer", body={}))
        send(node, answer(given, state="waiting"))

        given.refresh_from_db()
        assert given.state == "waiting"


class TestReceive:
    def test_a_message_that_is_sent_again_is_taken_in_once(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        told: list[SiteMessage] = []
        monkeypatch.setattr(receiving, "_takers", {})
        receiving.register("test", lambda *, message, at: told.append(message))
        sent = message(body={"wort": "Öl"})

        answers = [send(node, sent).json() for _again in range(2)]

        assert answers == [{"received": [sent["id"]]}] * 2
        assert [one.body for one in told] == [{"wort": "Öl"}]

    def test_of_a_municipality_of_another_site_is_refused(self, node: Node) -> None:
        Node(towns=("beispielheim",)).joins()

        assert send(node, message(), town="beispielheim").status_code == 401
        assert not SiteMessage.objects.exists()

    @pytest.mark.parametrize(
        "broken",
        ["x", 7, {}, message(id="x"), message(at="gestern"), message(at="2026-13-40T00:00:00+00:00"), message(body=[]), message(kind=None)],
    )
    def test_what_cannot_be_read_is_not_among_the_received_and_the_others_are(self, node: Node, broken: Any) -> None:
        good = message()

        assert send(node, broken, good).json() == {"received": [good["id"]]}

    def test_a_sign_that_no_database_keeps_holds_nothing_up(self, node: Node) -> None:
        odd = message(kind="no\x00thing", body={"a\x00": ["b\ud800", {"c": "\x00"}], "d": 1})

        assert send(node, odd).json() == {"received": [odd["id"]]}
        assert SiteMessage.objects.get().body == {"a ": ["b ", {"c": " "}], "d": 1}

    @pytest.mark.parametrize("claims", [{}, {"municipality": "musterstadt"}, {"municipality": 7, "messages": []}])
    def test_what_is_no_letter_is_refused(self, node: Node, claims: dict[str, Any]) -> None:
        assert call("messages", node.says(channel.MESSAGES, claims)).status_code == 401

    def test_is_forgotten_after_ninety_days(self, node: Node) -> None:
        send(node, message())
        SiteMessage.objects.update(received_at=timezone.now() - timedelta(days=91))

        housekeeping.forget_old()

        assert not SiteMessage.objects.exists()
