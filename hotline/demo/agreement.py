"""What the demo's desk has agreed on with its municipalities."""

from __future__ import annotations

from datetime import date, datetime

from foundation.business_time import Calendar, ClosingDay
from hotline import agreeing, terms
from hotline.models import Agreement, Promise
from tenants.centre.models import Municipality
from tenants.models import User

FULL, FRIDAY = [(480, 720), (780, 960)], [(480, 750)]  # 08:00–12:00 and 13:00–16:00; 08:00–12:30
WEEK = [FULL, FULL, FULL, FULL, FRIDAY, [], []]
LEVELS = {"low": (480, 960, 4200), "normal": (240, 480, 2100), "high": (120, 240, 840), "urgent": (60, 120, 420)}
INHABITANTS = {"musterstadt": 98_400, "beispielheim": 31_250, "uebungsstadt": 12_800}


def agree(*, by: User, at: datetime) -> None:
    """Make the agreement for all municipalities, unless there is one."""
    if Agreement.objects.exists():
        return
    towns = {town: INHABITANTS[town.slug] for town in Municipality.objects.filter(slug__in=INHABITANTS)}
    wanted = agreeing.Wanted(
        name="Servicevereinbarung der Hotline",
        week=WEEK,
        levels={(priority, promise): value for priority, row in LEVELS.items() for promise, value in zip(Promise.values, row, strict=True)},
        default=True,
        closings=_closings(at),
        key=Agreement.Key.INHABITANTS,
        members=towns,
    )
    agreeing.agree(wanted=wanted, by=by, at=at)


def calendar(*, at: datetime) -> Calendar:
    """The office hours that it is about, as they are counted with."""
    return terms.calendar(week=WEEK, closings=_closings(at), zone="Europe/Berlin", land="NW")


def _closings(at: datetime) -> list[ClosingDay]:
    return [ClosingDay("Zwischen den Jahren", date(year, 12, 24), date(year, 12, 31)) for year in (at.year - 1, at.year, at.year + 1)]
