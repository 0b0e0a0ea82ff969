"""Repeating: a date once more on another day, or every few weeks. The clock on the wall stays: a course at nine is at nine in summer and in winter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import clashes, events, planning
from .models import CourseDate, Session
from .planning import CannotPlan, Planned

MOST_TIMES, MOST_WEEKS = 52, 52


def copy_date(*, date: CourseDate, first_day: date, confirmed: Collection[str] | None, by: User, at: datetime) -> CourseDate:
    """Plan the same once more, beginning on another day; the copy is a draft. Nobody comes along.

    All sessions and deadlines move by the same number of days. Raises CannotPlan, Taken, MustConfirm.
    """
    days = (first_day - timezone.localdate(date.starts_at)).days
    if not days:
        raise CannotPlan(_("This is the day of the date that is copied."), "first_day")
    planning.staff_only(by)
    if first_day < timezone.localdate(at):
        raise CannotPlan(_("This lies in the past."), "first_day")
    if first_day > timezone.localdate(at + planning.FARTHEST):
        raise CannotPlan(_("A course date lies at most 60 years ahead."), "first_day")
    with current.atomic():
        made = _planned(date, days, confirmed, by, at)
        events.enter(act="copy", about=made, by=by, at=at, changes={"copied_from": (None, date.starts_at)})
    return made


def make_series(
    *, date: CourseDate, every_weeks: int, times: int, leave_out_holidays: bool, confirmed: Collection[str] | None, by: User, at: datetime
) -> list[CourseDate]:
    """Plan the same `times` more, each `every_weeks` weeks later than the one before; all of them, or none.

    A repetition with a session on a public holiday is left out if the planner wants it so (it is not made up for), and asked about if not. Raises
    CannotPlan, Taken, MustConfirm.
    """
    planning.staff_only(by)
    if not 1 <= times <= MOST_TIMES:
        raise CannotPlan(_("A series has from one to %(most)s repetitions.") % {"most": MOST_TIMES}, "times")
    if not 1 <= every_weeks <= MOST_WEEKS:
        raise CannotPlan(_("From every week to every %(most)s weeks.") % {"most": MOST_WEEKS}, "every_weeks")
    sessions = _sessions(date)
    steps = [7 * every_weeks * number for number in range(1, times + 1)]
    if leave_out_holidays:
        steps = [days for days in steps if not _on_a_holiday(sessions, days)]
    if not steps:
        raise CannotPlan(_("All of these days are public holidays."), "times")
    with current.atomic():
        everything = [moved for days in steps for moved in shifted(sessions, days)]
        planning.look_out(everything, confirmed=confirmed)
        made = [_planned(date, days, None, by, at) for days in steps]
        for each in made:
            events.enter(act="series", about=each, by=by, at=at, changes={"copied_from": (None, date.starts_at)})
    return made


def shifted(sessions: list[Planned], days: int) -> list[Planned]:
    """The same sessions some days later (or earlier) at the same time by the clock on the wall. Raises CannotPlan: that time does not exist there."""
    return [replace(each, starts_at=_later(each.starts_at, days), ends_at=_later(each.ends_at, days)) for each in sessions]


def _planned(date: CourseDate, days: int, confirmed: Collection[str] | None, by: User, at: datetime) -> CourseDate:
    sessions = shifted(_sessions(date), days)
    begins = min(session.starts_at for session in sessions)
    until = {name: min(_later(getattr(date, name), days), begins) for name in ("register_until", "withdraw_until")}
    same = {name: getattr(date, name) for name in ("minimum", "price_cents", "note")}
    return planning.plan_date(
        course=date.course, sessions=sessions, capacity=date.capacity, confirmed=confirmed, by=by, at=at, **until, **same
    )


def _sessions(date: CourseDate) -> list[Planned]:
    """What there is to be repeated; of a date that was cancelled, all of it."""
    held = Session.objects.filter(date=date).select_related("room", "trainer").order_by("starts_at", "pk")
    if date.state != CourseDate.State.CANCELLED:
        held = held.filter(called_off_at=None)
    return [Planned(starts_at=each.starts_at, ends_at=each.ends_at, room=each.room, link=each.link, trainer=each.trainer) for each in held]


def _on_a_holiday(sessions: list[Planned], days: int) -> bool:
    later = timedelta(days=days)
    return any(clashes.holiday(day + later) for each in sessions for day in clashes.days_of(each.starts_at, each.ends_at))


def _later(at: datetime, days: int) -> datetime:
    local = timezone.localtime(at).replace(tzinfo=None) + timedelta(days=days)
    return on_the_clock(local)


def on_the_clock(local: datetime) -> datetime:
    """The moment at which clocks here show this; of an hour that comes twice, the first. Raises CannotPlan: they never do, clocks go forward then."""
    found = local.replace(tzinfo=timezone.get_default_timezone())
    if timezone.localtime(found.astimezone(UTC), found.tzinfo).replace(tzinfo=None) != local:
        raise CannotPlan(
            _("On %(day)s there is no %(time)s: the clocks go forward.")
            % {"day": date_format(local.date(), "j. F Y"), "time": f"{local:%H:%M}"},
            "sessions",
        )
    return found
