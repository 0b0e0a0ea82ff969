"""Leaving: a municipality for which the centre works no more, in the middle of courses or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.centre import municipalities
from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

from . import events, places, practice_following, telling, waiting
from .models import CourseDate, Enrolment, Invitation, Standing

State = Enrolment.State


class CannotLeave(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Left:
    """What ended: enrolments of dates to come, and of dates that were running; `going_on` are those that go on to their end."""

    to_come: int
    running: int
    going_on: int


def leave(*, municipality: Municipality, finish: bool, by: User, at: datetime) -> Left:
    """End the work for a municipality: her people's places on dates to come go to the line, whoever waits does so no more, links hold no longer.

    With `finish` her people finish courses that have begun, else they end there, too; the share of the cost stays either way
    (EnrolmentQuerySet.sharing_cost). Everybody is told once. What was learnt stays hers: enrolments and confirmations are not deleted.
    Raises CannotLeave.
    """
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotLeave(_("The municipalities are kept by operators."))
    with current.atomic():
        town = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
        if not town.active:
            raise CannotLeave(_("We do not work for this municipality any more."))
        hers = Enrolment.objects.active().filter(municipality=town)
        to_come = running = going_on = 0
        dates = CourseDate.objects.filter(pk__in=hers.values("date"), ends_at__gt=at).order_by("pk")
        for date in dates:
            held = places.locked(date)
            practice_following.soon(held)
            rows = list(hers.filter(date=held).select_related("person").order_by("asked_at", "pk"))
            if held.starts_at > at:
                to_come += _end(held, rows, town, by, at)
                waiting.promote(date=held, at=at)
            elif finish:
                going_on += sum(row.state == State.ENROLLED for row in rows)
                _end(held, [row for row in rows if row.state != State.ENROLLED], town, by, at)
            else:
                running += _end(held, rows, town, by, at)
        Invitation.objects.filter(municipality=town, revoked_at=None).update(revoked_at=at)
        Standing.objects.filter(municipality=town).delete()
        municipalities.change(municipality=town, name=town.name, active=False, by=by, at=at)
    return Left(to_come, running, going_on)


def _end(held: CourseDate, rows: list[Enrolment], town: Municipality, by: User, at: datetime) -> int:
    reason = (_("%(town)s takes part no more.") % {"town": town})[:500]
    for row in rows:
        was, row.state, row.ended_at, row.offered_until, row.reason = row.state, State.WITHDRAWN, at, None, reason
        row.save(update_fields=["state", "ended_at", "offered_until", "reason"])
        events.enter(act="leave", about=row, by=by, at=at, changes={"state": (was, row.state), "reason": (None, reason)})
        calendar = telling.Calendar.CANCEL if was == State.ENROLLED else telling.Calendar.NONE
        telling.tell(
            person=row.person,
            kind=telling.Kind.WITHDRAWN,
            about=row,
            once=f"withdrawn:{row.pk}",
            at=at,
            calendar=calendar,
            facts={"reason": reason},
        )
    return len(rows)
