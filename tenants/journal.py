"""What happens to accounts, offices and settings is journaled; who keeps the journal registers here.

Records keep it on a node (their chain). Where nobody does, at the centre, the act becomes a log line.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model

from .models import User

logger = logging.getLogger(__name__)


class Writer(Protocol):
    def __call__(
        self, *, act: str, object: Model, by: User | None, at: datetime, changes: Mapping[str, tuple[Any, Any]] | None
    ) -> object: ...


_writers: list[Writer] = []


def register_writer(writer: Writer) -> None:
    """Called once from an AppConfig.ready()."""
    _writers[:] = [writer]


def enter(*, act: str, object: Model, by: User | None, at: datetime, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    """Say that `by` (None: the system) did `act` to `object`, with (old, new) for each field. Inside the act's transaction, last."""
    for writer in _writers:
        writer(act=act, object=object, by=by, at=at, changes=changes)
    if not _writers:
        fields = ", ".join(sorted(changes or {}))
        logger.info("%s: %s %s by %s (%s)", act, type(object).__name__, getattr(object, "public_id", object.pk), by or "system", fields)
