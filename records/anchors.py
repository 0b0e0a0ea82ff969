"""Daily anchors of the journal: its last hash, written to a file outside the database, so that a chain that was re-written as a whole shows too.

One line of JSON a day. Each line carries the digest of the line before, so that no line can be taken out of the file unseen either. An operator
copies the file to a place that the database's administrator cannot write to (docs/operating.md).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import chain
from tenants import current

from .models import JournalEntry

GRACE = timedelta(days=2)  # a journal older than this without any anchor is suspicious: the task runs every hour
GENESIS = chain.GENESIS


def path() -> Path:
    """The anchors' file of the municipality in force."""
    return Path(settings.JOURNAL_ANCHORS) / f"{current.municipality().slug}.jsonl"


def set_anchor(*, at: datetime) -> bool:
    """Write down the journal's last hash for the local day of `at`, once a day; tells whether a line was written. Safe to run twice."""
    day = timezone.localdate(at).isoformat()
    with _locked() as file:
        lines = file.read().splitlines()
        if lines and _field(lines[-1], "day") == day:
            return False
        head = JournalEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
        if head is None:
            return False
        anchor = {
            "day": day,
            "sequence": head[0],
            "hash": head[1],
            "at": chain.canonical_time(at),
            "previous": _digest(lines[-1]) if lines else GENESIS,
        }
        file.write(json.dumps(anchor, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def verify(*, at: datetime) -> Iterator[chain.Break]:
    """Compare the anchors with the journal; yields every one that does not fit, and says if there are none where there should be."""
    lines = path().read_text(encoding="utf-8").splitlines() if path().is_file() else []
    if not lines:
        first = JournalEntry.objects.order_by("sequence").first()
        if first is not None and first.at < at - GRACE:
            yield chain.Break(first.sequence, _("There are no anchors: the file with the daily hashes is missing or empty."))
        return
    previous = GENESIS
    for line in lines:
        sequence = _field(line, "sequence")
        if _field(line, "previous") != previous:
            yield chain.Break(
                sequence or 0, _("An anchor was taken out or changed before the one of %(day)s.") % {"day": _field(line, "day")}
            )
        previous = _digest(line)
        row = JournalEntry.objects.filter(sequence=sequence).values_list("hash", flat=True).first() if sequence else None
        if row is None or row != _field(line, "hash"):
            yield chain.Break(sequence or 0, _("The journal is not the one that was anchored on %(day)s.") % {"day": _field(line, "day")})


@contextmanager
def _locked() -> Iterator[IO[str]]:
    """The file, for reading and appending; two schedulers take turns."""
    path().parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    with os.fdopen(handle, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def _field(line: str, name: str) -> Any:
    """A field of a line; None if the line is no anchor."""
    try:
        return json.loads(line).get(name)
    except (ValueError, AttributeError):
        return None
