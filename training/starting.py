"""What comes next in training, for somebody's start page: for trainers what they hold, for everybody what they attend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenants.models import User

from . import attending
from .models import CourseDate, Enrolment, Session
from .models.courses import STAFF

SHOWN = 6


@dataclass(frozen=True)
class Coming:
    """`teaching`: sessions that a trainer holds next; `unfinished`: begun dates whose attendance nobody has finished; `attending`: her own places."""

    teaching: list[Session]
    unfinished: list[CourseDate]
    attending: list[Enrolment]


def coming(*, person: User, at: datetime) -> Coming:
    """What comes next for a person, soonest first. The number of queries is the same however much it is."""
    held = Enrolment.objects.filter(person=person).active().filter(date__ends_at__gt=at)
    own = list(held.select_related("date__course").order_by("date__starts_at", "pk")[:SHOWN])
    if not person.has_role(*STAFF):
        return Coming([], [], own)
    unfinished = attending.running(at=at)[:SHOWN]
    return Coming(_taught_by(person, at), unfinished, own)


def _taught_by(person: User, at: datetime) -> list[Session]:
    standing = Session.objects.filter(trainer=person, called_off_at=None, ends_at__gt=at, date__state=CourseDate.State.OPEN)
    return list(standing.select_related("date__course", "room").order_by("starts_at", "pk")[:SHOWN])
