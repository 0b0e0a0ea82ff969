"""Too few people: seen in the calendar, and mailed to who teaches once enrolment has ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants.models import User
from tests.centre.hotline.test_sending import Postman
from tests.centre.training.post import send, words
from tests.centre.training_factories import course, course_date, people, session, trainer
from tests.factories import UserFactory
from training import enrolling, planning, warning
from training.models import CourseDate, Notice

BEGINS = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=40)


def few(count: int = 1, *, minimum: int = 3, teacher: User | None = None) -> CourseDate:
    date = course_date(session(BEGINS, trainer=teacher or trainer()), capacity=10, minimum=minimum)
    for person in people(count):
        enrolling.enrol(date=date, person=person, by=person, at=timezone.now())
    return date


def told() -> list[User]:
    return [notice.person for notice in Notice.objects.filter(kind="minimum").order_by("person")]


class TestWarn:
    def test_tells_who_teaches_once_when_enrolment_has_ended(self, postman: Postman) -> None:
        teacher = trainer()
        date = few(teacher=teacher)
        Notice.objects.all().delete()
        assert warning.warn(at=date.register_until - timedelta(minutes=1)) == 0

        assert [warning.warn(at=date.register_until + timedelta(minutes=n)) for n in (0, 15, 30)] == [1, 0, 0]

        assert told() == [teacher]
        send(date.register_until)
        [mail] = postman.mails()
        assert "1 von mindestens 3" in words(mail)
        assert f"/schulungen/planung/termine/{date.public_id}/" in words(mail)

    def test_tells_operators_where_nobody_teaches_yet(self) -> None:
        operator = UserFactory(roles=["operator"])
        date = course_date(session(BEGINS), capacity=10, minimum=3)

        warning.warn(at=date.register_until)

        assert operator in told()

    @pytest.mark.parametrize(("count", "minimum"), [(3, 3), (0, 0)])
    def test_says_nothing_where_enough_come_or_none_are_needed(self, count: int, minimum: int) -> None:
        date = few(count, minimum=minimum)

        assert warning.warn(at=date.register_until) == 0

    def test_says_nothing_of_what_was_cancelled_or_has_begun(self) -> None:
        date = few()
        assert warning.warn(at=date.starts_at) == 0

        planning.cancel_date(date=date, reason="Krank.", by=trainer(), at=timezone.now())

        assert warning.warn(at=date.register_until) == 0

    def test_warns_anew_of_a_deadline_that_was_put_off(self) -> None:
        date = few()
        warning.warn(at=date.register_until)
        later: datetime = date.register_until + timedelta(days=1)
        CourseDate.objects.filter(pk=date.pk).update(register_until=later)

        assert warning.warn(at=later) == 1
        assert len(told()) == 2


class TestCalendar:
    @pytest.mark.parametrize("view", ["monat", "woche", "liste"])
    def test_says_how_many_are_missing(self, client_of: Any, view: str) -> None:
        few()

        page = client_of(trainer()).get(f"/schulungen/planung/?ansicht={view}&tag={BEGINS.date()}").content.decode()

        assert "Es fehlen 2 Personen" in page

    def test_needs_as_many_queries_for_many_dates_as_for_few(self, client_of: Any, queries: Any) -> None:
        few()
        browser, path = client_of(trainer()), f"/schulungen/planung/?ansicht=liste&tag={BEGINS.date()}"
        browser.get(path)
        with queries() as one:
            browser.get(path)
        for n in range(4):
            course_date(session(BEGINS + timedelta(hours=n)), capacity=9, minimum=2, of=course(f"Kurs {n}"))

        with queries() as many:
            browser.get(path)

        assert len(many) == len(one)
