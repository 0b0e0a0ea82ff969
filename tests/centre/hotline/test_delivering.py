"""Webhooks: told of each act without a word of content, signed, tried again, never led into networks of our own."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from foundation import outbound
from hotline import answering, delivering, handling, webhook_keeping
from hotline.models import Webhook, WebhookCall
from tests.centre.hotline_factories import AT, TicketFactory, agent
from tests.factories import UserFactory

LATER = AT + timedelta(hours=1)


def hook(**more: Any) -> Webhook:
    return Webhook.objects.create(**{"name": "Fach", "address": "https://93.184.216.34/", "secret": "geheim", "created_at": AT, **more})


class Other:
    """The other side: what it was sent, and what it answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: int | Exception) -> None:
        self.sent: list[tuple[bytes, dict[str, str]]] = []
        self.answers = list(answers)
        monkeypatch.setattr(outbound, "post", self.post)

    def post(self, target: Any, body: bytes, *, headers: dict[str, str], seconds: float) -> int:
        self.sent.append((body, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def deliver(call: WebhookCall, at: datetime) -> WebhookCall:
    delivering.deliver(call=call.pk, now=lambda: at)
    call.refresh_from_db()
    return call


class TestTell:
    def test_each_act_is_noted_for_each_active_webhook(self) -> None:
        one, _off, two = hook(), hook(active=False), hook()
        ticket = TicketFactory()

        handling.take(ticket=ticket, by=agent(), at=LATER)

        calls = WebhookCall.objects.order_by("webhook")
        assert [(call.webhook, call.act, call.state) for call in calls] == [(one, "put", "waiting"), (two, "put", "waiting")]
        assert len(connections["default"].run_on_commit) >= 2

    def test_an_internal_note_is_nobodys_business(self) -> None:
        hook()

        answering.say(ticket=TicketFactory(), body="Nur für uns.", kind="note", by=agent(), at=LATER)

        assert not WebhookCall.objects.exists()


class TestDeliver:
    @pytest.fixture
    def call(self) -> WebhookCall:
        hook()
        ticket = TicketFactory(subject="Streng vertraulich")
        answering.say(ticket=ticket, body="Geheimer Text", by=agent(display_name="Jule Behrens"), at=AT)
        found: WebhookCall = WebhookCall.objects.get()
        return found

    def test_says_which_ticket_and_which_act_and_nothing_more(self, call: WebhookCall, monkeypatch: pytest.MonkeyPatch) -> None:
        other = Other(monkeypatch, 204)

        deliver(call, LATER)

        told = json.loads(other.sent[0][0])
        assert told == {
            "id": str(call.public_id),
            "act": "say_reply",
            "at": AT.isoformat(),
            "ticket": {"id": str(call.ticket.public_id), "number": call.ticket.number},
        }
        assert (call.state, call.answer, call.ended_at) == ("done", 204, LATER)

    def test_is_signed_over_time_and_body(self, call: WebhookCall, monkeypatch: pytest.MonkeyPatch) -> None:
        other = Other(monkeypatch, 200)

        deliver(call, LATER)

        (body, headers), moment = other.sent[0], str(int(LATER.timestamp()))
        wanted = hmac.new(b"geheim", moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        assert headers["X-EAkte-Signature"] == f"t={moment},v1={wanted}"
        assert headers["X-EAkte-Delivery"] == str(call.public_id)

    def test_is_tried_again_with_longer_pauses_and_then_given_up(self, call: WebhookCall, monkeypatch: pytest.MonkeyPatch) -> None:
        Other(monkeypatch, *[500, outbound.Unreachable("ConnectionRefusedError")] * 3, 301)
        at = LATER
        for pause in delivering.PAUSES:
            deliver(call, at)
            assert (call.state, call.next_at) == ("waiting", at + pause)
            at += pause

        deliver(call, at)

        assert (call.state, call.tries, call.answer, call.next_at) == ("given_up", 7, 301, None)  # a redirect is no delivery

    def test_what_is_not_due_waits_and_what_is_done_is_not_done_twice(self, call: WebhookCall, monkeypatch: pytest.MonkeyPatch) -> None:
        other = Other(monkeypatch, 200)

        deliver(call, AT - timedelta(seconds=1))
        assert other.sent == []
        deliver(call, LATER), deliver(call, LATER)

        assert len(other.sent) == 1

    def test_a_worker_that_died_in_the_middle_loses_nothing(self, call: WebhookCall, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outbound, "post", _dies)
        with pytest.raises(KeyboardInterrupt):
            delivering.deliver(call=call.pk, now=lambda: LATER)
        other = Other(monkeypatch, 200)
        deliver(call, LATER)
        assert other.sent == []  # somebody has it

        deliver(call, LATER + delivering.LEASE)

        assert (call.state, len(other.sent)) == ("done", 1)

    def test_an_address_that_leads_home_by_now_is_not_called(self, call: WebhookCall, monkeypatch: pytest.MonkeyPatch) -> None:
        other = Other(monkeypatch)
        Webhook.objects.update(address="https://10.0.0.1/")

        deliver(call, LATER)

        assert other.sent == []
        assert "eigenes Netz" in call.fault

    def test_a_webhook_that_was_switched_off_is_told_nothing_more(self, call: WebhookCall, monkeypatch: pytest.MonkeyPatch) -> None:
        other = Other(monkeypatch)
        webhook_keeping.switch(webhook=call.webhook, active=False, by=UserFactory(roles=["operator"]), at=LATER)

        deliver(call, LATER)

        assert (other.sent, call.state) == ([], "given_up")


def _dies(*args: Any, **kwargs: Any) -> int:
    raise KeyboardInterrupt


class TestSweep:
    def test_queues_what_is_due_and_forgets_what_ended_long_ago(self) -> None:
        webhook, ticket = hook(), TicketFactory()
        said = {"webhook": webhook, "ticket": ticket, "act": "put", "at": AT}
        WebhookCall.objects.create(**said, next_at=AT)
        WebhookCall.objects.create(**said, next_at=LATER + timedelta(days=1))
        WebhookCall.objects.create(**said, state="done", ended_at=AT - delivering.KEPT - timedelta(days=1))

        assert delivering.sweep(at=LATER) == 1
        assert WebhookCall.objects.count() == 2


class TestKeeping:
    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("http://93.184.216.34/", "https://"),
            ("https://10.0.0.1/", "eigenes Netz"),
            ("https://169.254.169.254/latest/meta-data/", "eigenes Netz"),
            ("https://a:b@93.184.216.34/", "keine Adresse"),
            ("https://gibtesnicht.invalid/", "nicht bekannt"),
            ("javascript:alert(1)", "https://"),
        ],
    )
    def test_refuses_addresses_that_must_not_be_called(self, address: str, said: str) -> None:
        with pytest.raises(webhook_keeping.CannotKeepWebhook, match=said):
            webhook_keeping.add(name="Fach", address=address, by=UserFactory(roles=["operator"]), at=AT)

    @override_settings(WEBHOOK_NETWORKS=["10.0.0.0/24"])
    def test_a_network_can_be_allowed(self) -> None:
        assert webhook_keeping.add(name="Fach", address="https://10.0.0.1/", by=UserFactory(roles=["operator"]), at=AT).active

    def test_is_for_operators(self) -> None:
        with pytest.raises(webhook_keeping.CannotKeepWebhook):
            webhook_keeping.add(name="Fach", address="https://93.184.216.34/", by=agent(), at=AT)

    def test_the_secret_is_shown_once(self, client_of: Any) -> None:
        browser = client_of(UserFactory(roles=["operator"]))

        answer = browser.post("/verwaltung/webhooks/", {"name": "Fach", "address": "http://127.0.0.1:9/"})

        made = Webhook.objects.get()
        assert made.secret in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        assert made.secret not in browser.get(f"/verwaltung/webhooks/{made.public_id}/").content.decode()

    def test_what_was_given_up_is_tried_again(self, client_of: Any) -> None:
        ticket = TicketFactory()
        call = WebhookCall.objects.create(webhook=hook(), ticket=ticket, act="put", at=AT, state="given_up", tries=7, ended_at=AT)

        client_of(UserFactory(roles=["operator"])).post(
            f"/verwaltung/webhooks/{call.webhook.public_id}/aufrufe/{call.public_id}/noch-einmal/"
        )

        call.refresh_from_db()
        assert (call.state, call.tries) == ("waiting", 0)
