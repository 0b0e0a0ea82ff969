"""Who this site is to others: an id, and its keys, in a file of its own (EAKTE_CHANNEL) that only the service may read. Never in a database."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from foundation import signed

from . import registry


@dataclass(frozen=True)
class Identity:
    """`key` signs; `other` is the next key, while it is being brought in: at the centre it signs from the moment `changes_at`.

    `succession`: what the centre has said of its next keys, each signed with the one before; [(kid of the one before, message)], the oldest first.
    """

    id: str
    key: signed.Key
    other: signed.Key | None = None
    changes_at: datetime | None = None
    succession: tuple[tuple[str, str], ...] = ()

    def signing(self, at: datetime) -> signed.Key:
        """The key that signs at a moment."""
        return self.other if self.other is not None and self.changes_at is not None and at >= self.changes_at else self.key

    @property
    def publics(self) -> list[str]:
        """The public keys that others may know this site by now."""
        return [key.public for key in (self.key, self.other) if key is not None]


def mine() -> Identity:
    """This site's identity; made at the first call. Raises signed.BrokenKey."""
    try:
        return _read()
    except FileNotFoundError:
        return change(lambda known: known)


def change(how: Callable[[Identity], Identity]) -> Identity:
    """Replace the identity by what `how` makes of it; one process at a time. Raises signed.BrokenKey."""
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        try:
            known = _read()
        except FileNotFoundError:
            known = anew()
        wanted = how(known)
        signed.write(path, _kept(wanted))
        registry.hand_over(path.parent, path, path.with_suffix(".lock"))
    return wanted


def anew(_known: Identity | None = None) -> Identity:
    """Somebody whom nobody knows yet."""
    return Identity(str(uuid4()), signed.Key.new())


def with_next(known: Identity) -> Identity:
    """Have a next key ready; one that is ready already stays, so that a rotation can be repeated."""
    return replace(known, other=known.other or signed.Key.new())


def _kept(wanted: Identity) -> dict[str, Any]:
    kept: dict[str, Any] = {"id": wanted.id, "key": wanted.key.as_jwk()}
    if wanted.other is not None:
        kept["other"] = wanted.other.as_jwk()
    if wanted.changes_at is not None:
        kept["changes_at"] = wanted.changes_at.isoformat()
    if wanted.succession:
        kept["succession"] = [list(one) for one in wanted.succession]
    return kept


def _path() -> Path:
    return Path(settings.CHANNEL) / "identity.json"


def _read() -> Identity:
    try:
        kept = json.loads(_path().read_text())
        other = signed.Key.from_jwk(kept["other"]) if kept.get("other") else None
        changes_at = datetime.fromisoformat(kept["changes_at"]) if kept.get("changes_at") else None
        succession = tuple((str(before), str(message)) for before, message in kept.get("succession", ()))
        return Identity(str(kept["id"]), signed.Key.from_jwk(kept["key"]), other, changes_at, succession)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise signed.BrokenKey("identity.json cannot be read.") from error
