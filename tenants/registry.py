"""The municipalities of this node: a snapshot of the registry file, replaced as a whole, never changed in place.

The file is written by commands (write()); every process notices a new one within a second. A broken file keeps the last good
snapshot, so that a slip of the pen at one desk does not stop five town halls.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.db import connections

from .current import Municipality

logger = logging.getLogger(__name__)
SLUG = re.compile(r"[a-z][a-z0-9_-]{1,39}")
SECONDS_BETWEEN_LOOKS = 1.0
# The centre has no municipalities; only its template database is lent an alias while it is made.
ELSEWHERE: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "OPTIONS": {}}


class BrokenRegistry(Exception):
    """The registry file cannot be used; the message says why."""


@dataclass(frozen=True)
class _Snapshot:
    by_host: dict[str, Municipality] = field(default_factory=dict)
    by_slug: dict[str, Municipality] = field(default_factory=dict)
    stamp: tuple[int, int] | None = None


_snapshot = _Snapshot()
_looked_at = 0.0
_lock = threading.Lock()
_lent: dict[str, Municipality] = {}
_settings_of: dict[str, dict[str, Any]] = {}


def by_host(host: str) -> Municipality | None:
    """Find the municipality of a Host header (with or without a port)."""
    return _current().by_host.get(host.rsplit(":", 1)[0].lower() if not host.endswith("]") else host)


def by_slug(slug: str) -> Municipality | None:
    return _current().by_slug.get(slug)


def everyone() -> list[Municipality]:
    """All active municipalities, in the order of their slugs."""
    return [_current().by_slug[slug] for slug in sorted(_current().by_slug)]


def several() -> bool:
    """Tell whether this node serves more than one municipality."""
    return len(_current().by_slug) > 1


def look_again() -> None:
    """Read the file now, whatever the clock says (after this process wrote it, and in tests)."""
    global _looked_at
    _looked_at = 0.0
    _current()


@contextmanager
def lent(municipality: Municipality) -> Iterator[None]:
    """Give a database an alias without an entry in the file (a municipality in the making)."""
    with _lock:
        _lent[municipality.alias] = municipality
        _install(_snapshot.by_slug.values())
    try:
        yield
    finally:
        with _lock:
            del _lent[municipality.alias]
            _install(_snapshot.by_slug.values())


def write(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Change the registry file: one writer at a time, a new file moved over the old one.

    `change` gets the rows and returns the new ones; they are checked before anything is written (BrokenRegistry).
    """
    with held() as put:
        put(change(rows()))


@contextmanager
def held() -> Iterator[Callable[[list[dict[str, Any]]], None]]:
    """Be the one writer for a block; gives what puts new rows into force, as often as it is called. Not to be entered twice.

    For acts that decide on rows() and do more than to write them: nobody changes the file meanwhile, readers do not wait.
    """
    path = Path(settings.MUNICIPALITY_REGISTRY)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield partial(_put, path)


def _put(path: Path, changed: list[dict[str, Any]]) -> None:
    _parse({"municipalities": changed})
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".registry-")
    with os.fdopen(handle, "w") as file:
        json.dump({"municipalities": changed}, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    hand_over(path, path.with_suffix(".lock"))
    look_again()


def hand_over(*paths: Path) -> None:
    """Give what root made to the owner of the folder it lies in: the service runs as an unprivileged user."""
    if os.geteuid() != 0:
        return
    for path in paths:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def rows() -> list[dict[str, Any]]:
    """The registry file as it stands, inactive municipalities too."""
    path = Path(settings.MUNICIPALITY_REGISTRY)
    found: list[dict[str, Any]] = json.loads(path.read_text())["municipalities"] if path.exists() else []
    return found


def database_from_url(url: str) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?host=/socket into Django's settings."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise BrokenRegistry("A database address looks like postgresql://user:password@host:port/name.")
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or query.get("port", "")),
    }


def _current() -> _Snapshot:
    global _looked_at
    now = time.monotonic()
    if now - _looked_at >= SECONDS_BETWEEN_LOOKS or not _looked_at:
        with _lock:
            _looked_at = now
            _look()
    return _snapshot


def _look() -> None:
    global _snapshot
    path = Path(settings.MUNICIPALITY_REGISTRY)
    try:
        status = path.stat()
    except FileNotFoundError:
        return  # a fresh node, or a file just being replaced by hand: keep what we know
    stamp = (status.st_mtime_ns, status.st_ino)
    if stamp == _snapshot.stamp:
        return
    try:
        found = _parse(json.loads(path.read_text()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BrokenRegistry) as error:
        logger.error("The registry %s cannot be used (%s); the last good one stays in force.", path.name, error)
        _snapshot = _Snapshot(_snapshot.by_host, _snapshot.by_slug, stamp)
        return
    _install(found)
    _snapshot = _Snapshot({host: m for m in found for host in m.hosts}, {m.slug: m for m in found}, stamp)


def parse_row(row: dict[str, Any]) -> Municipality:
    """Turn one row of the file into a municipality; raises BrokenRegistry."""
    if not SLUG.fullmatch(row["slug"]):
        raise BrokenRegistry(f"{row['slug']!r} is no slug (small letters, digits, hyphens).")
    return Municipality(
        slug=row["slug"],
        name=row.get("name", row["slug"]),
        hosts=tuple(host.lower() for host in row["hosts"]),
        database=database_from_url(row["database_url"]),
        store=Path(row["store"]),
        practice=bool(row.get("practice", False)),
        golden=row.get("golden", ""),
        course=row.get("course", ""),
        trainee=row.get("trainee", ""),
        account=row.get("account", ""),
        until=datetime.fromisoformat(row["until"]) if row.get("until") else None,
    )


def _parse(data: dict[str, Any]) -> list[Municipality]:
    found = [parse_row(row) for row in data["municipalities"] if row.get("state", "active") == "active"]
    _refuse_doubles("slug", (m.slug for m in found))
    _refuse_doubles("host", (host for m in found for host in m.hosts))
    _refuse_doubles("store", (str(m.store) for m in found))
    _refuse_doubles("database", (f"{m.database['HOST']}:{m.database['PORT']}/{m.database['NAME']}" for m in found))
    return found


def _refuse_doubles(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise BrokenRegistry(f"Two municipalities share the {what} {value}.")
        seen.add(value)


def _install(found: Iterable[Municipality]) -> None:
    """Give Django the aliases. The dictionary is replaced, not changed: other threads are iterating over it.

    The settings of one alias stay the same object for ever, changed in place: wrappers in other threads hold it, and what it says
    takes effect at their next connect, also for a municipality that was away in between.
    """
    new = {alias: values for alias, values in connections.settings.items() if not alias.startswith("m_")}
    for municipality in [*found, *_lent.values()]:
        values = connection_settings(municipality)
        known = _settings_of.setdefault(municipality.alias, values)
        if known != values:
            known.update(values)
        new[municipality.alias] = known
    connections.settings = new


def connection_settings(municipality: Municipality) -> dict[str, Any]:
    """Fill in every key that Django's own start-up would have filled in."""
    defaults: dict[str, Any] = getattr(settings, "MUNICIPALITY_DATABASE", ELSEWHERE)
    return {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "TIME_ZONE": None,
        "TEST": {"CHARSET": None, "COLLATION": None, "MIGRATE": True, "MIRROR": None, "NAME": None},
        **defaults,
        **municipality.database,
        "OPTIONS": {**defaults["OPTIONS"], **municipality.database.get("OPTIONS", {})},
    }
