"""What the doors of a file's facts have in common: the file of the address, and how refusals of their verbs are answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotFound, ValidationError

from foundation.api.problems import Conflict, PreconditionFailed
from records import facts
from records.models import RecordFile

from .doors import Door, require, uuid_or_none, visible_file

M = TypeVar("M", bound=Model)


@contextmanager
def refusals(**names: str) -> Iterator[None]:
    """412 for what somebody else changed, 409 for what the state forbids, 400 for what was sent wrongly; `names` renames fields."""
    try:
        yield
    except facts.Changed as refusal:
        raise PreconditionFailed(str(refusal)) from refusal
    except facts.CannotKeep as refusal:
        if not refusal.field:
            raise Conflict(str(refusal)) from refusal
        raise ValidationError({names.get(refusal.field, refusal.field): [str(refusal)]}) from refusal


class FactDoor(Door[M]):
    """A list below one file. `id` is the file; what is read starts at the file the caller may know of."""

    def file(self) -> RecordFile:
        """The file of the address. Raises NotFound."""
        return visible_file(self.clerk, self.kwargs["id"])

    def writable(self) -> RecordFile:
        """The same if the caller may change it. Raises NotFound, PermissionDenied."""
        return require("edit", clerk=self.clerk, file=self.file())

    def one(self, rows: QuerySet[Any], name: str) -> Any:
        """The row of the address by its public id. Raises NotFound."""
        known = uuid_or_none(self.kwargs[name])
        found = rows.filter(public_id=known).first() if known else None
        if found is None:
            raise NotFound
        return found
