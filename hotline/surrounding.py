"""What stands beside one ticket on its page, for staff: who asks, what she asked before, what holds it, what runs at the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from foundation.statements import Blank, Statement
from tenants import current
from tenants.centre import health
from tenants.centre.models import Contact, Site

from .models import CallBack, Incident, LegalHold, Ticket, TicketContext, TimeEntry

# Compiled once (foundation.statements): each opening of a ticket asks all of them, and most find nothing.
CALLBACKS = Statement(
    lambda: CallBack.objects.to_make().filter(ticket=Blank("ticket")).order_by(F("done_at").asc(nulls_first=True), "earliest", "pk"),
    using=current.alias,
)
BROUGHT = Statement(lambda: TicketContext.objects.filter(ticket=Blank("ticket")).order_by("pk")[:1], using=current.alias)
HOLD = Statement(lambda: LegalHold.objects.filter(ticket=Blank("ticket")).order_by("pk")[:1], using=current.alias)
CONTACT = Statement(lambda: Contact.objects.filter(person=Blank("person")).order_by("pk")[:1], using=current.alias)
BOOKED = Statement(lambda: TimeEntry.objects.filter(ticket=Blank("ticket")).order_by("at", "pk"), using=current.alias)
SITE = Statement(lambda: Site.objects.filter(municipalities=Blank("town")).order_by("pk")[:1], using=current.alias)
PAST = Statement(lambda: Ticket.objects.filter(requester=Blank("person")).order_by("-number")[:6], using=current.alias, anew=True)
RUNNING = Statement(lambda: Incident.objects.running().order_by("-begun_at", "-pk")[:20], using=current.alias)


@dataclass(frozen=True)
class Surroundings:
    """`site`: the node of the requester's municipality, `standing`: how that is (None where there is none); `past`: the requester's last five other tickets; `running`: incidents it could be made a part of, none for one that is settled or in one."""

    contact: Contact | None
    site: Site | None
    standing: health.Standing | None
    brought: TicketContext | None
    hold: LegalHold | None
    past: list[Ticket]
    running: list[Incident]


def of_ticket(ticket: Ticket, *, at: datetime) -> Surroundings:
    """All of it in six queries."""
    site: Site | None = _only(SITE, town=ticket.municipality_id) if ticket.municipality_id else None
    past: list[Ticket] = current.objects_of(PAST, person=ticket.requester_id)
    return Surroundings(
        site=site,
        standing=health.of(site, at=at) if site is not None else None,
        contact=_only(CONTACT, person=ticket.requester_id),
        brought=_only(BROUGHT, ticket=ticket.pk),
        hold=_only(HOLD, ticket=ticket.pk),
        past=[one for one in past if one.pk != ticket.pk][:5],
        running=[] if ticket.settled or ticket.incident_id else current.objects_of(RUNNING),
    )


def callbacks_of(ticket: Ticket) -> list[CallBack]:
    """The call-back that is wanted on a ticket and not done yet, and behind it those that come after it, because tickets were merged."""
    found: list[CallBack] = current.objects_of(CALLBACKS, ticket=ticket.pk)
    return found


def booked_on(ticket: Ticket) -> list[TimeEntry]:
    """The time that was booked on a ticket, in order."""
    found: list[TimeEntry] = current.objects_of(BOOKED, ticket=ticket.pk)
    return found


def _only(statement: Statement, **values: int) -> Any:
    return next(iter(current.objects_of(statement, **values)), None)
