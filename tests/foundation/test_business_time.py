"""Business time in named cases; test_business_time_walk.py compares random ones with a walk, minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from foundation.business_time import (
    BadPause,
    Calendar,
    ClosingDay,
    Kind,
    deadline,
    explain,
    minutes_between,
    seconds_between,
    warn_time,
)
from tests.foundation.office_hours import ALWAYS, FRIDAY, FULL, NIGHTS, OFFICE, at, day, shown


class TestHours:
    def test_counts_through_the_lunch_break(self):
        assert minutes_between(OFFICE, at("2026-03-10 11:30"), at("2026-03-10 13:15")) == 45

    def test_a_deadline_is_the_end_of_the_last_minute_before_lunch_and_not_the_beginning_of_the_afternoon(self):
        assert shown(deadline(OFFICE, at("2026-03-10 08:00"), 240)) == "2026-03-10 12:00"
        assert shown(deadline(OFFICE, at("2026-03-10 08:00"), 241)) == "2026-03-10 13:01"

    def test_what_arrives_at_night_begins_in_the_morning(self):
        assert shown(deadline(OFFICE, at("2026-03-10 22:17"), 30)) == "2026-03-11 08:30"

    def test_goes_on_after_the_weekend(self):
        assert shown(deadline(OFFICE, at("2026-03-13 12:00"), 60)) == "2026-03-16 08:30"

    def test_counts_seconds_and_cuts_their_parts(self):
        start = at("2026-03-10 09:00:30").replace(microsecond=999_999)

        assert shown(deadline(OFFICE, start, 1)) == "2026-03-10 09:01:30"
        assert seconds_between(OFFICE, start, at("2026-03-10 09:00:31")) == 1
        assert minutes_between(OFFICE, at("2026-03-10 09:00"), start) == 0.5

    def test_nothing_is_used_up_at_once(self):
        assert deadline(OFFICE, at("2026-03-14 10:00"), 0) == at("2026-03-14 10:00")
        assert explain(OFFICE, at("2026-03-14 10:00"), 0) == []

    def test_an_end_before_the_start_counts_nothing(self):
        assert seconds_between(OFFICE, at("2026-03-10 10:00"), at("2026-03-10 09:00")) == 0

    def test_answers_in_utc_and_takes_any_zone(self):
        start = datetime(2026, 3, 10, 3, 0, tzinfo=ZoneInfo("America/New_York"))  # 08:00 in Berlin

        due = deadline(OFFICE, start, 60)

        assert (due, due.tzinfo) == (datetime(2026, 3, 10, 8, 0, tzinfo=UTC), UTC)

    def test_intervals_may_touch_and_come_in_any_order(self):
        split = Calendar(week=[[(720, 960), (480, 720)], *[[]] * 6])

        assert minutes_between(split, *day(3, 9)) == 480
        assert [step.kind for step in explain(split, at("2026-03-09 08:00"), 480)] == [Kind.WORKING]

    def test_hours_around_the_clock_have_no_seam_at_midnight_or_new_year(self):
        assert minutes_between(ALWAYS, at("2026-12-31 12:00"), at("2027-01-01 12:00")) == 1440
        assert [step.seconds for step in explain(ALWAYS, at("2026-12-31 12:00"), 1440)] == [86_400]

    def test_work_that_lasts_for_years_finds_its_end(self):
        assert shown(deadline(ALWAYS, at("2026-01-01 00:00"), 10 * 365 * 1440)) == "2035-12-30 00:00"


class TestHolidays:
    @pytest.mark.parametrize(
        ("month", "number", "name"),
        [
            (1, 1, "Neujahr"),
            (4, 3, "Karfreitag"),
            (4, 6, "Ostermontag"),
            (5, 1, "Erster Mai"),
            (5, 14, "Christi Himmelfahrt"),
            (5, 25, "Pfingstmontag"),
            (6, 4, "Fronleichnam"),
            (10, 3, "Tag der Deutschen Einheit"),
            (11, 1, "Allerheiligen"),
            (12, 25, "Erster Weihnachtstag"),
            (12, 26, "Zweiter Weihnachtstag"),
        ],
    )
    def test_nothing_counts_on_a_public_holiday_of_north_rhine_westphalia(self, month, number, name):
        daily = Calendar(week=[[(480, 960)]] * 7)

        assert minutes_between(daily, *day(month, number)) == 0
        first = explain(daily, day(month, number)[0], 1)[0]
        assert (first.kind, first.name) == (Kind.HOLIDAY, name)

    def test_all_other_days_count(self):
        daily = Calendar(week=[[(480, 960)]] * 7)

        assert minutes_between(daily, at("2026-01-01 00:00"), at("2027-01-01 00:00")) == (365 - 11) * 480

    @pytest.mark.parametrize(("month", "number"), [(2, 16), (12, 24), (12, 31), (6, 5)])
    def test_rosenmontag_christmas_eve_new_years_eve_and_the_day_after_corpus_christi_count(self, month, number):
        assert minutes_between(OFFICE, *day(month, number)) > 0

    def test_corpus_christi_is_none_in_berlin_and_women_s_day_is(self):
        berlin = Calendar(week=[[(480, 960)]] * 7, land="BE")

        assert minutes_between(berlin, *day(6, 4)) == 480
        assert minutes_between(berlin, *day(3, 8)) == 0

    def test_all_saints_is_observed_on_a_monday(self):
        assert shown(deadline(OFFICE, at("2027-10-29 12:00"), 60)) == "2027-11-02 08:30"  # Friday; Monday is 1 November

    def test_a_deadline_goes_on_after_christmas(self):
        assert shown(deadline(OFFICE, at("2026-12-24 15:00"), 90)) == "2026-12-28 08:30"  # Thursday; Friday, Saturday are holidays

    def test_who_works_through_holidays_has_none(self):
        assert minutes_between(ALWAYS, *day(12, 25)) == 1440


class TestClosingDays:
    CLOSED = Calendar(
        week=OFFICE.week,
        closing_days=[
            ClosingDay("Rosenmontag", date(2026, 2, 16)),
            ClosingDay("Betriebsausflug", date(2026, 9, 16), start=720, end=1440),
            ClosingDay("Zwischen den Jahren", date(2026, 12, 24), date(2027, 1, 3)),
        ],
    )

    def test_a_day_of_our_own_does_not_count(self):
        assert shown(deadline(self.CLOSED, at("2026-02-13 12:00"), 60)) == "2026-02-17 08:30"

    def test_a_part_of_a_day_leaves_the_rest(self):
        assert minutes_between(self.CLOSED, *day(9, 16)) == 240

    def test_a_range_holds_its_first_and_last_day(self):
        assert minutes_between(self.CLOSED, at("2026-12-23 16:00"), at("2027-01-04 08:00")) == 0
        assert shown(deadline(self.CLOSED, at("2026-12-23 15:30"), 60)) == "2027-01-04 08:30"

    def test_the_reason_names_the_day_and_a_holiday_comes_first(self):
        steps = explain(self.CLOSED, at("2026-12-23 15:30"), 60)

        assert [(step.kind, step.name) for step in steps[2:6]] == [
            (Kind.CLOSING_DAY, "Zwischen den Jahren"),
            (Kind.HOLIDAY, "Erster Weihnachtstag"),
            (Kind.HOLIDAY, "Zweiter Weihnachtstag"),
            (Kind.CLOSING_DAY, "Zwischen den Jahren"),
        ]

    def test_the_part_of_a_range_is_that_of_each_day(self):
        short = Calendar(week=OFFICE.week, closing_days=[ClosingDay("Umzug", date(2026, 3, 9), date(2026, 3, 11), 0, 600)])

        assert [minutes_between(short, *day(3, number)) for number in (9, 10, 11, 12)] == [300, 300, 300, 420]

    def test_of_two_that_overlap_the_first_gives_the_name(self):
        both = [ClosingDay("Fest", date(2026, 3, 10), start=540, end=660), ClosingDay("Umbau", date(2026, 3, 10), start=600, end=700)]
        calendar = Calendar(week=OFFICE.week, closing_days=both)

        steps = explain(calendar, at("2026-03-10 08:00"), 100)

        assert [(step.name, step.kind.value, (step.until - step.start).seconds // 60) for step in steps] == [
            ("", "working", 60),
            ("Fest", "closing_day", 120),
            ("Umbau", "closing_day", 40),
            ("", "working", 20),
            ("", "break", 60),
            ("", "working", 20),
        ]


class TestChangeOfTheClock:
    @pytest.mark.parametrize(("spring", "autumn"), [((3, 29, 2026), (10, 25, 2026)), ((3, 28, 2027), (10, 31, 2027))])
    def test_real_minutes_count(self, spring, autumn):
        assert minutes_between(ALWAYS, *day(*spring)) == 23 * 60
        assert minutes_between(ALWAYS, *day(*autumn)) == 25 * 60
        assert minutes_between(NIGHTS, *day(*spring)) == 120
        assert minutes_between(NIGHTS, *day(*autumn)) == 240

    @pytest.mark.parametrize("last_sunday", ["2026-03-29", "2027-03-28"])
    def test_the_hour_that_is_missing_takes_no_time(self, last_sunday):
        assert shown(deadline(NIGHTS, at(f"{last_sunday} 01:30"), 60)) == f"{last_sunday} 03:30"

    @pytest.mark.parametrize("last_sunday", ["2026-10-25", "2027-10-31"])
    def test_the_hour_that_comes_twice_counts_twice(self, last_sunday):
        first, second = (at(f"{last_sunday} 02:30", fold=fold) for fold in (0, 1))

        assert deadline(NIGHTS, at(f"{last_sunday} 01:30"), 60) == first.astimezone(UTC)
        assert deadline(NIGHTS, at(f"{last_sunday} 01:30"), 120) == second.astimezone(UTC)
        assert minutes_between(NIGHTS, first, second) == 60

    def test_hours_inside_the_change_are_there_twice_or_never(self):
        inside = Calendar(week=[[(130, 170)]] * 7, land=None)  # 02:10–02:50

        assert minutes_between(inside, *day(3, 29)) == 0
        assert minutes_between(inside, *day(10, 25)) == 80
        steps = explain(inside, at("2026-10-25 02:00"), 80)
        assert [(step.kind.value, step.start.strftime("%H:%M"), step.minutes) for step in steps] == [
            ("outside_hours", "00:00", 0),
            ("working", "00:10", 40),
            ("outside_hours", "00:50", 0),
            ("working", "01:10", 40),
        ]

    def test_hours_that_begin_or_end_inside_the_missing_hour_begin_or_end_with_it(self):
        until, since = Calendar(week=[[(60, 150)]] * 7, land=None), Calendar(week=[[(150, 240)]] * 7, land=None)

        assert minutes_between(until, *day(3, 29)) == 60
        assert shown(deadline(since, at("2026-03-29 00:00"), 60)) == "2026-03-29 04:00"

    def test_a_local_time_that_does_not_exist_is_what_python_takes_it_for(self):
        assert deadline(ALWAYS, at("2026-03-29 02:30"), 30) == at("2026-03-29 04:00")  # 02:30 by winter time is 03:30

    def test_the_working_day_after_the_change_begins_by_the_new_clock(self):
        assert deadline(OFFICE, at("2026-03-27 12:30"), 1) == datetime(2026, 3, 30, 6, 1, tzinfo=UTC)
        assert deadline(OFFICE, at("2026-10-23 12:30"), 1) == datetime(2026, 10, 26, 7, 1, tzinfo=UTC)

    def test_a_change_at_midnight_of_another_zone(self):
        beirut = Calendar(week=[[(0, 60)]] * 7, land=None, zone="Asia/Beirut")  # its clock jumps from 00:00 to 01:00 on 29 March 2026
        midnight = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Asia/Beirut"))

        assert minutes_between(beirut, midnight, midnight + timedelta(days=1)) == 0


class TestPauses:
    def test_a_pause_takes_its_working_time_away(self):
        pauses = [(at("2026-03-10 09:00"), at("2026-03-10 10:30"))]

        assert minutes_between(OFFICE, at("2026-03-10 08:00"), at("2026-03-10 11:00"), pauses) == 90
        assert shown(deadline(OFFICE, at("2026-03-10 08:00"), 120, pauses)) == "2026-03-10 11:30"

    def test_a_pause_over_the_weekend_costs_what_it_holds_of_friday_and_monday(self):
        pauses = [(at("2026-03-13 12:00"), at("2026-03-16 08:45"))]

        assert shown(deadline(OFFICE, at("2026-03-13 11:30"), 60, pauses)) == "2026-03-16 09:15"

    def test_a_pause_outside_of_working_hours_costs_nothing(self):
        pauses = [(at("2026-03-14 09:00"), at("2026-03-15 18:00")), (at("2026-03-16 12:00"), at("2026-03-16 13:00"))]

        assert shown(deadline(OFFICE, at("2026-03-13 12:00"), 330, pauses)) == "2026-03-16 14:00"

    def test_pauses_that_overlap_touch_or_come_in_disorder_count_once(self):
        pauses = [
            (at("2026-03-10 10:00"), at("2026-03-10 11:00")),
            (at("2026-03-10 09:00"), at("2026-03-10 10:00")),
            (at("2026-03-10 09:15"), at("2026-03-10 09:30")),
            (at("2026-03-10 10:30"), at("2026-03-10 11:15")),
            (at("2026-03-10 08:30"), at("2026-03-10 08:30")),
        ]

        assert minutes_between(OFFICE, *day(3, 10), pauses) == 420 - 135
        assert [step.kind.value for step in explain(OFFICE, at("2026-03-10 08:00"), 61, pauses)] == ["working", "paused", "working"]

    def test_what_lies_before_the_start_does_not_matter(self):
        pauses = [(at("2026-03-02 08:00"), at("2026-03-10 09:00"))]

        assert shown(deadline(OFFICE, at("2026-03-10 08:30"), 30, pauses)) == "2026-03-10 09:30"
        assert shown(deadline(OFFICE, at("2026-03-10 09:00"), 30, pauses)) == "2026-03-10 09:30"

    def test_there_is_no_deadline_while_a_pause_goes_on(self):
        pauses = [(at("2026-03-10 09:00"), at("2026-03-10 09:30")), (at("2026-03-10 10:00"), None)]

        assert deadline(OFFICE, at("2026-03-10 08:00"), 91, pauses) is None
        assert warn_time(OFFICE, at("2026-03-10 08:00"), 400, pauses) is None
        assert minutes_between(OFFICE, at("2026-03-10 08:00"), at("2026-03-20 08:00"), pauses) == 90

    def test_what_was_used_up_before_the_pause_keeps_its_deadline(self):
        pauses = [(at("2026-03-10 10:00"), None)]

        assert shown(deadline(OFFICE, at("2026-03-10 08:00"), 120, pauses)) == "2026-03-10 10:00"
        assert shown(warn_time(OFFICE, at("2026-03-10 08:00"), 160, pauses)) == "2026-03-10 10:00"

    def test_an_explanation_ends_with_the_pause_that_goes_on(self):
        steps = explain(OFFICE, at("2026-03-10 08:00"), 121, [(at("2026-03-10 10:00"), None)])

        assert [(step.kind.value, shown(step.until), step.total_minutes) for step in steps] == [
            ("working", "2026-03-10 10:00", 120),
            ("paused", None, 120),
        ]
        assert [step.until for step in explain(OFFICE, at("2026-03-11 08:00"), 1, [(at("2026-03-10 10:00"), None)])] == [None]

    def test_refuses_a_pause_that_ends_before_it_begins(self):
        with pytest.raises(BadPause):
            deadline(OFFICE, at("2026-03-10 08:00"), 1, [(at("2026-03-10 10:00"), at("2026-03-10 09:00"))])


class TestWarnTime:
    def test_is_when_a_share_is_used_up(self):
        assert shown(warn_time(OFFICE, at("2026-03-10 08:00"), 400)) == "2026-03-10 14:00"
        assert shown(warn_time(OFFICE, at("2026-03-10 08:00"), 400, percent=50)) == "2026-03-10 11:20"

    def test_the_whole_share_is_the_deadline(self):
        start, pauses = at("2026-03-10 08:00"), [(at("2026-03-10 09:00"), at("2026-03-12 09:00"))]

        assert warn_time(OFFICE, start, 77, pauses, percent=100) == deadline(OFFICE, start, 77, pauses)

    def test_a_part_of_a_second_is_waited_for(self):
        assert shown(warn_time(OFFICE, at("2026-03-10 08:00"), 1, percent=33)) == "2026-03-10 08:00:20"  # 19.8 s

    @pytest.mark.parametrize("percent", [-1, 101])
    def test_refuses_what_is_no_share(self, percent):
        with pytest.raises(ValueError, match="no share"):
            warn_time(OFFICE, at("2026-03-10 08:00"), 1, percent=percent)


class TestExplain:
    def test_tells_the_way_over_a_long_weekend(self):
        steps = explain(OFFICE, at("2026-05-29 12:15:20"), 500)  # Friday before the week of Corpus Christi

        assert [(step.kind.value, step.name, shown(step.start), shown(step.until), step.minutes) for step in steps[:4]] == [
            ("working", "", "2026-05-29 12:15:20", "2026-05-29 12:30", 880 / 60),
            ("outside_hours", "", "2026-05-29 12:30", "2026-05-30 00:00", 0),
            ("weekend", "", "2026-05-30 00:00", "2026-06-01 00:00", 0),
            ("outside_hours", "", "2026-06-01 00:00", "2026-06-01 08:00", 0),
        ]
        assert [(step.kind.value, step.total_seconds) for step in steps[4:7]] == [
            ("working", 880 + 4 * 3600),
            ("break", 880 + 4 * 3600),
            ("working", 880 + 7 * 3600),
        ]
        assert steps[-1].total_minutes == 500

    def test_names_holidays_and_a_free_day_that_is_no_weekend(self):
        part_time = Calendar(week=(FULL, FULL, (), FULL, FRIDAY, ((600, 660),), ()))

        steps = explain(part_time, at("2026-06-02 15:59"), 2)

        assert [(step.kind.value, step.name) for step in steps] == [
            ("working", ""),
            ("outside_hours", ""),  # the whole of Wednesday, too
            ("holiday", "Fronleichnam"),
            ("outside_hours", ""),
            ("working", ""),
        ]


class TestTables:
    """That tables grow while they are used changes no answer."""

    def test_the_order_of_questions_does_not_matter(self):
        moments = [at(f"{year}-{month:02}-15 09:17") for year in (1995, 2024, 2026, 2027, 2040) for month in (1, 7, 12)]
        Random(7).shuffle(moments)
        used = Calendar(week=OFFICE.week)

        for moment in moments:
            assert deadline(used, moment, 3333) == deadline(Calendar(week=OFFICE.week), moment, 3333)

    def test_threads_may_share_a_calendar(self):
        shared, wrong = Calendar(week=OFFICE.week), []
        expected = {year: deadline(OFFICE, at(f"{year}-12-20 10:00"), 5000) for year in range(2010, 2040)}

        def ask(years: list[int]) -> None:
            wrong.extend(year for year in years if deadline(shared, at(f"{year}-12-20 10:00"), 5000) != expected[year])

        threads = [Thread(target=ask, args=(Random(seed).sample(sorted(expected), 30),)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert wrong == []

    def test_equal_values_make_equal_calendars(self):
        assert Calendar(week=[list(day) for day in OFFICE.week]) == OFFICE
        assert hash(Calendar(week=[list(day) for day in OFFICE.week])) == hash(OFFICE)
