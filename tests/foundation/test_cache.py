"""A cache whose server is away is an empty cache."""

from __future__ import annotations

import pytest

from foundation.cache import ForgivingCache


@pytest.fixture
def away() -> ForgivingCache:
    """A cache at an address where nobody listens."""
    return ForgivingCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}})


class TestForgivingCache:
    def test_finds_nothing(self, away: ForgivingCache) -> None:
        away.set("colour", "red")

        assert away.get("colour", "grey") == "grey"
        assert away.add("colour", "red") is False
        assert away.delete("colour") is False

    def test_counts_nothing_and_says_so_as_django_does(self, away: ForgivingCache) -> None:
        with pytest.raises(ValueError, match="attempts"):
            away.incr("attempts")
