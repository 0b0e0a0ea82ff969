"""A cache in Redis. It holds nothing that matters: while Redis is away it is an empty cache, and people go on working."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingCache(RedisCache):
    """Django's Redis cache, whose outage is a miss and not an error. What is counted here (attempts per address) is not counted then."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _forgiven(lambda: super(ForgivingCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        _forgiven(lambda: super(ForgivingCache, self).set(key, value, *args, **kwargs), None)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(_forgiven(lambda: super(ForgivingCache, self).add(key, value, *args, **kwargs), False))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(_forgiven(lambda: super(ForgivingCache, self).delete(key, version), False))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a key that is not there, as Django's caches do."""
        counted = _forgiven(lambda: super(ForgivingCache, self).incr(key, delta, version), None)
        if counted is None:
            raise ValueError(key)
        return int(counted)


def _forgiven(act: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return act()
    except RedisError as error:
        logger.warning("The cache does not answer: %s", error)
        return otherwise
