"""A small PDF writer: pages in millimetres from the top left, real text in embedded fonts, lines and areas.

A letter takes about two milliseconds; a layout engine would need a hundred times that, and a demo has six hundred letters. Each font is cut
down to Latin letters once per process, so that names such as Yılmaz, Jovanović and Þórsdóttir are there in every document.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from io import BytesIO
from math import cos, radians, sin
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

POINTS_PER_MM = 72 / 25.4
FONT_FOLDER = Path("/usr/share/fonts/truetype/liberation")
FONT_FILES = {
    "regular": "LiberationSans-Regular.ttf",
    "bold": "LiberationSans-Bold.ttf",
    "italic": "LiberationSans-Italic.ttf",
    "serif": "LiberationSerif-Regular.ttf",
    "mono": "LiberationMono-Regular.ttf",
}
_LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x218, 0x219, 0x21A, 0x21B, *map(ord, "–—‘’‚“”„•…€−≤≥²³½¼")]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Font:
    """One face, cut down to Latin: the file to embed, and glyph number and width (1/1000 em) by letter."""

    name: str
    program: bytes
    glyphs: dict[int, int]
    widths: dict[int, int]
    ascent: int
    descent: int

    def width(self, text: str, size: float) -> float:
        """Return the width of a line in millimetres; `size` in points."""
        return sum(self.widths.get(ord(letter), 0) for letter in text) * size / 1000 / POINTS_PER_MM

    def encode(self, text: str) -> str:
        """Return the glyph numbers as hexadecimal digits. Raises KeyError for a letter that the font was not cut for."""
        return "".join(f"{self.glyphs[ord(letter)]:04x}" for letter in text)


@cache
def font(face: str) -> Font:
    """Load and cut down a font. Raises FileNotFoundError when Debian's package fonts-liberation is missing."""
    source = TTFont(FONT_FOLDER / FONT_FILES[face])
    options = subset.Options(layout_features=[], hinting=False, name_IDs=[6], notdef_outline=True)
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=_LETTERS)
    cutter.subset(source)
    source["head"].modified = source["head"].created  # the same bytes on every run
    source.recalcTimestamp = False
    buffer = BytesIO()
    source.save(buffer)
    per_mille = 1000 / source["head"].unitsPerEm
    names = source.getBestCmap()
    return Font(
        name=str(source["name"].getDebugName(6)),
        program=zlib.compress(buffer.getvalue(), 9),
        glyphs={code: source.getGlyphID(name) for code, name in names.items()},
        widths={code: round(source["hmtx"][name][0] * per_mille) for code, name in names.items()},
        ascent=round(source["hhea"].ascent * per_mille),
        descent=round(source["hhea"].descent * per_mille),
    )


