"""Who may do what on a unit or a file, as people read it: grants of its own and those that come from above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import Office, User

from .models import FileOfficeGrant, FilePlanUnit, FileUserGrant, RecordFile, UnitOfficeGrant, UnitUserGrant
from .models.access import LEVELS


@dataclass(frozen=True)
class Grant:
    """One right of one office or person. `source` is the unit or file it was given on; `own` if that is the one looked at."""

    holder: Office | User
    right: str
    source: FilePlanUnit | RecordFile
    own: bool

    @property
    def label(self) -> str:
        return right_words()[self.right]

    @property
    def holder_kind(self) -> str:
        return "office" if isinstance(self.holder, Office) else "person"


def right_words() -> dict[str, str]:
    return {"read_records": _("May read"), "write_records": _("May write"), "manage_records": _("May manage")}


def no_right() -> str:
    return _("No access")


def grants_on_unit(*, unit: FilePlanUnit) -> list[Grant]:
    """Grants that hold in a unit: its own and those of the units above, nearest first. Two queries."""
    above = [*unit.ancestor_ids, unit.pk]
    return _sorted([*_of_offices(ON_UNITS, above, unit.pk), *_of_people(TO_PEOPLE_ON_UNITS, above, unit.pk)], above)


def grants_on_file(*, file: RecordFile) -> list[Grant]:
    """Grants that hold for a file: its own, and those of its units unless it is restricted. Four queries."""
    own = [*_of_offices(ON_FILE, [file.pk], file.pk), *_of_people(TO_PEOPLE_ON_FILE, [file.pk], file.pk)]
    if file.scope.restricted:
        return own
    inherited = [Grant(g.holder, g.right, g.source, False) for g in grants_on_unit(unit=file.unit)]
    return own + inherited


def _to_offices(grants: type[UnitOfficeGrant] | type[FileOfficeGrant]) -> QuerySet[Any]:
    return grants.objects.filter(content_object__any_of=Blank("on")).select_related("group__office", "permission", "content_object")


def _to_people(grants: type[UnitUserGrant] | type[FileUserGrant]) -> QuerySet[Any]:
    return grants.objects.filter(content_object__any_of=Blank("on")).select_related("user", "permission", "content_object")


ON_UNITS, ON_FILE = (Statement(partial(_to_offices, one), using=current.alias) for one in (UnitOfficeGrant, FileOfficeGrant))
TO_PEOPLE_ON_UNITS, TO_PEOPLE_ON_FILE = (Statement(partial(_to_people, one), using=current.alias) for one in (UnitUserGrant, FileUserGrant))


def _of_offices(asked: Statement, on: list[int], own: int) -> list[Grant]:
    rows = current.objects_of(asked, on=on)
    return [Grant(row.group.office, row.permission.codename, row.content_object, row.content_object_id == own) for row in rows]


def _of_people(asked: Statement, on: list[int], own: int) -> list[Grant]:
    rows = current.objects_of(asked, on=on)
    return [Grant(row.user, row.permission.codename, row.content_object, row.content_object_id == own) for row in rows]


def _sorted(grants: Iterable[Grant], above: list[int]) -> list[Grant]:
    return sorted(grants, key=lambda g: (-above.index(g.source.pk), -LEVELS[g.right], str(g.holder)))
