"""My enrolment: what somebody who cannot sign in does by the link in her mails, as others do it on their screens.

Each act is the very act of those screens, done by her whose link it is. What she told of her needs is not shown again: a link can be passed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tenants import current

from . import accommodating, attendance_codes, attending, certifying, double_seats, enrolling, evaluating, personal_links, places, waiting
from .models import Certificate, CourseDate, Enrolment, Need, Session

CannotOpen = personal_links.CannotOpen
State = Enrolment.State


class CannotDo(Exception):
    """It cannot be done (any more); the message says why. What is shown stays."""


@dataclass(frozen=True)
class Page:
    """All that the page of an enrolment shows. `code` is what she types in the room; `evaluation` a path, "" if there is nothing to answer;
    `clash` says where she has a place at the hours of what she is offered.
    """

    enrolment: Enrolment
    sessions: list[Session]
    place_in_line: int | None
    may_withdraw: bool
    may_tell: bool
    told_at: datetime | None
    certificates: list[Certificate]
    evaluation: str
    code: str
    clash: str


def opened(*, token: str, at: datetime) -> Enrolment:
    """The enrolment that a link belongs to. Raises CannotOpen."""
    return personal_links.enrolment_of(token=token, at=at)


def page_of(enrolment: Enrolment, *, at: datetime) -> Page:
    """What she sees: her date and how she stands, and nobody else. The same number of queries, whatever there is."""
    held, active = enrolment.date, enrolment.state in Enrolment.ACTIVE
    need = Need.objects.filter(enrolment=enrolment).first() if active else None
    certificates = Certificate.objects.filter(enrolment=enrolment).with_course().newest_first()
    to_answer = {each.pk: path for each, path in evaluating.open_to(person=enrolment.person, at=at)}
    return Page(
        enrolment=enrolment,
        sessions=attending.sessions_of(held),
        place_in_line=places.place_in_line(enrolment) if enrolment.state == State.WAITING else None,
        may_withdraw=active and enrolment.state != State.OFFERED and held.state == CourseDate.State.OPEN and at < held.starts_at,
        may_tell=active and at < held.ends_at,
        told_at=need.at if need else None,
        certificates=list(certificates),
        evaluation=to_answer.get(enrolment.pk, ""),
        code=attendance_codes.personal_code(enrolment) if enrolment.state == State.ENROLLED and at < held.ends_at else "",
        clash=double_seats.said_of(held, enrolment.person) if enrolment.state == State.OFFERED else "",
    )


def withdraw(*, token: str, reason: str, at: datetime) -> Enrolment:
    """Leave the place, the line or the wish. Raises CannotOpen, CannotDo."""
    found = opened(token=token, at=at)
    with current.atomic():
        places.locked(found.date)
        if Enrolment.objects.get(pk=found.pk).state not in Enrolment.ACTIVE:  # she may have come back meanwhile, by another enrolment
            raise CannotDo(_("You are not enrolled here."))
        try:
            return enrolling.withdraw(date=found.date, person=found.person, reason=reason, by=found.person, at=at)
        except enrolling.CannotWithdraw as refusal:
            raise CannotDo(str(refusal)) from refusal


def accept(*, token: str, at: datetime) -> Enrolment:
    """Take the place that is offered. Raises CannotOpen, CannotDo."""
    found = opened(token=token, at=at)
    try:
        return waiting.accept(enrolment=found, by=found.person, at=at)
    except waiting.CannotAnswer as refusal:
        raise CannotDo(str(refusal)) from refusal


def decline(*, token: str, at: datetime) -> Enrolment:
    """Leave the place that is offered to the next in line. Raises CannotOpen, CannotDo."""
    found = opened(token=token, at=at)
    try:
        return waiting.decline(enrolment=found, by=found.person, at=at)
    except waiting.CannotAnswer as refusal:
        raise CannotDo(str(refusal)) from refusal


def tell_need(*, token: str, text: str, at: datetime) -> str:
    """Keep what she needs to take part well instead of what was told before; an empty text takes it back. Raises CannotOpen, CannotDo."""
    found = opened(token=token, at=at)
    if found.state not in Enrolment.ACTIVE:
        raise CannotDo(_("You have no place on this date and do not wait for one."))
    try:
        return accommodating.tell(date=found.date, text=text, by=found.person, at=at)
    except accommodating.CannotTell as refusal:
        raise CannotDo(str(refusal)) from refusal


def certificate_of(*, token: str, certificate: UUID, at: datetime) -> Certificate:
    """One of hers, of this enrolment. Raises CannotOpen, CannotDo: it is none of these."""
    found: Certificate | None = (
        Certificate.objects.filter(enrolment=opened(token=token, at=at), public_id=certificate).with_course().first()
    )
    if found is None:
        raise CannotDo(_("There is no such confirmation here."))
    return found


def choose_shown(*, token: str, certificate: UUID, shown: str, at: datetime) -> Certificate:
    """Say how much of her name others see who verify it. Raises CannotOpen, CannotDo."""
    found = certificate_of(token=token, certificate=certificate, at=at)
    try:
        return certifying.choose_shown(certificate=found, shown=shown, by=found.person)
    except certifying.CannotCertify as refusal:
        raise CannotDo(str(refusal)) from refusal
