"""From days on the wall to seconds in UTC: what a stretch of time is, and how much work lies before a second.

A table of working stretches with running totals answers both questions by bisection: how much work lies before a second, and at which second a
given amount is reached. Tables are never changed, only replaced by longer ones, so threads may share a timeline without a lock.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = 86_400  # seconds
FIRST_YEAR, LAST_YEAR = 1991, 2099  # the years whose German holidays the library knows whole (it ends with 2100)
BEGIN, END = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (FIRST_YEAR, LAST_YEAR + 1))  # seconds since EPOCH


class OutOfReach(ValueError):
    """A moment lies outside the years that can be counted, or the calendar has not enough working time left in them."""


class Kind(StrEnum):
    """Why a stretch of time counts or does not."""

    WORKING = "working"
    OUTSIDE_HOURS = "outside_hours"
    BREAK = "break"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSING_DAY = "closing_day"
    PAUSED = "paused"


class Slot(NamedTuple):
    """A part of a local day, in minutes of the wall clock: 0 is midnight, 1440 the end of the day."""

    start: int
    end: int
    kind: Kind
    name: str = ""


class Stretch(NamedTuple):
    """A part of time, in seconds since 1970 UTC."""

    start: int
    end: int
    kind: Kind
    name: str = ""


def to_second(moment: datetime) -> int:
    """Cut an aware moment to its full second since 1970 UTC.

    Raises ValueError for a naive one (its zone would be a guess), OutOfReach outside FIRST_YEAR–LAST_YEAR.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    since = moment - EPOCH
    second = since.days * DAY + since.seconds
    if not BEGIN <= second < END:
        raise OutOfReach(f"{moment.isoformat()} lies outside {FIRST_YEAR}–{LAST_YEAR}.")
    return second


def to_moment(second: int) -> datetime:
    """Give the moment of a second since 1970, in UTC."""
    return datetime.fromtimestamp(second, UTC)


class Table:
    """The working stretches of some whole years (in UTC), with the work that lies before and behind each."""

    __slots__ = ("before", "begin", "behind", "end", "ends", "first", "last", "starts")

    def __init__(self, first: int, last: int, stretches: list[tuple[int, int]]) -> None:
        self.first, self.last = first, last
        self.begin, self.end = _new_year(first), _new_year(last + 1)
        self.starts = [start for start, _ in stretches]
        self.ends = [end for _, end in stretches]
        self.behind = list(accumulate(end - start for start, end in stretches))
        self.before = [0, *self.behind[:-1]]

    @property
    def total(self) -> int:
        """All work of the table in seconds."""
        return self.behind[-1] if self.behind else 0

    def used(self, second: int) -> int:
        """Count the seconds of work between the table's beginning and a second in it."""
        found = bisect_right(self.starts, second) - 1
        if found < 0:
            return 0
        return self.before[found] + min(second, self.ends[found]) - self.starts[found]

    def reached(self, work: int) -> int:
        """Give the first second by which so much work (more than 0, at most the total) is done."""
        found = bisect_left(self.behind, work)
        return self.starts[found] + work - self.before[found]


class Timeline:
    """What a zone and the plan of its days mean in UTC."""

    def __init__(self, zone: ZoneInfo, slots_of: Callable[[int], list[Slot]]) -> None:
        """`slots_of` gives the slots of a local day (counted from 1 January 1970): in order, without gaps, from 0 to 1440."""
        self.zone, self.slots_of = zone, slots_of
        self.years: dict[int, list[tuple[int, int]]] = {}
        self.table: Table | None = None

    def table_from(self, begin: int, end: int) -> Table:
        """Give a table with both seconds in it."""
        table = self.table
        if table is not None and table.begin <= begin and end < table.end:
            return table
        first, last = _year_of(begin), _year_of(end)
        if table is not None:
            first, last = min(first, table.first), max(last, table.last)
        return self._make(first, last)

    def longer(self, table: Table) -> Table:
        """Give a table that begins where the given one does and is longer; hence what was counted from its beginning stays right.

        Raises OutOfReach if there are no more years.
        """
        if table.last == LAST_YEAR:
            raise OutOfReach(f"The calendar has not enough working time until {LAST_YEAR}.")
        return self._make(table.first, min(LAST_YEAR, table.last + (table.last - table.first + 1)))

    def stretches(self, begin: int, end: int) -> Iterator[Stretch]:
        """Cut the time from one second to another into stretches of one kind, in order and without gaps."""
        for since, until, offset in self._offsets(begin, end):
            for day in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
                midnight = day * DAY - offset  # by this offset: on a day of change the other one cuts out its own part
                for slot in self.slots_of(day):
                    start, finish = max(midnight + slot.start * 60, since), min(midnight + slot.end * 60, until)
                    if start < finish:
                        yield Stretch(start, finish, slot.kind, slot.name)

    def _make(self, first: int, last: int) -> Table:
        table = Table(first, last, [stretch for year in range(first, last + 1) for stretch in self._year(year)])
        self.table = table  # two threads may both do this: each goes on with its own, the next one takes the later
        return table

    def _year(self, year: int) -> list[tuple[int, int]]:
        if year not in self.years:
            parts = self.stretches(_new_year(year), _new_year(year + 1))
            self.years[year] = [(part.start, part.end) for part in parts if part.kind is Kind.WORKING]
        return self.years[year]

    def _offsets(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Cut a time where the zone's offset from UTC changes; gives (from, until, offset), all in seconds."""
        since, offset, at = begin, self._offset(begin), begin
        while at < end:
            then = min(at + DAY, end)
            if self._offset(then) != offset:
                change = self._change(at, then)
                yield since, change, offset
                since, offset = change, self._offset(change)
            at = then
        if since < end:
            yield since, end, offset

    def _change(self, before: int, after: int) -> int:
        """Find the first second with another offset than `before`; within a day there is one change at most."""
        offset = self._offset(before)
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if self._offset(middle) == offset else (before, middle)
        return after

    def _offset(self, second: int) -> int:
        offset = datetime.fromtimestamp(second, self.zone).utcoffset()
        return offset // SECOND if offset is not None else 0


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _year_of(second: int) -> int:
    return to_moment(second).year
