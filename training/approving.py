"""Approving: where a municipality wants it, a supervisor, her deputy or the training coordinator says yes or no to each enrolment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import double_seats, enrolling, events, places, telling
from .models import CourseDate, Enrolment, Standing

State = Enrolment.State


class CannotApprove(Exception):
    """It cannot be approved or refused; the message says why."""


def approve(*, enrolment: Enrolment, by: User, at: datetime) -> Enrolment:
    """Say yes: she gets a place, or stands in line where she asked. Raises CannotApprove: not hers to decide, too late, or a clash."""
    with current.atomic():
        double_seats.hold([enrolment.person_id])
        held, found = _held(enrolment, by)
        if held.state != CourseDate.State.OPEN or at >= held.starts_at:
            raise CannotApprove(_("This course date is not open any more."))
        try:
            enrolling.place(held=held, enrolment=found, by=by, at=at)
        except enrolling.CannotEnrol as refusal:
            raise CannotApprove(str(refusal)) from refusal
    return found


def refuse(*, enrolment: Enrolment, reason: str, by: User, at: datetime) -> Enrolment:
    """Say no, with a reason that she reads. Raises CannotApprove."""
    reason = " ".join(reason.replace("\x00", "").split())[:500]
    if not reason:
        raise CannotApprove(_("Please say why."))
    with current.atomic():
        _date, found = _held(enrolment, by)
        found.state, found.ended_at, found.reason = State.REFUSED, at, reason
        found.save(update_fields=["state", "ended_at", "reason"])
        events.enter(act="refuse", about=found, by=by, at=at, changes={"state": (State.AWAITING_APPROVAL, State.REFUSED)})
        telling.tell(
            person=found.person, kind=telling.Kind.REFUSED, about=found, once=f"refused:{found.pk}", at=at, facts={"reason": reason}
        )
    return found


def approve_all(*, enrolments: Iterable[Enrolment], by: User, at: datetime) -> list[tuple[Enrolment, str]]:
    """Say yes to several, who asked first first; what cannot be approved is left, and given back with the reason."""
    return _each(enrolments, lambda one: approve(enrolment=one, by=by, at=at))


def refuse_all(*, enrolments: Iterable[Enrolment], reason: str, by: User, at: datetime) -> list[tuple[Enrolment, str]]:
    """Say no to several with one reason; what cannot be refused is left, and given back with why. Raises CannotApprove: no reason."""
    if not reason.replace("\x00", "").strip():
        raise CannotApprove(_("Please say why."))
    return _each(enrolments, lambda one: refuse(enrolment=one, reason=reason, by=by, at=at))


def _each(enrolments: Iterable[Enrolment], act: Callable[[Enrolment], Enrolment]) -> list[tuple[Enrolment, str]]:
    """One act for each: each date is held by itself, so that a class of thirty does not wait for another's."""
    left = []
    for one in sorted(enrolments, key=lambda each: (each.asked_at, each.pk)):
        try:
            act(one)
        except (CannotApprove, places.CannotFind) as refusal:
            left.append((one, str(refusal)))
    return left


def asked_of(person: User, *, at: datetime) -> list[Enrolment]:
    """What waits for a person's approval, the oldest wish first; dates that have begun are left out."""
    found = Enrolment.objects.filter(state=State.AWAITING_APPROVAL, person__in=Standing.objects.people_of(person), date__starts_at__gt=at)
    return list(found.select_related("person", "date__course").order_by("asked_at", "pk"))


def _held(enrolment: Enrolment, by: User) -> tuple[CourseDate, Enrolment]:
    held = places.locked(enrolment.date)
    found = Enrolment.objects.select_related("person").get(pk=enrolment.pk)
    if not Standing.objects.people_of(by).filter(person=found.person_id).exists():
        raise CannotApprove(_("This is for her supervisor, the deputy or the training coordinator to decide."))
    if found.state != State.AWAITING_APPROVAL:
        raise CannotApprove(_("This has been decided already."))
    return held, found
