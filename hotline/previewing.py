"""Previews of attached pictures: drawn anew in the sandbox, so that nothing of the sender's bytes reaches a browser as a picture."""

from __future__ import annotations

from functools import lru_cache

from foundation.pages.images import Renderers, Unreadable
from foundation.store import StoreError
from tenants.centre import stores

from .models import Attachment

WIDTH = 640  # pixels


class NoPreview(Exception):
    """There is none: no picture by its content, damaged, or its bytes are not to be had now."""


def preview(attachment: Attachment) -> bytes:
    """A JPEG of a PNG or JPEG that was sent, at most 640 pixels wide. Raises NoPreview."""
    if not attachment.is_picture:
        raise NoPreview
    store = stores.of_centre()
    try:
        store.open_verified(attachment.sha256).close()
        return _renderers().render("centre", store.path(attachment.sha256), 1, width=WIDTH)
    except (Unreadable, StoreError) as trouble:
        raise NoPreview from trouble


@lru_cache(maxsize=1)
def _renderers() -> Renderers:
    return Renderers(processes=1)
