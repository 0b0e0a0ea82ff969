"""Taking one mail in: its bytes are kept whatever it says, then it becomes a message, a ticket, or something that staff look at.

Done once for the same bytes and once for a place in a mailbox, in one transaction for a mail or for some together. Why it is done like this: docs/decisions/0023-mail-and-tickets.md.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.mail import Kind, Mail, Person, Proof, Report, Trouble, normalised, participants, proof_of, read, report_of
from foundation.statements import Blank, Statement
from foundation.store import Stored, StoreError, StoreUnavailable
from tenants import current
from tenants.models import User

from . import answering, attaching, correspondents, events, handling, mail_sorting, mail_store, posting, returning, taking_in
from .mail_sorting import Place
from .models import IncomingMail, Mailbox, Message, Ticket
from .models.tickets import STAFF
from .wording import LONGEST_SUBJECT, LONGEST_TEXT

logger = logging.getLogger(__name__)
Outcome, Reason = IncomingMail.Outcome, IncomingMail.Reason
COPY_SQL = """
    SELECT 1 FROM hotline_incomingmail WHERE mail_id = %s AND mail_id <> '' AND sender_address = %s AND text = %s LIMIT 1
"""
FIRST_MESSAGE = Statement(lambda: Message.objects.filter(ticket=Blank("ticket")).in_order()[:1], using=current.alias)


@dataclass(frozen=True)
class Found:
    """Where a mail lay: in a mailbox, under a UID that means it as long as `uidvalidity` stands."""

    mailbox: Mailbox
    uidvalidity: int
    uid: int


@dataclass(frozen=True)
class Arrived:
    """The bytes of a mail, when they arrived, and where they lay."""

    raw: bytes
    at: datetime
    found: Found | None = None


@dataclass(frozen=True)
class _Read:
    """A mail that was kept and read: its row, which nobody has saved yet, and what goes into the decision."""

    row: IncomingMail
    mail: Mail
    proof: Proof
    report: Report | None
    arrived: Arrived


def take_in(*, raw: bytes, at: datetime, found: Found | None = None) -> IncomingMail:
    """Take the bytes of one mail in and give what became of it; what was taken in before is given again, and nothing happens.

    `at` is the time of arrival: a mail's own date is only what it claims. A mail that cannot be worked on is put aside as unreadable, so that
    it does not keep the next one waiting. Raises StoreError or a database's error: then nothing has happened, and it can be tried again.
    """
    arrived = Arrived(raw, at, found)
    [stored] = mail_store.store().put_all([raw])
    one = _read(arrived, stored)
    try:
        return _once(one)
    except (OperationalError, StoreError):
        raise  # their trouble, not the mail's
    except Exception:
        logger.exception("A mail of %d bytes (%s) could not be worked on and is put aside", stored.size, stored.sha256)
        unread = Mail(troubles=(Trouble.UNREADABLE,))
        return _once(_Read(_row(unread, stored, found, at), unread, one.proof, None, arrived))


def take_in_together(mails: Sequence[Arrived]) -> Iterator[IncomingMail]:
    """The same of several mails of one mailbox, in one transaction, which costs less: all, or none of them.

    If anything is wrong with one, nothing has happened, and each is taken in by itself: no mail takes others along. Each is given once it is
    safe: bytes and rows are on the disk. Raises as take_in, after having given those before.
    """
    try:
        taken = _all_at_once(mails)
    except Exception as trouble:
        logger.warning("%d mails could not be taken in together (%s); each is taken in by itself.", len(mails), type(trouble).__name__)
    else:
        yield from taken
        return
    for one in mails:
        yield take_in(raw=one.raw, at=one.at, found=one.found)


def _all_at_once(mails: Sequence[Arrived]) -> list[IncomingMail]:
    stored = mail_store.store().put_all([one.raw for one in mails])
    ready = [_read(one, kept) for one, kept in zip(mails, stored, strict=True)]
    taken = []
    with current.memory(), current.as_one():  # each queue's team is asked for once
        mailbox = _locked_mailbox(mails[0].found)
        known = _known([one.row for one in ready])
        for one in ready:
            row = known.get(one.row.sha256) or known.get(_place(one.row))
            if row is None:
                row = known[one.row.sha256] = _work_on(one)
            taken.append(row)
        for one in ready:
            _go_on(mailbox, one.arrived.found)
        if mailbox is not None:
            mailbox.save(update_fields=["last_uid"])
    return taken


def _read(arrived: Arrived, stored: Stored) -> _Read:
    raw, at = arrived.raw, arrived.at
    mail = read(raw, at=at, loop_token=settings.MAIL_LOOP_TOKEN)
    sender = mail.sender.address if mail.sender else None
    proof = proof_of(raw, address=sender or "", authserv_id=settings.MAIL_AUTHSERV_ID)
    reports = mail.kind is Kind.BOUNCE and proof is not Proof.REFUTED
    report = report_of(raw, loop_token=settings.MAIL_LOOP_TOKEN) if reports else None
    return _Read(_row(mail, stored, arrived.found, at), mail, proof, report, arrived)


def _once(one: _Read) -> IncomingMail:
    """In one transaction: the mail's row, what becomes of the mail, and how far the mailbox was read.

    Who takes in the same mail at the same moment is met when the row is written: then nothing of this has happened, and the other's is given.
    """
    try:
        with current.atomic():
            mailbox = _locked_mailbox(one.arrived.found)
            known = next(iter(_known([one.row]).values()), None)
            row = known or _work_on(one)
            if mailbox is not None:
                _go_on(mailbox, one.arrived.found)
                mailbox.save(update_fields=["last_uid"])
    except IntegrityError:
        known = next(iter(_known([one.row]).values()), None)
        if known is None:
            raise
        return known
    return row


def _locked_mailbox(found: Found | None) -> Mailbox | None:
    return Mailbox.objects.select_for_update().get(pk=found.mailbox.pk) if found else None


def _go_on(mailbox: Mailbox | None, found: Found | None) -> None:
    """Remember how far the mailbox was read, unless it was numbered anew meanwhile."""
    if mailbox is not None and found is not None and found.uidvalidity == mailbox.uidvalidity:
        mailbox.last_uid = max(mailbox.last_uid, found.uid)


def _known(rows: list[IncomingMail]) -> dict[Any, IncomingMail]:
    """What was taken in before: as these bytes, or from these places of the mailbox."""
    same = Q(sha256__in=[row.sha256 for row in rows])
    if rows[0].mailbox is not None:
        uids = [row.uid for row in rows]
        same |= Q(mailbox=rows[0].mailbox, uidvalidity=rows[0].uidvalidity, uid__in=uids)
    known: dict[Any, IncomingMail] = {}
    for row in IncomingMail.objects.filter(same):
        known |= {row.sha256: row, _place(row): row} if row.uid is not None else {row.sha256: row}
    return known


def _place(row: IncomingMail) -> tuple[int | None, int | None, int | None]:
    return row.mailbox_id, row.uidvalidity, row.uid


def _work_on(one: _Read) -> IncomingMail:
    """Decide about a mail, do it, and enter the mail with what became of it. Inside a transaction."""
    row, mail, at = one.row, one.mail, one.arrived.at
    sender = mail.sender
    person = correspondents.account_of(sender.address) if sender and sender.address else None
    place = mail_sorting.place_of(mail, person=person, at=at)
    row.reason = mail_sorting.why_aside(mail, person=person, proof=one.proof) or _why_copy(row)
    if row.reason == Reason.BOUNCE and one.report is not None and returning.put_to_ticket(report=one.report, mail=row, at=at):
        pass  # on the ticket whose mail came back
    elif row.reason:
        row.proposal = place.ticket or place.proposal
    else:
        _put(row, mail, person, place, at)
    row.save(force_insert=True)
    return row


def _put(row: IncomingMail, mail: Mail, person: User | None, place: Place, at: datetime) -> None:
    """Put a mail onto its ticket, or make one of it."""
    row.reason, row.proposal = place.reason, place.proposal
    files = files_of(mail)
    try:
        with current.atomic():
            writer = person or correspondents.make_contact(sender=mail.sender or Person("", None), at=at)
            if place.ticket is not None:
                row.outcome, row.ticket = Outcome.ANSWER, place.ticket
                say = answering.keep_thanks if place.silent else answering.say
                row.message = say(ticket=place.ticket, body=body_of(mail), files=files, by=writer, at=at)
            else:
                row.outcome = Outcome.TICKET
                row.ticket, row.message = _new_ticket(row, mail, files, writer, at)
                if mail.kind is Kind.ORDINARY and not writer.has_role(*STAFF):
                    posting.post_receipt(ticket=row.ticket, to=writer, answers=posting.thread_of(row), at=at)
    except (taking_in.CannotTakeIn, answering.CannotAnswer) as refusal:
        if current.is_one():
            raise  # undoes the others too: each will be taken in by itself
        logger.error("A mail (%s) is put aside: %s", row.sha256, refusal)
        row.outcome, row.reason, row.proposal = Outcome.PARKED, Reason.REFUSED, place.ticket or place.proposal
        row.ticket = row.message = None


def _new_ticket(row: IncomingMail, mail: Mail, files: list[attaching.Kept], writer: User, at: datetime) -> tuple[Ticket, Message]:
    """Open a ticket with the mail as its first message; where the mail names another ticket, both say so to staff."""
    before = row.proposal if row.reason == Reason.CLOSED else None
    ticket = taking_in.open_ticket(subject=subject_of(mail), body=body_of(mail), files=files, follows=before, by=writer, at=at)
    [message] = current.objects_of(FIRST_MESSAGE, ticket=ticket.pk)
    if row.proposal is not None:
        propose(ticket=ticket, other=row.proposal, reason=row.reason, at=at)
    return ticket, message


def propose(*, ticket: Ticket, other: Ticket, reason: str, at: datetime) -> None:
    """Note on a new ticket which other one its mail names, for staff only; on one that is closed, that there is a new one."""
    by, number = correspondents.machine(at=at), {"number": other.number}
    if reason == Reason.CLOSED:
        text = _("This mail answers request %(number)s, which is closed. It stays closed.") % number
    else:
        text = (
            _(
                "This mail names request %(number)s, but its sender has no part in it. If it belongs there, please merge the two. "
                "Do not say anything about the other request before you know who has written."
            )
            % number
        )
    with current.atomic():
        found = handling.locked(ticket)
        Message.objects.create(ticket=found, kind=Message.Kind.NOTE, author=by, by_staff=True, body=text, at=at)
        changes = {"other": (None, other.number), "reason": (None, reason)}
        events.enter(act="propose_merge", ticket=found, by=by, at=at, changes=handling.move(found, state=found.state, at=at) | changes)
        if reason == Reason.CLOSED:
            events.enter(act="follow_up", ticket=other, by=by, at=at, changes={"other": (None, ticket.number)})
    handling.show(ticket, found)


def files_of(mail: Mail) -> list[attaching.Kept]:
    """Keep the files of a mail that a message can have; the others stay in the mail. Raises StoreError: the store takes nothing now."""
    fit = [one for one in mail.attachments if 0 < len(one.content) <= settings.MAX_ATTACHMENT_BYTES][: attaching.MOST_FILES]
    try:
        return attaching.keep(attaching.Given(one.name, one.content) for one in fit)
    except attaching.CannotAttach as refusal:
        raise StoreUnavailable(str(refusal)) from refusal


def subject_of(mail: Mail) -> str:
    line = " ".join(mail.subject.split())[:LONGEST_SUBJECT].rstrip()
    return line or _("(no subject)")


def body_of(mail: Mail) -> str:
    """What is new in a mail, bounded; the mail keeps all of it."""
    text = (mail.new_text.strip() or mail.text.strip()).replace("\x00", "")
    if not text:
        return _("(This mail has no text that could be read.)")
    if len(text) > LONGEST_TEXT:
        more = "\n\n" + _("(The rest stands in the mail itself.)")
        return text[: LONGEST_TEXT - len(more)] + more
    return text


def _why_copy(row: IncomingMail) -> str:
    """A mail with a known id that says the same is a second copy, which came by another way (a list, a second address of ours)."""
    return Reason.COPY if row.mail_id and current.ask(COPY_SQL, [row.mail_id, row.sender_address, row.text]) else ""


def _row(mail: Mail, stored: Stored, found: Found | None, at: datetime) -> IncomingMail:
    before = mail.references or ((mail.in_reply_to,) if mail.in_reply_to else ())
    return IncomingMail(
        mailbox=found.mailbox if found else None,
        uidvalidity=found.uidvalidity if found else None,
        uid=found.uid if found else None,
        sha256=stored.sha256,
        size=stored.size,
        mail_id=mail.message_id or "",
        references=list(before),
        sender_name=mail.sender.name if mail.sender else "",
        sender_address=normalised(mail.sender.address)[:254] if mail.sender and mail.sender.address else "",
        participants=sorted(participants(mail)),
        subject=mail.subject,
        text=mail.text.replace("\x00", ""),
        files=[{"name": one.name, "type": one.claimed_type, "size": len(one.content)} for one in mail.attachments],
        kind=mail.kind.value,
        signs=list(mail.reasons),
        troubles=[trouble.value for trouble in mail.troubles],
        arrived_at=at,
        outcome=Outcome.PARKED,
        reason=Reason.UNREADABLE,  # until more is known
    )