@dataclass(slots=True)
class Page:
    """A page of `width` by `height` millimetres. Colours are #rrggbb, sizes of text are points, everything else is millimetres."""

    width: float
    height: float
    faces: set[str] = field(default_factory=set)
    _drawn: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 10,
        face: str = "regular",
        colour: str = "#1a1a1a",
        align: str = "left",
        turn: float = 0,
    ) -> None:
        """Write one line with its baseline at y; `align` is left, right or centre, `turn` degrees anticlockwise."""
        self.faces.add(face)
        length = font(face).width(text, size)
        shift = {"left": 0.0, "centre": length / 2, "right": length}[align]
        c, s = cos(radians(turn)), sin(radians(turn))
        left, bottom = self._at((x - shift * c, y + shift * s))
        place = f"{c:.4f} {s:.4f} {-s:.4f} {c:.4f} {left} {bottom} Tm"
        self._drawn.append(f"BT {_rgb(colour)} rg /{face} {size:g} Tf {place} <{font(face).encode(text)}> Tj ET")

    def line(self, *points: Point, width: float = 0.2, colour: str = "#1a1a1a", dash: Sequence[float] = ()) -> None:
        pattern = " ".join(f"{one * POINTS_PER_MM:.2f}" for one in dash)
        self._drawn.append(f"{width * POINTS_PER_MM:.2f} w {_rgb(colour)} RG [{pattern}] 0 d {self._path(points)} S")

    def area(self, *points: Point, fill: str | None = None, edge: str | None = None, width: float = 0.2) -> None:
        """Draw a closed shape, filled or outlined or both."""
        colours = (f"{_rgb(fill)} rg " if fill else "") + (f"{_rgb(edge)} RG {width * POINTS_PER_MM:.2f} w [] 0 d " if edge else "")
        self._drawn.append(f"{colours}{self._path(points)} h {'B' if fill and edge else 'f' if fill else 'S'}")

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str | None = None, edge: str | None = None, line: float = 0.2
    ) -> None:
        self.area((x, y), (x + width, y), (x + width, y + height), (x, y + height), fill=fill, edge=edge)

    def disc(self, x: float, y: float, radius: float, *, fill: str | None = None, edge: str | None = None) -> None:
        corners = [(x + radius * cos(radians(a)), y + radius * sin(radians(a))) for a in range(0, 360, 12)]
        self.area(*corners, fill=fill, edge=edge)

    def hatch(self, x: float, y: float, width: float, height: float, *, colour: str, step: float = 2.5) -> None:
        """Fill a rectangle with slanting lines, as plans mark buildings that are to be built."""
        reach = width + height
        for number in range(1, int(reach / step) + 1):
            d = number * step
            start = (x + max(0.0, d - height), y + min(d, height))
            end = (x + min(d, width), y + max(0.0, d - width))
            self.line(start, end, width=0.12, colour=colour)

    def content(self) -> bytes:
        return "\n".join(self._drawn).encode("ascii")

    def _at(self, point: Point) -> tuple[str, str]:
        return f"{point[0] * POINTS_PER_MM:.2f}", f"{(self.height - point[1]) * POINTS_PER_MM:.2f}"

    def _path(self, points: Sequence[Point]) -> str:
        corners = [" ".join(self._at(point)) for point in points]
        return " ".join([f"{corners[0]} m", *(f"{corner} l" for corner in corners[1:])])


def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[start : start + 2], 16) / 255:.3f}" for start in (1, 3, 5))


