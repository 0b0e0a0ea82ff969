"""Replacing: somebody who cannot come names who comes instead. The place stays her municipality's; nobody in line is passed by, for none becomes free."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.centre.models import Contact
from tenants.models import User

from . import double_seats, enrolling, events, places, practice_following, telling
from .models import CourseDate, Enrolment, Standing
from .models.courses import STAFF

State = Enrolment.State


class CannotReplace(Exception):
    """She cannot be replaced like that; the message says why."""


def replace(*, enrolment: Enrolment, replacement: User, by: User, at: datetime) -> Enrolment:
    """Give somebody's very place to a colleague of the same municipality, until the course begins; both are told. Gives the colleague's enrolment.

    By whoever decides about the training of both, by trainers and operators; and by herself for somebody of her own office, unless her municipality
    wants approval. Deadlines do not matter: the place is not given back. Raises CannotReplace.
    """
    with current.atomic():
        double_seats.hold([replacement.pk])
        held = places.locked(enrolment.date)
        found = Enrolment.objects.select_related("person", "municipality").get(pk=enrolment.pk)
        _refuse(held, found, replacement, by, at)
        _refuse_one_who_is_in(held, replacement, at, by)
        found.state, found.ended_at = State.WITHDRAWN, at
        found.reason = (_("%(person)s comes instead.") % {"person": replacement})[:500]
        found.save(update_fields=["state", "ended_at", "reason"])
        made = Enrolment.objects.create(
            date=held,
            person=replacement,
            municipality=found.municipality,
            state=State.ENROLLED,
            asked_at=at,
            asked_by=str(by),
            enrolled_at=at,
            instead_of=found,
        )
        events.enter(
            act="replace",
            about=found,
            by=by,
            at=at,
            changes={"person": (found.person, replacement), "state": (State.ENROLLED, found.state)},
        )
        events.enter(act="enrol", about=made, by=by, at=at, changes={"state": (None, made.state), "instead_of": (None, found.person)})
        _tell(found, made, at)
        practice_following.soon(held)
    return made


def may_replace(enrolment: Enrolment, *, by: User) -> list[User]:
    """Who can come instead, as far as `by` may know of them, by name."""
    own = Contact.objects.filter(person=enrolment.person_id).first()
    if own is None:
        return []
    people = User.objects.active().filter(contact__municipality=own.municipality_id).exclude(pk=enrolment.person_id)
    if by.pk == enrolment.person_id and not by.has_role(*STAFF):
        people = people.filter(contact__office=own.office) if own.office else people.none()
    elif not by.has_role(*STAFF):
        people = people.filter(pk__in=Standing.objects.people_of(by)) | people.filter(pk=by.pk)
    taken = Enrolment.objects.filter(date=enrolment.date_id, state__in=Enrolment.TAKING).values("person")
    return list(people.exclude(pk__in=taken).order_by("display_name", "pk")[:500])


def _refuse(held: CourseDate, found: Enrolment, replacement: User, by: User, at: datetime) -> None:
    if at >= held.starts_at:
        raise CannotReplace(_("This course has begun. Please speak to the trainers."))
    if held.state != CourseDate.State.OPEN or found.state != State.ENROLLED:
        raise CannotReplace(_("Only a place that somebody has can be given to somebody else."))
    if found.person_id == replacement.pk or not replacement.is_active:
        raise CannotReplace(_("Please choose somebody else."))
    town = places.town_of(replacement)
    if town is None or town.pk != found.municipality_id:
        raise CannotReplace(_("Only somebody of the same municipality can come instead."))
    if enrolling.may_decide_for(found.person, by=by) and (by.pk != found.person_id or by.has_role(*STAFF)):
        if by.pk == replacement.pk or enrolling.may_decide_for(replacement, by=by):
            return
    elif by.pk == found.person_id and _same_office(found.person, replacement):
        if not places.needs_approval(town):
            return
        raise CannotReplace(_("In your municipality your supervisor decides who comes instead."))
    raise CannotReplace(_("You can choose among the people whose training you decide about, or of your own office."))


def _same_office(one: User, other: User) -> bool:
    own = Contact.objects.filter(person=one).exclude(office="").first()
    return own is not None and Contact.objects.filter(person=other, municipality=own.municipality_id, office=own.office).exists()


def _refuse_one_who_is_in(held: CourseDate, replacement: User, at: datetime, by: User) -> None:
    """Whoever has a place or is offered one does not need another; who only wishes for one gives that up by taking this."""
    known = Enrolment.objects.filter(date=held, person=replacement, state__in=Enrolment.ACTIVE).first()
    if known is not None and known.state in Enrolment.TAKING:
        raise CannotReplace(_("%(person)s has a place here already, or is offered one.") % {"person": replacement})
    try:
        enrolling.refuse_clash(held, replacement)
    except enrolling.CannotEnrol as refusal:
        raise CannotReplace(str(refusal)) from refusal
    if known is not None:
        was, known.state, known.ended_at = known.state, State.WITHDRAWN, at
        known.save(update_fields=["state", "ended_at"])
        events.enter(act="withdraw", about=known, by=by, at=at, changes={"state": (was, known.state)})


def _tell(found: Enrolment, made: Enrolment, at: datetime) -> None:
    telling.tell(
        person=found.person,
        kind=telling.Kind.WITHDRAWN,
        about=found,
        once=f"withdrawn:{found.pk}",
        at=at,
        calendar=telling.Calendar.CANCEL,
        facts={"reason": found.reason},
    )
    telling.tell(
        person=made.person,
        kind=telling.Kind.ENROLLED,
        about=made,
        once=f"enrolled:{made.pk}",
        at=at,
        calendar=telling.Calendar.REQUEST,
        facts={"instead_of": str(found.person)},
    )
