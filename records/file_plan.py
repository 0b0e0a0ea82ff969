"""The file plan: units, their inherited defaults, and taking a plan in from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import journal
from .models import AccessScope, FilePlanUnit, RecordFile, RegisterSet
from .plan_sheets import Fault, PlanRow
from .references import natural_key


class CannotPlan(Exception):
    """The file plan cannot be changed like that; the message says why."""


@dataclass(frozen=True)
class Defaults:
    """What holds for files of a unit, after inheritance. `retention_years` None with unlimited False: nothing is set."""

    retention_years: int | None
    retention_unlimited: bool
    disposal_action: str
    register_set: RegisterSet | None


def defaults_of(*, unit: FilePlanUnit) -> Defaults:
    """Resolve a unit's defaults: its own value, else the nearest ancestor's (domain: inherited down)."""
    chain = {u.pk: u for u in FilePlanUnit.objects.select_related("register_set").filter(pk__in=[*unit.ancestor_ids, unit.pk])}
    years, unlimited, action, register_set = None, False, "", None
    for pk in [unit.pk, *reversed(unit.ancestor_ids)]:
        found = chain[pk]
        if years is None and not unlimited:
            years, unlimited = found.retention_years, found.retention_unlimited
        action = action or found.disposal_action
        register_set = register_set or found.register_set
    return Defaults(years, unlimited, action, register_set)


def inherited(units: Iterable[FilePlanUnit]) -> dict[int, Defaults]:
    """Defaults of many units at once; `units` must hold their ancestors too (a whole plan)."""
    resolved: dict[int | None, Defaults] = {None: Defaults(None, False, "", None)}
    for unit in sorted(units, key=lambda u: u.level):
        above = resolved.get(unit.parent_id, resolved[None])
        own = unit.retention_years is not None or unit.retention_unlimited
        resolved[unit.pk] = Defaults(
            unit.retention_years if own else above.retention_years,
            unit.retention_unlimited if own else above.retention_unlimited,
            unit.disposal_action or above.disposal_action,
            above.register_set if unit.register_set_id is None else unit.register_set,
        )
    del resolved[None]
    return resolved  # type: ignore[return-value]


def create_unit(
    *,
    classification_code: str,
    title: str,
    parent: FilePlanUnit | None,
    by: User | None,
    at: datetime,
    retention_years: int | None = None,
    retention_unlimited: bool = False,
    disposal_action: str = "",
    register_set: RegisterSet | None = None,
) -> FilePlanUnit:
    """Add a unit with its access scope. Raises CannotPlan (too deep, code taken, parent holds files)."""
    level = parent.level + 1 if parent else 1
    if level > FilePlanUnit.MAX_LEVEL:
        raise CannotPlan(_("The file plan has at most five levels."))
    with current.atomic():
        if parent is not None:
            FilePlanUnit.objects.select_for_update().get(pk=parent.pk)
            if RecordFile.objects.filter(unit=parent).exists():
                raise CannotPlan(_("Unit %(code)s holds files already and gets no units below it.") % {"code": parent.classification_code})
        if FilePlanUnit.objects.filter(classification_code=classification_code).exists():
            raise CannotPlan(_("The classification code %(code)s exists already.") % {"code": classification_code})
        unit = FilePlanUnit.objects.create(
            parent=parent,
            path="",
            level=level,
            classification_code=classification_code,
            sort_key=natural_key(classification_code)[:200],
            title=title,
            retention_years=retention_years,
            retention_unlimited=retention_unlimited,
            disposal_action=disposal_action,
            register_set=register_set,
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        AccessScope.objects.create(unit=unit)
        journal.enter(
            act="create", object=unit, by=by, at=at, changes={"classification_code": (None, classification_code), "title": (None, title)}
        )
    return unit


@dataclass(frozen=True)
class ImportedPlan:
    """What an import did or would do. Nothing is written while there are faults."""

    created: int
    known: int
    faults: Sequence[Fault]


def import_plan(*, rows: Sequence[PlanRow], faults: Sequence[Fault], by: User | None, at: datetime, dry_run: bool) -> ImportedPlan:
    """Take in the rows of a spreadsheet. With any fault (or as a dry run) nothing is written; every faulty row is named."""
    existing = {unit.classification_code: unit for unit in FilePlanUnit.objects.all()}
    sets = {register_set.name: register_set for register_set in RegisterSet.objects.all()}
    found = [*faults, *_faults_against(rows, existing, sets)]
    new = [row for row in rows if row.classification_code not in existing]
    if found or dry_run:
        return ImportedPlan(len(new), len(rows) - len(new), found)
    with current.atomic():
        for row in sorted(new, key=lambda row: row.level):
            existing[row.classification_code] = create_unit(
                classification_code=row.classification_code,
                title=row.title,
                parent=existing[row.parent_code] if row.parent_code else None,
                retention_years=row.retention_years,
                retention_unlimited=row.unlimited,
                disposal_action=row.disposal_action or "",
                register_set=sets[row.register_set] if row.register_set else None,
                by=by,
                at=at,
            )
    return ImportedPlan(len(new), len(rows) - len(new), [])


def _faults_against(rows: Sequence[PlanRow], existing: dict[str, FilePlanUnit], sets: dict[str, RegisterSet]) -> list[Fault]:
    codes = {row.classification_code for row in rows} | existing.keys()
    with_files = set(RecordFile.objects.order_by().values_list("unit__classification_code", flat=True).distinct())
    found = []
    for row in rows:
        if row.register_set and row.register_set not in sets:
            found.append(Fault(row.number, "register_set", _("There is no register set “%(name)s”.") % {"name": row.register_set}))
        if row.parent_code and row.parent_code not in codes:
            found.append(Fault(row.number, "parent_code", _("There is no unit %(code)s above.") % {"code": row.parent_code}))
        if row.parent_code in with_files and row.classification_code not in existing:
            found.append(Fault(row.number, "parent_code", _("Unit %(code)s holds files already.") % {"code": row.parent_code}))
    return found
