"""Figures of a year for the municipalities' meeting and for the bill: who sent how many people, how many came, and what each one bears of the cost.

A person costs the price of her course date if she had a place when withdrawing ended, or came. Who left within her cooling-off, or before, costs
nothing, nor does a date that was cancelled. How many people a municipality is billed for is told as it is: it is on its bill. How many of them came
and how many stayed away is left out where it is fewer than five (foundation.small_groups), with all that would let it be worked out; and it is told
for whole years only that have ended, so that no two reports can be subtracted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime, time
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from foundation.small_groups import hidden

from .enrolling import COOLING_OFF
from .models import Attendance, CourseDate, Enrolment

ALL = ""
YEARS = 5
Key = tuple[str, str, str]  # "town" or "course", its name (ALL: all together), "came" or "away"


@dataclass(frozen=True)
class Line:
    """A municipality or a course in a year. `came` and `away` None where they are left out; `cents` what is billed."""

    name: str
    people: int
    came: int | None
    away: int | None
    cents: int

    @property
    def euros(self) -> str:
        return number_format(self.cents / 100, 2, use_l10n=True, force_grouping=True)


@dataclass(frozen=True)
class YearFigures:
    """`ended`: the year is over; before, nothing is said of who came. `running`: dates that have ended and are not finished yet."""

    year: int
    ended: bool
    dates: int
    running: int
    towns: list[Line]
    courses: list[Line]
    total: Line


def years(today: Day) -> list[int]:
    """Years that can be asked for, the newest first."""
    return [today.year - back for back in range(YEARS)]


def of_year(year: int, *, at: datetime) -> YearFigures:
    """Count the dates that began in a local year and are finished. Three queries, however many there are."""
    begins, ends = (timezone.make_aware(datetime.combine(Day(each, 1, 1), time())) for each in (year, year + 1))
    dates = CourseDate.objects.filter(starts_at__gte=begins, starts_at__lt=ends)
    rows = _billed().filter(date__in=dates.filter(state=CourseDate.State.DONE))
    said = [(town or _("Without a municipality"), course, came, cents) for town, course, came, cents in _cells(rows)]
    ended = at >= ends
    shown = _shown(said) if ended else {}
    return YearFigures(
        year=year,
        ended=ended,
        dates=dates.filter(state=CourseDate.State.DONE).count(),
        running=dates.filter(state=CourseDate.State.OPEN, ends_at__lte=at).count(),
        towns=_lines("town", [(town, came, cents) for town, _course, came, cents in said], shown),
        courses=_lines("course", [(course, came, cents) for _town, course, came, cents in said], shown),
        total=_line("town", ALL, [(ALL, came, cents) for _town, _course, came, cents in said], shown),
    )


def _cells(rows: Any) -> list[tuple[Any, ...]]:
    return list(rows.values_list("municipality__name", "date__course__title", "came", "date__price_cents"))


def _billed() -> QuerySet[Enrolment]:
    """Enrolments that cost something: she came, or she had a place when withdrawing ended, and did not leave it within her cooling-off.

    A place that was given on to a colleague costs once: for the one who has it in the end.
    """
    there = Attendance.objects.filter(enrolment=OuterRef("pk"), state=Attendance.State.PRESENT)
    rows = Enrolment.objects.annotate(came=Exists(there))
    kept = Q(state=Enrolment.State.ENROLLED) | Q(state=Enrolment.State.WITHDRAWN, ended_at__gte=F("date__withdraw_until"))
    free = Q(state=Enrolment.State.WITHDRAWN, ended_at__lt=F("enrolled_at") + COOLING_OFF)
    in_time = Q(enrolled_at__lte=F("date__withdraw_until")) | Q(instead_of__isnull=False)
    return rows.filter(Q(came=True) | (in_time & kept & ~free), passed_on_to=None).order_by()


def _shown(said: Sequence[tuple[str, str, bool, int]]) -> dict[Key, int]:
    """Who came and who stayed away, without what must be left out. How many were billed is known, and so are its sums."""
    values: Counter[Key] = Counter()
    for town, course, came, _cents in said:
        what = "came" if came else "away"
        for key in (("town", town, what), ("course", course, what), ("town", ALL, what)):
            values[key] += 1
    towns, courses = {town for town, *_rest in said}, {course for _town, course, *_rest in said}
    names = [*(("town", town) for town in sorted(towns)), *(("course", course) for course in sorted(courses)), ("town", ALL)]
    figures = {(kind, name, what): values[kind, name, what] for kind, name in names for what in ("came", "away")}
    sums: list[dict[Key, int]] = [{(kind, name, "came"): 1, (kind, name, "away"): 1, (kind, name, "people"): -1} for kind, name in names]
    for what in ("came", "away"):
        for kind, single in (("town", towns), ("course", courses)):
            sums.append({**{(kind, name, what): 1 for name in single}, ("town", ALL, what): -1})
    away = hidden(figures, sums)
    return {key: value for key, value in figures.items() if key not in away}


def _lines(kind: str, said: Sequence[tuple[str, bool, int]], shown: dict[Key, int]) -> list[Line]:
    return [_line(kind, name, [row for row in said if row[0] == name], shown) for name in sorted({row[0] for row in said})]


def _line(kind: str, name: str, said: Sequence[tuple[str, bool, int]], shown: dict[Key, int]) -> Line:
    return Line(name, len(said), shown.get((kind, name, "came")), shown.get((kind, name, "away")), sum(cents for *_rest, cents in said))
