"""Mails and a desk for the tests of mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from hotline import receiving
from hotline.models import IncomingMail, OutgoingMail, Ticket
from tests.centre.hotline_factories import TicketFactory, requester

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LOOP_TOKEN = "unser-zeichen-123"
OURS = "mx.zentrale.example"
ANNA = "anna.kurz@beispielheim.example"
SETTINGS = {
    "MAIL_ADDRESS": "hilfe@zentrale.example",
    "MAIL_OTHER_ADDRESSES": ["hotline@zentrale.example"],
    "MAIL_NAME": "Hotline",
    "MAIL_TOKEN_PREFIX": "HL",
    "MAIL_LOOP_TOKEN": LOOP_TOKEN,
    "MAIL_AUTHSERV_ID": OURS,
    "MAIL_IMAP_URL": "",
    "MAIL_SMTP_URL": "smtp+plain://127.0.0.1:1",
    "MAIL_DONE_FOLDER": "",
    "MAIL_RECEIPTS_PER_HOUR": 5,
}


def mail(text: str = "Der Drucker druckt nicht.", *, sender: str = ANNA, headers: dict[str, str] | None = None, **named: Any) -> bytes:
    """The bytes of a mail; `named` are headers with underscores for hyphens, `headers` those that stand in front."""
    message = EmailMessage()
    for name, value in (headers or {}).items():
        message[name] = value
    message["From"] = sender
    message["To"] = named.pop("to", "hilfe@zentrale.example")
    message["Subject"] = named.pop("subject", "Drucker")
    for name, value in named.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def proven(address: str) -> dict[str, str]:
    """What our server writes above a mail whose sender's domain stands for it."""
    return {"Authentication-Results": f"{OURS}; dmarc=pass (p=reject) header.from={address.rpartition('@')[2]}"}


def take_in(raw: bytes, *, minutes: int = 0) -> IncomingMail:
    return receiving.take_in(raw=raw, at=NOW + timedelta(minutes=minutes))


def annas_ticket(**more: Any) -> Ticket:
    """Ticket 2026-000123 of Anna Kurz, answered by a mail of ours."""
    anna = requester("beispielheim", username="anna", display_name="Anna Kurz", email=ANNA)
    ticket = TicketFactory(number="2026-000123", requester=anna, **more)
    OutgoingMail.objects.create(
        kind="receipt",
        ticket=ticket,
        to_address=ANNA,
        mail_id="<unser@zentrale.example>",
        queued_at=ticket.created_at,
        sent_at=ticket.created_at,
    )
    return ticket


def put_aside() -> IncomingMail:
    """An absence note with a file, that waits for somebody to look at it."""
    absent = EmailMessage()
    absent["From"], absent["To"], absent["Subject"] = f"Anna Kurz <{ANNA}>", "hilfe@zentrale.example", "Abwesend: <script>alert(1)</script>"
    absent["Auto-Submitted"] = "auto-replied"
    absent.set_content("Ich bin weg.")
    absent.add_alternative('<p>Ich bin <b>weg</b>.</p><script>alert(1)</script><img src="https://x.example/p.png">', subtype="html")
    absent.add_attachment(b"%PDF-1.4", maintype="text", subtype="html", filename="plan.html")
    return take_in(absent.as_bytes())


def unsent(ticket: Ticket) -> OutgoingMail:
    """A mail that a server has refused for good."""
    return OutgoingMail.objects.create(
        kind="receipt",
        ticket=ticket,
        to_address=ANNA,
        mail_id="<unsent@zentrale.example>",
        queued_at=NOW,
        failed_at=NOW,
        trouble="550 Nein",
    )
