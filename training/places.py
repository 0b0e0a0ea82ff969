"""Places of a course date: whoever decides about them holds the date's row, so that all take turns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tenants.centre.models import Contact, Municipality
from tenants.models import User

from .models import Attendance, CourseDate, Enrolment, Session, TownTraining


class CannotFind(Exception):
    """The course date is not there any more."""


def locked(date: CourseDate) -> CourseDate:
    """The course date as it is now, held until the transaction ends. Raises CannotFind."""
    found = CourseDate.objects.select_for_update(of=("self",)).select_related("course").filter(pk=date.pk).first()
    if found is None:
        raise CannotFind(_("This course date does not exist any more."))
    return found


def free(date: CourseDate) -> int:
    """Places that are neither given nor offered, of a date that is held. Never below none: a room may have become smaller."""
    taken = Enrolment.objects.filter(date=date, state__in=Enrolment.TAKING).count()
    return max(0, date.capacity - taken)


def anybody_waits(date: CourseDate) -> bool:
    return Enrolment.objects.filter(date=date, state=Enrolment.State.WAITING).exists()


def place_in_line(enrolment: Enrolment) -> int | None:
    """Where she stands on the waiting list, from 1; None if she is not on it."""
    found: Any = Enrolment.objects.filter(pk=enrolment.pk).with_place_in_line().get()
    place: int | None = found.place_in_line
    return place


def town_of(person: User) -> Municipality | None:
    """Where she works; None for people of the centre."""
    contact = Contact.objects.select_related("municipality").filter(person=person).first()
    return contact.municipality if contact else None


def needs_approval(town: Municipality | None) -> bool:
    return town is not None and TownTraining.objects.filter(municipality=town, needs_approval=True).exists()


def was_attended(what: CourseDate | Session) -> bool:
    """Whether attendance was taken at a session (or at any of a date): from then on it has been held, and can be neither called off nor moved."""
    taken = Attendance.objects.filter(session=what) if isinstance(what, Session) else Attendance.objects.filter(session__date=what)
    return bool(taken.exists())
