"""Sending what waits in the queue by SMTP (RFC 5321): each mail claimed for a while, sent, and entered as sent.

A process that ends between sending and entering sends a mail again, with the same Message-ID: twice is better than never. What a server refuses
for good (5xx) or what is still refused after two days is entered as failed and shown to staff.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.mail import CannotAnswer, Mail, Person, answer
from foundation.store import StoreError
from tenants import current
from tenants.centre.mail_servers import CLAIMED_FOR, WAITS, NoPost, is_for_good, opened_post, send_each, words_of

from . import enclosing, mailbox_state, rating
from .models import Message, OutgoingMail, Ticket

logger = logging.getLogger(__name__)
TOO_LARGE = 552


class CannotSend(Exception):
    """A mail can never be sent; the message says why."""


def send_waiting(*, now: Callable[[], datetime], most: int = 500) -> int:
    """Send what is due, up to `most` mails, and give how many went out. A server that is down is entered as such; nothing is raised for it."""
    if not settings.MAIL_SMTP_URL or not _due(now()).exists():
        return 0
    try:
        with opened_post() as (server, post):
            mailbox_state.answers(name=server.name, at=now())
            return send_each(post, claim=lambda: _claim(at=now()), attempt=lambda mail: _attempt(post, mail, now), most=most)
    except NoPost as trouble:
        mailbox_state.is_down(name=trouble.name, trouble=str(trouble), at=now())
        return 0


def _attempt(post: smtplib.SMTP, mail: OutgoingMail, now: Callable[[], datetime]) -> bool:
    """Send one mail and enter what became of it. Nothing is raised: one mail does not hold up the next."""
    try:
        _send(post, mail)
    except (CannotSend, CannotAnswer) as refusal:
        _give_up(mail, str(refusal), at=now())
    except smtplib.SMTPException as trouble:
        _refused(mail, trouble, at=now())
    except StoreError as trouble:
        _try_again(mail, words_of(trouble), at=now())
    except OSError as trouble:
        post.close()
        _try_again(mail, words_of(trouble), at=now())
    except Exception as trouble:
        logger.exception("A mail on ticket %s could not be built or sent", mail.ticket.number)
        _try_again(mail, words_of(trouble), at=now())
    else:
        _enter_sent(mail, at=now())
        return True
    return False


def build(mail: OutgoingMail, *, most: int | None = None) -> EmailMessage:
    """Build what goes out, from what the ticket says now, with a reply's files: up to `most` bytes of them, or as the settings say.

    Raises CannotSend for anything that is not for the requester, CannotAnswer, StoreUnavailable.
    """
    ticket, said = mail.ticket, mail.message
    if said is not None and (said.kind != Message.Kind.REPLY or not said.by_staff):
        raise CannotSend("Only replies are sent by mail.")
    receipt = mail.kind == OutgoingMail.Kind.RECEIPT
    numbered = {"number": ticket.number}
    files = enclosing.files_of(said, most=most) if said is not None else enclosing.Files()
    if said is None:
        text = (
            _(
                "Thank you for your message. Your request has the number %(number)s; we will answer as soon as we can.\n\n"
                "If there is something to add, just answer this mail."
            )
            % numbered
        )
    else:
        text = said.body + enclosing.told(files.left, ticket=ticket) + _asked_whether_helpful(said, ticket)
    text += "\n\n-- \n" + settings.MAIL_NAME + "\n" + _("Request %(number)s. An answer to this mail reaches us.") % numbered + "\n"
    message = answer(
        sender=Person(settings.MAIL_NAME, settings.MAIL_ADDRESS),
        to=[Person(mail.to_name, mail.to_address)],
        subject=ticket.subject,
        text=text,
        at=mail.queued_at,
        domain=settings.MAIL_ADDRESS.rpartition("@")[2],
        loop_token=settings.MAIL_LOOP_TOKEN,
        prefix=settings.MAIL_TOKEN_PREFIX,
        number=ticket.number,
        to_mail=Mail(message_id=mail.in_reply_to, references=tuple(mail.references)[:-1]) if mail.in_reply_to else None,
        auto_submitted="auto-replied" if receipt else "",
        enclosures=files.along,
    )
    message.replace_header("Message-ID", mail.mail_id)
    return message


def _asked_whether_helpful(said: Message, ticket: Ticket) -> str:
    """Below the answer that solved it: a link for each answer, without a login. Programs that follow links in mails count nothing (views.rating)."""
    if ticket.solved_at is None or said.at < ticket.solved_at:
        return ""
    link = settings.CENTRE_ADDRESS + reverse("hotline:helpful", args=[rating.token_for(ticket)])
    links = {"yes": f"{link}?antwort=ja", "no": f"{link}?antwort=nein"}
    return "\n\n" + _("Was that helpful? One click, without signing in:\nYes: %(yes)s\nNo: %(no)s") % links


def _send(post: smtplib.SMTP, mail: OutgoingMail) -> None:
    """Hand a mail over. Where a server takes no mail of that size (552; RFC 1870, 6), it goes without its files, which are named in it."""
    built = build(mail)
    try:
        _hand_over(post, mail, built)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        if refusal.smtp_code != TOO_LARGE or not built.is_multipart():
            raise
        _hand_over(post, mail, build(mail, most=0))


def _hand_over(post: smtplib.SMTP, mail: OutgoingMail, built: EmailMessage) -> None:
    """An acknowledgement has no sender in its envelope: nothing may answer it (RFC 3834, 3.3)."""
    envelope_sender = "" if mail.kind == OutgoingMail.Kind.RECEIPT else settings.MAIL_ADDRESS
    post.send_message(built, from_addr=envelope_sender, to_addrs=[mail.to_address])


def _due(at: datetime) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(next_try_at__lte=at)


def _claim(*, at: datetime) -> OutgoingMail | None:
    """Take the next mail that is due, so that no other process does."""
    with current.atomic():
        mail = (
            _due(at)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("ticket", "message")
            .order_by("next_try_at", "pk")
            .first()
        )
        if mail is not None:
            mail.next_try_at, mail.attempts = at + CLAIMED_FOR, mail.attempts + 1
            mail.save(update_fields=["next_try_at", "attempts"])
    return mail


def _enter_sent(mail: OutgoingMail, *, at: datetime) -> None:
    mail.sent_at, mail.next_try_at, mail.trouble = at, None, ""
    mail.save(update_fields=["sent_at", "next_try_at", "trouble"])


def _refused(mail: OutgoingMail, trouble: smtplib.SMTPException, *, at: datetime) -> None:
    if is_for_good(trouble):
        _give_up(mail, words_of(trouble), at=at)
    else:
        _try_again(mail, words_of(trouble), at=at)


def _try_again(mail: OutgoingMail, trouble: str, *, at: datetime) -> None:
    if mail.attempts > len(WAITS):
        _give_up(mail, trouble, at=at)
        return
    mail.next_try_at, mail.trouble = at + WAITS[mail.attempts - 1], trouble
    mail.save(update_fields=["next_try_at", "trouble"])


def _give_up(mail: OutgoingMail, trouble: str, *, at: datetime) -> None:
    logger.error("A mail on ticket %s cannot be sent: %s", mail.ticket.number, trouble)
    mail.failed_at, mail.next_try_at, mail.trouble = at, None, trouble[:500] or "?"
    mail.save(update_fields=["failed_at", "next_try_at", "trouble"])
