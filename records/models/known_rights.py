"""Rights that this process has resolved before, each with the state of all rights in which it found them (migration 0018).

The database is asked in every request whether that state still holds, and answers with the rights themselves where it does not: nothing here is
ever believed without asking.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


class Known(Generic[T]):
    """What is known of whom, the least recently used forgotten first. `most` bounds the sum of what callers say each one weighs."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[UUID, T, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> tuple[UUID, T] | None:
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[:2]

    def keep(self, key: Hashable, state: UUID, value: T, *, weight: int) -> None:
        with self._lock:
            self._drop(key)
            self._held[key] = state, value, weight
            self._weight += weight
            while self._weight > self._most:
                self._drop(next(iter(self._held)))

    def _drop(self, key: Hashable) -> None:
        found = self._held.pop(key, None)
        if found is not None:
            self._weight -= found[2]
