"""Reminding those who come of each session, and those who teach it: two days before, while there is time to arrange the day, to travel or to say that one
cannot come; and one hour before, so that the room or the video link lies on top. Each once, however often the clock comes by and wherever it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from tenants import current
from tenants.models import User

from . import places, telling
from .models import CourseDate, Enrolment, Reminded, Session, Wishes

When = Reminded.When
BEFORE = {When.DAYS: timedelta(days=2), When.HOUR: timedelta(hours=1)}


def remind(*, at: datetime) -> int:
    """Write the reminders whose time has come, and give of how many sessions. Safe to run twice, and at once.

    A clock that was away for a while reminds late, but never of a session that has begun, and of the same session with the nearer reminder only.
    """
    soon = list(_due(at).select_related("date").order_by("starts_at", "pk"))
    known = set(Reminded.objects.filter(session__in=soon).values_list("session", "when", "starts_at"))
    return sum(_remind_of(session, at) for session in soon if (session.pk, _when(session, at), session.starts_at) not in known)


def _due(at: datetime) -> QuerySet[Session]:
    """Sessions that are held and begin within two days."""
    return Session.objects.filter(
        called_off_at=None, starts_at__gt=at, starts_at__lte=at + BEFORE[When.DAYS], date__state=CourseDate.State.OPEN
    )


def _when(session: Session, at: datetime) -> When:
    return When.HOUR if session.starts_at - at <= BEFORE[When.HOUR] else When.DAYS


def _remind_of(session: Session, at: datetime) -> bool:
    """With the date held: whoever moves it, calls it off or leaves it comes before or after, and of two clocks one is first."""
    with current.atomic():
        date = places.locked(session.date)
        found = _due(at).select_related("trainer").filter(pk=session.pk).first()
        if found is None:
            return False
        when = _when(found, at)
        _row, first = Reminded.objects.get_or_create(session=found, when=when, starts_at=found.starts_at, defaults={"at": at})
        if not first:
            return False
        facts = {"session": str(found.public_id), "starts_at": found.starts_at.isoformat(), "when": str(when)}
        once = f"reminder:{found.pk}:{when}:{int(found.starts_at.timestamp())}"
        coming = _who_come(found, since=found.starts_at - BEFORE[when])
        telling.tell_all(people=coming, kind=telling.Kind.REMINDER, about=date, once=once, at=at, facts=facts)
        teaching = _wanted(User.objects.active().filter(sessions_taught=found))
        taught = {**facts, "teaches": True}
        telling.tell_all(people=teaching, kind=telling.Kind.REMINDER, about=date, once=f"{once}:teaches", at=at, facts=taught)
    return True


def _who_come(session: Session, *, since: datetime) -> QuerySet[User]:
    """Those who had their places before it was time to remind: whoever got one later has just been told."""
    enrolled = Enrolment.objects.filter(date=session.date_id, state=Enrolment.State.ENROLLED, enrolled_at__lte=since)
    return _wanted(User.objects.active().filter(pk__in=enrolled.values("person")).exclude(sessions_taught=session))


def _wanted(people: QuerySet[User]) -> QuerySet[User]:
    return people.exclude(pk__in=Wishes.objects.filter(reminders=False).values("person")).order_by("pk")
