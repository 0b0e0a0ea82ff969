"""What a node says of itself to the competence centre."""

from __future__ import annotations

import shutil
from collections import namedtuple
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from foundation import calling, signed
from tenants import channel, courier, identity, joining, wellbeing

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(wellbeing, "broker_ready", lambda: True)
    monkeypatch.setattr(wellbeing, "town_ready", lambda town: True)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Disk(100, 50, 50))
    return monkeypatch


class TestOfNode:
    def test_all_that_answers_is_all_right(self, ready: Any) -> None:
        assert wellbeing.of_node() == ("ok", [])

    def test_a_municipality_that_is_down_is_named(self, ready: Any, beispielheim: Any) -> None:
        ready.setattr(wellbeing, "town_ready", lambda town: town.slug != "beispielheim")

        state, problems = wellbeing.of_node()

        assert state == "warning"
        assert problems == ["beispielheim: Die Datenbank oder die Ablage antwortet nicht."]

    def test_all_of_them_or_the_broker_being_down_is_critical(self, ready: Any) -> None:
        ready.setattr(wellbeing, "broker_ready", lambda: False)

        assert wellbeing.of_node()[0] == "critical"

    @pytest.mark.parametrize(("free", "state"), [(50, "ok"), (9, "warning"), (2, "critical")])
    def test_a_disk_that_fills_up_is_told_once(self, ready: Any, beispielheim: Any, free: int, state: str) -> None:
        ready.setattr(shutil, "disk_usage", lambda path: Disk(100, 100 - free, free))

        told, problems = wellbeing.of_node()

        assert told == state
        assert len(problems) == (0 if state == "ok" else 1)


class TestReport:
    @pytest.fixture
    def sent(self, settings: Any, tmp_path: Any, ready: Any) -> list[Any]:
        settings.CHANNEL = tmp_path / "channel"
        self.centre = joining.Centre("http://zentrum.test", "http://zentrum.test", str(uuid4()), signed.Key.new().public)
        joining.remember(self.centre)
        calls: list[Any] = []
        ready.setattr(calling, "post", lambda url, body, seconds: calls.append((url, body)) or {})
        return calls

    def test_is_signed_for_the_centre(self, sent: list[Any]) -> None:
        courier.report(at=timezone.now())

        [(url, body)] = sent
        own = identity.mine().key
        told = signed.check(
            body["token"],
            purpose=channel.HEARTBEAT,
            public_of={own.kid: own.public}.get,
            audience=self.centre.id,
            at=timezone.now(),
            longest=channel.HOLDS,
        )
        assert url == "http://zentrum.test/api/v1/heartbeats/"
        assert (told.claims["state"], told.claims["problems"]) == ("ok", [])
        assert told.claims["version"]

    def test_a_centre_that_does_not_know_it_stops_nothing(self, sent: list[Any], ready: Any) -> None:
        def refuse(*_args: Any, **_more: Any) -> Any:
            raise calling.Declined(404, "Nicht gefunden")

        ready.setattr(calling, "post", refuse)

        courier.report(at=timezone.now())

    def test_a_node_without_a_centre_tells_nobody(self, settings: Any, tmp_path: Any) -> None:
        settings.CHANNEL = tmp_path

        courier.report(at=timezone.now())
