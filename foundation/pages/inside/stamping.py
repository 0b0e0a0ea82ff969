"""A small stamp on a page: in a corner where nothing stands, upright as the page is shown, whatever its rotation and its boxes.

A page without a free corner grows by a white strip at its top that bears the stamp: nothing of a document is ever covered. The first page of
what came in may bear the stamp of its receipt beside it, in a frame as on paper.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy
import pikepdf
import pypdfium2
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

FONT_FILE = Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")
STAMP_FONT = "/EAkteStamp"
SIZE_PT, MARGIN_PT = 8.0, 14.0
STRIP, BASELINE = 2.0, 0.6  # height of a strip, and of the writing above its lower edge, in sizes of the letters
A4_WIDTH_PT = 595.0
LOOKED_AT_PIXELS = 420  # width of the drawing in which free corners are looked for
DARKER, FEW = 48, 0.004  # by so much darker than the paper is ink; a scan's grain is less than so many of the pixels
DARK_PAPER = 110  # black letters are not read on it
WRITTEN = "cp1252"


def visible_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of what of a page is shown, in its own coordinates: the crop box as far as it lies in the media box."""
    media, crop = (_sorted(box) for box in (page.mediabox, page.cropbox))
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right <= left or top <= bottom:  # a crop box beside the page is ignored by viewers
        left, bottom, right, top = media
    return left, bottom, right - left, top - bottom


