"""Watching a ticket: it stays among the watched ones. And who may read what her office asks."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current, journal
from tenants.centre import uniting
from tenants.centre.models import Contact
from tenants.models import User

from . import events
from .models import Ticket
from .models.tickets import colleagues_of


class CannotWatch(Exception):
    """The message says why."""


def watch(*, ticket: Ticket, by: User, at: datetime) -> None:
    """Watch a ticket, or go on doing so. Nobody else's reading is stale by that. Raises CannotWatch: it is out of sight meanwhile."""
    with current.atomic():
        if not Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists():
            raise CannotWatch(_("This does not exist, or you may not know of it."))
        if not ticket.watchers.filter(pk=by.pk).exists():
            ticket.watchers.add(by)
            events.enter(act="watch", ticket=ticket, by=by, at=at)


def unwatch(*, ticket: Ticket, by: User, at: datetime) -> None:
    """Watch a ticket no longer."""
    with current.atomic():
        if ticket.watchers.filter(pk=by.pk).exists():
            ticket.watchers.remove(by)
            events.enter(act="unwatch", ticket=ticket, by=by, at=at)


def follow_united(earlier: User, arrived: User, at: datetime) -> None:
    """Two accounts of one person become one (tenants.centre.uniting): what she asked, said and watched goes over."""
    uniting.carry_over(app="hotline", earlier=earlier, arrived=arrived)


def let_see_office(*, person: User, allowed: bool, by: User, at: datetime) -> Contact:
    """Let a person read what her office's people ask, or no longer; what she watched of theirs goes with it.

    Raises CannotWatch: she is no contact, or has no office.
    """
    with current.atomic():
        contact = Contact.objects.select_for_update().filter(person=person).first()
        if contact is None or (allowed and not contact.office):
            raise CannotWatch(_("It is not known at which office this person works."))
        if not allowed:
            theirs = Ticket.objects.filter(requester__in=colleagues_of(person)).exclude(requester=person).values("pk")
            Ticket.watchers.through.objects.filter(user=person, ticket__in=theirs).delete()
        changes = {"sees_office": (contact.sees_office, allowed)}
        contact.sees_office = allowed
        contact.save(update_fields=["sees_office"])
        journal.enter(act="let_see_office", object=contact, by=by, at=at, changes=changes)
    return contact
