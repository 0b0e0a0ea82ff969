"""pytest's side of tests/node/practice.py: one golden town for the tests of a module, as it was at the beginning of each."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tenants import registry
from tests.node import practice


@pytest.fixture(scope="module")
def golden_row(_towns: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One at a time of all that run side by side: practice towns are databases of the one server, and the tests look at all that are there."""
    with (tmp_path_factory.getbasetemp().parent / "practice.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield from _made()


def _made() -> Iterator[dict[str, Any]]:
    with practice.clean_afterwards("eakte_golden_lernstadt", "eakte_lernstadt"):
        yield practice.make_golden()


@pytest.fixture
def golden(golden_row: dict[str, Any], _in_both: Any, server_url: str) -> Iterator[Any]:
    """The golden town, in the registry beside the two real ones. What was frozen by an earlier test rests still, as in life."""
    registry.write(lambda rows: [*(row for row in rows if row["slug"] in ("musterstadt", "beispielheim")), golden_row])
    cache.clear()
    with practice.clean_afterwards("eakte_uebung", "eakte_doomed"):
        yield registry.by_slug(practice.GOLDEN)
        practice.let_go()
        golden_row.update(practice.row_of(practice.GOLDEN))
        registry.write(lambda rows: [row for row in rows if row["slug"] in ("musterstadt", "beispielheim")])
