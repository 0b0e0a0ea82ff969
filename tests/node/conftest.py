"""Two municipalities, Musterstadt in force.

Every test of tests/node runs with Musterstadt in force, inside transactions on both databases that are rolled back. Ask for
`beispielheim` to have the other one at hand: `with current.use(beispielheim): …`. Its content type and permission ids differ on
purpose. `transactional` (first in the argument list) gives real commits and fresh databases afterwards: for threads and processes.
Mark a test `@pytest.mark.nowhere` to have no municipality in force.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import override_settings

SLUGS = ("musterstadt", "beispielheim")

# Ids of the second town differ, as they do in life: applications were installed there in another order.
OTHER_IDS = """
SET session_replication_role = replica;
UPDATE django_content_type SET id = id + 1000;
UPDATE auth_permission SET id = id + 5000, content_type_id = content_type_id + 1000;
UPDATE auth_group SET id = id + 300;
SELECT setval(pg_get_serial_sequence('django_content_type', 'id'), 2000), setval(pg_get_serial_sequence('auth_permission', 'id'), 9000),
       setval(pg_get_serial_sequence('auth_group', 'id'), 900);
"""


class Towns:
    """The databases of one test process; made anew when a test has really committed."""

    def __init__(self, server_url: str, folder: Path, worker: str) -> None:
        self.server_url, self.folder, self.worker = server_url, folder, worker
        self.used_up = True

    def database(self, slug: str) -> str:
        return f"test_{slug}_{self.worker}"

    def row(self, slug: str) -> dict[str, Any]:
        from tenants import cloning

        store = self.folder / "store" / slug
        store.mkdir(parents=True, exist_ok=True)
        return {
            "slug": slug,
            "name": slug.capitalize(),
            "hosts": [f"{slug}.localhost"],
            "database_url": cloning.url_of(self.server_url, database=self.database(slug)),
            "store": str(store),
        }

    def ready(self) -> None:
        """Both towns as they were after their creation."""
        from tenants import cloning, registry

        if self.used_up:
            self.remove()
            for slug in SLUGS:
                cloning.clone(admin_url=self.server_url, name=self.database(slug))
            with cloning.connect(cloning.url_of(self.server_url, database=self.database("beispielheim"))) as second:
                second.execute(OTHER_IDS)
            self.used_up = False
        rows = [self.row(slug) for slug in SLUGS]
        path = self.folder / "municipalities.json"
        if not path.exists() or registry.rows() != rows:
            registry.write(lambda _rows: rows)

    def remove(self) -> None:
        from tenants import cloning

        for slug in SLUGS:
            with_alias = f"m_{slug}"
            if with_alias in connections.settings:
                connections[with_alias].close()
            cloning.drop(admin_url=self.server_url, name=self.database(slug))


@pytest.fixture(scope="session")
def _towns(server_url: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Towns]:
    folder = tmp_path_factory.mktemp("node")
    places = {
        "MUNICIPALITY_REGISTRY": folder / "municipalities.json",
        "MUNICIPALITY_STORES": folder / "store",
        "MUNICIPALITY_INDEXES": folder / "index",
        "IMAGE_CACHE": folder / "images",
        "SCRATCH": folder / "scratch",
        "CHANNEL": folder / "channel",
        "JOURNAL_ANCHORS": folder / "anchors",
        "ADMIN_DATABASE_URL": server_url,
    }
    towns = Towns(server_url, folder, worker_name)
    with override_settings(**places), django_db_blocker.unblock():
        yield towns
        towns.remove()


@contextmanager
def _rolled_back(aliases: list[str]) -> Iterator[None]:
    with ExitStack() as undo:
        for alias in aliases:
            block = transaction.atomic(using=alias)  # noqa: TID251 - the test holds it open from outside
            block._from_testcase = True
            block.__enter__()
            undo.callback(_roll_back, block, alias)
        yield


def _roll_back(block: Any, alias: str) -> None:
    transaction.set_rollback(True, using=alias)
    block.__exit__(None, None, None)
    connections[alias].run_on_commit.clear()


@pytest.fixture
def _in_both(request: pytest.FixtureRequest, _towns: Towns, django_db_blocker: Any) -> Iterator[Towns]:
    from tenants import breaker

    with django_db_blocker.unblock():
        _towns.ready()
        breaker.reset()
        if "transactional" in request.fixturenames:
            _towns.used_up = True
            yield _towns
            for slug in SLUGS:
                connections[f"m_{slug}"].close()
        else:
            with _rolled_back([f"m_{slug}" for slug in SLUGS]):
                yield _towns


@pytest.fixture(autouse=True)
def _somewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """Musterstadt is in force, unless no test cluster is named: then only tests without a database can run."""
    from tenants import current

    if not os.environ.get("EAKTE_TEST_DATABASE_URL"):
        yield
        return
    request.getfixturevalue("_in_both")
    chosen = None if request.node.get_closest_marker("nowhere") else request.getfixturevalue("musterstadt")
    with current.use(chosen):
        yield


@pytest.fixture
def musterstadt(_in_both: Towns) -> Any:
    from tenants import registry

    return registry.by_slug("musterstadt")


@pytest.fixture
def beispielheim(_in_both: Towns) -> Any:
    from tenants import registry

    return registry.by_slug("beispielheim")


@pytest.fixture
def transactional(_in_both: Towns) -> None:
    """Acts really commit; the databases are cloned anew for the next test."""


@pytest.fixture
def process_environment(_in_both: Towns) -> dict[str, str]:
    """Environment of real processes (commands, workers) that work on the same municipalities as the test."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ebehoerdenakte.settings.node",
        "EAKTE_MODE": "test",
        "EAKTE_VAR": str(_in_both.folder),
        "EAKTE_REGISTRY": str(_in_both.folder / "municipalities.json"),
        "EAKTE_STORES": str(_in_both.folder / "store"),
        "EAKTE_INDEXES": str(_in_both.folder / "index"),
        "EAKTE_ADMIN_DATABASE_URL": _in_both.server_url,
        "EAKTE_REDIS_URL": _broker_of_this_worker(),
    }


def _broker_of_this_worker() -> str:
    """A Redis database for each pytest-xdist worker, counted from the one that is named: queues must not meet."""
    url = os.environ.get("EAKTE_TEST_REDIS_URL") or os.environ.get("EAKTE_REDIS_URL", "")
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if found := re.search(r"([?&]db=|/)(\d+)$", url):
        url = url[: found.start(2)] + str(int(found[2]) + number)
    return url
