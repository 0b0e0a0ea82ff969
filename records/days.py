"""Days: as moments (Europe/Berlin), and as people type them.

A slip of the finger (1582, 2999) is refused with a sentence before it becomes a period that nobody can explain.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

EARLIEST = date(1800, 1, 1)
YEARS_AHEAD = 100


def oddity(day: date, *, at: datetime) -> str:
    """A sentence on what is wrong with a day, seen from the moment of the act; empty if nothing is."""
    latest = date(timezone.localdate(at).year + YEARS_AHEAD, 12, 31)
    if EARLIEST <= day <= latest:
        return ""
    return _("The date must lie between %(first)s and %(last)s.") % {"first": f"{EARLIEST:%d.%m.%Y}", "last": f"{latest:%d.%m.%Y}"}


def beginning(day: date) -> datetime:
    """The first moment of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first moment of one day to the first one after another: both days lie in between, also when the clocks change."""
    return beginning(first), beginning(last + timedelta(days=1))
