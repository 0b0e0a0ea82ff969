"""The mail of journeys and of the demo: a real SMTP server that takes in whatever comes, and a real IMAP server in which everybody has a mailbox.

    EAKTE_POST_OFFICE=143,25 python -m tests.journeys.post_office FOLDER

bin/test and bin/up start it beside both sites, on loopback; the centre fetches from it and sends by it, people of journeys read and answer there.
"""

from __future__ import annotations

import os
import signal
import smtplib
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from imap_tools import BaseMailBox, MailMessage

from tenants.centre.mail_servers import open_mailbox, server_of
from tests.centre.hotline import imap_server

HOTLINE = "hilfe@zentrum.example"
SECONDS = 150.0  # the centre fetches and sends every minute


class Letterboxes:
    """Puts what comes by SMTP into the mailboxes of those whom its envelope names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        for address in envelope.rcpt_tos:
            if "/" in address or address.startswith("."):
                return "553 5.1.3 No such address"
            Maildir(self.folder / address.lower(), create=True).add(envelope.content)
        return "250 OK"


def main(folder: Path) -> None:
    imap_port, smtp_port = _ports()
    mails = folder / "mails"
    mails.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_said: ended.set())
    controller = Controller(Letterboxes(mails), hostname="127.0.0.1", port=smtp_port)
    controller.start()
    try:
        with imap_server.started(folder, imap_port, "mails/%Lu", password=os.environ.get("EAKTE_POST_PASSWORD", imap_server.PASSWORD)):
            ended.wait()
    finally:
        controller.stop()


def _ports() -> tuple[int, int]:
    imap_port, smtp_port = os.environ["EAKTE_POST_OFFICE"].split(",")
    return int(imap_port), int(smtp_port)


@contextmanager
def box_of(address: str) -> Iterator[BaseMailBox]:
    """Somebody's mailbox, as her mail program sees it."""
    with open_mailbox(server_of(f"imap+plain://{quote(address)}:{imap_server.PASSWORD}@127.0.0.1:{_ports()[0]}/INBOX")) as box:
        yield box


def wait_for(address: str, subject: str) -> MailMessage:
    """The newest mail to somebody whose subject holds these words, as soon as it is there. Raises AssertionError after a while."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with box_of(address) as box:
            found = [mail for mail in box.fetch(mark_seen=False) if _letters(subject) in _letters(mail.subject)]
        if found:
            return found[-1]
        time.sleep(1)
    raise AssertionError(f"no mail to {address} on {subject!r}")


def _letters(text: str) -> str:
    """Without spaces: imap_tools loses the one between a word with umlauts and the next line of a long subject."""
    return "".join(text.split())


def answer(mail: MailMessage, *, by: str, text: str) -> None:
    """Answer a mail as a mail program does, with what it answers quoted."""
    message = EmailMessage()
    message["From"], message["To"] = by, HOTLINE
    message["Subject"] = f"AW: {mail.subject}"
    message["Message-ID"] = f"<{time.time_ns()}@{by.rpartition('@')[2]}>"
    message["In-Reply-To"] = message["References"] = mail.headers["message-id"][0]
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    message.set_content(f"{text}\n\nAm Donnerstag schrieb die Hotline:\n{quoted}\n")
    with smtplib.SMTP("127.0.0.1", _ports()[1]) as post:
        post.send_message(message)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
