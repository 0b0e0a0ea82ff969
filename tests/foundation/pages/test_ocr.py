"""Reading pages that are images of writing, with the real ocrmypdf and tesseract."""

import hashlib
import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from foundation import kinds, sandbox
from foundation.pages import ocr
from foundation.pages.facts import Failure, Inspection, PageFacts, Unreadable
from foundation.pages.inspection import inspect
from foundation.pages.ocr import ReadScan, join_slices, limits_for, read_scan, slices
from foundation.pages.texts import page_texts
from tests.foundation import papers

PDF = kinds.Kind("application/pdf", "pdf")


def read(path: Path, out: Path, numbers: list[int] | None = None) -> ReadScan:
    kind = kinds.recognise(path, path.name)
    with papers.work_folder() as folder, papers.work_folder() as other:
        return read_scan(path, kind, inspect(path, kind, folder=folder), numbers=numbers, out=out, folder=other)


def words(result: ReadScan) -> list[str]:
    return [text.text.strip() for text in result.texts]


def text_layer(path: Path) -> list[str]:
    with papers.work_folder() as folder:
        return [text.text for text in page_texts(path, PDF, folder=folder)]


class TestReadScan:
    def test_reads_a_mixed_document_and_leaves_typed_pages_and_the_original_alone(self, tmp_path: Path):
        pdf = papers.scan("Baugenehmigung für Überlingen")
        pdf.pages.extend(papers.typed("Maschinentext: ÄÖÜ").pages)
        path = papers.saved(pdf, tmp_path / "a.pdf")
        before = hashlib.sha256(path.read_bytes()).hexdigest()

        result = read(path, tmp_path / "out.pdf")

        assert words(result) == ["Baugenehmigung für Überlingen"]
        assert result.searchable == tmp_path / "out.pdf"
        layer = text_layer(tmp_path / "out.pdf")
        assert "Überlingen" in layer[0]
        assert layer[1] == "Maschinentext: ÄÖÜ"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == before
        with pikepdf.open(path) as original, pikepdf.open(tmp_path / "out.pdf") as derived:
            assert derived.pages[1].Contents.read_bytes() == original.pages[1].Contents.read_bytes()

    def test_counts_a_photograph_without_words_as_read(self, tmp_path: Path):
        Image.effect_noise((1200, 800), 40).save(tmp_path / "a.jpg")

        result = read(tmp_path / "a.jpg", tmp_path / "out.pdf")

        assert [text.number for text in result.texts] == [1]
        assert result.given_up == ()

    @pytest.mark.parametrize("how", ["signed", "encrypted", "xfa"])
    def test_takes_only_the_text_of_what_must_not_be_rewritten(self, tmp_path: Path, how: str):
        pdf = papers.scan("Unterschriebener Vertrag")
        if how != "encrypted":
            papers.with_form(pdf, signature=how == "signed", xfa=how == "xfa")
        papers.saved(pdf, tmp_path / "a.pdf", encryption=pikepdf.Encryption(user="", owner="x") if how == "encrypted" else False)

        result = read(tmp_path / "a.pdf", tmp_path / "out.pdf")

        assert words(result) == ["Unterschriebener Vertrag"]
        assert result.searchable is None
        assert not (tmp_path / "out.pdf").exists()

    def test_gives_the_text_of_a_pdf_that_ocrmypdf_refuses(self, tmp_path: Path):
        pdf = papers.scan("Trotzdem lesbar")
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), SigFlags=3)

        result = read(papers.saved(pdf, tmp_path / "a.pdf"), tmp_path / "out.pdf")

        assert words(result) == ["Trotzdem lesbar"]

    def test_reads_slices_apart_and_joins_them(self, tmp_path: Path):
        pdf = papers.scan("erstes Blatt")
        pdf.pages.extend(papers.typed("zweites Blatt").pages)
        pdf.pages.extend(papers.scan("drittes Blatt").pages)
        path = papers.saved(pdf, tmp_path / "a.pdf")

        first = read(path, tmp_path / "1.pdf", [1, 2])
        second = read(path, tmp_path / "2.pdf", [3])
        with papers.work_folder() as folder:
            join_slices([tmp_path / "1.pdf", tmp_path / "2.pdf"], tmp_path / "all.pdf", folder=folder)

        assert [(text.number, text.text.strip()) for text in (*first.texts, *second.texts)] == [(1, "erstes Blatt"), (3, "drittes Blatt")]
        assert [text.split("\n")[0] for text in text_layer(tmp_path / "all.pdf")] == ["erstes Blatt", "zweites Blatt", "drittes Blatt"]

    def test_reads_all_pages_of_a_tiff(self, tmp_path: Path):
        pages = [papers.picture(text).convert("1") for text in ("erste Seite", "zweite Seite")]
        pages[0].save(tmp_path / "a.tif", compression="group4", dpi=(150, 150), save_all=True, append_images=pages[1:])

        result = read(tmp_path / "a.tif", tmp_path / "out.pdf")

        assert words(result) == ["erste Seite", "zweite Seite"]
        assert len(text_layer(tmp_path / "out.pdf")) == 2


