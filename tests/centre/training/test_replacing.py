"""Somebody else comes instead: one act, the place is kept, nobody in line is passed by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenants.centre.models import Contact
from tests.centre.training_factories import AT, BEGINS, approves, course_date, people, requester, session, supervisor_of, trainer
from training import enrolling, replacing
from training.models import Enrolment, Notice, TrainingEvent

State = Enrolment.State
LATE = BEGINS - timedelta(hours=1)


def enrolled(person, date=None):  # type: ignore[no-untyped-def]
    return enrolling.enrol(date=date or course_date(capacity=1), person=person, by=person, at=AT)


class TestReplace:
    def test_the_very_place_goes_over_and_the_line_stays_as_it_was(self) -> None:
        one, other, third = people(3)
        mine = enrolled(one)
        enrolled(third, mine.date)

        made = replacing.replace(enrolment=mine, replacement=other, by=supervisor_of(one), at=LATE)

        mine.refresh_from_db()
        assert (mine.state, made.state, made.person) == (State.WITHDRAWN, State.ENROLLED, other)
        assert Enrolment.objects.get(person=third).state == State.WAITING
        assert made.municipality == mine.municipality

    def test_both_are_told_once_with_their_calendars_and_the_history_knows(self) -> None:
        one, other = people(2)
        mine = enrolled(one)
        Notice.objects.all().delete()

        made = replacing.replace(enrolment=mine, replacement=other, by=supervisor_of(one), at=LATE)

        told = {(n.person, n.kind, n.calendar) for n in Notice.objects.all()}
        assert told == {(one, "withdrawn", "cancel"), (other, "enrolled", "request")}
        assert TrainingEvent.objects.get(enrolment=mine, act="replace").changes["person"] == [str(one), str(other)]
        assert TrainingEvent.objects.get(enrolment=made).changes["instead_of"] == [None, str(one)]

    def test_nobody_of_another_municipality_comes_instead(self) -> None:
        one, stranger = requester(), requester("beispielheim")
        mine = enrolled(one)

        for by in (supervisor_of(one, role="coordinator"), trainer()):
            with pytest.raises(replacing.CannotReplace, match="Kommune"):
                replacing.replace(enrolment=mine, replacement=stranger, by=by, at=LATE)

        assert stranger not in replacing.may_replace(mine, by=trainer())

    def test_not_once_the_course_has_begun(self) -> None:
        one, other = people(2)

        with pytest.raises(replacing.CannotReplace, match="begonnen"):
            replacing.replace(enrolment=enrolled(one), replacement=other, by=supervisor_of(one), at=BEGINS)

    def test_who_waits_has_nothing_to_give(self) -> None:
        one, other, third = people(3)
        mine = enrolled(one)
        waits = enrolled(third, mine.date)

        with pytest.raises(replacing.CannotReplace):
            replacing.replace(enrolment=waits, replacement=other, by=supervisor_of(one), at=LATE)

    def test_who_has_a_place_needs_no_other(self) -> None:
        one, other = people(2)
        date = course_date(capacity=2)
        mine, _hers = enrolled(one, date), enrolled(other, date)

        with pytest.raises(replacing.CannotReplace, match="hat hier schon"):
            replacing.replace(enrolment=mine, replacement=other, by=supervisor_of(one), at=LATE)

    def test_who_only_waits_gives_that_up(self) -> None:
        one, other = people(2)
        mine = enrolled(one)
        waits = enrolled(other, mine.date)

        replacing.replace(enrolment=mine, replacement=other, by=supervisor_of(one), at=LATE)

        waits.refresh_from_db()
        assert waits.state == State.WITHDRAWN
        assert Enrolment.objects.active().get().person == other

    def test_nobody_sits_in_two_courses_at_once(self) -> None:
        one, other = people(2)
        enrolled(other, course_date(session(hours=2)))

        with pytest.raises(replacing.CannotReplace, match="schon einen Platz"):
            replacing.replace(enrolment=enrolled(one), replacement=other, by=supervisor_of(one), at=LATE)

    def test_she_names_a_colleague_of_her_office_herself(self) -> None:
        one, other = people(2)

        made = replacing.replace(enrolment=enrolled(one), replacement=other, by=one, at=LATE)

        assert made.person == other

    def test_but_nobody_of_another_office(self) -> None:
        one, other = people(2)
        Contact.objects.filter(person=other).update(office="Soziales")
        mine = enrolled(one)

        with pytest.raises(replacing.CannotReplace):
            replacing.replace(enrolment=mine, replacement=other, by=one, at=LATE)
        assert replacing.may_replace(mine, by=one) == []

    def test_and_not_where_somebody_approves(self) -> None:
        one, other = people(2)
        mine = enrolled(one)
        approves()

        with pytest.raises(replacing.CannotReplace, match="entscheiden Vorgesetzte"):
            replacing.replace(enrolment=mine, replacement=other, by=one, at=LATE)

    def test_a_colleague_cannot_take_a_place_away(self) -> None:
        one, other = people(2)

        with pytest.raises(replacing.CannotReplace):
            replacing.replace(enrolment=enrolled(one), replacement=other, by=other, at=LATE)
