"""What the verbs of a file's facts (Angaben) have in common: the open file under its lock, refusals that name a field, marks of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from . import journal_reading
from .models import Document, RecordFile, Register

FIRST_DAY = date(1800, 1, 1)
YEARS_AHEAD = 100


class CannotKeep(Exception):
    """A fact cannot be kept like that. `field` names what was wrong in what was sent; empty: the state of things forbids it."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ReadOnly(CannotKeep):
    """The file is closed or cancelled."""


class Changed(CannotKeep):
    """Somebody else changed it meanwhile: nothing is overwritten."""


def open_file(file: RecordFile) -> RecordFile:
    """The file under its row lock, so that two clerks take turns. Raises ReadOnly."""
    locked: RecordFile = RecordFile.objects.select_for_update(of=("self",)).select_related("unit", "scope").get(pk=file.pk)
    if not locked.is_open:
        raise ReadOnly(journal_reading.read_only(locked))
    return locked


def register_behind(behind: Document | None, *, register: Register | None, file: RecordFile) -> Register | None:
    """The register in which something stands that comes after a document: that of the document, whatever it was to be otherwise.

    Raises CannotKeep: the document does not lie in the file (any more), or lies in another register than was given.
    """
    if behind is None:
        return register
    lying = Document.objects.standing().select_related("register").filter(pk=behind.pk, file=file).first()
    if lying is None:
        raise CannotKeep(_("This document does not lie in this file."), "behind")
    if register is not None and register.pk != lying.register_id:
        raise CannotKeep(_("This document lies in another register. Please choose one of the two only."), "behind")
    found: Register | None = lying.register
    return found


def mark_of(row: Model, fields: tuple[str, ...]) -> str:
    """What a form sends along, so that what somebody else wrote meanwhile is noticed: a digest of the row's fields."""
    said = "\x1f".join(str(getattr(row, name)) for name in fields)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def refuse_changed(mark: str | None, current: str, *, object_id: UUID, acts: Sequence[str] = ()) -> None:
    """Raises Changed if the mark is not that of the row as it is; the message says who changed the object last (by these acts), and when."""
    if mark is not None and mark != current:
        raise Changed(changed(object_id=object_id, acts=acts))


def changed(*, object_id: UUID, acts: Sequence[str] = ()) -> str:
    """That somebody else changed it; who, and when."""
    sentence = _("Somebody else has changed this meanwhile. Please look at it again; nothing has been overwritten.")
    return journal_reading.with_more(sentence, journal_reading.last_change_of(object_id=object_id, acts=acts))


def line(text: str, *, field: str, most: int, name: str, required: bool = False) -> str:
    """One line of text without control characters. Raises CannotKeep if it is missing or too long."""
    found = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if required and not found:
        raise CannotKeep(_("Please fill in: %(name)s.") % {"name": name}, field)
    if len(found) > most:
        raise CannotKeep(_("%(name)s: at most %(most)s characters.") % {"name": name, "most": most}, field)
    return found


def day(value: date | None, *, field: str, at: datetime, past: bool = False) -> date | None:
    """A day that can be meant. Raises CannotKeep for years before 1800 or far ahead, and with `past` for days to come."""
    if value is None:
        return None
    today = timezone.localdate(at)
    if value < FIRST_DAY or value.year > today.year + YEARS_AHEAD:
        raise CannotKeep(
            _("Please give a date between 1800 and %(year)s.") % {"year": today.year + YEARS_AHEAD},
            field,
        )
    if past and value > today:
        raise CannotKeep(_("This day is still to come."), field)
    return value


def told(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the journal says of a change: old and new value of each field that differs."""
    return {name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)}
