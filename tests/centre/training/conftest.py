"""What tests of training share: the doors' clock, a cache in which nothing is counted yet, and a post office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.centre.hotline.test_sending import Postman
from tests.centre.training.post import post_office
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


@pytest.fixture
def postman() -> Iterator[Postman]:
    """What a real SMTP server has got, that the settings name."""
    with post_office() as postman:
        yield postman
