"""What stands in the mails by which the hotline tells people of something: a subject and a text, with the address of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from .models import CallBack, DeskNotice, Incident, IncidentUpdate, Promise, Ticket

Kind = DeskNotice.Kind


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def letter(notice: DeskNotice) -> Letter:
    """What a notice says, from what is known when it goes out."""
    if notice.incident is not None:
        return _of_incident(notice, notice.incident)
    assert notice.ticket is not None  # a notice is about one of both
    return _of_ticket(notice, notice.ticket)


def _of_ticket(notice: DeskNotice, ticket: Ticket) -> Letter:
    words: dict[str, Any] = {"number": ticket.number, "queue": ticket.queue}
    if notice.kind == Kind.NEW:
        subject, said = _("New request %(number)s in %(queue)s"), _("In the queue %(queue)s there is a new request, %(number)s.")
    elif notice.kind == Kind.CALL_BACK:
        subject, said = _("Call back now: request %(number)s"), _("The time of a call-back has begun.")
    elif notice.kind == Kind.WARN:
        subject, said = _("Deadline is near: request %(number)s"), _("A deadline of request %(number)s ends soon.")
    else:
        subject, said = _("Deadline missed: request %(number)s"), _("A deadline of request %(number)s was missed.")
    rows = [*_about(ticket), *_deadline(notice), *_call_back(notice)]
    link = settings.CENTRE_ADDRESS + reverse("hotline:ticket", args=[ticket.public_id])
    parts = [said % words, "\n".join(f"{what}: {how}" for what, how in rows), link, _foot()]
    return Letter(subject % words, "\n\n".join(parts) + "\n")


def _about(ticket: Ticket) -> list[tuple[str, str]]:
    return [
        (_("Subject"), ticket.subject),
        (_("Municipality"), str(ticket.municipality or "–")),
        (_("Priority"), ticket.get_priority_display()),
        (_("Queue"), str(ticket.queue)),
        (_("Assigned to"), str(ticket.assignee or _("Nobody"))),
    ]


def _deadline(notice: DeskNotice) -> list[tuple[str, str]]:
    due, promise = parse_datetime(str(notice.facts.get("due", ""))), notice.facts.get("promise")
    return [(str(Promise(promise).label), _moment(due))] if due is not None and promise in Promise.values else []


def _call_back(notice: DeskNotice) -> list[tuple[str, str]]:
    wanted = CallBack.objects.filter(public_id=notice.facts["call_back"]).first() if "call_back" in notice.facts else None
    if wanted is None:
        return []
    return [(_("Telephone"), wanted.telephone), (_("Reachable until"), _moment(wanted.latest))]


def _of_incident(notice: DeskNotice, incident: Incident) -> Letter:
    words = {"title": incident.title, "town": notice.municipality}
    link = settings.CENTRE_ADDRESS + reverse("hotline:incident", args=[incident.public_id])
    news = notice.news
    if news is None:
        subject, said = (
            _("Not affected: %(title)s"),
            _("%(town)s is not affected by this disturbance after all; it was told of it by mistake."),
        )
        return Letter(subject % words, "\n\n".join([said % words, _foot()]) + "\n")
    if news.kind == IncidentUpdate.Kind.END:
        subject, said = _("Over: %(title)s"), _("The disturbance that affected %(town)s is over.")
    elif news.kind == IncidentUpdate.Kind.NEWS:
        subject, said = _("Update: %(title)s"), _("There is news of a disturbance that affects %(town)s.")
    else:
        subject, said = _("Disturbance: %(title)s"), _("There is a disturbance that affects %(town)s.")
    parts = [said % words, incident.title, news.text, _("Clerks can read it here: %(link)s") % {"link": link}, _foot()]
    return Letter(subject % words, "\n\n".join(parts) + "\n")


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y %H:%M}"


def _foot() -> str:
    return "-- \n" + settings.MAIL_NAME + "\n" + _("This mail was written by the system.")
