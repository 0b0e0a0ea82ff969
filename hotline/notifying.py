"""Sending the mails that tell staff and municipalities of something (noticing.py); how, is tenants.centre.posting_notices' business."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings

from foundation.mail import CannotAnswer, Person, answer
from tenants import journal, queues
from tenants.centre.posting_notices import CannotSendAgain, Notices
from tenants.models import User

from . import notice_words
from .models import CallBack, DeskNotice
from .models.tickets import STAFF

__all__ = ["CannotSendAgain", "build", "forget_old", "send_again", "send_waiting"]
logger = logging.getLogger(__name__)
Kind = DeskNotice.Kind
KEPT = timedelta(days=90)


def send_waiting(*, now: Callable[[], datetime], most: int = 500) -> int:
    """Send what is due, up to `most` notices, and give how many went out. A server that is down is tried again in a minute; nothing is raised for it."""
    return NOTICES.send_waiting(now=now, most=most)


def send_again(*, notice: DeskNotice, by: User, at: datetime) -> DeskNotice:
    """Send a notice again that could not be sent, after somebody has seen to the cause. Raises CannotSendAgain: it was sent, waits, or is not hers to."""

    def enter(found: DeskNotice, trouble: str) -> None:
        journal.enter(act="send_again", object=found, by=by, at=at, changes={"fault": (trouble, None)})
        queues.send_once("hotline.send_mail")

    return NOTICES.send_again(notice=notice, by=by, at=at, then=enter)


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


def _is_overtaken(notice: DeskNotice, _at: datetime) -> bool:
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


def _hand_over(post: smtplib.SMTP, notice: DeskNotice) -> None:
    post.send_message(build(notice), from_addr=settings.MAIL_ADDRESS, to_addrs=[notice.to_address])


def _is_down(trouble: str, _at: datetime) -> None:
    logger.warning("Notices of the desk wait: %s", trouble)


NOTICES: Notices[DeskNotice] = Notices(
    rows=DeskNotice.objects.all,
    along=("person", "ticket__queue", "ticket__municipality", "ticket__assignee", "incident", "news", "municipality"),
    overtaken=_is_overtaken,
    hand_over=_hand_over,
    unfit=CannotAnswer,
    is_down=_is_down,
    logger=logger,
)
