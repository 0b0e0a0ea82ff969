"""Sending what people are told by mail; how, is tenants.centre.posting_notices' business. What cannot be sent stands on her page in any case."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from tenants import queues
from tenants.centre.posting_notices import CannotSendAgain, Notices
from tenants.models import User

from . import attendance_codes, mailing
from .models import CourseDate, Enrolment, Notice, Session

__all__ = ["CannotSendAgain", "send_again", "send_waiting"]
logger = logging.getLogger(__name__)
Kind, State = Notice.Kind, Enrolment.State


def send_waiting(*, now: Callable[[], datetime], most: int = 500) -> int:
    """Send what is due, up to `most` notices, and give how many went out. A server that is down is shown to operators; nothing is raised for it."""
    return NOTICES.send_waiting(now=now, most=most)


def send_again(*, notice: Notice, by: User, at: datetime) -> Notice:
    """Send a notice again that could not be sent, after somebody has seen to the cause. Raises CannotSendAgain: it was sent, waits, or is not hers to."""
    found = NOTICES.send_again(
        notice=notice, by=by, at=at, then=lambda _found, _trouble: queues.send_once("training.send_notices", lane=queues.CENTRE)
    )
    logger.info("Notice %s is sent again, by %s", found.public_id, by.username)
    return found


def _send(post: smtplib.SMTP, notice: Notice) -> None:
    """Hand over its mails, each entered as it goes: a later try begins with the one that did not go out."""
    for mail in mailing.mails_of(notice)[notice.mails_sent :]:
        post.send_message(mail, from_addr=settings.MAIL_ADDRESS, to_addrs=[notice.person.email])
        notice.mails_sent += 1
        notice.save(update_fields=["mails_sent"])


def _is_overtaken(notice: Notice, at: datetime) -> bool:
    """Whether nobody is to be sent it, who reads it on her page, or it would say what does not hold any more: an offer that is over or answered, somebody to be approved who was, a reminder or a code too late."""
    if not notice.person.email or not notice.person.is_active:
        return True
    if notice.kind == Kind.OFFER and notice.enrolment is not None:
        over = notice.enrolment.offered_until is None or at >= notice.enrolment.offered_until
        return over or notice.enrolment.state != State.OFFERED
    if notice.kind == Kind.APPROVAL and notice.enrolment is not None:
        return bool(notice.enrolment.state != State.AWAITING_APPROVAL)
    if notice.kind == Kind.WAITING and notice.enrolment is not None:
        return bool(notice.enrolment.state != State.WAITING)
    if notice.kind == Kind.CHECK_IN:
        return at >= notice.at + timedelta(seconds=attendance_codes.MAILED_LASTS)
    if notice.kind == Kind.MINIMUM and notice.date is not None:
        return bool(notice.date.state != CourseDate.State.OPEN or at >= notice.date.starts_at)
    return notice.kind == Kind.REMINDER and not _still_to_remind(notice, at)


def _still_to_remind(notice: Notice, at: datetime) -> bool:
    """The session is held when it was to be, has not begun, and she comes to it or teaches it."""
    held = Session.objects.filter(date=notice.date_id, public_id=notice.facts.get("session"), called_off_at=None, starts_at__gt=at)
    session = held.filter(date__state=CourseDate.State.OPEN).first()
    if session is None or session.starts_at.isoformat() != notice.facts.get("starts_at"):
        return False
    if notice.facts.get("teaches"):
        return session.trainer_id == notice.person_id
    return Enrolment.objects.filter(date=notice.date_id, person=notice.person_id, state=State.ENROLLED).exists()


def _is_down(trouble: str, at: datetime) -> None:
    """Write beside what waits why it does, and log it when that is new: not every minute."""
    if Notice.objects.due(at).exclude(fault=trouble[:400]).update(fault=trouble[:400]):
        logger.error("Notices cannot be sent (%s); it is tried again each minute.", trouble)


NOTICES: Notices[Notice] = Notices(
    rows=Notice.objects.all,
    along=("person", "date__course", "enrolment__person", "enrolment__date"),
    overtaken=_is_overtaken,
    hand_over=_send,
    unfit=mailing.CannotMail,
    is_down=_is_down,
    logger=logger,
)
