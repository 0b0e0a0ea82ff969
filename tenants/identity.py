"""Who this site is to others: an id, and its keys, in a file of its own (EAKTE_CHANNEL) that only the service may read. Never in a database."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from foundation import signed

from . import registry


@dataclass(frozen=True)
class Identity:
    """`key` signs; `other` is a node's next key, while it is being brought in."""

    id: str
    key: signed.Key
    other: signed.Key | None = None


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
        kept: dict[str, Any] = {"id": wanted.id, "key": wanted.key.as_jwk()}
        signed.write(path, kept | ({"other": wanted.other.as_jwk()} if wanted.other else {}))
        registry.hand_over(path.parent, path, path.with_suffix(".lock"))
    return wanted


def anew(_known: Identity | None = None) -> Identity:
    """Somebody whom nobody knows yet."""
    return Identity(str(uuid4()), signed.Key.new())


def with_next(known: Identity) -> Identity:
    """Have a next key ready; one that is ready already stays, so that a rotation can be repeated."""
    return replace(known, other=known.other or signed.Key.new())


def _path() -> Path:
    return Path(settings.CHANNEL) / "identity.json"


def _read() -> Identity:
    try:
        kept = json.loads(_path().read_text())
        other = signed.Key.from_jwk(kept["other"]) if kept.get("other") else None
        return Identity(str(kept["id"]), signed.Key.from_jwk(kept["key"]), other)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise signed.BrokenKey("identity.json cannot be read.") from error
