"""Probes, and what is forgotten after its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from tenants import cloning, housekeeping, probes, registry
from tenants.models import RememberedAnswer
from tests.factories import UserFactory


class TestForgetOld:
    def test_drops_what_is_past_its_time_and_nothing_else(self) -> None:
        now, person = timezone.now(), UserFactory()
        for days, key in ((-1, "old"), (1, "new")):
            Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=days))
            AuthToken.objects.create(person, expiry=timedelta(days=days))
        for hours, key in ((47, "young"), (49, "old")):
            RememberedAnswer.objects.create(caller="c", route="/", key=key, fingerprint="f", created_at=now - timedelta(hours=hours))
        for days, name in ((29, "lately"), (31, "long-ago")):
            AccessAttempt.objects.create(username=name, failures_since_start=1)
            AccessAttempt.objects.filter(username=name).update(attempt_time=now - timedelta(days=days))

        housekeeping.forget_old()
        housekeeping.forget_old()

        assert Session.objects.get().session_key == "new"
        assert AuthToken.objects.count() == 1
        assert RememberedAnswer.objects.get().key == "young"
        assert AccessAttempt.objects.get().username == "lately"


class TestProbes:
    def test_healthz_answers_on_any_host_without_a_database(self) -> None:
        answer = Client(headers={"host": "10.0.0.1:8000"}).get("/healthz")

        assert (answer.status_code, answer.json()["status"]) == (200, "ok")

    def test_readyz_is_green_when_all_answer(self, transactional: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(probes, "_broker", lambda: True)

        answer = Client(headers={"host": "whatever"}).get("/readyz")

        assert (answer.status_code, answer.json()["status"], answer.json()["degraded"]) == (200, "ok", [])

    def test_readyz_is_red_without_the_broker_and_in_time(self, transactional: None, settings: Any) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"

        answer = Client(headers={"host": "whatever"}).get("/readyz")

        assert (answer.status_code, answer.json()["broker"]) == (503, False)

    def test_readyz_is_red_when_every_town_is_down(self, transactional: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(probes, "_broker", lambda: True)
        before = registry.rows()
        for town in registry.everyone():
            connections[town.alias].close()
        try:
            registry.write(
                lambda rows: [
                    {**row, "database_url": cloning.url_of(row["database_url"], database=f"gone{n}")} for n, row in enumerate(rows)
                ]
            )

            answer = Client(headers={"host": "whatever"}).get("/readyz")
        finally:
            registry.write(lambda _rows: before)

        assert (answer.status_code, answer.json()["status"]) == (503, "down")

    def test_metrics_only_for_allowed_addresses_and_never_through_a_proxy(self, transactional: None, settings: Any) -> None:
        client = Client(headers={"host": "whatever"})
        settings.METRICS_ALLOWED = ["127.0.0.1"]

        allowed = client.get("/metrics")
        stranger = client.get("/metrics", REMOTE_ADDR="10.9.8.7")
        proxied = client.get("/metrics", headers={"x-forwarded-for": "10.9.8.7"})

        assert 'eakte_municipality_up{municipality="musterstadt"} 1.0' in allowed.content.decode()
        assert (stranger.status_code, proxied.status_code) == (404, 404)
