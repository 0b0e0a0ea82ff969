"""Planning: course dates with their sessions, from the first plan to the day on which they are held, or called off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User
from tenants.roles import CentreRole

from . import clashes, events, places, practice_following, telling, waiting
from .enrolling import moment
from .models import Course, CourseDate, Enrolment, Room, Session
from .models.courses import STAFF

State = CourseDate.State
LONGEST = timedelta(hours=12)  # a session is a part of a day
FARTHEST = timedelta(days=366 * 60)  # what lies at the end of the calendar could not be reckoned with any more
MOST_SESSIONS = 60
REGISTER_BEFORE, WITHDRAW_BEFORE = timedelta(days=3), timedelta(days=7)  # unless the planner says otherwise
FIELDS = ("capacity", "minimum", "price_cents", "register_until", "withdraw_until", "note")


class CannotPlan(Exception):
    """It cannot be planned like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Taken(CannotPlan):
    """A room or a trainer is taken then; `clashes` say by what."""

    def __init__(self, found: Sequence[clashes.Clash]) -> None:
        super().__init__(" ".join(dict.fromkeys(clash.sentence for clash in found)))
        self.clashes = list(found)


class MustConfirm(CannotPlan):
    """It can be planned so by whoever knows of these `clashes` and says so, by their keys."""

    def __init__(self, found: Sequence[clashes.Clash]) -> None:
        super().__init__(" ".join(clash.sentence for clash in found))
        self.clashes = list(found)


class Stale(Exception):
    """Somebody has changed the date meanwhile."""


@dataclass(frozen=True)
class Planned:
    """A session to be: aware moments, a room or a video link or both, who teaches."""

    starts_at: datetime
    ends_at: datetime
    room: Room | None = None
    link: str = ""
    trainer: User | None = None

    def __post_init__(self) -> None:
        """In UTC: two moments of one local zone are compared by the wall clock, which is wrong where the clock changes in between."""
        for name in ("starts_at", "ends_at"):
            object.__setattr__(self, name, getattr(self, name).astimezone(UTC))


def plan_date(
    *,
    course: Course,
    sessions: Sequence[Planned],
    capacity: int,
    confirmed: Collection[str] | None = None,
    by: User,
    at: datetime,
    **more: Any,
) -> CourseDate:
    """Plan a date of a course; nobody can enrol before it is opened (open_date).

    `confirmed` are the keys of the clashes that the planner has seen (training.clashes); None asks about none, for plans that nobody looks at, but
    what is taken stays taken.

    `more`: `minimum`, `price_cents`, `note`, and until when people can enrol and withdraw (`register_until`, `withdraw_until`: three and seven days
    before it begins, or now if that is later). Raises CannotPlan, Taken, MustConfirm.
    """
    staff_only(by)
    ordered = _checked_sessions(sessions, capacity, at)
    begins = ordered[0].starts_at
    date = CourseDate(
        course=course,
        capacity=capacity,
        minimum=more.get("minimum") or 0,
        price_cents=more.get("price_cents") or 0,
        note=more.get("note") or "",
        register_until=more.get("register_until") or max(begins - REGISTER_BEFORE, min(at, begins)),
        withdraw_until=more.get("withdraw_until") or max(begins - WITHDRAW_BEFORE, min(at, begins)),
        starts_at=begins,
        ends_at=max(session.ends_at for session in ordered),
        created_at=at,
    )
    if not course.active:
        raise CannotPlan(_("This course is not offered any more."), "course")
    _checked(date)
    with current.atomic():
        look_out(ordered, confirmed=confirmed)
        date.save(force_insert=True)
        Session.objects.bulk_create(Session(date=date, changed_at=at, **vars(session)) for session in ordered)
        events.enter(act="plan", about=date, by=by, at=at, changes={"starts_at": (None, begins), "capacity": (None, capacity)})
    return date


def open_date(*, date: CourseDate, by: User, at: datetime) -> CourseDate:
    """Open a planned date to enrolment. Raises CannotPlan."""
    staff_only(by)
    with current.atomic():
        found = places.locked(date)
        if found.state != State.DRAFT:
            raise CannotPlan(_("This date is not being planned any more."))
        if at >= found.starts_at:
            raise CannotPlan(_("This date lies in the past."))
        found.state, found.revision = State.OPEN, found.revision + 1
        found.save(update_fields=["state", "revision"])
        events.enter(act="open", about=found, by=by, at=at, changes={"state": (State.DRAFT, State.OPEN)})
    return found


