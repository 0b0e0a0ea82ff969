"""Pictures, tiles and words of pages for the screen, drawn in the sandbox and kept while they are looked at.

They come from the derived searchable PDF where there is one, otherwise from the original. The folder of pictures is sorted by
municipality and SHA-256 of the original: the same bytes are drawn once, and erasing them leaves no picture behind.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.image_cache import ImageCache
from foundation.pages.images import PageSize, Renderers, Unreadable, Word
from foundation.query import Query
from foundation.snippets import marks
from foundation.store import StoreError
from tenants import current, stores

from . import searching
from .models import DocumentVersion

NARROWEST, WIDEST = 50, 4000
TILE = 512  # pixels; the viewer's script lays squares of this size
WIDEST_GRID = 22_400
AHEAD = (1400, 240)  # what the viewer asks for first: a sheet at the width of a usual screen, and its thumbnail

logger = logging.getLogger(__name__)

__all__ = [
    "NARROWEST",
    "TILE",
    "WIDEST",
    "NoSuchPage",
    "NotReady",
    "Unreadable",
    "draw_first_page",
    "forget",
    "page_image",
    "page_tile",
    "page_words",
]


class NotReady(Exception):
    """The document is still being read; its pages are not known yet."""


class NoSuchPage(LookupError):
    """The document has no page or tile of this number, or no pages at all."""


def page_image(version: DocumentVersion, number: int, width: int = 1400) -> bytes:
    """Draw page `number` (from 1) as JPEG, at most `width` pixels wide (50 to 4000; others are brought into these bounds).

    A scan may come out up to 15 % narrower where that saves decoding it in full. Raises NotReady, NoSuchPage, Unreadable, NotInStore.
    """
    _require_page(version, number)
    width = min(max(width, NARROWEST), WIDEST)
    name = f"{number}-{width}.jpg"
    return _kept(version, name) or _keep(version, name, _renderers().render(_key(), _path(version), number, width=width))


def page_tile(version: DocumentVersion, number: int, width: int, x: int, y: int) -> bytes:
    """Draw one tile of a page in full sharpness: column `x` and row `y` (from 0) of squares of 512 pixels.

    The squares lie over the page drawn `width` pixels wide (at most 22,400). Tiles at the right and bottom edge are smaller; where
    the page has fewer pixels than asked for, a tile has fewer, too. Raises like page_image; NoSuchPage for a tile beside the page.
    """
    _require_page(version, number)
    width = min(max(width, TILE), WIDEST_GRID)
    name = f"{number}-{width}-{x}-{y}.jpg"
    if (known := _kept(version, name)) is not None:
        return known
    path = _path(version)
    left, top, across, down, shown = _region(_renderers().size(_key(), path, number), width, x, y)
    return _keep(
        version,
        name,
        _renderers().render(_key(), path, number, width=shown, region=(left, top, across, down)),
    )


def page_words(version: DocumentVersion, number: int, query: str | None = None) -> list[dict[str, Any]]:
    """List the words of a page in reading order: `t` text and `x`, `y`, `w`, `h`, its place in fractions of the page.

    `m` is 1 for words that show the search `query` (what was typed; one that means nothing marks nothing). An image without a
    searchable PDF has no words. Raises like page_image.
    """
    _require_page(version, number)
    if version.family == "image" and not version.searchable_sha256:
        return []
    words = _renderers().words(_key(), _path(version), number)
    marked = _marked(words, query) if query else set()
    return [
        {"t": word.text, "x": round(word.x, 5), "y": round(word.y, 5), "w": round(word.w, 5), "h": round(word.h, 5)}
        | ({"m": 1} if place in marked else {})
        for place, word in enumerate(words)
    ]


def draw_first_page(*, version_id: int) -> None:
    """Draw the picture and the thumbnail of a version's first page ahead, so that opening the file waits for nothing.

    What cannot be drawn is left to be said when somebody looks at it.
    """
    version = DocumentVersion.objects.filter(pk=version_id, state=DocumentVersion.State.READY).first()
    if version is None:
        return
    try:
        for width in AHEAD:
            page_image(version, 1, width=width)
    except (NotReady, NoSuchPage, Unreadable, StoreError) as trouble:
        logger.info("The first page of version %s was not drawn ahead: %s", version.public_id, trouble)


def forget(*, sha256: str) -> None:
    """Remove what was drawn of these bytes: they are erased."""
    _cache().forget(current.municipality().slug, sha256)


def _require_page(version: DocumentVersion, number: int) -> None:
    if version.page_count is None and version.being_read:
        raise NotReady(_("The document is still being read."))
    if not 1 <= number <= (version.page_count or 0):
        raise NoSuchPage(number)


def _region(size: PageSize, width: int, x: int, y: int) -> tuple[int, int, int, int, int]:
    """Left, top, width and height of a tile in the page's own pixels, and the pixels it is drawn wide."""
    scale = size.width_px / width
    height = round(width * size.height_px / size.width_px)
    if not (0 <= x * TILE < width and 0 <= y * TILE < height):
        raise NoSuchPage((x, y))
    across, down = min(TILE, width - x * TILE), min(TILE, height - y * TILE)
    left, top = min(round(x * TILE * scale), size.width_px - 1), min(round(y * TILE * scale), size.height_px - 1)
    right = min(max(round((x * TILE + across) * scale), left + 1), size.width_px)
    bottom = min(max(round((y * TILE + down) * scale), top + 1), size.height_px)
    return left, top, right - left, bottom - top, across


def _marked(words: list[Word], query: str) -> set[int]:
    """Places of the words that show a search; a phrase marks each of its words."""
    try:
        parsed: Query = searching.parse_question(query)
    except searching.CannotSearch:
        return set()
    starts, text = [], ""
    for word in words:
        starts.append(len(text))
        text += word.text + " "
    spans = marks(text, parsed)
    return {
        place
        for place, (start, word) in enumerate(zip(starts, words, strict=True))
        if any(start < end and begin < start + len(word.text) for begin, end in spans)
    }


def _path(version: DocumentVersion) -> Path:
    """Bytes to draw from, verified: a flipped bit is never shown. Raises NotInStore, Damaged."""
    store = stores.of_municipality()
    sha256 = version.searchable_sha256 or version.sha256
    store.open_verified(sha256).close()
    return store.path(sha256)


def _kept(version: DocumentVersion, name: str) -> bytes | None:
    return _cache().get(*_place(version, name))


def _keep(version: DocumentVersion, name: str, image: bytes) -> bytes:
    _cache().put(image, *_place(version, name))
    if not stores.of_municipality().has(version.sha256):
        forget(sha256=version.sha256)  # erased while it was being drawn
    return image


def _place(version: DocumentVersion, name: str) -> tuple[str, str, str]:
    # What was drawn before a reading straightened the page is another picture than what is drawn after it.
    source = (version.searchable_sha256 or version.sha256)[:12]
    return current.municipality().slug, version.sha256, f"{source}-{name}"


def _key() -> str:
    """A renderer serves one municipality only."""
    return current.municipality().slug


@lru_cache(maxsize=1)
def _renderers() -> Renderers:
    return Renderers()


def _cache() -> ImageCache:
    return _cache_in(Path(settings.IMAGE_CACHE), settings.IMAGE_CACHE_BYTES)


@lru_cache(maxsize=4)
def _cache_in(folder: Path, most_bytes: int) -> ImageCache:
    return ImageCache(folder, most_bytes=most_bytes)
