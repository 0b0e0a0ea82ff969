"""Several workers in the same moment, each on a connection of its own: everyone concerned is told once, not twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections

from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tests.centre.hotline.test_sending import Postman
from tests.centre.training.post import calendars, send
from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import AT, BEGINS, course_date, requester, session, trainer
from training import enrolling, offering, reminding
from training.models import Course, CourseDate, Enrolment, Notice, Reminded, Session, TrainingEvent, Wishes

WORKERS, PEOPLE = 4, 12
TOWN = "gleichzeitig"
HOUR = timedelta(hours=1)


@pytest.fixture
def apart(django_db_blocker: Any) -> Iterator[Callable[..., Any]]:
    """Run something several times at once, each time on a connection of its own that commits; what was made is removed afterwards."""

    def run(act: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock():
            try:
                return act()
            finally:
                connections["default"].close()

    with ThreadPoolExecutor(WORKERS) as pool:
        yield lambda act, times=1: list(pool.map(lambda _turn: run(act), range(times)))
        pool.submit(run, _forget).result()


def _forget() -> None:
    for model in (Notice, Reminded, Wishes, TrainingEvent, Enrolment, Session, CourseDate, Course, Contact):
        model.objects.all().delete()  # type: ignore[attr-defined]
    Municipality.objects.filter(slug=TOWN).delete()
    User.objects.filter(username__startswith="person").delete()  # those of the factories


def prepare(**more: Any) -> tuple[CourseDate, list[User]]:
    for name in ("requester", "trainer"):
        Group.objects.get_or_create(name=name)
    some = [requester(TOWN) for _place in range(PEOPLE)]
    teacher = trainer()
    date = course_date(session(trainer=teacher), session(BEGINS + HOUR * 24), by=teacher, **more)
    enrol(date, *some)
    return date, some


class TestAtOnce:
    def test_workers_that_send_at_once_send_each_mail_once_in_its_order(self, apart: Callable[..., Any], postman: Postman) -> None:
        [(date, some)] = apart(lambda: prepare(capacity=PEOPLE))
        for person in some[:3]:
            apart(lambda person=person: enrolling.withdraw(date=date, person=person, by=person, at=AT + HOUR))

        sent = apart(lambda: send(AT + HOUR) + send(AT + HOUR), WORKERS)

        assert sum(sent) == PEOPLE + 3
        mails = postman.mails()
        assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 2 * (PEOPLE + 3)
        for person in some[:3]:
            hers = [mail for mail, one in zip(mails, postman.got, strict=True) if one.rcpt_tos == [person.email]]
            assert [method for method, _uid, _number in calendars(hers)] == ["REQUEST"] * 2 + ["CANCEL"] * 2

    def test_clocks_that_remind_at_once_remind_once(self, apart: Callable[..., Any]) -> None:
        apart(lambda: prepare(capacity=PEOPLE))

        told = apart(lambda: reminding.remind(at=BEGINS - HOUR), WORKERS)

        assert sum(told) == 2  # the first session one hour before, the second a day before
        assert Notice.objects.filter(kind="reminder").count() == 2 * PEOPLE + 1  # the trainer teaches the first one only

    def test_links_that_are_followed_at_once_give_the_place_once(self, apart: Callable[..., Any]) -> None:
        [(date, some)] = apart(lambda: prepare(capacity=1))
        apart(lambda: enrolling.withdraw(date=date, person=some[0], by=some[0], at=AT + HOUR))
        [token] = apart(lambda: offering.token_for(Enrolment.objects.get(state="offered")))

        def answer(act: Callable[..., Any]) -> bool:
            try:
                act(token=token, at=AT + 2 * HOUR)
            except offering.CannotFollow:
                return False
            return True

        done = apart(lambda: [answer(act) for act in (offering.accept, offering.decline)], WORKERS)

        assert sum(sum(each) for each in done) == 1
        assert Enrolment.objects.filter(state__in=Enrolment.TAKING).count() == 1
        assert Notice.objects.filter(kind="offer").count() in (1, 2)
