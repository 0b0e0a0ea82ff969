"""What the demo's desk has agreed on with its municipalities."""

from __future__ import annotations

from datetime import date, datetime

from foundation.business_time import ClosingDay
from hotline import agreeing
from hotline.models import Agreement, Promise
from tenants.centre.models import Municipality
from tenants.models import User

FULL, FRIDAY = [(480, 720), (780, 960)], [(480, 750)]  # 08:00–12:00 and 13:00–16:00; 08:00–12:30
LEVELS = {"low": (480, 960, 4200), "normal": (240, 480, 2100), "high": (120, 240, 840), "urgent": (60, 120, 420)}
INHABITANTS = {"musterstadt": 98_400, "beispielheim": 31_250, "uebungsstadt": 12_800}


def agree(*, by: User, at: datetime) -> None:
    """Make the agreement for all municipalities, unless there is one."""
    if Agreement.objects.exists():
        return
    towns = {town: INHABITANTS[town.slug] for town in Municipality.objects.filter(slug__in=INHABITANTS)}
    closings = [ClosingDay("Zwischen den Jahren", date(year, 12, 24), date(year, 12, 31)) for year in (at.year - 1, at.year)]
    wanted = agreeing.Wanted(
        name="Servicevereinbarung der Hotline",
        week=[FULL, FULL, FULL, FULL, FRIDAY, [], []],
        levels={(priority, promise): value for priority, row in LEVELS.items() for promise, value in zip(Promise.values, row, strict=True)},
        default=True,
        closings=closings,
        key=Agreement.Key.INHABITANTS,
        members=towns,
    )
    agreeing.agree(wanted=wanted, by=by, at=at)
