"""The rows of benchmarks/training.py: 200 dates, half of them over, and who came and comes."""

from __future__ import annotations

import time
from datetime import timedelta
from random import Random
from typing import Any

DATES, ENROLMENTS, PEOPLE, TOWNS, COURSES = 200, 20_000, 5_000, 50, 24


def fill() -> None:
    """A year of dates and who came and comes: full ones with a waiting list, others half empty."""
    from django.db import connections
    from django.utils import timezone

    now, began = timezone.now(), time.perf_counter()
    people, trainers = _people()
    dates = _dates(_courses(), trainers, now)
    rows = _enrolments(dates, people, now)
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"{len(dates)} dates, {rows:,} enrolments, {len(people):,} people, made in {time.perf_counter() - began:.0f} s")


def _people() -> tuple[list[Any], list[Any]]:
    """Clerks of fifty municipalities, the first of them a supervisor, and trainers."""
    from django.contrib.auth.models import Group

    from tenants.centre.models import Contact, Municipality
    from tenants.models import User
    from training.models import Standing

    towns = Municipality.objects.bulk_create(Municipality(slug=f"stadt-{n}", name=f"Stadt {n}") for n in range(TOWNS))
    people = User.objects.bulk_create(User(username=f"p{n}", display_name=f"Person {n}", email=f"p{n}@s.example") for n in range(PEOPLE))
    trainers = User.objects.bulk_create(User(username=f"t{n}", display_name=f"Trainer {n}") for n in range(8))
    Contact.objects.bulk_create(
        Contact(person=person, municipality=towns[n % TOWNS], office=f"Amt {n // TOWNS % 10}") for n, person in enumerate(people)
    )
    Standing.objects.create(person=people[0], municipality=towns[0], role="supervisor", office="Amt 0")
    for role, some in (("requester", people), ("trainer", trainers)):
        group = Group.objects.get(name=role)
        User.groups.through.objects.bulk_create(User.groups.through(user=one, group=group) for one in some)
    return people, trainers


def _courses() -> list[Any]:
    from training.models import Course, LearningStep

    courses = Course.objects.bulk_create(
        Course(title=f"Schulung {n:02}", aims="Sie können es danach. " * 12, minutes=240) for n in range(COURSES)
    )
    LearningStep.objects.bulk_create(
        LearningStep(role=role, course=course, position=place)
        for role in LearningStep.Role.values
        for place, course in enumerate(courses[:10], 1)
    )
    return courses


def _dates(courses: list[Any], trainers: list[Any], now: Any) -> list[Any]:
    """Each of two sessions, on two days."""
    from training.models import CourseDate, Room, Session

    rooms = Room.objects.bulk_create(Room(name=f"Raum {n}", seats=200) for n in range(12))
    first = now.replace(hour=8, minute=0, second=0, microsecond=0)
    dates = []
    for n in range(DATES):
        begins = first + timedelta(days=(n - DATES // 2) * 2 + 1)
        moments = {"register_until": begins, "withdraw_until": begins, "starts_at": begins, "ends_at": begins + timedelta(days=1, hours=4)}
        state = "done" if begins < now else "open"
        dates.append(CourseDate(course=courses[n % COURSES], state=state, capacity=80, created_at=now, **moments))
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
    return dates


def _enrolments(dates: list[Any], people: list[Any], now: Any) -> int:
    from training.models import Enrolment

    dice, rows = Random(5), []
    for date in dates:
        for place, person in enumerate(dice.sample(people, ENROLMENTS // DATES)):
            state = "enrolled" if place < date.capacity else "waiting" if date.state == "open" else "withdrawn"
            asked = now - timedelta(days=90, seconds=-place)
            ended = {"enrolled_at": asked} if state == "enrolled" else {"ended_at": asked} if state == "withdrawn" else {}
            rows.append(Enrolment(date=date, person=person, state=state, asked_at=asked, asked_by=str(person), **ended))
    Enrolment.objects.bulk_create(rows, batch_size=5000)
    return len(rows)
