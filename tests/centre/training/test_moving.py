"""Moving, adding and calling off sessions: what is kept right, who is told, what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tenants.models import User
from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import AT, BEGINS, course_date, people, room, session, trainer
from training import enrolling, moving, planning, wording
from training.models import Attendance, CourseDate, Enrolment, Notice, Session, TrainingEvent

LATER = AT + timedelta(hours=1)
DAY = timedelta(days=1)


def two_days(**more: Any) -> CourseDate:
    return course_date(session(), session(BEGINS + DAY), **more)


def two_days_by(teacher: User) -> CourseDate:
    return course_date(session(trainer=teacher), session(BEGINS + DAY))


def first(date: CourseDate) -> Session:
    found: Session = date.sessions.order_by("starts_at")[0]
    return found


def move(date: CourseDate, to: planning.Planned, *, at: datetime = LATER, confirmed: Any = None) -> Session:
    return moving.move_session(session=first(date), to=to, confirmed=confirmed, by=trainer(), at=at)


class TestMoveSession:
    def test_counts_up_and_keeps_beginning_and_end_of_the_date(self) -> None:
        date = two_days()
        revision = date.revision

        moved = move(date, session(BEGINS + 3 * DAY))

        date.refresh_from_db()
        assert (moved.sequence, moved.changed_at) == (1, LATER)
        assert (date.starts_at, date.ends_at) == (BEGINS + DAY, BEGINS + 3 * DAY + timedelta(hours=4))
        assert date.revision == revision + 1

    def test_tells_whoever_has_a_place_or_waits_for_one_once(self) -> None:
        date, (one, other, waits) = two_days(capacity=2), people(3)
        enrol(date, one, other, waits)
        Notice.objects.all().delete()

        move(date, session(BEGINS + timedelta(hours=1)))

        told = Notice.objects.filter(kind="changed").order_by("pk")
        assert [(n.person_id, n.calendar, n.facts["act"]) for n in told] == [
            (one.pk, "request", "move"),
            (other.pk, "request", "move"),
            (waits.pk, "", "move"),
        ]
        assert told[0].facts["changes"]["starts_at"] == [BEGINS.isoformat(), (BEGINS + timedelta(hours=1)).isoformat()]
        said = wording.letter(told[2]).sentences
        assert any("noch keinen Platz" in sentence for sentence in said)
        assert not any("Kalender" in sentence for sentence in said)

    def test_tells_whom_a_place_is_offered_without_putting_it_into_her_calendar(self) -> None:
        date, (one, offered) = two_days(capacity=1), people(2)
        enrol(date, one, offered)
        enrolling.withdraw(date=date, person=one, by=one, at=AT)
        Notice.objects.all().delete()

        move(date, session(BEGINS + 3 * DAY))

        [notice] = Notice.objects.filter(kind="changed", facts__offered=True)
        assert (notice.person, notice.calendar) == (offered, "")
        said = wording.letter(notice)
        assert any("angeboten" in sentence for sentence in said.sentences)
        assert not any("Kalender" in sentence for sentence in said.sentences)

    def test_tells_who_teaches_and_who_was_to(self) -> None:
        before, after, [one] = trainer(), trainer(), people(1)
        date = two_days_by(before)
        enrol(date, one)

        move(date, session(BEGINS + timedelta(hours=1), trainer=after))

        told = {notice.person: notice.facts.get("teaches", False) for notice in Notice.objects.filter(kind="changed")}
        assert told == {one: False, before: True, after: True}

    def test_tells_trainers_nothing_of_a_draft(self) -> None:
        date = course_date(session(trainer=trainer()), opened=False)

        move(date, session(BEGINS + timedelta(hours=1), trainer=trainer()))

        assert not Notice.objects.exists()

    def test_tells_again_of_the_next_move(self) -> None:
        date, [one] = two_days(), people(1)
        enrol(date, one)

        for hours in (1, 2):
            move(date, session(BEGINS + timedelta(hours=hours)))

        assert Notice.objects.filter(person=one, kind="changed").count() == 2

    def test_that_changes_nothing_tells_nobody(self) -> None:
        date, [one] = two_days(), people(1)
        enrol(date, one)

        assert move(date, session()).sequence == 0
        assert not Notice.objects.filter(kind="changed").exists()

    def test_ends_deadlines_and_offers_with_an_earlier_beginning(self) -> None:
        date, (one, other) = course_date(capacity=1), people(2)
        enrol(date, one, other)
        enrolling.withdraw(date=date, person=one, by=one, at=LATER)
        early = LATER + timedelta(hours=20)

        move(date, session(early))

        date.refresh_from_db()
        assert (date.register_until, date.withdraw_until) == (early, early)
        assert Enrolment.objects.get(person=other).offered_until == early

    def test_writes_old_and_new_into_the_history(self) -> None:
        date, here = two_days(), room()

        move(date, session(room=here, link="https://video.example/raum"))

        assert TrainingEvent.objects.get(act="move").changes == {"room": [None, "Schulungsraum 1"]}

    @pytest.mark.parametrize(
        ("to", "at", "words"),
        [
            (session(BEGINS + DAY), LATER, "überschneiden"),
            (session(AT), LATER, "in der Vergangenheit"),
            (session(BEGINS + 5 * DAY), BEGINS, "hat schon begonnen"),
        ],
    )
    def test_refuses(self, to: planning.Planned, at: datetime, words: str) -> None:
        with pytest.raises(planning.CannotPlan, match=words):
            move(two_days(), to, at=at)

    def test_refuses_a_room_that_is_taken_and_keeps_its_own(self) -> None:
        here = room()
        course_date(session(BEGINS + 5 * DAY, room=here))
        date = course_date(session(room=here))

        assert move(date, session(BEGINS + timedelta(hours=1), room=here)).room == here
        with pytest.raises(planning.Taken):
            move(date, session(BEGINS + 5 * DAY, room=here))

    def test_asks_before_somebody_would_sit_in_two_courses(self) -> None:
        date, [person] = course_date(), people(1)
        enrol(course_date(session(BEGINS + DAY)), person)
        enrol(date, person)

        with pytest.raises(planning.MustConfirm, match="hat zu dieser Zeit einen Platz") as asked:
            move(date, session(BEGINS + DAY), confirmed=())

        assert move(date, session(BEGINS + DAY), confirmed=[clash.key for clash in asked.value.clashes]).sequence == 1

    def test_refuses_once_it_was_noted_who_was_there(self) -> None:
        date, [person] = two_days(), people(1)
        [place] = enrol(date, person)
        Attendance.objects.create(session=first(date), enrolment=place, state="present", way="tick", at=LATER)

        with pytest.raises(planning.CannotPlan, match="wer da war"):
            move(date, session(BEGINS + 3 * DAY))
        with pytest.raises(planning.CannotPlan, match="wer da war"):
            moving.call_off_session(session=first(date), by=trainer(), at=LATER)

    def test_is_for_trainers(self) -> None:
        [person] = people(1)
        with pytest.raises(planning.CannotPlan, match="Termine plan"):
            moving.move_session(session=first(two_days()), to=session(BEGINS + 3 * DAY), confirmed=None, by=person, at=LATER)


class TestAddSession:
    def test_makes_the_date_longer_and_tells(self) -> None:
        date, [one] = course_date(), people(1)
        enrol(date, one)

        moving.add_session(date=date, session=session(BEGINS + DAY), confirmed=None, by=trainer(), at=LATER)

        date.refresh_from_db()
        assert date.ends_at == BEGINS + DAY + timedelta(hours=4)
        assert Notice.objects.get(kind="changed").facts["act"] == "add"

    def test_refuses_one_beside_another(self) -> None:
        with pytest.raises(planning.CannotPlan, match="überschneiden"):
            moving.add_session(date=course_date(), session=session(), confirmed=None, by=trainer(), at=LATER)


class TestCallOffSession:
    def test_keeps_it_to_be_seen_and_counts_up(self) -> None:
        date, [one] = two_days(), people(1)
        enrol(date, one)

        gone = moving.call_off_session(session=first(date), by=trainer(), at=LATER)

        date.refresh_from_db()
        assert (gone.called_off_at, gone.sequence, date.starts_at) == (LATER, 1, BEGINS + DAY)
        assert Notice.objects.get(kind="changed").facts["act"] == "call_off"
        with pytest.raises(planning.CannotPlan, match="schon abgesagt"):
            moving.call_off_session(session=gone, by=trainer(), at=LATER)

    def test_of_a_draft_is_gone(self) -> None:
        date = two_days(opened=False)

        moving.call_off_session(session=first(date), by=trainer(), at=LATER)

        assert date.sessions.count() == 1

    def test_refuses_the_last_one(self) -> None:
        with pytest.raises(planning.CannotPlan, match="einzige Schulungstag"):
            moving.call_off_session(session=first(course_date()), by=trainer(), at=LATER)


class TestDiscardDraft:
    def test_throws_a_plan_away(self) -> None:
        date = two_days(opened=False)

        planning.discard_draft(date=date, by=trainer(), at=LATER)

        assert not CourseDate.objects.exists()
        assert TrainingEvent.objects.get(act="discard").course == date.course

    def test_refuses_what_was_open(self) -> None:
        with pytest.raises(planning.CannotPlan, match="sagen Sie ihn stattdessen ab"):
            planning.discard_draft(date=two_days(), by=trainer(), at=LATER)
