"""Taking attendance: who was there at a session, who was excused, who was not; and when all of it is taken, the date has been held.

Each act holds the course date's row, so that a tick and a code that arrive at once take turns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import attendance_codes, evaluating, events, places
from .enrolling import moment
from .models import Attendance, Certificate, CourseDate, Enrolment, Session
from .models.courses import STAFF

State, Way = Attendance.State, Attendance.Way
BEFORE = timedelta(minutes=30)  # so long before a session begins its door is open
LISTED = 50
ON_TIME = 10  # minutes: who scans the code in the first ones is not late; it is shown when all sit


class CannotAttend(Exception):
    """Attendance cannot be taken like that; the message says why."""


@dataclass(frozen=True)
class Mark:
    """What is said of one person at one session; `minutes_late` only of who was present."""

    state: str
    minutes_late: int = 0

    def __str__(self) -> str:
        label = str(State(self.state).label)
        return _("%(state)s, %(minutes)s minutes late") % {"state": label, "minutes": self.minutes_late} if self.minutes_late else label


def take(*, session: Session, marks: Mapping[int, Mark], way: str = Way.TICK, by: User, at: datetime) -> int:
    """Say of people who are enrolled (keys of their enrolments) whether they were there; gives how many were marked anew or otherwise than before.

    From BEFORE the session begins on. Nothing is taken if one of the marks cannot be. Raises CannotAttend.
    """
    if not by.has_role(*STAFF):
        raise CannotAttend(_("Attendance is taken by trainers."))
    with current.atomic():
        _held, found = _held_session(session, at)
        people = {each.pk: each for each in enrolled(found.date_id) if each.pk in marks}
        if len(people) < len(marks):
            raise CannotAttend(_("Somebody of these is not enrolled here."))
        for mark in marks.values():
            _checked(mark, found)
        known = {each.enrolment_id: Mark(each.state, each.minutes_late) for each in Attendance.objects.filter(session=found)}
        new = {people[pk]: mark for pk, mark in marks.items() if known.get(pk) != mark}
        _without_certificates(new, known)
        _write(found, new, known, way=way, by=by, at=at)
    return len(new)


def check_in(*, session: Session, code: str, by: User, at: datetime) -> Attendance:
    """Whoever is enrolled and has the code that is shown at this moment is present. Twice is no error; what a trainer has said stands.

    Raises CannotAttend.
    """
    if not attendance_codes.is_fresh(session=session, code=code, at=at) and not attendance_codes.was_opened(
        session=session, person=by, proof=code, at=at
    ):
        raise CannotAttend(_("This code has ended. Please open the one that is shown now."))
    return note_present(session=session, person=by, at=at)


def note_present(*, session: Session, person: User, at: datetime) -> Attendance:
    """Somebody has shown that she is in the room, and who she is. Twice is no error; what a trainer has said stands. Raises CannotAttend."""
    with current.atomic():
        held, found = _held_session(session, at)
        if at >= found.ends_at:
            raise CannotAttend(_("This session has ended. Please speak to the trainers."))
        mine: Enrolment | None = Enrolment.objects.filter(date=held, person=person, state=Enrolment.State.ENROLLED).first()
        if mine is None:
            raise CannotAttend(_("You are not enrolled in this course. Please speak to the trainers."))
        known: Attendance | None = Attendance.objects.filter(session=found, enrolment=mine).first()
        if known is not None and known.state != State.PRESENT:
            raise CannotAttend(_("The trainers have entered something else for you. Please speak to them."))
        if known is None:
            late = int((at - found.starts_at).total_seconds() // 60)
            _write(found, {mine: Mark(State.PRESENT, late if late > ON_TIME else 0)}, {}, way=Way.CODE, by=person, at=at)
    return Attendance.objects.get(session=found, enrolment=mine)


def undo(*, session: Session, enrolment: int, by: User, at: datetime) -> Enrolment:
    """Take back what was entered of somebody (the key of her enrolment) at a session: it is open again, she may say once more that she is there.

    Raises CannotAttend: nothing was entered, or she has a certificate already.
    """
    if not by.has_role(*STAFF):
        raise CannotAttend(_("Attendance is taken by trainers."))
    with current.atomic():
        _held, found = _held_session(session, at)
        known = Attendance.objects.select_related("enrolment__person").filter(session=found, enrolment=enrolment).first()
        if known is None:
            raise CannotAttend(_("Nothing is entered for this person."))
        was = Mark(known.state, known.minutes_late)
        _without_certificates({known.enrolment: was}, {known.enrolment_id: was})
        known.delete()
        name = f"attendance {moment(found.starts_at)}"
        events.enter(act="attend", about=known.enrolment, by=by, at=at, changes={name: (was, None)})
    return known.enrolment


def finish(*, date: CourseDate, by: User, at: datetime) -> CourseDate:
    """Say that a date has been held: it has ended, and attendance of all sessions is taken. Those who came are asked how it was. Raises CannotAttend."""
    if not by.has_role(*STAFF):
        raise CannotAttend(_("A date is finished by trainers."))
    with current.atomic():
        held = places.locked(date)
        if held.state != CourseDate.State.OPEN:
            raise CannotAttend(_("This date is not running."))
        if at < held.ends_at:
            raise CannotAttend(_("This date has not ended yet (%(moment)s).") % {"moment": moment(held.ends_at)})
        if missing := untaken(held):
            raise CannotAttend(
                _("Attendance is still to be taken: %(sessions)s.") % {"sessions": ", ".join(moment(s.starts_at) for s in missing)}
            )
        was, held.state, held.revision = held.state, CourseDate.State.DONE, held.revision + 1
        held.save(update_fields=["state", "revision"])
        evaluating.invite(date=held, at=at)
        events.enter(act="finish", about=held, by=by, at=at, changes={"state": (was, held.state)})
    return held


def running(*, at: datetime) -> list[CourseDate]:
    """Dates whose first session has opened its door and that are not finished, the oldest first."""
    begun = CourseDate.objects.filter(state=CourseDate.State.OPEN, starts_at__lte=at + BEFORE)
    return list(begun.select_related("course").order_by("starts_at", "pk")[:LISTED])


def finished_last() -> list[CourseDate]:
    """Dates that were held, the last one first."""
    done = CourseDate.objects.filter(state=CourseDate.State.DONE)
    return list(done.select_related("course").order_by("-starts_at", "-pk")[:LISTED])


def enrolled(date_id: int) -> list[Enrolment]:
    """Those who have a place, by name."""
    found = Enrolment.objects.filter(date=date_id, state=Enrolment.State.ENROLLED)
    return list(found.select_related("person").order_by("person__display_name", "pk"))


def sessions_of(date: CourseDate) -> list[Session]:
    """The sessions that are held, in order."""
    return list(Session.objects.filter(date=date, called_off_at=None).select_related("room", "trainer").order_by("starts_at", "pk"))


def untaken(date: CourseDate) -> list[Session]:
    """Sessions at which somebody who is enrolled has no mark yet. Two queries, however many there are."""
    people = Enrolment.objects.filter(date=date, state=Enrolment.State.ENROLLED).count()
    marked: dict[int, int] = {}
    states = Attendance.objects.filter(session__date=date, enrolment__state=Enrolment.State.ENROLLED).order_by()
    for session_id in states.values_list("session", flat=True):
        marked[session_id] = marked.get(session_id, 0) + 1
    return [session for session in sessions_of(date) if marked.get(session.pk, 0) < people]


def minutes_of(sessions: Sequence[Session]) -> int:
    """How long sessions are taught, in minutes."""
    return sum(_minutes(session) for session in sessions)


def minutes_there(sessions: Sequence[Session], marks: Mapping[int, Mark]) -> int:
    """How long somebody was there, in minutes; `marks` by the session's key."""
    there = [(session, marks[session.pk]) for session in sessions if session.pk in marks and marks[session.pk].state == State.PRESENT]
    return sum(max(0, _minutes(session) - mark.minutes_late) for session, mark in there)


