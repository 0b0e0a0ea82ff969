"""The mails of invitations: each goes to an address that somebody typed who is not known yet, and proves that it is hers."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.mail import CannotAnswer, Person, answer
from tenants import current
from tenants.centre.mail_servers import CLAIMED_FOR, WAITS, NoPost, is_for_good, opened_post, send_each, words_of

from . import welcoming
from .enrolling import moment
from .models import InvitationAnswer

logger = logging.getLogger(__name__)


def send_waiting(*, now: Callable[[], datetime], most: int = 200) -> int:
    """Send what is due, up to `most` mails, and give how many went out. A server that is down is logged; nothing is raised for it."""
    if not settings.MAIL_SMTP_URL or not InvitationAnswer.objects.all().due(now()).exists():
        return 0
    try:
        with opened_post() as (_server, post):
            return send_each(post, claim=lambda: _claim(at=now()), attempt=lambda asked: _attempt(post, asked, now), most=most)
    except NoPost as trouble:
        logger.error("Invitations cannot be sent (%s); it is tried again each minute.", trouble)
        return 0


def mail_of(asked: InvitationAnswer) -> EmailMessage:
    """The mail with the link that proves an address. The same answer gives the same Message-ID. Raises CannotAnswer (foundation.mail).

    It says nothing that the reader did not type or get: who is known, and who invited, stands nowhere in it.
    """
    date, town = asked.invitation.date, asked.invitation.municipality
    what = f"{date.course}, {moment(date.starts_at)}" if date is not None else _("Courses of the competence centre")
    link = f"{settings.CENTRE_ADDRESS}{reverse('training:invitation_prove', args=[welcoming.proof_of(asked)])}"
    text = "\n\n".join(
        [
            _("Hello %(name)s,") % {"name": asked.name},
            _("somebody, you we suppose, has followed an invitation of %(town)s with this address:") % {"town": town},
            what,
            _("Please confirm within two days that it was you:") + f"\n{link}",
            _("If it was not you, please do nothing; what was typed is deleted then."),
            f"-- \n{settings.TRAINING_MAIL_NAME}",
        ]
    )
    domain = settings.MAIL_ADDRESS.rpartition("@")[2]
    message = answer(
        sender=Person(settings.TRAINING_MAIL_NAME, settings.MAIL_ADDRESS),
        to=[Person(asked.name, asked.email)],
        subject=_("Please confirm your enrolment"),
        text=text + "\n",
        at=asked.at,
        domain=domain,
        loop_token=settings.MAIL_LOOP_TOKEN,
        auto_submitted="auto-generated",
    )
    message.replace_header("Message-ID", f"<invitation.{asked.public_id}@{domain}>")
    return message


def _claim(*, at: datetime) -> InvitationAnswer | None:
    """Take the next answer that is due, so that no other process does."""
    with current.atomic():
        found: InvitationAnswer | None = (
            InvitationAnswer.objects.all()
            .due(at)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("invitation__municipality", "invitation__date__course")
            .first()
        )
        if found is not None:
            found.next_try_at, found.tries = at + CLAIMED_FOR, found.tries + 1
            found.save(update_fields=["next_try_at", "tries"])
    return found


def _attempt(post: smtplib.SMTP, asked: InvitationAnswer, now: Callable[[], datetime]) -> bool:
    """Send one mail and enter what became of it. Nothing is raised: one mail does not hold up the next."""
    try:
        post.send_message(mail_of(asked), from_addr=settings.MAIL_ADDRESS, to_addrs=[asked.email])
    except smtplib.SMTPException as trouble:
        _later(asked, words_of(trouble), now(), for_good=is_for_good(trouble))
    except OSError as trouble:
        post.close()
        _later(asked, words_of(trouble), now())
    except (CannotAnswer, ValueError) as refusal:
        _later(asked, str(refusal), now(), for_good=True)
    else:
        asked.sent_at, asked.next_try_at, asked.fault = now(), None, ""
        asked.save(update_fields=["sent_at", "next_try_at", "fault"])
        return True
    return False


def _later(asked: InvitationAnswer, trouble: str, at: datetime, *, for_good: bool = False) -> None:
    logger.error("The mail of invitation %s cannot be sent: %s", asked.public_id, trouble)
    over = for_good or asked.tries > len(WAITS)
    asked.next_try_at, asked.fault = None if over else at + WAITS[asked.tries - 1], trouble[:400] or "?"
    asked.save(update_fields=["next_try_at", "fault"])
