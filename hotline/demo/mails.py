"""Mails of the demo: an answer that quotes ours, an absence note that is put aside, one of a stranger who names a request; and whose domains are whose."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from django.conf import settings

from foundation.mail import with_token
from hotline import domain_keeping, receiving
from hotline.models import Ticket
from tenants.centre.models import Municipality
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
STRANGER = """Guten Tag,

eine Kollegin aus dem Rathaus hat mir Ihre E-Mail weitergeleitet. Bei uns im Bauhof ist es genauso, seit heute früh.

Mit freundlichen Grüßen
Karla Neumann
"""
ABSENT = "Ich bin bis Montag nicht im Büro. In dringenden Fällen wenden Sie sich bitte an das Hauptamt."


def load(*, by: User, at: datetime) -> None:
    """Take them in as if they had just been fetched; the answer is on the newest ticket that still waits for somebody. `by` keeps the domains."""
    for town in Municipality.objects.filter(active=True).order_by("slug"):
        domain_keeping.add(domain=f"{town.slug}.example", municipality=town, by=by, at=at)
    ticket = Ticket.objects.unsettled().filter(state=Ticket.State.WAITING).select_related("requester").order_by("-number").first()
    if ticket is not None:
        person: User = ticket.requester
        subject = with_token(f"AW: {ticket.subject}", prefix=settings.MAIL_TOKEN_PREFIX, number=ticket.number)
        receiving.take_in(raw=_mail(person, subject, ANSWER.format(name=person.display_name)), at=at)
    absent = User.objects.filter(username="u.frings").first()
    if absent is not None:
        receiving.take_in(raw=_mail(absent, "Abwesenheitsnotiz: Ihre Anfrage", ABSENT, Auto_Submitted="auto-replied"), at=at)
    named = (
        Ticket.objects.unsettled().filter(subject__startswith="Trennblätter", municipality__slug="musterstadt").order_by("-number").first()
    )
    if named is not None:
        stranger = User(display_name="Karla Neumann", email="k.neumann@musterstadt.example")
        subject = with_token(f"WG: {named.subject}", prefix=settings.MAIL_TOKEN_PREFIX, number=named.number)
        receiving.take_in(raw=_mail(stranger, subject, STRANGER), at=at)


def _mail(person: User, subject: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = f"{person.display_name} <{person.email}>"
    message["To"], message["Subject"] = settings.MAIL_ADDRESS, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
