"""The centre's single database, rolled back after each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import override_settings


@pytest.fixture(scope="session")
def _centre(server_url: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[None]:
    from tenants import cloning, registry

    name = f"test_centre_{worker_name}"
    var = tmp_path_factory.mktemp("centre")
    (var / "centre-store").mkdir()
    changed = override_settings(VAR=var, CENTRE_STORE=var / "centre-store", MAIL_STORE=var / "mails", CHANNEL=var / "channel")
    with changed, django_db_blocker.unblock():
        cloning.clone(admin_url=server_url, name=name)
        connections["default"].settings_dict.update(registry.database_from_url(cloning.url_of(server_url, database=name)))
        yield
        connections["default"].close()
        cloning.drop(admin_url=server_url, name=name)


COUNTED = """
    SELECT string_agg(format('SELECT %L AS name, count(*) AS rows FROM %I', relname, relname), ' UNION ALL ')
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def _rows_of_tables() -> dict[str, int]:
    """How many rows each table has that other connections see, too."""
    with connections["default"].cursor() as cursor:
        cursor.execute(COUNTED)
        [counting] = cursor.fetchone()
        cursor.execute(counting)
        return dict(cursor.fetchall())


@pytest.fixture(scope="module", autouse=True)
def _leaves_nothing_behind(_centre: None) -> Iterator[None]:
    """What threads with connections of their own write is not rolled back: a module that leaves some of it is named, not the next one that trips over it."""
    before = _rows_of_tables()
    yield
    after = _rows_of_tables()
    changed = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    assert not changed, f"rows that the tests of this module left behind, or took away: {changed}"


@pytest.fixture(autouse=True)
def _rolled_back(_centre: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        block = transaction.atomic(using="default")  # noqa: TID251 - the test holds it open from outside
        block._from_testcase = True  # type: ignore[attr-defined]
        with block:
            yield
            transaction.set_rollback(True, using="default")
        connections["default"].run_on_commit.clear()


@pytest.fixture
def node() -> Any:
    """A node of one municipality that has joined (tests/centre/nodes.py)."""
    from tests.centre.nodes import Node

    made = Node()
    made.joins()
    return made