def marks_of(date: CourseDate) -> dict[int, dict[int, Mark]]:
    """What was taken on a date: enrolment → session → mark, by their keys."""
    found: dict[int, dict[int, Mark]] = {}
    for each in Attendance.objects.filter(session__date=date, session__called_off_at=None):
        found.setdefault(each.enrolment_id, {})[each.session_id] = Mark(each.state, each.minutes_late)
    return found


def ways_of(session: Session) -> dict[int, Attendance]:
    """What was entered at a session, by the enrolment's key: whether by herself, and when."""
    return {each.enrolment_id: each for each in Attendance.objects.filter(session=session)}


def check_door(session: Session, at: datetime) -> None:
    """Raises CannotAttend if nobody can say now that she is there: it was called off, it is too early, or over."""
    if session.called_off_at is not None:
        raise CannotAttend(_("This session was called off."))
    if not may_begin(session, at):
        raise CannotAttend(_("Attendance can be taken from %(moment)s on.") % {"moment": moment(session.starts_at - BEFORE)})
    if at >= session.ends_at:
        raise CannotAttend(_("This session has ended. Please speak to the trainers."))


def may_begin(session: Session, at: datetime) -> bool:
    """Whether attendance can be taken already."""
    return at >= session.starts_at - BEFORE


def _minutes(session: Session) -> int:
    return int((session.ends_at - session.starts_at).total_seconds() // 60)


def _held_session(session: Session, at: datetime) -> tuple[CourseDate, Session]:
    """The date, held, and the session as it is now. Raises CannotAttend."""
    held = places.locked(session.date)
    found = Session.objects.filter(pk=session.pk, date=held).first()
    if found is None or found.called_off_at is not None:
        raise CannotAttend(_("This session was called off."))
    if held.state not in (CourseDate.State.OPEN, CourseDate.State.DONE):
        raise CannotAttend(_("This date is not held."))
    if not may_begin(found, at):
        raise CannotAttend(_("Attendance can be taken from %(moment)s on.") % {"moment": moment(found.starts_at - BEFORE)})
    return held, found


def _checked(mark: Mark, session: Session) -> None:
    if mark.state not in State.values:
        raise CannotAttend(_("Somebody is present, excused or absent."))
    if mark.minutes_late and mark.state != State.PRESENT:
        raise CannotAttend(_("Only somebody who was present can have been late."))
    if not 0 <= mark.minutes_late < _minutes(session):
        raise CannotAttend(_("Somebody can be from 0 to %(most)s minutes late.") % {"most": _minutes(session) - 1})


def _without_certificates(new: Mapping[Enrolment, Mark], known: Mapping[int, Mark]) -> None:
    """What a certificate says must not become untrue behind its back."""
    changed = [each for each in new if each.pk in known]
    issued = Certificate.objects.valid().filter(enrolment__in=changed).select_related("person").order_by("number").first()
    if issued is not None:
        words = {"person": issued.person, "number": issued.number}
        raise CannotAttend(_("%(person)s has certificate %(number)s already. Please revoke it first.") % words)


def _write(session: Session, new: Mapping[Enrolment, Mark], known: Mapping[int, Mark], *, way: str, by: User, at: datetime) -> None:
    rows = [
        Attendance(session=session, enrolment=each, state=mark.state, minutes_late=mark.minutes_late, way=way, at=at)
        for each, mark in new.items()
    ]
    Attendance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["session", "enrolment"], update_fields=["state", "minutes_late", "way", "at"]
    )
    name = f"attendance {moment(session.starts_at)}"
    events.enter_each(act="attend", changes={each: {name: (known.get(each.pk), mark)} for each, mark in new.items()}, by=by, at=at)
