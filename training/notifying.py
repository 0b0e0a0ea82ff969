"""Sending what people are told by mail (RFC 5321): each notice claimed for a while, sent, and entered as sent.

A process that ends between sending and entering sends a mail again, with the same Message-ID and the same calendar file: twice is better than never. What
a server refuses for good (5xx) or what is still refused after two days is entered as failed and shown to operators; on her page it stands in any case.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from tenants import current, queues
from tenants.centre.mail_servers import CLAIMED_FOR, WAITS, NoPost, is_for_good, opened_post, send_each, words_of
from tenants.models import User
from tenants.roles import CentreRole

from . import attendance_codes, mailing
from .models import CourseDate, Enrolment, Notice, Session

logger = logging.getLogger(__name__)
Kind, State = Notice.Kind, Enrolment.State


class CannotSendAgain(Exception):
    """The notice is not one that could not be sent; the message says so."""


def send_waiting(*, now: Callable[[], datetime], most: int = 500) -> int:
    """Send what is due, up to `most` notices, and give how many went out. A server that is down is shown to operators; nothing is raised for it."""
    if not settings.MAIL_SMTP_URL or not Notice.objects.due(now()).exists():
        return 0
    try:
        with opened_post() as (_server, post):
            return send_each(post, claim=lambda: _claim(at=now()), attempt=lambda notice: _attempt(post, notice, now), most=most)
    except NoPost as trouble:
        _is_down(str(trouble), at=now())
        return 0


def send_again(*, notice: Notice, by: User, at: datetime) -> Notice:
    """Send a notice again that could not be sent, after somebody has seen to the cause. Raises CannotSendAgain: it was sent, waits, or is not hers to."""
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotSendAgain(_("Only operators look after mails."))
    with current.atomic():
        found = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        if found.failed_at is None:
            raise CannotSendAgain(_("This mail was sent or is about to be."))
        found.failed_at, found.next_try_at, found.tries, found.fault = None, at, 0, ""
        found.save(update_fields=["failed_at", "next_try_at", "tries", "fault"])
        queues.send_once("training.send_notices", lane=queues.CENTRE)
    logger.info("Notice %s is sent again, by %s", found.public_id, by.username)
    return found


def _claim(*, at: datetime) -> Notice | None:
    """Take the next notice that is due, so that no other process does."""
    with current.atomic():
        notice: Notice | None = (
            Notice.objects.due(at)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("person", "date__course", "enrolment__person", "enrolment__date")
            .order_by("next_try_at", "pk")
            .first()
        )
        if notice is not None:
            notice.next_try_at, notice.tries = at + CLAIMED_FOR, notice.tries + 1
            notice.save(update_fields=["next_try_at", "tries"])
    return notice


def _attempt(post: smtplib.SMTP, notice: Notice, now: Callable[[], datetime]) -> bool:
    """Send one notice and enter what became of it. Nothing is raised: one mail does not hold up the next."""
    if not notice.person.email or not notice.person.is_active or _is_overtaken(notice, now()):
        _leave(notice)
        return False
    try:
        _send(post, notice)
    except mailing.CannotMail as refusal:
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
        _enter_sent(notice, at=now())
        return True
    return False


def _send(post: smtplib.SMTP, notice: Notice) -> None:
    """Hand over its mails, each entered as it goes: a later try begins with the one that did not go out."""
    for mail in mailing.mails_of(notice)[notice.mails_sent :]:
        post.send_message(mail, from_addr=settings.MAIL_ADDRESS, to_addrs=[notice.person.email])
        notice.mails_sent += 1
        notice.save(update_fields=["mails_sent"])


def _is_overtaken(notice: Notice, at: datetime) -> bool:
    """Whether it would say what does not hold any more: an offer that is over or answered, somebody to be approved who was, a reminder or a code too late."""
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


def _is_down(trouble: str, *, at: datetime) -> None:
    """Write beside what waits why it does, and log it when that is new: not every minute."""
    if Notice.objects.due(at).exclude(fault=trouble[:400]).update(fault=trouble[:400]):
        logger.error("Notices cannot be sent (%s); it is tried again each minute.", trouble)


def _enter_sent(notice: Notice, *, at: datetime) -> None:
    notice.sent_at, notice.next_try_at, notice.fault = at, None, ""
    notice.save(update_fields=["sent_at", "next_try_at", "fault"])


def _leave(notice: Notice) -> None:
    """Nothing is sent; what she was told she reads on her page."""
    notice.next_try_at, notice.fault = None, ""
    notice.save(update_fields=["next_try_at", "fault"])


def _try_again(notice: Notice, trouble: str, *, at: datetime) -> None:
    if notice.tries > len(WAITS):
        _give_up(notice, trouble, at=at)
        return
    notice.next_try_at, notice.fault = at + WAITS[notice.tries - 1], trouble[:400] or "?"
    notice.save(update_fields=["next_try_at", "fault"])


def _give_up(notice: Notice, trouble: str, *, at: datetime) -> None:
    logger.error("Notice %s cannot be sent: %s", notice.public_id, trouble)
    notice.failed_at, notice.next_try_at, notice.fault = at, None, trouble[:400] or "?"
    notice.save(update_fields=["failed_at", "next_try_at", "fault"])
