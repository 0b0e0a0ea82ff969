"""Mail of practice municipalities is caught and shown there, and never sent. The one place through which mail can leave a node (EMAIL_BACKEND).

Today nothing on a node sends mail; whatever will, by Django's functions, goes through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from . import current
from .models import CaughtMail

KEPT_FOR = timedelta(days=30)


class Backend(BaseEmailBackend):
    """Keeps the mails of a practice municipality in its database; those of a real one go to EMAIL_BACKEND_OF_TOWNS.

    Mail without a municipality in force is refused (NoMunicipality): nobody could tell whether it is made up.
    """

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self._given = kwargs

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not current.municipality().practice:
            real = get_connection(settings.EMAIL_BACKEND_OF_TOWNS, fail_silently=self.fail_silently, **self._given)
            return int(real.send_messages(email_messages) or 0)
        at = timezone.now()
        return len([catch(message=message, at=at) for message in email_messages if message.recipients()])


def catch(*, message: EmailMessage, at: datetime) -> CaughtMail:
    """Keep what would have been sent."""
    names = [one.get_filename() or "" if hasattr(one, "get_filename") else str(one[0] or "") for one in message.attachments]
    return CaughtMail.objects.create(
        at=at,
        sender=str(message.from_email)[:320],
        recipients=[str(each) for each in message.recipients()],
        subject=str(message.subject)[:998],
        text=str(message.body),
        attachments=names,
    )


def forget_old(*, at: datetime) -> int:
    """Drop what was caught 30 days ago. Returns how many."""
    return CaughtMail.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
