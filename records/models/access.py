"""Who may read what: guardian's rows are the grants, access scopes are derived from them.

Every file lies in exactly one scope: that of its file plan unit, or one of its own if it was narrowed or has grants of its
own. One query a request turns a clerk's guardian rows into scope ids; lists, searches and checks then compare integers.
No role and no superuser flag appears here: administration is not access.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from foundation.any_of import Numbers  # with the lookup that visible_to() uses
from tenants import current
from tenants.models import Substitute

from .known_rights import Known

if TYPE_CHECKING:
    from tenants.models import User

LEVEL_READ, LEVEL_WRITE, LEVEL_MANAGE = 1, 2, 3
LEVELS = {"read_records": LEVEL_READ, "write_records": LEVEL_WRITE, "manage_records": LEVEL_MANAGE}
FileAct = Literal[
    "edit", "file_documents", "close", "reopen", "cancel", "refile", "read_journal", "restrict", "grant", "foliate", "set_protection_need",
    "register", "restore", "arrange", "retain", "keep", "export", "release",
]  # fmt: skip
# What each act on a file asks for; screens and the API look here, so that no door opens further than another. Cancelling is one of the acts of
# a file's life like closing: who opened a file by mistake takes it out of the lists, with a reason; nothing is deleted.
LEVEL_FOR: dict[FileAct, int] = {
    "edit": LEVEL_WRITE,
    "file_documents": LEVEL_WRITE,
    "close": LEVEL_WRITE,
    "reopen": LEVEL_WRITE,
    "cancel": LEVEL_WRITE,
    "refile": LEVEL_WRITE,
    "foliate": LEVEL_WRITE,
    "read_journal": LEVEL_WRITE,  # one's own acts; those of all by whoever manages the file (JournalEntryQuerySet.known_to)
    "restrict": LEVEL_MANAGE,
    "grant": LEVEL_MANAGE,
    "set_protection_need": LEVEL_WRITE,
    "register": LEVEL_WRITE,  # where the registry registers, the act itself asks for more (records.registering)
    "restore": LEVEL_WRITE,
    "arrange": LEVEL_WRITE,  # registers, volumes, subfiles
    "retain": LEVEL_WRITE,  # the day of the event that starts the period
    "keep": LEVEL_WRITE,  # periods of a file's own, holds: the registry's work (records.registering.keeps_registry)
    "release": LEVEL_WRITE,  # as the second person: what somebody outside is shown of the file
    "export": LEVEL_READ,  # whoever reads each document may have them all together; what leaves the house is warned of and journaled
}


class UnitUserGrant(UserObjectPermissionBase):
    content_object = models.ForeignKey("records.FilePlanUnit", models.CASCADE)


class UnitOfficeGrant(GroupObjectPermissionBase):
    content_object = models.ForeignKey("records.FilePlanUnit", models.CASCADE)


class FileUserGrant(UserObjectPermissionBase):
    content_object = models.ForeignKey("records.RecordFile", models.CASCADE)


class FileOfficeGrant(GroupObjectPermissionBase):
    content_object = models.ForeignKey("records.RecordFile", models.CASCADE)


class AccessScope(models.Model):
    """What a set of files has in common as to who may know of them: a unit, or one file."""

    unit = models.OneToOneField("records.FilePlanUnit", models.CASCADE, null=True, related_name="scope")
    file = models.OneToOneField("records.RecordFile", models.CASCADE, null=True, related_name="own_scope")
    restricted = models.BooleanField(default=False)  # only the file's own grants count

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, file__isnull=True) | Q(unit__isnull=True, file__isnull=False), name="scope_of_unit_or_file"
            ),
            models.CheckConstraint(condition=Q(file__isnull=False) | Q(restricted=False), name="scope_only_files_restricted"),
        ]
        indexes = [models.Index(fields=["file"], condition=Q(restricted=True), name="scope_restricted")]


class SubstituteFile(models.Model):
    """A restricted file that a substitute may work on too, because it was named; all others stay hidden from her."""

    substitute = models.ForeignKey("tenants.Substitute", models.CASCADE, related_name="named_files")
    file = models.ForeignKey("records.RecordFile", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["substitute", "file"], name="substitute_file_once")]


class EmergencyAccess(models.Model):
    """Access to a restricted file for a short time, when nobody who has it can be reached: one person asks, another one lets her in."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey("records.RecordFile", models.CASCADE, related_name="+")
    reason = models.TextField(_("Reason"), max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_has_a_reason"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("asked_by")), name="emergency_by_two_persons"
            ),
            models.CheckConstraint(condition=Q(approved_at__isnull=True) | Q(until__isnull=False), name="emergency_ends"),
        ]
        indexes = [models.Index(fields=["asked_by", "until"], name="emergency_of_person")]


# One row per scope the person has any level in, after one with the state of all rights, which alone comes if it is the one known: functions of the
# database, so that their plans are made once per connection.
SCOPES_SQL = "SELECT scope_id, unit_id, level, behalf FROM records_scopes_of(%s)"
SCOPES_SINCE_SQL = "SELECT scope_id, unit_id, level, behalf, version FROM records_scopes_since(%s, %s)"
MOST_KNOWN = 100_000  # levels in scopes, of all people together: some 20 MB for a process, measured with 128 people of 778 each