class TestImages:
    @pytest.mark.parametrize(
        ("mode", "image_format"), [("1", "PNG"), ("CMYK", "JPEG"), ("RGBA", "PNG"), ("I;16", "PNG"), ("P", "PNG"), ("CMYK", "TIFF")]
    )
    def test_reads_every_sort_of_picture(self, tmp_path: Path, mode: str, image_format: str):
        image = papers.picture("Bauvorhaben Rathaus")
        image = image.convert("I").point(lambda value: value * 256).convert("I;16") if mode == "I;16" else image.convert(mode)
        path = tmp_path / f"a.{image_format.lower()}"
        image.save(path, image_format)

        assert words(read(path, tmp_path / "out.pdf")) == ["Bauvorhaben Rathaus"]

    @pytest.mark.parametrize("orientation", [2, 3, 6, 8])
    def test_turns_pictures_as_the_camera_says(self, tmp_path: Path, orientation: int):
        undo = {
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            6: Image.Transpose.ROTATE_90,
            8: Image.Transpose.ROTATE_270,
        }
        exif = Image.Exif()
        exif[0x0112] = orientation
        papers.picture("Bauvorhaben Rathaus").transpose(undo[orientation]).save(tmp_path / "a.jpg", exif=exif, dpi=(150, 150))

        assert words(read(tmp_path / "a.jpg", tmp_path / "out.pdf")) == ["Bauvorhaben Rathaus"]

    def test_keeps_the_bytes_of_a_plain_jpeg_in_the_derived_pdf(self, tmp_path: Path):
        papers.picture("Rathaus").save(tmp_path / "a.jpg", dpi=(150, 150))

        read(tmp_path / "a.jpg", tmp_path / "out.pdf")

        with pikepdf.open(tmp_path / "out.pdf") as derived:
            assert next(iter(derived.pages[0].get_images().values())).read_raw_bytes() == (tmp_path / "a.jpg").read_bytes()

    @pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
    def test_says_that_a_truncated_picture_is_damaged(self, tmp_path: Path, image_format: str):
        buffer = io.BytesIO()
        papers.picture("Rathaus").save(buffer, image_format)
        path = tmp_path / f"a.{image_format.lower()}"
        path.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])

        with pytest.raises(Unreadable) as caught:
            read(path, tmp_path / "out.pdf")

        assert caught.value.code == Failure.BROKEN


class TestAlwaysEnds:
    def test_gives_up_when_time_is_over(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(ocr, "limits_for", lambda _pages: sandbox.Limits(cpu_seconds=1, wall_seconds=2))
        path = papers.saved(papers.scan("\n".join(["lange Zeilen auf diesem Blatt"] * 40), dpi=300), tmp_path / "a.pdf")

        with pytest.raises(Unreadable) as caught:
            read(path, tmp_path / "out.pdf")

        assert caught.value.code == Failure.TOO_SLOW

    def test_allows_a_plan_more_time_than_a_letter(self):
        letter, plan = PageFacts(1, 595, 842, needs_reading=True), PageFacts(1, 2384, 3370, needs_reading=True)

        assert limits_for([letter]).cpu_seconds < 100
        assert limits_for([plan]).cpu_seconds == 30 + 480


class TestSlices:
    def test_keeps_typed_pages_with_the_scans_before_them(self):
        pages = tuple(PageFacts(number, 595, 842, needs_reading=number % 2 == 1) for number in range(1, 10))

        assert slices(Inspection(page_count=9, pages=pages), size=2) == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]

    def test_makes_one_slice_of_a_typed_document(self):
        pages = tuple(PageFacts(number, 595, 842, has_text=True) for number in (1, 2, 3))

        assert slices(Inspection(page_count=3, pages=pages)) == [[1, 2, 3]]


class TestSecondLook:
    @pytest.mark.parametrize("turned", [Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
    def test_turns_a_page_that_lies_wrong(self, tmp_path: Path, turned: Image.Transpose):
        letter = "Sehr geehrte Damen und Herren,\nhiermit beantrage ich die Genehmigung\nfür den Anbau an mein Wohnhaus.\n" * 6
        image = papers.picture(letter, dpi=300).transpose(turned)
        pdf = papers.typed("Deckblatt")
        papers.add_picture(pdf, image, size=(image.width * 72 / 300, image.height * 72 / 300))

        result = read(papers.saved(pdf, tmp_path / "a.pdf"), tmp_path / "out.pdf")

        assert "Genehmigung" in result.texts[0].text
        cover, page = text_layer(tmp_path / "out.pdf")
        assert cover == "Deckblatt"
        assert "Genehmigung" in page
        with pikepdf.open(tmp_path / "out.pdf") as derived:
            shown_upright = derived.pages[1].get("/Rotate", 0) != 0 or derived.pages[1].mediabox[2] < derived.pages[1].mediabox[3]
            assert shown_upright
