"""Sending notices by mail (RFC 5321), for the hotline and for training: each claimed for a while, sent, and entered as sent.

A process that ends between sending and entering sends a mail again, with the same Message-ID: twice is better than never. What a server refuses for
good (5xx) or what is still refused after two days is entered as failed and shown to operators.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User
from tenants.roles import CentreRole

from .mail_servers import CLAIMED_FOR, WAITS, NoPost, is_for_good, opened_post, send_each, words_of


class CannotSendAgain(Exception):
    """The notice is not one that could not be sent; the message says so."""


class Posted(Protocol):
    """What a notice has for the post: `next_try_at` is when it is sent (again), None if nothing is to be done."""

    public_id: Any
    sent_at: Any
    failed_at: Any
    next_try_at: Any
    tries: Any
    fault: Any

    def save(self, *, update_fields: list[str]) -> None: ...


N = TypeVar("N", bound=Posted)


@dataclass(frozen=True)
class Notices(Generic[N]):
    """An app's notices and what it knows of them.

    `rows` gives its table, which has due(at); `along` names what is fetched with one to be sent. `overtaken`: whether one would say what does not hold any
    more, or has nobody to go to. `hand_over` builds and sends one; what it raises of `unfit` means that it can never be sent. `is_down` is told why
    the server does not answer.
    """

    rows: Callable[[], Any]
    along: tuple[str, ...]
    overtaken: Callable[[N, datetime], bool]
    hand_over: Callable[[smtplib.SMTP, N], None]
    unfit: type[Exception]
    is_down: Callable[[str, datetime], None]
    logger: logging.Logger

    def send_waiting(self, *, now: Callable[[], datetime], most: int) -> int:
        """Send what is due, up to `most` notices, and give how many went out. Nothing is raised for a server that is down: it is tried again in a minute."""
        if not settings.MAIL_SMTP_URL or not self.rows().due(now()).exists():
            return 0
        try:
            with opened_post() as (_server, post):
                return send_each(
                    post, claim=lambda: self.claim(at=now()), attempt=lambda notice: self._attempt(post, notice, now), most=most
                )
        except NoPost as trouble:
            self.is_down(str(trouble), now())
            return 0

    def send_again(self, *, notice: N, by: User, at: datetime, then: Callable[[N, str], None]) -> N:
        """Let a notice that could not be sent wait to be sent again; `then` does what else belongs to it, and is given what the trouble was.

        Raises CannotSendAgain: it was sent, waits, or is not hers to.
        """
        if not by.has_role(CentreRole.OPERATOR):
            raise CannotSendAgain(_("Only operators look after mails."))
        with current.atomic():
            found: N = self.rows().select_for_update(of=("self",)).get(public_id=notice.public_id)
            if found.failed_at is None:
                raise CannotSendAgain(_("This mail was sent or is about to be."))
            trouble = found.fault
            _enter(found, failed_at=None, next_try_at=at, tries=0, fault="")
            then(found, trouble)
        return found

    def claim(self, *, at: datetime) -> N | None:
        """Take the next notice that is due, so that no other process does."""
        with current.atomic():
            due = self.rows().due(at).select_for_update(of=("self",), skip_locked=True).select_related(*self.along)
            notice: N | None = due.order_by("next_try_at", "pk").first()
            if notice is not None:
                _enter(notice, next_try_at=at + CLAIMED_FOR, tries=notice.tries + 1)
        return notice

    def _attempt(self, post: smtplib.SMTP, notice: N, now: Callable[[], datetime]) -> bool:
        """Send one notice and enter what became of it. Nothing is raised: one mail does not hold up the next."""
        if self.overtaken(notice, now()):
            _enter(notice, next_try_at=None, fault="")
            return False
        try:
            self.hand_over(post, notice)
        except self.unfit as refusal:
            self._give_up(notice, str(refusal), at=now())
        except smtplib.SMTPException as trouble:
            (self._give_up if is_for_good(trouble) else self._try_again)(notice, words_of(trouble), at=now())
        except OSError as trouble:
            post.close()
            self._try_again(notice, words_of(trouble), at=now())
        except Exception as trouble:
            self.logger.exception("Notice %s could not be written or sent", notice.public_id)
            self._try_again(notice, words_of(trouble), at=now())
        else:
            _enter(notice, sent_at=now(), next_try_at=None, fault="")
            return True
        return False

    def _try_again(self, notice: N, trouble: str, *, at: datetime) -> None:
        if notice.tries > len(WAITS):
            self._give_up(notice, trouble, at=at)
        else:
            _enter(notice, next_try_at=at + WAITS[notice.tries - 1], fault=trouble[:400] or "?")

    def _give_up(self, notice: N, trouble: str, *, at: datetime) -> None:
        self.logger.error("Notice %s cannot be sent: %s", notice.public_id, trouble)
        _enter(notice, failed_at=at, next_try_at=None, fault=trouble[:400] or "?")


def _enter(notice: Posted, **values: Any) -> None:
    for name, value in values.items():
        setattr(notice, name, value)
    notice.save(update_fields=[*values])
