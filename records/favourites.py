"""What a clerk keeps at hand: units and files with a star, and the files that she opened last.

No journal entry is written: a star changes no record, and the journal is no tool to watch employees.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from .models import Favourite, FilePlanUnit, RecordFile
from .models.access import LEVEL_READ, readable_units, scopes_of

MOST = 200


class TooManyFavourites(Exception):
    """More than anybody finds again."""


def set_favourite(*, target: RecordFile | FilePlanUnit, starred: bool, by: User, at: datetime) -> None:
    """Keep a file or a unit at hand, or no longer. Twice the same is no mistake. Raises TooManyFavourites."""
    which = {"file": target} if isinstance(target, RecordFile) else {"unit": target}
    with current.atomic():
        if not starred:
            Favourite.objects.filter(user=by, **which).delete()
            return
        if Favourite.objects.filter(user=by).count() >= MOST:
            raise TooManyFavourites
        Favourite.objects.bulk_create([Favourite(user=by, at=at, **which)], ignore_conflicts=True)


def is_favourite(*, target: RecordFile | FilePlanUnit, clerk: User) -> bool:
    return bool(current.rows_of(STARRED["file" if isinstance(target, RecordFile) else "unit"], user=clerk.pk, target=target.pk))


def _starred(what: str) -> QuerySet[Favourite, Any]:
    return Favourite.objects.filter(user=Blank("user"), **{what: Blank("target")}).values_list("pk")


STARRED = {what: Statement(partial(_starred, what), using=current.alias) for what in ("file", "unit")}


def favourite_units(*, clerk: User) -> list[FilePlanUnit]:
    """Her units, as far as she may still know of them, in the order of the plan. One query beside her rights."""
    known = readable_units(clerk)
    return [unit for unit in current.objects_of(UNITS, user=clerk.pk) if unit.pk in known]


def favourite_files(*, clerk: User) -> list[RecordFile]:
    """Her files, as far as she may still know of them and they are not cancelled, by reference. One query beside her rights."""
    return current.objects_of(FILES, user=clerk.pk, scopes=scopes_of(clerk).at_least(LEVEL_READ))


def _hers(what: str) -> QuerySet[Favourite, Any]:
    found: QuerySet[Favourite, Any] = Favourite.objects.filter(user=Blank("user"), **{f"{what}__isnull": False}).values(what)
    return found


def _units() -> QuerySet[FilePlanUnit]:
    """They are few, and what she may know of in the plan is known: compared here, not in the database."""
    found: QuerySet[FilePlanUnit] = FilePlanUnit.objects.filter(pk__in=_hers("unit")).in_order()
    return found


def _files() -> QuerySet[RecordFile]:
    return RecordFile.objects.filter(pk__in=_hers("file")).picked_by_scopes(Blank("scopes")).standing().in_order()


UNITS, FILES = (Statement(each, using=current.alias, anew=True) for each in (_units, _files))
