"""A migrated template database per schema version: a new municipality is a copy of it, a quarter of a second old.

`CREATE DATABASE … TEMPLATE … STRATEGY wal_log` copies blocks; migrating anew takes seconds of processor time (figures: docs/decisions).
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg.sql import SQL, Identifier, Literal

from . import current, registry

ROLE = "eakte_template"
PREFIX = f"eakte_template_{settings.SITE}_"
LOCK = 0x65416B746554


def schema_version() -> str:
    """Twelve characters that change with any migration of any installed application."""
    digest = hashlib.sha256()
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    for (app, name), migration in sorted(migrations.items()):
        digest.update(f"{app}.{name}".encode())
        digest.update(Path(inspect.getfile(type(migration))).read_bytes())
    return digest.hexdigest()[:12]


def clone(*, admin_url: str, name: str, owner: str | None = None) -> None:
    """Create database `name` as a copy of this version's template, which is made first if there is none.

    `admin_url` names a role that may create databases and roles. With `owner` the copy and all in it belong to that role, and no
    other role may connect.
    """
    with _taking_turns(admin_url) as server:
        template = _template(server, admin_url)
        copy(server=server, template=template, name=name)
        if owner is not None:
            hand_to(server=server, admin_url=admin_url, name=name, owner=owner)


def copy(*, server: psycopg.Connection[Any], template: str, name: str) -> None:
    """Create database `name` as a copy of another one that nobody is connected to; nobody may connect to it yet."""
    server.execute(SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(Identifier(name), Identifier(template)))
    server.execute(SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(Identifier(name)))


def hand_to(*, server: psycopg.Connection[Any], admin_url: str, name: str, owner: str) -> None:
    """Give a copy, and all in it that belongs to the template's role, to another role."""
    server.execute(SQL("GRANT {} TO CURRENT_USER").format(Identifier(owner)))
    server.execute(SQL("ALTER DATABASE {} OWNER TO {}").format(Identifier(name), Identifier(owner)))
    with connect(url_of(admin_url, database=name)) as inside:
        inside.execute(SQL("REASSIGN OWNED BY {} TO {}").format(Identifier(ROLE), Identifier(owner)))


def make_role(*, server: psycopg.Connection[Any], name: str, password: str) -> None:
    """A role that may log in. One left behind by a municipality that was removed gets the new password."""
    act = "ALTER" if server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() else "CREATE"
    server.execute(SQL(act + " ROLE {} LOGIN PASSWORD {}").format(Identifier(name), Literal(password)))


def template_role(server: psycopg.Connection[Any]) -> str:
    """The role that owns what is to be copied; made at the first call."""
    if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
        server.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(ROLE)))
        server.execute(SQL("GRANT {} TO CURRENT_USER").format(Identifier(ROLE)))
    return ROLE


def drop(*, admin_url: str, name: str) -> None:
    """Remove a database with whoever is connected to it (tests; a provisioning that failed half-way)."""
    with connect(admin_url) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def connect(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


def url_of(url: str, *, database: str, user: str | None = None, password: str | None = None) -> str:
    """The same server, another database; with `user` another login too."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    login = parts.netloc.rpartition("@")[0] if user is None else f"{quote(user)}:{quote(password or '', safe='')}"
    return urlunsplit((parts.scheme, f"{login}@{place}" if login else place, f"/{quote(database)}", parts.query, ""))


@contextmanager
def _taking_turns(admin_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect(admin_url) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield server


def _template(server: psycopg.Connection[Any], admin_url: str) -> str:
    name = PREFIX + schema_version()
    found = {row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"])}
    if name in found:
        return name
    for outdated in found:
        server.execute(SQL("ALTER DATABASE {} IS_TEMPLATE false").format(Identifier(outdated)))
        server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(outdated)))
    template_role(server)
    making = PREFIX + "in_making"
    server.execute(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} STRATEGY wal_log").format(Identifier(making), Literal("UTF8")))
    _migrate(admin_url, making)
    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(making), Identifier(name)))
    server.execute(SQL("ALTER DATABASE {} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false").format(Identifier(name)))
    return name


def _migrate(admin_url: str, name: str) -> None:
    """Migrate as the template's role, so that the copy can be handed over to its owner in one go."""
    url = url_of(admin_url, database=name)
    with connect(url) as inside:
        inside.execute(SQL("GRANT CREATE ON DATABASE {} TO {}").format(Identifier(name), Identifier(ROLE)))
        inside.execute(SQL("GRANT ALL ON SCHEMA public TO {}").format(Identifier(ROLE)))
    making = current.Municipality(
        slug="in-making",
        name="",
        hosts=(),
        database={**registry.database_from_url(url), "OPTIONS": {"assume_role": ROLE}},
        store=Path("/nonexistent"),
    )
    with registry.lent(making), current.use(making):
        try:
            call_command("migrate", database=making.alias, verbosity=0, interactive=False)
        finally:
            connections[making.alias].close()
