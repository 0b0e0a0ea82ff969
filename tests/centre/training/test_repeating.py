"""Copies and series: the same by the clock on the wall, over changes of the clock, past holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.centre.training_factories import AT, BEGINS, course_date, room, session, trainer
from training import planning, repeating
from training.models import CourseDate

BERLIN = timezone.get_default_timezone()


def local(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def walls(made: CourseDate) -> list[str]:
    return [
        f"{timezone.localtime(each.starts_at):%d.%m. %H:%M}–{timezone.localtime(each.ends_at):%H:%M}"
        for each in made.sessions.order_by("starts_at")
    ]


def copy(of: CourseDate, first_day: date, confirmed: Any = None) -> CourseDate:
    return repeating.copy_date(date=of, first_day=first_day, confirmed=confirmed, by=trainer(), at=AT)


def series(of: CourseDate, **more: Any) -> list[CourseDate]:
    asked = {"every_weeks": 1, "times": 3, "leave_out_holidays": False, "confirmed": None, **more}
    return repeating.make_series(date=of, **asked, by=trainer(), at=AT)


class TestCopyDate:
    def test_keeps_the_clock_on_the_wall_over_a_change_of_the_clock(self) -> None:
        winter = course_date(session(local(2026, 3, 24, 9)), session(local(2026, 3, 25, 13)))

        made = copy(winter, date(2026, 3, 31))

        assert walls(made) == ["31.03. 09:00–13:00", "01.04. 13:00–17:00"]
        assert made.starts_at - winter.starts_at == timedelta(days=7) - timedelta(hours=1)

    def test_moves_deadlines_along_and_is_a_draft_of_its_own(self) -> None:
        original = course_date(session(), note="Bitte Ausweis mitbringen.", price_cents=12_000, minimum=1)

        made = copy(original, date(2026, 4, 21))

        assert (made.state, made.note, made.price_cents, made.minimum, made.capacity) == ("draft", original.note, 12_000, 1, 2)
        assert made.register_until - original.register_until == timedelta(days=7)
        assert made.pk != original.pk

    def test_refuses_its_own_day_and_a_room_that_is_taken(self) -> None:
        here = room()
        original = course_date(session(room=here))
        course_date(session(BEGINS + timedelta(days=7), room=here))

        with pytest.raises(planning.CannotPlan, match="der Tag des Termins"):
            copy(original, date(2026, 4, 14))
        with pytest.raises(planning.Taken):
            copy(original, date(2026, 4, 21))

    @pytest.mark.parametrize(
        ("day", "why"), [(date.min, "Vergangenheit"), (date(2026, 3, 1), "Vergangenheit"), (date.max, "höchstens 60 Jahre")]
    )
    def test_refuses_days_with_which_no_calendar_can_reckon(self, day: date, why: str) -> None:
        original = course_date(session(), session(BEGINS + timedelta(days=1)))

        with pytest.raises(planning.CannotPlan, match=why) as refusal:
            copy(original, day)
        assert refusal.value.field == "first_day"

    def test_refuses_a_time_that_does_not_exist(self) -> None:
        night = course_date(session(local(2026, 3, 28, 2, 30), hours=0.25))

        with pytest.raises(planning.CannotPlan, match=r"Am 29\. März 2026 gibt es 02:30 Uhr nicht"):
            copy(night, date(2026, 3, 29))

    def test_asks_about_a_holiday(self) -> None:
        with pytest.raises(planning.MustConfirm, match="Erster Mai"):
            copy(course_date(), date(2026, 5, 1), confirmed=())


class TestASessionOverAChangeOfTheClock:
    def test_is_as_long_as_it_takes(self) -> None:
        date = course_date(
            planning.Planned(starts_at=local(2026, 10, 24, 22), ends_at=local(2026, 10, 25, 5), link="https://video.example/")
        )

        held = date.sessions.get()

        assert held.ends_at - held.starts_at == timedelta(hours=8)  # ten till five by the clock, and the hour from two comes twice

    def test_ends_after_it_begins_though_the_clock_says_otherwise(self) -> None:
        begins = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 02:50 for the first time
        ends = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
        told = [each.astimezone(BERLIN) for each in (begins, ends)]

        date = course_date(planning.Planned(starts_at=told[0], ends_at=told[1], link="https://video.example/"))

        assert date.ends_at - date.starts_at == timedelta(minutes=20)


class TestOnTheClock:
    def test_takes_the_first_of_an_hour_that_comes_twice(self) -> None:
        assert repeating.on_the_clock(datetime(2026, 10, 25, 2, 30)).astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001 - as typed

    def test_refuses_an_hour_that_never_comes(self) -> None:
        with pytest.raises(planning.CannotPlan, match="Uhren werden vorgestellt"):
            repeating.on_the_clock(datetime(2026, 3, 29, 2, 30))  # noqa: DTZ001 - as typed


class TestMakeSeries:
    def test_makes_one_every_so_many_weeks(self) -> None:
        made = series(course_date(), every_weeks=2)

        assert [timezone.localdate(each.starts_at) for each in made] == [date(2026, 4, 28), date(2026, 5, 12), date(2026, 5, 26)]
        assert {walls(each)[0][7:] for each in made} == {"09:00–13:00"}

    def test_leaves_out_holidays_if_she_wants_it_so(self) -> None:
        friday = course_date(session(local(2026, 4, 24, 9)))

        made = series(friday, leave_out_holidays=True)

        assert [timezone.localdate(each.starts_at) for each in made] == [date(2026, 5, 8), date(2026, 5, 15)]

    def test_asks_about_holidays_otherwise_and_makes_nothing_yet(self) -> None:
        friday = course_date(session(local(2026, 4, 24, 9)))

        with pytest.raises(planning.MustConfirm, match="Erster Mai") as asked:
            series(friday, confirmed=())

        assert CourseDate.objects.count() == 1
        assert len(series(friday, confirmed=[clash.key for clash in asked.value.clashes])) == 3

    def test_makes_all_or_none(self) -> None:
        here = room()
        original = course_date(session(room=here))
        course_date(session(BEGINS + timedelta(days=21), room=here))

        with pytest.raises(planning.Taken):
            series(original)

        assert CourseDate.objects.count() == 2

    @pytest.mark.parametrize(("asked", "field"), [({"times": 0}, "times"), ({"times": 53}, "times"), ({"every_weeks": 0}, "every_weeks")])
    def test_refuses_numbers_that_make_no_sense(self, asked: dict[str, int], field: str) -> None:
        with pytest.raises(planning.CannotPlan) as refusal:
            series(course_date(), **asked)

        assert refusal.value.field == field
