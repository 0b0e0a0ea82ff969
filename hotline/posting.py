"""What goes out by mail is put into a queue, in the transaction of the act that says it; hotline/sending.py sends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.mail import normalised
from tenants import current, queues
from tenants.models import User

from . import events
from .models import IncomingMail, Message, OutgoingMail, Ticket
from .models.tickets import STAFF

MOST_REFERENCES = 50
RECEIPTS_WITHIN = timedelta(hours=1)
RECEIPTS_SQL = "SELECT count(*) FROM hotline_outgoingmail WHERE kind = %s AND to_address = %s AND queued_at > %s"


@dataclass(frozen=True)
class Thread:
    """What a mail answers: an id, and the ids of the thread with that one last (RFC 5322, 3.6.4)."""

    last: str = ""
    references: list[str] = field(default_factory=list)


def thread_of(mail: IncomingMail) -> Thread:
    """What an answer to this mail stands below."""
    return _thread(mail.references, mail.mail_id) if mail.mail_id else Thread()


def post_reply(*, message: Message, at: datetime) -> list[OutgoingMail]:
    """Queue staff's reply for the requester and whoever watches, here and on what was merged into it: one mail each, none for who wrote it.

    A note is never queued, nor a call.
    """
    if message.kind != Message.Kind.REPLY or not message.by_staff or not settings.MAIL_SMTP_URL:
        return []
    ticket = message.ticket
    hers = Q(tickets=ticket) | Q(watched_tickets=ticket) | Q(tickets__merged_into=ticket) | Q(watched_tickets__merged_into=ticket)
    people = User.objects.active().filter(hers).exclude(pk=message.author_id)
    threads = _threads(ticket)
    mails = [
        OutgoingMail(kind=OutgoingMail.Kind.REPLY, ticket=ticket, message=message, **_envelope(person.display_name, address, threads, at))
        for address, person in _by_address(people.distinct().order_by("pk")).items()
    ]
    return _queue(mails)


def post_receipt(*, ticket: Ticket, to: User, answers: Thread, at: datetime) -> OutgoingMail | None:
    """Queue the acknowledgement of a ticket that was just made, the only one it ever gets; not more than MAIL_RECEIPTS_PER_HOUR to one address.

    The limit ends what two machines would say to each other if neither knew the other for one (RFC 3834, 2).
    """
    address = normalised(to.email)
    if not settings.MAIL_SMTP_URL:
        return None
    [[lately]] = current.ask(RECEIPTS_SQL, [OutgoingMail.Kind.RECEIPT.value, address, at - RECEIPTS_WITHIN])
    if lately >= settings.MAIL_RECEIPTS_PER_HOUR:
        return None
    mail = OutgoingMail(kind=OutgoingMail.Kind.RECEIPT, ticket=ticket, **_envelope(to.display_name, address, {address: answers}, at))
    return _queue([mail])[0]


def _by_address(people: Iterable[User]) -> dict[str, User]:
    found: dict[str, User] = {}
    for person in people:
        if person.email:
            found.setdefault(normalised(person.email), person)
    return found


def _envelope(name: str, address: str, threads: dict[str, Thread], at: datetime) -> dict[str, object]:
    thread = threads.get(address) or threads.get("") or Thread()
    domain = settings.MAIL_ADDRESS.rpartition("@")[2]
    return {
        "to_name": name,
        "to_address": address,
        "mail_id": make_msgid(domain=domain),
        "in_reply_to": thread.last,
        "references": thread.references,
        "queued_at": at,
        "next_try_at": at,
    }


def _threads(ticket: Ticket) -> dict[str, Thread]:
    """By address the thread that each person knows: her own last mail on the ticket, or the last one to her; "" is the last mail of anybody."""
    on_it = Q(ticket=ticket) | Q(ticket__merged_into=ticket)
    said = IncomingMail.objects.said().filter(on_it).exclude(mail_id="").order_by("arrived_at", "pk")
    sent = OutgoingMail.objects.filter(on_it).order_by("queued_at", "pk")
    known = [
        (at, normalised(who), mail, before)
        for who, mail, before, at in said.values_list("sender_address", "mail_id", "references", "arrived_at")
    ]
    known += [(at, who, mail, before) for who, mail, before, at in sent.values_list("to_address", "mail_id", "references", "queued_at")]
    threads = {}
    for _at, who, mail, before in sorted(known, key=lambda one: one[0]):
        threads[who] = threads[""] = _thread(before, mail)
    return threads


def _thread(before: list[str], last: str) -> Thread:
    ids = list(dict.fromkeys([*before, last]))
    return Thread(last, [*ids[:1], *ids[1 - MOST_REFERENCES :]] if len(ids) > MOST_REFERENCES else ids)


def _queue(mails: list[OutgoingMail]) -> list[OutgoingMail]:
    if mails:
        mails = OutgoingMail.objects.bulk_create(mails)
        queues.send_once("hotline.send_mail")
    return mails


class CannotSendAgain(Exception):
    """The mail is not one that could not be sent; the message says so."""


def send_again(*, mail: OutgoingMail, by: User, at: datetime) -> OutgoingMail:
    """Queue a mail again that could not be sent or came back, after somebody has seen to the cause.

    Raises CannotSendAgain: it was sent, waits, or only staff may.
    """
    if not by.has_role(*STAFF):
        raise CannotSendAgain(_("Only the hotline's staff look after mails."))
    with current.atomic():
        found = OutgoingMail.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=mail.pk)
        if found.failed_at is None and found.returned_at is None:
            raise CannotSendAgain(_("This mail was sent or is about to be."))
        changes = {"to_address": (None, found.to_address), "trouble": (found.trouble or found.returned_trouble, None)}
        found.failed_at, found.next_try_at, found.attempts, found.trouble = None, at, 0, ""
        found.sent_at, found.returned_at, found.returned_seen_at, found.returned_status, found.returned_trouble = None, None, None, "", ""
        found.save()
        events.enter(act="send_mail_again", ticket=found.ticket, by=by, at=at, changes=changes)
        queues.send("hotline.send_mail")
    return found
