"""Which tickets and municipalities belong to an incident: staff put tickets to it, and whoever is about to ask says that it concerns her too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from tenants import current
from tenants.centre.models import Municipality
from tenants.models import User

from . import answering, attaching, broadcasting, events, handling, noticing, taking_in
from .models import Incident, IncidentEvent, IncidentTown, Ticket
from .models.tickets import STAFF

MOST = 500  # tickets that are put to an incident at once


class CannotAnnounce(Exception):
    """This cannot be done with the incident; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class StaleIncident(Exception):
    """The incident has changed since it was read: nothing was written. The message says who changed it."""


def add(*, incident: Incident, ticket: Ticket, by: User, at: datetime) -> Incident:
    """Put a ticket to an incident; its municipality is affected, too, and told if the incident runs.

    Raises CannotAnnounce: it has ended, or the ticket is settled, merged or part of another one.
    """
    staff_only(by)
    with current.atomic():
        found = locked(incident)
        if found.state == Incident.State.ENDED:
            raise CannotAnnounce(_("This incident has ended."))
        take_up(found, [ticket], by=by, at=at)
        save(found)
        enter("add", found, by, at, {"ticket": (None, ticket.number)})
    return show(incident, found)


def take_out(*, incident: Incident, ticket: Ticket, by: User, at: datetime) -> Incident:
    """Let a ticket stand for itself again; its municipality stays affected. Raises CannotAnnounce: it is not in it, or that has ended."""
    staff_only(by)
    with current.atomic():
        found = locked(incident)
        if found.state == Incident.State.ENDED:
            raise CannotAnnounce(_("This incident has ended."))
        if not let_go(found, [ticket], by=by, at=at):
            raise CannotAnnounce(_("This request is not part of the incident."))
        save(found)
        enter("take_out", found, by, at, {"ticket": (ticket.number, None)})
    return show(incident, found)


def join(
    *,
    incident: Incident,
    by: User,
    at: datetime,
    subject: str = "",
    body: str = "",
    files: Sequence[attaching.Kept] = (),
    context: Mapping[str, Any] | None = None,
) -> tuple[Ticket, bool]:
    """Say that a running incident concerns `by`, too: she gets a ticket in it, so that she is told like the others.

    What she has typed already is in it. Who has an open ticket in it gets that one back with what she has typed, and no second one; says whether
    there was none. Raises CannotAnnounce: it does not run, or not in her municipality; taking_in.CannotTakeIn, answering.CannotAnswer.
    """
    with current.atomic():
        found = locked(incident)
        if not found.running or not Incident.objects.visible_to(by).filter(pk=found.pk).exists() or by.has_role(*STAFF):
            raise CannotAnnounce(_("This incident is not running in your municipality."))
        known: Ticket | None = Ticket.objects.unsettled().filter(incident=found, requester=by).order_by("pk").first()
        if known is not None:
            if body.strip() or files:
                answering.say(ticket=known, body=body.strip() or subject.strip() or found.title, files=files, by=by, at=at)
            return known, False
        words = {"title": found.title}
        ticket = taking_in.open_ticket(
            subject=subject.strip() or found.title,
            body=body.strip() or _("The disturbance “%(title)s” concerns me as well.") % words,
            files=files,
            context=context,
            by=by,
            at=at,
        )
        take_up(found, [ticket], by=by, at=at)
        Incident.objects.filter(pk=found.pk).update(joined=F("joined") + 1)
    return ticket, True


def count_spared(*, incident: Incident) -> None:
    """Count that knowing of an incident spared a request. There is no `by` on purpose: nobody is to know who said it."""
    Incident.objects.filter(pk=incident.pk, state=Incident.State.ANNOUNCED).update(spared=F("spared") + 1)


def open_tickets(incident: Incident) -> list[Ticket]:
    """The unsettled tickets of an incident, and those in which a merged one of it goes on: each once."""
    hers = Q(incident=incident) | Q(merged__incident=incident)
    keys = Ticket.objects.unsettled().standing().filter(hers).values("pk")
    return list(Ticket.objects.filter(pk__in=keys).order_by("pk"))


