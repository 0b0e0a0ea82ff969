"""One municipality's database is away: it gets its page, the others do not notice."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import close_old_connections, connections
from django.test import Client

from tenants import breaker, cloning, current, registry
from tests.factories import UserFactory


@pytest.fixture
def dead_town(tmp_path: Any, request: pytest.FixtureRequest, transactional: None) -> Iterator[str]:
    """Beispielheim's database answers no more; `mute` takes the connection and says nothing, else nobody listens."""
    rows = registry.rows()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "mute":
            listener.listen(64)
        port = listener.getsockname()[1]
        gone = f"postgresql://somebody@127.0.0.1:{port}/gone"
        registry.write(lambda found: [{**row, "database_url": gone} if row["slug"] == "beispielheim" else row for row in found])
        connections["m_beispielheim"].close()
        yield "beispielheim.localhost"
    connections["m_beispielheim"].close()
    registry.write(lambda _found: rows)


def stranger(host: str) -> Client:
    return Client(headers={"host": host})


class TestDeadDatabase:
    @pytest.mark.parametrize("dead_town", ["refused", "mute"], indirect=True)
    def test_gets_its_german_page_within_three_and_a_half_seconds_and_then_at_once(self, dead_town: str) -> None:
        seconds = []
        for _attempt in range(4):
            started = time.monotonic()
            answer = stranger(dead_town).get("/anmelden/")
            seconds.append(time.monotonic() - started)
            assert answer.status_code == 503
            assert answer["Retry-After"] == "30"
            assert 'lang="de"' in answer.content.decode()

        assert max(seconds) < 3.5
        assert max(seconds[2:]) < 0.3

    @pytest.mark.parametrize("dead_town", ["mute"], indirect=True)
    def test_the_api_says_it_as_a_problem(self, dead_town: str) -> None:
        answer = stranger(dead_town).get("/api/v1/me/", headers={"authorization": "Bearer x"})

        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")

    @pytest.mark.parametrize("dead_town", ["mute"], indirect=True)
    def test_the_other_town_does_not_notice(self, dead_town: str, api_client: Any) -> None:
        program = api_client(UserFactory())

        def ask(host: str) -> tuple[int, float]:
            started = time.monotonic()
            status = (
                program.get("/api/v1/me/", headers={"host": host}).status_code
                if host != dead_town
                else stranger(host).get("/anmelden/").status_code
            )
            connections.close_all()
            return status, time.monotonic() - started

        with ThreadPoolExecutor(8) as threads:
            hosts = [dead_town, "musterstadt.localhost"] * 12
            answers = list(zip(hosts, threads.map(ask, hosts), strict=True))

        here = [answer for host, answer in answers if host != dead_town]
        assert {status for status, _seconds in here} == {200}
        assert sorted(seconds for _status, seconds in here)[len(here) // 2] < 1.0
        assert {status for host, (status, _s) in answers if host == dead_town} == {503}

    @pytest.mark.parametrize("dead_town", ["refused"], indirect=True)
    def test_readyz_is_degraded_and_stays_green(self, dead_town: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        from tenants import probes

        monkeypatch.setattr(probes, "_broker", lambda: True)

        answer = stranger("anything").get("/readyz")

        assert answer.status_code == 200
        assert answer.json() == {"status": "degraded", "broker": True, "municipalities": 2, "degraded": ["beispielheim"]}

    def test_a_restarted_database_is_reached_again(self, transactional: None, client_of: Any, server_url: str) -> None:
        browser = client_of(UserFactory())
        assert browser.get("/api/v1/me/").status_code == 200
        name = connections["m_musterstadt"].settings_dict["NAME"]
        with cloning.connect(server_url) as server:
            server.execute("SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = %s", [name])
        close_old_connections()  # what a server does before each request; the test client does not

        assert browser.get("/api/v1/me/").status_code == 200


class TestBreaker:
    def test_one_may_try_again_after_the_pause(self, settings: Any) -> None:
        settings.BREAKER_FIRST_SECONDS = 0.05
        guard = breaker.Breaker("m_x")
        guard.failed()
        guard.failed()
        with pytest.raises(breaker.Open):
            guard.before_connecting()
        time.sleep(0.06)

        guard.before_connecting()
        with pytest.raises(breaker.Open):
            guard.before_connecting()

    def test_the_pause_doubles_with_every_attempt_in_vain(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.BREAKER_FIRST_SECONDS, settings.BREAKER_SECONDS = 2.0, 15.0
        now = 100.0
        monkeypatch.setattr(breaker.time, "monotonic", lambda: now)  # type: ignore[attr-defined]
        guard = breaker.Breaker("m_x")
        for _at_once in range(5):
            guard.failed()
        pauses = []
        for _attempt in range(5):
            began = now
            while True:
                try:
                    guard.before_connecting()
                    break
                except breaker.Open:
                    now += 0.5
            pauses.append(now - began)
            guard.failed()

        assert pauses == [2.0, 4.0, 8.0, 15.0, 15.0]

    def test_opens_again_after_a_success(self) -> None:
        guard = breaker.Breaker("m_x")
        guard.failed()
        guard.failed()
        guard.worked()

        guard.before_connecting()


class TestBulkhead:
    def test_turns_away_what_goes_beyond_a_towns_places(self, settings: Any, monkeypatch: pytest.MonkeyPatch, musterstadt: Any) -> None:
        monkeypatch.setattr(breaker, "SECONDS_FOR_A_PLACE", 0.05)
        guard = breaker.of(musterstadt.alias)

        with ExitStack() as held:
            for _place in range(settings.BULKHEAD_REQUESTS):
                held.enter_context(guard.place())
            assert stranger("musterstadt.localhost").get("/api/v1/me/").status_code == 503
            assert stranger("beispielheim.localhost").get("/api/v1/me/").status_code == 401

        assert stranger("musterstadt.localhost").get("/api/v1/me/").status_code == 401


class TestStreaming:
    def test_every_step_of_a_stream_runs_inside_the_municipality(self, musterstadt: current.Municipality) -> None:
        from django.http import StreamingHttpResponse

        from tenants.middleware import _inside

        seen = []

        def steps() -> Iterator[bytes]:
            for _step in range(2):
                seen.append(current.municipality().slug)
                yield b"x"

        response = _inside(musterstadt, StreamingHttpResponse(steps()))
        with current.use(None):
            assert b"".join(response.streaming_content) == b"xx"  # type: ignore[attr-defined]

        assert seen == ["musterstadt", "musterstadt"]
