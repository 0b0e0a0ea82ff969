"""Practice towns of a course date: opened for those who come, entered by them, seen by the trainers, forgotten afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tenants import channel
from tenants.centre.models import Order, PracticePlace
from tenants.models import User
from tests.centre.nodes import Node
from tests.centre.test_practising import answer, opened
from tests.centre.training_factories import course, course_date, people, session, supervisor_of, trainer
from training import enrolling, practising
from training.models import CourseDate, Enrolment, ExerciseState, TrainingEvent

SOON = timezone.now() + timedelta(days=20)


@pytest.fixture
def node() -> Node:
    made = Node(towns=("uebungsstadt", "musterstadt"))
    made.joins()
    return made


@pytest.fixture
def date(node: Node) -> CourseDate:
    return course_date(session(SOON), capacity=5, of=course(practice_town="uebungsstadt"))


def comes(date: CourseDate, *some: User) -> list[Enrolment]:
    return [enrolling.enrol(date=date, person=person, by=person, at=timezone.now()) for person in some]


def says(node: Node, town: str = "uebungsstadt", **body: Any) -> None:
    """The node tells of an exercise."""
    message = {"id": str(uuid4()), "kind": "practice_progress", "body": body, "at": timezone.now().isoformat()}
    token = node.says(channel.MESSAGES, {"municipality": town, "messages": [message]})
    answer = Client(headers={"host": "127.0.0.1"}).post("/api/v1/channel/messages/", {"token": token}, content_type="application/json")
    assert answer.status_code == 200


def practise(node: Node, date: CourseDate, count: int = 2) -> list[Enrolment]:
    """So many people with a town each."""
    made = comes(date, *people(count))
    practising.open_towns(date=date, by=trainer(), at=timezone.now())
    opened(node, Order.objects.latest("pk"), *(one.public_id for one in made))
    return made


class TestOpenTowns:
    def test_asks_for_one_for_each_who_has_a_place(self, date: CourseDate) -> None:
        first, second, waits = people(3)
        CourseDate.objects.filter(pk=date.pk).update(capacity=2)
        made = comes(date, first, second, waits)

        assert practising.open_towns(date=date, by=trainer(), at=timezone.now()) == 2

        told = Order.objects.get().body["trainees"]
        assert {one["id"] for one in told} == {str(one.public_id) for one in made[:2]}
        assert PracticePlace.objects.get(trainee=made[0].public_id).until == date.ends_at + practising.OPEN_AFTER
        assert TrainingEvent.objects.filter(date=date, act="practice_open").exists()

    def test_is_refused_to_everybody_else(self, date: CourseDate) -> None:
        [one] = comes(date, *people(1))

        with pytest.raises(practising.CannotPractise, match="Trainerinnen"):
            practising.open_towns(date=date, by=one.person, at=timezone.now())

    @pytest.mark.parametrize("slug", ["", "gibt-es-nicht"])
    def test_is_refused_where_the_course_names_no_town(self, node: Node, slug: str) -> None:
        date = course_date(session(SOON), of=course(practice_town=slug))
        comes(date, *people(1))

        with pytest.raises(practising.CannotPractise, match="keine Übungskommune"):
            practising.open_towns(date=date, by=trainer(), at=timezone.now())


class TestProgress:
    def test_is_seen_by_the_trainers_of_the_date(self, node: Node, date: CourseDate) -> None:
        first, second = practise(node, date)

        says(node, trainee=str(first.public_id), exercise="file-scan", state="started", at=timezone.now().isoformat())
        says(node, trainee=str(first.public_id), exercise="file-scan", state="done", at=timezone.now().isoformat())
        says(node, trainee=str(first.public_id), exercise="lend-out", state="started", at=timezone.now().isoformat())

        rows = {row.enrolment: row for row in practising.rows_of(date=date)}
        last = rows[first].last
        assert (rows[first].done, last and last.exercise) == (1, "lend-out")
        assert (rows[second].done, rows[second].last) == (0, None)

    @pytest.mark.parametrize(
        ("said", "kept"),
        [("Einen  Scan\nablegen", "Einen Scan ablegen"), (None, ""), (7, ""), (["<b>"], ""), ("a\x00b", "a b"), ("ä" * 200, "ä" * 120)],
        ids=["lines", "none", "number", "list", "zero", "long"],
    )
    def test_has_a_title_of_one_short_line(self, node: Node, date: CourseDate, said: object, kept: str) -> None:
        first, _second = practise(node, date)

        says(node, trainee=str(first.public_id), exercise="file-scan", state="done", title=said)

        assert ExerciseState.objects.get().title == kept

    def test_does_not_go_back(self, node: Node, date: CourseDate) -> None:
        first, _second = practise(node, date)

        for state in ("done", "started"):
            says(node, trainee=str(first.public_id), exercise="file-scan", state=state)

        assert ExerciseState.objects.get().state == "done"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"trainee": "niemand"},
            {"trainee": str(uuid4())},
            {"exercise": "<b>"},
            {"exercise": None},
            {"state": "cheated"},
            {"state": ["done"]},
        ],
    )
    def test_that_does_not_fit_has_no_effect(self, node: Node, date: CourseDate, wrong: dict[str, Any]) -> None:
        first, _second = practise(node, date)

        says(node, **{"trainee": str(first.public_id), "exercise": "file-scan", "state": "done", **wrong})

        assert not ExerciseState.objects.exists()

    def test_of_another_town_has_no_effect(self, node: Node, date: CourseDate) -> None:
        first, _second = practise(node, date)

        says(node, town="musterstadt", trainee=str(first.public_id), exercise="file-scan", state="done")

        assert not ExerciseState.objects.exists()


class TestReset:
    def test_concerns_one_person(self, node: Node, date: CourseDate) -> None:
        first, second = practise(node, date)
        for one in (first, second):
            says(node, trainee=str(one.public_id), exercise="file-scan", state="done")

        practising.reset(enrolment=first, even_now=False, by=trainer(), at=timezone.now())

        order = Order.objects.latest("pk")
        assert (order.kind, order.body["trainee"], order.body["even_now"]) == (channel.PRACTICE_RESET, str(first.public_id), False)
        assert ExerciseState.objects.count() == 2, "nothing has happened in her town yet"
        opened(node, order, first.public_id)
        assert [state.enrolment for state in ExerciseState.objects.all()] == [second]

    def test_that_the_node_refuses_changes_nothing_and_says_why_in_her_row(self, node: Node, date: CourseDate, client_of: Any) -> None:
        first, _second = practise(node, date)
        says(node, trainee=str(first.public_id), exercise="file-scan", state="done")
        practising.reset(enrolment=first, even_now=False, by=trainer(), at=timezone.now())

        answer(node, Order.objects.latest("pk"), "refused", reason="In uebung-01 wird gerade gearbeitet.")

        assert ExerciseState.objects.get().enrolment == first
        shown = client_of(trainer()).get(reverse("training:practice", args=[date.public_id])).content.decode()
        assert "In uebung-01 wird gerade gearbeitet." in shown
        practising.reset(enrolment=first, even_now=True, by=trainer(), at=timezone.now())
        opened(node, Order.objects.latest("pk"), first.public_id)
        assert not ExerciseState.objects.exists()
        assert PracticePlace.objects.get(trainee=first.public_id).reason == ""

    def test_of_all_is_one_order_for_each_whose_town_is_open(self, node: Node, date: CourseDate) -> None:
        made = practise(node, date, 3)
        PracticePlace.objects.filter(trainee=made[2].public_id).update(state="refused")
        before = Order.objects.count()

        assert practising.reset_all(date=date, even_now=True, by=trainer(), at=timezone.now()) == 2

        orders = Order.objects.order_by("pk")[before:]
        assert {order.body["trainee"] for order in orders} == {str(one.public_id) for one in made[:2]}
        assert all(order.body["even_now"] for order in orders)
        with pytest.raises(practising.CannotPractise, match="Trainerinnen"):
            practising.reset_all(date=date, even_now=True, by=made[0].person, at=timezone.now())
        PracticePlace.objects.all().delete()
        with pytest.raises(practising.CannotPractise):
            practising.reset_all(date=date, even_now=True, by=trainer(), at=timezone.now())

    def test_is_refused_to_everybody_else(self, node: Node, date: CourseDate) -> None:
        first, second = practise(node, date)

        for stranger in (second.person, supervisor_of(first.person)):
            with pytest.raises(practising.CannotPractise, match="Trainerinnen"):
                practising.reset(enrolment=first, even_now=True, by=stranger, at=timezone.now())


class TestWay:
    def test_leads_a_trainee_into_her_own_town_only(self, node: Node, date: CourseDate) -> None:
        first, second = practise(node, date)

        assert practising.way(enrolment=first, by=first.person, at=timezone.now()).address.startswith("http://uebung-01.")
        with pytest.raises(practising.CannotPractise, match="keine Übungsstadt"):
            practising.way(enrolment=first, by=second.person, at=timezone.now())

    def test_ends_with_her_place(self, node: Node, date: CourseDate) -> None:
        first, _second = practise(node, date)
        enrolling.withdraw(date=date, person=first.person, by=first.person, at=timezone.now())

        with pytest.raises(practising.CannotPractise):
            practising.way(enrolment=Enrolment.objects.get(pk=first.pk), by=first.person, at=timezone.now())


class TestForget:
    def test_ends_towns_and_forgets_progress_two_days_after_the_course(self, node: Node, date: CourseDate) -> None:
        first, _second = practise(node, date)
        says(node, trainee=str(first.public_id), exercise="file-scan", state="done")

        practising.forget(at=date.ends_at + practising.OPEN_AFTER - timedelta(minutes=1))
        assert ExerciseState.objects.exists()
        practising.forget(at=date.ends_at + practising.OPEN_AFTER + timedelta(minutes=1))

        assert not ExerciseState.objects.exists()
        assert not PracticePlace.objects.exists()
        assert Order.objects.latest("pk").kind == channel.PRACTICE_END


class TestScreens:
    def test_show_the_trainers_who_has_got_how_far(self, client_of: Any, node: Node, date: CourseDate) -> None:
        first, _second = practise(node, date)
        says(node, trainee=str(first.public_id), exercise="file-scan", state="done")

        text = client_of(trainer()).get(f"/schulungen/planung/termine/{date.public_id}/uebungsstadt/").content.decode()

        assert str(first.person) in text
        assert "file-scan" in text
        assert "file-scan;" not in text
        assert "Eine Übung kann dann schon erledigt sein." in text

    @pytest.mark.parametrize("role", ["requester", "agent"])
    def test_show_nobody_else_anything(self, client_of: Any, node: Node, date: CourseDate, role: str) -> None:
        first, _second = practise(node, date)
        who = supervisor_of(first.person)
        if role == "agent":
            from tests.centre.hotline_factories import agent

            who = agent()
        address = f"/schulungen/planung/termine/{date.public_id}/uebungsstadt/"

        assert client_of(who).get(address).status_code == 404
        assert client_of(who).post(f"{address}beenden/").status_code == 404
        assert client_of(who).post(f"/schulungen/anmeldungen/{first.public_id}/uebungsstadt/neu/").status_code == 404

    def test_lead_a_trainee_on_by_a_form_that_may_go_there(self, client_of: Any, node: Node, date: CourseDate) -> None:
        first, _second = practise(node, date)
        client = client_of(first.person)

        assert "Zu Ihrer Übungsstadt" in client.get(f"/schulungen/termine/{date.public_id}/").content.decode()
        answer = client.post(f"/schulungen/anmeldungen/{first.public_id}/uebungsstadt/")

        assert "http://uebung-01.uebungsstadt.localhost:8000" in answer["Content-Security-Policy"]
        assert 'name="token"' in answer.content.decode()
