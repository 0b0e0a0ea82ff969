"""Pages as pictures and words: PDFs, image files and plain texts behind one face.

Tiles of a page come from one drawing of the whole page in the resolution that fits, kept while tiles of it are asked for: a plan of
240 million pixels is decoded once, not for every tile.
"""

import io
import mmap
from typing import Any, Protocol

from PIL import Image

from foundation.pages.facts import Unreadable
from foundation.pages.inside import image_files

Region = tuple[int, int, int, int]  # left, top, width, height in pixels of the full resolution

MAX_DRAWN_PIXELS = 250_000_000
MAX_WIDTH = 4096
# JPEG, because the viewer waits for it: WebP of a typed page takes ten times as long to write and three times as long to decode, for a third
# fewer bytes. Colours at full resolution: red and blue letters stay as sharp as black ones.
JPEG = {"quality": 85, "subsampling": 0}
# A scan is decoded in halves, quarters or eighths for nearly nothing; a picture that is a little narrower than asked for is worth it.
NARROWER = 0.85


class Sheets(Protocol):
    """A file of pages. Sizes are as shown, turned as the page says."""

    count: int

    def size(self, number: int) -> dict[str, float]:
        """Give `width_pt`, `height_pt` and the full resolution `width_px`, `height_px` of a page."""

    def words(self, number: int) -> list[tuple[str, float, float, float, float]]:
        """Give the words of a page with left, top, width and height in fractions of it."""

    def image(self, number: int, *, width: int, region: Region | None) -> bytes:
        """Draw a page, or a region of it, `width` pixels wide."""

    def close(self) -> None:
        """Let the file go."""


def open_sheets(content: mmap.mmap) -> Sheets:
    """Open a file by its content: a PDF, an image, otherwise a text."""
    head = content[:1024]
    if b"%PDF-" in head:
        from foundation.pages.inside.pdf_drawing import PdfSheets

        return PdfSheets(content)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG", b"II", b"MM", b"GIF8", b"RIFF", b"BM", b"\x00\x00\x00\x0cjP", b"\xff\x4f\xff\x51")):
        try:
            return ImageSheets(content)
        except Unreadable:
            if head.startswith((b"II", b"MM", b"BM", b"RIFF")):
                return _text(content)  # letters may begin so, too
            raise
    return _text(content)


def _text(content: mmap.mmap) -> Sheets:
    from foundation.pages.inside.text_drawing import TextSheets

    return TextSheets(content)


def encoded(image: Image.Image) -> bytes:
    """Write a picture for the browser."""
    buffer = io.BytesIO()
    if image.mode not in {"L", "RGB"}:
        image = image.convert("L" if image.mode == "1" else "RGB")
    image.save(buffer, "JPEG", **JPEG)
    return buffer.getvalue()


def fitted(image: Image.Image, width: int) -> Image.Image:
    """Scale a picture down to a width, without enlarging it; black and white becomes grey so that thin strokes stay."""
    if image.width <= width:
        return image
    if image.mode == "1":
        image = image.convert("L")
    height = max(1, round(image.height * width / image.width))
    # Averaging whole blocks first makes a large plan as cheap as a letter.
    return image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)


class Tiles:
    """The drawing of one page, kept for the next tile of it."""

    def __init__(self) -> None:
        self.key: tuple[int, int] | None = None
        self.drawing: Image.Image | None = None

    def cut(self, number: int, full: tuple[int, int], region: Region, width: int, draw: Any) -> Image.Image:
        """Cut a region out of a page's drawing; `draw(number, width)` makes that drawing when there is none that fits.

        The drawing has the full resolution, or half of it, a quarter …, whatever suffices for the tile.
        """
        left, top, region_width, region_height = region
        left, top = min(max(left, 0), full[0] - 1), min(max(top, 0), full[1] - 1)
        region_width, region_height = min(max(region_width, 1), full[0] - left), min(max(region_height, 1), full[1] - top)
        step = 0
        while step < 5 and region_width >> (step + 1) >= width:
            step += 1
        if self.key != (number, step) or self.drawing is None:
            self.key = self.drawing = None
            self.drawing = draw(number, max(1, full[0] >> step))
            self.key = (number, step)
        scale_x, scale_y = self.drawing.width / full[0], self.drawing.height / full[1]
        box = (left * scale_x, top * scale_y, (left + region_width) * scale_x, (top + region_height) * scale_y)
        corners = tuple(round(value) for value in box)
        tile = self.drawing.crop((corners[0], corners[1], max(corners[2], corners[0] + 1), max(corners[3], corners[1] + 1)))
        return fitted(tile, width)

    def forget(self) -> None:
        """Give the memory back."""
        self.key = self.drawing = None


class ImageSheets:
    """An image file: TIFF with many pages, JPEG, PNG."""

    def __init__(self, content: mmap.mmap) -> None:
        with image_files.opened(content) as image:
            self.count = image_files.frame_count(image)
        self.content = content
        self.tiles = Tiles()

    def size(self, number: int) -> dict[str, float]:
        with image_files.opened(self.content) as image:
            facts = image_files.facts(image, number)
            turned = facts["rotation"] in {90, 270}
            width, height = image.size[::-1] if turned else image.size
        return {"width_pt": facts["width_pt"], "height_pt": facts["height_pt"], "width_px": width, "height_px": height}

    def words(self, number: int) -> list[tuple[str, float, float, float, float]]:
        return []  # they stand in the derived PDF

    def image(self, number: int, *, width: int, region: Region | None) -> bytes:
        if region is None:
            return encoded(fitted(self._drawn(number, width), width))
        size = self.size(number)
        full = (int(size["width_px"]), int(size["height_px"]))
        return encoded(self.tiles.cut(number, full, region, width, self._drawn))

    def _drawn(self, number: int, width: int) -> Image.Image:
        self.tiles.forget()
        with image_files.opened(self.content) as image:
            image.seek(number - 1)
            image_files.check_size(image)
            across = image.height if image_files.turn(image) in {90, 270} else image.width
            if image.format == "JPEG" and image.mode in {"L", "RGB"}:
                least = width * NARROWER / across
                image.draft(image.mode, (int(image.width * least), int(image.height * least)))
            return fitted(image_files.upright(image), width)

    def close(self) -> None:
        self.tiles.forget()
        self.content.close()
