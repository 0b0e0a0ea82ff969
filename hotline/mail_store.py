"""Where the bytes of mails lie: as they came, write-once, under their hash."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from foundation.store import Store


def store() -> Store:
    """The store of this site's mails. Its folder is made with the first mail: it lies in the site's own folder, whose disk is there."""
    root = Path(settings.MAIL_STORE)
    if not root.is_dir():
        root.mkdir(mode=0o750)
    return _store(root)


def raw_of(sha256: str) -> bytes:
    """The bytes of a mail. Raises foundation.store.StoreError: gone, damaged, or no disk."""
    with store().open_verified(sha256) as opened:
        return opened.read()


@lru_cache(maxsize=8)
def _store(root: Path) -> Store:
    return Store(root)
