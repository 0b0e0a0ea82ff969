"""Two trainers press at once, and several workers make sheets at once, each with a connection of its own: nothing twice, nothing left out, no gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tests.centre.training.attended import AFTER, held
from tests.centre.training_factories import trainer
from training import certifying
from training.models import (
    Attendance,
    Certificate,
    CertificateCounter,
    Course,
    CourseDate,
    Enrolment,
    Evaluation,
    Notice,
    TrainingEvent,
)

PEOPLE = 6
MADE = (
    Notice,
    TrainingEvent,
    Certificate,
    CertificateCounter,
    Evaluation,
    Attendance,
    Enrolment,
    CourseDate,
    Course,
    Contact,
    User,
    Municipality,
)


@pytest.fixture
def at_once(django_db_blocker: Any) -> Iterator[Callable[..., list[Any]]]:
    """Do acts in parallel, each in a thread with a connection of its own; what they write stays until the end of the test."""

    def run(act: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock():
            try:
                return act()
            finally:
                connections["default"].close()

    def all_of(*acts: Callable[[], Any]) -> list[Any]:
        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(run, acts))

    def gone() -> None:
        for model in MADE:
            model.objects.all().delete()

    try:
        yield all_of
    finally:
        all_of(gone)


def test_two_who_issue_at_once_issue_each_certificate_once_and_without_gaps(at_once: Callable[..., list[Any]]) -> None:
    [(date, by)] = at_once(lambda: (held(PEOPLE), trainer()))

    counts = at_once(*[lambda: len(certifying.issue(date=date, by=by, at=AFTER))] * 3)

    assert sorted(counts) == [0, 0, PEOPLE]
    [numbers] = at_once(lambda: sorted(Certificate.objects.values_list("number", flat=True)))
    assert numbers == [f"2026-{n:06}" for n in range(1, PEOPLE + 1)]


def test_two_dates_at_once_share_the_numbers_of_the_year(at_once: Callable[..., list[Any]]) -> None:
    [(first, second, by)] = at_once(lambda: (held(3), held(4), trainer()))

    at_once(*(lambda date=date: certifying.issue(date=date, by=by, at=AFTER) for date in (first, second)))

    [numbers] = at_once(lambda: sorted(Certificate.objects.values_list("number", flat=True)))
    assert numbers == [f"2026-{n:06}" for n in range(1, 8)]


def test_workers_make_each_sheet_once_and_tell_of_it_once(at_once: Callable[..., list[Any]]) -> None:
    [date] = at_once(lambda: held(PEOPLE))
    at_once(lambda: certifying.issue(date=date, by=trainer(), at=AFTER))

    counts = at_once(*[lambda: certifying.make_sheets(at=AFTER)] * 3)

    assert sum(counts) == PEOPLE
    [told] = at_once(lambda: Notice.objects.filter(kind="certificate").count())
    assert told == PEOPLE
    [left] = at_once(lambda: Certificate.objects.filter(sha256="").count())
    assert left == 0
