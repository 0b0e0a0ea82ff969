"""Qualifications that end, and the learning path with what is still missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.centre.training.attended import AFTER, HERE, begun, certified, held, places_of, sessions
from tests.centre.training_factories import AT, BEGINS, course, course_date, requester, session, trainer
from training import attending, catalogue, certifying, enrolling, examining, learning, refreshing
from training.models import Enrolment, Notice, Session

UNTIL = datetime(2027, 4, 14, 10, tzinfo=UTC)  # a course of 14 April 2026 that holds for twelve months


def told() -> int:
    return Notice.objects.filter(kind="refresher").count()


class TestRemind:
    @pytest.mark.parametrize(("days", "times"), [(61, 0), (60, 1), (1, 1), (0, 1), (-1, 0)])
    def test_tells_from_sixty_days_before_the_end_on(self, days, times) -> None:  # type: ignore[no-untyped-def]
        certified(valid_months=12)

        refreshing.remind(at=UNTIL - timedelta(days=days))

        assert told() == times

    def test_tells_once_however_often_the_clock_comes_by(self) -> None:
        certified(valid_months=12)

        counts = [refreshing.remind(at=UNTIL - timedelta(days=days)) for days in (60, 59, 1)]

        assert (counts, told()) == ([1, 0, 0], 1)

    def test_leaves_those_alone_whose_course_ends_never_was_revoked_or_was_refreshed(self) -> None:
        certified()
        [revoked] = certified(valid_months=12)
        certifying.revoke(certificate=revoked, reason="x", by=trainer(), at=UNTIL - timedelta(days=70))
        [old] = certified(valid_months=12, who=[requester()])
        newer = course_date(session(UNTIL - timedelta(days=90)), of=old.enrolment.date.course)
        enrolling.enrol(date=newer, person=old.person, by=old.person, at=AT)

        assert refreshing.remind(at=UNTIL - timedelta(days=100)) == 0
        assert refreshing.remind(at=UNTIL - timedelta(days=60)) == 1  # she did not go there in the end

    def test_waits_while_she_has_a_place_on_a_new_date(self) -> None:
        [old] = certified(valid_months=12)
        again = course_date(session(UNTIL - timedelta(days=20)), of=old.enrolment.date.course)
        enrolling.enrol(date=again, person=old.person, by=old.person, at=AT)

        assert refreshing.remind(at=UNTIL - timedelta(days=50)) == 0
        enrolling.withdraw(date=again, person=old.person, by=old.person, at=UNTIL - timedelta(days=49))
        assert refreshing.remind(at=UNTIL - timedelta(days=48)) == 1


class TestPathOf:
    def test_says_of_each_course_how_it_stands(self) -> None:
        done, ended, coming, missing = courses = [
            course(title, valid_months=months) for title, months in (("A", None), ("B", 12), ("C", None), ("D", None))
        ]
        catalogue.set_path(role="clerk", courses=courses, by=trainer(), at=AT)
        person = requester()
        certifying.issue(date=held(who=[person], of=done), by=trainer(), at=UNTIL)
        other = begun(who=[], of=ended)
        Session.objects.filter(date=other).update(starts_at=BEGINS + timedelta(days=1), ends_at=BEGINS + timedelta(days=1, hours=4))
        enrolling.enrol(date=other, person=person, by=person, at=AT)
        attending.take(session=sessions(other)[0], marks={places_of(other)[0].pk: HERE}, by=trainer(), at=AFTER)
        certifying.issue(date=attending.finish(date=other, by=trainer(), at=AFTER), by=trainer(), at=UNTIL)
        soon = course_date(session(UNTIL + timedelta(days=300)), of=coming)
        enrolling.enrol(date=soon, person=person, by=person, at=AT)

        steps = learning.path_of(person=person, role="clerk", at=UNTIL + timedelta(days=200))

        assert [(step.course, step.state) for step in steps] == [(done, "done"), (ended, "ended"), (coming, "coming"), (missing, "missing")]

    def test_a_course_with_an_examination_is_done_by_passing_it(self) -> None:
        examined = course("Prüfung", examination=True)
        catalogue.set_path(role="clerk", courses=[examined], by=trainer(), at=AT)
        person = requester()
        date = held(who=[person], of=examined)
        examining.enter_results(date=date, results={Enrolment.objects.get(person=person).pk: False}, by=trainer(), at=UNTIL)
        certifying.issue(date=date, by=trainer(), at=UNTIL)

        assert [step.state for step in learning.path_of(person=person, role="clerk", at=UNTIL)] == ["missing"]

    def test_asks_three_queries_however_long_it_is(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        catalogue.set_path(role="clerk", courses=[course(f"Kurs {n}") for n in range(5)], by=trainer(), at=AT)

        person = requester()

        with django_assert_num_queries(3):
            learning.path_of(person=person, role="clerk", at=AT)
