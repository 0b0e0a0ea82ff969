"""Register sets: the named, ordered dividers that a municipality's files start with. Files already made keep theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import journal, journal_reading
from .models import PlanEdition, PlannedUnit, RegisterSet, RegisterSetEntry

MOST = 60  # dividers in a set
LONGEST = 100
COLOUR = re.compile(r"#[0-9a-f]{6}")


class CannotKeepSet(Exception):
    """The register set cannot be changed like that; the message says why."""


class StaleSet(CannotKeepSet):
    """Somebody else has changed the set meanwhile: nothing is overwritten."""


@dataclass(frozen=True)
class Divider:
    """One divider of a set; `colour` is #rrggbb or empty."""

    name: str
    colour: str = ""


def dividers_of(register_set: RegisterSet) -> list[Divider]:
    return [Divider(entry.name, entry.colour) for entry in register_set.entries.order_by("position")]


def create_set(*, name: str, by: User, at: datetime) -> RegisterSet:
    """Add an empty register set. Raises CannotKeepSet (no name, name taken)."""
    with current.atomic():
        name = _free_name(name, None)
        register_set = RegisterSet.objects.create(name=name)
        journal.enter(act="create", object=register_set, by=by, at=at, changes={"name": (None, name)})
    return register_set


def change_set(
    *,
    register_set: RegisterSet,
    name: str,
    dividers: Sequence[Divider],
    by: User,
    at: datetime,
    seen: Sequence[Divider] | None = None,
    seen_name: str | None = None,
) -> RegisterSet:
    """Rename a set, or put other dividers into it, in this order. Files already made keep theirs.

    `seen` are the dividers and `seen_name` is the name that the form was filled with. Raises StaleSet, CannotKeepSet (a name missing, double or too long; too many).
    """
    tidy = _tidied(dividers)
    with current.atomic():
        register_set = RegisterSet.objects.select_for_update(of=("self",)).get(pk=register_set.pk)
        before = dividers_of(register_set)
        if (seen is not None and list(seen) != before) or (seen_name is not None and seen_name != register_set.name):
            who = journal_reading.last_change_of(object_id=register_set.public_id)
            raise StaleSet(journal_reading.with_more(_("Somebody else has changed this register set meanwhile."), who))
        name = _free_name(name, register_set)
        told: dict[str, journal.Change] = {}
        if name != register_set.name:
            told["name"] = (register_set.name, name)
            register_set.name = name
            register_set.save(update_fields=["name"])
        if tidy != before:
            told["registers"] = (in_words(before), in_words(tidy))
            register_set.entries.all().delete()
            RegisterSetEntry.objects.bulk_create(
                [RegisterSetEntry(register_set=register_set, position=n, name=d.name, colour=d.colour) for n, d in enumerate(tidy, 1)]
            )
        if told:
            journal.enter(act="edit", object=register_set, by=by, at=at, changes=told)
    return register_set


def delete_set(*, register_set: RegisterSet, by: User, at: datetime) -> None:
    """Take away a set that no unit uses, neither in force nor in an edition. Raises CannotKeepSet."""
    with current.atomic():
        register_set = RegisterSet.objects.select_for_update(of=("self",)).get(pk=register_set.pk)
        if register_set.units.exists() or planned_with(register_set).exists():
            raise CannotKeepSet(_("The register set “%(name)s” is used in the file plan and stays.") % {"name": register_set.name})
        PlannedUnit.objects.filter(register_set=register_set).update(register_set=None)  # of editions that are past or given up
        journal.enter(
            act="delete",
            object=register_set,
            by=by,
            at=at,
            changes={"name": (register_set.name, None), "registers": (in_words(dividers_of(register_set)), None)},
        )
        register_set.delete()


def planned_with(register_set: RegisterSet) -> QuerySet[PlannedUnit]:
    """Units of the edition in preparation that have this set."""
    return PlannedUnit.objects.filter(
        register_set=register_set, edition__state__in=[PlanEdition.State.PREPARED, PlanEdition.State.SCHEDULED]
    )


def _free_name(name: str, register_set: RegisterSet | None) -> str:
    name = _line(name)
    if not name or len(name) > LONGEST:
        raise CannotKeepSet(_("Please give the register set a name of at most %(limit)d characters.") % {"limit": LONGEST})
    others = RegisterSet.objects.exclude(pk=register_set.pk) if register_set else RegisterSet.objects.all()
    if others.filter(name__iexact=name).exists():
        raise CannotKeepSet(_("There is a register set “%(name)s” already.") % {"name": name})
    return name


def _tidied(dividers: Sequence[Divider]) -> list[Divider]:
    tidy = [Divider(_line(d.name), d.colour.strip().lower()) for d in dividers]
    if len(tidy) > MOST:
        raise CannotKeepSet(_("A register set has at most %(limit)d registers.") % {"limit": MOST})
    names = set()
    for divider in tidy:
        if not divider.name or len(divider.name) > LONGEST:
            raise CannotKeepSet(_("Please give every register a name of at most %(limit)d characters.") % {"limit": LONGEST})
        if divider.name in names:
            raise CannotKeepSet(_("The register “%(name)s” stands there twice.") % {"name": divider.name})
        if divider.colour and not COLOUR.fullmatch(divider.colour):
            raise CannotKeepSet(_("“%(colour)s” is not a colour.") % {"colour": divider.colour[:20]})
        names.add(divider.name)
    return tidy


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def in_words(dividers: Sequence[Divider]) -> str:
    """Dividers in one line, as the journal tells of them."""
    return ", ".join(f"{d.name} ({d.colour})" if d.colour else d.name for d in dividers)
