"""Plain text files as sheets of A4 in a typewriter's letters."""

import io
import itertools
import mmap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from foundation.pages.encoding import SAMPLE_BYTES, text_encoding
from foundation.pages.facts import MAX_PAGES
from foundation.pages.inside import text_files
from foundation.pages.inside.drawing import Region, encoded, fitted

FONTS = (
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
    "/usr/share/fonts/truetype/liberation2/LiberationMono-Regular.ttf",
)
MARGIN_PT = 42.0
TAB = 8
FULL_WIDTH = 2480


class TextSheets:
    """A text cut into pages as `text_files.pages` does."""

    def __init__(self, content: mmap.mmap) -> None:
        encoding = text_encoding(content[:SAMPLE_BYTES]) or "utf-8"
        self.content = content
        self.pages = list(itertools.islice(text_files.pages(io.BytesIO(content), encoding), MAX_PAGES))
        self.count = len(self.pages)
        width, height = text_files.A4_PT
        self.letter = (width - 2 * MARGIN_PT) / text_files.LINE_WIDTH
        self.line = (height - 2 * MARGIN_PT) / text_files.LINES_A_PAGE

    def size(self, number: int) -> dict[str, float]:
        width, height = text_files.A4_PT
        return {"width_pt": width, "height_pt": height, "width_px": FULL_WIDTH, "height_px": round(FULL_WIDTH * height / width)}

    def _rows(self, number: int) -> list[str]:
        rows: list[str] = []
        for line in self.pages[number - 1].split("\n"):
            line = line.expandtabs(TAB)
            rows += [line[i : i + text_files.LINE_WIDTH] for i in range(0, len(line), text_files.LINE_WIDTH)] or [""]
        return rows

    def words(self, number: int) -> list[tuple[str, float, float, float, float]]:
        width, height = text_files.A4_PT
        found = []
        for row, line in enumerate(self._rows(number)):
            column = 0
            for word in line.split(" "):
                if word:
                    left, top = (MARGIN_PT + column * self.letter) / width, (MARGIN_PT + row * self.line) / height
                    found.append(
                        (word, round(left, 5), round(top, 5), round(len(word) * self.letter / width, 5), round(self.line / height, 5))
                    )
                column += len(word) + 1
        return found

    def image(self, number: int, *, width: int, region: Region | None) -> bytes:
        if region is None:
            return encoded(self._drawn(number, width))
        left, top, across, down = region
        drawing = self._drawn(number, FULL_WIDTH)
        return encoded(fitted(drawing.crop((left, top, left + across, top + down)), width))

    def _drawn(self, number: int, width: int) -> Image.Image:
        width_pt, height_pt = text_files.A4_PT
        scale = width / width_pt
        image = Image.new("L", (width, round(height_pt * scale)), 255)
        draw = ImageDraw.Draw(image)
        font = _font(self.letter * scale)
        for row, line in enumerate(self._rows(number)):
            draw.text((MARGIN_PT * scale, (MARGIN_PT + row * self.line) * scale), line, fill=0, font=font)
        return image

    def close(self) -> None:
        self.content.close()


def _font(letter_width: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Give a typewriter font whose letters have a width in pixels (0.6 of its size)."""
    for path in FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, max(letter_width / 0.6, 2))
    return ImageFont.load_default(max(letter_width / 0.6, 2))
