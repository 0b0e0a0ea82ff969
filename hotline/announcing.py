"""Incidents: several municipalities are told at once what is disturbed, how it goes on and that it is over.

All acts lock the incident first, then its tickets, then the sites whose nodes get an order: so no two of them wait for each other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tenants import current
from tenants.centre.models import Municipality
from tenants.models import User

from . import broadcasting, bundling, gathering, noticing, wording
from .gathering import CannotAnnounce, StaleIncident
from .models import Incident, IncidentTown, IncidentUpdate, Ticket

LONGEST_TITLE, LONGEST_TEXT = 80, 500  # characters; together they fit on a banner (tenants.banners)
LONGEST = timedelta(days=30)
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

__all__ = ["CannotAnnounce", "StaleIncident", "announce", "begin", "discard", "end", "leave_out", "report", "revise", "try_again"]


def begin(
    *,
    title: str,
    text: str,
    until: datetime,
    by: User,
    at: datetime,
    note: str = "",
    tickets: Collection[Ticket] = (),
    towns: Collection[Municipality] = (),
) -> Incident:
    """Write an incident down as a draft: nobody outside the hotline knows of it yet.

    Affected are the `towns` and the municipalities of the `tickets`. `until` is when the banner goes by itself, 30 days ahead at most. Raises
    CannotAnnounce (also for a ticket that is settled, merged or part of another incident: then nothing is written).
    """
    gathering.staff_only(by)
    said = _said(title=title, text=text, note=note, until=until, at=at)
    with current.atomic():
        began = min([ticket.created_at for ticket in tickets], default=at)
        incident = Incident.objects.create(**said, begun_at=min(began, at), created_at=at)
        gathering.affect(incident, towns)
        gathering.enter("begin", incident, by, at, {"title": (None, incident.title), "towns": (None, _names(incident))})
        gathering.take_up(incident, tickets, by=by, at=at)
    return incident


def revise(
    *,
    incident: Incident,
    title: str,
    text: str,
    until: datetime,
    by: User,
    at: datetime,
    note: str = "",
    towns: Collection[Municipality] = (),
    seen: int | None = None,
) -> Incident:
    """Write a draft anew. The municipalities of its tickets stay affected. Raises CannotAnnounce (announced already), StaleIncident."""
    gathering.staff_only(by)
    said = _said(title=title, text=text, note=note, until=until, at=at)
    with current.atomic():
        found = gathering.locked(incident, seen=seen)
        _require(found, Incident.State.DRAFT, _("This incident was announced already. Please write an update."))
        changes = {name: (getattr(found, name), value) for name, value in said.items() if getattr(found, name) != value}
        before = _names(found)
        for name, value in said.items():
            setattr(found, name, value)
        keep = {town.pk for town in towns} | set(found.tickets.exclude(municipality=None).values_list("municipality", flat=True))
        IncidentTown.objects.filter(incident=found).exclude(municipality__in=keep).delete()
        gathering.affect(found, towns)
        gathering.save(found)
        gathering.enter("revise", found, by, at, changes | {"towns": (before, _names(found))})
    return gathering.show(incident, found)


def announce(*, incident: Incident, by: User, at: datetime, seen: int | None = None) -> Incident:
    """Tell the affected municipalities: the banner is ordered for each, and whoever has a ticket in it is answered (page and mail).

    The tickets stay open. Raises CannotAnnounce (not a draft, nobody is affected, its end is past), StaleIncident.
    """
    gathering.staff_only(by)
    with current.atomic():
        found = gathering.locked(incident, seen=seen)
        _require(found, Incident.State.DRAFT, _("This incident was announced already."))
        if found.until <= at:
            raise CannotAnnounce(_("The moment until which it is shown has passed. Please change it."), "until")
        if not found.affected.exists():
            raise CannotAnnounce(_("Please choose the municipalities that are affected."), "towns")
        found.state, found.announced_at = Incident.State.ANNOUNCED, at
        gathering.save(found)
        _tell(found, IncidentUpdate.Kind.BEGIN, found.text, by, at)
        bundling.tell_each(tickets=gathering.open_tickets(found), body=_letter(found, found.text), by=by, at=at)
        broadcasting.show(incident=found, towns=broadcasting.affected(found), by=by, at=at)
        gathering.enter("announce", found, by, at, {"state": (Incident.State.DRAFT, found.state), "towns": (None, _names(found))})
    return gathering.show(incident, found)


def report(
    *,
    incident: Incident,
    text: str,
    by: User,
    at: datetime,
    until: datetime | None = None,
    towns: Collection[Municipality] = (),
    tell_tickets: bool = False,
    seen: int | None = None,
) -> Incident:
    """Say how it goes on: the banner has this text now, in the municipalities affected so far and in `towns`, which are new.

    With `tell_tickets` whoever has an open ticket in it is answered as well. Raises CannotAnnounce (not running), StaleIncident.
    """
    gathering.staff_only(by)
    with current.atomic():
        found = gathering.locked(incident, seen=seen)
        _require(found, Incident.State.ANNOUNCED, _("Only a running incident has updates."))
        said = _said(title=found.title, text=text, note=found.note, until=until or found.until, at=at)
        changes = {name: (getattr(found, name), said[name]) for name in ("text", "until") if getattr(found, name) != said[name]}
        before = _names(found)
        found.text, found.until = said["text"], said["until"]
        gathering.affect(found, towns)
        gathering.save(found)
        _tell(found, IncidentUpdate.Kind.NEWS, found.text, by, at)
        if tell_tickets:
            bundling.tell_each(tickets=gathering.open_tickets(found), body=_letter(found, found.text), by=by, at=at)
        broadcasting.show(incident=found, towns=broadcasting.affected(found), by=by, at=at)
        gathering.enter("report", found, by, at, changes | ({"towns": (before, _names(found))} if before != _names(found) else {}))
    return gathering.show(incident, found)


def leave_out(*, incident: Incident, municipality: Municipality, by: User, at: datetime, seen: int | None = None) -> Incident:
    """Say that a municipality is not affected after all: its banner is taken away, and its people know nothing of the incident any more.

    Raises CannotAnnounce (not running, not affected, the last one, or requests of hers are part of it), StaleIncident.
    """
    gathering.staff_only(by)
    with current.atomic():
        found = gathering.locked(incident, seen=seen)
        _require(found, Incident.State.ANNOUNCED, _("This incident is not running."))
        towns = broadcasting.affected(found)
        town = next((one for one in towns if one.municipality_id == municipality.pk), None)
        if town is None:
            raise CannotAnnounce(_("This municipality is not affected."))
        if len(towns) == 1:
            raise CannotAnnounce(_("This is the only municipality. Please end the incident."))
        if found.tickets.filter(municipality=municipality).exists():
            raise CannotAnnounce(_("Requests of this municipality are part of the incident. Please take them out first."))
        town.left_at = at
        town.save(update_fields=["left_at"])
        broadcasting.take_away(incident=found, towns=[town], by=by, at=at)
        noticing.of_mistake(incident=found, town=town.municipality, at=at)
        gathering.save(found)
        gathering.enter("leave_out", found, by, at, {"town": (town.municipality, None)})
    return gathering.show(incident, found)


def end(*, incident: Incident, answer: str, by: User, at: datetime, seen: int | None = None) -> Incident:
    """End an incident: the banners are taken away, and one answer reaches all its tickets and closes them.

    Tickets that are settled already, and what was merged into others, are left as they are; where a merged one goes on is answered once. Raises
    CannotAnnounce (not running), StaleIncident: then nobody was told anything.
    """
    gathering.staff_only(by)
    answer = wording.text(answer, refuse=CannotAnnounce, field="answer")
    with current.atomic():
        found = gathering.locked(incident, seen=seen)
        _require(found, Incident.State.ANNOUNCED, _("This incident is not running."))
        found.state, found.ended_at = Incident.State.ENDED, at
        gathering.save(found)
        _tell(found, IncidentUpdate.Kind.END, answer, by, at)
        said = bundling.settle_each(tickets=gathering.open_tickets(found), body=answer, by=by, at=at)
        broadcasting.take_away(incident=found, towns=broadcasting.affected(found), by=by, at=at)
        gathering.enter("end", found, by, at, {"state": (Incident.State.ANNOUNCED, found.state), "tickets": (None, len(said))})
    return gathering.show(incident, found)


def discard(*, incident: Incident, by: User, at: datetime, seen: int | None = None) -> Incident:
    """Throw a draft away; its tickets are as before. Nobody outside was told. Raises CannotAnnounce (announced), StaleIncident."""
    gathering.staff_only(by)
    with current.atomic():
        found = gathering.locked(incident, seen=seen)
        _require(found, Incident.State.DRAFT, _("This incident was announced already. Please end it."))
        gathering.let_go(found, list(found.tickets.all()), by=by, at=at)
        found.state, found.ended_at = Incident.State.ENDED, at
        gathering.save(found)
        gathering.enter("discard", found, by, at, {"state": (Incident.State.DRAFT, found.state)})
    return gathering.show(incident, found)


def try_again(*, incident: Incident, by: User, at: datetime, seen: int | None = None) -> Incident:
    """Order the banner once more where it was refused, the node could not be reached, or it was not fetched in time.

    Of an ended incident the banner's end is ordered again. Raises CannotAnnounce (a draft, or nothing is lost), StaleIncident.
    """
    gathering.staff_only(by)
    with current.atomic():
        found = gathering.locked(incident, seen=seen)
        lost = [town for town in broadcasting.told(found) if town.needs_another(at)]
        if found.announced_at is None or not lost:
            raise CannotAnnounce(_("There is no municipality where it would have to be tried again."))
        if found.running:
            if found.until <= at:
                raise CannotAnnounce(_("The moment until which it is shown has passed. Please write an update with a later one."))
            broadcasting.show(incident=found, towns=[town for town in lost if town.left_at is None], by=by, at=at)
        over = lost if not found.running else [town for town in lost if town.left_at is not None]
        broadcasting.take_away(incident=found, towns=over, by=by, at=at)
        gathering.save(found)
        gathering.enter("try_again", found, by, at, {"towns": (None, ", ".join(str(town.municipality) for town in lost))})
    return gathering.show(incident, found)


def _said(*, title: str, text: str, note: str, until: datetime, at: datetime) -> Mapping[str, Any]:
    """What clerks will read, tidied. Raises CannotAnnounce."""
    title, text = (" ".join(CONTROLS.sub(" ", written).split()) for written in (title, text))
    if not title:
        raise CannotAnnounce(_("Please say in a few words what is disturbed."), "title")
    if not text:
        raise CannotAnnounce(_("Please say what clerks should know."), "text")
    for field, written, most in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_TEXT)):
        if len(written) > most:
            raise CannotAnnounce(_("At most %(most)s characters, please.") % {"most": most}, field)
    if not at < until <= at + LONGEST:
        raise CannotAnnounce(_("Please choose a moment within the next 30 days; it can be put off later."), "until")
    note = wording.text(note, refuse=CannotAnnounce, field="note") if note.strip() else ""
    return {"title": title, "text": text, "note": note, "until": until}


def _require(incident: Incident, state: str, sentence: str) -> None:
    if incident.state != state:
        raise CannotAnnounce(sentence)


def _tell(incident: Incident, kind: str, text: str, by: User, at: datetime) -> None:
    """What clerks read on the page; the affected municipalities get it by mail, whether anybody there has asked or not."""
    news = IncidentUpdate.objects.create(incident=incident, kind=kind, text=text, by=str(by), at=at)
    noticing.of_incident(incident=incident, news=news, towns=[town.municipality for town in broadcasting.affected(incident)], at=at)


def _letter(incident: Incident, text: str) -> str:
    """What those who asked are answered while it runs."""
    words = _("We know of this disturbance and are working on it. We will write to you when it is over; you need not do anything.")
    return f"{incident.title}\n\n{text}\n\n{words}"


def _names(incident: Incident) -> str:
    names: Iterable[str] = (
        incident.affected.filter(left_at=None).order_by("municipality__name").values_list("municipality__name", flat=True)
    )
    return ", ".join(names)
