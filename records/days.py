"""Local days (Europe/Berlin) as moments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def beginning(day: date) -> datetime:
    """The first moment of a local day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first moment of one day to the first one after another: both days lie in between, also when the clocks change."""
    return beginning(first), beginning(last + timedelta(days=1))
