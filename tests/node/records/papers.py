"""Documents to be read."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from PIL import Image, ImageDraw, ImageFont

from records import filing, granting, intake
from records.models import DocumentVersion, RecordFile
from tenants import stores
from tenants.models import User
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def filed(content: bytes = "Guten Tag\nFrau Müller".encode(), name: str = "brief.txt") -> tuple[DocumentVersion, User]:
    """A document in a new file, not read yet, and the clerk who filed it."""
    unit, clerk = FilePlanUnitFactory(), ClerkFactory()
    granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
    file = filing.create_file(unit=unit, title="Bauakte", by=clerk, at=AT)
    document = intake.take_in(arrival=intake.Arrival(stores.of_municipality().put(content), name), file=file, by=clerk, at=AT)
    assert document.current is not None
    return document.current, clerk


def refiled(content: bytes, name: str, file: RecordFile, clerk: User) -> DocumentVersion:
    """A further document in the same file, not read yet."""
    document = intake.take_in(arrival=intake.Arrival(stores.of_municipality().put(content), name), file=file, by=clerk, at=AT)
    assert document.current is not None
    return document.current


def scan_of(pages: int) -> bytes:
    """A small image-only PDF with a word on every page."""
    font = ImageFont.truetype("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf", 40)
    drawn = []
    for number in range(pages):
        picture = Image.new("L", (900, 400), 255)
        ImageDraw.Draw(picture).text((80, 120), f"Seite {number + 1} der Bauakte", fill=0, font=font)
        drawn.append(picture)
    stream = io.BytesIO()
    drawn[0].save(stream, "PDF", save_all=True, append_images=drawn[1:], resolution=150)
    return stream.getvalue()
