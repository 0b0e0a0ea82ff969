"""What is in the way of a session: refused or warned, with who, what and when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import override_settings

from tenants.models import User
from tests.centre.training.test_enrolling import enrol
from tests.centre.training_factories import AT, BEGINS, course, course_date, requester, room, session, trainer
from training import absences, clashes, planning
from training.models import Course, CourseDate, Room, Session, TrainingEvent

GOOD_FRIDAY = datetime(2026, 4, 3, 7, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 4, 18, 7, 0, tzinfo=UTC)


def plan(*sessions: planning.Planned, by: User | None = None, confirmed: Any = None) -> CourseDate:
    planner = by or trainer()
    return planning.plan_date(course=course(by=planner), sessions=sessions, capacity=2, confirmed=confirmed, by=planner, at=AT)


class TestRooms:
    def test_one_that_is_taken_is_refused_with_what_and_when(self) -> None:
        here = room()
        plan(session(room=here, hours=4))

        with pytest.raises(
            planning.Taken, match=r"Schulungsraum 1 ist belegt: „Ablegen und wiederfinden“, 14\. April 2026, 09:00 Uhr bis 13:00 Uhr"
        ):
            plan(session(BEGINS + timedelta(hours=3), room=here))

    def test_one_that_becomes_free_at_that_minute_is_not_taken(self) -> None:
        here = room()
        plan(session(room=here, hours=4))

        assert plan(session(BEGINS + timedelta(hours=4), room=here)).pk

    def test_one_whose_session_was_called_off_is_free(self) -> None:
        here = room()
        planning.cancel_date(date=plan(session(room=here)), reason="Krank", by=trainer(), at=AT)

        assert plan(session(room=here)).pk

    def test_one_that_is_too_small_is_refused(self) -> None:
        with pytest.raises(planning.CannotPlan, match="hat nur 1 Pl"):
            plan(session(room=room(seats=1)))

    def test_one_that_is_not_offered_any_more_is_refused(self) -> None:
        here = room()
        Room.objects.filter(pk=here.pk).update(active=False)
        here.refresh_from_db()

        with pytest.raises(planning.CannotPlan, match="nicht mehr angeboten"):
            plan(session(room=here))

    def test_the_database_itself_lets_nobody_in_twice(self) -> None:
        here = room()
        held = plan(session(room=here)).sessions.get()

        with pytest.raises(IntegrityError, match="session_room_once"), transaction.atomic(using="default"):  # noqa: TID251 - the failed row
            Session.objects.create(date=held.date, starts_at=held.starts_at, ends_at=held.ends_at, room=here, changed_at=AT)


class TestTrainers:
    def test_one_who_teaches_then_is_refused_with_where(self) -> None:
        teacher = trainer(display_name="Frau Lange")
        plan(session(trainer=teacher))

        with pytest.raises(planning.Taken, match="Frau Lange unterrichtet dann schon: „Ablegen"):
            plan(session(BEGINS + timedelta(hours=1), trainer=teacher))

    def test_one_who_is_away_is_warned_of_and_can_be_planned_by_whoever_says_so(self) -> None:
        teacher = trainer(display_name="Frau Lange")
        until = BEGINS + timedelta(days=1)
        absences.note_absence(trainer=teacher, starts_at=BEGINS - timedelta(days=1), ends_at=until, by=teacher, at=AT)

        with pytest.raises(planning.MustConfirm, match="Frau Lange ist zu dieser Zeit nicht da") as asked:
            plan(session(trainer=teacher), confirmed=())

        assert [clash.kind for clash in asked.value.clashes] == ["absence"]
        assert plan(session(trainer=teacher), confirmed=[clash.key for clash in asked.value.clashes]).pk


class TestDays:
    @pytest.mark.parametrize(
        ("begins", "words"), [(GOOD_FRIDAY, r"Freitag, 3\. April 2026 ist ein Feiertag \(Karfreitag\)"), (SATURDAY, "am Wochenende")]
    )
    def test_holidays_and_weekends_are_warned_of(self, begins: datetime, words: str) -> None:
        with pytest.raises(planning.MustConfirm, match=words):
            plan(session(begins), confirmed=())

    def test_a_confirmation_holds_for_what_it_names_only(self) -> None:
        with pytest.raises(planning.MustConfirm) as asked:
            plan(session(SATURDAY), confirmed=())

        with pytest.raises(planning.MustConfirm, match="25"):
            plan(session(SATURDAY + timedelta(days=7)), confirmed=[clash.key for clash in asked.value.clashes])

    def test_holidays_are_those_of_the_land(self) -> None:
        epiphany = datetime(2027, 1, 6, 8, 0, tzinfo=UTC)

        assert clashes.soft_of([session(epiphany)]) == []
        with override_settings(TRAINING_LAND="BY"):
            assert [clash.kind for clash in clashes.soft_of([session(epiphany)])] == ["holiday"]

    def test_a_day_without_anything_asks_for_nothing(self) -> None:
        assert plan(session(), confirmed=()).state == "draft"


class TestPeople:
    def test_who_has_another_course_then_is_named(self) -> None:
        person = requester(display_name="Anna Kurz")
        enrol(course_date(session(BEGINS + timedelta(days=1))), person)
        here = course_date(of=course("Suchen"))
        enrol(here, person)

        [clash] = clashes.soft_of([session(BEGINS + timedelta(days=1, hours=2))], attending=here)

        assert (clash.kind, clash.sentence) == ("participant", "Anna Kurz hat zu dieser Zeit einen Platz in „Ablegen und wiederfinden“.")

    def test_who_only_waits_elsewhere_is_not(self) -> None:
        other = course_date(session(BEGINS + timedelta(days=1)), capacity=1)
        person = requester()
        enrol(other, requester(), person)
        here = course_date(of=course("Suchen"))
        enrol(here, person)

        assert clashes.soft_of([session(BEGINS + timedelta(days=1))], attending=here) == []


class TestQueries:
    def test_do_not_grow_with_sessions(self, queries: Any) -> None:
        here, teacher = room(), trainer()
        date = course_date(session(room=here, trainer=teacher))
        many = [session(BEGINS + timedelta(days=7 * n), room=here, trainer=teacher) for n in range(1, 30)]

        for some in (many[:1], many):
            with queries() as seen:
                clashes.hard_of(some)
                clashes.soft_of(some, attending=date)
            assert len(seen) == 3


class TestAtOnce:
    def test_two_planners_book_a_room_and_exactly_one_gets_it(self, django_db_blocker: Any) -> None:
        """Real connections, real commits: the test's own transaction sees none of it."""

        def alone(act: Any) -> Any:
            with django_db_blocker.unblock():
                try:
                    return act()
                finally:
                    connections["default"].close()

        def ready() -> tuple[User, Room, Course]:
            from django.contrib.auth.models import Group

            who = User.objects.create(username="planerin.zugleich", display_name="Planerin")
            who.groups.add(Group.objects.get(name="trainer"))
            return who, room("Zugleich"), course("Zugleich", by=who)

        def book(who: User, here: Room, of: Course) -> str:
            try:
                planning.plan_date(course=of, sessions=[session(room=here)], capacity=2, by=who, at=AT)
            except planning.Taken as refusal:
                return str(refusal)
            return "booked"

        def forget(who: User, here: Room, of: Course) -> None:
            TrainingEvent.objects.filter(actor="Planerin").delete()
            CourseDate.objects.filter(course=of).delete()
            of.delete()
            here.delete()
            who.delete()

        with ThreadPoolExecutor(8) as pool:
            made = pool.submit(alone, ready).result()
            try:
                answers = list(pool.map(lambda _turn: alone(lambda: book(*made)), range(8)))
            finally:
                pool.submit(alone, lambda: forget(*made)).result()

        assert answers.count("booked") == 1
        assert len([answer for answer in answers if "Zugleich ist belegt" in answer]) == 7
