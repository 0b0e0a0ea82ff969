"""Enrolling and withdrawing: by oneself, or for the people whose training is one's own to decide.

Whoever asks holds the date's row, so five hundred who ask at once are served one after the other, in that order; and before it the person's, so that
nobody gets places on two dates of one hour by asking for both at once (double_seats).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenants import current
from tenants.centre.models import Municipality
from tenants.models import User

from . import double_seats, events, places, practice_following, telling, waiting
from .models import CourseDate, Enrolment, Standing
from .models.courses import STAFF

State = Enrolment.State
COOLING_OFF = timedelta(hours=24)  # so long after she got her place she may leave it, deadline or not


class CannotEnrol(Exception):
    """She cannot be enrolled; the message says why. `enrolment` is what she has already, if that is the reason."""

    def __init__(self, message: str, enrolment: Enrolment | None = None) -> None:
        super().__init__(message)
        self.enrolment = enrolment


class CannotWithdraw(Exception):
    """She cannot be withdrawn; the message says why."""


def enrol(*, date: CourseDate, person: User, by: User, at: datetime) -> Enrolment:
    """Ask for a place: she gets it, stands in line, or waits for approval. Who is offered one takes it so.

    Nobody jumps the queue: while somebody waits, a place is only ever offered in the order of the line. Where her municipality wants approval, that
    comes first, unless `by` is who gives it; her place in line is of now all the same. Raises CannotEnrol.
    """
    if not may_decide_for(person, by=by):
        raise CannotEnrol(_("You can enrol yourself and the people whose training you decide about."))
    with current.atomic():
        double_seats.hold([person.pk])
        held = places.locked(date)
        known = _active(held, person)
        if known is None:
            return _ask(held, person, by, at)
        if known.state != State.OFFERED:
            raise CannotEnrol(_already(known), known)
    try:
        return waiting.accept(enrolment=known, by=by, at=at)
    except waiting.CannotAnswer as refusal:
        raise CannotEnrol(str(refusal), known) from refusal


def _ask(held: CourseDate, person: User, by: User, at: datetime) -> Enrolment:
    check_open(held, at)
    refuse_clash(held, person)
    town = places.town_of(person)
    asked = Enrolment(date=held, person=person, municipality=town, asked_at=at, asked_by=str(by), state=State.WAITING)
    if _must_be_approved(town, person, by):
        asked.state = State.AWAITING_APPROVAL
    elif places.free(held) and not places.anybody_waits(held):
        asked.state, asked.enrolled_at = State.ENROLLED, at
    asked.save(force_insert=True)
    events.enter(act="enrol", about=asked, by=by, at=at, changes={"state": (None, asked.state)})
    _tell(asked, at)
    practice_following.soon(held)
    return asked


def withdraw(*, date: CourseDate, person: User, by: User, at: datetime, reason: str = "") -> Enrolment:
    """Leave a place, the line or a wish; the place is offered to the next in line at once.

    By herself until the date's `withdraw_until`, and for COOLING_OFF after she got her place; trainers and operators until it begins. Raises
    CannotWithdraw.
    """
    if not may_decide_for(person, by=by):
        raise CannotWithdraw(_("You can withdraw yourself and the people whose training you decide about."))
    with current.atomic():
        held = places.locked(date)
        found = _active(held, person)
        if found is None:
            raise CannotWithdraw(
                _("You are not enrolled here.") if by == person else _("%(person)s is not enrolled here.") % {"person": person}
            )
        if at >= held.starts_at:
            raise CannotWithdraw(_("This course has begun. Please speak to the trainers."))
        _in_time(held, found, by, at)
        was, found.state, found.ended_at, found.offered_until = found.state, State.WITHDRAWN, at, None
        found.reason = " ".join(reason.replace("\x00", "").split())[:500]
        found.save(update_fields=["state", "ended_at", "offered_until", "reason"])
        events.enter(act="withdraw", about=found, by=by, at=at, changes={"state": (was, found.state)})
        calendar = telling.Calendar.CANCEL if was == State.ENROLLED else telling.Calendar.NONE
        telling.tell(person=person, kind=telling.Kind.WITHDRAWN, about=found, once=f"withdrawn:{found.pk}", at=at, calendar=calendar)
        waiting.promote(date=held, at=at)
        practice_following.soon(held)
    return found


def check_open(held: CourseDate, at: datetime) -> None:
    """Raises CannotEnrol if nobody can enrol for this date now."""
    if held.state == CourseDate.State.CANCELLED:
        raise CannotEnrol(_("This course date was cancelled."))
    if held.state != CourseDate.State.OPEN:
        raise CannotEnrol(_("This course date is not open to enrolment."))
    if at >= held.starts_at:
        raise CannotEnrol(_("This course date has begun already."))
    if at >= held.register_until:
        raise CannotEnrol(_("Enrolment was possible until %(moment)s.") % {"moment": moment(held.register_until)})


def may_decide_for(person: User, *, by: User) -> bool:
    """Herself, trainers and operators, and whoever decides about her training."""
    return by == person or by.has_role(*STAFF) or Standing.objects.people_of(by).filter(person=person.pk).exists()


def place(*, held: CourseDate, enrolment: Enrolment, by: User, at: datetime) -> None:
    """Give somebody who was approved a place if nobody stands before her and one is free, else put her in line where she asked.

    She and the date are held. Raises CannotEnrol: she would sit in two courses at once.
    """
    if places.free(held) and not places.anybody_waits(held):
        refuse_clash(held, enrolment.person)
        enrolment.state, enrolment.enrolled_at = State.ENROLLED, at
    else:
        enrolment.state = State.WAITING
    enrolment.save(update_fields=["state", "enrolled_at"])
    events.enter(act="approve", about=enrolment, by=by, at=at, changes={"state": (State.AWAITING_APPROVAL, enrolment.state)})
    _tell(enrolment, at)
    practice_following.soon(held)


def _active(held: CourseDate, person: User) -> Enrolment | None:
    found: Enrolment | None = Enrolment.objects.filter(date=held, person=person, state__in=Enrolment.ACTIVE).first()
    return found


def _already(known: Enrolment) -> str:
    said = {
        State.ENROLLED: _("There is an enrolment already."),
        State.WAITING: _("There is a place on the waiting list already."),
        State.AWAITING_APPROVAL: _("The enrolment waits for approval already."),
    }
    return said[State(known.state)]


def refuse_clash(held: CourseDate, person: User) -> None:
    """Nobody sits in two courses at once: what she has a place in, or an offer for, comes first. Raises CannotEnrol."""
    if said := double_seats.said_of(held, person, states=Enrolment.TAKING):
        raise CannotEnrol(said)


def _must_be_approved(town: Municipality | None, person: User, by: User) -> bool:
    """Whoever approves does so by enrolling; nobody does for herself, and the centre does not speak for a municipality."""
    return places.needs_approval(town) and not (by != person and Standing.objects.people_of(by).filter(person=person.pk).exists())


def _in_time(held: CourseDate, found: Enrolment, by: User, at: datetime) -> None:
    cooling = found.enrolled_at is not None and at < found.enrolled_at + COOLING_OFF
    if found.state == State.ENROLLED and at >= held.withdraw_until and not cooling and not by.has_role(*STAFF):
        raise CannotWithdraw(
            _("Withdrawing was possible until %(moment)s. Please speak to the trainers, or name somebody who comes instead.")
            % {"moment": moment(held.withdraw_until)}
        )


def _tell(enrolment: Enrolment, at: datetime) -> None:
    """Tell her how she stands, and those who approve that they are asked."""
    kinds = {State.ENROLLED: telling.Kind.ENROLLED, State.WAITING: telling.Kind.WAITING}
    if kind := kinds.get(State(enrolment.state)):
        calendar = telling.Calendar.REQUEST if enrolment.state == State.ENROLLED else telling.Calendar.NONE
        telling.tell(person=enrolment.person, kind=kind, about=enrolment, once=f"{kind}:{enrolment.pk}", at=at, calendar=calendar)
        return
    approvers = User.objects.active().filter(pk__in=Standing.objects.deciding_for(enrolment.person))
    telling.tell_all(people=approvers, kind=telling.Kind.APPROVAL, about=enrolment, once=f"approval:{enrolment.pk}", at=at)


def moment(at: datetime) -> str:
    """A moment as people read it: "3. März 2026, 12:00 Uhr"."""
    return date_format(timezone.localtime(at), "j. F Y, H:i") + _(" (o'clock)")
