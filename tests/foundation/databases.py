"""Real databases for tests of the foundation, which knows no municipality: SQLite in a file, and PostgreSQL where a test cluster is named.

In PostgreSQL each process of a parallel run has a schema of its own, so that nobody meets another's tables.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.db import connections
from django.db.models import Model
from django.test import override_settings

SCHEMA = f"tests_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
ENGINES = ["sqlite", *(["postgresql"] if os.environ.get("EAKTE_TEST_DATABASE_URL") else [])]


@contextmanager
def database(engine: str, folder: Path, *models: type[Model]) -> Iterator[str]:
    """Give the alias of a database that has tables for these models. Nobody routes: every query names the alias itself."""
    alias = f"foundation_{engine}"
    with override_settings(DATABASE_ROUTERS=[]):
        connections.settings[alias] = _settings(engine, folder)
        try:
            _tables(alias, models, make=True)
            yield alias
        finally:
            _tables(alias, models, make=False)
            connections[alias].close()
            with suppress(AttributeError):
                del connections[alias]
            del connections.settings[alias]


def _tables(alias: str, models: tuple[type[Model], ...], *, make: bool) -> None:
    with connections[alias].schema_editor() as editor:
        if connections[alias].vendor == "postgresql":
            editor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        for model in models if make else reversed(models):
            (editor.create_model if make else editor.delete_model)(model)


def _settings(engine: str, folder: Path) -> dict[str, Any]:
    if engine == "sqlite":
        where: dict[str, Any] = {"NAME": str(folder / "rows.sqlite3"), "OPTIONS": {"timeout": 10, "init_command": "PRAGMA synchronous=OFF"}}
    else:
        url = urlsplit(os.environ["EAKTE_TEST_DATABASE_URL"])
        where = {
            "NAME": url.path.lstrip("/"),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or parse_qs(url.query).get("host", [""])[0],
            "PORT": str(url.port or parse_qs(url.query).get("port", [""])[0]),
            "OPTIONS": {"options": f"-c client_min_messages=warning -c search_path={SCHEMA}"},
        }
    return {
        "ENGINE": f"django.db.backends.{'sqlite3' if engine == 'sqlite' else engine}",
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "TEST": {"CHARSET": None, "COLLATION": None, "MIGRATE": False, "MIRROR": None, "NAME": None},
        **where,
    }
