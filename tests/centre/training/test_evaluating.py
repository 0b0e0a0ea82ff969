"""How it was: answered once, added up without trace, and shown so that nobody can be found in it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connections

from tests.centre.training.attended import AFTER, AWAY, HERE, begun, held, places_of, sessions
from tests.centre.training_factories import BEGINS, trainer
from training import attending, evaluating, planning
from training.evaluating import CannotEvaluate
from training.models import Evaluation, EvaluationUse, Notice

CLOSED = AFTER + timedelta(days=15)


def tokens(date):  # type: ignore[no-untyped-def]
    return [evaluating.path_for(place).rstrip("/").rpartition("/")[2] for place in places_of(date)]


def answer(date, token, *, points=None, texts=None, at=AFTER):  # type: ignore[no-untyped-def]
    said = {"aims": 5} if points is None else points
    evaluating.answer(date_id=str(date.public_id), token=token, points=said, texts=texts or {}, at=at)


class TestAnswer:
    def test_is_counted_and_leaves_no_trace_of_a_person_or_a_time(self) -> None:
        date = held(2)

        answer(date, tokens(date)[0], points={"aims": 4, "pace": 2}, texts={"good": " Die\nÜbungen "})

        sums, [use] = Evaluation.objects.get(), EvaluationUse.objects.all()
        assert (sums.answers, sums.counts, sums.texts) == (1, {"aims": {"4": 1}, "pace": {"2": 1}}, {"good": ["Die Übungen"]})
        assert [field.name for field in EvaluationUse._meta.get_fields()] == ["digest"]
        assert use.digest not in json.dumps(list(Notice.objects.values("facts", "once")))

    def test_no_table_has_a_row_or_a_time_for_a_single_answer(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT table_name, data_type FROM information_schema.columns "
                "WHERE table_name LIKE 'training_evaluation%' AND (data_type LIKE 'timestamp%' OR column_name LIKE '%person%')"
            )
            assert cursor.fetchall() == []

    def test_an_invitation_is_good_for_one_answer(self) -> None:
        date = held(1)
        answer(date, tokens(date)[0])

        with pytest.raises(CannotEvaluate, match="schon geantwortet"):
            answer(date, tokens(date)[0])

        assert Evaluation.objects.get().answers == 1

    def test_refuses_strangers_those_who_did_not_come_and_links_of_another_date(self) -> None:
        date, other = held(2, marks=[HERE, AWAY]), held(1)

        for token in ("a" * 26, tokens(date)[1], tokens(other)[0], ""):
            with pytest.raises(CannotEvaluate, match="nicht vollständig"):
                answer(date, token)

    def test_refuses_after_two_weeks(self) -> None:
        date = held(1)

        with pytest.raises(CannotEvaluate, match="waren bis zum"):
            answer(date, tokens(date)[0], at=CLOSED)

    @pytest.mark.parametrize(
        ("points", "texts"), [({}, {}), ({"aims": 6}, {}), ({"aims": 0}, {}), ({}, {"good": "x" * 1001}), ({"fremd": 3}, {})]
    )
    def test_refuses_what_is_no_answer_and_the_invitation_stays_good(self, points, texts) -> None:  # type: ignore[no-untyped-def]
        date = held(1)

        with pytest.raises(CannotEvaluate):
            answer(date, tokens(date)[0], points=points, texts=texts)

        answer(date, tokens(date)[0])


class TestResults:
    def test_are_shown_from_five_answers_on(self) -> None:
        few, enough = held(4), held(5)
        for date in (few, enough):
            for token in tokens(date):
                answer(date, token, points={"aims": 4})

        assert evaluating.results(date=few, at=CLOSED).answers is None  # type: ignore[union-attr]
        found = evaluating.results(date=enough, at=CLOSED)
        assert found is not None
        assert (found.answers, found.points[0].mean, found.points[0].counts) == (5, 4.0, [0, 0, 0, 5, 0])

    def test_are_not_shown_while_they_come_in_so_that_nothing_can_be_subtracted(self) -> None:
        date = held(7)
        for token in tokens(date)[:6]:
            answer(date, token)

        assert evaluating.results(date=date, at=AFTER).answers is None  # type: ignore[union-attr]
        assert evaluating.results(date=date, at=CLOSED).answers == 6  # type: ignore[union-attr]

    def test_are_shown_at_once_when_nobody_is_left_who_could_answer(self) -> None:
        date = held(5)
        for token in tokens(date):
            answer(date, token)

        assert evaluating.results(date=date, at=AFTER).answers == 5  # type: ignore[union-attr]

    def test_a_question_that_few_answered_has_no_figures_and_few_texts_are_not_shown(self) -> None:
        date = held(6)
        for place, token in enumerate(tokens(date)):
            answer(
                date, token, points={"aims": 3} | ({"pace": 1} if place < 4 else {}), texts={"good": f"Text {place}"} if place < 4 else {}
            )

        found = evaluating.results(date=date, at=CLOSED)

        assert found is not None
        assert [(each.answers, each.counts) for each in found.points[:3:2]] == [(6, [0, 0, 6, 0, 0]), (None, None)]
        assert found.texts[0][1] is None

    def test_texts_come_in_an_order_that_nobody_wrote_them_in(self) -> None:
        date = held(12)
        written = [f"Text {place:02}" for place in range(12)]
        for text, token in zip(written, tokens(date), strict=True):
            answer(date, token, texts={"good": text})

        shown = [evaluating.results(date=date, at=CLOSED).texts[0][1] for _look in range(3)]  # type: ignore[union-attr]

        assert all(sorted(each or []) == written for each in shown)
        assert any(each != written for each in shown)
        assert sorted(Evaluation.objects.get().texts["good"]) == written != Evaluation.objects.get().texts["good"]


class TestOpenTo:
    def test_names_what_somebody_can_still_answer(self) -> None:
        date = held(2)
        place = places_of(date)[0]

        before = evaluating.open_to(person=place.person, at=AFTER)
        answer(date, tokens(date)[0])

        assert [(each.pk, path) for each, path in before] == [(place.pk, evaluating.path_for(place))]
        assert evaluating.open_to(person=place.person, at=AFTER) == []
        assert evaluating.open_to(person=places_of(date)[1].person, at=CLOSED) == []


class TestForgotten:
    """The trainer has not finished the date: people are asked the day after all the same."""

    NEXT_MORNING = BEGINS + timedelta(days=1)

    def asked(self) -> list[str]:
        return sorted(str(notice.person) for notice in Notice.objects.filter(kind="evaluation"))

    def test_asks_those_who_came_and_once(self) -> None:
        date = begun(3)
        here, away, _unknown = places_of(date)
        attending.take(session=sessions(date)[0], marks={here.pk: HERE, away.pk: AWAY}, by=trainer(), at=BEGINS)

        assert evaluating.ask_where_forgotten(at=BEGINS + timedelta(hours=6)) == 0  # the same day: the trainer may still do it
        assert [evaluating.ask_where_forgotten(at=self.NEXT_MORNING + timedelta(days=n)) for n in (0, 1)] == [1, 0]

        assert self.asked() == sorted(str(each.person) for each in (here, _unknown))
        assert Evaluation.objects.get(date=date).invited == 2

    def test_takes_their_answers(self) -> None:
        date = begun(1)
        evaluating.ask_where_forgotten(at=self.NEXT_MORNING)

        answer(date, tokens(date)[0], at=self.NEXT_MORNING)

        assert Evaluation.objects.get(date=date).answers == 1
        assert evaluating.open_to(person=places_of(date)[0].person, at=self.NEXT_MORNING) == []

    def test_finishing_afterwards_asks_besides_who_had_been_entered_as_absent_and_nobody_twice(self) -> None:
        date = begun(2)
        one, other = places_of(date)
        [only] = sessions(date)
        attending.take(session=only, marks={one.pk: HERE, other.pk: AWAY}, by=trainer(), at=BEGINS)
        evaluating.ask_where_forgotten(at=self.NEXT_MORNING)
        assert self.asked() == [str(one.person)]

        attending.take(session=only, marks={other.pk: HERE}, by=trainer(), at=AFTER)
        attending.finish(date=date, by=trainer(), at=AFTER)

        assert self.asked() == sorted([str(one.person), str(other.person)])
        sums = Evaluation.objects.get(date=date)
        assert sums.invited == 2
        answer(date, tokens(date)[1])

    def test_finishing_after_the_last_day_for_answers_asks_nobody_more(self) -> None:
        date = begun(1)
        evaluating.ask_where_forgotten(at=self.NEXT_MORNING)
        late = self.NEXT_MORNING + timedelta(days=30)
        attending.take(session=sessions(date)[0], marks={places_of(date)[0].pk: HERE}, by=trainer(), at=late)

        attending.finish(date=date, by=trainer(), at=late)

        assert len(self.asked()) == 1

    def test_leaves_alone_what_was_cancelled_and_what_is_long_over(self) -> None:
        begun(1)
        cancelled = begun(1, title="Anderes")
        planning.cancel_date(date=cancelled, reason="Krank.", by=trainer(), at=BEGINS - timedelta(days=1))

        assert evaluating.ask_where_forgotten(at=self.NEXT_MORNING + timedelta(days=60)) == 0
        assert evaluating.ask_where_forgotten(at=self.NEXT_MORNING) == 1
