"""What makes no calendar, no closing day and no business time is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from foundation.business_time import Calendar, CalendarError, ClosingDay, OutOfReach, deadline, seconds_between
from tests.foundation.office_hours import OFFICE, at


class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "monday"),
        [
            ("reversed", [(720, 480)]),
            ("reversed", [(480, 480)]),
            ("overlapping", [(480, 720), (719, 960)]),
            ("overlapping", [(600, 700), (480, 960)]),
            ("outside_day", [(0, 1441)]),
            ("outside_day", [(-1, 60)]),
            ("not_minutes", [(480.5, 720)]),
            ("not_minutes", [(True, 720)]),
            ("not_minutes", [("480", "720")]),
            ("not_minutes", [(480,)]),
            ("not_minutes", [480, 720]),
            ("no_working_time", []),
        ],
    )
    def test_refuses_hours_that_cannot_be(self, code, monday):
        with pytest.raises(CalendarError) as refusal:
            Calendar(week=[monday, *[[]] * 6])

        assert refusal.value.code == code

    @pytest.mark.parametrize(
        ("code", "values"),
        [
            ("seven_days", {"week": [[(480, 960)]] * 6}),
            ("unknown_zone", {"zone": "Europe/Musterstadt"}),
            ("unknown_zone", {"zone": ""}),
            ("unknown_zone", {"zone": "../etc/passwd"}),
            ("unknown_land", {"land": "XX"}),
            ("unknown_land", {"land": "Augsburg"}),
        ],
    )
    def test_refuses_what_is_unknown(self, code, values):
        with pytest.raises(CalendarError) as refusal:
            Calendar(**{"week": OFFICE.week} | values)

        assert refusal.value.code == code

    @pytest.mark.parametrize(
        ("code", "values"),
        [
            ("reversed_days", {"last": date(2026, 3, 9)}),
            ("reversed", {"start": 700, "end": 600}),
            ("outside_day", {"end": 1500}),
            ("outside_years", {"last": date(2100, 1, 1)}),
            ("outside_years", {"first": date(1582, 10, 15), "last": date(2026, 1, 1)}),
            ("not_a_day", {"first": datetime(2026, 3, 10, tzinfo=UTC)}),
            ("not_a_day", {"first": "2026-03-10"}),
        ],
    )
    def test_refuses_closing_days_that_cannot_be(self, code, values):
        with pytest.raises(CalendarError) as refusal:
            ClosingDay(**{"name": "Umbau", "first": date(2026, 3, 10)} | values)

        assert refusal.value.code == code

    def test_refuses_a_moment_without_a_zone(self):
        with pytest.raises(ValueError, match="time zone"):
            deadline(OFFICE, datetime(2026, 3, 10, 8), 60)  # noqa: DTZ001

    @pytest.mark.parametrize("year", [1582, 1990, 2100, 2999])
    def test_refuses_years_whose_holidays_nobody_knows(self, year):
        with pytest.raises(OutOfReach):
            seconds_between(OFFICE, at("2026-03-10 08:00"), datetime(year, 6, 1, tzinfo=UTC))

    @pytest.mark.parametrize("minutes", [-1, -0.001, float("nan")])
    def test_refuses_an_amount_that_is_none(self, minutes):
        with pytest.raises(ValueError, match="no amount"):
            deadline(OFFICE, at("2026-03-10 08:00"), minutes)

    @pytest.mark.parametrize("minutes", [float("inf"), 10**30, 60_000_000])
    def test_refuses_what_is_never_used_up(self, minutes):
        with pytest.raises(OutOfReach):
            deadline(OFFICE, at("2026-03-10 08:00"), minutes)

    def test_says_so_if_the_office_is_closed_for_good(self):
        gone = Calendar(week=OFFICE.week, closing_days=[ClosingDay("Aufgelöst", date(2026, 1, 1), date(2099, 12, 31))])

        with pytest.raises(OutOfReach):
            deadline(gone, at("2026-03-10 08:00"), 1)
