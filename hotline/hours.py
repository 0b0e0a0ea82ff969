"""Working hours and closing days as people write them: "8:00–12:00, 13–16 Uhr", "24.12.2026–31.12.2026 Zwischen den Jahren"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from foundation.business_time import CalendarError, ClosingDay

MIDNIGHT = 24 * 60
TO = r"\s*(?:-|–|—|bis)\s*"
TIME = r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*Uhr)?"
SPAN = re.compile(rf"{TIME}{TO}{TIME}")
DAY = r"(\d{1,2})\.(\d{1,2})\.(\d{4})"
CLOCK = r"\d{1,2}[:.]\d{2}(?:\s*Uhr)?"
LINE = re.compile(rf"{DAY}(?:{TO}{DAY})?(?:,?\s+(?:ab\s+({CLOCK})|bis\s+({CLOCK})|({CLOCK}){TO}({CLOCK})))?:?\s+(\S.*)")
MOST_CLOSINGS = 500
LONGEST_RANGE = 366  # days
LONGEST_NAME = 100

Interval = tuple[int, int]


class NotHours(ValueError):
    """What was written is no hours or no closing day; the message says which part, and how to write it."""


def read_hours(written: str) -> list[Interval]:
    """The intervals of a day in minutes; nothing written is a day without work. Raises NotHours."""
    hours = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]|\bund\b", written))):
        found = SPAN.fullmatch(part)
        if found is None:
            raise NotHours(_("“%(part)s” is no time: please write 08:00–12:00, 13:00–16:00.") % {"part": part})
        hours.append((_minute(found[1], found[2], part), _minute(found[3], found[4], part)))
    hours.sort()
    for place, (start, end) in enumerate(hours):
        if end <= start:
            raise NotHours(_("%(from)s–%(until)s ends before it begins.") % {"from": clock(start), "until": clock(end)})
        if place and hours[place - 1][1] > start:
            raise NotHours(_("Two times overlap at %(time)s.") % {"time": clock(start)})
    return hours


def write_hours(hours: Iterable[Iterable[int]]) -> str:
    return ", ".join(f"{clock(start)}–{clock(end)}" for start, end in hours)


def read_closings(written: str) -> list[ClosingDay]:
    """Closing days, one a line: a day or days, perhaps hours, a name. Raises NotHours, which names the line."""
    found = []
    for number, line in enumerate(written.splitlines(), start=1):
        if line.strip():
            try:
                found.append(_closing(line.strip()))
            except (NotHours, CalendarError, ValueError) as why:
                sentence = str(why) if isinstance(why, NotHours) else _("There is no such day, or it ends before it begins.")
                raise NotHours(_("Line %(number)d: %(sentence)s") % {"number": number, "sentence": sentence}) from why
    if len(found) > MOST_CLOSINGS:
        raise NotHours(_("At most %(most)d closing days can be kept.") % {"most": MOST_CLOSINGS})
    return found


def write_closings(closings: Iterable[ClosingDay]) -> str:
    return "\n".join(_line(one) for one in sorted(closings, key=lambda one: (one.first, one.start, one.name)))


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _closing(line: str) -> ClosingDay:
    found = LINE.fullmatch(line)
    if found is None:
        raise NotHours(_("Please write a day and a name, like “16.02.2026 Rosenmontag” or “16.09.2026 ab 12:00 Personalversammlung”."))
    first = date(int(found[3]), int(found[2]), int(found[1]))
    last = date(int(found[6]), int(found[5]), int(found[4])) if found[6] else first
    if (last - first).days > LONGEST_RANGE:
        raise NotHours(_("Closing days last a year at most."))
    if len(found[11]) > LONGEST_NAME:
        raise NotHours(_("A name has %(most)d characters at most.") % {"most": LONGEST_NAME})
    start = _clock(found[7] or found[9]) if found[7] or found[9] else 0
    end = _clock(found[8] or found[10]) if found[8] or found[10] else MIDNIGHT
    if end <= start:
        raise NotHours(_("%(from)s–%(until)s ends before it begins.") % {"from": clock(start), "until": clock(end)})
    return ClosingDay(found[11], first, last, start, end)


def _line(one: ClosingDay) -> str:
    days = f"{one.first:%d.%m.%Y}" + ("" if one.until == one.first else f"–{one.until:%d.%m.%Y}")
    if one.start and one.end < MIDNIGHT:
        return f"{days} {clock(one.start)}–{clock(one.end)} {one.name}"
    if one.start or one.end < MIDNIGHT:
        return f"{days} {f'ab {clock(one.start)}' if one.start else f'bis {clock(one.end)}'} {one.name}"
    return f"{days} {one.name}"


def _clock(written: str) -> int:
    found = re.fullmatch(TIME, written)
    assert found is not None  # LINE has looked
    return _minute(found[1], found[2], written)


def _minute(hour: str, minute: str | None, part: str) -> int:
    at = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or at > MIDNIGHT:
        raise NotHours(_("“%(part)s” is no time: please write 08:00–12:00, 13:00–16:00.") % {"part": part})
    return at
