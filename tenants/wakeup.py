"""Waking the indexing process at once; whoever misses it looks again by itself within seconds."""

import logging

import redis
from django.conf import settings

from . import current

logger = logging.getLogger(__name__)
CHANNEL = "eakte:index"
_client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def wake_indexer() -> None:
    """Tell the indexing processes of all machines that this municipality has changes. Never fails."""
    try:
        _client.publish(CHANNEL, current.municipality().slug)
    except redis.RedisError as error:
        logger.info("The indexer was not woken (%s); it looks by itself.", error)