def change_date(*, date: CourseDate, fields: dict[str, Any], etag: str, by: User, at: datetime) -> CourseDate:
    """Change places, deadlines, price or remark of a date; new places go to those who wait. Raises CannotPlan, Stale."""
    staff_only(by)
    with current.atomic():
        found = places.locked(date)
        if etag != found.etag:
            raise Stale(_("Somebody has changed this date meanwhile. Please look at it again."))
        clashes.hold()  # no room becomes smaller meanwhile
        if found.state not in (State.DRAFT, State.OPEN):
            raise CannotPlan(_("This date is not being planned any more."))
        changes = {name: (getattr(found, name), fields[name]) for name in FIELDS if name in fields and getattr(found, name) != fields[name]}
        for name, (_old, new) in changes.items():
            setattr(found, name, new)
        found.revision += 1
        _checked(found)
        _room_for_all(found)
        found.save()
        events.enter(act="change", about=found, by=by, at=at, changes=changes)
        if "note" in changes and found.state == State.OPEN:
            _tell_of_note(found, at)
        waiting.promote(date=found, at=at)
    return found


def cancel_date(*, date: CourseDate, reason: str, by: User, at: datetime) -> CourseDate:
    """Call a date off; everybody who has or wants a place is told, with the reason. Raises CannotPlan."""
    staff_only(by)
    reason = " ".join(reason.replace("\x00", "").split())[:500]
    if not reason:
        raise CannotPlan(_("Please say why; those who wanted to come read it."), "reason")
    with current.atomic():
        found = places.locked(date)
        if found.state == State.CANCELLED:
            raise CannotPlan(_("This date was cancelled already."))
        if found.state == State.DONE or at >= found.ends_at:
            raise CannotPlan(_("This date has been held; it cannot be cancelled any more."))
        if places.was_attended(found):
            raise CannotPlan(_("Attendance was taken on this date; it has begun and cannot be cancelled any more."))
        was, found.state, found.reason, found.revision = found.state, State.CANCELLED, reason, found.revision + 1
        found.save(update_fields=["state", "reason", "revision"])
        Session.objects.filter(date=found, called_off_at=None).update(called_off_at=at, changed_at=at, sequence=F("sequence") + 1)
        ended = list(Enrolment.objects.select_related("person").filter(date=found, state__in=Enrolment.ACTIVE).order_by("pk"))
        for calendar, people in _by_calendar(ended).items():
            once = f"cancelled:{found.pk}"
            telling.tell_all(
                people=people, kind=telling.Kind.CANCELLED, about=found, once=once, at=at, calendar=calendar, facts={"reason": reason}
            )
        if was != State.DRAFT:
            told = {"reason": reason, "teaches": True}
            telling.tell_all(
                people=teaching(found), kind=telling.Kind.CANCELLED, about=found, once=f"cancelled:{found.pk}", at=at, facts=told
            )
        Enrolment.objects.filter(pk__in=[each.pk for each in ended]).update(
            state=Enrolment.State.CANCELLED, ended_at=at, offered_until=None
        )
        events.enter(act="cancel", about=found, by=by, at=at, changes={"state": (was, State.CANCELLED), "reason": (None, reason)})
        practice_following.soon(found)
    return found


def discard_draft(*, date: CourseDate, by: User, at: datetime) -> None:
    """Throw away a plan that nobody has seen yet. Raises CannotPlan: it was opened, so it is cancelled instead."""
    staff_only(by)
    with current.atomic():
        found = places.locked(date)
        if found.state != State.DRAFT or Enrolment.objects.filter(date=found).exists():
            raise CannotPlan(_("This date was open to enrolment; please cancel it instead."))
        course, begins = found.course, found.starts_at
        found.delete()
        events.enter(act="discard", about=course, by=by, at=at, changes={"starts_at": (begins, None)})


def look_out(
    sessions: Sequence[clashes.Held],
    *,
    confirmed: Collection[str] | None,
    besides: Collection[int] = (),
    attending: CourseDate | None = None,
) -> None:
    """Let nobody else plan until the transaction ends, and see what is in the way. Raises Taken, MustConfirm."""
    clashes.hold()
    if taken := clashes.hard_of(sessions, besides=besides):
        raise Taken(taken)
    if confirmed is None:
        return
    warned = clashes.soft_of(sessions, attending=attending)
    if not {clash.key for clash in warned} <= set(confirmed):
        raise MustConfirm(warned)


def _tell_of_note(date: CourseDate, at: datetime) -> None:
    """The remark stands in calendars: what is still to come of the date has a new number there (RFC 5545, 3.8.7.4), and goes to whoever has a place."""
    Session.objects.filter(date=date, called_off_at=None, ends_at__gt=at).update(changed_at=at, sequence=F("sequence") + 1)
    telling.tell_of_place_or_note(date=date, facts={"act": "note"}, at=at)


