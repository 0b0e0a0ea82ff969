"""The links of an offer: whoever has the mail accepts or declines the place without signing in. Following a link decides nothing; a button does."""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants import current

from . import waiting
from .models import CourseDate, Enrolment, Session

State = Enrolment.State


class CannotFollow(Exception):
    """The link leads nowhere (any more); the message says why."""


def token_for(enrolment: Enrolment) -> str:
    """What the links of an offer carry: good for this enrolment only, as long as the place is offered."""
    return signing.dumps(str(enrolment.public_id), salt=_salt())


def path_of(enrolment: Enrolment) -> str:
    return reverse("training:offer", args=[token_for(enrolment)])


def offered(*, token: str, at: datetime) -> Enrolment:
    """The enrolment that a link belongs to, while its place is offered. Raises CannotFollow."""
    found = _of(token)
    if why := _why_not(found, at):
        raise CannotFollow(why)
    return found


def accept(*, token: str, at: datetime) -> Enrolment:
    """Take the place, as the person whom the link was sent to. Raises CannotFollow."""
    found = _of(token)
    if why := _why_not(found, at):
        if found.state == State.OFFERED:
            waiting.expire_offers(at=at)  # the clock has not come by yet: the next in line is not to wait for it
        raise CannotFollow(why)
    try:
        return waiting.accept(enrolment=found, by=found.person, at=at)
    except waiting.CannotAnswer as refusal:
        raise CannotFollow(_why_not(_of(token), at) or str(refusal)) from refusal


def decline(*, token: str, at: datetime) -> Enrolment:
    """Leave the place to the next in line. Raises CannotFollow."""
    found = offered(token=token, at=at)
    try:
        return waiting.decline(enrolment=found, by=found.person, at=at)
    except waiting.CannotAnswer as refusal:
        raise CannotFollow(_why_not(_of(token), at) or str(refusal)) from refusal


def sessions_of(enrolment: Enrolment) -> list[Session]:
    """When and where it is held, for the page that the link opens."""
    return list(Session.objects.filter(date=enrolment.date_id, called_off_at=None).select_related("room").order_by("starts_at", "pk"))


def _of(token: str) -> Enrolment:
    try:
        public_id = signing.loads(token, salt=_salt())
    except signing.BadSignature as foreign:
        raise CannotFollow(_("This link is not complete. Please copy it as a whole.")) from foreign
    found: Enrolment | None = Enrolment.objects.select_related("person", "date__course").filter(public_id=public_id).first()
    if found is None or not found.person.is_active:
        raise CannotFollow(_("This link does not lead to an offer any more."))
    return found


def _why_not(enrolment: Enrolment, at: datetime) -> str:
    """Why the place cannot be accepted or declined; "" if it can."""
    if enrolment.state == State.OFFERED and enrolment.date.state == CourseDate.State.OPEN:
        over = enrolment.offered_until is None or at >= enrolment.offered_until
        return _("This offer has ended; the place goes to the next person. You can ask for a place once more.") if over else ""
    said = {
        State.ENROLLED: _("You have accepted this place already: you are enrolled."),
        State.DECLINED: _("You have declined this offer; the place went to the next person. You can ask for a place once more."),
        State.EXPIRED: _("This offer has ended; the place goes to the next person. You can ask for a place once more."),
        State.WITHDRAWN: _("You were withdrawn from this course date; nothing is offered any more."),
        State.CANCELLED: _("This course date was cancelled."),
    }
    return said.get(State(enrolment.state), _("No place is offered here at the moment."))


def _salt() -> str:
    return current.salt("training.offer")
