"""What becomes of a mail: put aside with a reason, a message on a ticket, or a new ticket. Decides only; hotline/receiving.py does it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from foundation.mail import Kind, Mail, Proof, Trouble, normalised, token_in
from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import handling, silence
from .models import IncomingMail, OutgoingMail, Ticket
from .models.tickets import STAFF, watched_by

Reason = IncomingMail.Reason
QUOTED = re.compile(r"^[ \t]*(?:>|(?:Von|From|De):[ \t]|[-_]{3,}[ \t]*(?:Urspr|Orig|Weiterg|Forward|$))", re.M | re.I)
THREAD_SQL = """
    SELECT mail_id, ticket_id FROM (
        SELECT mail_id, ticket_id, 1 AS place FROM hotline_incomingmail
        WHERE mail_id = ANY(%s) AND mail_id <> '' AND outcome IN ('ticket', 'answer')
        UNION ALL SELECT mail_id, ticket_id, 2 FROM hotline_outgoingmail WHERE mail_id = ANY(%s)
    ) AS known ORDER BY place
"""
BY_KEY = Statement(lambda: Ticket.objects.select_related("merged_into").filter(pk=Blank("ticket")), using=current.alias)
BY_NUMBER = Statement(lambda: Ticket.objects.select_related("merged_into").filter(number=Blank("number")), using=current.alias)
BY_KIND = {Kind.LOOP: Reason.LOOP, Kind.BOUNCE: Reason.BOUNCE, Kind.AUTO_REPLY: Reason.AUTO_REPLY}


@dataclass(frozen=True)
class Place:
    """Where a mail belongs: on `ticket`, or on a new one. `reason` and `proposal` say which ticket it names without being on it, and why not.

    `silent`: it is kept on a settled ticket, which stays settled.
    """

    ticket: Ticket | None = None
    silent: bool = False
    reason: str = ""
    proposal: Ticket | None = None


def why_aside(mail: Mail, *, person: User | None, proof: Proof) -> str:
    """Say why nobody is to be answered for a mail, "" if somebody is. `person` is the account of the sender, `proof` what our server says."""
    if Trouble.UNREADABLE in mail.troubles:
        return Reason.UNREADABLE
    if Trouble.EMPTY in mail.troubles:
        return Reason.EMPTY
    if mail.kind in BY_KIND:
        return BY_KIND[mail.kind]
    if mail.sender is None or mail.sender.address is None:
        return Reason.NO_SENDER
    if Trouble.SEVERAL_SENDERS in mail.troubles:
        return Reason.SEVERAL_SENDERS
    if normalised(mail.sender.address) in {normalised(one) for one in (settings.MAIL_ADDRESS, *settings.MAIL_OTHER_ADDRESSES)}:
        return Reason.LOOP
    if proof is Proof.REFUTED:
        return Reason.REFUTED
    if person is None:
        return ""
    if not person.is_active:
        return Reason.INACTIVE
    return _why_not_of_staff(mail, proof) if person.has_role(*STAFF) else ""


def _why_not_of_staff(mail: Mail, proof: Proof) -> str:
    """A mail of staff is an answer that goes out: it has to be theirs, and must not carry along what they quote, an internal note perhaps."""
    if proof is not Proof.PROVEN:
        return Reason.STAFF_UNPROVEN
    if not mail.new_text.strip():
        return Reason.EMPTY
    return Reason.QUOTES if QUOTED.search(mail.new_text) else ""


def place_of(mail: Mail, *, person: User | None, at: datetime) -> Place:
    """Find the ticket that a mail belongs to: by the ids of the thread first, by the token in the subject second.

    A ticket is a claim until its sender has a part in it: who has none gets a new ticket, and the claim becomes a proposal to merge.
    """
    claimed = [ticket for ticket in (_of_thread(mail), _of_token(mail)) if ticket is not None]
    ours = next((ticket for ticket in claimed if _takes_part(mail, person, ticket)), None) or _once_merged(mail, claimed)
    if ours is None:
        return Place(reason=Reason.STRANGER, proposal=claimed[0]) if claimed else Place()
    lead = ours.merged_into or ours  # where a merged one goes on
    if lead.settled and silence.only_thanks(mail.new_text, name=mail.sender.name if mail.sender else ""):
        return Place(ticket=ours, silent=True, reason=Reason.THANKS)
    if handling.is_closed(lead, at=at) and not (person is not None and person.has_role(*STAFF)):
        return Place(reason=Reason.CLOSED, proposal=lead)
    return Place(ticket=ours)


def _of_thread(mail: Mail) -> Ticket | None:
    """The ticket of the nearest mail that is answered and that we know."""
    ids = list(dict.fromkeys([*([mail.in_reply_to] if mail.in_reply_to else []), *reversed(mail.references)]))
    if not ids:
        return None
    known: dict[str, int] = dict(current.ask(THREAD_SQL, [ids, ids]))  # ours come last: they cannot be chosen by others
    nearest = next((known[one] for one in ids if one in known), None)
    return next(iter(current.objects_of(BY_KEY, ticket=nearest)), None) if nearest else None


def _of_token(mail: Mail) -> Ticket | None:
    number = token_in(mail.subject, prefix=settings.MAIL_TOKEN_PREFIX)
    return next(iter(current.objects_of(BY_NUMBER, number=number)), None) if number else None


def _takes_part(mail: Mail, person: User | None, ticket: Ticket) -> bool:
    """Whoever asked, watches, stood in the head of a mail on the ticket or got one from us; also where another ticket was merged into this one.

    And staff, whose mails are proven by now.
    """
    if person is not None:
        hers = Ticket.objects.filter(Q(requester=person) | Q(pk__in=watched_by(person)))
        if person.has_role(*STAFF) or hers.filter(Q(pk=ticket.pk) | Q(merged_into=ticket)).exists():
            return True
    address = normalised(mail.sender.address or "") if mail.sender else ""
    on_it = Q(ticket=ticket) | Q(ticket__merged_into=ticket)
    wrote = IncomingMail.objects.said().filter(on_it).filter(Q(participants__contains=[address]) | Q(sender_address=address))
    return wrote.exists() or OutgoingMail.objects.filter(on_it, to_address=address).exists()


def _once_merged(mail: Mail, claimed: list[Ticket]) -> Ticket | None:
    """The sender's own ticket, if it was merged into a claimed one: what we sent her then bears the number of that one (merging.undo)."""
    address = normalised(mail.sender.address or "") if claimed and mail.sender else ""
    if not address:
        return None
    sent = OutgoingMail.objects.filter(message__ticket__in=claimed, to_address=address).exclude(ticket__in=claimed)
    latest = sent.select_related("ticket__merged_into").order_by("-queued_at", "-pk").first()
    return latest.ticket if latest else None
