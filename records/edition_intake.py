"""Taking a spreadsheet into an edition of the file plan that is in preparation. Nothing is written while a row is at fault.

A row continues the unit that its column "Bisheriges Kennzeichen" names, else the one with the same code; else it is a new unit. Units that the
sheet does not name stay as they are: nothing leaves the plan by being forgotten. Columns that the sheet does not have are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import journal, plan_fields
from .editions import CannotEdit
from .models import PlanEdition, PlannedUnit, RegisterSet
from .plan_columns import FURTHER
from .plan_sheets import HEADINGS, Fault, PlanRow, PlanSheet
from .references import natural_key

WRITTEN = (
    "classification_code",
    "sort_key",
    "title",
    *plan_fields.DEFAULTS,
    *plan_fields.VALIDITY,
    "parent",
    "frozen",
    "dropped",
    "successor",
)


@dataclass
class Taken:
    """What taking a sheet in has done, or would do."""

    created: int = 0
    changed: int = 0
    dropped: int = 0
    known: int = 0
    faults: list[Fault] = field(default_factory=list)


def take_in_sheet(*, edition: PlanEdition, sheet: PlanSheet, by: User, at: datetime, dry_run: bool, reason: str = "") -> Taken:
    """Take the rows of a sheet into an edition. With any fault (or as a dry run) nothing is written. Raises CannotEdit.

    `reason` is why units set inherited defaults aside, where the sheet itself does not say it; what then has none is named by the review.
    """
    with current.atomic():
        edition = PlanEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
        if edition.state != PlanEdition.State.PREPARED:
            raise CannotEdit(_("Only an edition in preparation is changed; take its date back first."))
        intake = _Intake(edition, sheet, " ".join(reason.split())[:500])
        taken = intake.look()
        if not taken.faults and not dry_run:
            intake.write()
            edition.revision += 1
            edition.save(update_fields=["revision"])
            journal.enter_all(entries=intake.entries, by=by, at=at)
    return taken


class _Intake:
    def __init__(self, edition: PlanEdition, sheet: PlanSheet, reason: str) -> None:
        self.edition, self.sheet, self.reason = edition, sheet, reason
        self.units = list(edition.units.select_related("unit", "parent", "successor", "register_set"))
        self.by_id = {u.pk: u for u in self.units}
        self.by_code = {u.classification_code: u for u in sorted(self.units, key=lambda u: not u.dropped)}  # those in the edition win
        self.in_force = {u.unit.classification_code: u for u in self.units if u.unit is not None}
        self.sets = {register_set.name: register_set for register_set in RegisterSet.objects.all()}
        self.before = {u.pk: {name: getattr(u, name) for name in WRITTEN} for u in self.units}
        self.rows: dict[str, tuple[PlanRow, PlannedUnit]] = {}
        self.faults = list(sheet.faults)
        self.entries: list[journal.Entry] = []

    def blame(self, row: PlanRow, column: str, sentence: str) -> None:
        self.faults.append(Fault(row.number, column, sentence))

    def look(self) -> Taken:
        """Match and fill the rows, in memory only."""
        self._match()
        for row, unit in self.rows.values():
            self._fill(row, unit)
        self._refuse_rings()
        if self.faults:
            return Taken(faults=sorted(self.faults, key=lambda fault: fault.row_number))
        self._give_reasons()
        changed = [u for u in self._touched() if u.pk is not None]
        leaving = sum(u.dropped and not self.before[u.pk]["dropped"] for u in changed)
        created = sum(u.pk is None for _row, u in self.rows.values())
        return Taken(created, len(changed) - leaving, leaving, len(self.rows) - created - len(changed))

    def _match(self) -> None:
        taken: dict[int, PlanRow] = {}
        for row in self.sheet.rows:
            unit = self._continued(row)
            if unit is None and row.further.former_code:
                continue
            if unit is not None and unit.pk in taken:
                self.blame(row, "", _("Row %(row)d continues the same unit.") % {"row": taken[unit.pk].number})
                continue
            if unit is not None:
                taken[unit.pk] = row
            self.rows[row.classification_code] = (row, unit or PlannedUnit(edition=self.edition))
        for row, unit in self.rows.values():
            holder = self.by_code.get(row.classification_code)
            if holder is not None and holder.pk != unit.pk:
                words = {"code": row.classification_code, "unit": holder.title}
                self.blame(row, "", _("The code %(code)s is or was that of another unit (%(unit)s) and is not given again.") % words)

    def _continued(self, row: PlanRow) -> PlannedUnit | None:
        former = row.further.former_code
        if not former:
            return self.by_code.get(row.classification_code) or self.in_force.get(row.classification_code)
        if former not in self.in_force:
            self.blame(row, "Bisheriges Kennzeichen", _("There is no unit %(code)s in the plan in force.") % {"code": former})
        return self.in_force.get(former)

    def _fill(self, row: PlanRow, unit: PlannedUnit) -> None:
        unit.classification_code, unit.sort_key, unit.title = row.classification_code, natural_key(row.classification_code)[:200], row.title
        columns = self.sheet.columns
        if "retention" in columns:
            unit.retention_years, unit.retention_unlimited = row.retention_years, row.unlimited
        if "disposal" in columns:
            unit.disposal_action = row.disposal_action or ""
        if "register_set" in columns:
            unit.register_set = self._register_set(row)
        for name in FURTHER:
            if name in columns:
                setattr(unit, name, getattr(row.further, name))
        if row.place_given or unit.pk is None:
            unit.parent = self._unit_named(row, row.parent_code, "Übergeordnet")
        self._fill_state(row, unit)

    def _fill_state(self, row: PlanRow, unit: PlannedUnit) -> None:
        columns, further = self.sheet.columns, row.further
        if "dropped" in columns:
            unit.dropped = further.dropped
            if further.dropped and unit.unit is None:
                self.blame(row, "Entfällt", _("A new unit cannot leave the plan."))
            unit.successor = self._unit_named(row, further.successor or None, "Nachfolgerin") if further.dropped else None
        if "frozen" in columns and not unit.dropped:
            unit.frozen = further.frozen
        elif unit.dropped:
            unit.frozen = unit.successor is None and bool(unit.pk and self.before[unit.pk]["frozen"])
        if not unit.dropped:  # one that leaves the plan is valid until the edition comes into force
            for name in plan_fields.VALIDITY:
                if name in columns:
                    setattr(unit, name, getattr(further, name))
        if unit.valid_from and unit.valid_until and unit.valid_until < unit.valid_from:  # one of them stood there before
            self.blame(row, HEADINGS["valid_until"][0], _("The validity cannot end before it begins."))

    def _register_set(self, row: PlanRow) -> RegisterSet | None:
        if row.register_set and row.register_set not in self.sets:
            self.blame(row, "Registersatz", _("There is no register set “%(name)s”.") % {"name": row.register_set})
        return self.sets.get(row.register_set or "")

    def _unit_named(self, row: PlanRow, code: str | None, column: str) -> PlannedUnit | None:
        if code is None:
            return None
        if code in self.rows:
            return self.rows[code][1]
        if code not in self.by_code:
            self.blame(row, column, _("There is no unit %(code)s in the edition.") % {"code": code})
        return self.by_code.get(code)

    def _refuse_rings(self) -> None:
        for row, unit in self.rows.values():
            above, steps = self._same(unit.parent), 0
            while above is not None and above is not unit and steps < 50:
                above, steps = self._same(above.parent), steps + 1
            if above is unit:  # those that merely hang below a ring are not at fault
                self.blame(row, "Übergeordnet", _("The unit lies below itself."))

    def _give_reasons(self) -> None:
        """Every override that the sheet makes and does not explain gets the reason that came with it."""
        if not self.reason:
            return
        resolved: dict[int, plan_fields.Defaults] = {}  # by the instance: new units have no key yet
        for _row, unit in self.rows.values():
            above = self._same(unit.parent)
            inherited = self._defaults_of(above, resolved) if above else plan_fields.Defaults()
            before = self.before.get(unit.pk, {}) if unit.pk else {}
            changed = [name for name in plan_fields.DEFAULTS if _differs(before.get(name), getattr(unit, name))]
            touched = plan_fields.touched_defaults(changed)
            for default in plan_fields.silent_overrides(unit, inherited):
                if default in touched:
                    setattr(unit, plan_fields.REASONS[default], self.reason)

    def _defaults_of(self, unit: PlannedUnit, resolved: dict[int, plan_fields.Defaults]) -> plan_fields.Defaults:
        """Rings have been refused before."""
        if id(unit) not in resolved:
            above = self._same(unit.parent)
            resolved[id(unit)] = (self._defaults_of(above, resolved) if above else plan_fields.Defaults()).below(unit)
        return resolved[id(unit)]

    def _same(self, unit: PlannedUnit | None) -> PlannedUnit | None:
        """The instance that the rows have filled; relations hand out others."""
        return None if unit is None else self.by_id.get(unit.pk, unit)

    def _touched(self) -> Iterator[PlannedUnit]:
        """Units that are other than before; new ones among them."""
        for _row, unit in self.rows.values():
            if unit.pk is None or any(_differs(self.before[unit.pk][name], getattr(unit, name)) for name in WRITTEN):
                yield unit

    def write(self) -> None:
        """New rows first, then the links between all of them."""
        touched = list(self._touched())
        fresh = [unit for unit in touched if unit.pk is None]
        links = [(unit, unit.parent, unit.successor) for unit in touched]
        for unit in fresh:
            unit.parent = unit.successor = None
        PlannedUnit.objects.bulk_create(fresh, batch_size=500)
        for unit, parent, successor in links:
            unit.parent, unit.successor = parent, successor
        PlannedUnit.objects.bulk_update(touched, list(WRITTEN), batch_size=250)
        new = {unit.pk for unit in fresh}
        self.entries = [self._entry(unit, unit.pk in new) for unit in touched]

    def _entry(self, unit: PlannedUnit, is_new: bool) -> journal.Entry:
        old: dict[str, Any] = dict.fromkeys(WRITTEN) if is_new else self.before[unit.pk]
        told = {
            name: (old[name], getattr(unit, name)) for name in WRITTEN if name != "sort_key" and _differs(old[name], getattr(unit, name))
        }
        return journal.Entry("create" if is_new else "edit", "PlannedUnit", unit.public_id, None, told)


def _differs(old: Any, new: Any) -> bool:
    return (old or None) is not (new or None) and (old or None) != (new or None)


def levels_of(edition: PlanEdition) -> dict[str, int]:
    """Codes of an edition with their levels: what plan_sheets.read_sheet may hang new rows below."""
    rows = edition.units.values_list("pk", "parent_id", "classification_code")
    above: dict[int, int | None] = {pk: parent for pk, parent, _code in rows}
    codes = {pk: code for pk, _parent, code in rows}
    levels: dict[str, int] = {}
    for pk, code in codes.items():
        level, higher = 1, above[pk]
        while higher is not None and level < 50:
            level, higher = level + 1, above.get(higher)
        levels[code] = level
    return levels