def _sorted(box: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(side) for side in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def rotation(page: pikepdf.Page) -> int:
    """Degrees clockwise by which a page is shown turned: 0, 90, 180 or 270."""
    return int(page.rotation) % 360 // 90 * 90


class Stamper:
    """Stamps the pages of a PDF that lies unstamped in a file, which is looked at to find free corners."""

    def __init__(self, unstamped: Path) -> None:
        self.drawn = pypdfium2.PdfDocument(unstamped)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.drawn.close()

    def stamp(self, page: pikepdf.Page, number: int, text: str, receipt: str = "") -> None:
        """Write a text on page `number` (from 0) and the stamp of its receipt, marked as no part of its content."""
        if not text and not receipt:
            return
        box, turned = visible_box(page), rotation(page)
        width, height = (box[3], box[2]) if turned in (90, 270) else box[2:]
        size = SIZE_PT * max(min(width, height) / A4_WIDTH_PT, 0.75)
        margin = MARGIN_PT * size / SIZE_PT
        wide = text_width(text) * size
        small = min(size, max(width - wide - 3 * margin, size) / text_width(receipt)) if receipt else size
        place = self._place(_corners(width, height, wide, size, margin), number, width, height, wide, size) if text else (0.0, 0.0)
        taken = (place[0], place[1], wide, size) if text and place else None
        framed = text_width(receipt) * small
        beside = [one for one in _margins(width, height, framed, small, margin) if taken is None or _apart(one, framed, small, taken)]
        framed_place = self._place(beside, number, width, height, framed, small) if receipt else (0.0, 0.0)
        strip = b""
        if place is None or framed_place is None:
            strip = _with_a_strip(page, box, turned, size * STRIP)
            box, baseline = visible_box(page), height + size * BASELINE
            place = place or (max(width - wide - margin, 0), baseline)
            framed_place = framed_place or (margin, baseline)
        before, after = _balance(page)
        page.contents_add(b"q\n" * before, prepend=True)
        written = _written(text, size, _matrix(box, turned, *place)) if text else b""
        if receipt:
            written += _framed(receipt, small, _matrix(box, turned, *framed_place))
        page.contents_add(b"\n" + b"Q\n" * after + strip + written)

    def has_text(self, number: int) -> bool:
        """Whether anything on a page can be read as text."""
        try:
            page = self.drawn[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            return False
        try:
            return bool(text.count_chars())
        finally:
            text.close()
            page.close()

    def _place(
        self, places: Sequence[tuple[float, float]], number: int, width: float, height: float, wide: float, size: float
    ) -> tuple[float, float] | None:
        """Where a text begins, from the left and the bottom of the page as it is shown; None if there is something at all of these places."""
        scale = LOOKED_AT_PIXELS / max(width, height)
        picture = self._picture(number, scale * _user_unit(self.drawn, number, width, height))
        for x, y in places:
            if picture is None or _is_free(picture, x, y, wide, size, width, height):
                return x, y
        return None

    def _picture(self, number: int, scale: float) -> Any:
        try:
            page = self.drawn[number]
            picture = page.render(scale=scale, grayscale=True).to_numpy()
            page.close()
        except pypdfium2.PdfiumError:
            return None
        return picture.reshape(picture.shape[0], picture.shape[1])


def _user_unit(drawn: Any, number: int, width: float, height: float) -> float:
    """PDFium measures a page in points, our coordinates are in the page's own unit."""
    shown = max(drawn.get_page_size(number))
    return max(width, height) / shown if shown else 1.0


def _corners(width: float, height: float, wide: float, size: float, margin: float) -> Sequence[tuple[float, float]]:
    right, top = width - wide - margin, height - size - margin
    return [(right, top), (right, margin), (margin, top), (margin, margin), ((width - wide) / 2, margin / 2), ((width - wide) / 2, top)]


def _margins(width: float, height: float, wide: float, size: float, margin: float) -> Sequence[tuple[float, float]]:
    """Where the stamp of a receipt may stand: at the top, from the left, then below what may stand at the right, then at the bottom."""
    right, top = max(width - wide - margin, 0), height - size - margin
    return [(margin, top), ((width - wide) / 2, top), (right, top), (right, top - 2 * size), (margin, margin), (right, margin)]


def _apart(place: tuple[float, float], wide: float, size: float, taken: tuple[float, float, float, float]) -> bool:
    """Whether a text, with some room around it, leaves free what is taken (left, bottom, width, height of letters)."""
    (x, y), (left, bottom, width, high) = place, taken
    return x - 6 > left + width or left - 6 > x + wide or y - 0.6 * size > bottom + high or bottom - 0.6 * high > y + size


def _is_free(picture: Any, x: float, y: float, wide: float, size: float, width: float, height: float) -> bool:
    rows, columns = picture.shape
    left, right = int((x - 3) / width * columns), int((x + wide + 3) / width * columns) + 1
    top, bottom = int((height - y - size * 1.2) / height * rows), int((height - y + size * 0.4) / height * rows) + 1
    part = picture[max(top, 0) : max(bottom, 1), max(left, 0) : max(right, 1)]
    if part.size == 0:
        return False
    paper = int(numpy.median(picture[:: max(rows // 80, 1), :: max(columns // 80, 1)]))
    return paper >= DARK_PAPER and bool((part < paper - DARKER).mean() <= FEW)


def _with_a_strip(page: pikepdf.Page, box: tuple[float, float, float, float], turned: int, high: float) -> bytes:
    """Let a page grow at the edge that is shown on top; gives what paints the new strip white (it may have been cut off before)."""
    left, bottom, width, height = box
    x, y, wide, tall = {
        0: (left, bottom + height, width, high),
        90: (left - high, bottom, high, height),
        180: (left, bottom - high, width, high),
        270: (left + width, bottom, high, height),
    }[turned]
    grown = min(left, x), min(bottom, y), max(left + width, x + wide), max(bottom + height, y + tall)
    media = _sorted(page.mediabox)
    page.obj["/CropBox"] = Array(grown)
    page.obj["/MediaBox"] = Array([*map(min, media[:2], grown[:2]), *map(max, media[2:], grown[2:])])
    return f"/Artifact BMC q 1 1 1 rg {x:.3f} {y:.3f} {wide:.3f} {tall:.3f} re f Q EMC\n".encode()


def _balance(page: pikepdf.Page) -> tuple[int, int]:
    """How many states to save before a page's content and to restore behind it, so that what it leaves behind does not shift the stamp."""
    depth = lowest = 0
    for instruction in pikepdf.parse_content_stream(page, "q Q"):
        depth += 1 if str(instruction.operator) == "q" else -1
        lowest = min(lowest, depth)
    before = 1 - lowest
    return before, before + depth


def _matrix(box: tuple[float, float, float, float], turned: int, x: float, y: float) -> tuple[float, ...]:
    """The matrix that puts upright writing at a place of the page as it is shown."""
    left, bottom, width, height = box
    return {
        0: (1, 0, 0, 1, left + x, bottom + y),
        90: (0, 1, -1, 0, left + width - y, bottom + x),
        180: (-1, 0, 0, -1, left + width - x, bottom + height - y),
        270: (0, -1, 1, 0, left + y, bottom + height - x),
    }[turned]


def _written(text: str, size: float, matrix: tuple[float, ...]) -> bytes:
    """The stamp; a white edge keeps it readable on the grain of a scan."""
    shown = text.encode(WRITTEN, "replace").hex().encode()
    place = " ".join(f"{value:.3f}" for value in matrix).encode()
    return (
        b"/Artifact <</Type /Pagination /Subtype /Header>> BDC q BT "
        + f"{STAMP_FONT} {size:.2f} Tf ".encode()
        + place
        + b" Tm 1 1 1 RG "
        + f"{size / 5:.2f} w 1 j 1 Tr <".encode()
        + shown
        + b"> Tj "
        + place
        + b" Tm 0 0 0 rg 0 Tr <"
        + shown
        + b"> Tj ET Q EMC\n"
    )


def _framed(text: str, size: float, matrix: tuple[float, ...]) -> bytes:
    """The stamp of a receipt: written like the other one, in a frame."""
    place = " ".join(f"{value:.3f}" for value in matrix)
    wide = text_width(text) * size
    frame = f"{-0.4 * size:.3f} {-0.4 * size:.3f} {wide + 0.8 * size:.3f} {1.6 * size:.3f} re S"
    drawn = f"/Artifact <</Type /Pagination /Subtype /Header>> BDC q {place} cm 0 0 0 RG {size / 12:.2f} w {frame} Q EMC\n"
    return drawn.encode() + _written(text, size, matrix)


def text_width(text: str) -> float:
    """Width of a text in units of the font's size."""
    widths = _letters()[1]
    return sum(widths[code] for code in text.encode(WRITTEN, "replace")) / 1000


def font_object(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The stamp's font for a PDF, embedded with the letters of Western Europe."""
    content, widths, box, ascent, descent = _letters()
    file = pikepdf.Stream(pdf, content)
    file["/Length1"] = len(content)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/EAKTES+NotoSans"),
        Flags=32,
        FontBBox=Array(box),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=714,
        StemV=80,
        FontFile2=pdf.make_indirect(file),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name("/EAKTES+NotoSans"),
            Encoding=Name.WinAnsiEncoding,
            FirstChar=32,
            LastChar=255,
            Widths=Array([widths[code] for code in range(32, 256)]),
            FontDescriptor=pdf.make_indirect(descriptor),
        )
    )


@lru_cache(maxsize=1)
def _letters() -> tuple[bytes, dict[int, int], list[int], int, int]:
    """The font with few letters, their widths in thousandths by code, its box, ascent and descent."""
    written = {code: bytes([code]).decode(WRITTEN, "ignore") for code in range(32, 256)}
    font = TTFont(FONT_FILE)
    options = subset.Options(layout_features=[], name_IDs=[], hinting=False, notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(written.values()))
    subsetter.subset(font)
    names, unit = font.getBestCmap(), font["head"].unitsPerEm
    metrics = font["hmtx"]
    widths = {
        code: round((metrics[names[ord(letter)]][0] if letter and ord(letter) in names else 0) * 1000 / unit)
        for code, letter in written.items()
    }
    head, lines = font["head"], font["hhea"]
    box = [round(side * 1000 / unit) for side in (head.xMin, head.yMin, head.xMax, head.yMax)]
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue(), widths, box, round(lines.ascent * 1000 / unit), round(lines.descent * 1000 / unit)
