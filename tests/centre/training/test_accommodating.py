"""What somebody needs to take part well: told by herself, read by trainers, and by nobody else, and gone after the course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tenants import housekeeping
from tenants.centre import parting
from tenants.models import User
from tests.centre.training_factories import course_date, people, session, trainer
from tests.factories import UserFactory
from training import accommodating, enrolling
from training.models import CourseDate, Enrolment, Need, TrainingEvent

WORDS = "Ein Platz vorne, bitte."


@pytest.fixture
def date() -> CourseDate:
    return course_date(session(timezone.now() + timedelta(days=9)), capacity=1)


def enrolled(date: CourseDate, *some: User) -> list[Enrolment]:
    return [enrolling.enrol(date=date, person=one, by=one, at=timezone.now()) for one in some]


def tell(date: CourseDate, by: User, text: str = WORDS, **later: int) -> str:
    return accommodating.tell(date=date, text=text, by=by, at=timezone.now() + timedelta(**later))


def read(date: CourseDate, by: User) -> list[str]:
    return list(accommodating.of_date(date=date, reader=by, at=timezone.now()).values())


class TestTell:
    def test_is_kept_for_her_and_her_trainers(self, date: CourseDate) -> None:
        [person] = people(1)
        [hers] = enrolled(date, person)

        assert tell(date, person, f"  {WORDS}\r\nGroße\x00 Schrift.  ") == f"{WORDS}\nGroße Schrift."

        assert accommodating.told_by(hers) == f"{WORDS}\nGroße Schrift."
        assert read(date, trainer()) == [f"{WORDS}\nGroße Schrift."]

    def test_whoever_waits_tells_too_and_an_empty_text_takes_it_back(self, date: CourseDate) -> None:
        first, second = people(2)
        enrolled(date, first, second)

        tell(date, second)
        tell(date, second, "Doch nichts")
        assert read(date, trainer()) == ["Doch nichts"]

        assert tell(date, second, " \n ") == ""
        assert not Need.objects.exists()

    def test_leaves_no_trace_in_any_history(self, date: CourseDate) -> None:
        [person] = people(1)
        enrolled(date, person)
        before = TrainingEvent.objects.count()

        tell(date, person)

        assert TrainingEvent.objects.count() == before

    def test_is_refused_without_a_place_after_the_course_and_where_it_is_too_long(self, date: CourseDate) -> None:
        person, stranger = people(2)
        enrolled(date, person)

        for wrong in (lambda: tell(date, stranger), lambda: tell(date, trainer()), lambda: tell(date, person, days=30)):
            with pytest.raises(accommodating.CannotTell):
                wrong()
        with pytest.raises(accommodating.CannotTell):
            tell(date, person, "x" * 501)
        assert not Need.objects.exists()


class TestRead:
    def test_nobody_but_trainers_reads_it(self, date: CourseDate) -> None:
        person, other = people(2)
        enrolled(date, person)
        tell(date, person)

        assert [read(date, who) for who in (UserFactory(roles=["operator"]), other, person)] == [[], [], []]

    def test_not_of_those_who_do_not_come_and_not_after_the_course(self, date: CourseDate) -> None:
        [person] = people(1)
        enrolled(date, person)
        tell(date, person)
        after = date.ends_at + timedelta(seconds=1)

        assert accommodating.of_date(date=date, reader=trainer(), at=after) == {}
        enrolling.withdraw(date=date, person=person, by=person, at=timezone.now())
        assert read(date, trainer()) == []


class TestForget:
    def test_after_the_course_and_of_whoever_has_withdrawn(self, date: CourseDate) -> None:
        stays, goes = people(2)
        over = course_date(session(timezone.now() + timedelta(days=9)), capacity=5)
        open_one = course_date(session(timezone.now() + timedelta(days=40)), capacity=5)
        for one in (over, open_one):
            enrolled(one, stays, goes)
            tell(one, stays)
            tell(one, goes)
        enrolling.withdraw(date=open_one, person=goes, by=goes, at=timezone.now())
        before, ends = timezone.now() - timedelta(hours=3), timezone.now() - timedelta(minutes=1)
        CourseDate.objects.filter(pk=over.pk).update(register_until=before, withdraw_until=before, starts_at=before, ends_at=ends)

        for _twice in range(2):
            housekeeping.forget_old()

        assert [(one.enrolment.date_id, one.enrolment.person_id) for one in Need.objects.all()] == [(open_one.pk, stays.pk)]

    def test_of_somebody_who_is_made_unknown(self, date: CourseDate) -> None:
        [person] = people(1)
        enrolled(date, person)
        tell(date, person)

        parting.part_with(person=person, at=timezone.now())

        assert not Need.objects.exists()


class TestScreens:
    def test_she_writes_it_on_the_page_of_the_date_and_the_trainer_reads_it_where_he_plans(self, date: CourseDate, client_of: Any) -> None:
        person, other = people(2)
        enrolled(date, person, other)
        hers: Client = client_of(person)
        page = reverse("training:date", args=[date.public_id])

        answer = hers.post(reverse("training:need", args=[date.public_id]), {"text": WORDS}, follow=True)

        assert "Gespeichert. Die Trainerinnen und Trainer dieser Schulung lesen es." in answer.content.decode()
        assert WORDS in hers.get(page).content.decode()
        assert WORDS not in client_of(other).get(page).content.decode()
        planned = reverse("training:plan_date", args=[date.public_id])
        assert WORDS in client_of(trainer()).get(planned).content.decode()
        assert WORDS not in client_of(UserFactory(roles=["operator"])).get(planned).content.decode()
