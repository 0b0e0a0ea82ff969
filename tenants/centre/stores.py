"""Where the competence centre keeps what people send it."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from foundation.store import Store


def of_centre() -> Store:
    """Attachments of the hotline's messages. Also the setting UPLOAD_STORE: uploads are streamed to it while they arrive."""
    return _store(Path(settings.CENTRE_STORE))


@lru_cache(maxsize=16)
def _store(root: Path) -> Store:
    return Store(root)
