"""The municipality travels with a task, and is in force while it runs: with a real worker."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from celery import chain, current_app, signature
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone
from kombu import Connection

from tenants import current, queues, registry


@pytest.fixture
def worker(transactional: None, process_environment: dict[str, str], django_db_blocker: Any) -> Iterator[str]:
    """A Celery worker of this checkout on the test's towns; gives the broker's address."""
    broker = process_environment["EAKTE_REDIS_URL"]
    if not broker:
        pytest.skip("EAKTE_TEST_REDIS_URL names no Redis.")
    redis.Redis.from_url(broker).flushdb()
    command = [sys.executable, "-m", "celery", "-A", "ebehoerdenakte", "worker", "--pool", "solo", "--loglevel", "WARNING"]
    process = subprocess.Popen(command, env=process_environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield broker.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)  # as settings.base does
    process.terminate()
    process.wait(30)


def expired_session(key: str) -> None:
    Session.objects.create(session_key=key, session_data="x", expire_date=timezone.now() - timedelta(hours=1))


def left() -> set[str]:
    """Towns that still have an expired session."""
    found = set()
    for town in registry.everyone():
        with current.use(town):
            if Session.objects.exists():
                found.add(town.slug)
        connections[town.alias].close()
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 45) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "nothing happened in time"
        time.sleep(0.2)


class TestRealWorker:
    def test_runs_in_the_town_that_sent_it_and_in_no_other(self, worker: str, beispielheim: current.Municipality) -> None:
        for town in registry.everyone():
            with current.use(town):
                expired_session("old")

        with Connection(worker) as connection, current.use(beispielheim):
            current_app.send_task("tenants.forget_old", queue="house", connection=connection)
        wait_for(lambda: "beispielheim" not in left())

        assert left() == {"musterstadt"}

        with Connection(worker) as connection, current.use(None):
            current_app.send_task("tenants.for_each_municipality", args=["tenants.forget_old"], queue="house", connection=connection)
        wait_for(lambda: left() == set())

    def test_goes_along_a_chain(self, worker: str, beispielheim: current.Municipality) -> None:
        with current.use(beispielheim):
            expired_session("old")
            step = signature("tenants.forget_old", immutable=True, queue="house")
            with Connection(worker) as connection:
                both = chain(signature("tenants.for_each_municipality", args=["tenants.nothing"], immutable=True, queue="house"), step)
                both.apply_async(connection=connection)

        wait_for(lambda: left() == set())


class TestQueues:
    def test_reading_has_a_queue_for_each_town_and_lane(self) -> None:
        assert queues.queue("small") == "m.musterstadt.read"
        assert queues.queue("large") == "m.musterstadt.read.large"
        assert queues.queue("house") == "house"

    def test_a_worker_serves_the_towns_and_lanes_it_is_told(self, settings: Any) -> None:
        settings.LANES, settings.READING_TOWNS = ["small", "house"], ["beispielheim"]

        assert queues.served_queues() == ["m.beispielheim.read", "sweeps", "house"]

    def test_tells_what_the_waiting_messages_name(self, process_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        broker = process_environment["EAKTE_REDIS_URL"]
        if not broker:
            pytest.skip("EAKTE_TEST_REDIS_URL names no Redis.")
        address = broker.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
        monkeypatch.setattr(queues.current_app, "connection_for_read", lambda: Connection(address))
        redis.Redis.from_url(broker).flushdb()
        with Connection(address) as connection:
            for name, kwargs in (("records.read_document", {"reading_id": 7}), ("records.read_slice", {"slice_id": 9})):
                current_app.send_task(name, kwargs=kwargs, queue=queues.queue("small"), connection=connection)

        assert (queues.waiting("small"), queues.waiting("large")) == (2, 0)
        assert queues.named("small") == {"reading_id": {7}, "slice_id": {9}}
        assert queues.named("large") == {}

    def test_sends_after_the_commit_only(self, committing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        sent: list[str] = []
        monkeypatch.setattr(queues.current_app, "send_task", lambda name, **kwargs: sent.append(kwargs["queue"]))

        with committing():
            queues.send("records.read_document", lane="small", version_id=1)
            assert sent == []

        assert sent == ["m.musterstadt.read"]
