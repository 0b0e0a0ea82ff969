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
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "ebehoerdenakte.settings.centre"
sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from city_requests import Caller  # noqa: E402
from city_town import cost_of, load, loop, quantile  # noqa: E402

HOST = "zentrum.localhost"
NAME = f"benchmark_training_{os.getpid()}"
GOAL = 60.0  # milliseconds: p95
DATES, ENROLMENTS, PEOPLE, TOWNS, COURSES = 200, 20_000, 5_000, 50, 24
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


def fill() -> None:
    """A year of dates, half of them over, and who came and comes: full ones with a waiting list, others half empty."""
    from django.contrib.auth.models import Group
    from django.db import connections
    from django.utils import timezone

    from tenants.centre.models import Contact, Municipality
    from tenants.models import User
    from training.models import Course, CourseDate, Enrolment, LearningStep, Room, Session, Standing

    dice, now, began = Random(5), timezone.now(), time.perf_counter()
    towns = Municipality.objects.bulk_create(Municipality(slug=f"stadt-{n}", name=f"Stadt {n}") for n in range(TOWNS))
    people = User.objects.bulk_create(User(username=f"p{n}", display_name=f"Person {n}", email=f"p{n}@s.example") for n in range(PEOPLE))
    Contact.objects.bulk_create(
        Contact(person=person, municipality=towns[n % TOWNS], office=f"Amt {n // TOWNS % 10}") for n, person in enumerate(people)
    )
    Standing.objects.create(person=people[0], municipality=towns[0], role="supervisor", office="Amt 0")
    for role, some in (
        ("requester", people),
        ("trainer", User.objects.bulk_create(User(username=f"t{n}", display_name=f"Trainer {n}") for n in range(8))),
    ):
        group = Group.objects.get(name=role)
        User.groups.through.objects.bulk_create(User.groups.through(user=one, group=group) for one in some)
    trainers = list(User.objects.filter(username__startswith="t", groups__name="trainer"))
    rooms = Room.objects.bulk_create(Room(name=f"Raum {n}", seats=200) for n in range(12))
    courses = Course.objects.bulk_create(
        Course(title=f"Schulung {n:02}", aims="Sie können es danach. " * 12, minutes=240) for n in range(COURSES)
    )
    LearningStep.objects.bulk_create(
        LearningStep(role=role, course=course, position=place)
        for role in LearningStep.Role.values
        for place, course in enumerate(courses[:10], 1)
    )
    dates = []
    for n in range(DATES):
        begins = now.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=(n - DATES // 2) * 2 + 1)
        dates.append(
            CourseDate(
                course=courses[n % COURSES],
                state="done" if begins < now else "open",
                capacity=80,
                register_until=begins,
                withdraw_until=begins,
                starts_at=begins,
                ends_at=begins + timedelta(days=1, hours=4),
                created_at=now,
            )
        )
    CourseDate.objects.bulk_create(dates)
    Session.objects.bulk_create(
        Session(
            date=date,
            starts_at=date.starts_at + timedelta(days=later),
            ends_at=date.starts_at + timedelta(days=later, hours=4),
            room=rooms[n % len(rooms)],
            trainer=trainers[n % len(trainers)],
            changed_at=now,
        )
        for n, date in enumerate(dates)
        for later in (0, 1)
    )
    rows = []
    for date in dates:
        for place, person in enumerate(dice.sample(people, ENROLMENTS // DATES)):
            state = "enrolled" if place < date.capacity else "waiting" if date.state == "open" else "withdrawn"
            asked = now - timedelta(days=90, seconds=-place)
            ended = {"enrolled_at": asked} if state == "enrolled" else {"ended_at": asked} if state == "withdrawn" else {}
            rows.append(Enrolment(date=date, person=person, state=state, asked_at=asked, asked_by=str(person), **ended))
    Enrolment.objects.bulk_create(rows, batch_size=5000)
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"{len(dates)} dates, {len(rows):,} enrolments, {len(people):,} people, made in {time.perf_counter() - began:.0f} s")


def screens(each: int) -> None:
    from django.utils import timezone

    from tenants.models import User
    from training.models import Course, CourseDate

    people = {"clerk": User.objects.get(username="p0"), "trainer": User.objects.get(username="t0")}
    callers = {name: Caller(person, HOST) for name, person in people.items()}
    dates = list(CourseDate.objects.filter(state="open").order_by("starts_at").values_list("public_id", flat=True)[:20])
    courses = list(Course.objects.values_list("public_id", flat=True)[:10])
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
        ("API: courses", "clerk", ["/api/v1/courses/"]),
        ("API: dates", "clerk", ["/api/v1/course-dates/"]),
        ("API: dates of a month", "clerk", [f"/api/v1/course-dates/?from={timezone.localdate():%Y-%m-%d}&page_size=200"]),
        ("API: date", "clerk", [f"/api/v1/course-dates/{one}/" for one in dates]),
    ]
    print(line("", "p50 ms", "p95 ms", "p50 CPU", "p95 CPU", "Python", "database", "queries", "KB") + "  loop")
    for name, who, addresses in asked:
        print(one_screen(f"{name} ({who})", callers[who], addresses, each), flush=True)
    print(f"{load()}; goal: p95 ≤ {GOAL:.0f} ms")


def one_screen(name: str, caller: Caller, addresses: list[str], each: int) -> str:
    turns = cycle(addresses)
    taken = cost_of(lambda: caller.get(next(turns)), each, warm=max(3, len(addresses)))
    queries = {len(caller.queries(address)) for address in addresses[:6]}
    cells = [quantile(taken.wall, 0.5), quantile(taken.wall, 0.95), quantile(taken.both, 0.5), quantile(taken.both, 0.95)]
    cells += [sum(part) / len(part) for part in (taken.python, taken.database)]
    counted = "–".join(map(str, sorted({min(queries), max(queries)})))
    over = "" if cells[1] <= GOAL else "  over the goal"
    return line(name, *(f"{cell:.1f}" for cell in cells), counted, f"{caller.size / 1024:.0f}") + f"{loop():6.1f}{over}"


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
