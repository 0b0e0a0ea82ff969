from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, Any]]]:
    """Names, lanes and arguments of what was queued; the broker says that no message is waiting."""
    seen: list[tuple[str, str, dict[str, Any]]] = []
    monkeypatch.setattr("tenants.queues.send", lambda name, lane="house", **kwargs: seen.append((name, lane, kwargs)))
    monkeypatch.setattr("tenants.queues.waiting", lambda lane: 0)
    monkeypatch.setattr("tenants.queues.named", lambda lane: {})
    return seen
