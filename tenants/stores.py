"""The document store of the municipality in force."""

from functools import lru_cache
from pathlib import Path

from foundation.store import Store

from . import current


def of_municipality() -> Store:
    return _store(current.municipality().store)


def upload_store() -> Store:
    """Named by the setting UPLOAD_STORE: where uploads are streamed to while they arrive."""
    return of_municipality()


@lru_cache(maxsize=256)
def _store(root: Path) -> Store:
    return Store(root)
