"""What tests of municipalities share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def centre(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A centre that this node has joined, and that its courier meets (tests/node/tenants/a_centre.py)."""
    from django.core.cache import cache

    from foundation import calling
    from tenants import joining
    from tests.node.tenants.a_centre import Centre

    settings.CHANNEL = tmp_path / "channel"
    made = Centre()
    joining.remember(made.known)
    monkeypatch.setattr(calling, "post", made.post)
    cache.clear()
    return made
