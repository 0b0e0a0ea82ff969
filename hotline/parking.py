"""What staff do with a mail that was put aside: they make a request of it, or say that it needs nothing."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.mail import Person, read
from tenants import current
from tenants.models import User

from . import correspondents, events, mail_store, receiving, taking_in
from .models import IncomingMail, Message, Ticket
from .models.tickets import STAFF


class CannotPark(Exception):
    """Nothing can be done with the mail like that; the message says why."""


def make_ticket(*, mail: IncomingMail, by: User, at: datetime) -> Ticket:
    """Make a new request of a mail that was put aside, for its sender, or for the member of staff if it names none. No machine answers it.

    Raises CannotPark: it is on a request already, whose sender's account is no longer active, or only staff may. Raises
    foundation.store.StoreError if its bytes cannot be read.
    """
    _only_staff(by)
    said = read(mail_store.raw_of(mail.sha256), at=at, loop_token=settings.MAIL_LOOP_TOKEN)
    files = receiving.files_of(said)
    with current.atomic():
        found = _locked(mail)
        requester = _requester(found, by=by, at=at)
        try:
            ticket = taking_in.open_ticket(
                subject=receiving.subject_of(said), body=receiving.body_of(said), files=files, requester=requester, by=by, at=at
            )
        except taking_in.CannotTakeIn as refusal:
            raise CannotPark(str(refusal)) from refusal
        found.ticket, found.message = ticket, Message.objects.filter(ticket=ticket).in_order().first()
        _settle(found, IncomingMail.Outcome.TICKET, by, at)
        changes = {"mail": (None, found), "reason": (None, found.get_reason_display())}
        events.enter(act="take_in_mail", ticket=ticket, by=by, at=at, changes=changes)
    return ticket


def leave(*, mail: IncomingMail, by: User, at: datetime) -> IncomingMail:
    """Say that a mail that was put aside needs nothing; it is kept. Raises CannotPark: somebody was faster, or only staff may."""
    _only_staff(by)
    with current.atomic():
        found = _locked(mail)
        _settle(found, IncomingMail.Outcome.LEFT, by, at)
    return found


def _only_staff(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotPark(_("Only the hotline's staff look after mails."))


def _locked(mail: IncomingMail) -> IncomingMail:
    found: IncomingMail = IncomingMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if found.outcome != IncomingMail.Outcome.PARKED:
        raise CannotPark(_("Somebody has seen to this mail meanwhile."))
    return found


def _settle(mail: IncomingMail, outcome: str, by: User, at: datetime) -> None:
    mail.outcome, mail.settled_by, mail.settled_at = outcome, str(by), at
    mail.save(update_fields=["outcome", "ticket", "message", "settled_by", "settled_at"])


def _requester(mail: IncomingMail, *, by: User, at: datetime) -> User:
    """Whom the request is for: never somebody of the hotline's staff whom the mail only claims to be."""
    if not mail.sender_address or mail.reason == IncomingMail.Reason.STAFF_UNPROVEN:
        return by
    found = correspondents.account_of(mail.sender_address)
    return found or correspondents.make_contact(sender=Person(mail.sender_name, mail.sender_address), at=at)
