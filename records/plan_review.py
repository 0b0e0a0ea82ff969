"""Looking through an edition before it comes into force: what is different, and what must be mended first.

Everything is read with a fixed number of queries, however large the plan is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import plan_fields, references
from .models import FilePlanUnit, FormerCode, PlanEdition, PlannedUnit, RecordFile

KINDS = ("new", "moved", "renumbered", "retitled", "frozen", "unfrozen", "dropped", "restored", "validity", "defaults")


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """What is different about one unit. `kinds` are some of KINDS; `files` counts those in it (restricted ones are not told of)."""

    planned: PlannedUnit
    kinds: tuple[str, ...]
    fields: tuple[FieldChange, ...]
    files: int


@dataclass(frozen=True)
class PlanFault:
    """What must be mended before the edition comes into force. `planned` None: the edition as a whole."""

    planned: PlannedUnit | None
    sentence: str


@dataclass
class Draft:
    """An edition in memory: its units from the top down, with their levels, and the plan that it follows."""

    units: list[PlannedUnit]
    levels: dict[int, int]
    children: dict[int | None, list[PlannedUnit]]
    old: dict[int, FilePlanUnit]
    ringed: list[PlannedUnit] = field(default_factory=list)

    @property
    def by_id(self) -> dict[int, PlannedUnit]:
        return {unit.pk: unit for unit in [*self.units, *self.ringed]}


@dataclass(frozen=True)
class Review:
    draft: Draft
    changes: list[Change]
    faults: list[PlanFault]

    @property
    def counts(self) -> dict[str, int]:
        return {kind: n for kind in KINDS if (n := sum(kind in change.kinds for change in self.changes))}


def review(*, edition: PlanEdition) -> Review:
    """Compare an edition with the plan in force and check it."""
    draft = load(edition)
    counts = dict(
        RecordFile.objects.filter(scope__restricted=False)
        .order_by()
        .values_list("unit")
        .annotate(n=Count("pk"))  # a secret even as a number
    )
    changes = [change for planned in draft.units if (change := change_of(planned, counts))]
    return Review(draft, changes, list(_faults(draft)))


def load(edition: PlanEdition) -> Draft:
    """Read an edition and the plan in force, whole: two queries."""
    old = {unit.pk: unit for unit in FilePlanUnit.objects.select_related("register_set", "parent", "successor")}
    every = list(edition.units.select_related("register_set").order_by("sort_key", "pk"))
    children: dict[int | None, list[PlannedUnit]] = {}
    for planned in every:
        children.setdefault(planned.parent_id, []).append(planned)
    draft = Draft([], {}, children, old)
    by_id = {planned.pk: planned for planned in every}
    level, row = 1, children.get(None, [])
    while row:
        for planned in row:
            draft.levels[planned.pk] = level
            planned.parent = (
                by_id.get(planned.parent_id) if planned.parent_id else None
            )  # the same instances everywhere, and no more queries
            planned.successor = by_id.get(planned.successor_id) if planned.successor_id else None
            planned.unit = old.get(planned.unit_id) if planned.unit_id else None
        draft.units += row
        level, row = level + 1, [below for planned in row for below in children.get(planned.pk, [])]
    draft.ringed = [planned for planned in every if planned.pk not in draft.levels]
    return draft


def leaves_the_plan(planned: PlannedUnit) -> bool:
    """Whether this edition drops the unit; one that an earlier edition has dropped stays as it is."""
    return planned.dropped and (planned.unit is None or not planned.unit.dropped)


def change_of(planned: PlannedUnit, counts: Mapping[Any, int]) -> Change | None:
    """What is different about one unit, None if nothing is."""
    unit = planned.unit
    if unit is None:
        return Change(planned, ("new",), tuple(_own_values(planned)), 0)
    happened = {
        "moved": (planned.parent.unit_id if planned.parent else None) != unit.parent_id
        or (planned.parent is not None and planned.parent.unit_id is None),
        "renumbered": planned.classification_code != unit.classification_code,
        "retitled": planned.title != unit.title,
        "frozen": planned.frozen and unit.frozen_at is None and not planned.dropped,
        "unfrozen": not planned.frozen and unit.frozen_at is not None and not planned.dropped and not unit.dropped,
        "dropped": leaves_the_plan(planned),
        "restored": not planned.dropped and unit.dropped,
        "validity": not planned.dropped
        and not unit.dropped
        and any(_value(planned, name) != _value(unit, name) for name in plan_fields.VALIDITY),
        "defaults": any(_value(planned, name) != _value(unit, name) for name in plan_fields.DEFAULTS),
    }
    kinds = tuple(kind for kind in KINDS if happened.get(kind))
    return Change(planned, kinds, tuple(_field_changes(planned, unit)), counts.get(unit.pk, 0)) if kinds else None


def _value(unit: plan_fields.Unit, name: str) -> Any:
    return unit.register_set_id if name == "register_set" else getattr(unit, name)


def _field_changes(planned: PlannedUnit, unit: FilePlanUnit) -> Iterator[FieldChange]:
    for name, label in plan_fields.WORDS.items():
        if name in plan_fields.VALIDITY and planned.dropped:
            continue  # it ends with the edition
        old, new = plan_fields.shown(unit, name), plan_fields.shown(planned, name)
        moved = name == "parent" and planned.parent is not None and planned.parent.unit_id == unit.parent_id
        if old != new and not moved:  # a unit above that has got another name is no move
            yield FieldChange(str(label), old, new)


def _own_values(planned: PlannedUnit) -> Iterator[FieldChange]:
    for name, label in plan_fields.WORDS.items():
        if name not in ("classification_code", "title") and (value := plan_fields.shown(planned, name)):
            yield FieldChange(str(label), "", value)


def _faults(draft: Draft) -> Iterator[PlanFault]:
    for planned in draft.ringed:
        yield PlanFault(planned, _("The unit lies below itself."))
    holding = set(RecordFile.objects.order_by().values_list("unit", flat=True).distinct())
    for planned in draft.units:
        yield from _faults_of_place(draft, planned, holding)
        if leaves_the_plan(planned):
            yield from _faults_of_dropping(draft, planned, holding)
    yield from _faults_of_codes(draft)
    yield from _faults_of_overrides(draft)
    missing = draft.old.keys() - {planned.unit_id for planned in [*draft.units, *draft.ringed]}
    for code in sorted(draft.old[pk].classification_code for pk in missing):
        yield PlanFault(None, _("Unit %(code)s of the plan in force is missing in the edition.") % {"code": code})


def _faults_of_place(draft: Draft, planned: PlannedUnit, holding: set[int]) -> Iterator[PlanFault]:
    if draft.levels[planned.pk] > FilePlanUnit.MAX_LEVEL:
        yield PlanFault(planned, _("The unit would lie on level %(level)d; the file plan has five.") % {"level": draft.levels[planned.pk]})
    below = draft.children.get(planned.pk, [])
    if planned.unit_id in holding and below:
        sentence = ngettext(
            "The unit holds files and cannot have a unit below it: %(codes)s.",
            "The unit holds files and cannot have units below it: %(codes)s.",
            len(below),
        )
        yield PlanFault(planned, sentence % {"codes": _codes(below)})
    if planned.parent is not None and planned.parent.dropped and not planned.dropped:
        yield PlanFault(
            planned,
            _("The unit above, %(code)s, is dropped. Please move this unit or drop it, too.")
            % {"code": planned.parent.classification_code},
        )


def _faults_of_dropping(draft: Draft, planned: PlannedUnit, holding: set[int]) -> Iterator[PlanFault]:
    successor = planned.successor
    if successor is None:
        if planned.unit_id in holding and not planned.frozen:
            yield PlanFault(planned, _("The unit holds files. Please name its successor, or say that there is none."))
        return
    words = {"code": successor.classification_code}
    if successor.dropped:
        yield PlanFault(planned, _("The successor %(code)s is dropped itself.") % words)
    elif below := draft.children.get(successor.pk, []):
        words["codes"] = _codes(below)
        yield PlanFault(planned, _("The successor %(code)s cannot take files, because units lie below it: %(codes)s.") % words)


def _codes(units: list[PlannedUnit]) -> str:
    shown = ", ".join(unit.classification_code for unit in units[:5])
    return f"{shown} …" if len(units) > 5 else shown


def _faults_of_codes(draft: Draft) -> Iterator[PlanFault]:
    """A code is given to one unit for ever: who reads an old reference must not be led to the wrong place."""
    fresh = [p for p in draft.units if not p.dropped and (p.unit is None or p.unit.classification_code != p.classification_code)]
    if not fresh:
        return
    former = dict(FormerCode.objects.values_list("classification_code", "unit_id"))
    in_force = {unit.classification_code: unit.pk for unit in draft.old.values()}
    given = references.codes_given()
    for planned in fresh:
        code = planned.classification_code
        owner = in_force.get(code, former.get(code))
        if owner is not None and owner != planned.unit_id:
            words = {"code": code, "unit": str(draft.old[owner])}
            yield PlanFault(planned, _("The code %(code)s is or was that of another unit (%(unit)s) and is not given again.") % words)
        elif owner is None and given.get(code):
            yield PlanFault(
                planned, _("There are file references under the code %(code)s already; it is not given again.") % {"code": code}
            )


def _faults_of_overrides(draft: Draft) -> Iterator[PlanFault]:
    """What the edition sets aside anew must be explained; what the plan in force sets aside is not asked for again."""
    resolved: dict[int | None, plan_fields.Defaults] = {None: plan_fields.Defaults()}
    for planned in draft.units:
        above = resolved[planned.parent_id]
        resolved[planned.pk] = above.below(planned)
        if not planned.dropped:
            for default in plan_fields.silent_overrides(planned, above):
                if planned.unit is None or plan_fields.own_value(planned, default) != plan_fields.own_value(planned.unit, default):
                    yield PlanFault(planned, plan_fields.silence(default))
