"""Restricted files: who looked into one stands in the journal, once a day and person."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tenants import current
from tenants.models import User

from . import journal
from .days import beginning
from .models import JournalEntry, RecordFile


def note_reading(*, file: RecordFile, by: User, at: datetime) -> None:
    """Enter that somebody looked into a restricted file, once a person, file and local day. `file.scope` should be loaded.

    Not each sheet she turns: that would bury what matters, and would watch how she works (§ 72 LPVG NRW). Entered after the transaction that
    is open, if any: the journal's lock comes last, and the act that goes on has row locks still to take.
    """
    if file.scope.restricted and not _stands_already(file, by, at):
        current.on_commit(lambda: _enter(file, by, at))


def _enter(file: RecordFile, by: User, at: datetime) -> None:
    with current.atomic():
        journal.take_turns()  # two pictures fetched at once make one entry
        if not _stands_already(file, by, at):
            journal.enter(act="view", object=file, by=by, at=at)


def _stands_already(file: RecordFile, by: User, at: datetime) -> bool:
    morning = beginning(timezone.localdate(at))
    return JournalEntry.objects.filter(object_id=file.public_id, act="view", actor_id=by.public_id, at__gte=morning).exists()
