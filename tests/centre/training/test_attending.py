"""Attendance: when it can be taken, what is written down, what stands afterwards, and when a date has been held."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from tests.centre.training.attended import AFTER, AWAY, HERE, begun, certified, held, places_of, sessions
from tests.centre.training_factories import AT, BEGINS, requester, trainer
from training import attendance_codes, attending, certifying, enrolling, planning
from training.attending import CannotAttend, Mark
from training.models import Attendance, CourseDate, Notice, TrainingEvent


def take(date, *marks, at=BEGINS, number=0):  # type: ignore[no-untyped-def]
    said = dict(zip([place.pk for place in places_of(date)], marks, strict=False))
    return attending.take(session=sessions(date)[number], marks=said, by=trainer(), at=at)


class TestTake:
    def test_writes_who_was_there_and_how_late(self) -> None:
        date = begun(3)

        take(date, HERE, Mark("present", 20), Mark("excused"))

        assert list(Attendance.objects.order_by("enrolment").values_list("state", "minutes_late")) == [
            ("present", 0),
            ("present", 20),
            ("excused", 0),
        ]

    def test_writes_changes_down_with_old_and_new_and_nothing_where_nothing_changed(self) -> None:
        date = begun(2)
        take(date, HERE, HERE)

        assert take(date, HERE, AWAY, at=BEGINS + timedelta(hours=1)) == 1

        told = [list(event.changes.values()) for event in TrainingEvent.objects.filter(act="attend").order_by("pk")]
        assert told == [[[None, "Anwesend"]], [[None, "Anwesend"]], [["Anwesend", "Abwesend"]]]

    @pytest.mark.parametrize(("early", "taken"), [(timedelta(minutes=31), False), (timedelta(minutes=30), True)])
    def test_begins_half_an_hour_before_the_session(self, early, taken) -> None:  # type: ignore[no-untyped-def]
        date = begun(1)

        if taken:
            assert take(date, HERE, at=BEGINS - early) == 1
        else:
            with pytest.raises(CannotAttend, match="erst ab"):
                take(date, HERE, at=BEGINS - early)

    def test_takes_each_session_by_itself(self) -> None:
        date = begun(1, days=2)
        take(date, HERE)

        with pytest.raises(CannotAttend, match="erst ab"):
            take(date, HERE, number=1)

    @pytest.mark.parametrize("mark", [Mark("present", 240), Mark("present", -1), Mark("absent", 5), Mark("geflogen")])
    def test_refuses_what_cannot_be(self, mark) -> None:  # type: ignore[no-untyped-def]
        date = begun(2)

        with pytest.raises(CannotAttend):
            take(date, HERE, mark)

        assert not Attendance.objects.exists()

    def test_refuses_somebody_who_is_not_enrolled(self) -> None:
        date, other = begun(1), begun(1)

        with pytest.raises(CannotAttend, match="Nicht alle davon"):
            attending.take(session=sessions(date)[0], marks={places_of(other)[0].pk: HERE}, by=trainer(), at=BEGINS)

    def test_is_for_trainers(self) -> None:
        date = begun(1)

        with pytest.raises(CannotAttend, match="Trainer"):
            attending.take(session=sessions(date)[0], marks={places_of(date)[0].pk: HERE}, by=requester(), at=BEGINS)

    def test_what_a_certificate_says_is_not_changed_behind_its_back(self) -> None:
        [certificate] = certified()
        date = certificate.enrolment.date

        with pytest.raises(CannotAttend, match=certificate.number):
            take(date, AWAY, at=AFTER)

        certifying.revoke(certificate=certificate, reason="Falsche Person", by=trainer(), at=AFTER)
        assert take(date, AWAY, at=AFTER) == 1

    def test_asks_no_more_queries_for_more_people(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        small, large, by = begun(1), begun(9), trainer()
        marks = [{place.pk: HERE for place in places_of(date)} for date in (small, large)]
        first, second = sessions(small)[0], sessions(large)[0]
        by.has_role("trainer")

        for one, said in ((first, marks[0]), (second, marks[1])):
            with django_assert_num_queries(9):
                attending.take(session=one, marks=said, by=by, at=BEGINS)


class TestCheckIn:
    def test_whoever_is_enrolled_and_has_the_code_is_present(self) -> None:
        date = begun(1)
        [mine], one = places_of(date), sessions(date)[0]

        made = attending.check_in(session=one, code=attendance_codes.code_of(session=one, at=BEGINS), by=mine.person, at=BEGINS)

        assert (made.enrolment, made.state, made.way, made.minutes_late) == (mine, "present", "code", 0)

    @pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (29, True), (59, True), (60, False), (3600, False)])
    def test_a_code_that_was_photographed_is_soon_worth_nothing(self, seconds, fresh) -> None:  # type: ignore[no-untyped-def]
        one = sessions(begun(1))[0]
        code = attendance_codes.code_of(session=one, at=BEGINS)

        assert attendance_codes.is_fresh(session=one, code=code, at=BEGINS + timedelta(seconds=seconds)) is fresh

    def test_refuses_an_old_code_the_one_of_another_session_and_a_made_up_one(self) -> None:
        date = begun(1, days=2)
        [mine], (one, other) = places_of(date), sessions(date)
        old = attendance_codes.code_of(session=one, at=BEGINS - timedelta(seconds=60))

        for code in (old, attendance_codes.code_of(session=other, at=BEGINS), "a" * 22, ""):
            with pytest.raises(CannotAttend, match="abgelaufen"):
                attending.check_in(session=one, code=code, by=mine.person, at=BEGINS)

    def test_whoever_opened_it_in_time_may_read_in_peace_and_nobody_else_can_use_that(self) -> None:
        date = begun(2)
        (mine, hers), one = places_of(date), sessions(date)[0]
        proof = attendance_codes.proof_for(session=one, person=mine.person, at=BEGINS)
        later = BEGINS + timedelta(minutes=2)

        with pytest.raises(CannotAttend):
            attending.check_in(session=one, code=proof, by=hers.person, at=later)
        with pytest.raises(CannotAttend):
            attending.check_in(session=one, code=proof, by=mine.person, at=BEGINS + timedelta(minutes=3))
        assert attending.check_in(session=one, code=proof, by=mine.person, at=later).state == "present"

    def test_who_comes_late_is_late(self) -> None:
        date = begun(1)
        [mine], one, late = places_of(date), sessions(date)[0], BEGINS + timedelta(minutes=25)

        code = attendance_codes.code_of(session=one, at=late)

        assert attending.check_in(session=one, code=code, by=mine.person, at=late).minutes_late == 25

    def test_twice_is_no_error_and_what_the_trainer_said_stands(self) -> None:
        date = begun(2)
        (mine, hers), one = places_of(date), sessions(date)[0]
        code = attendance_codes.code_of(session=one, at=BEGINS)
        take(date, Mark("present", 15), AWAY)

        assert attending.check_in(session=one, code=code, by=mine.person, at=BEGINS).minutes_late == 15
        with pytest.raises(CannotAttend, match="etwas anderes"):
            attending.check_in(session=one, code=code, by=hers.person, at=BEGINS)

    @pytest.mark.parametrize("moment", [BEGINS - timedelta(hours=1), BEGINS + timedelta(hours=4)])
    def test_refuses_before_and_after_the_session(self, moment) -> None:  # type: ignore[no-untyped-def]
        date = begun(1)
        [mine], one = places_of(date), sessions(date)[0]

        with pytest.raises(CannotAttend):
            attending.check_in(session=one, code=attendance_codes.code_of(session=one, at=moment), by=mine.person, at=moment)

    def test_refuses_who_is_not_enrolled_or_only_waits(self) -> None:
        date = begun(3, who=None)
        one, waiting = sessions(date)[0], requester()
        enrolling.enrol(date=date, person=waiting, by=waiting, at=AT + timedelta(hours=1))

        for person in (waiting, requester(), trainer()):
            with pytest.raises(CannotAttend, match="nicht angemeldet"):
                attending.check_in(session=one, code=attendance_codes.code_of(session=one, at=BEGINS), by=person, at=BEGINS)


class TestFinish:
    def test_the_date_is_held_once_it_is_over_and_all_is_taken(self) -> None:
        date = held(2, days=2)

        assert date.state == CourseDate.State.DONE
        assert TrainingEvent.objects.get(act="finish").changes == {"state": ["open", "done"]}

    def test_asks_those_who_came_how_it_was_once(self) -> None:
        held(3, marks=[HERE, AWAY, Mark("present", 90)])

        assert Notice.objects.filter(kind="evaluation").count() == 2

    def test_refuses_while_attendance_is_missing_and_says_of_which_session(self) -> None:
        date = begun(2, days=2)
        take(date, HERE, HERE)
        take(date, HERE, at=AFTER, number=1)

        with pytest.raises(CannotAttend, match=r"noch zu erfassen: 15\. April 2026"):
            attending.finish(date=date, by=trainer(), at=AFTER)

    def test_refuses_before_the_end_twice_and_for_others(self) -> None:
        date = begun(1)
        take(date, HERE)

        with pytest.raises(CannotAttend, match="noch nicht zu Ende"):
            attending.finish(date=date, by=trainer(), at=BEGINS + timedelta(hours=1))
        with pytest.raises(CannotAttend, match="Trainer"):
            attending.finish(date=date, by=requester(), at=AFTER)
        attending.finish(date=date, by=trainer(), at=AFTER)
        with pytest.raises(CannotAttend, match="läuft nicht"):
            attending.finish(date=date, by=trainer(), at=AFTER)

    def test_a_date_to_which_nobody_came_can_be_finished(self) -> None:
        date = begun(0)

        assert attending.finish(date=date, by=trainer(), at=AFTER).state == "done"


class TestWhatWasHeld:
    def test_a_session_with_attendance_cannot_be_deleted(self) -> None:
        date = begun(1)
        take(date, HERE)

        with pytest.raises(ProtectedError):
            sessions(date)[0].delete()

    def test_a_date_with_attendance_cannot_be_called_off(self) -> None:
        date = begun(1, days=2)
        take(date, HERE)

        with pytest.raises(planning.CannotPlan, match="Anwesenheit"):
            planning.cancel_date(date=date, reason="Krank", by=trainer(), at=BEGINS + timedelta(hours=5))

        assert all(session.called_off_at is None for session in sessions(date))
