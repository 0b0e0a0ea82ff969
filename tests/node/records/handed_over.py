"""Files made into something that leaves the house, and a look into it."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
from django.utils import timezone
from PIL import Image

from records import exports, reading
from records.models import Export, Reading
from tenants import stores
from tests.foundation import papers

ADDRESS = "https://musterstadt.localhost/akten/x/"


def pdf_of(*texts: str) -> bytes:
    stream = io.BytesIO()
    papers.typed(*texts).save(stream)
    return stream.getvalue()


def read_all() -> None:
    for pk in Reading.objects.filter(done_at__isnull=True).values_list("pk", flat=True):
        reading.read(reading_id=pk)


def picture(size: tuple[int, int] = (11, 8)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(stream, "PNG")
    return stream.getvalue()


def ask(file, clerk, kind="file_pdf", **options):
    return exports.ask(file=file, kind=kind, address=ADDRESS, by=clerk, at=timezone.now(), **options)


def made(file, clerk, kind="file_pdf", **options):
    export = ask(file, clerk, kind, **options)
    exports.make(export_id=export.pk)
    export.refresh_from_db()
    assert export.state == Export.State.READY, exports.failure(export)
    return export


def content(export) -> bytes:
    return stores.of_municipality().path(export.sha256).read_bytes()


def texts_of(whole: bytes) -> list[str]:
    with pypdfium2.PdfDocument(whole) as pdf:
        return [pdf[number].get_textpage().get_text_range() for number in range(len(pdf))]


def labels_of(whole: bytes) -> list[str]:
    with pypdfium2.PdfDocument(whole) as pdf:
        return [pdf.get_page_label(number) for number in range(len(pdf))]


def bookmarks_of(whole: bytes) -> list[tuple[int, str]]:
    with pypdfium2.PdfDocument(whole) as pdf:
        return [(item.level, item.get_title()) for item in pdf.get_toc()]


def locked() -> bytes:
    stream = io.BytesIO()
    papers.typed("Geheim").save(stream, encryption=pikepdf.Encryption(owner="x", user="", R=6))
    return stream.getvalue()
