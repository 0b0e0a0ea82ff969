"""Pictures: photographs drawn by code, faxes as multi-page TIFF, and letters as a scanner sees them (300 dpi, skewed and dirty)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from random import Random

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from records.demo.paper import Page, image_pdf, pdf

SCAN_DPI = 300
FAX_DPI = (204, 196)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)

Grey = NDArray[np.uint8]


def photo_jpeg(scene: str, *, seed: str, taken_at: datetime) -> bytes:
    """Draw a photograph of 1600 by 1200 dots with its date in the EXIF data. `scene` is house, tree, street or hall."""
    dice = Random(f"photo {seed}")  # noqa: S311  # a drawing, no secret
    picture = _sky(dice)
    draw = ImageDraw.Draw(picture)
    horizon = dice.randint(620, 720)
    draw.rectangle((0, horizon, 1600, 1200), fill=(104, 128, 84) if scene != "street" else (112, 114, 116))
    {"house": _house, "tree": _tree, "street": _street, "hall": _house}[scene](draw, dice, horizon)
    for _ in range(dice.randint(3, 7)):
        _bush(draw, dice, horizon)
    picture = picture.filter(ImageFilter.GaussianBlur(1.6))
    grain = np.random.default_rng(dice.randrange(2**32)).normal(0, 7, (1200, 1600, 1))
    picture = Image.fromarray(np.clip(np.asarray(picture, dtype=np.float32) + grain, 0, 255).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0132] = f"{taken_at:%Y:%m:%d %H:%M:%S}"
    exif[0x0110] = "Dienstkamera 2"
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=82, exif=exif)
    return buffer.getvalue()


def _sky(dice: Random) -> Image.Image:
    top = np.array([dice.randint(110, 150), dice.randint(150, 185), dice.randint(200, 230)])
    low = np.array([214, 222, 228])
    rows = np.linspace(0, 1, 1200)[:, None, None]
    return Image.fromarray(np.broadcast_to(top * (1 - rows) + low * rows, (1200, 1600, 3)).astype(np.uint8))


def _house(draw: ImageDraw.ImageDraw, dice: Random, horizon: int) -> None:
    left, width, height = dice.randint(320, 480), dice.randint(560, 720), dice.randint(280, 360)
    top = horizon + 90 - height
    wall = dice.choice(((222, 210, 188), (196, 178, 160), (228, 226, 220), (178, 112, 92)))
    draw.rectangle((left, top, left + width, horizon + 90), fill=wall)
    draw.polygon([(left - 40, top), (left + width // 2, top - dice.randint(160, 230)), (left + width + 40, top)], fill=(122, 66, 54))
    for column in range(4):
        x = left + 50 + column * (width - 100) // 4
        for row in range(2):
            y = top + 40 + row * 130
            draw.rectangle((x, y, x + 80, y + 84), fill=(70, 84, 98), outline=(240, 240, 236), width=7)
    draw.rectangle((left + width // 2 - 44, horizon - 70, left + width // 2 + 44, horizon + 90), fill=(74, 54, 42))


def _tree(draw: ImageDraw.ImageDraw, dice: Random, horizon: int) -> None:
    x = dice.randint(650, 950)
    draw.polygon([(x - 46, horizon + 210), (x - 24, horizon - 260), (x + 24, horizon - 260), (x + 52, horizon + 210)], fill=(92, 74, 58))
    for _ in range(90):
        cx, cy = x + int(max(-260, min(260, dice.gauss(0, 150)))), horizon - 330 + int(max(-170, min(170, dice.gauss(0, 100))))
        radius, shade = dice.randint(36, 84), dice.randint(-18, 18)
        draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=(72 + shade, 108 + shade, 58 + shade))
    draw.ellipse((x - 20, horizon - 40, x + 24, horizon + 40), fill=(48, 38, 30))


def _street(draw: ImageDraw.ImageDraw, dice: Random, horizon: int) -> None:
    draw.polygon([(640, horizon), (960, horizon), (1700, 1200), (-100, 1200)], fill=(92, 94, 97))
    for step in range(6):
        y = horizon + 20 + step * step * 20
        below, wider = y + 14 + step * 6, 8 + 3 * step
        draw.polygon([(794 - step, y), (806 + step, y), (800 + wider, below), (800 - wider, below)], fill=(226, 226, 220))
    for _ in range(dice.randint(2, 4)):
        x, y, size = dice.randint(480, 1100), dice.randint(horizon + 180, 1120), dice.randint(50, 120)
        draw.ellipse((x - size, y - size // 3, x + size, y + size // 3), fill=(58, 58, 58), outline=(130, 126, 120), width=8)


def _bush(draw: ImageDraw.ImageDraw, dice: Random, horizon: int) -> None:
    x, size, shade = dice.randint(0, 1600), dice.randint(40, 110), dice.randint(-15, 15)
    draw.ellipse((x - size, horizon + 60 - size, x + size, horizon + 80), fill=(66 + shade, 96 + shade, 54 + shade))


def _render(pages: Sequence[Page], *, dpi: float) -> list[Image.Image]:
    """Turn pages into grey images. pdfium is not made for threads: one process draws one page at a time."""
    document = pypdfium2.PdfDocument(pdf(pages, title="", author="", made_at=_EPOCH))
    try:
        images: list[Image.Image] = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
        return images
    finally:
        document.close()


def fax_tiff(pages: Sequence[Page], *, seed: str, sent_at: datetime, sender_number: str) -> bytes:
    """Turn pages into a fax: one multi-page TIFF, black and white, CCITT group 4, 204 by 196 dpi, with the machine's line at the top."""
    dice = Random(f"fax {seed}")  # noqa: S311  # a drawing, no secret
    sheets = []
    for number, image in enumerate(_render(pages, dpi=FAX_DPI[0]), start=1):
        grey = image.resize((1728, 2287))
        draw = ImageDraw.Draw(grey)
        line = f"{sent_at:%d.%m.%Y %H:%M}   VON: {sender_number}   AN: TELEFAX RATHAUS   S. {number:02}/{len(pages):02}"
        draw.text((120, 18), line, fill=0, font_size=26)
        for _ in range(60):
            x, y = dice.randrange(1728), dice.randrange(2287)
            draw.rectangle((x, y, x + dice.randint(1, 3), y + dice.randint(1, 3)), fill=0)
        sheets.append(grey.point(lambda shade: 255 if shade > 150 else 0).convert("1"))
    buffer = BytesIO()
    sheets[0].save(buffer, "TIFF", save_all=True, append_images=sheets[1:], compression="group4", dpi=FAX_DPI)
    return buffer.getvalue()


