"""Whether what a site stands on answers, each within a second; and in words what the competence centre is told of a node.

It is told of municipalities by their short names, and of nothing that lies in them.
"""

from __future__ import annotations

import concurrent.futures
import os
import shutil
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from . import registry
from .current import Municipality

SECONDS = 1.0
OK, WARNING, CRITICAL = "ok", "warning", "critical"
LOW, NEARLY_FULL = 10, 3  # percent that is free where documents are kept
MOST_PROBLEMS = 10  # as tenants.centre.health takes them in
threads = concurrent.futures.ThreadPoolExecutor(max_workers=8, thread_name_prefix="probe")


def of_node() -> tuple[str, list[str]]:
    """How this node is, and sentences that say what is wrong; the gravest first, and no more than the centre takes in."""
    told = [*_of_broker(), *_of_towns(), *_of_disks()]
    told.sort(key=lambda one: one[0] != CRITICAL)
    state = CRITICAL if any(grave == CRITICAL for grave, _said in told) else WARNING if told else OK
    return state, [said for _grave, said in told[:MOST_PROBLEMS]]


def within_a_second(check: Callable[[], bool]) -> bool:
    return result(threads.submit(check))


def result(future: concurrent.futures.Future[bool], seconds: float = SECONDS) -> bool:
    try:
        return future.result(timeout=seconds)
    except Exception:  # a probe answers "no", whatever the reason
        return False


def towns_ready() -> dict[str, bool]:
    """Of each municipality of this node whether her store and database answer, all asked at once."""
    waiting = {town.slug: threads.submit(town_ready, town) for town in registry.everyone()}
    concurrent.futures.wait(waiting.values(), timeout=SECONDS)
    return {slug: result(future, 0) for slug, future in waiting.items()}


def broker_ready() -> bool:
    return bool(client().ping())


def client() -> Any:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)


def town_ready(municipality: Municipality) -> bool:
    return os.access(municipality.store, os.W_OK) and database_ready(municipality.alias)


def database_ready(alias: str) -> bool:
    connection = connections[alias]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    finally:
        connection.close()


def _of_broker() -> list[tuple[str, str]]:
    return [] if within_a_second(broker_ready) else [(CRITICAL, _("Redis does not answer: nothing is read or indexed."))]


def _of_towns() -> list[tuple[str, str]]:
    """Copies that trainees practise in are nobody's affair at the centre."""
    ready, known = towns_ready(), [town.slug for town in registry.everyone() if not town.trainee]
    down = [slug for slug in known if not ready.get(slug, False)]
    grave = CRITICAL if len(down) == len(known) else WARNING
    return [(grave, _("%(town)s: the database or the store does not answer.") % {"town": slug}) for slug in down]


def _of_disks() -> list[tuple[str, str]]:
    """Of each disk that municipalities' stores lie on, once, whether it is about to be full."""
    told: dict[int, tuple[str, str]] = {}
    for town in registry.everyone():
        try:
            device, disk = os.stat(town.store).st_dev, shutil.disk_usage(town.store)
        except OSError:
            continue  # a store that is away is said of its municipality
        free = 100 * disk.free // max(disk.total, 1)
        if free < LOW:
            grave = CRITICAL if free < NEARLY_FULL else WARNING
            told[device] = (grave, _("Where documents are kept %(percent)s %% of the disk are free.") % {"percent": free})
    return list(told.values())
