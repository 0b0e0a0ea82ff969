"""Inviting people who are not known yet: a link that a training coordinator gives out, and a mail that proves the address of whoever follows it.

Nobody learns by it who is known: whatever is typed, the same is answered, and the rest stands in the mail. The link is a secret of 192 bits of which
only a digest is kept; it ends, holds for so many people, and can be revoked.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants import current, journal, queues
from tenants.centre.admitting import line
from tenants.centre.models import Contact, Municipality
from tenants.models import User
from tenants.roles import CentreRole

from . import enrolling, standing
from .models import CourseDate, Enrolment, Invitation, InvitationAnswer, Standing

LONGEST, MOST_PLACES = timedelta(days=90), 500
PROOF_HOLDS = timedelta(hours=48)
AGAIN_AFTER = timedelta(minutes=10)  # so long nobody gets the same mail twice
UNPROVEN_FOR_EACH_PLACE = 3  # answers that nobody has proven; more is a machine
KEPT = timedelta(days=30)  # after an invitation has ended


class CannotInvite(Exception):
    """No invitation can be made like that, or it is not hers; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class CannotAnswer(Exception):
    """The link holds no more, or what was typed cannot be; the message is for whoever followed it. `field` as above."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Made:
    """An invitation, and its address: it is not kept, so it is shown now or never."""

    invitation: Invitation
    address: str


@dataclass(frozen=True)
class Proven:
    """Who has proven her address, and her enrolment; None if the invitation was for no date, or `refusal` says why there is none."""

    person: User
    enrolment: Enrolment | None
    refusal: str = ""


def invite(*, municipality: Municipality, date: CourseDate | None, places: int, expires_at: datetime, by: User, at: datetime) -> Made:
    """Make a link for people of a municipality: to be known, or to be enrolled for a date as well. Raises CannotInvite."""
    _coordinator_only(municipality, by)
    if not 1 <= places <= MOST_PLACES:
        raise CannotInvite(_("An invitation is for 1 to %(most)s people.") % {"most": MOST_PLACES}, "places")
    if not at < expires_at <= at + LONGEST:
        raise CannotInvite(_("An invitation ends within %(days)s days.") % {"days": LONGEST.days}, "expires_at")
    if date is not None and (date.state != CourseDate.State.OPEN or at >= date.register_until):
        raise CannotInvite(_("This course date is not open to enrolment."), "date")
    secret = secrets.token_urlsafe(24)
    with current.atomic():
        made = Invitation.objects.create(
            digest=_digest(secret), municipality=municipality, date=date, places=places, expires_at=expires_at, made_by=by, made_at=at
        )
        journal.enter(act="create", object=made, by=by, at=at, changes={"places": (None, places), "expires_at": (None, expires_at)})
    return Made(made, f"{settings.CENTRE_ADDRESS}{reverse('training:invitation', args=[secret])}")


def revoke(*, invitation: Invitation, by: User, at: datetime) -> Invitation:
    """Let a link hold no more, at once; who has proven her address already stays. Raises CannotInvite."""
    _coordinator_only(invitation.municipality, by)
    with current.atomic():
        found = Invitation.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=invitation.pk)
        if found.revoked_at is None:
            found.revoked_at = at
            found.save(update_fields=["revoked_at"])
            journal.enter(act="revoke", object=found, by=by, at=at, changes={"revoked_at": (None, at)})
    return found


def opened(*, token: str, at: datetime) -> Invitation:
    """The invitation of a link. Raises CannotAnswer: none of ours, ended, revoked or used up; these are told apart to nobody."""
    found: Invitation | None = (
        Invitation.objects.filter(
            digest=_digest(token), revoked_at=None, expires_at__gt=at, used__lt=F("places"), municipality__active=True
        )
        .select_related("municipality", "date__course")
        .first()
    )
    if found is None:
        raise CannotAnswer(_("This invitation does not hold (any more). Please ask your training coordinator for a new one."))
    return found


def answer(*, token: str, name: str, office: str, email: str, at: datetime) -> None:
    """Take in what somebody typed, and have a mail sent to her address that proves it is hers. No actor: nobody is known yet.

    Raises CannotAnswer: the link does not hold, or something is no name or no address. Whether somebody is known makes no difference here.
    """
    name, office, email = line(name, 200), line(office, 200), email.strip()
    if not name:
        raise CannotAnswer(_("Please say your name."), "name")
    try:
        validate_email(email)
    except ValidationError as fault:
        raise CannotAnswer(_("This is no e-mail address."), "email") from fault
    with current.atomic():
        held = Invitation.objects.select_for_update(of=("self",)).get(pk=opened(token=token, at=at).pk)
        waiting = InvitationAnswer.objects.filter(invitation=held, confirmed_at=None, expires_at__gt=at)
        if waiting.filter(email__iexact=email, at__gt=at - AGAIN_AFTER).exists():
            return  # her mail is on its way
        if waiting.count() >= held.places * UNPROVEN_FOR_EACH_PLACE:
            raise CannotAnswer(_("Too many people have followed this link without opening the mail. Please ask your training coordinator."))
        InvitationAnswer.objects.create(
            invitation=held, name=name, office=office, email=email[:254], at=at, expires_at=at + PROOF_HOLDS, next_try_at=at
        )
        if settings.MAIL_SMTP_URL:
            queues.send_once("training.send_invitations", lane=queues.CENTRE)


def proof_of(answer: InvitationAnswer) -> str:
    """What the link in her mail carries."""
    return signing.dumps(str(answer.public_id), salt=_salt())


def asked(*, proof: str, at: datetime) -> InvitationAnswer:
    """What she had typed whose mail this was. Raises CannotAnswer."""
    try:
        public_id = signing.loads(proof, salt=_salt(), max_age=PROOF_HOLDS)
    except signing.BadSignature as wrong:
        raise CannotAnswer(_("This link is not complete, or older than two days. Please follow your invitation once more.")) from wrong
    found: InvitationAnswer | None = (
        InvitationAnswer.objects.filter(public_id=public_id, expires_at__gt=at)
        .select_related("invitation__municipality", "invitation__date__course")
        .first()
    )
    if found is None:
        raise CannotAnswer(_("This link is not complete, or older than two days. Please follow your invitation once more."))
    return found


def prove(*, proof: str, at: datetime) -> Proven:
    """Make her known who has opened her mail, and enrol her where the invitation says so. Raises CannotAnswer.

    Whoever is known in that municipality by this address is not made anew. The link was the coordinator's word, so no approval is waited for if it
    was for a date; the waiting list is in force all the same.
    """
    with current.atomic():
        found = InvitationAnswer.objects.select_for_update(of=("self",)).get(pk=asked(proof=proof, at=at).pk)
        held = (
            Invitation.objects.select_for_update(of=("self",)).select_related("municipality", "date", "made_by").get(pk=found.invitation_id)
        )
        if found.confirmed_at is not None:
            raise CannotAnswer(_("You have confirmed this already. Thank you."))
        if held.revoked_at is not None or held.used >= held.places or held.expires_at <= at or not held.municipality.active:
            raise CannotAnswer(_("This invitation does not hold (any more). Please ask your training coordinator for a new one."))
        person = _known_or_made(found, held.municipality, at)
        found.confirmed_at, found.next_try_at = at, None
        found.save(update_fields=["confirmed_at", "next_try_at"])
        held.used = F("used") + 1
        held.save(update_fields=["used"])
        held.refresh_from_db(fields=["used"])
        journal.enter(act="accept_invitation", object=held, by=person, at=at, changes={"used": (held.used - 1, held.used)})
    if held.date is None:
        return Proven(person, None)
    still_hers = Standing.objects.towns_of(held.made_by).filter(pk=held.municipality_id).exists()
    try:
        return Proven(person, enrolling.enrol(date=held.date, person=person, by=held.made_by if still_hers else person, at=at))
    except enrolling.CannotEnrol as refusal:
        return Proven(person, refusal.enrolment, str(refusal))


def forget_old(*, at: datetime) -> None:
    """Drop what was typed and never proven, and invitations long after they have ended."""
    InvitationAnswer.objects.filter(confirmed_at=None, expires_at__lt=at).delete()
    Invitation.objects.filter(expires_at__lt=at - KEPT).delete()


def _known_or_made(found: InvitationAnswer, municipality: Municipality, at: datetime) -> User:
    Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)  # two mails of one person take turns
    known = standing.known_by(municipality, found.email)
    if known is None:
        return standing.make_contact(municipality=municipality, name=found.name, email=found.email, office=found.office, by=None, at=at)
    if known.is_superuser or known.role_names != {CentreRole.REQUESTER}:
        raise CannotAnswer(_("This address belongs to an account of the competence centre. Please speak to your training coordinator."))
    if found.office and not (contact := Contact.objects.select_for_update().get(person=known)).office:
        contact.office = found.office
        contact.save(update_fields=["office"])
    return known


def _coordinator_only(municipality: Municipality, by: User) -> None:
    if not Standing.objects.towns_of(by).filter(pk=municipality.pk).exists():
        raise CannotInvite(_("This is for the municipality's training coordinator."))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _salt() -> str:
    return current.salt("training.invitation")