def teaching(date: CourseDate, *, before: User | None = None) -> list[User]:
    """Who teaches on a date, and who was to until now (`before`)."""
    found = {session.trainer for session in Session.objects.filter(date=date, trainer__isnull=False).select_related("trainer")}
    everybody = {person for person in (*found, before) if person is not None}
    return sorted(everybody, key=lambda person: person.pk)


def trainers() -> list[User]:
    """Who can teach."""
    return list(User.objects.active().with_role(CentreRole.TRAINER).order_by("display_name", "pk"))


def _by_calendar(ended: list[Enrolment]) -> dict[str, list[User]]:
    """Those who had a place have it in their calendars, too."""
    found: dict[str, list[User]] = {}
    for each in ended:
        calendar = telling.Calendar.CANCEL if each.state == Enrolment.State.ENROLLED else telling.Calendar.NONE
        found.setdefault(calendar, []).append(each.person)
    return found


def _checked_sessions(sessions: Sequence[Planned], capacity: int, at: datetime) -> list[Planned]:
    """Sessions in their order. Raises CannotPlan."""
    if not sessions or len(sessions) > MOST_SESSIONS:
        raise CannotPlan(_("A date has from one to %(most)s sessions.") % {"most": MOST_SESSIONS}, "sessions")
    ordered = sorted(sessions, key=lambda session: (session.starts_at, session.ends_at))
    for session in ordered:
        check_session(session, capacity=capacity, at=at)
    check_order(ordered)
    return ordered


def check_session(session: Planned, *, capacity: int, at: datetime) -> None:
    """Raises CannotPlan: it cannot be held like that, whatever else there is."""
    said = moment(session.starts_at)
    if session.ends_at <= session.starts_at:
        raise CannotPlan(_("A session ends after it begins (%(moment)s).") % {"moment": said}, "sessions")
    if session.ends_at - session.starts_at > LONGEST:
        raise CannotPlan(_("A session is a part of a day; please plan several (%(moment)s).") % {"moment": said}, "sessions")
    if session.starts_at <= at:
        raise CannotPlan(_("%(moment)s lies in the past.") % {"moment": said}, "sessions")
    if session.starts_at > at + FARTHEST:
        raise CannotPlan(_("A course date lies at most 60 years ahead."), "sessions")
    if session.room is None and not session.link:
        raise CannotPlan(_("A session takes place in a room or by a video link (%(moment)s).") % {"moment": said}, "sessions")
    if session.room is not None and not session.room.active:
        raise CannotPlan(_("%(room)s is not offered any more.") % {"room": session.room}, "sessions")
    if session.room is not None and session.room.seats < capacity:
        words = {"room": session.room, "seats": session.room.seats}
        raise CannotPlan(_("%(room)s has %(seats)s seats only.") % words, "capacity")
    if session.trainer is not None and not session.trainer.has_role(CentreRole.TRAINER):
        raise CannotPlan(_("%(person)s is no trainer.") % {"person": session.trainer}, "sessions")


def check_order(sessions: Iterable[clashes.Held]) -> None:
    """Raises CannotPlan: two sessions of a date overlap."""
    for one, other in pairwise(sorted(sessions, key=lambda session: (session.starts_at, session.ends_at))):
        if other.starts_at < one.ends_at:
            raise CannotPlan(_("Two sessions overlap (%(moment)s).") % {"moment": moment(other.starts_at)}, "sessions")


def _checked(date: CourseDate) -> None:
    if not 1 <= date.capacity <= 2000:
        raise CannotPlan(_("A date has from 1 to 2000 places."), "capacity")
    if date.minimum > date.capacity:
        raise CannotPlan(_("It cannot need more people than it has places for."), "minimum")
    for field in ("register_until", "withdraw_until"):
        if getattr(date, field) > date.starts_at:
            raise CannotPlan(_("This ends before the course begins (%(moment)s).") % {"moment": moment(date.starts_at)}, field)
    date.note = date.note.replace("\x00", "").strip()[:2000]


def _room_for_all(date: CourseDate) -> None:
    """Nobody loses a place because a number was made smaller, and nobody stands."""
    taken = Enrolment.objects.filter(date=date, state__in=Enrolment.TAKING).count()
    if date.capacity < taken:
        raise CannotPlan(_("%(taken)s places are given or offered already; there cannot be fewer.") % {"taken": taken}, "capacity")
    smallest = Room.objects.filter(sessions__date=date, sessions__called_off_at=None, seats__lt=date.capacity).order_by("seats").first()
    if smallest is not None:
        raise CannotPlan(_("%(room)s has %(seats)s seats only.") % {"room": smallest, "seats": smallest.seats}, "capacity")


def staff_only(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotPlan(_("Dates are planned by trainers."))
