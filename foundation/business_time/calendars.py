"""When somebody is there: a zone, hours by weekday, public holidays, closing days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from foundation.business_time.timeline import FIRST_YEAR, LAST_YEAR, Kind, Slot, Timeline

MINUTES = 24 * 60  # the wall clock shows no more, also on the days of 23 and 25 hours
FIRST_DAY = date(1970, 1, 1)
SATURDAY = 5

Interval = tuple[int, int]  # minutes of the local day: from, until


class CalendarError(ValueError):
    """A calendar that cannot be counted with. `code` says what is wrong, for whoever has to put it into a sentence.

    Codes: seven_days, not_minutes, outside_day, reversed, overlapping, no_working_time, not_a_day, reversed_days, outside_years, unknown_zone,
    unknown_land.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class ClosingDay:
    """A day, or all days of a range, on which the office is closed: the whole day, or the same part of each (minutes of the local day).

    Without `last` it is the one day. Raises CalendarError.
    """

    name: str
    first: date
    last: date | None = None
    start: int = 0
    end: int = MINUTES

    def __post_init__(self) -> None:
        for day in (self.first, self.until):
            if isinstance(day, datetime) or not isinstance(day, date):
                raise CalendarError("not_a_day", f"{self.name}: {day!r} is not a day.")
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise CalendarError("outside_years", f"{self.name}: {day} lies outside {FIRST_YEAR}–{LAST_YEAR}.")
        if self.until < self.first:
            raise CalendarError("reversed_days", f"{self.name}: {self.until} lies before {self.first}.")
        _check_interval((self.start, self.end), self.name)

    @property
    def until(self) -> date:
        """The last day; it is closed, too."""
        return self.first if self.last is None else self.last


@dataclass(frozen=True)
class Calendar:
    """Working time: `week` holds the intervals of the seven days from Monday; what lies between two of a day is a break.

    `land` is the one whose public holidays are observed ("NW": § 2 Feiertagsgesetz NW); None if work goes on through holidays. `zone` is an IANA
    name. Equal values make equal calendars, but the tables that make counting fast belong to the object: keep it as long as its values stand.
    Raises CalendarError.
    """

    week: Sequence[Sequence[Interval]]
    closing_days: Sequence[ClosingDay] = ()
    zone: str = "Europe/Berlin"
    land: str | None = "NW"
    timeline: Timeline = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise CalendarError("seven_days", "A week has seven days, from Monday.")
        object.__setattr__(self, "week", tuple(_checked_day(day) for day in self.week))
        object.__setattr__(self, "closing_days", tuple(self.closing_days))
        if not any(self.week):
            raise CalendarError("no_working_time", "The week has no working time.")
        if self.land is not None and self.land not in _lands():
            raise CalendarError("unknown_land", f"{self.land!r} is no German Land.")
        plan = DayPlan(week=self.week, land=self.land, closing_days=self.closing_days)
        object.__setattr__(self, "timeline", Timeline(_zone(self.zone), plan.slots))


class DayPlan:
    """What each local day is made of. A holiday is one before it is a closing day, and that before it is a weekend."""

    def __init__(self, *, week: Sequence[Sequence[Interval]], land: str | None, closing_days: Iterable[ClosingDay]) -> None:
        self.usual = [_usual_day(weekday, hours) for weekday, hours in enumerate(week)]
        self.land = land
        self.closed: dict[int, list[ClosingDay]] = {}
        for closing in closing_days:
            for day in range(_number(closing.first), _number(closing.until) + 1):
                self.closed.setdefault(day, []).append(closing)

    def slots(self, day: int) -> list[Slot]:
        """Give the slots of a day (counted from 1 January 1970), in order and without gaps."""
        if self.land is not None:
            on = FIRST_DAY + timedelta(days=day)
            holiday = public_holidays(self.land, on.year).get(on)
            if holiday is not None:
                return [Slot(0, MINUTES, Kind.HOLIDAY, holiday)]
        slots = self.usual[(day + FIRST_DAY.weekday()) % 7]
        # From the last to the first: where two closing days overlap, the one that was named first gives the name.
        for closing in reversed(self.closed.get(day, ())):
            slots = _closed(slots, closing)
        return slots


@cache
def public_holidays(land: str, year: int) -> dict[date, str]:
    """Name the public holidays of a German Land in a year: those by law, no Rosenmontag, no Christmas Eve, nothing regional.

    The library loads all countries of the world (a second, 50 MB): whoever counts nothing shall not wait for it, hence the import in here.
    """
    from holidays.constants import PUBLIC
    from holidays.countries.germany import Germany

    return dict(Germany(subdiv=land, years=year, categories=(PUBLIC,), language="de", expand=False))


@cache
def _lands() -> frozenset[str]:
    from holidays.countries.germany import Germany

    return frozenset(name for name in Germany.subdivisions if len(name) == 2)  # "Augsburg" is a town


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as missing:
        raise CalendarError("unknown_zone", f"{name!r} is no time zone.") from missing


def _checked_day(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Put the intervals of a day in order. Raises CalendarError if one is impossible or two overlap; two may touch."""
    day = [_check_interval(interval, "Working hours") for interval in intervals]
    day.sort()
    for (_, end), (start, _) in pairwise(day):
        if start < end:
            raise CalendarError("overlapping", f"Working hours: one ends at minute {end}, the next starts at {start}.")
    return tuple(day)


def _check_interval(interval: Interval, of: str) -> Interval:
    try:
        start, end = interval
    except (TypeError, ValueError) as other:
        raise CalendarError("not_minutes", f"{of}: {interval!r} is not a pair of minutes.") from other
    for minute in (start, end):
        if type(minute) is not int:  # neither 7.5 nor True
            raise CalendarError("not_minutes", f"{of}: {minute!r} is not a whole number of minutes.")
        if not 0 <= minute <= MINUTES:
            raise CalendarError("outside_day", f"{of}: minute {minute} lies outside 0–{MINUTES}.")
    if end <= start:
        raise CalendarError("reversed", f"{of}: from minute {start} until {end} is no time.")
    return start, end


def _usual_day(weekday: int, hours: Sequence[Interval]) -> list[Slot]:
    if not hours:
        return [Slot(0, MINUTES, Kind.WEEKEND if weekday >= SATURDAY else Kind.OUTSIDE_HOURS)]
    slots, at, between = [], 0, Kind.OUTSIDE_HOURS
    for start, end in hours:
        if at < start:
            slots.append(Slot(at, start, between))
        slots.append(Slot(start, end, Kind.WORKING))
        at, between = end, Kind.BREAK
    if at < MINUTES:
        slots.append(Slot(at, MINUTES, Kind.OUTSIDE_HOURS))
    return slots


def _closed(slots: list[Slot], closing: ClosingDay) -> list[Slot]:
    """Lay a closing day over the slots of a day."""
    before = [Slot(slot.start, min(slot.end, closing.start), slot.kind, slot.name) for slot in slots if slot.start < closing.start]
    after = [Slot(max(slot.start, closing.end), slot.end, slot.kind, slot.name) for slot in slots if slot.end > closing.end]
    return [*before, Slot(closing.start, closing.end, Kind.CLOSING_DAY, closing.name), *after]


def _number(day: date) -> int:
    return (day - FIRST_DAY).days
