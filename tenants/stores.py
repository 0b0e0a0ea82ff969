"""The document store of the municipality in force, and that of the centre."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from foundation.store import Store

from . import current


def of_municipality() -> Store:
    return _store(current.municipality().store)


def of_centre() -> Store:
    """Where the competence centre keeps what people send it: attachments of the hotline's messages."""
    return _store(Path(settings.CENTRE_STORE))


def upload_store() -> Store:
    """Named by the setting UPLOAD_STORE: where uploads are streamed to while they arrive."""
    return of_centre() if settings.SITE == "centre" else of_municipality()


@lru_cache(maxsize=256)
def _store(root: Path) -> Store:
    return Store(root)
