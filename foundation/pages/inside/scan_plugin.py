"""ocrmypdf as this office needs it: pages drawn by PDFium in grey and bounded size, texts and confidence noted page by page.

Loaded by ocrmypdf as a plugin, inside the sandbox.
"""

import json
import os
import re
import resource
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pypdfium2
from ocrmypdf import hookimpl
from ocrmypdf.builtin_plugins.tesseract_ocr import TesseractOcrEngine
from ocrmypdf.exceptions import SubprocessOutputError
from ocrmypdf.helpers import Resolution
from PIL import Image

from foundation.pages.facts import cpu_seconds_for

NOTES = "SCAN_NOTES"  # the environment variable that names the folder for the notes
MAX_OCR_PIXELS = 60_000_000  # A4 at 600 dpi has 35 million; an A0 plan is read at about 200 dpi
LINE = re.compile(rb"class='ocr_(?:line|header|textfloat|caption)'[^>]*?bbox (\d+) (\d+) (\d+) (\d+)")
CONFIDENCE = re.compile(rb"x_wconf (\d+)")
POINTS = 72.0


@hookimpl
def rasterize_pdf_page(
    input_file: Path,
    output_file: Path,
    raster_dpi: Resolution[float],
    pageno: int,
    page_dpi: Resolution[float] | None,
    rotation: int | None,
    options: Any,
) -> Path | None:
    """Draw a page for reading: grey, at most MAX_OCR_PIXELS, written uncompressed because it is read once and thrown away."""
    if options is not None and options.deskew:
        return None  # this picture will be seen; ocrmypdf's own drawing keeps the colours
    draw(input_file, output_file, number=pageno, dpi=raster_dpi.to_scalar(), rotation=rotation or 0)
    return output_file


def draw(input_file: Path, output_file: Path, *, number: int, dpi: float, rotation: int = 0) -> None:
    """Draw one page of a PDF in grey as an uncompressed TIFF that knows its resolution."""
    with closing(pypdfium2.PdfDocument(input_file)) as pdf, closing(pdf[number - 1]) as page:
        page.set_cropbox(*page.get_mediabox())
        if rotation:
            page.set_rotation(-rotation % 360)
        width, height = page.get_size()
        pixels = width * height * (dpi / POINTS) ** 2
        dpi *= min(1.0, (MAX_OCR_PIXELS / pixels) ** 0.5)
        with closing(page.render(scale=dpi / POINTS, grayscale=True, may_draw_forms=True)) as bitmap:
            image = Image.frombytes("L", (bitmap.width, bitmap.height), bitmap.buffer, "raw", "L", bitmap.stride, 1)
    image.save(output_file, format="TIFF", dpi=(dpi, dpi))


class Engine(TesseractOcrEngine):
    """Tesseract under a limit that grows with the page, leaving a note per page."""

    @staticmethod
    def generate_hocr(input_file: Path, output_hocr: Path, output_text: Path, options: Any) -> None:
        """Read one page; a page that cannot be read in its time counts as read without words, and the note says so."""
        allow_seconds(input_file)
        in_time = True
        try:
            TesseractOcrEngine.generate_hocr(input_file, output_hocr, output_text, options)  # type: ignore[no-untyped-call]
        except SubprocessOutputError:
            in_time = False
            output_hocr.write_text("")
            output_text.write_text("")
        note(output_hocr, output_text, in_time=in_time)

    def __str__(self) -> str:
        return f"Tesseract OCR {self.version()}"  # type: ignore[no-untyped-call]


@hookimpl(tryfirst=True)
def get_ocr_engine(options: Any) -> Engine:
    """Give ocrmypdf the engine above."""
    return Engine()


def allow_seconds(image_path: Path) -> None:
    """Set what the next child process may use: 60 CPU seconds for A4, more for a plan by its area."""
    with Image.open(image_path) as image:
        dpi = image.info.get("dpi", (300, 300))
        area = (image.width * POINTS / max(dpi[0], 1)) * (image.height * POINTS / max(dpi[1], 1))
    with suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        spent = resource.getrusage(resource.RUSAGE_SELF)
        # Limits are inherited: this process's own use must fit into it too.
        soft = int(spent.ru_utime + spent.ru_stime) + cpu_seconds_for(area)
        resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard) if hard != resource.RLIM_INFINITY else soft, hard))


def note(output_hocr: Path, output_text: Path, *, in_time: bool) -> None:
    """Write down the text of a page and how sure Tesseract was of its words."""
    number = int(output_hocr.name[:6])
    hocr = output_hocr.read_bytes() if output_hocr.exists() else b""
    sure = [int(value) for value in CONFIDENCE.findall(hocr)]
    text = output_text.read_text(encoding="utf-8", errors="replace").removesuffix("\f") if output_text.exists() else ""
    answer = {
        "number": number,
        "text": "" if not hocr else text,
        "words": len(sure),
        "confidence": sum(sure) / len(sure) if sure else 0.0,
        "in_time": in_time and bool(hocr),
        "sideways": _lies_sideways(hocr),
    }
    Path(os.environ[NOTES], f"{number:06}.json").write_text(json.dumps(answer), encoding="utf-8")


def _lies_sideways(hocr: bytes) -> bool:
    """Whether most lines run up or down the page, which Tesseract reads but nobody likes to look at."""
    boxes = [tuple(map(int, box)) for box in LINE.findall(hocr)]
    upended = sum(1 for left, top, right, bottom in boxes if bottom - top > 1.5 * (right - left))
    return upended * 2 > len(boxes)
