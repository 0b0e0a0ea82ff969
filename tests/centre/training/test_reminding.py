"""Reminders before each session: two days and one hour before, to those who come and those who teach, once each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.centre.hotline.test_sending import Postman
from tests.centre.training.post import send, words
from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import AT, BEGINS, course_date, people, requester, session, trainer
from training import choosing, enrolling, planning, reminding
from training.models import CourseDate, Notice, Session

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def reminded(person: Any) -> list[datetime]:
    return list(Notice.objects.filter(person=person, kind="reminder").order_by("pk").values_list("at", flat=True))


def enrolled(*sessions: Any) -> tuple[CourseDate, Any]:
    date, person = course_date(*sessions), requester()
    enrol(date, person)
    return date, person


class TestRemind:
    def test_comes_two_days_and_one_hour_before_each_session(self) -> None:
        _date, person = enrolled(session(), session(BEGINS + 3 * DAY))
        moments = [BEGINS - 2 * DAY, BEGINS - HOUR, BEGINS + DAY, BEGINS + 3 * DAY - HOUR]

        for at in moments:
            reminding.remind(at=at - timedelta(seconds=1))
            reminding.remind(at=at)

        assert reminded(person) == moments

    def test_comes_once_however_often_the_clock_comes_by(self) -> None:
        _date, person = enrolled()

        told = [reminding.remind(at=BEGINS - 2 * DAY + n * MINUTE) for n in range(5)]

        assert told == [1, 0, 0, 0, 0]
        assert len(reminded(person)) == 1

    def test_comes_late_after_the_clock_was_away_and_the_nearer_one_only(self) -> None:
        _date, person = enrolled()

        reminding.remind(at=BEGINS - DAY)
        assert reminded(person) == [BEGINS - DAY]

        _date, other = enrolled(session(BEGINS + 9 * DAY))
        for at in (BEGINS + 9 * DAY - 30 * MINUTE, BEGINS + 9 * DAY - 29 * MINUTE):
            reminding.remind(at=at)
        assert reminded(other) == [BEGINS + 9 * DAY - 30 * MINUTE]

    @pytest.mark.parametrize("late", [timedelta(), MINUTE, DAY])
    def test_never_comes_after_the_session_began(self, late: timedelta) -> None:
        _date, person = enrolled()

        assert reminding.remind(at=BEGINS + late) == 0
        assert reminded(person) == []

    def test_tells_who_teaches_too(self) -> None:
        teacher = trainer()
        date = course_date(session(trainer=teacher), by=teacher)
        enrol(date, requester())

        reminding.remind(at=BEGINS - HOUR)

        assert Notice.objects.get(person=teacher, kind="reminder").facts["teaches"] is True

    def test_leaves_out_those_who_wait_or_withdrew_or_have_just_enrolled(self) -> None:
        date, (comes, left, late) = course_date(capacity=3), people(3)
        enrol(date, comes, left)
        enrolling.withdraw(date=date, person=left, by=left, at=AT + MINUTE)
        enrol(date, late, at=BEGINS - 4 * DAY)
        CourseDate.objects.filter(pk=date.pk).update(capacity=1)
        date.enrolments.filter(person=late).update(enrolled_at=BEGINS - 2 * DAY + HOUR)
        enrol(date, waits := requester(), at=BEGINS - 4 * DAY)

        reminding.remind(at=BEGINS - DAY)

        assert [len(reminded(person)) for person in (comes, left, late, waits)] == [1, 0, 0, 0]
        reminding.remind(at=BEGINS - HOUR)
        assert [len(reminded(person)) for person in (comes, left, late, waits)] == [2, 0, 1, 0]

    def test_leaves_out_what_is_called_off(self) -> None:
        date, person = enrolled(session(), session(BEGINS + DAY))
        Session.objects.filter(date=date, starts_at=BEGINS).update(called_off_at=AT)
        reminding.remind(at=BEGINS - HOUR)
        assert [each.facts["starts_at"] for each in Notice.objects.filter(person=person, kind="reminder")] == [(BEGINS + DAY).isoformat()]

        planning.cancel_date(date=date, reason="Krank.", by=trainer(), at=BEGINS)

        assert reminding.remind(at=BEGINS + DAY - HOUR) == 0

    def test_comes_again_for_a_session_that_was_moved(self) -> None:
        date, person = enrolled()
        reminding.remind(at=BEGINS - 2 * DAY)
        Session.objects.filter(date=date).update(starts_at=BEGINS + 3 * DAY, ends_at=BEGINS + 3 * DAY + HOUR)

        reminding.remind(at=BEGINS + DAY)

        assert reminded(person) == [BEGINS - 2 * DAY, BEGINS + DAY]

    def test_is_left_out_by_who_wants_none_and_nothing_else_is(self) -> None:
        date, person = enrolled()
        choosing.choose(reminders=False, by=person)

        reminding.remind(at=BEGINS - 2 * DAY)
        planning.cancel_date(date=date, reason="Krank.", by=trainer(), at=BEGINS - DAY)
        assert [each.kind for each in Notice.objects.filter(person=person).order_by("pk")] == ["enrolled", "cancelled"]

        choosing.choose(reminders=True, by=person)
        assert choosing.wants_reminders(person)

    def test_takes_the_same_number_of_queries_for_more_people_and_few_for_nothing(self, queries: Callable[..., Any]) -> None:
        asked = []
        for count in (1, 6):
            begins = BEGINS + count * 10 * DAY
            enrol(course_date(session(begins), capacity=9), *people(count))
            with queries() as seen:
                assert reminding.remind(at=begins - HOUR) == 1
            asked.append(len(seen))
            with queries() as again:
                assert reminding.remind(at=begins - HOUR) == 0

        assert asked[0] == asked[1]
        assert len(again) == 2


class TestSend:
    def test_says_when_and_where(self, postman: Postman) -> None:
        _date, _person = enrolled()
        send()
        reminding.remind(at=BEGINS - 2 * DAY)

        assert send(BEGINS - 2 * DAY) == 1

        got = postman.mails()[-1]
        assert got["Subject"] == "Erinnerung: Ablegen und wiederfinden, 14.04.2026"
        assert "Dienstag, 14. April 2026, 09:00 bis 13:00 Uhr · https://video.example/raum" in words(got)

    def test_tells_who_teaches_how_many_come(self, postman: Postman) -> None:
        teacher = trainer()
        enrol(course_date(session(trainer=teacher), by=teacher, capacity=5), *people(3))
        send(AT + MINUTE)
        reminding.remind(at=BEGINS - HOUR)

        send(BEGINS - HOUR)

        [hers] = [mail for mail in postman.mails() if "den Sie leiten" in words(mail)]
        assert "Angemeldete: 3" in words(hers)

    @pytest.mark.parametrize("what", ["began", "withdrew", "moved", "called off"])
    def test_is_left_out_if_it_does_not_hold_any_more(self, postman: Postman, what: str) -> None:
        """It was written in time, but the server was away."""
        date, person = enrolled()
        send()
        postman.got.clear()
        reminding.remind(at=BEGINS - HOUR)
        at = BEGINS - MINUTE
        if what == "began":
            at = BEGINS
        elif what == "withdrew":
            enrolling.withdraw(date=date, person=person, by=trainer(), at=at)
        elif what == "moved":
            Session.objects.filter(date=date).update(starts_at=BEGINS + HOUR)
        else:
            Session.objects.filter(date=date).update(called_off_at=at)

        send(at)

        assert [mail["Subject"] for mail in postman.mails() if "Erinnerung" in mail["Subject"]] == []
        assert not Notice.objects.filter(next_try_at__isnull=False).exists()
