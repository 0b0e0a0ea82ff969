"""Many at once, each with a connection of her own: exactly as many places as there are, the rest in the order of asking, no error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.utils import timezone

from tenants.centre.models import Contact, Municipality
from tenants.models import User
from training import enrolling, planning, waiting
from training.models import Course, CourseDate, Enrolment, Notice, Session, TrainingEvent

SEATS, CROWD, LINES = 20, 500, 12
BEGINS = timezone.now() + timedelta(days=90)
Outside = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def outside(django_db_blocker: Any) -> Iterator[Outside]:
    """Do something in a thread with a connection of its own: it is there for the others, and not rolled back with the test."""

    def done(act: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock():
            try:
                return act()
            finally:
                connections["default"].close()

    with ThreadPoolExecutor(1) as pool:
        yield lambda act: pool.submit(done, act).result()


@pytest.fixture
def crowd(outside: Outside) -> Iterator[tuple[CourseDate, list[User]]]:
    """A date with 20 places and 500 people of a municipality."""

    def made() -> tuple[CourseDate, list[User]]:
        town = Municipality.objects.create(slug="andrang", name="Andrang")
        users = User.objects.bulk_create(User(username=f"andrang.{n}", display_name=f"Person {n}") for n in range(CROWD))
        Contact.objects.bulk_create(Contact(person=user, municipality=town) for user in users)
        course = Course.objects.create(title="Andrang", aims="Alle wollen hin.", minutes=60)
        date = CourseDate.objects.create(
            course=course,
            state="open",
            capacity=SEATS,
            register_until=BEGINS,
            withdraw_until=BEGINS,
            starts_at=BEGINS,
            ends_at=BEGINS + timedelta(hours=1),
            created_at=timezone.now(),
        )
        Session.objects.create(
            date=date, starts_at=BEGINS, ends_at=BEGINS + timedelta(hours=1), link="https://v.example/", changed_at=BEGINS
        )
        return date, users

    def gone() -> None:
        Notice.objects.filter(person__username__startswith="andrang.").delete()
        TrainingEvent.objects.filter(date__course__title="Andrang").delete()
        Enrolment.objects.filter(date__course__title="Andrang").delete()
        CourseDate.objects.filter(course__title="Andrang").delete()
        Course.objects.filter(title="Andrang").delete()
        Contact.objects.filter(municipality__slug="andrang").delete()
        User.objects.filter(username__startswith="andrang.").delete()
        Municipality.objects.filter(slug="andrang").delete()

    try:
        yield outside(made)
    finally:
        outside(gone)


def at_once(django_db_blocker: Any, acts: list[Callable[[], Any]]) -> list[Any]:
    """Do acts in parallel, each line with its connection; gives what each gave, or the refusal."""
    refusals = (enrolling.CannotEnrol, enrolling.CannotWithdraw, waiting.CannotAnswer, planning.CannotPlan)

    def run(some: list[Callable[[], Any]]) -> list[Any]:
        told: list[Any] = []
        with django_db_blocker.unblock():
            try:
                for act in some:
                    try:
                        told.append(act())
                    except refusals as refusal:
                        told.append(refusal)
            finally:
                connections["default"].close()
        return told

    with ThreadPoolExecutor(LINES) as pool:
        return [each for part in pool.map(run, [acts[n::LINES] for n in range(LINES)]) for each in part]


def enrols(date: CourseDate, person: User) -> Callable[[], Enrolment]:
    return lambda: enrolling.enrol(date=date, person=person, by=person, at=timezone.now())


def leaves(date: CourseDate, person: User) -> Callable[[], Enrolment]:
    return lambda: enrolling.withdraw(date=date, person=person, by=person, at=timezone.now())


def in_line(date: CourseDate) -> list[str]:
    rows = Enrolment.objects.filter(date=date).order_by("asked_at", "pk")
    return list(rows.values_list("state", flat=True))


def test_five_hundred_want_twenty_places(crowd: tuple[CourseDate, list[User]], outside: Outside, django_db_blocker: Any) -> None:
    date, users = crowd

    told = at_once(django_db_blocker, [enrols(date, user) for user in users])

    assert Counter(each.state for each in told) == {"enrolled": SEATS, "waiting": CROWD - SEATS}
    states = outside(lambda: in_line(date))
    assert Counter(states) == {"enrolled": SEATS, "waiting": CROWD - SEATS}
    assert outside(lambda: Notice.objects.filter(date=date).count()) == CROWD


def test_one_person_who_clicks_thirty_times_has_one_place(
    crowd: tuple[CourseDate, list[User]], outside: Outside, django_db_blocker: Any
) -> None:
    date, users = crowd

    told = at_once(django_db_blocker, [enrols(date, users[0])] * 30)

    assert sum(isinstance(each, Enrolment) for each in told) == 1
    assert all(isinstance(each, Enrolment | enrolling.CannotEnrol) for each in told)
    assert outside(lambda: in_line(date)) == ["enrolled"]


def test_places_that_become_free_at_once_go_to_the_first_in_line(
    crowd: tuple[CourseDate, list[User]], outside: Outside, django_db_blocker: Any
) -> None:
    """Twenty leave, ten want to come, the clock comes by, and a trainer adds five places: all at the same moment."""
    date, users = crowd
    have, wait, new = users[:SEATS], users[SEATS : SEATS + 40], users[SEATS + 40 : SEATS + 50]

    def begin() -> None:
        for user in [*have, *wait]:
            enrols(date, user)()

    def more() -> CourseDate:
        planner = User.objects.create(username="andrang.planner", display_name="Planerin")
        planner.groups.add(Group.objects.get(name="trainer"))
        etag = CourseDate.objects.get(pk=date.pk).etag
        return planning.change_date(date=date, fields={"capacity": SEATS + 5}, etag=etag, by=planner, at=timezone.now())

    outside(begin)

    acts = [*(leaves(date, user) for user in have), *(enrols(date, user) for user in new), more]
    acts += [lambda: waiting.expire_offers(at=timezone.now())] * 5
    told = at_once(django_db_blocker, acts)

    assert not [each for each in told if isinstance(each, Exception)]
    states = outside(lambda: in_line(date))
    # Twenty left; twenty-five places are offered to the first of those who waited; the others go on waiting, those who came last behind them.
    assert states == ["withdrawn"] * SEATS + ["offered"] * (SEATS + 5) + ["waiting"] * 25
    assert outside(lambda: Notice.objects.filter(date=date, kind="offer").count()) == SEATS + 5


def test_an_offer_is_taken_once_however_often_it_is_clicked_while_the_clock_ends_it(
    crowd: tuple[CourseDate, list[User]], outside: Outside, django_db_blocker: Any
) -> None:
    date, users = crowd

    def begin() -> Enrolment:
        for user in users[: SEATS + 2]:
            enrols(date, user)()
        leaves(date, users[0])()
        return Enrolment.objects.get(date=date, state="offered")

    offered = outside(begin)
    end = offered.offered_until
    acts: list[Callable[[], Any]] = [lambda: waiting.accept(enrolment=offered, by=users[SEATS], at=end - timedelta(seconds=1))] * 12
    acts += [lambda: waiting.expire_offers(at=end)] * 12

    told = at_once(django_db_blocker, acts)

    states = outside(lambda: in_line(date))
    assert Counter(states[SEATS:]) in ({"enrolled": 1, "waiting": 1}, {"expired": 1, "offered": 1})
    assert sum(isinstance(each, Enrolment) for each in told) == (1 if "enrolled" in states[SEATS:] else 0)
