"""Operators keep the desk: its queues, and how it is reached otherwise."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.mail import normalised
from tenants import current, journal
from tenants.centre.models import Municipality
from tenants.models import User
from tenants.roles import CentreRole

from . import handling
from .models import DeskSettings, Queue, QueueMember, Ticket, TownAddress
from .models.tickets import STAFF

MOST_ADDRESSES = 20  # of one municipality
KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")


class StaleAddresses(Exception):
    """Somebody else has said other addresses meanwhile: nothing was written."""


class CannotKeepDesk(Exception):
    """The desk cannot be kept like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add_queue(*, key: str, name: str, by: User, at: datetime) -> Queue:
    """Add a queue behind the others. Its key is for programs and never changes. Raises CannotKeepDesk."""
    _operators_only(by)
    key, name = key.strip(), _name(name)
    if not KEY.fullmatch(key):
        raise CannotKeepDesk(_("A key has small letters, digits and hyphens, 40 at most, and begins with a letter."), "key")
    with current.atomic():
        _take_turns()
        if Queue.objects.filter(key=key).exists():
            raise CannotKeepDesk(_("There is a queue with this key."), "key")
        last = Queue.objects.aggregate(last=Max("position"))["last"]
        queue = Queue.objects.create(key=key, name=name, position=0 if last is None else last + 1)
        journal.enter(act="create", object=queue, by=by, at=at, changes={"key": (None, key), "name": (None, name)})
    return queue


def rename_queue(*, queue: Queue, name: str, by: User, at: datetime) -> Queue:
    """Give a queue another name. Raises CannotKeepDesk."""
    _operators_only(by)
    name = _name(name)
    with current.atomic():
        found = _locked(queue)
        was, found.name = found.name, name
        found.save(update_fields=["name"])
        journal.enter(act="rename", object=found, by=by, at=at, changes={"name": (was, name)})
    return found


def move_queue(*, queue: Queue, up: bool, by: User, at: datetime) -> None:
    """Move a queue one place up or down; what is at the end stays. The first active one takes in what names none. Raises CannotKeepDesk."""
    _operators_only(by)
    with current.atomic():
        _take_turns()
        order = list(Queue.objects.order_by("position", "pk"))
        place = next(n for n, each in enumerate(order) if each.pk == queue.pk)
        other = place + (-1 if up else 1)
        if not 0 <= other < len(order):
            return
        order[place], order[other] = order[other], order[place]
        for number, each in enumerate(order):
            each.position = number
        Queue.objects.bulk_update(order, ["position"])
        journal.enter(act="move", object=queue, by=by, at=at, changes={"position": (place, other)})


def close_queue(*, queue: Queue, by: User, at: datetime, heir: Queue | None = None) -> Queue:
    """Take a queue out of use; what is unsettled in it goes into `heir`, each ticket by an act of its own.

    Raises CannotKeepDesk: there is unsettled work and no heir (or one that is not in use), or it is the last queue.
    """
    _operators_only(by)
    with current.atomic():
        _take_turns()
        found = _locked(queue)
        others = Queue.objects.filter(active=True).exclude(pk=found.pk)
        if not others.exists():
            raise CannotKeepDesk(_("This is the only queue in use: requests would have no place."))
        left = Ticket.objects.unsettled().filter(queue=found).order_by("pk")
        if heir is None and left.exists():
            raise CannotKeepDesk(_("There are unsettled requests in this queue. Please say where they go."), "heir")
        if heir is not None and not others.filter(pk=heir.pk).exists():
            raise CannotKeepDesk(_("Please choose another queue that is in use."), "heir")
        was, found.active = found.active, False
        found.save(update_fields=["active"])
        for ticket in left if heir is not None else []:
            handling.put(ticket=ticket, queue=heir, by=by, at=at)
        journal.enter(act="close", object=found, by=by, at=at, changes={"active": (was, False), "heir": (None, heir.key if heir else None)})
    return found


def open_queue(*, queue: Queue, by: User, at: datetime) -> Queue:
    """Take a queue into use again. Raises CannotKeepDesk."""
    _operators_only(by)
    with current.atomic():
        found = _locked(queue)
        was, found.active = found.active, True
        found.save(update_fields=["active"])
        journal.enter(act="open", object=found, by=by, at=at, changes={"active": (was, True)})
    return found


