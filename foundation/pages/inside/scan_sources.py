"""Make the PDF that ocrmypdf reads: from an image file, from some pages of a PDF, or from drawings of pages that must stay untouched."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import img2pdf  # type: ignore[import-untyped]
import pikepdf
from PIL import Image

from foundation.pages.facts import Failure, Unreadable
from foundation.pages.inside import image_files

JPEG_QUALITY = 88
SMALLEST_PAGE_PT = 3.0
PLAIN_JPEG = {"L": 1, "RGB": 3}


def from_image(path: Path, out: Path, numbers: Sequence[int] | None) -> None:
    """Put the pages of an image file on paper of their size; a plain JPEG keeps its bytes.

    Raises Unreadable when a page cannot be decoded to its end.
    """
    pages: list[io.BytesIO] = []
    with image_files.opened(path) as image, pikepdf.new() as pdf:
        count = image_files.frame_count(image)
        for number in numbers or range(1, count + 1):
            image.seek(number - 1)
            image_files.check_size(image)
            resolution = image_files.resolution(image)
            data = _jpeg_as_it_is(path, image) or _encoded(image)
            layout = img2pdf.get_fixed_dpi_layout_fun(_turned(_large_enough(resolution, image), image))
            page = io.BytesIO(img2pdf.convert(data, layout_fun=layout, rotation=img2pdf.Rotation.none))
            pages.append(page)
            with pikepdf.open(page) as single:
                pdf.pages.extend(single.pages)
        pdf.save(out)


def part_of(path: Path, out: Path, numbers: Sequence[int]) -> None:
    """Copy some pages of a PDF into one of their own."""
    with pikepdf.open(path) as whole, pikepdf.new() as part:
        for number in numbers:
            part.pages.append(whole.pages[number - 1])
        part.remove_unreferenced_resources()
        part.save(out)


def replaced(path: Path, other: Path, places: Mapping[int, int]) -> None:
    """Put pages of another PDF in the place of some of a PDF's: number of the page to the number in the other."""
    with pikepdf.open(path, allow_overwriting_input=True) as whole, pikepdf.open(other) as better:
        for number, place in places.items():
            whole.pages[number - 1] = better.pages[place - 1]
        whole.save(path)


def joined(paths: Sequence[Path], out: Path) -> None:
    """Put the pages of several PDFs behind one another."""
    with pikepdf.new() as whole:
        for path in paths:
            with pikepdf.open(path) as part:
                whole.pages.extend(part.pages)
        whole.save(out)


def drawn(path: Path, out: Path, numbers: Sequence[int], dpi: float) -> None:
    """Draw pages of a PDF that may not be rewritten, one image to a page."""
    from foundation.pages.inside.scan_plugin import draw

    with pikepdf.new() as pdf:
        for number in numbers:
            picture = out.with_name("drawn.tif")
            draw(path, picture, number=number, dpi=dpi)
            with Image.open(picture) as image:
                data = _encoded(image)
                layout = img2pdf.get_fixed_dpi_layout_fun(image.info["dpi"])
            with pikepdf.open(io.BytesIO(img2pdf.convert(data, layout_fun=layout))) as single:
                pdf.pages.extend(single.pages)
            picture.unlink()
        pdf.save(out)


def _jpeg_as_it_is(path: Path, image: Image.Image) -> bytes | None:
    """Give a JPEG's own bytes when a PDF can show them as they are: upright, grey or RGB, complete."""
    if image.format != "JPEG" or image.mode not in PLAIN_JPEG or image_files.orientation(image) != 1:
        return None
    with Image.open(path) as check:
        try:
            check.draft(check.mode, (check.width // 8, check.height // 8))
            check.load()
        except OSError as cut_off:
            raise Unreadable(Failure.BROKEN, repr(cut_off)[:200]) from cut_off
    return path.read_bytes()


def _encoded(image: Image.Image) -> bytes:
    page = image_files.upright(image)
    buffer = io.BytesIO()
    if page.mode == "1":
        page.save(buffer, "PNG")  # img2pdf makes CCITT G4 of it
    else:
        page.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _large_enough(resolution: tuple[float, float], image: Image.Image) -> tuple[float, float]:
    """No page of a PDF is narrower than 3 points: what has fewer pixels is shown larger."""
    narrowest = min(image.width * 72 / resolution[0], image.height * 72 / resolution[1])
    shrink = min(narrowest / (SMALLEST_PAGE_PT + 0.1), 1.0)
    return resolution[0] * shrink, resolution[1] * shrink


def _turned(resolution: tuple[float, float], image: Image.Image) -> tuple[float, float]:
    return resolution[::-1] if image_files.turn(image) in {90, 270} else resolution
