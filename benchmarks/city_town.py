"""A municipality with a database of its own for a benchmark, and what an act or a request of it costs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SLUG = "massstab"
HOST = f"{SLUG}.localhost"


@contextmanager
def town(*, database: str | None = None, keep: bool = False, fill: Callable[[], None] | None = None) -> Iterator[Any]:
    """A municipality in force for as long as this takes; `fill` makes its rows, unless the database is there already.

    `database` names it (else it gets a name of its own); with `keep` it stays for the next run with the same name.
    """
    from django.core.management import call_command
    from django.db import connections

    from tenants import cloning, current, registry

    admin = os.environ["EAKTE_ADMIN_DATABASE_URL"]
    name = database or f"benchmark_{os.getpid()}"
    with cloning.connect(admin) as server:
        known = server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None
    if not known:
        cloning.clone(admin_url=admin, name=name)
    row = {"slug": SLUG, "name": "Maßstab", "hosts": [HOST], "store": "/tmp/none", "database_url": cloning.url_of(admin, database=name)}
    registry.write(lambda rows: [*(each for each in rows if each["slug"] != SLUG), row])
    try:
        with current.use(registry.by_slug(SLUG)):
            if known:  # the code may have gone on since
                call_command("migrate", database=f"m_{SLUG}", verbosity=0, interactive=False)
            elif fill:
                fill()
            yield registry.by_slug(SLUG)
    finally:
        registry.write(lambda rows: [each for each in rows if each["slug"] != SLUG])
        for alias in connections:
            if alias == f"m_{SLUG}":
                connections[alias].close()
        if not keep:
            cloning.drop(admin_url=admin, name=name)


@dataclass
class Cost:
    """What several rounds took, each in milliseconds: on the clock, of Python's processor time, of that of its PostgreSQL process."""

    wall: list[float] = field(default_factory=list)
    python: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    @property
    def both(self) -> list[float]:
        return [one + other for one, other in zip(self.python, self.database, strict=True)]


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def cost_of(act: Callable[[], object], times: int, *, warm: int = 3) -> Cost:
    """Do something so many times, after some that warm up; in between the web server's own tidying, which nobody waits for."""
    from ebehoerdenakte.gunicorn import post_request

    found = Cost()
    for _ in range(warm):
        act()
    for _ in range(times):
        backend, used = _backend()
        began, python = time.perf_counter(), time.process_time()
        act()
        found.python.append((time.process_time() - python) * 1000)
        found.wall.append((time.perf_counter() - began) * 1000)
        same, since = _backend()
        found.database.append(since - used if same == backend else 0.0)
        post_request(None, None, None, None)
    return found


def _backend() -> tuple[int, float]:
    """The PostgreSQL process of this process's connection, and the milliseconds of processor time it has used (Linux; helpers do not count)."""
    from tenants import current

    connection = current.connection()
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return pid, int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def loop() -> float:
    """Milliseconds of processor time for the same work each time, the median of three: how fast the machine is at this moment."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        sum(number * number for number in range(100_000))
        taken.append((time.process_time() - began) * 1000)
    return sorted(taken)[1]


def load() -> str:
    """What else runs on the machine: the load of the last minute."""
    return f"load {os.getloadavg()[0]:.1f}"
