"""Asking a municipality, on a ticket, to let an agent look at one file or one area of its settings; and what its node answers.

The centre can ask, and end. Everything else is said by the node: nothing that is written here lets anybody see anything.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import channel, current
from tenants.centre import ordering, visiting
from tenants.centre.admitting import as_uuid, line
from tenants.centre.models import Order, SiteMessage
from tenants.models import User

from . import events
from .models import SupportRequest, Ticket
from .models.support import OPEN
from .models.tickets import STAFF

logger = logging.getLogger(__name__)
MOST_HOURS = 72
HOLDS = timedelta(days=7)  # an order to ask; to end, the longest there is
State = SupportRequest.State
FOLLOWS: dict[str, tuple[str, ...]] = {  # what a node may say after what
    State.SENT: (State.ACCEPTED, State.REFUSED, State.ENDED, State.EXPIRED),
    State.ASKED: (State.ACCEPTED, State.REFUSED, State.ENDED, State.EXPIRED),
    State.ACCEPTED: (State.ENDED, State.EXPIRED),
}


OF_TICKET = Statement(
    lambda: SupportRequest.objects.filter(ticket=Blank("ticket")).select_related("asked_by").order_by("-asked_at", "-pk"),
    using=current.alias,
)


class CannotAsk(Exception):
    """It cannot be asked like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class CannotLook(Exception):
    """Nobody can be sent there to look; the message says why."""


@dataclass(frozen=True)
class Way:
    """Where the browser sends `token`, by a form."""

    address: str
    token: str


def ask(*, ticket: Ticket, file_reference: str = "", area: str = "", hours: int, by: User, at: datetime) -> SupportRequest:
    """Ask the ticket's municipality for a look at one file (by the reference that the clerk told) or one area, for 1 to 72 hours from its consent.

    Raises CannotAsk: not staff, a settled ticket, a municipality without a connection, both or neither named, or asked already.
    """
    reference = line(file_reference, 121)
    if not by.has_role(*STAFF):
        raise CannotAsk(_("This is for the hotline's staff."))
    if len(reference) > 120 or bool(reference) == bool(area):
        raise CannotAsk(_("Please name one file, or choose one area."), "file_reference")
    if area and area not in SupportRequest.Area.values:
        raise CannotAsk(_("There is no such area."), "area")
    if not 1 <= hours <= MOST_HOURS:
        raise CannotAsk(_("Please choose 1 to 72 hours."), "hours")
    with current.atomic():
        found = Ticket.objects.select_for_update(of=("self",)).select_related("municipality__site").get(pk=ticket.pk)
        if found.settled:
            raise CannotAsk(_("This ticket is settled. Reopen it first."))
        if SupportRequest.objects.filter(ticket=found, asked_by=by, state__in=OPEN).exists():
            raise CannotAsk(_("You have asked on this request already. End that first."))
        made = SupportRequest(ticket=found, asked_by=by, asked_at=at, file_reference=reference, area=area, hours=hours)
        body = {
            "access": str(made.public_id),
            "do": "ask",
            "agent": {"id": str(by.public_id), "name": str(by)},
            "ticket": found.number,
            "hours": hours,
            **({"file": reference} if reference else {"area": area}),
        }
        made.order = _order(found, body, HOLDS, by, at)
        made.save()
        events.enter(act="ask_support_access", ticket=found, by=by, at=at, changes={"hours": (None, hours)})
    return made


def end(*, request: SupportRequest, by: User, at: datetime) -> None:
    """Need no more what was asked or accepted: the node is told to end it. What is over already stays as it is. Raises CannotAsk: not staff."""
    if not by.has_role(*STAFF):
        raise CannotAsk(_("This is for the hotline's staff."))
    with current.atomic():
        _end(_locked(request), by, at)


def end_of(*, ticket: Ticket, at: datetime) -> None:
    """End all that was asked or accepted on a ticket. Inside the act that closes it."""
    for request in SupportRequest.objects.select_for_update(of=("self",)).filter(ticket=ticket, state__in=OPEN).order_by("pk"):
        _end(request, None, at)


def of_ticket(ticket: Ticket) -> list[SupportRequest]:
    """All that was asked on a ticket, the newest first."""
    found: list[SupportRequest] = current.objects_of(OF_TICKET, ticket=ticket.pk)
    return found