def set_team(*, queue: Queue, members: Collection[User], leads: Collection[User], by: User, at: datetime) -> Queue:
    """Say who belongs to a queue's team, exactly these; whoever leads belongs to it. Nobody at all is allowed: then the queue is everybody's.

    Raises CannotKeepDesk: somebody is not of the hotline's staff.
    """
    _operators_only(by)
    wanted = {person.pk: person for person in (*members, *leads)}
    if any(not person.is_active or not person.has_role(*STAFF) for person in wanted.values()):
        raise CannotKeepDesk(_("A team is made of the hotline's staff."), "members")
    leading = {person.pk for person in leads}
    with current.atomic():
        found = _locked(queue)
        before = _team_words(found)
        found.team.exclude(person__in=wanted).delete()
        for key in wanted:
            QueueMember.objects.update_or_create(queue=found, person_id=key, defaults={"lead": key in leading})
        journal.enter(act="set_team", object=found, by=by, at=at, changes={"team": (before, _team_words(found))})
    current.forget()
    return found


def say_addresses(*, municipality: Municipality, written: str, by: User, at: datetime, seen: Sequence[str] | None = None) -> list[str]:
    """Say at which addresses a municipality is told of incidents by mail, one in each line, exactly these; returns them. None at all is allowed.

    `seen`: those that the caller has read. Raises CannotKeepDesk: one of them is no address, or there are more than 20; StaleAddresses: they are
    others by now.
    """
    _operators_only(by)
    lines = [line for raw in re.split(r"[\s,;]+", written.replace("\x00", "")) if (line := raw.strip())]
    for line in lines:
        try:
            validate_email(line)
        except ValidationError as error:
            raise CannotKeepDesk(_("“%(address)s” is no e-mail address.") % {"address": line[:80]}, "addresses") from error
    addresses = list(dict.fromkeys(normalised(line) for line in lines))
    if len(addresses) > MOST_ADDRESSES:
        raise CannotKeepDesk(_("At most %(most)s addresses, please.") % {"most": MOST_ADDRESSES}, "addresses")
    with current.atomic():
        town = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
        before = addresses_of(town)
        if seen is not None and list(seen) != before:
            raise StaleAddresses
        TownAddress.objects.filter(municipality=town).exclude(address__in=addresses).delete()
        TownAddress.objects.bulk_create([TownAddress(municipality=town, address=one) for one in addresses], ignore_conflicts=True)
        changes = {"incident_addresses": (", ".join(before), ", ".join(sorted(addresses)))}
        journal.enter(act="change", object=town, by=by, at=at, changes=changes)
    return addresses


def addresses_of(municipality: Municipality) -> list[str]:
    """At which addresses a municipality is told of incidents, in their order."""
    return list(TownAddress.objects.filter(municipality=municipality).order_by("address").values_list("address", flat=True))


def settings() -> DeskSettings:
    """How the hotline is reached otherwise; empty lines where nobody has said so."""
    return DeskSettings.objects.filter(pk=1).first() or DeskSettings(pk=1)


def say_how_to_reach(*, telephone: str, hours: str, by: User, at: datetime) -> DeskSettings:
    """Say the hotline's telephone number and hours; both may be empty. Raises CannotKeepDesk."""
    _operators_only(by)
    telephone, hours = " ".join(telephone.replace("\x00", "").split()), " ".join(hours.replace("\x00", "").split())
    if len(telephone) > 50 or (telephone and not re.search(r"\d{3}", re.sub(r"\D", "", telephone))):
        raise CannotKeepDesk(_("This is no telephone number."), "telephone")
    if len(hours) > 200:
        raise CannotKeepDesk(_("At most %(most)s characters, please.") % {"most": 200}, "hours")
    with current.atomic():
        found, _made = DeskSettings.objects.select_for_update().get_or_create(pk=1)
        changes = {"telephone": (found.telephone, telephone), "hours": (found.hours, hours)}
        found.telephone, found.hours, found.changed_at, found.changed_by = telephone, hours, at, str(by)
        found.save()
        journal.enter(act="settings", object=found, by=by, at=at, changes=changes)
    return found


def _team_words(queue: Queue) -> str:
    rows = queue.team.select_related("person").order_by("person__display_name", "pk")
    return ", ".join(f"{row.person}*" if row.lead else str(row.person) for row in rows)


def _name(written: str) -> str:
    name = " ".join(written.replace("\x00", "").split())
    if not name or len(name) > 100:
        raise CannotKeepDesk(_("Please give it a name of at most 100 characters."), "name")
    return name


def _locked(queue: Queue) -> Queue:
    return Queue.objects.select_for_update(of=("self",)).get(pk=queue.pk)


def _take_turns() -> None:
    """Lock all queues, in one order: order, keys and the last one in use are decided about by one operator at a time."""
    list(Queue.objects.select_for_update(of=("self",)).order_by("pk"))


def _operators_only(by: User) -> None:
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotKeepDesk(_("The desk is kept by operators."))