# The paths of the tops of what somebody may read (all else above lies between them: they are few, however large the branches), and of the units
# of single files. A row without a path says that this transaction has changed rights: what it sees is not kept for others.
LEADING_SQL = """
WITH own AS (SELECT unnest(%(units)s::bigint[]) AS id)
SELECT top.path FROM own JOIN records_fileplanunit top ON top.id = own.id
  LEFT JOIN own above ON above.id = top.parent_id WHERE above.id IS NULL
UNION
SELECT unit.path FROM unnest(%(scopes)s::bigint[]) AS single(scope) JOIN records_recordfile file ON file.scope_id = single.scope
  JOIN records_fileplanunit unit ON unit.id = file.unit_id
  LEFT JOIN own ON own.id = unit.id WHERE own.id IS NULL
UNION ALL
SELECT NULL FROM records_rightschange WHERE transaction = pg_current_xact_id_if_assigned()
"""


@dataclass(frozen=True)
class Scopes:
    """What one clerk may do: scope id → level (1 read, 2 write, 3 manage), and the same for file plan units.

    `behalf` and `unit_behalf` say where she holds her level only as a substitute, and for whom (the absent person's key). They are empty for
    whoever stands in for nobody. `own_of_files` are the scopes among them that are no unit's: of single files.
    """

    levels: dict[int, int]
    unit_levels: dict[int, int]
    behalf: dict[int, int] = field(default_factory=dict)
    unit_behalf: dict[int, int] = field(default_factory=dict)
    own_of_files: Numbers = field(default_factory=Numbers)
    _asked: dict[int, Numbers] = field(default_factory=dict, compare=False, repr=False)
    _units: list[ReadableUnits] = field(default_factory=list, compare=False, repr=False)

    def at_least(self, level: int) -> Numbers:
        """Scope ids in which the clerk has this level, ascending; nearly every query of a request asks for them."""
        if level not in self._asked:
            self._asked[level] = _at_least(self.levels, level)
        return self._asked[level]

    def level(self, scope_id: int) -> int:
        return self.levels.get(scope_id, 0)

    def own_level(self, scope_id: int) -> int:
        """The level without standing in for others, where it is known: 0 for a scope whose level comes through somebody else."""
        return 0 if scope_id in self.behalf else self.level(scope_id)

    def own_unit_level(self, unit_id: int) -> int:
        return 0 if unit_id in self.unit_behalf else self.unit_levels.get(unit_id, 0)


@dataclass(frozen=True)
class ReadableUnits:
    levels: dict[int, int]
    leading_there: frozenset[int]

    @cached_property
    def known(self) -> Numbers:
        """Units whose existence the clerk may know of."""
        return Numbers(sorted({*self.levels, *self.leading_there}))

    def __contains__(self, unit_id: int) -> bool:
        """Whether she may know of a unit."""
        return unit_id in self.levels or unit_id in self.leading_there

    def at_least(self, level: int) -> Numbers:
        return _at_least(self.levels, level)


def _at_least(levels: Mapping[int, int], level: int) -> Numbers:
    return Numbers(sorted(key for key, held in levels.items() if held >= level))


_known: Known[Scopes] = Known(most=MOST_KNOWN)


def scopes_of(clerk: User) -> Scopes:
    """Resolve a clerk's grants; once per request, with one query."""
    return current.remembered(("records.scopes", clerk.pk), lambda: _resolve(clerk))


def standing_in(clerk: User) -> Scopes | None:
    """The scopes of a clerk who stands in for somebody at this moment; None for everybody else, whom asking costs next to nothing."""
    known: Scopes | None = current.recalled(("records.scopes", clerk.pk))
    if known is None and Substitute.objects.in_force(on=timezone.localdate()).filter(deputy=clerk.pk).exists():
        known = scopes_of(clerk)
    return known if known is not None and known.behalf else None


def _resolve(clerk: User) -> Scopes:
    if not clerk.is_active or clerk.pk is None:
        return Scopes({}, {})
    key = current.alias(), clerk.pk
    before = _known.get(key)
    (*_nothing, state), *rows = current.ask(SCOPES_SINCE_SQL, [clerk.pk, before[0] if before else None])
    if before and before[0] == state:
        return before[1]
    resolved = _scopes(rows)
    if state is not None:
        _known.keep(key, state, resolved, weight=len(rows) + 1)
    return resolved


def _scopes(rows: list[tuple[Any, ...]]) -> Scopes:
    return Scopes(
        levels={scope: level for scope, _unit, level, _behalf, _state in rows},
        unit_levels={unit: level for _scope, unit, level, _behalf, _state in rows if unit is not None},
        behalf={scope: behalf for scope, _unit, _level, behalf, _state in rows if behalf is not None},
        unit_behalf={unit: behalf for _scope, unit, _level, behalf, _state in rows if unit is not None and behalf is not None},
        own_of_files=Numbers(scope for scope, unit, _level, _behalf, _state in rows if unit is None),
    )


def readable_units(clerk: User) -> ReadableUnits:
    """The units a clerk has a level in, and the ancestors that lead to them (and to single files granted to her)."""

    def resolve() -> ReadableUnits:
        scopes = scopes_of(clerk)
        if scopes._units:  # as old as they are, and as good
            return scopes._units[0]
        known = {"units": Numbers(scopes.unit_levels).array, "scopes": scopes.own_of_files.array}
        paths = [path for (path,) in current.ask(LEADING_SQL, known)]
        leading = {int(part) for path in paths if path is not None for part in path.strip("/").split("/")}
        found = ReadableUnits(scopes.unit_levels, frozenset(leading - scopes.unit_levels.keys()))
        if None not in paths:
            scopes._units[:] = [found]
        return found

    return current.remembered(("records.units", clerk.pk), resolve)
