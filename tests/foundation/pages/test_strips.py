"""A page without a free corner grows by a strip for its stamp: nothing of a document is covered, whatever its rotation and its boxes."""

from __future__ import annotations

from pathlib import Path

import numpy
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array

from foundation.pages.inside import parts
from tests.foundation import papers

LINE = "Der Antrag auf Erteilung einer Baugenehmigung wird hiermit beschieden und bekanntgegeben. " * 2
CROP = [60, 80, 420, 700]


def crowded() -> pikepdf.Pdf:
    """A page that is written on from edge to edge."""
    pdf = papers.typed("")
    lines = "".join(f"BT /F1 11 Tf 2 {y} Td ({LINE}) Tj ET " for y in range(4, 842, 10))
    pdf.pages[0].contents_add(lines.encode())
    return pdf


def stamped(folder: Path, pdf: pikepdf.Pdf) -> Path:
    source, ready = folder / "source.pdf", folder / "ready.pdf"
    pdf.save(source)
    parts.prepare(source, ready, family="pdf", stamps=["Blatt 17 RS"])
    return ready


def drawn(path: Path) -> numpy.ndarray:
    with pypdfium2.PdfDocument(path) as pdf:
        return numpy.array(pdf[0].render(scale=2, grayscale=True).to_pil())


class TestStrip:
    @pytest.mark.parametrize("turned", [0, 90, 180, 270])
    def test_lies_on_top_as_the_page_is_shown_and_leaves_the_rest_as_it_was(self, turned: int, tmp_path: Path) -> None:
        pdf = crowded()
        pdf.pages[0].CropBox = Array(CROP)
        pdf.pages[0].Rotate = turned
        before = drawn(papers.saved(pdf, tmp_path / "before.pdf"))

        after = drawn(stamped(tmp_path, pdf))

        strip = after.shape[0] - before.shape[0]
        assert after.shape[1] == before.shape[1]
        assert 20 <= strip <= 40  # at two pixels a point
        assert (numpy.abs(after[strip + 2 :].astype(int) - before[2:]) < 40).mean() > 0.99
        assert after[2 : strip - 2, : after.shape[1] // 2].min() > 250  # what the crop box had cut off does not come back

    @pytest.mark.parametrize("turned", [0, 90, 180, 270])
    def test_its_text_can_be_found(self, turned: int, tmp_path: Path) -> None:
        pdf = crowded()
        pdf.pages[0].Rotate = turned

        with pypdfium2.PdfDocument(stamped(tmp_path, pdf)) as opened:
            assert "Blatt 17 RS" in opened[0].get_textpage().get_text_range()

    def test_dark_paper_gets_one(self, tmp_path: Path) -> None:
        pdf = papers.typed("")
        pdf.pages[0].contents_add(b"0.1 g 0 0 595 842 re f")

        after = drawn(stamped(tmp_path, pdf))

        assert after.shape[0] > 2 * 842
        assert after[3, 3] > 250

    def test_a_page_with_room_keeps_its_size(self, tmp_path: Path) -> None:
        assert drawn(stamped(tmp_path, papers.typed("Wenig"))).shape == (2 * 842, 2 * 595)
