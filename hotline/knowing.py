"""All that the centre knows of a contact, gathered for her: what she asked and wrote, what was answered, what she sent, and what a machine remembers.

Never what others wrote: in a merged request that is cut. Internal notes are in it for operators only, marked; see
docs/decisions/0031-data-protection-at-the-centre.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.db.models import Q
from knox.models import AuthToken

from foundation.mail import normalised
from tenants.centre import telling
from tenants.centre.models import Contact
from tenants.models import AccessibilityFeedback, RememberedAnswer, User

from .models import (
    Attachment,
    CallBack,
    IncomingMail,
    Merge,
    Message,
    OutgoingMail,
    ProtectionEntry,
    Ticket,
    TicketContext,
    TicketEvent,
    TownAddress,
    UnneededBytes,
)

FILES, MAILS = UnneededBytes.Place.ATTACHMENTS, UnneededBytes.Place.MAILS


@dataclass(frozen=True)
class File:
    """Bytes that belong to it: `path` within the export, `place` and `sha256` where they lie, `said` what is told of them."""

    path: str
    place: str
    sha256: str
    said: dict[str, Any]


@dataclass
class Known:
    """`told` is made of what JSON knows; times are ISO 8601. `parts`: what other apps store of her, which stands in it, too."""

    told: dict[str, Any] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    parts: list[telling.Part] = field(default_factory=list)

    def with_file(self, path: str, place: str, sha256: str, **said: Any) -> dict[str, Any]:
        told = {**said, "path": path, "sha256": sha256}
        self.files.append(File(path, place, sha256, told))
        return told


def known_of(*, person: User, whole: bool, at: datetime) -> Known:
    """Gather what is known of a person; `whole` with the internal notes on her requests. The same number of queries for any number of rows."""
    known, tickets = Known(), list(Ticket.objects.filter(requester=person).for_reading().order_by("number"))
    known.told = {
        "made_at": at.isoformat(),
        "with_internal_notes": whole,
        "person": _account(person),
        "contact": _contact(person),
        "requests": _requests(person, tickets, known, whole=whole),
        "written_on_requests_of_others": _elsewhere(person, known),
        "mails_received_from_her": _mails_from(person, known),
        "mails_sent_to_her": _mails_to(person, tickets),
        "told_of_incidents_for": _incident_addresses(person),
        "watched_requests": sorted(Ticket.objects.filter(watchers=person).values_list("number", flat=True)),
        "reported_barriers": _feedback(person),
        "access": _access(person),
        "journal": [
            {"act": entry.act, "at": _time(entry.at)}
            for entry in ProtectionEntry.objects.filter(about=str(person.public_id)).order_by("at", "pk")
        ],
    }
    known.parts = telling.parts_of(person)
    known.told |= {part.name: part.told for part in known.parts}
    return known


def _account(person: User) -> dict[str, Any]:
    return {
        "id": str(person.public_id),
        "username": person.username,
        "name": person.display_name,
        "email": person.email,
        "telephone": person.telephone,
        "roles": sorted(person.role_names),
        "active": person.is_active,
        "created_at": _time(person.created_at),
        "last_login": _time(person.last_login),
        "settings": {"theme": person.theme, "density": person.density, "shortcuts": person.shortcuts},
    }


def _contact(person: User) -> dict[str, Any] | None:
    found = Contact.objects.select_related("municipality").filter(person=person).first()
    if found is None:
        return None
    clerk = str(found.clerk_id) if found.clerk_id else None
    return {
        "municipality": found.municipality.name,
        "office": found.office,
        "reads_requests_of_her_office": found.sees_office,
        "id_at_her_municipality": clerk,
    }


def _requests(person: User, tickets: list[Ticket], known: Known, *, whole: bool) -> list[dict[str, Any]]:
    keys = [ticket.pk for ticket in tickets]
    contexts = {row.ticket_id: row for row in TicketContext.objects.filter(ticket__in=keys)}
    calls: dict[int, list[CallBack]] = defaultdict(list)
    for call in CallBack.objects.asked_on(keys).order_by("asked_at", "pk"):
        calls[call.home_id or call.ticket_id].append(call)
    acts = _by_ticket(TicketEvent.objects.filter(ticket__in=keys, actor=str(person)).order_by("at", "pk"))
    said = _said(person, tickets, whole=whole)
    return [
        {
            "number": ticket.number,
            "subject": ticket.subject,
            "kind": ticket.kind,
            "state": ticket.state,
            "priority": ticket.priority,
            "queue": ticket.queue.name,
            "municipality": ticket.municipality.name if ticket.municipality else None,
            "created_at": _time(ticket.created_at),
            "answered_at": _time(ticket.answered_at),
            "solved_at": _time(ticket.solved_at),
            "merged_into": ticket.merged_into.number if ticket.merged_into else None,
            "handed_over_from": _context(contexts.get(ticket.pk)),
            "messages": [_message(message, person, ticket.number, known) for message in said[ticket.pk]],
            "callbacks": [
                {
                    "telephone": c.telephone,
                    "earliest": _time(c.earliest),
                    "latest": _time(c.latest),
                    "done_at": None if c.set_aside_at else _time(c.done_at),
                }
                for c in calls[ticket.pk]
            ],
            "what_she_did": [{"act": act.act, "at": _time(act.at)} for act in acts[ticket.pk]],
        }
        for ticket in tickets
    ]


def _by_ticket(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row)
    return found


def _said(person: User, tickets: Iterable[Ticket], *, whole: bool) -> dict[int, list[Message]]:
    """By ticket what she wrote and what staff answered her; of a ticket that took hers up only what was said to both."""
    own = {ticket.pk: ticket for ticket in tickets}
    since = dict(Merge.objects.filter(source__in=own, undone_at=None).values_list("source", "at"))
    leads = {ticket.merged_into_id for ticket in own.values() if ticket.merged_into_id}
    there = Q(ticket__in=own) | Q(home__in=own) | Q(also_on__in=own) | Q(ticket__in=leads, by_staff=True, home=None)
    rows = Message.objects.filter(there).filter(Q(author=person) | Q(by_staff=True)).distinct().for_reading().prefetch_related("also_on")
    found: dict[int, list[Message]] = {pk: [] for pk in own}
    below: dict[int | None, list[int]] = defaultdict(list)
    for ticket in own.values():
        below[ticket.merged_into_id].append(ticket.pk)
    for message in rows.in_order():
        if message.kind == Message.Kind.NOTE and not whole:
            continue
        places = {message.home_id or message.ticket_id, *(one.pk for one in message.also_on.all())}
        if message.home_id is None and message.by_staff and message.kind != Message.Kind.NOTE:
            places |= {pk for pk in below[message.ticket_id] if pk in since and message.at >= since[pk]}
        for pk in places & own.keys():
            found[pk].append(message)
    return found


def _message(message: Message, person: User, number: str, known: Known) -> dict[str, Any]:
    return {
        "at": _time(message.at),
        "kind": message.kind,
        "internal": message.kind == Message.Kind.NOTE,
        "by_her": message.author_id == person.pk,
        "author": str(message.author),
        "text": message.body,
        "files": list(_files(message.attachments.all(), number, known)),
    }


def _files(attachments: Iterable[Attachment], number: str, known: Known) -> Iterator[dict[str, Any]]:
    for one in sorted(attachments, key=lambda row: row.position):
        path = f"dateien/{number}/{len(known.files) + 1:04}-{one.name[-100:]}"
        yield known.with_file(path, FILES, one.sha256, name=one.name, media_type=one.media_type, size=one.size)


def _elsewhere(person: User, known: Known) -> list[dict[str, Any]]:
    """What she wrote on others' requests; of those nothing but the number."""
    rows = Message.objects.filter(author=person).exclude(ticket__requester=person).exclude(home__requester=person)
    found = rows.select_related("ticket", "author").prefetch_related("attachments").in_order()
    return [{"number": m.ticket.number, **_message(m, person, m.ticket.number, known)} for m in found]


