"""A golden town of the tests, and the practice towns that are made of it: real databases, removed afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from psycopg.sql import SQL, Identifier

from tenants import cloning, current, practising, provisioning, registry, staffing, stores
from tenants.roles import Role

GOLDEN, HOST = "lernstadt", "lernstadt.localhost"
COURSE, OTHER_COURSE = "c0000000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000002"
ERIKA, MAX = UUID(int=0xE), UUID(int=0xF)
AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
UNTIL = AT + timedelta(days=2)
PAPER = b"Ein Widerspruch, erfunden."


def make_golden() -> dict[str, Any]:
    """A practice municipality with a clerk, an administrator and a paper in its store; returns its row."""
    provisioning.create_municipality(slug=GOLDEN, hosts=[HOST], name="Lernstadt", practice=True)
    with current.use(registry.by_slug(GOLDEN)):
        for username, name, role in (("g.uebel", "Greta Übelacker", Role.CLERK), ("o.sahin", "Ömer Şahin", Role.ADMINISTRATOR)):
            person = staffing.create_person(username=username, display_name=name, roles=[role], by=None, at=AT)
            person.set_password("geheim-in-der-Lernstadt")
            person.save()
        stores.of_municipality().put(PAPER)
    connections[f"m_{GOLDEN}"].close()
    return row_of(GOLDEN)


def row_of(slug: str) -> dict[str, Any]:
    return next(row for row in registry.rows() if row["slug"] == slug)


def open_town(trainee: UUID = ERIKA, name: str = "Erika Muster", **other: Any) -> practising.Opened:
    return practising.open_town(**{"golden": GOLDEN, "course": COURSE, "trainee": trainee, "name": name, "until": UNTIL, "at": AT, **other})


def change_row(slug: str, /, **said: Any) -> None:
    """What somebody writes into the registry by hand; None takes a key away."""

    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{k: v for k, v in (row | said).items() if v is not None} if row["slug"] == slug else row for row in rows]

    registry.write(change)


def databases() -> set[str]:
    with cloning.connect(settings.ADMIN_DATABASE_URL) as server:
        return {name for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()}


def ours() -> set[str]:
    """Databases that these tests make; others come and go meanwhile."""
    return {name for name in databases() if name.startswith(("eakte_uebung", "eakte_lernstadt", "eakte_golden", "eakte_doomed"))}


def roles() -> set[str]:
    with cloning.connect(settings.ADMIN_DATABASE_URL) as server:
        return {name for (name,) in server.execute("SELECT rolname FROM pg_roles").fetchall()}


def rename(name: str, to: str) -> None:
    with cloning.connect(settings.ADMIN_DATABASE_URL) as server:
        server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(to)))


def let_go() -> None:
    """Close this thread's connections to the towns of these tests."""
    for alias in list(connections.settings):
        if alias.startswith(("m_uebung", "m_lernstadt")):
            connections[alias].close()


@contextmanager
def clean_afterwards(*beginnings: str) -> Iterator[None]:
    """Remove all databases, roles and folders whose names begin so, whatever the tests did with them."""
    try:
        yield
    finally:
        let_go()
        with cloning.connect(settings.ADMIN_DATABASE_URL) as server:
            for name in databases():
                if name.startswith(beginnings):
                    server.execute(SQL("ALTER DATABASE {} IS_TEMPLATE false").format(Identifier(name)))
                    server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
            for name in roles():
                if name.startswith(beginnings):
                    server.execute(SQL("DROP ROLE {}").format(Identifier(name)))
        for folder in (settings.MUNICIPALITY_STORES, settings.MUNICIPALITY_INDEXES):
            for path in folder.iterdir() if folder.is_dir() else []:
                if path.name.startswith(("uebung-", ".doomed", *(b.replace("eakte_golden_", ".golden-") for b in beginnings), *beginnings)):
                    shutil.rmtree(path)
