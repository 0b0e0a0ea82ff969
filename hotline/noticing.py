"""Who is told by mail of what: written down inside the act that it tells of, each thing once for each person; hotline/notifying.py sends it.

Without a mail server nothing is written down: what there is to do stands in the overview in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from tenants import queues
from tenants.centre.models import Municipality
from tenants.models import User

from . import teams
from .models import CallBack, DeskNotice, Incident, IncidentUpdate, Ticket, TownAddress
from .models.tickets import STAFF

Kind = DeskNotice.Kind
Deadline = tuple[str, Ticket, str, datetime]  # kind, ticket, promise, when it ends


def of_new_ticket(*, ticket: Ticket, by: User | None, at: datetime) -> None:
    """Tell the team of a ticket's queue that something new lies there, except for who put it there. Once for each queue it comes into."""
    if not settings.MAIL_SMTP_URL:
        return
    told = [member for member in teams.of_queue(ticket.queue_id).members if by is None or member.pk != by.pk]
    _tell(_to_staff(Kind.NEW, ticket, person, once=f"new:{ticket.pk}:{ticket.queue_id}", at=at) for person in told)


def of_deadlines(*, news: Sequence[Deadline], at: datetime) -> None:
    """Tell whose a ticket is and who leads its queue that a deadline is near or missed; three queries for any number."""
    if not settings.MAIL_SMTP_URL or not news:
        return
    known = teams.of_queues({ticket.queue_id for _kind, ticket, _promise, _due in news})
    assignees = _assignees(ticket for _kind, ticket, _promise, _due in news)
    rows = []
    for kind, ticket, promise, due in news:
        facts = {"promise": promise, "due": due.isoformat()}
        once = f"{kind}:{ticket.pk}:{promise}:{int(due.timestamp())}"
        for person in _concerned(ticket, known[ticket.queue_id].to_escalate_to, assignees):
            rows.append(_to_staff(kind, ticket, person, once=once, at=at, facts=facts))
    _tell(rows)


def of_call_backs(*, begun: Sequence[CallBack], at: datetime) -> None:
    """Tell whose the tickets are that the time of a call-back has begun; of what is nobody's, the queue's team. Three queries for any number."""
    if not settings.MAIL_SMTP_URL or not begun:
        return
    known = teams.of_queues({one.ticket.queue_id for one in begun})
    assignees = _assignees(one.ticket for one in begun)
    rows = []
    for one in begun:
        own = assignees.get(one.ticket.assignee_id or 0)
        for person in [own] if own else known[one.ticket.queue_id].members:
            rows.append(
                _to_staff(Kind.CALL_BACK, one.ticket, person, once=f"call_back:{one.pk}", at=at, facts={"call_back": str(one.public_id)})
            )
    _tell(rows)


def of_incident(*, incident: Incident, news: IncidentUpdate, towns: Iterable[Municipality], at: datetime) -> None:
    """Tell municipalities what was announced, that it goes on, or that it is over, at the addresses that are known of each. Once for each address."""
    _to_towns(Kind.INCIDENT, incident, news, towns, once=f"incident:{news.pk}", at=at)


def of_mistake(*, incident: Incident, town: Municipality, at: datetime) -> None:
    """Tell a municipality that was told of an incident that it is not affected after all. Once for each time it is left out."""
    _to_towns(Kind.NOT_AFFECTED, incident, None, [town], once=f"not_affected:{incident.pk}:{int(at.timestamp())}", at=at)


def _concerned(ticket: Ticket, leads: Iterable[User], assignees: dict[int, User]) -> list[User]:
    found = {person.pk: person for person in leads}
    if ticket.assignee_id in assignees:
        found.setdefault(ticket.assignee_id, assignees[ticket.assignee_id])
    return list(found.values())


def _assignees(tickets: Iterable[Ticket]) -> dict[int, User]:
    keys = {ticket.assignee_id for ticket in tickets if ticket.assignee_id is not None}
    return {person.pk: person for person in User.objects.active().filter(pk__in=keys, groups__name__in=STAFF).distinct()}


def _to_staff(kind: str, ticket: Ticket, person: User, *, once: str, at: datetime, facts: dict[str, str] | None = None) -> DeskNotice:
    return DeskNotice(
        kind=kind,
        once=f"{once}:{person.pk}",
        person=person,
        to_address=person.email,
        ticket=ticket,
        facts=facts or {},
        at=at,
        next_try_at=at,
    )


def _to_towns(
    kind: str, incident: Incident, news: IncidentUpdate | None, towns: Iterable[Municipality], *, once: str, at: datetime
) -> None:
    if not settings.MAIL_SMTP_URL:
        return
    known = TownAddress.objects.filter(municipality__in=[town.pk for town in towns]).order_by("pk")
    _tell(
        DeskNotice(
            kind=kind,
            once=f"{once}:{row.municipality_id}:{sha256(row.address.encode()).hexdigest()[:24]}",
            to_address=row.address,
            incident=incident,
            news=news,
            municipality_id=row.municipality_id,
            at=at,
            next_try_at=at,
        )
        for row in known
    )


def _tell(notices: Iterable[DeskNotice]) -> None:
    """Keep those that were not kept yet and have somewhere to go."""
    rows = [one for one in notices if one.to_address]
    if rows:
        DeskNotice.objects.bulk_create(rows, ignore_conflicts=True)
        queues.send_once("hotline.send_mail")
