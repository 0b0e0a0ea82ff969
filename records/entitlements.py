"""What one person may see, and why: her rights on units and files, through which office, as whose substitute, by emergency access."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from tenants import substitution
from tenants.models import Office, User

from . import rights
from .models import (
    EmergencyAccess,
    FileOfficeGrant,
    FilePlanUnit,
    FileUserGrant,
    RecordFile,
    SubstituteFile,
    UnitOfficeGrant,
    UnitUserGrant,
)
from .models.access import LEVELS


@dataclass(frozen=True)
class Entitlement:
    """One right and where it comes from. `office`: through membership there; `behalf`: standing in for somebody until a day."""

    target: FilePlanUnit | RecordFile
    right: str
    office: Office | None = None
    behalf: User | None = None
    until: Any = None
    below: int = 0  # units below, which it holds for as well

    @property
    def label(self) -> str:
        return rights.right_words()[self.right]


@dataclass(frozen=True)
class Entitlements:
    """Rights on units in the order of the plan, and on single files in the order of their references."""

    units: list[Entitlement]
    files: list[Entitlement]

    @property
    def files_by_right(self) -> list[tuple[str, int]]:
        """How many single files there are by right, for those who must not learn which."""
        most: dict[int, str] = {}
        for each in self.files:
            if LEVELS[each.right] > LEVELS.get(most.get(each.target.pk, ""), 0):
                most[each.target.pk] = each.right
        return [(word, count) for right, word in rights.right_words().items() if (count := list(most.values()).count(right))]


def of_person(*, person: User, at: datetime) -> Entitlements:
    """What a person may see today, in a number of queries that grows with nothing. Nothing at all for somebody who is inactive."""
    if not person.is_active:
        return Entitlements([], [])
    standing = list(substitution.acting_for(person=person, at=at))
    behalf = {substitute.absent_id: substitute for substitute in standing}
    people = [person.pk, *behalf]
    offices = _offices_of(people)
    named = {(n.substitute_id, n.file_id) for n in SubstituteFile.objects.filter(substitute__in=standing)} if standing else set()
    units = [*_held(UnitUserGrant, people), *_held_by_offices(UnitOfficeGrant, offices)]
    files = [*_held(FileUserGrant, people, "scope"), *_held_by_offices(FileOfficeGrant, offices, "scope")]
    below = _units_below({row.content_object.pk for row, _user, _office in units})
    found_units = [_entitlement(row, user, office, behalf, below.get(row.content_object.pk, 0)) for row, user, office in units]
    found_files = [
        _entitlement(row, user, office, behalf)
        for row, user, office in files
        if user not in behalf or not row.content_object.scope.restricted or (behalf[user].pk, row.content_object.pk) in named
    ]
    found_files += _by_emergency(person, at)
    found_units.sort(key=lambda each: (each.target.sort_key, -LEVELS[each.right], str(each.behalf or "")))  # type: ignore[union-attr]
    found_files.sort(key=lambda each: (each.target.reference_key, -LEVELS[each.right], str(each.behalf or "")))  # type: ignore[union-attr]
    return Entitlements(found_units, found_files)


Held = tuple[Any, int, Office | None]  # the row of the grant, whose it is, through which office


def _held(model: Any, people: list[int], also: str | None = None) -> list[Held]:
    rows: QuerySet[Any] = model.objects.filter(user__in=people).select_related("permission", "content_object")
    rows = rows.select_related(f"content_object__{also}") if also else rows
    return [(row, row.user_id, None) for row in rows]


def _held_by_offices(model: Any, offices: dict[int, list[tuple[int, Office]]], also: str | None = None) -> list[Held]:
    rows: QuerySet[Any] = model.objects.filter(group__in=list(offices)).select_related("permission", "content_object")
    rows = rows.select_related(f"content_object__{also}") if also else rows
    return [(row, user, office) for row in rows for user, office in offices[row.group_id]]


def _offices_of(people: list[int]) -> dict[int, list[tuple[int, Office]]]:
    """Group of an office → those of the people who are in it, with the office."""
    members = User.groups.through.objects.filter(user__in=people, group__office__isnull=False).select_related("group__office")
    found: dict[int, list[tuple[int, Office]]] = {}
    for member in members:
        found.setdefault(member.group_id, []).append((member.user_id, member.group.office))
    return found


def _units_below(units: Iterable[int]) -> dict[int, int]:
    """How many units lie below each: an index of paths answers it, whatever the size of the plan."""
    paths = dict(FilePlanUnit.objects.filter(pk__in=list(units)).values_list("pk", "path"))
    if not paths:
        return {}
    counted = FilePlanUnit.objects.aggregate(**{f"n{pk}": Count("pk", filter=Q(path__startswith=path)) for pk, path in paths.items()})
    return {pk: counted[f"n{pk}"] - 1 for pk in paths}


def _entitlement(row: Any, user: int, office: Office | None, behalf: dict[int, Any], below: int = 0) -> Entitlement:
    standing = behalf.get(user)
    absent, until = (standing.absent, standing.last_day) if standing else (None, None)
    return Entitlement(row.content_object, row.permission.codename, office, absent, until, below)


def _by_emergency(person: User, at: datetime) -> list[Entitlement]:
    allowed = EmergencyAccess.objects.filter(asked_by=person, approved_at__isnull=False, until__gt=at, file__scope__restricted=True)
    return [Entitlement(access.file, "read_records", until=access.until) for access in allowed.select_related("file")]
