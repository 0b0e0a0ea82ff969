#!/usr/bin/env python3
"""Training with a year's work in it: 200 course dates, 20,000 enrolments, 5,000 people of 50 municipalities, 24 courses.

    bin/test --services --as-me -- .venv/bin/python benchmarks/training.py [--each 60] [--rush 500]

Requests go through the whole product (WSGI application, middlewares, session or token) in this process. Prints for each screen p50 and p95 in
milliseconds on the clock and of the processor time (Python's and PostgreSQL's), the number of SQL queries, the size of the answer, and how long a loop
that is always the same takes just then. Then a rush: 500 people want 20 places within seconds, in as many lines as the product has threads.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "ebehoerdenakte.settings.centre"
sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from city_requests import Caller  # noqa: E402
from city_town import cost_of, load, loop, quantile  # noqa: E402
from training_rows import fill  # noqa: E402

HOST = "zentrum.localhost"
PLAN = "/schulungen/planung/"
NAME = f"benchmark_training_{os.getpid()}"
GOAL = 60.0  # milliseconds: p95
SEATS, LINES = 20, 12
COLUMNS = (44, 8, 8, 9, 9, 8, 9, 8, 8)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--each", type=int, default=60)
    arguments.add_argument("--rush", type=int, default=500)
    chosen = arguments.parse_args()
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    from ebehoerdenakte.gunicorn import when_ready
    from tenants import cloning, registry

    server = os.environ["EAKTE_ADMIN_DATABASE_URL"]
    cloning.clone(admin_url=server, name=NAME)
    connections["default"].settings_dict.update(registry.database_from_url(cloning.url_of(server, database=NAME)))
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    when_ready(None)
    try:
        fill()
        screens(chosen.each)
        rush(chosen.rush)
    finally:
        connections["default"].close()
        cloning.drop(admin_url=server, name=NAME)


def screens(each: int) -> None:
    from django.utils import timezone

    from tenants.models import User
    from training.models import Course, CourseDate

    people = {"clerk": User.objects.get(username="p0"), "trainer": User.objects.get(username="t0")}
    callers = {name: Caller(person, HOST) for name, person in people.items()}
    dates = list(CourseDate.objects.filter(state="open").order_by("starts_at").values_list("public_id", flat=True)[:20])
    courses = list(Course.objects.values_list("public_id", flat=True)[:10])
    days = [timezone.localdate() + timedelta(days=30 * months) for months in range(-3, 4)]
    asked: list[tuple[str, str, list[str]]] = [
        ("catalogue", "clerk", ["/schulungen/"]),
        ("catalogue: a learning path", "clerk", ["/schulungen/?rolle=clerk"]),
        ("course", "clerk", [f"/schulungen/{one}/" for one in courses]),
        ("dates", "clerk", ["/schulungen/termine/"]),
        ("dates: with free places", "clerk", ["/schulungen/termine/?frei=1&rolle=clerk"]),
        ("date", "clerk", [f"/schulungen/termine/{one}/" for one in dates]),
        ("my training", "clerk", ["/schulungen/meine/"]),
        ("dates", "trainer", ["/schulungen/termine/"]),
        ("date", "trainer", [f"/schulungen/termine/{one}/" for one in dates]),
        ("calendar: a month", "trainer", [f"{PLAN}?ansicht=monat&tag={day}" for day in days]),
        ("calendar: a week", "trainer", [f"{PLAN}?ansicht=woche&tag={day}" for day in days]),
        ("calendar: as a list", "trainer", [f"{PLAN}?ansicht=liste&tag={day}" for day in days]),
        ("date as it is planned, 100 people", "trainer", [f"{PLAN}termine/{one}/" for one in dates]),
        ("participant list", "trainer", [f"{PLAN}termine/{one}/teilnehmende/" for one in dates]),
        ("API: courses", "clerk", ["/api/v1/courses/"]),
        ("API: dates", "clerk", ["/api/v1/course-dates/"]),
        ("API: dates of a month", "clerk", [f"/api/v1/course-dates/?from={timezone.localdate():%Y-%m-%d}&page_size=200"]),
        ("API: date", "clerk", [f"/api/v1/course-dates/{one}/" for one in dates]),
    ]
    print(line("", "p50 ms", "p95 ms", "p50 CPU", "p95 CPU", "Python", "database", "queries", "KB") + "  loop")
    for name, who, addresses in asked:
        print(one_screen(f"{name} ({who})", callers[who], addresses, each), flush=True)
    print(told("enrol (the act)", cost_of(enrolling_one(), each), {0}, 0))
    print(f"{load()}; goal: p95 ≤ {GOAL:.0f} ms")


def one_screen(name: str, caller: Caller, addresses: list[str], each: int) -> str:
    turns = cycle(addresses)
    taken = cost_of(lambda: caller.get(next(turns)), each, warm=max(3, len(addresses)))
    return told(name, taken, {len(caller.queries(address)) for address in addresses[:6]}, caller.size)


def told(name: str, taken: Any, queries: set[int], size: int) -> str:
    cells = [quantile(taken.wall, 0.5), quantile(taken.wall, 0.95), quantile(taken.both, 0.5), quantile(taken.both, 0.95)]
    cells += [sum(part) / len(part) for part in (taken.python, taken.database)]
    counted = "–".join(map(str, sorted({min(queries), max(queries)})))
    over = "" if cells[1] <= GOAL else "  over the goal"
    return line(name, *(f"{cell:.1f}" for cell in cells), counted, f"{size / 1024:.0f}") + f"{loop():6.1f}{over}"


def enrolling_one() -> Callable[[], None]:
    """The act, each time of somebody else, on dates that have places and on full ones in turn."""
    from django.utils import timezone

    from tenants.models import User
    from training import enrolling
    from training.models import CourseDate, Enrolment

    wanted = []
    for date in CourseDate.objects.filter(state="open").order_by("pk")[1::2]:
        CourseDate.objects.filter(pk=date.pk).update(capacity=200)
    for place, date in enumerate(CourseDate.objects.filter(state="open").order_by("pk")):
        there = Enrolment.objects.filter(date=date).values("person")
        wanted += [
            (date, person) for person in User.objects.filter(username__startswith="p").exclude(pk__in=there)[place * 7 : place * 7 + 7]
        ]
    turns = iter(wanted)

    def act() -> None:
        date, person = next(turns)
        enrolling.enrol(date=date, person=person, by=person, at=timezone.now())

    return act


def rush(crowd: int) -> None:
    """So many people ask for 20 places at once; each line of them is a thread with a connection of its own."""
    from django.db import connections
    from django.utils import timezone

    from tenants.models import User
    from training import enrolling
    from training.models import Course, CourseDate, Enrolment, Session

    begins = timezone.now() + timedelta(days=400)
    date = CourseDate.objects.create(
        course=Course.objects.first(), state="open", capacity=SEATS, register_until=begins, withdraw_until=begins, starts_at=begins,
        ends_at=begins + timedelta(hours=1), created_at=timezone.now(),
    )  # fmt: skip
    Session.objects.create(date=date, starts_at=begins, ends_at=begins + timedelta(hours=1), link="https://v.example/", changed_at=begins)
    people = list(User.objects.filter(username__startswith="p").order_by("pk")[:crowd])

    def queue(some: list[Any]) -> list[float]:
        told = []
        try:
            for person in some:
                began = time.perf_counter()
                enrolling.enrol(date=date, person=person, by=person, at=timezone.now())
                told.append((time.perf_counter() - began) * 1000)
        finally:
            connections["default"].close()
        return told

    began = time.perf_counter()
    with ThreadPoolExecutor(LINES) as pool:
        took = [each for part in pool.map(queue, [people[n::LINES] for n in range(LINES)]) for each in part]
    wall = time.perf_counter() - began
    states = Counter(Enrolment.objects.filter(date=date).values_list("state", flat=True))
    assert states == {"enrolled": SEATS, "waiting": crowd - SEATS}, states
    print(
        f"rush: {crowd} people for {SEATS} places in {wall:.1f} s ({crowd / wall:.0f}/s), p50 {quantile(took, 0.5):.0f} ms, p95 {quantile(took, 0.95):.0f} ms; {dict(states)}"
    )


def line(*cells: object) -> str:
    return "".join(
        f"{cell!s:>{width}}" if place else f"{cell!s:<{width}}" for place, (cell, width) in enumerate(zip(cells, COLUMNS, strict=True))
    )


if __name__ == "__main__":
    main()
