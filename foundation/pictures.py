"""Pictures that people put into texts: checked, turned upright, scaled down and written anew, so that nothing of the sent file is left in them."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

LARGEST = 5 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600  # pixels of what is kept: a screen's width
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg"}
_whole = threading.Lock()


class NoPicture(ValueError):
    """The bytes are no picture that can be taken: `reason` is "large", "kind", "pixels" or "broken"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept; sizes in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


def rewritten(content: bytes) -> Picture:
    """Read a PNG or JPEG and write it anew without what came along (place, camera, text). Raises NoPicture."""
    if len(content) > LARGEST:
        raise NoPicture("large")
    kind, image = _read(content)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = BytesIO()
    if kind == "JPEG":
        image.convert("RGB").save(written, "JPEG", quality=86, optimize=True)
    else:
        image.save(written, "PNG", optimize=True)
    return Picture(written.getvalue(), KINDS[kind], image.width, image.height)


def _read(content: bytes) -> tuple[str, Any]:
    try:
        with warnings.catch_warnings(action="ignore"), _only_whole_ones(), Image.open(BytesIO(content), formats=tuple(KINDS)) as opened:
            if opened.width * opened.height > MOST_PIXELS:  # before anything is unpacked
                raise NoPicture("pixels")
            kind = "PNG" if opened.format == "PNG" else "JPEG"  # a camera's JPEG may call itself MPO
            upright = ImageOps.exif_transpose(opened)
            mode = "RGBA" if kind == "PNG" and (upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info) else "RGB"
            image = upright.convert(mode)
            image.info = {}
            return kind, image
    except NoPicture:
        raise
    except UnidentifiedImageError as other:
        raise NoPicture("kind") from other
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, ZeroDivisionError, MemoryError) as broken:
        raise NoPicture("broken") from broken
    except Image.DecompressionBombError as bomb:
        raise NoPicture("pixels") from bomb


@contextmanager
def _only_whole_ones() -> Iterator[None]:
    """Refuse pictures that break off. Who makes PDFs in the same process has switched that off for all of it (WeasyPrint does when imported)."""
    with _whole:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