def _mails_from(person: User, known: Known) -> list[dict[str, Any]]:
    alone = [normalised(person.email)] if _is_hers_alone(person) else []
    mine = Q(message__author=person) | Q(sender_address__in=alone, outcome__in=["parked", "left"])
    rows = IncomingMail.objects.filter(mine).exclude(reason=IncomingMail.Reason.REMOVED)
    return [
        {
            "arrived_at": _time(mail.arrived_at),
            "sender_name": mail.sender_name,
            "sender_address": mail.sender_address,
            "subject": mail.subject,
            "request": mail.ticket.number if mail.ticket else None,
            "original": known.with_file(f"e-mails/{place:04}.eml", MAILS, mail.sha256, size=mail.size),
        }
        for place, mail in enumerate(rows.select_related("ticket").order_by("arrived_at", "pk"), start=1)
    ]


def _mails_to(person: User, tickets: Iterable[Ticket]) -> list[dict[str, Any]]:
    if not person.email:
        return []
    hers = OutgoingMail.objects.filter(to_address=normalised(person.email))
    rows = hers.filter(Q(ticket__in=tickets) | Q(to_name=person.display_name)).select_related("ticket").order_by("queued_at", "pk")
    return [
        {
            "kind": mail.kind,
            "request": mail.ticket.number,
            "to_address": mail.to_address,
            "queued_at": _time(mail.queued_at),
            "sent_at": _time(mail.sent_at),
            "failed_at": _time(mail.failed_at),
            "trouble": mail.trouble,
        }
        for mail in rows
    ]


def _incident_addresses(person: User) -> list[str]:
    """Municipalities for which her address is told of incidents by mail."""
    if not _is_hers_alone(person):
        return []
    rows = TownAddress.objects.filter(address=normalised(person.email)).order_by("municipality__name")
    return list(rows.values_list("municipality__name", flat=True))


def _feedback(person: User) -> list[dict[str, Any]]:
    if not _is_hers_alone(person):
        return []
    rows = AccessibilityFeedback.objects.filter(email__iexact=person.email).order_by("created_at", "pk")
    return [{"at": _time(row.created_at), "page": row.page, "message": row.message, "name": row.name} for row in rows]


def _access(person: User) -> dict[str, Any]:
    tokens = AuthToken.objects.filter(user=person).order_by("created")
    return {
        "tokens_for_programs": [{"created": _time(token.created), "expires": _time(token.expiry)} for token in tokens],
        "failed_logins": AccessAttempt.objects.filter(username=person.username).count(),
        "answers_remembered_for_48_hours": RememberedAnswer.objects.filter(caller=str(person.public_id)).count(),
    }


def _context(context: TicketContext | None) -> dict[str, Any] | None:
    if context is None:
        return None
    return {"screen": context.screen, "roles": context.roles, "version": context.version, "error": context.error}


def _is_hers_alone(person: User) -> bool:
    return bool(person.email) and not User.objects.exclude(pk=person.pk).filter(email__iexact=person.email).exists()


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
