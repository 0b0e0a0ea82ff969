"""The registers of one file: added, renamed, coloured, put in order, and removed while they are empty.

A register set of the municipality is what a new file begins with; changing it later leaves files alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import facts, indexing, journal, journal_reading
from .models import Document, RecordFile, Register
from .taking_turns import locked, save

MOST = 200
COLOUR = re.compile(r"#[0-9a-fA-F]{6}|[a-z]{1,20}|")


class CannotDivide(Exception):
    """The registers cannot be changed like that; the message says why."""


class DividersChanged(CannotDivide):
    """Somebody else has changed the registers meanwhile: nothing is overwritten."""


class RegisterChanged(DividersChanged):
    """Somebody else has changed this register meanwhile: nothing is overwritten."""


def add_register(*, file: RecordFile, name: str, by: User, at: datetime, colour: str = "") -> Register:
    """Add a register behind the others. Raises CannotDivide (closed file, no name, a name that is there already)."""
    with current.atomic():
        file = _open(file)
        name = _name(name, file)
        last = file.registers.aggregate(last=Max("position"))["last"] or 0
        if last >= MOST:
            raise CannotDivide(_("A file has at most %(count)d registers.") % {"count": MOST})
        register = Register.objects.create(file=file, position=last + 1, name=name, colour=_colour(colour))
        save(file, at)
        told = {"name": (None, name), "position": (None, register.position)}
        journal.enter(act="add_register", object=register, by=by, at=at, file_id=file.public_id, changes=told)
    return register


def mark_of(register: Register) -> str:
    """What a form sends along, and If-Match compares, so that what somebody else wrote meanwhile is noticed."""
    return facts.mark_of(register, ("name", "colour"))


def edit_register(*, register: Register, name: str, colour: str, by: User, at: datetime, seen: str | None = None) -> Register:
    """Rename or colour a register. `seen`: the mark of what the clerk has seen. Raises CannotDivide, RegisterChanged."""
    with current.atomic():
        file, register = _locked(register)
        if seen is not None and seen != mark_of(register):
            raise RegisterChanged(stale(register))
        new = {"name": _name(name, file, but=register), "colour": _colour(colour)}
        told = {field: (getattr(register, field), value) for field, value in new.items() if getattr(register, field) != value}
        if told:
            register.name, register.colour = new["name"], new["colour"]
            register.save(update_fields=["name", "colour"])
            save(file, at)
            indexing.note_file(file)
            journal.enter(act="edit_register", object=register, by=by, at=at, file_id=file.public_id, changes=told)
    return register


def remove_register(*, register: Register, by: User, at: datetime) -> None:
    """Remove an empty register. Raises CannotDivide: documents that were cancelled count, for they still lie there."""
    with current.atomic():
        file, register = _locked(register)
        if Document.objects.filter(register=register).exists():
            raise CannotDivide(_("“%(name)s” is not empty: only an empty register can be removed.") % {"name": register.name})
        told = {"name": (register.name, None), "position": (register.position, None)}
        entry = journal.Entry("remove_register", "Register", register.public_id, file.public_id, told)
        register.delete()
        _number(list(file.registers.order_by("position")))
        save(file, at)
        journal.enter_all(entries=[entry], by=by, at=at)


def order_registers(*, file: RecordFile, order: Sequence[UUID], by: User, at: datetime) -> list[Register]:
    """Put the registers of a file in this order (all of their ids, the first on top).

    Raises DividersChanged if these are not exactly the registers that the file has now, CannotDivide for a closed file.
    """
    with current.atomic():
        file = _open(file)
        known = {register.public_id: register for register in file.registers.order_by("position")}
        if len(order) != len(known) or set(order) != known.keys():
            raise DividersChanged(_changed(file))
        before, after = list(known.values()), [known[public_id] for public_id in order]
        if before != after:
            _number(after)
            save(file, at)
            told = {"order": (" · ".join(r.name for r in before), " · ".join(r.name for r in after))}
            journal.enter(act="order_registers", object=file, by=by, at=at, changes=told)
    return after


def stale(register: Register) -> str:
    """That somebody else has changed a register; who, and when."""
    return facts.changed(object_id=register.public_id, acts=("edit_register",))


def _number(registers: Sequence[Register]) -> None:
    """Positions from 1; the constraint on them is deferred to the commit."""
    moved = []
    for position, register in enumerate(registers, start=1):
        if register.position != position:
            register.position = position
            moved.append(register)
    Register.objects.bulk_update(moved, ["position"])


def _open(file: RecordFile) -> RecordFile:
    file = locked(file)
    if not file.is_open:
        raise CannotDivide(journal_reading.read_only(file))
    return file


def _locked(register: Register) -> tuple[RecordFile, Register]:
    file = _open(register.file)
    row = Register.objects.filter(pk=register.pk).first()
    if row is None:
        raise DividersChanged(gone(file, register.public_id))
    return file, row


def gone(file: RecordFile, register: UUID) -> str:
    """That a register of a file is there no more; who removed it, and when. `register` is its public id."""
    who = journal_reading.who_did(object_id=register, acts=("remove_register",), file=file)
    return journal_reading.with_more(_("Somebody else has removed this register meanwhile."), who)


def _changed(file: RecordFile) -> str:
    sentence = _("Somebody else has changed the registers meanwhile. Please look at them again.")
    return journal_reading.with_more(sentence, journal_reading.last_change_of_registers(file=file))


def _name(name: str, file: RecordFile, but: Register | None = None) -> str:
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not name:
        raise CannotDivide(_("Please give the register a name."))
    if len(name) > 100:
        raise CannotDivide(_("The name of a register has at most 100 characters."))
    if any(other.pk != (but.pk if but else None) for other in file.registers.filter(name=name)):
        raise CannotDivide(_("The file has a register “%(name)s” already.") % {"name": name})
    return name


def _colour(colour: str) -> str:
    if not COLOUR.fullmatch(colour):
        raise CannotDivide(_("This is no colour."))
    return colour
