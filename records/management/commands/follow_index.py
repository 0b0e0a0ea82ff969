"""manage.py follow_index: the one process of a machine that keeps the full-text indexes of all its municipalities in step."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, connections

from foundation.index import Index, Superseded, Writer, WriterBusy
from records import index_keeping
from tenants import current, registry, wakeup

logger = logging.getLogger("records.indexer")
SECONDS_BETWEEN_ROUNDS = 2.0  # a missed wake-up costs at most this
SECONDS_OF_GATHERING = 0.4  # what is filed one after the other shares a commit, whose price hardly depends on how much it holds
WRITER_IDLE_SECONDS = 60.0


class Follower:
    """One municipality's index. The writer is kept open while there is work, and let go of when there is none."""

    def __init__(self) -> None:
        self.index: Index | None = None
        self.writer: Writer | None = None
        self.used_at = 0.0

    def step(self) -> int:
        self.index = self.index or index_keeping.open_index()
        if int(self.index.cursor() or 0) >= index_keeping.latest_change():
            if self.writer and time.monotonic() - self.used_at > WRITER_IDLE_SECONDS:
                self.close()
            return 0
        self.writer = self.writer or self.index.writer()
        self.used_at = time.monotonic()
        return index_keeping.follow(index=self.index, writer=self.writer)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.writer = None


class Command(BaseCommand):
    help = "Keep the full-text indexes of this machine in step with the municipalities' databases."

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        followers: dict[str, Follower] = {}
        self.going = True
        while self.going:
            for municipality in registry.everyone():
                with current.use(municipality):
                    self._step(followers.setdefault(municipality.slug, Follower()), municipality)
            self._wait()
        for follower in followers.values():
            follower.close()

    def _step(self, follower: Follower, municipality: current.Municipality) -> None:
        try:
            follower.step()
        except Superseded:  # rebuilt meanwhile: go on with the new generation
            follower.close()
        except WriterBusy:
            logger.info("%s: another process is writing this index; trying again.", municipality.slug)
        except Error as error:
            logger.warning("%s: the database does not answer: %s", municipality.slug, error)
            connections[municipality.alias].close()
        except Exception:
            logger.exception("%s: following the index failed; trying again.", municipality.slug)
            follower.close()
            follower.index = None
            time.sleep(1)

    def _wait(self) -> None:
        """Until a change is announced, or the round is over."""
        try:
            if not hasattr(self, "_ear"):
                self._ear = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1).pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
                self._ear.subscribe(wakeup.CHANNEL)
            until = time.monotonic() + SECONDS_BETWEEN_ROUNDS
            while self.going and (left := until - time.monotonic()) > 0:
                if self._ear.get_message(timeout=left):
                    time.sleep(SECONDS_OF_GATHERING)
                    while self._ear.get_message(timeout=0):
                        pass
                    return
        except redis.RedisError:
            vars(self).pop("_ear", None)
            time.sleep(1)

    def _stop(self, *args: Any) -> None:
        self.going = False
