"""Per municipality: a bulkhead (so many requests at once) and a circuit breaker on connecting to its database.

One town's dead database must not hold the threads that serve the other towns: after two failures its requests are turned
away at once for a while, then a single one may try again. The pause is short at first, so that hardly anybody notices a restart,
and doubles with every attempt in vain.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError

SECONDS_FOR_A_PLACE = 1.0


class Open(OperationalError):
    """The database failed a moment ago; nobody waits for it again until the pause is over."""


class Full(Exception):
    """This municipality already has as many requests under way as it may."""


class Breaker:
    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._failures = 0
        self._closed_until = 0.0
        self._pause = settings.BREAKER_FIRST_SECONDS
        self._trying = False
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(settings.BULKHEAD_REQUESTS)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the municipality's places; raises Full when none becomes free within a second."""
        if not self._places.acquire(timeout=SECONDS_FOR_A_PLACE):
            raise Full(self.alias)
        try:
            yield
        finally:
            self._places.release()

    def before_connecting(self) -> None:
        """Raise Open during the pause after failures; the first caller after it may try, the others still wait."""
        with self._lock:
            if self._failures < settings.BREAKER_FAILURES:
                return
            now = time.monotonic()
            if now < self._closed_until:
                raise Open(f"{self.alias}: the database did not answer a moment ago.")
            self._closed_until, self._trying = now + settings.BREAKER_SECONDS, True

    def worked(self) -> None:
        with self._lock:
            self._failures, self._pause, self._trying = 0, settings.BREAKER_FIRST_SECONDS, False

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._trying:  # not those who were connecting at the same time when it began
                self._pause, self._trying = min(2 * self._pause, settings.BREAKER_SECONDS), False
            self._closed_until = time.monotonic() + self._pause


_breakers: dict[str, Breaker] = {}
_lock = threading.Lock()


def of(alias: str) -> Breaker:
    """The breaker of a database alias, one per process."""
    with _lock:
        return _breakers.setdefault(alias, Breaker(alias)) if alias not in _breakers else _breakers[alias]


def reset() -> None:
    """Forget all failures (tests, and after an operator mended a database)."""
    with _lock:
        _breakers.clear()
