"""Sending the mails that tell staff and municipalities of something (noticing.py): each claimed for a while, sent, and entered as sent.

A process that ends between sending and entering sends a mail again, with the same Message-ID: twice is better than never. What a server refuses for
good (5xx) or what is still refused after two days is entered as failed and shown to operators.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.mail import CannotAnswer, Person, answer
from tenants import current, journal, queues
from tenants.centre.mail_servers import CLAIMED_FOR, WAITS, NoPost, is_for_good, opened_post, send_each, words_of
from tenants.models import User
from tenants.roles import CentreRole

from . import notice_words
from .models import CallBack, DeskNotice
from .models.tickets import STAFF

logger = logging.getLogger(__name__)
Kind = DeskNotice.Kind
KEPT = timedelta(days=90)


class CannotSendAgain(Exception):
    """The notice is not one that could not be sent; the message says so."""


def send_waiting(*, now: Callable[[], datetime], most: int = 500) -> int:
    """Send what is due, up to `most` notices, and give how many went out. A server that is down is tried again in a minute; nothing is raised for it."""
    if not settings.MAIL_SMTP_URL or not DeskNotice.objects.due(now()).exists():
        return 0
    try:
        with opened_post() as (_server, post):
            return send_each(post, claim=lambda: _claim(at=now()), attempt=lambda notice: _attempt(post, notice, now), most=most)
    except NoPost as trouble:
        logger.warning("Notices of the desk wait: %s", trouble)
        return 0


def send_again(*, notice: DeskNotice, by: User, at: datetime) -> DeskNotice:
    """Send a notice again that could not be sent, after somebody has seen to the cause. Raises CannotSendAgain: it was sent, waits, or is not hers to."""
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotSendAgain(_("Only operators look after mails."))
    with current.atomic():
        found: DeskNotice = DeskNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        if found.failed_at is None:
            raise CannotSendAgain(_("This mail was sent or is about to be."))
        trouble, found.failed_at, found.next_try_at, found.tries, found.fault = found.fault, None, at, 0, ""
        found.save(update_fields=["failed_at", "next_try_at", "tries", "fault"])
        journal.enter(act="send_again", object=found, by=by, at=at, changes={"fault": (trouble, None)})
        queues.send_once("hotline.send_mail")
    return found


def forget_old(*, at: datetime) -> int:
    """Drop what people were told of 90 days ago; what still waits is kept. Returns how many."""
    dropped: int = DeskNotice.objects.filter(at__lt=at - KEPT, next_try_at=None).delete()[0]
    return dropped


def build(notice: DeskNotice) -> EmailMessage:
    """Build what goes out. Raises CannotAnswer for an address that is none."""
    said = notice_words.letter(notice)
    domain = settings.MAIL_ADDRESS.rpartition("@")[2]
    message = answer(
        sender=Person(settings.MAIL_NAME, settings.MAIL_ADDRESS),
        to=[Person(notice.person.display_name if notice.person else "", notice.to_address)],
        subject=said.subject,
        text=said.text,
        at=notice.at,
        domain=domain,
        loop_token=settings.MAIL_LOOP_TOKEN,
        auto_submitted="auto-generated",
    )
    message.replace_header("Message-ID", f"<desk.{notice.public_id}@{domain}>")
    return message


def _claim(*, at: datetime) -> DeskNotice | None:
    """Take the next notice that is due, so that no other process does."""
    with current.atomic():
        notice: DeskNotice | None = (
            DeskNotice.objects.due(at)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("person", "ticket__queue", "ticket__municipality", "ticket__assignee", "incident", "news", "municipality")
            .order_by("next_try_at", "pk")
            .first()
        )
        if notice is not None:
            notice.next_try_at, notice.tries = at + CLAIMED_FOR, notice.tries + 1
            notice.save(update_fields=["next_try_at", "tries"])
    return notice


def _attempt(post: smtplib.SMTP, notice: DeskNotice, now: Callable[[], datetime]) -> bool:
    """Send one notice and enter what became of it. Nothing is raised: one mail does not hold up the next."""
    if _is_overtaken(notice):
        _enter(notice, next_try_at=None, fault="")
        return False
    try:
        post.send_message(build(notice), from_addr=settings.MAIL_ADDRESS, to_addrs=[notice.to_address])
    except CannotAnswer as refusal:
        _give_up(notice, str(refusal), at=now())
    except smtplib.SMTPException as trouble:
        (_give_up if is_for_good(trouble) else _try_again)(notice, words_of(trouble), at=now())
    except OSError as trouble:
        post.close()
        _try_again(notice, words_of(trouble), at=now())
    except Exception as trouble:
        logger.exception("Notice %s could not be written or sent", notice.public_id)
        _try_again(notice, words_of(trouble), at=now())
    else:
        _enter(notice, sent_at=now(), next_try_at=None, fault="")
        return True
    return False


def _is_overtaken(notice: DeskNotice) -> bool:
    """Whether it would say what does not hold any more: who is told has gone, the request was taken or settled, the call was made."""
    if notice.person is not None and not (notice.person.is_active and notice.person.has_role(*STAFF)):
        return True
    ticket = notice.ticket
    if ticket is None:
        return False
    if notice.kind == Kind.NEW:
        return ticket.settled or ticket.assignee_id not in (None, notice.person_id)
    if notice.kind == Kind.CALL_BACK:
        return not CallBack.objects.filter(public_id=notice.facts.get("call_back"), done_at=None).exists()
    return ticket.settled


def _try_again(notice: DeskNotice, trouble: str, *, at: datetime) -> None:
    if notice.tries > len(WAITS):
        _give_up(notice, trouble, at=at)
    else:
        _enter(notice, next_try_at=at + WAITS[notice.tries - 1], fault=trouble[:400] or "?")


def _give_up(notice: DeskNotice, trouble: str, *, at: datetime) -> None:
    logger.error("Notice %s of the desk cannot be sent: %s", notice.public_id, trouble)
    _enter(notice, failed_at=at, next_try_at=None, fault=trouble[:400] or "?")


def _enter(notice: DeskNotice, **values: object) -> None:
    for name, value in values.items():
        setattr(notice, name, value)
    notice.save(update_fields=[*values])
