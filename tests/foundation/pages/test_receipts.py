"""The stamp of a receipt on the first page of what came in: in the margin, in a frame, and never over what stands there."""

from __future__ import annotations

from pathlib import Path

import numpy
import pikepdf
import pypdfium2
import pytest

from foundation.pages.inside import parts, stamping
from tests.foundation import papers
from tests.foundation.pages.test_strips import crowded, drawn

RECEIPT = "Stadt Musterstadt – Eingegangen am 12.03.2026"


def stamped(folder: Path, pdf: pikepdf.Pdf, *stamps: str, receipt: str = RECEIPT) -> Path:
    source, ready = folder / "source.pdf", folder / "ready.pdf"
    pdf.save(source)
    parts.prepare(source, ready, family="pdf", stamps=list(stamps), receipt=receipt)
    return ready


def texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def two_pages() -> pikepdf.Pdf:
    pdf = papers.typed("Antrag")
    pdf.pages.append(pdf.pages[0])
    return pdf


class TestReceipt:
    def test_stands_on_the_first_page_only(self, tmp_path: Path) -> None:
        first, second = texts(stamped(tmp_path, two_pages(), "Blatt 1", "Blatt 2"))

        assert RECEIPT in first
        assert "Blatt 1" in first
        assert RECEIPT not in second

    def test_is_left_out_when_there_is_none(self, tmp_path: Path) -> None:
        assert "Eingegangen" not in texts(stamped(tmp_path, papers.typed("Antrag"), "Blatt 1", receipt=""))[0]

    @pytest.mark.parametrize("turned", [0, 90, 180, 270])
    def test_lies_beside_the_number_of_the_sheet_in_a_strip_where_nothing_is_free(self, turned: int, tmp_path: Path) -> None:
        pdf = crowded()
        pdf.pages[0].Rotate = turned
        before = drawn(papers.saved(pdf, tmp_path / "before.pdf"))

        ready = stamped(tmp_path, pdf, "Blatt 17 RS")

        after = drawn(ready)
        strip = after.shape[0] - before.shape[0]
        assert 20 <= strip <= 40  # one strip for both
        assert (numpy.abs(after[strip + 2 :].astype(int) - before[2:]) < 40).mean() > 0.99
        assert "Blatt 17 RS" in texts(ready)[0]
        assert RECEIPT in texts(ready)[0]

    @pytest.mark.parametrize("turned", [0, 90, 180, 270])
    def test_covers_nothing_on_a_page_with_free_margins(self, turned: int, tmp_path: Path) -> None:
        pdf = papers.typed("Antrag")
        pdf.pages[0].Rotate = turned
        before = drawn(papers.saved(pdf, tmp_path / "before.pdf"))

        after = drawn(stamped(tmp_path, pdf, "Blatt 1"))

        assert after.shape == before.shape
        assert (after[before < 128] < 160).all()  # what was there is there
        assert ((after < 128) & (before > 200)).any()

    def test_a_long_text_becomes_small_and_stays_on_the_page(self, tmp_path: Path) -> None:
        long = "Verbandsgemeindeverwaltung Musterstadt am Beispielfluss, Zentrale Poststelle im Rathaus, Eingang " * 2 + "12.03.2026"

        ready = stamped(tmp_path, papers.typed("Antrag"), "Blatt 1", receipt=long)

        with pypdfium2.PdfDocument(ready) as pdf:
            page = pdf[0]
            boxes = [page.get_textpage().get_charbox(at) for at in range(page.get_textpage().count_chars())]
            assert max(box[2] for box in boxes) <= page.get_width()
            assert min(box[0] for box in boxes) >= 0

    def test_two_texts_that_touch_are_not_apart(self) -> None:
        taken = (400.0, 800.0, 150.0, 8.0)

        assert not stamping._apart((380.0, 800.0), 100.0, 8.0, taken)
        assert stamping._apart((14.0, 800.0), 200.0, 8.0, taken)
        assert stamping._apart((400.0, 780.0), 100.0, 8.0, taken)
