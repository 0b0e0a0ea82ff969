"""Two mails of the demo: an answer that quotes ours, and an absence note that is put aside."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from django.conf import settings

from foundation.mail import with_token
from hotline import receiving
from hotline.models import Ticket
from tenants.models import User

ANSWER = """Guten Tag,

das habe ich versucht, es hat leider nichts geändert. Die Seite bleibt leer, sobald ich das zweite Register öffne.

Mit freundlichen Grüßen
{name}

Am 24.11.26 um 09:12 schrieb Hotline eBehördenakte:
> Bitte melden Sie sich einmal ab und wieder an.
>
> Ihre Hotline
"""
ABSENT = "Ich bin bis Montag nicht im Büro. In dringenden Fällen wenden Sie sich bitte an das Hauptamt."


def load(*, at: datetime) -> None:
    """Take them in as if they had just been fetched; the answer is on the newest ticket that still waits for somebody."""
    ticket = Ticket.objects.unsettled().filter(state=Ticket.State.WAITING).select_related("requester").order_by("-number").first()
    if ticket is not None:
        person: User = ticket.requester
        subject = with_token(f"AW: {ticket.subject}", prefix=settings.MAIL_TOKEN_PREFIX, number=ticket.number)
        receiving.take_in(raw=_mail(person, subject, ANSWER.format(name=person.display_name)), at=at)
    absent = User.objects.filter(username="u.frings").first()
    if absent is not None:
        receiving.take_in(raw=_mail(absent, "Abwesenheitsnotiz: Ihre Anfrage", ABSENT, Auto_Submitted="auto-replied"), at=at)


def _mail(person: User, subject: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = f"{person.display_name} <{person.email}>"
    message["To"], message["Subject"] = settings.MAIL_ADDRESS, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
