"""An office's hours, and moments of Berlin's wall clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.business_time import Calendar

BERLIN = ZoneInfo("Europe/Berlin")

FULL, FRIDAY = ((480, 720), (780, 960)), ((480, 750),)  # 08:00–12:00 and 13:00–16:00; 08:00–12:30
OFFICE = Calendar(week=(FULL, FULL, FULL, FULL, FRIDAY, (), ()))
ALWAYS = Calendar(week=[[(0, 1440)]] * 7, land=None)
NIGHTS = Calendar(week=[[(60, 240)]] * 7, land=None)  # 01:00–04:00


def at(written: str, fold: int = 0) -> datetime:
    """A moment of Berlin's wall clock."""
    return datetime.fromisoformat(written).replace(tzinfo=BERLIN, fold=fold)


def shown(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(BERLIN).isoformat(" ", "seconds")[:19].removesuffix(":00")


def day(month: int, number: int, year: int = 2026) -> tuple[datetime, datetime]:
    """From midnight to midnight."""
    first = date(year, month, number)
    return tuple(datetime(d.year, d.month, d.day, tzinfo=BERLIN) for d in (first, first + timedelta(days=1)))