def take_up(incident: Incident, tickets: Collection[Ticket], *, by: User, at: datetime) -> None:
    """Put tickets to a locked incident, inside an act's transaction; municipalities that are new to a running one are told."""
    if len(tickets) > MOST:
        raise CannotAnnounce(_("At most %(most)s requests at once, please.") % {"most": MOST}, "tickets")
    rows = _locked_tickets(tickets)
    for row in rows:
        _refuse_unfit(row, incident)
    for row in rows:
        if row.incident_id != incident.pk:
            row.incident = incident
            handling.move(row, state=row.state, at=at)
            events.enter(act="join_incident", ticket=row, by=by, at=at, changes={"incident": (None, incident.title)})
    new = affect(incident, {row.municipality for row in rows if row.municipality is not None})
    if incident.running and incident.until > at:
        broadcasting.show(incident=incident, towns=new, by=by, at=at)
        if new and (last := incident.updates.order_by("-at", "-pk").first()) is not None:
            noticing.of_incident(incident=incident, news=last, towns=[town.municipality for town in new], at=at)


def let_go(incident: Incident, tickets: Collection[Ticket], *, by: User, at: datetime) -> list[Ticket]:
    """Take tickets out of a locked incident, inside an act's transaction; returns those that were in it."""
    rows = [row for row in _locked_tickets(tickets) if row.incident_id == incident.pk]
    for row in rows:
        row.incident = None
        handling.move(row, state=row.state, at=at)
        events.enter(act="leave_incident", ticket=row, by=by, at=at, changes={"incident": (incident.title, None)})
    return rows


def affect(incident: Incident, towns: Iterable[Municipality]) -> list[IncidentTown]:
    """Make municipalities affected; returns those that were not yet. What was said of one twice is said once."""
    known = {
        row.municipality_id: row for row in IncidentTown.objects.filter(incident=incident).select_related("municipality__site", "order")
    }
    new = []
    for town in {town.pk: town for town in towns}.values():
        row = known.get(town.pk)
        if row is None:
            new.append(IncidentTown.objects.create(incident=incident, municipality=town))
        elif row.left_at is not None:  # left out before, and affected after all
            row.left_at = None
            row.save(update_fields=["left_at"])
            new.append(row)
    return new


def staff_only(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotAnnounce(_("This is for the hotline's staff."))


def locked(incident: Incident, *, seen: int | None = None) -> Incident:
    """The incident as it is now, locked until the transaction ends. Raises StaleIncident if it is no longer what the caller has read."""
    found: Incident = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if seen is not None and seen != found.revision:
        last = IncidentEvent.objects.filter(incident=found).order_by("-at", "-pk").first()
        name = last.actor if last else _("Somebody")
        raise StaleIncident(_("%(name)s has changed this incident meanwhile. Please read it again; nothing was sent.") % {"name": name})
    return found


def save(incident: Incident) -> None:
    """Save a locked incident as its next revision; what is counted beside is left alone."""
    incident.revision += 1
    incident.save(update_fields=["title", "text", "note", "until", "state", "announced_at", "ended_at", "revision"])


def show(incident: Incident, found: Incident) -> Incident:
    """Let the caller's object be what is in the database now."""
    incident.__dict__.update({name: value for name, value in found.__dict__.items() if name != "_prefetched_objects_cache"})
    return incident


def enter(act: str, incident: Incident, by: User, at: datetime, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """Say that `by` did `act`, with (old, new) for each field; inside the act's transaction, last."""
    told = {name: [None if value is None else str(value) for value in pair] for name, pair in changes.items() if pair[0] != pair[1]}
    IncidentEvent.objects.create(incident=incident, act=act, actor=str(by), at=at, changes=told)


def _locked_tickets(tickets: Collection[Ticket]) -> list[Ticket]:
    """Tickets as they are now, locked, the oldest first."""
    keys = [ticket.pk for ticket in tickets]
    return list(Ticket.objects.select_for_update(of=("self",)).for_reading().filter(pk__in=keys).order_by("pk"))


def _refuse_unfit(ticket: Ticket, incident: Incident) -> None:
    words = {"number": ticket.number}
    if ticket.merged_into is not None:
        raise CannotAnnounce(_("%(number)s was merged into another request. Please choose that one.") % words, "tickets")
    if ticket.settled:
        raise CannotAnnounce(_("%(number)s is settled. Reopen it first.") % words, "tickets")
    if ticket.incident is not None and ticket.incident.pk != incident.pk and ticket.incident.state != Incident.State.ENDED:
        raise CannotAnnounce(_("%(number)s is part of another incident already.") % words, "tickets")
