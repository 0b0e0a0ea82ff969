"""Which municipality is in force: one context variable, and the only ways to a transaction or a connection.

On a node every query belongs to one municipality; without one it raises. The centre has a single database of its own, and
the same functions name that one, so that code used by both sites is written once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from foundation.statements import Statement

P = ParamSpec("P")
R = TypeVar("R")


class NoMunicipality(RuntimeError):
    """Municipal data was asked for while no municipality is in force. Never answered by another database."""


class ForeignMunicipality(RuntimeError):
    """An object of one municipality was used while another is in force."""


@dataclass(frozen=True)
class Municipality:
    """One municipality as this node's registry knows it.

    `database` holds Django's connection settings; `store` is the root of its document store. `practice`: everything in it is made up.
    A practice town of one trainee (tenants.practising) also says whose copy it is (`golden`: a slug), for which course date and trainee
    (ids of the centre), which account is hers, and when it ends.
    """

    slug: str
    name: str
    hosts: tuple[str, ...]
    database: dict[str, Any] = field(repr=False, hash=False, compare=False)
    store: Path
    practice: bool = False
    state: str = "active"
    golden: str = ""
    course: str = ""
    trainee: str = ""
    account: str = ""
    until: datetime | None = None

    @property
    def alias(self) -> str:
        return f"m_{self.slug}"

    @property
    def index(self) -> Path:
        """Folder of the full-text index on this machine."""
        return Path(settings.MUNICIPALITY_INDEXES) / self.slug


_as_one: ContextVar[bool] = ContextVar("as_one", default=False)
_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory", default=None)
_in_force: ContextVar[Municipality | None] = ContextVar("municipality", default=None)


def municipality() -> Municipality:
    """Return the municipality in force; raises NoMunicipality."""
    found = _in_force.get()
    if found is None:
        raise NoMunicipality("No municipality is in force: refusing to touch municipal data.")
    return found


def municipality_or_none() -> Municipality | None:
    """For doors that serve both (log lines, cache keys); acts use municipality()."""
    return _in_force.get()


@contextmanager
def use(chosen: Municipality | None) -> Iterator[Municipality | None]:
    """Put a municipality in force for a block; None puts none in force."""
    token = _in_force.set(chosen)
    try:
        yield chosen
    finally:
        _in_force.reset(token)


def alias() -> str:
    """Name of the database that everything now in hand belongs to."""
    return "default" if settings.SITE == "centre" else municipality().alias


def connection() -> BaseDatabaseWrapper:
    """The connection of the municipality in force."""
    return connections[alias()]


def ask(statement: str, values: Sequence[Any] | Mapping[str, Any], *, anew: bool = False) -> list[tuple[Any, ...]]:
    """Rows of a statement that nearly every request asks: it is planned once per connection, where the connection lasts, or (`anew`) each time."""
    chosen = connection()
    with chosen.cursor() if anew else getattr(chosen, "prepared_cursor", chosen.cursor)() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def rows_of(statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
    """Rows of a compiled queryset, its blanks filled with the values."""
    return ask(*statement.filled(**values), anew=statement.anew)


def objects_of(statement: Statement, **values: Any) -> list[Any]:
    """Objects of a compiled queryset, its blanks filled with the values."""
    return statement.objects(rows_of(statement, **values))


@contextmanager
def atomic(*, durable: bool = False, savepoint: bool = True) -> Iterator[None]:
    """A transaction in the database of the municipality in force."""
    with transaction.atomic(using=alias(), durable=durable, savepoint=savepoint and not _as_one.get()):
        yield


@contextmanager
def as_one() -> Iterator[None]:
    """One transaction for several acts, without a savepoint for each: what is refused in one of them undoes all.

    For callers who then do them one by one. Nothing that was refused may be caught inside and gone on from.
    """
    with atomic():
        token = _as_one.set(True)
        try:
            yield
        finally:
            _as_one.reset(token)


def is_one() -> bool:
    """Whether several acts are being done as one, so that nothing that is refused may be gone on from."""
    return _as_one.get()


def on_commit(act: Callable[[], Any], *, key: Any = None) -> None:
    """Run `act` after the commit, with the same municipality in force. `key`: what it is known by until then (is_pending)."""
    chosen = municipality_or_none()

    def run() -> None:
        with use(chosen):
            act()

    run.key = (chosen, key)  # type: ignore[attr-defined]
    transaction.on_commit(run, using=alias())


def is_pending(key: Any) -> bool:
    """Whether something with this key will run after the commit of the transaction in hand.

    What is undone with a savepoint is pending no more; nobody outside of that savepoint can have been told that it was.
    """
    sought = (municipality_or_none(), key)
    return any(getattr(each[1], "key", None) == sought for each in connection().run_on_commit)


def inside(chosen: Municipality | None, act: Callable[P, R]) -> Callable[P, R]:
    """Bind a callable (a thread's target, a stream's step) to a municipality: querysets run where they are evaluated."""

    @functools.wraps(act)
    def bound(*args: P.args, **kwargs: P.kwargs) -> R:
        with use(chosen):
            return act(*args, **kwargs)

    return bound


def salt(purpose: str) -> str:
    """Salt for signing: a value signed for one municipality is worth nothing in another."""
    chosen = municipality_or_none()
    return f"{settings.SITE}:{chosen.slug if chosen else '-'}:{purpose}"


def cache_key(key: str, prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: the municipality is part of every cache key."""
    chosen = municipality_or_none()
    return f"{prefix}:{settings.SITE}:{'m:' + chosen.slug if chosen else 'all'}:{version}:{key}"


@contextmanager
def memory() -> Iterator[None]:
    """Remember resolved rights for the length of one request."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(key: Any, resolve: Callable[[], R]) -> R:
    """Resolve once per request; outside of one (tasks, commands, tests) every time."""
    known = _memory.get()
    if known is None:
        return resolve()
    key = (alias(), key)
    if key not in known:
        known[key] = resolve()
    return known[key]  # type: ignore[no-any-return]


def recalled(key: Any) -> Any:
    """What was remembered in this request, None if it has not been asked for yet (or outside of a request): asks nothing by itself."""
    known = _memory.get()
    return None if known is None else known.get((alias(), key))


def forget() -> None:
    """Drop what was remembered, after an act that changes rights."""
    known = _memory.get()
    if known is not None:
        known.clear()
