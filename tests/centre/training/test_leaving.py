"""A municipality leaves in mid-course: places go to the line, running courses are finished or not, everybody is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.centre.hotline_factories import MunicipalityFactory
from tests.centre.training_factories import AT, BEGINS, course_date, people, requester, session, supervisor_of, trainer
from tests.factories import UserFactory
from training import enrolling, leaving
from training.models import Enrolment, Notice, Standing

State = Enrolment.State
TWO_DAYS = (session(hours=4), session(BEGINS + timedelta(days=1), hours=4))
IN_THE_MIDDLE = BEGINS + timedelta(hours=20)


def enrol(date, *persons):  # type: ignore[no-untyped-def]
    return [enrolling.enrol(date=date, person=person, by=person, at=AT + timedelta(seconds=n)) for n, person in enumerate(persons)]


def leave(*, finish=True, at=AT + timedelta(hours=1), by=None):  # type: ignore[no-untyped-def]
    town = MunicipalityFactory()
    return leaving.leave(municipality=town, finish=finish, by=by or UserFactory(roles=["operator"]), at=at)


class TestLeave:
    def test_places_of_dates_to_come_go_to_the_line(self) -> None:
        date, one, other = course_date(capacity=1), requester(), requester("beispielheim")
        enrol(date, one, other)

        left = leave()

        assert dict(Enrolment.objects.values_list("person", "state")) == {one.pk: State.WITHDRAWN, other.pk: State.OFFERED}
        assert (left.to_come, left.running, left.going_on) == (1, 0, 0)

    def test_everybody_is_told_once_and_calendars_are_cleared(self) -> None:
        date, (one, waits) = course_date(capacity=1), people(2)
        enrol(date, one, waits)
        Notice.objects.all().delete()

        leave()

        told = sorted(Notice.objects.values_list("person", "kind", "calendar"))
        assert told == sorted([(one.pk, "withdrawn", "cancel"), (waits.pk, "withdrawn", "")])

    def test_a_running_course_is_finished_if_the_operator_says_so(self) -> None:
        date, one = course_date(*TWO_DAYS), requester()
        enrol(date, one)

        left = leave(at=IN_THE_MIDDLE)

        assert Enrolment.objects.get().state == State.ENROLLED
        assert left.going_on == 1

    def test_or_ends_and_the_share_of_the_cost_stays(self) -> None:
        date, one = course_date(*TWO_DAYS), requester()
        [mine] = enrol(date, one)

        left = leave(finish=False, at=IN_THE_MIDDLE)

        mine.refresh_from_db()
        assert (mine.state, left.running) == (State.WITHDRAWN, 1)
        assert list(Enrolment.objects.all().sharing_cost()) == [mine]

    def test_who_withdrew_in_time_shares_no_cost(self) -> None:
        date, one = course_date(), requester()
        enrol(date, one)
        enrolling.withdraw(date=date, person=one, by=one, at=AT + timedelta(minutes=1))

        assert not Enrolment.objects.all().sharing_cost().exists()

    def test_what_was_held_stays_as_it_was(self) -> None:
        date, one = course_date(), requester()
        enrol(date, one)

        leave(finish=False, at=BEGINS + timedelta(days=30))

        assert Enrolment.objects.get().state == State.ENROLLED

    def test_nobody_decides_about_her_people_any_more_and_nobody_new_arrives(self) -> None:
        boss = supervisor_of(requester())

        leave()

        town = MunicipalityFactory()
        assert not town.active
        assert not Standing.objects.filter(person=boss).exists()

    def test_not_twice_and_by_operators_only(self) -> None:
        with pytest.raises(leaving.CannotLeave):
            leave(by=trainer())
        leave()
        with pytest.raises(leaving.CannotLeave):
            leave()
