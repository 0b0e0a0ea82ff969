"""Calendar files for one person: an invitation or a cancellation for each session that a notice is about, and how a session looks in a calendar.

A session is known by its `public_id` for ever. Its number counts every change (RFC 5545, 3.8.7.4): those of the session, which all share, and those of
the person, who may leave and come back. So whatever she gets has a higher number than what she got before, and nobody else's goes up for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from foundation.calendar_files import Appointment, Person, SchedulingMessage, Status, cancellation, invitation
from tenants.models import User

from .models import CourseDate, Notice, Session

Kind, Calendar = Notice.Kind, Notice.Calendar


def messages_of(notice: Notice) -> list[SchedulingMessage]:
    """What goes into her calendar, or out of it, one message for each session (RFC 5546, 3.2.2: one UID each). Raises BadAppointment: her address is none.

    Made twice it says the same: its stamp is when the notice was written.
    """
    if not notice.calendar or notice.date is None:
        return []
    cancels = notice.calendar == Calendar.CANCEL
    own = turns(notice.person, [notice.date.pk], until=notice).get(notice.date.pk, 0)
    whom = Person(notice.person.display_name, notice.person.email)
    found = [appointment(session, notice.date, own_turns=own, stamp=notice.at) for session in _sessions(notice)]
    return [cancellation(each, to=whom) if cancels else invitation(each, to=whom, reply_wanted=False) for each in found]


def turns(person: User, dates: Iterable[int], *, until: Notice | None = None) -> dict[int, int]:
    """How often a person came to course dates and left them again, beyond the first time she came: by date. `until`: up to this notice."""
    came_or_left = Notice.objects.filter(person=person, date__in=list(dates), kind__in=[Kind.ENROLLED, Kind.WITHDRAWN])
    if until is not None:
        came_or_left = came_or_left.filter(pk__lte=until.pk)
    counted = came_or_left.exclude(calendar=Calendar.NONE).order_by().values_list("date").annotate(n=Count("pk"))
    return {date: max(0, count - 1) for date, count in counted}


def appointment(session: Session, date: CourseDate, *, own_turns: int, stamp: datetime) -> Appointment:
    """A session as calendars know it. `own_turns` as `turns` gives them. Without an alarm: people are reminded by mail, and by their own calendars."""
    return Appointment(
        uid=str(session.public_id),
        sequence=session.sequence + own_turns,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=_("Course: %(course)s") % {"course": date.course},
        organizer=organizer(),
        stamp=stamp,
        last_modified=session.changed_at,
        description=_description(session, date),
        location=place_of(session),
        status=Status.CANCELLED if session.called_off_at is not None else Status.CONFIRMED,
    )


def organizer() -> Person:
    """Whom mails of training and what stands in calendars come from: programs want them to be the same."""
    return Person(settings.TRAINING_MAIL_NAME, settings.MAIL_ADDRESS)


def place_of(session: Session) -> str:
    """Room and address, or the video link."""
    if session.room is None:
        return session.link
    return ", ".join(part for part in (session.room.name, session.room.address) if part)


def _description(session: Session, date: CourseDate) -> str:
    lines = []
    if session.link:
        lines.append(_("Video link: %(link)s") % {"link": session.link})
    if session.trainer is not None:
        lines.append(_("Taught by: %(name)s") % {"name": session.trainer})
    return "\n".join([*lines, date.note] if date.note else lines)


def _sessions(notice: Notice) -> list[Session]:
    """The sessions that a notice is about: those it names (`session` or `sessions` among its facts), else all. What is over stays as it is."""
    found = Session.objects.filter(date=notice.date_id).select_related("room", "trainer").order_by("starts_at", "pk")
    named = notice.facts.get("sessions") or [notice.facts["session"]] if {"session", "sessions"} & notice.facts.keys() else []
    if named:
        found = found.filter(public_id__in=named)
    if notice.calendar == Calendar.REQUEST:
        return list(found.filter(called_off_at=None, ends_at__gt=notice.at))
    # What was called off earlier left her calendar then. A moved session may end later than it did.
    return list(found.filter(Q(called_off_at=None) | Q(called_off_at__gte=notice.at), ends_at__gt=notice.at - timedelta(days=1)))
