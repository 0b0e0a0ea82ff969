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
