"""Celery with municipalities: the slug travels in a header, the municipality is in force while the task runs.

Signals, not Task.__call__: overriding that breaks chain, chord and link. A task without a municipality runs with none in
force, so that any query it makes raises. Reading has queues per municipality, `m.<slug>.read` for short documents and
`m.<slug>.read.large` for slices of long ones; a worker serves the lanes and towns that its settings name.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from functools import partial
from typing import Any

from celery import current_app, shared_task
from celery.signals import before_task_publish, celeryd_after_setup, task_postrun, task_prerun, worker_ready
from django.conf import settings
from kombu.exceptions import OperationalError

from . import current, registry

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 5.0
LANES = {"small": ".read", "large": ".read.large"}
HOUSE = ("sweeps", "house")  # what recovers never stands in line behind what may wait
CENTRE = "centre"  # the work of the competence centre's apps


def send(name: str, *, lane: str = "house", **kwargs: Any) -> None:
    """Queue a task by name for the municipality in force, after the commit. Verbs never import tasks.

    A broker that is away loses nothing: rows in the database say what is to be done, and a sweep queues it again.
    """

    current.on_commit(partial(_publish, name, lane, kwargs))


def send_once(name: str, *, lane: str = "house") -> None:
    """Queue a task that takes no arguments; what one transaction queues several times is sent once."""
    if not current.is_pending((name, lane)):
        current.on_commit(partial(_publish, name, lane, {}), key=(name, lane))


def _publish(name: str, lane: str, kwargs: dict[str, Any]) -> None:
    try:
        current_app.send_task(name, kwargs=kwargs, queue=queue(lane), retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer (%s); a sweep will queue %s again.", error, name)


def waiting(lane: str) -> int:
    """Messages waiting in a reading lane of the municipality in force; -1 if the broker does not answer."""
    try:
        with current_app.connection_for_read() as connection:
            client: Any = connection.default_channel.client  # type: ignore[attr-defined]
            return int(client.llen(queue(lane)))
    except Exception:
        logger.info("The broker does not answer; the queues were not counted.")
        return -1


def named(lane: str) -> dict[str, set[int]]:
    """What the messages waiting in a reading lane name: argument → ids. Meant for short lines. Raises what the broker's client raises."""
    found: dict[str, set[int]] = {}
    with current_app.connection_for_read() as connection:
        client: Any = connection.default_channel.client  # type: ignore[attr-defined]
        for message in client.lrange(queue(lane), 0, -1):
            _positional, arguments, *_more = json.loads(base64.b64decode(json.loads(message)["body"]))
            for name, value in arguments.items():
                found.setdefault(name, set()).add(value)
    return found


def queue(lane: str) -> str:
    """Name of the queue for a lane: "house", "sweeps" or "centre", or "small"/"large" of the municipality in force."""
    return lane if lane in (*HOUSE, CENTRE) else f"m.{current.municipality().slug}{LANES[lane]}"


def served_queues() -> list[str]:
    """Queues this worker serves, short documents before long ones."""
    names = []
    towns = [m.slug for m in registry.everyone()] if settings.SITE == "node" else []
    chosen = getattr(settings, "READING_TOWNS", [])
    for lane in ("small", "large"):
        if lane in settings.LANES:
            names += [f"m.{slug}{LANES[lane]}" for slug in towns if "all" in chosen or slug in chosen]
    house = [*HOUSE, CENTRE] if settings.SITE == "centre" else HOUSE
    return [*names, *(house if "house" in settings.LANES else [])]


@celeryd_after_setup.connect
def _choose_queues(instance: Any = None, **kwargs: Any) -> None:
    instance.app.amqp.queues.select(served_queues())


@before_task_publish.connect
def _stamp(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    chosen = current.municipality_or_none()
    if headers is not None and chosen is not None:
        headers.setdefault("municipality", chosen.slug)


@task_prerun.connect
def _enter(task: Any = None, **kwargs: Any) -> None:
    slug = getattr(task.request, "municipality", None)
    if slug and registry.by_slug(slug) is None:
        registry.look_again()  # created a moment ago, by another process
    task.request._municipality_token = current._in_force.set(registry.by_slug(slug) if slug else None)


@task_postrun.connect
def _leave(task: Any = None, **kwargs: Any) -> None:
    token = getattr(task.request, "_municipality_token", None)
    if token is not None:
        try:
            current._in_force.reset(token)
        except ValueError:  # another context: eager tasks in a thread
            current._in_force.set(None)


@shared_task(name="tenants.for_each_municipality")
def for_each_municipality(name: str, lane: str = "house", expires: float = 600) -> None:
    """Queue a task once per municipality; one that is away does not keep the others from theirs. It is dropped after `expires` seconds."""
    for municipality in registry.everyone():
        with current.use(municipality):
            current_app.send_task(name, queue=queue(lane), expires=expires)


@worker_ready.connect
def _follow_registry(sender: Any = None, **kwargs: Any) -> None:
    """A town created after this worker started is served within seconds, without a restart; one that is gone is not asked for any more."""

    def follow() -> None:
        known = set(served_queues())
        while True:
            time.sleep(SECONDS_BETWEEN_LOOKS)
            wanted = set(served_queues())
            for name in wanted - known:
                current_app.control.add_consumer(name, destination=[sender.hostname])
            for name in known - wanted:  # a practice town that ended, or was made anew
                current_app.control.cancel_consumer(name, destination=[sender.hostname])
            known = wanted

    if settings.SITE == "node":
        threading.Thread(target=follow, name="follow-registry", daemon=True).start()
