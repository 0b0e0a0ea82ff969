"""What tests of training share: the doors' clock, and a cache in which nothing is counted yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.centre.training_factories import BEGINS


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Set the doors' clock."""

    def be(moment: Any) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    be(BEGINS)
    return be


@pytest.fixture
def fresh_cache() -> None:
    """Nobody has tried anything yet."""
    cache.clear()
