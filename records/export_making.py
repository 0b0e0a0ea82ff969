"""What makers of exports have in common: the lease they work under, telling how far they are, and putting a large result into the store."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from foundation import sandbox, store
from foundation.store import Stored
from tenants import stores

from .leases import Hold, LeaseLost
from .models import DocumentVersion, Export, RecordFile

LONGEST_NAME = 90  # ERVB 2022, no. 2: letters, digits, underscore and hyphen; at most 90 characters with the ending
BLOCK = 1024 * 1024


class CannotMake(Exception):
    """Trying again would not help; `code` says why (records.exports.failure)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True)
class Made:
    """A result in the store. `told` is remembered with the export's options."""

    stored: Stored
    name: str
    left_out: list[dict[str, Any]]
    total: int
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Making:
    """One export being made under its lease."""

    export: Export
    hold: Hold
    at: datetime

    @property
    def file(self) -> RecordFile:
        return self.export.file

    def progress(self, done: int, total: int) -> None:
        """Tell people how far it is, and keep the lease. Raises LeaseLost: taken over, or cancelled."""
        mine = Export.objects.filter(pk=self.export.pk, holder=self.hold.holder, done_at__isnull=True)
        if not mine.update(done=done, total=total, heartbeat_at=timezone.now()):
            raise LeaseLost(str(self.export.pk))

    def bytes_of(self, version: DocumentVersion, *, searchable: bool) -> Path:
        """The searchable copy or the original, verified. Raises NotInStore, Damaged, StoreUnavailable."""
        town = stores.of_municipality()
        sha256 = (version.searchable_sha256 if searchable else "") or version.sha256
        town.open_verified(sha256).close()
        return town.path(sha256)


def put_result(path: Path, hold: Hold | None = None) -> Stored:
    """Move a result that was made in the sandbox into the store; a task's lease is kept meanwhile. Raises LeaseLost."""
    town = stores.of_municipality()
    with sandbox.open_result(path) as made, town.receive(path.stat().st_size) as incoming:
        while block := made.read(BLOCK):
            incoming.write(block)
            if hold is not None:
                hold.beat()
        return town.keep(incoming)


def lost_for_good(trouble: store.StoreError) -> bool:
    """Whether bytes are missing for ever; a store that is away is waited for."""
    return isinstance(trouble, store.NotInStore | store.Damaged)


def safe_name(text: str, ending: str, *, most: int = LONGEST_NAME) -> str:
    """A file name of letters, digits, underscore and hyphen, as courts ask for it."""
    plain = unicodedata.normalize("NFC", text)
    stem = re.sub(r"[^A-Za-zÄÖÜäöüß0-9_-]+", "_", "".join(_known(letter) for letter in plain)).strip("_") or "Dokument"
    return f"{stem[: most - len(ending) - 1].rstrip('_-')}.{ending}"


def _known(letter: str) -> str:
    """German letters stay; others lose what their alphabet puts on them."""
    if letter in "ÄÖÜäöüß":
        return letter
    return unicodedata.normalize("NFKD", letter)[:1]
