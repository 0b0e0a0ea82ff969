#!/usr/bin/env python3
"""How long a practice town takes: opened, reset and ended, beside what PostgreSQL alone takes for CREATE DATABASE … TEMPLATE.

    With the environment of a node (EAKTE_VAR, EAKTE_ADMIN_DATABASE_URL, DJANGO_SETTINGS_MODULE):
    .venv/bin/python benchmarks/practice.py [--golden uebungsstadt] [--towns 10]

The golden town is one of the node's (the demo's Übungsstadt). Prints median and worst in seconds and the ratio to the bare copy; the towns that it
opens are ended again.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--golden", default="uebungsstadt")
    arguments.add_argument("--towns", type=int, default=10)
    chosen = arguments.parse_args()
    import django

    django.setup()
    measure(chosen.golden, chosen.towns)


def measure(golden: str, towns: int) -> None:
    from django.utils import timezone

    from tenants import freezing, practising

    now = timezone.now()
    frozen_in = timed(lambda: freezing.freeze_golden(golden=golden, at=now))
    row = next(one for one in freezing.registry.rows() if one["slug"] == golden)
    frozen = freezing.of_row(row)
    assert frozen is not None
    print(f"{golden}: {size_of(frozen.database)}, {count(frozen.store)} files in the store, {count(frozen.index)} of the index")
    bare = [timed(lambda: bare_copy(frozen.database)) for _time in range(towns)]
    course, opened = str(uuid4()), list[Any]()

    def open_one() -> None:
        said = {
            "golden": golden,
            "course": course,
            "trainee": uuid4(),
            "name": "Erika Muster",
            "until": now + timedelta(hours=1),
            "at": now,
        }
        opened.append(practising.open_town(**said))

    try:
        opening = [timed(open_one) for _time in range(towns)]
        resetting = [timed(lambda one=one: practising.reset_town(town=practising.name_of(one.number), at=now)) for one in opened]
    finally:
        ending = [timed(lambda one=one: practising.end_town(town=practising.name_of(one.number))) for one in opened]
    print(f"{'':<44}{'median s':>10}{'worst s':>10}{'ratio':>8}")
    for name, taken in (
        ("CREATE DATABASE … TEMPLATE and nothing else", bare),
        ("a town opened", opening),
        ("a town reset (opened anew, the old one gone)", resetting),
        ("a town ended", ending),
        ("the golden town put to rest (once)", [frozen_in]),
    ):
        print(f"{name:<44}{statistics.median(taken):>10.2f}{max(taken):>10.2f}{statistics.median(taken) / statistics.median(bare):>8.1f}")


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


_made: list[str] = []


def bare_copy(template: str) -> None:
    """A copy as PostgreSQL makes it; removed when all is measured (drop_copies)."""
    from psycopg.sql import SQL, Identifier

    from tenants import cloning, freezing

    name = f"eakte_benchmark_{secrets.token_hex(4)}"
    with cloning.connect(freezing.admin_url()) as server:
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(Identifier(name), Identifier(template)))
        _made.append(name)


def drop_copies() -> None:
    from tenants import cloning, freezing

    for name in _made:
        cloning.drop(admin_url=freezing.admin_url(), name=name)


def size_of(database: str) -> str:
    from tenants import cloning, freezing

    with cloning.connect(freezing.admin_url()) as server:
        row = server.execute("SELECT pg_size_pretty(pg_database_size(%s))", [database]).fetchone()
    return str(row[0]) if row else "?"


def count(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    try:
        main()
    finally:
        drop_copies()
