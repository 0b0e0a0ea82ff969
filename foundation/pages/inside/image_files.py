"""Image files (TIFF with many pages, JPEG, PNG and what else Pillow reads) as pages on paper."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from foundation.pages.facts import MAX_PAGES, MAX_PIXELS, Failure, Unreadable

FORMATS = ("TIFF", "JPEG", "PNG", "GIF", "BMP", "WEBP", "JPEG2000")
STILL = ("JPEG", "MPO", "GIF", "WEBP", "PNG")  # further frames are a film or another view of the same picture
SANE_DPI = (90, 1300)  # a fax has 204 x 98
SCANNER_DPI = 150  # below, a large sheet is rather a screen's or a camera's made-up figure
ASSUMED_DPI = (150, 600)
LONGEST_PT = 14_000
FEWEST_PIXELS = 12  # nothing can be written on less
LONG_SIDE_INCHES = 297 / 25.4
TURNED = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}  # EXIF orientation to degrees clockwise

Image.MAX_IMAGE_PIXELS = None  # the limit is ours: `check_size`


@contextmanager
def opened(source: Path | mmap.mmap) -> Iterator[Image.Image]:
    """Open an image file; raises Unreadable when Pillow cannot make sense of it."""
    try:
        if isinstance(source, mmap.mmap):
            source.seek(0)
        readable: Any = source
        with Image.open(readable, formats=FORMATS) as image:
            yield image
    except Unreadable:
        raise
    except MemoryError as bomb:
        raise Unreadable(Failure.BOMB, "memory") from bomb
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, ZeroDivisionError) as broken:
        raise Unreadable(Failure.BROKEN, repr(broken)[:200]) from broken


def frame_count(image: Image.Image) -> int:
    """Count the pages of an image file, at most MAX_PAGES."""
    if image.format in STILL:
        return 1
    count = 0
    while True:
        try:
            image.seek(count)
        except EOFError:
            break
        count += 1
        if count > MAX_PAGES:
            raise Unreadable(Failure.TOO_MANY_PAGES)
    if count == 0:
        raise Unreadable(Failure.NO_PAGES)
    return count


def check_size(image: Image.Image) -> None:
    """Refuse a page of more pixels than any plan has, before anything is decoded."""
    if image.width * image.height > MAX_PIXELS:
        raise Unreadable(Failure.TOO_LARGE_PAGE, f"{image.width} x {image.height}")
    if image.width < 1 or image.height < 1:
        raise Unreadable(Failure.BROKEN, "no pixels")


def resolution(image: Image.Image) -> tuple[float, float]:
    """Give a believable resolution in dots per inch: what the file says, or what makes it a sheet of A4."""
    x, y = _claimed_or_assumed(image)
    longest = max(image.width / x, image.height / y) * 72
    stretch = max(longest / LONGEST_PT, 1.0)  # no PDF page is longer
    return x * stretch, y * stretch


def _claimed_or_assumed(image: Image.Image) -> tuple[float, float]:
    x, y = (_number(value) for value in (*image.info.get("dpi", (0, 0)), 0, 0)[:2])
    if SANE_DPI[0] <= min(x, y) and max(x, y) <= SANE_DPI[1]:
        inches = max(image.width / x, image.height / y)
        if inches <= LONG_SIDE_INCHES * 1.1 or min(x, y) >= SCANNER_DPI:
            return x, y
    assumed = min(max(max(image.size) / LONG_SIDE_INCHES, ASSUMED_DPI[0]), ASSUMED_DPI[1])
    return assumed, assumed


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0


def orientation(image: Image.Image) -> int:
    """Give what the camera noted about how it was held: 1 for upright, up to 8 for turned and mirrored."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # a broken EXIF block says nothing and harms nobody
        return 1


def turn(image: Image.Image) -> int:
    """Give the degrees clockwise by which the picture is to be turned."""
    return TURNED.get(orientation(image), 0)


def facts(image: Image.Image, number: int) -> dict[str, Any]:
    """Say how large a page is on paper, as it is shown."""
    image.seek(number - 1)
    check_size(image)
    x, y = resolution(image)
    width, height = image.width * 72 / x, image.height * 72 / y
    turned = turn(image)
    if turned in {90, 270}:
        width, height = height, width
    return {
        "number": number,
        "width_pt": round(width, 2),
        "height_pt": round(height, 2),
        "rotation": turned,
        "has_images": True,
        "needs_reading": min(image.size) >= FEWEST_PIXELS and min(width, height) >= 3,
    }


def upright(image: Image.Image) -> Image.Image:
    """Decode a page, turn it as its camera meant it, and give it as black and white, grey or colour on white."""
    image.load()
    # Only what is turned is copied: a plan in colour has a gigabyte.
    return on_white(ImageOps.exif_transpose(image) if orientation(image) != 1 else image)


def on_white(image: Image.Image) -> Image.Image:
    """Reduce an image to mode 1, L or RGB: 16 bit scaled to 8, CMYK converted, what is transparent shown on white."""
    if image.mode in {"1", "L", "RGB"} and "transparency" not in image.info:
        return image
    if image.mode.startswith(("I", "F")):
        brightest = image.getextrema()[1]
        scale = 1 / 256 if isinstance(brightest, int | float) and brightest > 255 else 1
        return image.convert("F").point(lambda value: value * scale + 0).convert("L")
    if image.mode in {"LA", "La", "PA", "RGBA", "RGBa", "P"} and (image.mode != "P" or "transparency" in image.info):
        coloured = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(coloured, mask=coloured.getchannel("A"))
        return paper
    return image.convert("RGB")
