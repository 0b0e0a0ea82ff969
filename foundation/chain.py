"""A hash chain over salted digests, checkable by anybody with a JSON and a SHA-256 library.

Every link hashes the one before, what happened, and digests of old and new values. A digest is SHA-256 over salt and value: when
the law demands it, value and salt are erased, nobody can guess the value any more, and the chain stays valid.

To check from outside: for each link in the order of `sequence`, serialise the list
`[previous, sequence, at, act, actor, object_kind, object_id, file_id, digests]` as JSON (UTF-8, keys sorted, separators "," and ":", `at` in
UTC with microseconds), take its SHA-256 in hexadecimal, and compare it with `hash`; `previous` must be the hash before, GENESIS for the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """One entry as it was stored."""

    sequence: int
    at: datetime
    act: str
    actor: str
    object_kind: str
    object_id: str
    file_id: str | None
    digests: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class Break:
    """A row at which the chain does not hold, and why."""

    sequence: int
    reason: str


def salted_digest(value: str | None, salt: str) -> str | None:
    """Digest of a value; None stays None ("there was no value" is no secret)."""
    return None if value is None else hashlib.sha256(f"{salt}\x00{value}".encode()).hexdigest()


def entry_hash(
    *,
    previous: str,
    sequence: int,
    at: datetime,
    act: str,
    actor: str,
    object_kind: str,
    object_id: str,
    file_id: str | None,
    digests: Mapping[str, Any],
) -> str:
    """Hash of one link over everything it says and the link before."""
    said = [previous, sequence, at.astimezone(UTC).isoformat(timespec="microseconds"), act, actor, object_kind, object_id, file_id, digests]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(links: Iterable[Link]) -> Iterator[Break]:
    """Walk a chain in order; yields every row that was changed, deleted before, or inserted."""
    expected, previous = 1, GENESIS
    for link in links:
        if link.sequence > expected:
            yield Break(link.sequence, f"rows {expected} to {link.sequence - 1} are missing")
        elif link.sequence < expected:
            yield Break(link.sequence, "a row with this number was there already")
        if link.previous != previous and link.sequence <= expected:
            yield Break(link.sequence, "it does not continue the row before")
        said = entry_hash(
            previous=link.previous,
            sequence=link.sequence,
            at=link.at,
            act=link.act,
            actor=link.actor,
            object_kind=link.object_kind,
            object_id=link.object_id,
            file_id=link.file_id,
            digests=link.digests,
        )
        if said != link.hash:
            yield Break(link.sequence, "its content was changed")
        expected, previous = link.sequence + 1, link.hash
