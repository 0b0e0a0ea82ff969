"""A real SMTP server, and the notices that are sent to it, for the tests of what people are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import icalendar
from aiosmtpd.controller import Controller
from django.test import override_settings

from tests.centre.hotline.imap_server import free_port
from tests.centre.hotline.mails import SETTINGS
from tests.centre.hotline.test_sending import Postman
from tests.centre.training_factories import AT
from training import notifying


@contextmanager
def post_office(postman: Postman | None = None, port: int = 0) -> Iterator[Postman]:
    """A server that is running, and that the settings name."""
    postman = postman or Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        with override_settings(
            **{**SETTINGS, "MAIL_SMTP_URL": f"smtp+plain://127.0.0.1:{controller.port}", "TRAINING_MAIL_NAME": "Schulungen"}
        ):
            yield postman
    finally:
        controller.stop()


def send(at: datetime = AT) -> int:
    return notifying.send_waiting(now=lambda: at)


def words(mail: EmailMessage) -> str:
    """What stands in a mail, as text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def event(mail: EmailMessage) -> tuple[str, Any]:
    """The method and the one event of a mail's calendar file, which its two parts agree about."""
    [part] = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    [attached] = [each for each in mail.walk() if each.get_content_type() == "application/ics"]
    assert part.get_payload(decode=True) == attached.get_payload(decode=True)
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["METHOD"]
    [found] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), found


def calendars(mails: list[Any]) -> list[tuple[str, str, int]]:
    """(method, UID, number) of the calendar files of mails, in their order."""
    found = [event(mail) for mail in mails if any(part.get_content_type() == "text/calendar" for part in mail.walk())]
    return [(method, str(each["UID"]), int(each["SEQUENCE"])) for method, each in found]
