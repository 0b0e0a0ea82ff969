"""What all acts of data protection share: their journal, the store of exports, and the removal of bytes that nothing refers to any more."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model

from foundation.store import Store, StoreError
from tenants import current, journal
from tenants.centre import stores
from tenants.models import User
from tenants.roles import CentreRole

from . import mail_store
from .models import Attachment, IncomingMail, PersonExport, ProtectionEntry, UnneededBytes

logger = logging.getLogger(__name__)
UPLOADS_TAKE = timedelta(minutes=10)  # from the bytes' arrival to the row that refers to them
MACHINE = "system"
Changes = Mapping[str, tuple[Any, Any]]
Place = UnneededBytes.Place


def enter(*, act: str, object: Model, about: str, by: User | None, at: datetime, changes: Changes | None = None) -> None:
    """Say what was done for data protection; inside the act's transaction, last. `about` is an id or a number, never a name.

    `by` None: the clock. Whoever asks about herself is not named either: she is who it is about.
    """
    actor = MACHINE if by is None else about if str(by.public_id) == about else str(by)
    said = {name: [old, new] for name, (old, new) in (changes or {}).items()}
    ProtectionEntry.objects.create(act=act, about=about, actor=actor, at=at, changes=said)
    journal.enter(act=act, object=object, by=None if actor == about else by, at=at, changes=changes)


def is_operator(person: User) -> bool:
    return person.is_active and person.has_role(CentreRole.OPERATOR)


def exports() -> Store:
    """The store of exports, in the site's own folder; made with the first one."""
    root = Path(settings.VAR) / "exports"
    if not root.is_dir():
        root.mkdir(mode=0o750, parents=True)
    return _store(root)


def unneeded(place: str, hashes: Iterable[str]) -> None:
    """Write down bytes that nothing refers to any more, inside the transaction that made them so; they are removed after its commit."""
    rows = [UnneededBytes(place=place, sha256=sha256) for sha256 in sorted({*hashes} - {""})]
    UnneededBytes.objects.bulk_create(rows, ignore_conflicts=True)


def empty_stores(*, at: datetime, most: int = 5000) -> int:
    """Remove bytes that are written down as unneeded and that no row refers to; returns how many. Safe to run twice and to break off.

    What arrived some minutes ago may be the file of a message that is being written just now, and is left to the next run.
    """
    removed = 0
    for row in UnneededBytes.objects.order_by("pk")[:most]:
        try:
            removed += _removed(row, at)
        except StoreError as trouble:
            logger.error("Bytes could not be removed from the store of %s, it is tried again: %s", row.place, trouble)
            break
    return removed


def _removed(row: UnneededBytes, at: datetime) -> bool:
    with current.atomic():
        if _is_referred_to(row):
            row.delete()  # the same bytes came again, with something that stays
            return False
        store = {Place.ATTACHMENTS: stores.of_centre, Place.MAILS: mail_store.store, Place.EXPORTS: exports}[Place(row.place)]()
        if row.place == Place.ATTACHMENTS and _is_young(store, row.sha256, at):
            return False
        store.remove(row.sha256)
        row.delete()
    return True


def _is_young(store: Store, sha256: str, at: datetime) -> bool:
    try:
        return at.timestamp() - store.path(sha256).stat().st_mtime < UPLOADS_TAKE.total_seconds()
    except FileNotFoundError:
        return False


def _is_referred_to(row: UnneededBytes) -> bool:
    if row.place == Place.MAILS:
        return IncomingMail.objects.filter(sha256=row.sha256).exclude(reason=IncomingMail.Reason.REMOVED).exists()
    rows = Attachment.objects if row.place == Place.ATTACHMENTS else PersonExport.objects
    return bool(rows.filter(sha256=row.sha256).exists())


@lru_cache(maxsize=8)
def _store(root: Path) -> Store:
    return Store(root)