@cache
def _paper_grain() -> Grey:
    """Return the noise of one A4 page; it is rolled to another place for each scan, which is ten times quicker than new noise."""
    noise = np.random.default_rng(1).normal(0, 5, (3600, 2600))
    return np.clip(noise + 20, 0, 40).astype(np.uint8)


def scan_pdf(pages: Sequence[Page], *, seed: str, scanned_at: datetime) -> bytes:
    """Turn pages into what a scanner makes of them: grey JPEG images of 300 dpi, a little skewed, with grain, dots and an edge."""
    dice = Random(f"scan {seed}")  # noqa: S311  # a drawing, no secret
    return image_pdf([_scanned(image, dice) for image in _render(pages, dpi=SCAN_DPI)], made_at=scanned_at)


def _scanned(image: Image.Image, dice: Random) -> tuple[bytes, int, int, float]:
    skewed = image.rotate(dice.uniform(-0.9, 0.9), resample=Image.Resampling.BILINEAR, fillcolor=252)
    draw = ImageDraw.Draw(skewed)
    width, height = skewed.size
    for _ in range(dice.randint(25, 60)):
        x, y, size = dice.randrange(width), dice.randrange(height), dice.choice((1, 1, 2, 2, 3))
        draw.ellipse((x, y, x + size, y + size), fill=dice.randint(30, 170))
    for y in (height // 2 - 472, height // 2 + 472):  # the holes of a binder, 80 mm apart
        draw.ellipse((108, y - 35, 178, y + 35), fill=188)
    shade = dice.randint(206, 226)
    draw.line((width - 5, 0, width - 3, height), fill=shade - 70, width=4)
    grain = np.roll(_paper_grain(), (dice.randrange(2000), dice.randrange(2000)), axis=(0, 1))[:height, :width]
    grey = np.asarray(skewed, dtype=np.int16) + grain - 34
    buffer = BytesIO()
    Image.fromarray(np.clip(grey, 18, 255).astype(np.uint8)).save(buffer, "JPEG", quality=55)
    return buffer.getvalue(), width, height, SCAN_DPI
