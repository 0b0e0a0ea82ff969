"""What the demo's staff keep and have done at the desk: text modules, a shared view, a file, links, a call-back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from hotline import answering, attaching, calling_back, linking, phrasing, tagging, viewing, watching
from hotline.models import Message, Tag, Ticket
from tenants.models import User

MODULES = (
    ("gruss", "Gruß", "Guten Tag {name},\n\nvielen Dank für Ihre Anfrage {nummer}.\n\nMit freundlichen Grüßen\n{bearbeitung}"),
    ("rueckruf", "Rückruf vereinbaren", "Gern rufen wir Sie zurück. Wann sind Sie zu erreichen, und unter welcher Nummer?"),
    (
        "scan-stoerung",
        "Störung beim Lesen von Scans",
        "Seit heute früh werden Scans langsamer gelesen als sonst. Nichts geht verloren; wir melden uns.",
    ),
    (
        "passwort-neu",
        "Neues Passwort",
        "Ein neues Passwort gibt Ihnen Ihre Administration; sie druckt Ihnen einen Zettel mit dem ersten Passwort.",
    ),
)
LOG = b"2026-11-25 07:58:12 WARNUNG Zwischenspeicher voll\n2026-11-25 07:58:13 FEHLER Seite 17 nicht gelesen\n"


TAGS = {  # name → words in the subjects of requests that have it
    "Drucken": ("druck", "Trennbl"),
    "Scannen": ("Scan",),
    "Rechte": ("Zugriff", "Konto", "Anmeldung"),
    "Aktenplan": ("Aktenplan", "Aktenzeichen", "Aufbewahrung"),
    "Fehler im Programm": ("Bildschirm", "Suche findet"),
    "Update 0.1": ("Scan",),
}
RETIRED = "Update 0.1"


def tag(*, staff: User, operator: User, at: datetime) -> None:
    """A list of tags with a retired one, and some of them on requests."""
    for name, words in TAGS.items():
        tagging.add(name=name, by=operator, at=at)
        tickets = Ticket.objects.standing()
        if name == RETIRED:  # of a few weeks only
            tickets = tickets.filter(created_at__gte=at - timedelta(days=20))
        for word in words:
            for ticket in tickets.filter(subject__icontains=word).order_by("pk"):
                tagging.put_on(ticket=ticket, name=name, by=staff, at=ticket.changed_at)  # the list shows when something last happened
    tagging.retire(tag=Tag.objects.get(name=RETIRED), by=operator, at=at)


def load(*, staff: User, at: datetime) -> None:
    """Once, after the demo's tickets were made."""
    for key, title, body in MODULES:
        phrasing.keep(key=key, title=title, body=body, by=staff, at=at)
    viewing.save(
        name="Dringendes ohne Bearbeitung", asked={"stand": "offen", "bei": "niemand", "sortiert": "frist"}, shared=True, by=staff, at=at
    )
    scans = list(Ticket.objects.filter(subject__contains="Scan", state="new").order_by("pk"))
    for other in scans[1:]:
        linking.link(ticket=scans[0], other=other, by=staff, at=at)
    for one in scans[:1]:
        files = attaching.keep([attaching.Given("protokoll.txt", LOG)])
        answering.say(ticket=one, body="Auszug aus dem Protokoll des Knotens.", kind=Message.Kind.NOTE, files=files, by=staff, at=at)
        watching.watch(ticket=one, by=staff, at=at)
    for wanted in Ticket.objects.filter(subject__startswith="Rückruf")[:1]:
        morning = timezone.localtime(at).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
        number = wanted.requester.telephone
        calling_back.ask(ticket=wanted, telephone=number, earliest=morning, latest=morning + timedelta(hours=2), by=staff, at=at)
