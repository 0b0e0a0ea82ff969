"""Who gains and who loses access when units are moved: rights come down from the units above, and a moved branch gets others above it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tenants.models import Office, User

from .models import PlannedUnit, UnitOfficeGrant, UnitUserGrant
from .models.access import LEVELS
from .plan_review import Draft

Levels = dict[int, int]  # office or person → level


@dataclass(frozen=True)
class Shift:
    """What moving one unit does to rights in it and all below. Persons are counted with what their offices have."""

    planned: PlannedUnit
    gaining_offices: tuple[str, ...]
    losing_offices: tuple[str, ...]
    gaining_persons: int
    losing_persons: int

    def __bool__(self) -> bool:
        return bool(self.gaining_offices or self.losing_offices or self.gaining_persons or self.losing_persons)


class _Grants:
    """All grants on units: four queries."""

    def __init__(self) -> None:
        self.offices: dict[int, Levels] = {}
        self.persons: dict[int, Levels] = {}
        for unit, group, right in UnitOfficeGrant.objects.values_list("content_object_id", "group_id", "permission__codename"):
            _raise(self.offices.setdefault(unit, {}), group, LEVELS[right])
        for unit, user, right in UnitUserGrant.objects.values_list("content_object_id", "user_id", "permission__codename"):
            _raise(self.persons.setdefault(unit, {}), user, LEVELS[right])
        self.names = {office.group_id: str(office) for office in Office.objects.all()}
        self.members: dict[int, list[int]] = {}
        for group, user in User.objects.active().filter(groups__in=self.names).values_list("groups", "pk"):
            self.members.setdefault(group, []).append(user)

    def offices_on(self, chain: Iterable[int]) -> Levels:
        found: Levels = {}
        for unit in chain:
            for group, level in self.offices.get(unit, {}).items():
                _raise(found, group, level)
        return found

    def persons_on(self, chain: Iterable[int]) -> Levels:
        chain = list(chain)
        found: Levels = {}
        for unit in chain:
            for user, level in self.persons.get(unit, {}).items():
                _raise(found, user, level)
        for group, level in self.offices_on(chain).items():
            for user in self.members.get(group, []):
                _raise(found, user, level)
        return found


def shifts(*, draft: Draft) -> list[Shift]:
    """Every unit that gets another unit above it and in which somebody has more, or less, than before."""
    moved = [p for p in draft.units if p.unit is not None and _parent(p) != p.unit.parent_id]
    if not moved:
        return []
    grants = _Grants()
    return [shift for planned in moved if (shift := _shift(grants, planned))]


def _parent(planned: PlannedUnit) -> int | None:
    if planned.parent is None:
        return None
    return planned.parent.unit_id or -1  # a new one: not the parent that it had


def _shift(grants: _Grants, planned: PlannedUnit) -> Shift:
    assert planned.unit is not None
    before = [*planned.unit.ancestor_ids, planned.unit.pk]
    after, above = [], planned
    while above is not None:
        after += [above.unit_id] if above.unit_id else []
        above = above.parent  # type: ignore[assignment] # None at the top
    offices = grants.offices_on(before), grants.offices_on(after)
    persons = grants.persons_on(before), grants.persons_on(after)
    return Shift(
        planned,
        gaining_offices=tuple(sorted(grants.names[g] for g in _more(*offices) if g in grants.names)),
        losing_offices=tuple(sorted(grants.names[g] for g in _more(*reversed(offices)) if g in grants.names)),
        gaining_persons=len(_more(*persons)),
        losing_persons=len(_more(*reversed(persons))),
    )


def _more(before: Levels, after: Levels) -> list[int]:
    return [who for who, level in after.items() if level > before.get(who, 0)]


def _raise(levels: Levels, who: int, level: int) -> None:
    levels[who] = max(level, levels.get(who, 0))
