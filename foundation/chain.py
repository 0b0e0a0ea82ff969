"""A hash chain over salted digests: changed, deleted and inserted rows show, and values can still be erased by law.

Each row carries digests of values, never values, and the hash of the row before. Values and their salts lie elsewhere; when they are
erased, a digest alone tells nothing (the salt had 128 random bits), and the chain stays valid.

To check a chain from outside, with nothing but the exported rows (JSON objects, oldest first) and Python:

    import hashlib, json
    FIELDS = "sequence at act actor actor_kind object_kind object_id file_id digests previous".split()
    LATER = "actor_id on_behalf_of".split()  # part of the hash wherever they say something
    def sha256(thing):
        return hashlib.sha256(json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
    sequence, previous = 0, "0" * 64
    for row in rows:
        assert row["sequence"] == sequence + 1, "a row is missing or was inserted"
        assert row["previous"] == previous, "does not follow the row before"
        said = {field: row[field] for field in FIELDS} | {field: row[field] for field in LATER if row.get(field)}
        assert row["hash"] == sha256(said), "the row was changed"
        sequence, previous = row["sequence"], row["hash"]
    # a value that was not erased:  assert digest == sha256([salt, value])

`on_behalf_of` (for whom a substitute acted) is hashed only where it is not empty: rows from before it existed keep their hashes.
`at` is in UTC with microseconds, "2026-11-22T17:50:00.000000+00:00"; what a row has no value for is null. The JSON is the canonical form
of RFC 8785 for everything that occurs here (text, whole numbers, null, objects with ASCII names).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """One row of a chain as it was read back. `at` knows its time zone."""

    sequence: int
    at: datetime
    act: str
    actor: str
    object_kind: str
    object_id: str
    digests: Mapping[str, Any]
    previous: str
    hash: str
    file_id: str | None = None
    actor_kind: str | None = None
    actor_id: str | None = None
    on_behalf_of: str = ""


@dataclass(frozen=True)
class Head:
    """The end of a chain, or of a part of it: what somebody outside wrote down, so that cut-off rows show too."""

    sequence: int = 0
    hash: str = GENESIS


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold, and why, in a sentence."""

    sequence: int
    reason: str


def salted_digest(value: str | None, salt: str) -> str:
    """Digest of a value that cannot be guessed once its salt is gone. No value and an empty one have different digests."""
    return _sha256([salt, value])


def fits(digest: str, value: str | None, salt: str | None) -> bool:
    """Whether a value is the one that was entered. An erased one (no salt) fits: its digest can contradict nothing."""
    return salt is None or salted_digest(value, salt) == digest


def entry_hash(
    *,
    previous: str,
    sequence: int,
    at: datetime,
    act: str,
    actor: str,
    object_kind: str,
    object_id: str,
    digests: Mapping[str, Any],
    file_id: str | None = None,
    actor_kind: str | None = None,
    actor_id: str | None = None,
    on_behalf_of: str = "",
) -> str:
    """Hash of a row. What came later (`actor_id`, `on_behalf_of`) is hashed where it says something, so that older rows keep their hash.

    Raises ValueError if `at` has no time zone.
    """
    later = {name: value for name, value in {"actor_id": actor_id, "on_behalf_of": on_behalf_of}.items() if value}
    return _sha256(
        {
            "sequence": sequence,
            "at": canonical_time(at),
            "act": act,
            "actor": actor,
            "actor_kind": actor_kind,
            "object_kind": object_kind,
            "object_id": object_id,
            "file_id": file_id,
            "digests": digests,
            "previous": previous,
            **later,
        }
    )


def canonical_time(at: datetime) -> str:
    """A moment as it is hashed: UTC, always with microseconds. Raises ValueError without a time zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def verify(entries: Iterable[Link], *, after: Head | None = None, until: Head | None = None) -> Iterator[Break]:
    """Walk a chain, oldest row first, and yield every place where it does not hold. One forged row is one break, not a thousand.

    `after`: where the part handed over begins (default: the very beginning). `until`: the head that somebody wrote down earlier; without it
    nobody can see that the newest rows were cut off.
    """
    last = after or Head()
    met = until is None or until == last
    for entry in entries:
        if reason := _reason(entry, last):
            yield Break(entry.sequence, reason)
        if entry.sequence > last.sequence:  # what was pushed in between is no row to go on from
            last = Head(entry.sequence, entry.hash)
        met = met or until == last
    if until is not None and not met:
        yield Break(
            until.sequence, _("The chain does not reach the row that was written down earlier: rows at its end were cut off or replaced.")
        )


def _reason(entry: Link, last: Head) -> str:
    if entry.sequence > last.sequence + 1:
        return _("Rows are missing between %(last)s and %(this)s.") % {"last": last.sequence, "this": entry.sequence}
    if entry.sequence <= last.sequence:
        return _("The row was inserted: its number was given before.")
    if entry.previous != last.hash:
        return _("The row does not follow the one before: one of the two was replaced, or a row was deleted or inserted here.")
    return _("The row was changed after it was entered.") if _hash_of(entry) != entry.hash else ""


def _hash_of(entry: Link) -> str:
    return entry_hash(
        previous=entry.previous,
        sequence=entry.sequence,
        at=entry.at,
        act=entry.act,
        actor=entry.actor,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        digests=entry.digests,
        file_id=entry.file_id,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        on_behalf_of=entry.on_behalf_of,
    )


def _sha256(thing: Any) -> str:
    text = json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
