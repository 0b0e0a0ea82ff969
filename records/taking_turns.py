"""Two clerks at one file take turns: what an act decides on is read under the file's row lock, and the file's revision grows with each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .models import RecordFile


def locked(file: RecordFile) -> RecordFile:
    """The file as it is now, locked until the transaction ends."""
    row: RecordFile = RecordFile.objects.select_for_update(of=("self",)).select_related("unit", "scope", "lead_office").get(pk=file.pk)
    return row


def all_locked(pks: Iterable[int]) -> dict[int, RecordFile]:
    """Several files by their ids, locked in the order of these: two acts on the same files cannot wait for each other."""
    rows = RecordFile.objects.select_for_update(of=("self",)).select_related("unit", "scope", "lead_office").order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=list(pks))}


def save(file: RecordFile, at: datetime, *fields: str) -> None:
    """Write these fields of a locked file; whoever edits an older one is told so."""
    file.changed_at, file.revision = at, file.revision + 1
    file.save(update_fields=[*fields, "changed_at", "revision"])
