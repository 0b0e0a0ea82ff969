"""Keeping rooms: what they are called, where they are, how many seats they have. Trainers and operators keep them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import clashes, events, telling
from .enrolling import moment
from .models import CourseDate, Room, Session
from .models.courses import STAFF

FIELDS = ("name", "address", "seats", "equipment")


class CannotKeepRoom(Exception):
    """The room cannot be kept like that; the message says why. `field` names what was wrong, if anything."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add_room(*, fields: dict[str, Any], by: User, at: datetime) -> Room:
    """Offer one more room. Raises CannotKeepRoom."""
    _staff_only(by)
    room = Room(**{name: fields[name] for name in FIELDS if name in fields})
    with current.atomic():
        clashes.hold()
        _checked(room)
        room.save(force_insert=True)
        events.enter(act="add_room", about=room, by=by, at=at, changes={"name": (None, room.name), "seats": (None, room.seats)})
    return room


def change_room(*, room: Room, fields: dict[str, Any], by: User, at: datetime) -> Room:
    """Change what is said of a room; whoever comes to a session there is told of another name or address.

    Raises CannotKeepRoom: a date is to be held there that has more places than it would have seats, or was planned there in this very moment.
    """
    _staff_only(by)
    with current.atomic():
        dates = _held_dates(room, at)
        clashes.hold()
        found = Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
        changes = {name: (getattr(found, name), fields[name]) for name in FIELDS if name in fields and getattr(found, name) != fields[name]}
        for name, (_old, new) in changes.items():
            setattr(found, name, new)
        _checked(found)
        crowded = to_come(found, at).filter(date__capacity__gt=found.seats).first()
        if crowded is not None:
            words = {"course": crowded.date.course, "moment": moment(crowded.starts_at), "places": crowded.date.capacity}
            raise CannotKeepRoom(_("“%(course)s” (%(moment)s) has %(places)s places and is to be held here.") % words, "seats")
        found.save(update_fields=FIELDS)
        events.enter(act="change_room", about=found, by=by, at=at, changes=changes)
        if changes.keys() & {"name", "address"}:
            _tell(found, dates, changes, at)
    return found


def retire_room(*, room: Room, by: User, at: datetime) -> Room:
    """Offer a room no more. Raises CannotKeepRoom: sessions are still to come; they have to go elsewhere first."""
    return _switch(room, active=False, by=by, at=at)


def take_back_room(*, room: Room, by: User, at: datetime) -> Room:
    """Offer a retired room again. Raises CannotKeepRoom."""
    return _switch(room, active=True, by=by, at=at)


def to_come(room: Room, at: datetime) -> Any:
    """Sessions that are still to be held in a room, the next one first."""
    return Session.objects.filter(room=room, called_off_at=None, ends_at__gt=at).select_related("date__course").order_by("starts_at", "pk")


def _held_dates(room: Room, at: datetime) -> list[CourseDate]:
    """The dates that are to be held there, each held in the order of their keys, and before the planning is: as whoever moves a session does it."""
    wanted = CourseDate.objects.filter(pk__in=to_come(room, at).values("date")).order_by("pk")
    return list(wanted.select_for_update(of=("self",)))


def _tell(room: Room, dates: list[CourseDate], changes: dict[str, tuple[Any, Any]], at: datetime) -> None:
    """The place stands in calendars: what is to come there has a new number (RFC 5545, 3.8.7.4), and goes to whoever has a place, and who teaches."""
    coming = list(to_come(room, at).select_related("trainer"))
    if {session.date_id for session in coming} - {date.pk for date in dates}:
        raise CannotKeepRoom(_("A session has been planned there in this very moment. Please save once more."))
    Session.objects.filter(pk__in=[session.pk for session in coming]).update(changed_at=at, sequence=F("sequence") + 1)
    was, now = (", ".join(filter(None, (changes[f][n] if f in changes else getattr(room, f) for f in ("name", "address")))) for n in (0, 1))
    for date in dates:
        date.revision += 1
        date.save(update_fields=["revision"])
        if date.state == CourseDate.State.OPEN:
            teach = {session.trainer for session in coming if session.date_id == date.pk and session.trainer is not None}
            facts = {"act": "room", "changes": {"room": [was, now]}}
            telling.tell_of_place_or_note(date=date, facts=facts, teach=sorted(teach, key=lambda person: person.pk), at=at)


def _switch(room: Room, *, active: bool, by: User, at: datetime) -> Room:
    _staff_only(by)
    with current.atomic():
        clashes.hold()  # nobody plans something there meanwhile
        found = Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
        first = None if active else to_come(found, at).first()
        if first is not None:
            words = {"course": first.date.course, "moment": moment(first.starts_at)}
            raise CannotKeepRoom(_("Sessions are still to be held here, the next one is “%(course)s”, %(moment)s.") % words)
        if found.active != active:
            found.active = active
            found.save(update_fields=["active"])
            act = "take_back_room" if active else "retire_room"
            events.enter(act=act, about=found, by=by, at=at, changes={"active": (not active, active)})
    return found


def _checked(room: Room) -> None:
    for name in ("name", "address", "equipment"):
        setattr(room, name, " ".join(getattr(room, name).replace("\x00", "").split()))
    try:
        room.full_clean()
    except ValidationError as fault:
        field, said = next(iter(fault.message_dict.items()))
        raise CannotKeepRoom(said[0], field if field != "__all__" else "") from fault
    if Room.objects.filter(name__iexact=room.name).exclude(pk=room.pk).exists():
        raise CannotKeepRoom(_("There is a room of this name already."), "name")


def _staff_only(by: User) -> None:
    if not by.has_role(*STAFF):
        raise CannotKeepRoom(_("Rooms are kept by trainers."))
