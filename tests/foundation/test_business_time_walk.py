"""Business time against a clerk who walks through time minute by minute, and the laws that it keeps.

    bin/test tests/foundation/test_business_time_walk.py
    bin/test --services -- env EAKTE_PROPERTY_EXAMPLES=10000 .venv/bin/python -m pytest -p no:cacheprovider tests/foundation/test_business_time_walk.py

The first line compares 300 random cases with the walk and tries each law on 100; the second one 10,000 and 3,333 (a quarter of an hour).

The clerk has no table, no library of holidays and no arithmetic of offsets: each minute she looks at the wall clock and at the calendar.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.easter import easter
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from foundation.business_time import Calendar, ClosingDay, Kind, deadline, explain, minutes_between, seconds_between

EXAMPLES = int(os.environ.get("EAKTE_PROPERTY_EXAMPLES", "300"))
many = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
some = settings(many, max_examples=max(1, EXAMPLES // 3))  # laws that follow from the walk, were it long enough

FULL, FRIDAY = ((480, 720), (780, 960)), ((480, 750),)  # 08:00–12:00 and 13:00–16:00; 08:00–12:30
OFFICE = Calendar(week=(FULL, FULL, FULL, FULL, FRIDAY, (), ()))
ALWAYS = Calendar(week=[[(0, 1440)]] * 7, land=None)


@cache
def nrw_holidays(year: int) -> dict[date, str]:
    """§ 2 Feiertagsgesetz NW, written out."""
    sunday = easter(year)
    fixed = {
        (1, 1): "Neujahr",
        (5, 1): "Erster Mai",
        (10, 3): "Tag der Deutschen Einheit",
        (11, 1): "Allerheiligen",
        (12, 25): "Erster Weihnachtstag",
        (12, 26): "Zweiter Weihnachtstag",
    }
    moving = {-2: "Karfreitag", 1: "Ostermontag", 39: "Christi Himmelfahrt", 50: "Pfingstmontag", 60: "Fronleichnam"}
    return {date(year, *when): name for when, name in fixed.items()} | {sunday + timedelta(days=n): name for n, name in moving.items()}


@dataclass(frozen=True)
class Case:
    """A random calendar, two moments (seconds since 1970) and pauses (likewise; None for an open end)."""

    calendar: Calendar
    start: int
    end: int
    pauses: list[tuple[int, int | None]]

    def question(self) -> tuple[Calendar, datetime, list[tuple[datetime, datetime | None]]]:
        return self.calendar, utc(self.start), [(utc(since), None if until is None else utc(until)) for since, until in self.pauses]


def utc(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def reason(calendar: Calendar, minute: int) -> tuple[Kind, str]:
    """What a minute of UTC (given by its first second) is, pauses aside."""
    local = utc(minute).astimezone(ZoneInfo(calendar.zone))
    today, clock, hours = local.date(), local.hour * 60 + local.minute, calendar.week[local.weekday()]
    if calendar.land and today in nrw_holidays(today.year):
        return Kind.HOLIDAY, nrw_holidays(today.year)[today]
    for closing in calendar.closing_days:
        if closing.first <= today <= (closing.last or closing.first) and closing.start <= clock < closing.end:
            return Kind.CLOSING_DAY, closing.name
    if any(start <= clock < end for start, end in hours):
        return Kind.WORKING, ""
    if not hours:
        return (Kind.WEEKEND if local.weekday() >= 5 else Kind.OUTSIDE_HOURS), ""
    outside = clock < min(start for start, _ in hours) or clock >= max(end for _, end in hours)
    return (Kind.OUTSIDE_HOURS if outside else Kind.BREAK), ""


def is_paused(case: Case, second: int) -> bool:
    return any(since <= second and (until is None or second < until) for since, until in case.pauses)


def walk(case: Case) -> list[tuple[int, int, Kind, str]]:
    """Walk from start to end; gives pieces (from, until, kind, name) of at most a minute, of a second where an edge lies within a minute."""
    edges = sorted({case.start, case.end} | {second for pause in case.pauses for second in pause if second is not None})
    pieces = []
    for minute in range(case.start // 60 * 60, case.end, 60):
        kind, name = reason(case.calendar, minute)
        length = 1 if bisect_right(edges, minute) != bisect_left(edges, minute + 60) else 60
        for second in range(minute, minute + 60, length):
            if case.start <= second < case.end:
                pieces.append((second, second + length, *((Kind.PAUSED, "") if is_paused(case, second) else (kind, name))))
    return pieces


SPOTS = [  # changes of the clock, Christmas, Easter, Corpus Christi, Rosenmontag, All Saints, New Year
    *("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2026-12-24", "2026-04-03", "2026-06-04", "2026-02-16", "2026-10-31"),
    *("2026-12-31", "2024-02-28", "1999-12-31"),
]


def intervals(least: int = 0) -> st.SearchStrategy[list[tuple[int, int]]]:
    edge = st.one_of(st.integers(0, 1440), st.integers(0, 48).map(lambda half: half * 30))
    edges = st.sets(edge, min_size=2 * least, max_size=6).map(sorted)
    return edges.map(lambda found: list(zip(found[::2], found[1::2], strict=False)))


@st.composite
def cases(draw: st.DrawFn, most_days: int = 3) -> Case:
    """Cases in which mostly something counts: without care nearly all random ones are short, or paused throughout."""
    spot = datetime.fromisoformat(draw(st.sampled_from(SPOTS))).replace(tzinfo=UTC)
    start = int(spot.timestamp()) + draw(st.integers(-3 * 86_400, 2 * 86_400))
    end = start + draw(st.integers(1, most_days)) * 86_400 + draw(st.integers(-86_400, 86_399))
    pauses: list[tuple[int, int | None]] = []
    for length in draw(st.lists(st.integers(0, 30 * 3600), max_size=4)):
        since = draw(st.integers(start - 86_400, end + 86_400))
        pauses.append((since, since + length))
    if draw(st.integers(0, 3)) == 3:
        pauses.insert(draw(st.integers(0, len(pauses))), (draw(st.integers((start + end) // 2, end + 86_400)), None))
    if draw(st.booleans()):  # whole minutes, so that edges meet
        start, end = start // 60 * 60, end // 60 * 60
        pauses = [(since // 60 * 60, None if until is None else until // 60 * 60) for since, until in pauses]
    some_day = st.one_of(intervals(least=1), intervals())
    week = draw(st.one_of(st.just(OFFICE.week), st.just(ALWAYS.week), st.lists(some_day, min_size=7, max_size=7).filter(any)))
    closing = []
    for name in draw(st.sampled_from([(), ("Umbau",), ("Umbau", "Fest")])):
        first = (utc(start) + timedelta(days=draw(st.integers(-1, most_days)))).date()
        part = draw(st.one_of(st.just((0, 1440)), intervals(least=1).map(lambda found: found[0])))
        closing.append(ClosingDay(name, first, first + timedelta(days=draw(st.integers(0, 2))), *part))
    zone = draw(st.sampled_from(["Europe/Berlin"] * 4 + ["America/New_York", "Australia/Lord_Howe"]))  # the last one changes by 30 minutes
    return Case(Calendar(week=week, closing_days=closing, zone=zone, land=draw(st.sampled_from(["NW", None]))), start, end, pauses)


class TestAgainstAWalk:
    @many
    @given(cases(), st.data())
    def test_counts_ends_and_explains_as_one_who_walks_minute_by_minute(self, case, data):
        calendar, start, pauses = case.question()
        pieces = walk(case)
        counted = sum(until - since for since, until, kind, _ in pieces if kind is Kind.WORKING)

        assert seconds_between(calendar, start, utc(case.end), pauses) == counted
        event("something counts" if counted else "nothing counts")
        if not counted:
            return
        target = data.draw(st.one_of(st.integers(1, counted), st.just(counted)))
        due = walked_until(pieces, target)
        assert deadline(calendar, start, target / 60, pauses) == utc(due)
        told = iter(explain(calendar, start, target / 60, pauses))
        step = next(told)
        for since, until, kind, name in pieces:
            if since >= due:
                break
            if since >= step.until.timestamp():
                step = next(told)
            assert (step.kind, step.name) == (kind, name)
            assert step.start.timestamp() <= since < min(until, due) <= step.until.timestamp()
        assert next(told, None) is None

    def test_the_walk_is_not_trusted_blindly_and_two_weeks_are_counted_by_hand(self):
        first, last = (datetime(2026, month, day, tzinfo=ZoneInfo("Europe/Berlin")) for month, day in ((3, 30), (4, 13)))
        easter_week = Case(OFFICE, int(first.timestamp()), int(last.timestamp()), pauses=[])

        walked = sum(until - since for since, until, kind, _ in walk(easter_week) if kind is Kind.WORKING)

        assert walked == (4 * 420 + 3 * 420 + 270) * 60  # Monday to Thursday, Tuesday to Thursday, Friday


def walked_until(pieces: list[tuple[int, int, Kind, str]], target: int) -> int:
    for since, until, kind, _ in pieces:
        if kind is Kind.WORKING:
            if target <= until - since:
                return since + target
            target -= until - since
    raise AssertionError("The walk is too short.")


def amounts(case: Case) -> st.SearchStrategy[int]:
    """Seconds that the calendar gives in twenty ordinary weeks, also if it has but a minute in each."""
    week = sum(end - start for hours in case.calendar.week for start, end in hours) * 60
    return st.one_of(st.integers(0, week * 20), st.integers(0, min(week * 20, 86_400)))


class TestLaws:
    @some
    @given(cases(most_days=60), st.floats(0, 1))
    def test_a_to_b_and_b_to_c_add_up(self, case, share):
        calendar, start, pauses = case.question()
        middle, end = utc(case.start + round((case.end - case.start) * share)), utc(case.end)

        parts = [seconds_between(calendar, start, middle, pauses), seconds_between(calendar, middle, end, pauses)]

        assert sum(parts) == seconds_between(calendar, start, end, pauses)
        assert sum(part / 60 for part in parts) == pytest.approx(minutes_between(calendar, start, end, pauses))

    @some
    @given(cases(), st.data())
    def test_a_deadline_is_the_first_moment_by_which_the_amount_has_passed(self, case, data):
        calendar, start, pauses = case.question()
        seconds = data.draw(amounts(case))

        due = deadline(calendar, start, seconds / 60, pauses)

        if due is None:
            opens = min(since for since, until in case.pauses if until is None)
            assert seconds_between(calendar, start, utc(max(opens, case.start)), pauses) < seconds
        else:
            assert seconds_between(calendar, start, due, pauses) == seconds
            assert seconds == 0 or seconds_between(calendar, start, due - timedelta(seconds=1), pauses) == seconds - 1

    @some
    @given(cases(most_days=60))
    def test_what_has_passed_is_used_up_by_then_at_the_latest(self, case):
        calendar, start, pauses = case.question()

        due = deadline(calendar, start, minutes_between(calendar, start, utc(case.end), pauses), pauses)

        assert start <= due <= utc(case.end)

    @some
    @given(cases(), st.data(), st.integers(0, 86_400))
    def test_more_minutes_a_later_start_or_another_pause_never_make_it_earlier(self, case, data, later):
        calendar, start, pauses = case.question()
        targets = sorted(data.draw(st.lists(amounts(case), min_size=2, max_size=6)))
        never = datetime.max.replace(tzinfo=UTC)

        dues = [deadline(calendar, start, target / 60, pauses) or never for target in targets]

        assert all(one <= other for one, other in pairwise(dues))
        most = targets[-1] / 60
        assert (deadline(calendar, start + timedelta(seconds=later), most, pauses) or never) >= dues[-1]
        assert (deadline(calendar, start, most, [*pauses, (start, start + timedelta(seconds=later))]) or never) >= dues[-1]

    @some
    @given(cases(most_days=30), st.data())
    def test_an_explanation_has_no_gap_and_adds_up(self, case, data):
        calendar, start, pauses = case.question()
        seconds = data.draw(amounts(case))
        due = deadline(calendar, start, seconds / 60, pauses)

        steps = explain(calendar, start, seconds / 60, pauses)

        assert all(one.until == other.start and one.total_seconds + other.seconds == other.total_seconds for one, other in pairwise(steps))
        assert all((one.kind, one.name) != (other.kind, other.name) for one, other in pairwise(steps))
        assert all(step.seconds == ((step.until - step.start).total_seconds() if step.kind is Kind.WORKING else 0) for step in steps)
        if due is None:
            assert (steps[-1].kind, steps[-1].until) == (Kind.PAUSED, None)
            assert steps[-1].total_seconds < seconds
        elif seconds:
            assert (steps[0].start, steps[-1].until, steps[-1].total_seconds) == (start, due, seconds)
            assert sum(step.seconds for step in steps) == seconds
