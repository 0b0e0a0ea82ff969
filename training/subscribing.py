"""A person's calendar to subscribe to: the sessions she comes to and those she teaches, at an address that only she knows and may change or end.

The address carries a random key, signed. The key alone lies in the database, so a copy of it opens no calendar.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.calendar_files import Appointment, feed
from tenants import current
from tenants.models import User

from . import inviting
from .models import CalendarFeed, CourseDate, Enrolment, Session

KEPT = timedelta(days=60)  # what is over stays in the calendar for so long
State = Enrolment.State


def path_of(person: User) -> str:
    """The address of her calendar below the centre's; "" if she has none."""
    found = CalendarFeed.objects.filter(person=person).first()
    return reverse("training:feed", args=[_signer().sign(found.key.hex)]) if found is not None else ""


def renew(*, by: User, at: datetime) -> str:
    """Give her calendar an address, a new one if it had one: the old one leads nowhere from now on. Returns the path."""
    CalendarFeed.objects.update_or_create(person=by, defaults={"key": uuid.uuid4(), "made_at": at})
    return path_of(by)


def end(*, by: User) -> None:
    """Let her calendar be read by nobody any more. Nothing happens if it has no address."""
    CalendarFeed.objects.filter(person=by).delete()


def owner_of(token: str) -> User | None:
    """Whose calendar an address opens; None if it opens none."""
    try:
        key = uuid.UUID(hex=_signer().unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    found = CalendarFeed.objects.select_related("person").filter(key=key).first()
    return found.person if found is not None and found.person.is_active else None


def calendar_of(person: User, *, at: datetime) -> bytes:
    """The calendar file of a person, in the same number of queries however many courses she has. Unchanged courses give the same bytes."""
    return feed(list(_appointments(person, at)), name=_("Courses (eBehördenakte)"))


def _appointments(person: User, at: datetime) -> Iterator[Appointment]:
    """What was called off after she had a place stays in it, as such: some programs forget nothing that merely disappears."""
    had = Enrolment.objects.filter(person=person, enrolled_at__isnull=False, state__in=[State.ENROLLED, State.CANCELLED])
    taught = Q(trainer=person) & ~Q(date__state=CourseDate.State.DRAFT)
    found = Session.objects.filter(Q(date__in=had.values("date")) | taught, ends_at__gt=at - KEPT)
    sessions = list(found.select_related("date__course", "room", "trainer").order_by("starts_at", "pk"))
    turns = inviting.turns(person, {session.date_id for session in sessions})
    for session in sessions:
        yield inviting.appointment(session, session.date, own_turns=turns.get(session.date_id, 0), stamp=session.changed_at)


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt=current.salt("training.feed"))
