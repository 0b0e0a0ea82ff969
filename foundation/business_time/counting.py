"""Counting business time: how much has passed, and when an amount is used up."""

from collections.abc import Iterable
from datetime import datetime

from foundation.business_time.calendars import Calendar
from foundation.business_time.timeline import END, OutOfReach, to_moment, to_second

Pause = tuple[datetime, datetime | None]  # from, until; None: it goes on
OPEN = END  # seconds since 1970: an open pause ends after everything that can be counted


class BadPause(ValueError):
    """A pause ends before it begins."""


def seconds_between(calendar: Calendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
    """Count the seconds of working time from one moment to another, without pauses. This is exact, and adds up.

    Pauses may overlap, lie outside of working hours, reach beyond both ends and come in any order. An end before the start counts nothing: the
    clocks of two servers differ. Raises ValueError for naive moments, OutOfReach for those outside 1991–2099, BadPause.
    """
    begin, finish = to_second(start), to_second(end)
    if finish <= begin:
        return 0
    table = calendar.timeline.table_from(begin, finish)
    seconds = table.used(finish) - table.used(begin)
    for since, until in merged(pauses):
        since, until = max(since, begin), min(until, finish)
        if since < until:
            seconds -= table.used(until) - table.used(since)
    return seconds


def minutes_between(calendar: Calendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> float:
    """Count the minutes of working time from one moment to another: seconds_between, divided by 60."""
    return seconds_between(calendar, start, end, pauses) / 60


def deadline(calendar: Calendar, start: datetime, minutes: float, pauses: Iterable[Pause] = ()) -> datetime | None:
    """Give the moment when so many minutes of working time are used up: the end of the last counted minute, in UTC.

    Four hours from 08:00 end at 12:00, before the lunch break and not behind it. Fractions of minutes count to the nearest second; none at all
    are used up at the start. None if a pause that goes on holds the rest; what was used up before it began keeps its deadline. Raises ValueError
    for a naive moment or an amount that is no time, OutOfReach if the working time until 2099 is not enough, BadPause.
    """
    due = due_second(calendar, to_second(start), to_seconds(minutes), merged(pauses))
    return None if due is None else to_moment(due)


def warn_time(calendar: Calendar, start: datetime, minutes: float, pauses: Iterable[Pause] = (), *, percent: int = 75) -> datetime | None:
    """Give the moment when a share of the minutes is used up, as `deadline` does; a part of a second is waited for.

    Raises ValueError as well if `percent` is outside 0–100.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} percent is no share.")
    part = -(-to_seconds(minutes) * percent // 100)
    due = due_second(calendar, to_second(start), part, merged(pauses))
    return None if due is None else to_moment(due)


def due_second(calendar: Calendar, begin: int, seconds: int, pauses: list[tuple[int, int]]) -> int | None:
    """Compute `deadline` in seconds since 1970; `pauses` as `merged` gives them."""
    if seconds == 0:
        return begin
    timeline = calendar.timeline
    last = begin
    if pauses:
        last = max(begin, pauses[-1][0] if pauses[-1][1] == OPEN else pauses[-1][1])
    table = timeline.table_from(begin, last)
    work = table.used(begin) + seconds
    for since, until in pauses:
        if until <= begin:
            continue
        before = table.used(max(since, begin))
        if before >= work:
            break  # used up by then
        if until == OPEN:
            return None
        work += table.used(until) - before  # what the pause takes away comes behind it
    while work > table.total:
        table = timeline.longer(table)
    return table.reached(work)


def merged(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    """Turn pauses into seconds since 1970: in order, without overlaps, empty ones left out, open ones until OPEN. Raises BadPause."""
    found = []
    for since, until in pauses:
        first, last = to_second(since), OPEN if until is None else to_second(until)
        if last < first:
            raise BadPause("A pause ends before it begins.")
        if first < last:
            found.append((first, last))
    if len(found) < 2:
        return found
    found.sort()
    joined = [found[0]]
    for first, last in found[1:]:
        if first > joined[-1][1]:
            joined.append((first, last))
        elif last > joined[-1][1]:
            joined[-1] = (joined[-1][0], last)
    return joined


def to_seconds(minutes: float) -> int:
    """Turn an amount of minutes into whole seconds. Raises ValueError if it is negative or no number, OutOfReach if nobody lives so long."""
    if not minutes >= 0:
        raise ValueError(f"{minutes} minutes are no amount of time.")
    if minutes * 60 >= END:
        raise OutOfReach(f"{minutes} minutes are more than can be counted.")
    return round(minutes * 60)
