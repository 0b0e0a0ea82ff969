"""Tags: operators keep the list, staff put them on tickets and take them off. Nobody else learns of them."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current, journal
from tenants.models import User
from tenants.roles import CentreRole

from . import handling
from .models import Tag, Ticket
from .models.tickets import STAFF

LONGEST_NAME = 40
T = TypeVar("T", bound=QuerySet[Ticket])


OF_TICKET = Statement(lambda: Tag.objects.filter(tickets=Blank("ticket")).order_by("name"), using=current.alias)


class CannotTag(Exception):
    """The tag cannot be kept, or put on, like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add(*, name: str, by: User, at: datetime) -> Tag:
    """Put a new tag on the list. Raises CannotTag: no name, one that there is (in any case of letters), not an operator."""
    _operators_only(by)
    name = _name(name)
    try:
        with current.atomic():
            tag = Tag.objects.create(name=name)
            journal.enter(act="create", object=tag, by=by, at=at, changes={"name": (None, name)})
    except IntegrityError as taken:
        raise CannotTag(_("There is a tag of this name."), "name") from taken
    return tag


def rename(*, tag: Tag, name: str, by: User, at: datetime) -> Tag:
    """Call a tag otherwise, wherever it is. What happened to tickets keeps the old name. Raises CannotTag."""
    _operators_only(by)
    name = _name(name)
    try:
        with current.atomic():
            found = _locked(tag)
            was, found.name = found.name, name
            found.save(update_fields=["name"])
            journal.enter(act="rename", object=found, by=by, at=at, changes={"name": (was, name)})
    except IntegrityError as taken:
        raise CannotTag(_("There is a tag of this name."), "name") from taken
    return found


def retire(*, tag: Tag, by: User, at: datetime) -> Tag:
    """Offer a tag no more; where it is, it stays. Raises CannotTag."""
    return _switch(tag, active=False, by=by, at=at)


def take_back(*, tag: Tag, by: User, at: datetime) -> Tag:
    """Offer a retired tag again. Raises CannotTag."""
    return _switch(tag, active=True, by=by, at=at)


def put_on(*, ticket: Ticket, name: str, by: User, at: datetime) -> Ticket:
    """Put the tag of this name (in any case of letters) on a ticket, beside those that are there. Raises CannotTag, handling.CannotHandle."""
    _staff_only(by)
    name = " ".join(name.replace("\x00", "").split())
    tag = Tag.objects.filter(name__iexact=name).first()
    if tag is None:
        raise CannotTag(_("There is no tag “%(name)s”. The list is kept by operators.") % {"name": name[:LONGEST_NAME]}, "tags")
    with current.atomic():
        found = handling.locked(ticket)
        return handling.put(ticket=ticket, tags={*found.tags.all(), tag}, by=by, at=at)


def take_off(*, ticket: Ticket, tag: Tag, by: User, at: datetime) -> Ticket:
    """Take a tag off a ticket; the others stay. Raises CannotTag, handling.CannotHandle."""
    _staff_only(by)
    with current.atomic():
        found = handling.locked(ticket)
        return handling.put(ticket=ticket, tags={*found.tags.all()} - {tag}, by=by, at=at)


def with_tags(tickets: T) -> T:
    """Tickets with their tags by name, in one more query however many there are."""
    return tickets.prefetch_related(Prefetch("tags", Tag.objects.order_by("name")))


def of(ticket: Ticket) -> list[Tag]:
    """The tags of a ticket by name."""
    found: list[Tag] = current.objects_of(OF_TICKET, ticket=ticket.pk)
    return found


def fitting(*, ticket: Ticket, typed: str) -> list[Tag]:
    """Tags in use that are not on a ticket and have what was typed in their names, those that begin with it first."""
    typed = " ".join(typed.replace("\x00", "").split())
    found = Tag.objects.filter(active=True, name__icontains=typed).exclude(tickets=ticket).order_by("name")
    return sorted(found, key=lambda tag: not tag.name.casefold().startswith(typed.casefold()))


def _switch(tag: Tag, *, active: bool, by: User, at: datetime) -> Tag:
    _operators_only(by)
    with current.atomic():
        found = _locked(tag)
        was, found.active = found.active, active
        found.save(update_fields=["active"])
        journal.enter(act="open" if active else "close", object=found, by=by, at=at, changes={"active": (was, active)})
    return found


def _name(written: str) -> str:
    name = " ".join(written.replace("\x00", "").split())
    if not name or len(name) > LONGEST_NAME or "," in name:
        raise CannotTag(_("A tag has a name of %(most)s characters at most, without a comma.") % {"most": LONGEST_NAME}, "name")
    return name


def _locked(tag: Tag) -> Tag:
    return Tag.objects.select_for_update(of=("self",)).get(pk=tag.pk)


def _operators_only(by: User) -> None:
    if not by.has_role(CentreRole.OPERATOR):
        raise CannotTag(_("The list of tags is kept by operators."))


def _staff_only(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotTag(_("This is for the hotline's staff."))
