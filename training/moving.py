"""Moving sessions: to another time, room or trainer; one more, one less. Whoever has a place, is offered one or waits for one is told of it, once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import events, places, planning, telling
from .enrolling import moment
from .models import CourseDate, Enrolment, Session
from .planning import CannotPlan, Planned

State = CourseDate.State
WAITING = (Enrolment.State.WAITING, Enrolment.State.AWAITING_APPROVAL)
FIELDS = ("starts_at", "ends_at", "room", "link", "trainer")


def move_session(*, session: Session, to: Planned, confirmed: Collection[str] | None, by: User, at: datetime) -> Session:
    """Hold a session at another time, in another room, by another trainer. `confirmed` as in planning.plan_date.

    Refused once it has begun, or somebody has noted who was there: what has been is not moved. Raises CannotPlan, Taken, MustConfirm.
    """
    planning.staff_only(by)
    with current.atomic():
        date, found, others = _held(session, at)
        planning.check_session(to, capacity=date.capacity, at=at)
        planning.check_order([*others, to])
        planning.look_out([to], confirmed=confirmed, besides=[found.pk], attending=date)
        changes = {name: (getattr(found, name), getattr(to, name)) for name in FIELDS if getattr(found, name) != getattr(to, name)}
        if not changes:
            return found
        for name, (_old, new) in changes.items():
            setattr(found, name, new)
        found.sequence, found.changed_at = found.sequence + 1, at
        found.save(update_fields=[*FIELDS, "sequence", "changed_at"])
        _follow(date)
        events.enter(act="move", about=date, by=by, at=at, changes=changes)
        _tell(date, found, "move", changes, at)
    return found


def add_session(*, date: CourseDate, session: Planned, confirmed: Collection[str] | None, by: User, at: datetime) -> Session:
    """Hold one more session. Raises CannotPlan, Taken, MustConfirm."""
    planning.staff_only(by)
    with current.atomic():
        held = _planned(places.locked(date))
        others = _sessions(held)
        if len(others) >= planning.MOST_SESSIONS:
            raise CannotPlan(_("A date has from one to %(most)s sessions.") % {"most": planning.MOST_SESSIONS}, "sessions")
        planning.check_session(session, capacity=held.capacity, at=at)
        planning.check_order([*others, session])
        planning.look_out([session], confirmed=confirmed, attending=held)
        made = Session.objects.create(date=held, changed_at=at, **vars(session))
        _follow(held)
        changes = {name: (None, getattr(made, name)) for name in FIELDS if getattr(made, name)}
        events.enter(act="add_session", about=held, by=by, at=at, changes=changes)
        _tell(held, made, "add", changes, at)
    return made


def call_off_session(*, session: Session, by: User, at: datetime) -> Session:
    """Leave a session out; the last one is called off with its date. Of a draft it is gone, everywhere else it stays to be seen. Raises CannotPlan."""
    planning.staff_only(by)
    with current.atomic():
        date, found, others = _held(session, at)
        if not others:
            raise CannotPlan(_("This is the only session. Please cancel the whole date instead."))
        changes: dict[str, tuple[Any, Any]] = {"starts_at": (found.starts_at, None)}
        if date.state == State.DRAFT:
            found.delete()
        else:
            found.called_off_at, found.changed_at, found.sequence = at, at, found.sequence + 1
            found.save(update_fields=["called_off_at", "changed_at", "sequence"])
        _follow(date)
        events.enter(act="call_off", about=date, by=by, at=at, changes=changes)
        _tell(date, found, "call_off", changes, at)
    return found


def _held(session: Session, at: datetime) -> tuple[CourseDate, Session, list[Session]]:
    """The date, held, the session as it is now, and the others that take place. Raises CannotPlan."""
    date = _planned(places.locked(session.date))
    found = Session.objects.select_for_update(of=("self",)).select_related("room", "trainer").filter(pk=session.pk).first()
    if found is None or found.called_off_at is not None:
        raise CannotPlan(_("This session was called off already."))
    if places.was_attended(found):
        raise CannotPlan(_("It has been noted already who was there; this session stays as it was."))
    if found.starts_at <= at:
        raise CannotPlan(_("This session has begun already (%(moment)s).") % {"moment": moment(found.starts_at)})
    return date, found, [other for other in _sessions(date) if other.pk != found.pk]


def _planned(date: CourseDate) -> CourseDate:
    if date.state not in (State.DRAFT, State.OPEN):
        raise CannotPlan(_("This date is not being planned any more."))
    return date


def _sessions(date: CourseDate) -> list[Session]:
    return list(Session.objects.filter(date=date, called_off_at=None).order_by("starts_at", "pk"))


def _follow(date: CourseDate) -> None:
    """The date begins with its first session and ends with its last one; no deadline and no offer outlives its beginning."""
    held = Session.objects.filter(date=date, called_off_at=None).aggregate(first=Min("starts_at"), last=Max("ends_at"))
    date.starts_at, date.ends_at, date.revision = held["first"], held["last"], date.revision + 1
    date.register_until, date.withdraw_until = min(date.register_until, date.starts_at), min(date.withdraw_until, date.starts_at)
    date.save(update_fields=["starts_at", "ends_at", "revision", "register_until", "withdraw_until"])
    Enrolment.objects.filter(date=date, state=Enrolment.State.OFFERED, offered_until__gt=date.starts_at).update(
        offered_until=date.starts_at
    )


def _tell(date: CourseDate, session: Session, act: str, changes: dict[str, tuple[Any, Any]], at: datetime) -> None:
    """Whoever has a place has it in her calendar; whom one is offered, and whoever waits for one or for an approval, decides whether she can still come.
    Trainers are told who teach on the date.
    """
    wishes = list(Enrolment.objects.select_related("person").filter(date=date, state__in=(*Enrolment.TAKING, *WAITING)).order_by("pk"))
    people = [each.person for each in wishes if each.state == Enrolment.State.ENROLLED]
    offered = [each.person for each in wishes if each.state == Enrolment.State.OFFERED]
    waiting = [each.person for each in wishes if each.state in WAITING]
    teach = planning.teaching(date, before=changes.get("trainer", (None, None))[0]) if date.state != State.DRAFT else []
    words = {name: [_word(old), _word(new)] for name, (old, new) in changes.items() if name != "link"}
    facts = {"act": act, "session": str(session.public_id), "changes": words}
    once = f"changed:{date.pk}:{date.revision}"
    telling.tell_all(people=people, kind=telling.Kind.CHANGED, about=date, once=once, at=at, calendar=telling.Calendar.REQUEST, facts=facts)
    telling.tell_all(people=offered, kind=telling.Kind.CHANGED, about=date, once=once, at=at, facts=facts | {"offered": True})
    telling.tell_all(people=waiting, kind=telling.Kind.CHANGED, about=date, once=once, at=at, facts=facts | {"waits": True})
    telling.tell_all(people=teach, kind=telling.Kind.CHANGED, about=date, once=once, at=at, facts=facts | {"teaches": True})


def _word(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)