def look(*, request: SupportRequest, by: User, at: datetime) -> Way:
    """Introduce the agent who asked to the node, for a minute and once. Raises CannotLook: somebody else, or not accepted at the moment."""
    with current.atomic():
        found = SupportRequest.objects.select_for_update(of=("self",)).select_related("ticket__municipality__site").get(pk=request.pk)
        if found.asked_by_id != by.pk or not by.has_role(*STAFF):
            raise CannotLook(_("Only who asked can look."))
        if not found.in_force(at) or not found.address or found.ticket.municipality is None:
            raise CannotLook(_("This access is not in force."))
        try:
            token = visiting.introduction(municipality=found.ticket.municipality, access=str(found.public_id), person=by, at=at)
        except visiting.CannotVisit as refusal:
            raise CannotLook(str(refusal)) from refusal
        events.enter(act="look_by_support_access", ticket=found.ticket, by=by, at=at)
    return Way(f"{found.address}{visiting.ARRIVES_AT}", token)


def answered(*, order: Order, at: datetime) -> None:
    """The node has taken the order in, or does not do such things at all: for tenants.centre.ordering."""
    if order.body.get("do") != "ask":
        return
    found = SupportRequest.objects.select_for_update(of=("self",)).filter(order=order, state=State.SENT).first()
    if found is None:
        return
    refused = order.state == Order.State.REFUSED
    found.state = State.REFUSED if refused else State.ASKED
    found.reason = line(order.answer.get("reason"), 300) if refused else ""
    found.save(update_fields=["state", "reason"])
    if refused:
        _enter("refuse_support_access", found, str(order.municipality), at)


def take_state(*, message: SiteMessage, at: datetime) -> None:
    """A node says what became of an access: for tenants.centre.receiving. What is none of its own, or does not follow, is logged and has no effect."""
    said, known = message.body, as_uuid(str(message.body.get("access")))
    mine = SupportRequest.objects.select_for_update(of=("self",)).select_related("ticket")
    found = mine.filter(public_id=known, ticket__municipality=message.municipality, order__site=message.site).first() if known else None
    state = said.get("state")
    if found is None or state not in FOLLOWS.get(found.state, ()):
        if found is None or state != found.state:
            logger.warning("%s spoke of a support access that it was not asked for, or that is over", message.site)
        return
    found.state = state
    if state == State.ACCEPTED:
        found.until, found.address = _until(said), visiting.usable(str(said.get("address", "")))
        if found.until is None:
            logger.warning("%s accepted a support access without saying until when", message.site)
            return
    found.save(update_fields=["state", "until", "address"])
    changes = {"until": (None, found.until.isoformat())} if state == State.ACCEPTED and found.until else {}
    _enter(ACTS[state], found, str(message.municipality), at, changes)


ACTS: dict[str, str] = {
    State.ACCEPTED: "accept_support_access",
    State.REFUSED: "refuse_support_access",
    State.ENDED: "end_support_access",
    State.EXPIRED: "end_support_access",
}


def _end(request: SupportRequest, by: User | None, at: datetime) -> None:
    if not request.is_open:
        return
    ticket = Ticket.objects.select_related("municipality__site").get(pk=request.ticket_id)
    try:
        _order(ticket, {"access": str(request.public_id), "do": "end"}, channel.ORDER_HOLDS, by, at)
    except CannotAsk as reason:  # nobody there to be told: what was accepted ends by its time
        logger.warning("the end of a support access cannot be told: %s", reason)
    request.state = State.ENDED
    request.save(update_fields=["state"])
    _enter("end_support_access", request, by or _("System"), at)


def _order(ticket: Ticket, body: dict[str, Any], lasts: timedelta, by: User | None, at: datetime) -> Order:
    town = ticket.municipality
    if town is None or town.site is None:
        raise CannotAsk(_("This request's municipality is not connected with the competence centre."))
    try:
        return ordering.order(
            site=town.site, municipality=town, kind=channel.SUPPORT_ACCESS, body=body, expires_at=at + lasts, by=by, at=at
        )
    except ordering.CannotOrder as refusal:
        raise CannotAsk(str(refusal)) from refusal


def _locked(request: SupportRequest) -> SupportRequest:
    return SupportRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _enter(act: str, request: SupportRequest, by: User | str, at: datetime, changes: events.Changes | None = None) -> None:
    """On the ticket, or where it was merged to. Never what was asked for: events are told to webhooks."""
    events.enter(act=act, ticket=request.ticket, by=by, at=at, changes=changes)


def _until(said: Any) -> datetime | None:
    try:
        found = parse_datetime(said["until"])
    except (KeyError, TypeError, ValueError):
        return None
    return found if found is not None and found.tzinfo is not None else None
