"""What a clerk keeps at hand: units and files with a star, and the files that she opened last.

No journal entry is written: a star changes no record, and the journal is no tool to watch employees.
"""

from __future__ import annotations

from datetime import datetime

from tenants import current
from tenants.models import User

from .models import Favourite, FilePlanUnit, RecordFile

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
    which = {"file": target} if isinstance(target, RecordFile) else {"unit": target}
    return Favourite.objects.filter(user=clerk, **which).exists()


def favourite_units(*, clerk: User) -> list[FilePlanUnit]:
    """Her units, as far as she may still know of them, in the order of the plan. One query beside her rights."""
    starred = Favourite.objects.filter(user=clerk, unit__isnull=False).values("unit")
    return list(FilePlanUnit.objects.visible_to(clerk).filter(pk__in=starred).in_order())


def favourite_files(*, clerk: User) -> list[RecordFile]:
    """Her files, as far as she may still know of them and they are not cancelled, by reference. One query beside her rights."""
    starred = Favourite.objects.filter(user=clerk, file__isnull=False).values("file")
    return list(RecordFile.objects.visible_to(clerk).standing().filter(pk__in=starred).in_order())
