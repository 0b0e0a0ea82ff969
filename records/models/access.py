"""Who may read what: guardian's rows are the grants, access scopes are derived from them.

Every file lies in exactly one scope: that of its file plan unit, or one of its own if it was narrowed or has grants of its
own. One query a request turns a clerk's guardian rows into scope ids; lists, searches and checks then compare integers.
No role and no superuser flag appears here: administration is not access.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from tenants import current

if TYPE_CHECKING:
    from tenants.models import User

LEVEL_READ, LEVEL_WRITE, LEVEL_MANAGE = 1, 2, 3
LEVELS = {"read_records": LEVEL_READ, "write_records": LEVEL_WRITE, "manage_records": LEVEL_MANAGE}


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


# One row per scope the person has any level in. The two unit tables and the two file tables are guardian's (direct foreign
# keys, so that no varchar object id is cast); a person's groups are her offices.
SCOPES_SQL = """
WITH mine AS (
    SELECT g.content_object_id AS unit_id, p.codename FROM records_unitusergrant g
      JOIN auth_permission p ON p.id = g.permission_id WHERE g.user_id = %(user)s
    UNION ALL
    SELECT g.content_object_id, p.codename FROM records_unitofficegrant g
      JOIN auth_permission p ON p.id = g.permission_id
      JOIN tenants_user_groups m ON m.group_id = g.group_id WHERE m.user_id = %(user)s
), leveled AS (
    SELECT unit_id, max(CASE codename WHEN 'manage_records' THEN 3 WHEN 'write_records' THEN 2 WHEN 'read_records' THEN 1 END) AS level
    FROM mine GROUP BY unit_id
), units AS (
    SELECT below.id, max(l.level) AS level FROM leveled l
      JOIN records_fileplanunit top ON top.id = l.unit_id
      JOIN records_fileplanunit below ON below.path LIKE top.path || '%%'
    GROUP BY below.id
), own AS (
    SELECT g.content_object_id AS file_id, p.codename FROM records_fileusergrant g
      JOIN auth_permission p ON p.id = g.permission_id WHERE g.user_id = %(user)s
    UNION ALL
    SELECT g.content_object_id, p.codename FROM records_fileofficegrant g
      JOIN auth_permission p ON p.id = g.permission_id
      JOIN tenants_user_groups m ON m.group_id = g.group_id WHERE m.user_id = %(user)s
), files AS (
    SELECT file_id, max(CASE codename WHEN 'manage_records' THEN 3 WHEN 'write_records' THEN 2 WHEN 'read_records' THEN 1 END) AS level
    FROM own GROUP BY file_id
)
SELECT s.id, s.unit_id, greatest(coalesce(u.level, 0), 0) FROM units u JOIN records_accessscope s ON s.unit_id = u.id
UNION ALL
SELECT s.id, NULL, greatest(coalesce(CASE WHEN s.restricted THEN NULL ELSE u.level END, 0), coalesce(f.level, 0))
  FROM records_accessscope s
  JOIN records_recordfile r ON r.id = s.file_id
  LEFT JOIN units u ON u.id = r.unit_id
  LEFT JOIN files f ON f.file_id = s.file_id
 WHERE (u.level IS NOT NULL AND NOT s.restricted) OR f.level IS NOT NULL
"""


@dataclass(frozen=True)
class Scopes:
    """What one clerk may do: scope id → level (1 read, 2 write, 3 manage), and the same for file plan units."""

    levels: dict[int, int]
    unit_levels: dict[int, int]

    def at_least(self, level: int) -> list[int]:
        """Scope ids in which the clerk has this level, ascending."""
        return sorted(scope for scope, held in self.levels.items() if held >= level)

    def level(self, scope_id: int) -> int:
        return self.levels.get(scope_id, 0)


@dataclass(frozen=True)
class ReadableUnits:
    levels: dict[int, int]
    leading_there: frozenset[int]

    @property
    def readable(self) -> list[int]:
        return sorted(self.levels)

    def at_least(self, level: int) -> list[int]:
        return sorted(unit for unit, held in self.levels.items() if held >= level)


def scopes_of(clerk: User) -> Scopes:
    """Resolve a clerk's grants; once per request, with one query."""
    return current.remembered(("records.scopes", clerk.pk), lambda: _resolve(clerk))


def _resolve(clerk: User) -> Scopes:
    if not clerk.is_active or clerk.pk is None:
        return Scopes({}, {})
    with current.connection().cursor() as cursor:
        cursor.execute(SCOPES_SQL, {"user": clerk.pk})
        rows = cursor.fetchall()
    return Scopes(
        levels={scope: level for scope, _unit, level in rows},
        unit_levels={unit: level for _scope, unit, level in rows if unit is not None},
    )


def readable_units(clerk: User) -> ReadableUnits:
    """The units a clerk has a level in, and the ancestors that lead to them (and to single files granted to her)."""

    def resolve() -> ReadableUnits:
        from .files import RecordFile
        from .plan import FilePlanUnit

        scopes = scopes_of(clerk)
        own = list(scopes.levels)
        paths = list(FilePlanUnit.objects.filter(pk__in=scopes.unit_levels).values_list("path", flat=True))
        paths += list(
            RecordFile.objects.filter(own_scope__in=own)
            .exclude(unit__in=scopes.unit_levels)
            .values_list("unit__path", flat=True)
            .distinct()
        )
        leading = {int(part) for path in paths for part in path.strip("/").split("/")} - scopes.unit_levels.keys()
        return ReadableUnits(scopes.unit_levels, frozenset(leading))

    return current.remembered(("records.units", clerk.pk), resolve)