def wrap(text: str, width: float, *, size: float, face: str = "regular") -> list[str]:
    """Break a paragraph into lines of at most `width` millimetres; a word that is longer stands alone."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and font(face).width(longer, size) > width:
            lines.append(current)
            current = word
        else:
            current = longer
    return [*lines, current] if current else lines


@dataclass(slots=True)
class _File:
    """Numbers objects and writes them with their cross-reference table (ISO 32000-1, 7.5)."""

    parts: list[bytes] = field(default_factory=list)

    def add(self, body: bytes) -> int:
        self.parts.append(body)
        return len(self.parts)

    def stream(self, entries: str, data: bytes) -> int:
        return self.add(f"<< {entries} /Length {len(data)} >>\nstream\n".encode("latin-1") + data + b"\nendstream")

    def finish(self, *, root: int, info: int) -> bytes:
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        offsets = []
        for number, body in enumerate(self.parts, start=1):
            offsets.append(len(out))
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        table = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, root, info, table)
        return bytes(out)


def pdf(pages: Sequence[Page], *, title: str, author: str, made_at: datetime) -> bytes:
    """Write the pages as a PDF file. The same pages give the same bytes."""
    file = _File()
    faces = sorted(set().union(*(page.faces for page in pages)))
    fonts = " ".join(f"/{face} {_embed(file, font(face))} 0 R" for face in faces)
    tree = len(file.parts) + 2 * len(pages) + 1
    kids = []
    for page in pages:
        content = file.stream("/Filter /FlateDecode", zlib.compress(page.content(), 6))
        size = f"{page.width * POINTS_PER_MM:.2f} {page.height * POINTS_PER_MM:.2f}"
        resources = f"/Resources << /Font << {fonts} >> >>"
        kids.append(file.add(f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {size}] {resources} /Contents {content} 0 R >>".encode()))
    file.add(f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode())
    root = file.add(f"<< /Type /Catalog /Pages {tree} 0 R /Lang (de-DE) >>".encode())
    date = f"(D:{made_at:%Y%m%d%H%M%S}Z)"
    info = file.add(f"<< /Title {_string(title)} /Author {_string(author)} /CreationDate {date} >>".encode())
    return file.finish(root=root, info=info)


def image_pdf(pages: Sequence[tuple[bytes, int, int, float]], *, made_at: datetime) -> bytes:
    """Write grey JPEG images as pages that hold nothing else, as a scanner does: (JPEG, width and height in dots, dots per inch)."""
    file = _File()
    tree = 3 * len(pages) + 1
    kids = []
    for jpeg, width, height, dpi in pages:
        shape = f"/Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"
        image = file.stream(f"/Type /XObject /Subtype /Image {shape}", jpeg)
        across, down = width * 72 / dpi, height * 72 / dpi
        content = file.stream("", f"{across:.2f} 0 0 {down:.2f} 0 0 cm /scan Do".encode())
        resources = f"/Resources << /XObject << /scan {image} 0 R >> >>"
        box = f"/MediaBox [0 0 {across:.2f} {down:.2f}]"
        kids.append(file.add(f"<< /Type /Page /Parent {tree} 0 R {box} {resources} /Contents {content} 0 R >>".encode()))
    file.add(f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode())
    root = file.add(f"<< /Type /Catalog /Pages {tree} 0 R >>".encode())
    info = file.add(f"<< /Producer (Scanner) /CreationDate (D:{made_at:%Y%m%d%H%M%S}Z) >>".encode())
    return file.finish(root=root, info=info)


def _string(text: str) -> str:
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _embed(file: _File, face: Font) -> int:
    """Write a font as a composite font with a map back to Unicode, so that the text can be searched and read aloud."""
    program = file.stream(f"/Filter /FlateDecode /Length1 {len(zlib.decompress(face.program))}", face.program)
    metrics = f"/FontBBox [-200 {face.descent} 1200 {face.ascent}] /Ascent {face.ascent} /Descent {face.descent} /CapHeight 700"
    style = f"/FontName /EAKTEX+{face.name} /Flags 32 /ItalicAngle 0 /StemV 80"
    descriptor = file.add(f"<< /Type /FontDescriptor {style} {metrics} /FontFile2 {program} 0 R >>".encode())
    by_glyph = {glyph: code for code, glyph in sorted(face.glyphs.items(), reverse=True)}
    widths = " ".join(f"{glyph} [{face.widths[by_glyph[glyph]]}]" for glyph in sorted(by_glyph))
    system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    kind = f"/Type /Font /Subtype /CIDFontType2 /BaseFont /EAKTEX+{face.name}"
    descendant = file.add(f"<< {kind} {system} /FontDescriptor {descriptor} 0 R /W [{widths}] /CIDToGIDMap /Identity >>".encode())
    to_unicode = file.stream("/Filter /FlateDecode", _to_unicode(by_glyph))
    kind = f"/Type /Font /Subtype /Type0 /BaseFont /EAKTEX+{face.name} /Encoding /Identity-H"
    return file.add(f"<< {kind} /DescendantFonts [{descendant} 0 R] /ToUnicode {to_unicode} 0 R >>".encode())


def _to_unicode(by_glyph: dict[int, int]) -> bytes:
    pairs = [f"<{glyph:04x}> <{code:04x}>" for glyph, code in sorted(by_glyph.items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Latin def /CMapType 2 def"
    return zlib.compress(f"{head}\n1 begincodespacerange <0000> <ffff> endcodespacerange\n{body}\nendcmap end end".encode())
