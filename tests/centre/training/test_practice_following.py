"""Practice towns follow the places: who comes later gets one, who comes no more loses hers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants import channel
from tenants.centre.models import Order, PracticePlace, Site
from tests.centre.nodes import Node
from tests.centre.test_practising import opened
from tests.centre.training.test_practising import SOON, comes, practise
from tests.centre.training_factories import course, course_date, people, session, trainer
from training import enrolling, planning, practice_following, practising, replacing, waiting
from training.models import CourseDate, Enrolment, ExerciseState, TrainingEvent


@pytest.fixture
def node() -> Node:
    made = Node(towns=("uebungsstadt", "musterstadt"))
    made.joins()
    return made


@pytest.fixture
def date(node: Node) -> CourseDate:
    return course_date(session(SOON), capacity=2, of=course(practice_town="uebungsstadt"))


def follow() -> int:
    return practice_following.follow(at=timezone.now())


def trainees(date: CourseDate) -> set[Any]:
    return set(PracticePlace.objects.filter(course=date.public_id).values_list("trainee", flat=True))


def last(kind: str) -> dict[str, Any]:
    return dict(Order.objects.filter(kind=kind).latest("pk").body)


class TestFollow:
    def test_gives_a_town_to_who_is_enrolled_later_and_only_to_her(self, node: Node, date: CourseDate) -> None:
        [first] = practise(node, date, 1)
        [later] = comes(date, *people(1))

        assert follow() == 1

        assert trainees(date) == {first.public_id, later.public_id}
        assert [one["id"] for one in last(channel.PRACTICE_OPEN)["trainees"]] == [str(later.public_id)]
        assert TrainingEvent.objects.filter(date=date, act="practice_add").count() == 1

    def test_gives_one_to_who_moves_up_and_takes_that_of_who_left(self, node: Node, date: CourseDate) -> None:
        left, _stays = practise(node, date)
        [waits] = comes(date, *people(1))
        assert follow() == 0  # she waits

        enrolling.withdraw(date=date, person=left.person, by=left.person, at=timezone.now())
        waiting.accept(enrolment=Enrolment.objects.get(pk=waits.pk), by=waits.person, at=timezone.now())
        ExerciseState.objects.create(enrolment=left, exercise="file-scan", state="done", at=timezone.now())

        assert follow() == 2
        assert left.public_id not in trainees(date)
        assert waits.public_id in trainees(date)
        assert last(channel.PRACTICE_END) == {"course": str(date.public_id), "trainee": str(left.public_id)}
        assert not ExerciseState.objects.filter(enrolment=left).exists()

    def test_passes_on_what_a_replaced_person_had(self, node: Node, date: CourseDate) -> None:
        [was] = practise(node, date, 1)
        [colleague] = people(1)

        now_hers = replacing.replace(enrolment=was, replacement=colleague, by=trainer(), at=timezone.now())
        follow()

        assert trainees(date) == {now_hers.public_id}

    def test_takes_all_where_the_date_is_cancelled(self, node: Node, date: CourseDate) -> None:
        practise(node, date)
        planning.cancel_date(date=date, reason="Krank.", by=trainer(), at=timezone.now())

        assert follow() == 2
        assert not trainees(date)

    def test_keeps_towns_open_for_a_course_that_ends_later_now(self, node: Node, date: CourseDate) -> None:
        [one] = practise(node, date, 1)
        later = date.ends_at + timedelta(days=5)
        CourseDate.objects.filter(pk=date.pk).update(ends_at=later)

        assert [follow(), follow()] == [1, 0]

        place = PracticePlace.objects.get(trainee=one.public_id)
        assert (place.state, place.until) == ("open", later + practising.OPEN_AFTER)

    def test_is_the_same_done_twice(self, node: Node, date: CourseDate) -> None:
        practise(node, date, 1)
        comes(date, *people(1))
        follow()
        orders = Order.objects.count()

        assert follow() == 0
        assert Order.objects.count() == orders

    def test_serves_who_comes_when_all_others_had_left(self, node: Node, date: CourseDate) -> None:
        [left] = practise(node, date, 1)
        enrolling.withdraw(date=date, person=left.person, by=left.person, at=timezone.now())
        follow()
        [later] = comes(date, *people(1))

        follow()

        assert trainees(date) == {later.public_id}

    def test_does_nothing_before_towns_were_opened_and_after_they_were_ended(self, node: Node, date: CourseDate) -> None:
        comes(date, *people(1))
        assert follow() == 0
        practising.open_towns(date=date, by=trainer(), at=timezone.now())
        practising.end(date=date, by=trainer(), at=timezone.now() + timedelta(seconds=1))

        assert follow() == 0
        assert not trainees(date)

    def test_prints_no_slip_for_who_left(self, node: Node, date: CourseDate) -> None:
        left, stays = practise(node, date)
        practising.slips(date=date, by=trainer(), at=timezone.now())
        enrolling.withdraw(date=date, person=left.person, by=left.person, at=timezone.now())

        follow()
        practising.slips(date=date, by=trainer(), at=timezone.now())

        assert [one["id"] for one in last(channel.PRACTICE_OPEN)["trainees"]] == [str(stays.public_id)]
        assert last(channel.PRACTICE_END)["trainee"] == str(left.public_id)  # with which her node forgets her slip

    def test_waits_for_a_node_that_is_away_and_holds_nobody_up(self, node: Node, date: CourseDate) -> None:
        [left] = practise(node, date, 1)
        Site.objects.update(state=Site.State.REVOKED, revoked_at=timezone.now())
        enrolling.withdraw(date=date, person=left.person, by=left.person, at=timezone.now())

        assert follow() == 0
        Site.objects.update(state=Site.State.CONFIRMED, revoked_at=None)
        assert follow() == 1

    def test_asks_as_many_queries_for_many_dates_as_for_few(self, node: Node, date: CourseDate, queries: Any) -> None:
        made = practise(node, date)
        opened(node, Order.objects.latest("pk"), *(one.public_id for one in made))
        with queries() as few:
            follow()
        for n in range(3):
            other = course_date(session(SOON + timedelta(days=n + 1)), capacity=5, of=course(f"Kurs {n}", practice_town="uebungsstadt"))
            practise(node, other, 2)

        with queries() as many:
            assert follow() == 0

        assert len(many) == len(few) == 3


class TestActs:
    def test_ask_for_it_at_once(self, node: Node, date: CourseDate, monkeypatch: pytest.MonkeyPatch) -> None:
        sent: list[str] = []
        monkeypatch.setattr(practice_following.queues, "send_once", lambda name, **_more: sent.append(name))
        [one] = practise(node, date, 1)
        sent.clear()

        enrolling.withdraw(date=date, person=one.person, by=one.person, at=timezone.now())

        assert "training.follow_practice" in sent
