"""Handing the bytes of a document to a clerk's machine: the copy is out of the house then, whatever she does with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tenants import current
from tenants.models import User

from . import journal, warnings_before
from .models import Document, DocumentVersion


def hand_out(*, document: Document, version: DocumentVersion, confirmed: Sequence[str], by: User, at: datetime) -> None:
    """Let a version be downloaded. Where a disclosure block stands in the file the journal tells who took it, and that the warning was confirmed.

    Raises warnings_before.NotConfirmed. One query where no block stands; nothing is journaled then: reading is no affair of the journal.
    """
    told = warnings_before.require_blocks_confirmed(file=document.file, confirmed=confirmed)
    if told:
        with current.atomic():
            changes = {"version": (None, version.number)} | told
            journal.enter(act="download", object=document, by=by, at=at, file_id=document.file.public_id, changes=changes)
