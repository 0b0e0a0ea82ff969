"""Days that people type: a slip of the finger (1582, 2999) is refused with a sentence before it becomes a period nobody can explain."""

from __future__ import annotations

from datetime import date, datetime

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
