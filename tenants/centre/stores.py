"""Where the competence centre keeps what people send it."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from foundation.store import Store


def of_centre() -> Store:
    """Attachments of the hotline's messages. Also the setting UPLOAD_STORE: uploads are streamed to it while they arrive."""
    return _store(Path(settings.CENTRE_STORE))


def of_certificates() -> Store:
    """Sheets that were issued. Beside the attachments and not among them: there what no message refers to is swept away."""
    root = Path(settings.CENTRE_STORE) / "certificates"
    if not root.is_dir():
        root.mkdir(mode=0o750)  # only in a store that is there: a disk that is not mounted stays an error
    return _store(root)


@lru_cache(maxsize=16)
def _store(root: Path) -> Store:
    return Store(root)
