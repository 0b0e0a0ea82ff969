"""The calendar's days: which ones a month or a week shows, and what is held on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenants.api.doors import uuid_or_none
from training.clashes import days_of, holiday
from training.models import CourseDate, Session

WEEK = 7
FILTERS = {"raum": "room__public_id", "trainer": "trainer__public_id", "kurs": "date__course__public_id"}


@dataclass
class Day:
    """A day on display: `inside` the month that is shown, and what is held on it."""

    day: date
    inside: bool
    today: bool
    holiday: str
    sessions: list[Session] = field(default_factory=list)


@dataclass(frozen=True)
class Span:
    """Days from the first to the last one, `title` as people call them, and a day of the spans before and after."""

    first: date
    last: date
    title: str
    before: date
    after: date


def span(view: str, day: date) -> Span:
    """A week for "woche", else a month; the grid of a month has whole weeks."""
    if view == "woche":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=WEEK - 1)
        words = {"number": first.isocalendar().week, "first": date_format(first, "j. F"), "last": date_format(last, "j. F Y")}
        title = _("Week %(number)s: %(first)s until %(last)s") % words
        return Span(first, last, title, first - timedelta(days=WEEK), first + timedelta(days=WEEK))
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return Span(first, after - timedelta(days=1), date_format(first, "F Y"), (first - timedelta(days=1)).replace(day=1), after)


def sessions_of(shown: Span, chosen: Mapping[str, Any], *, whole_weeks: bool) -> list[Session]:
    """What is held in a span, in order, as the filters want it; one query. Cancelled dates only if they are asked for."""
    first, last = (whole(shown)) if whole_weeks else (shown.first, shown.last)
    zone = timezone.get_default_timezone()
    begins, ends = (datetime.combine(day, time.min, zone) for day in (first, last + timedelta(days=1)))
    found = Session.objects.filter(starts_at__lt=ends, ends_at__gt=begins)
    for name, column in FILTERS.items():
        if chosen[name]:
            found = found.filter(**{column: uuid_or_none(chosen[name])})
    found = found.filter(date__state=chosen["stand"]) if chosen["stand"] else found.exclude(date__state=CourseDate.State.CANCELLED)
    found = found.filter(Q(called_off_at=None) | Q(date__state=CourseDate.State.CANCELLED))
    return list(found.select_related("date__course", "room", "trainer").order_by("starts_at", "pk"))


def whole(shown: Span) -> tuple[date, date]:
    """From the Monday before until the Sunday after."""
    return shown.first - timedelta(days=shown.first.weekday()), shown.last + timedelta(days=WEEK - 1 - shown.last.weekday())


def weeks(shown: Span, sessions: list[Session], *, today: date) -> list[list[Day]]:
    """Rows of the grid. What lasts over midnight stands on both days."""
    held = defaultdict(list)
    for session in sessions:
        for day in days_of(session.starts_at, session.ends_at):
            held[day].append(session)
    first, last = whole(shown)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    told = [Day(day, shown.first <= day <= shown.last, day == today, holiday(day), held.get(day, [])) for day in days]
    return [told[number : number + WEEK] for number in range(0, len(told), WEEK)]
