"""Binding documents into one PDF, with real qpdf and PDFium: hostile files are left out, nothing in the result acts, every page is stamped."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from foundation.pages import binding
from foundation.pages.binding import Bound, Part, Prepared
from foundation.pages.facts import Failure
from foundation.pages.inside import stamping
from tests.foundation import papers


def kept(folder: Path, name: str, pdf: pikepdf.Pdf, **options: object) -> Path:
    path = folder / name
    pdf.save(path, **options)
    path.chmod(0o644)
    return path


def prepared(*parts: Part) -> list[Prepared]:
    """What became of each; the results are copied out, because their folder goes."""
    with papers.work_folder() as folder:
        found, _peak = binding.prepare(parts, folder=folder)
        results = []
        for part, one in zip(parts, found, strict=True):
            if one.path is not None:
                copy = part.path.parent / f"ready-{one.path.name}-{part.path.name}.pdf"
                copy.write_bytes(one.path.read_bytes())
                copy.chmod(0o644)
                one = Prepared(copy, one.failure, one.lost)
            results.append(one)
        return results


def bound(*parts: Bound) -> bytes:
    with papers.work_folder() as folder:
        return binding.bind(parts, title="Akte", folder=folder).path.read_bytes()


def one_document(folder: Path, pdf: pikepdf.Pdf, *stamps: str) -> bytes:
    """A document alone, bound."""
    [found] = prepared(Part(kept(folder, "a.pdf", pdf), "pdf", stamps))
    assert found.path is not None, found.failure
    return bound(Bound(found.path, stamps, ("Dokument",)))


def text_of(content: bytes, page: int = 0) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        return str(pdf[page].get_textpage().get_text_range())


def refused(folder: Path, path: Path, family: str = "pdf", pages: int = 1) -> Failure | None:
    [found] = prepared(Part(path, family, ("1",) * pages))
    return found.failure


class TestPrepare:
    def test_a_broken_document_does_not_spoil_its_neighbours(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.pdf"
        broken.write_bytes(b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nstartxref\n99999\n%%EOF")
        good = kept(tmp_path, "good.pdf", papers.typed("Gut"))

        found = prepared(Part(good, "pdf", ("1",)), Part(broken, "pdf", ("2",)), Part(good, "pdf", ("3",)))

        assert [one.failure for one in found] == [None, Failure.BROKEN, None]

    def test_a_document_that_ends_the_process_is_left_out_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A bomb takes its process along; the next one goes on behind it."""
        bomb = papers.typed("Bombe")
        bomb.pages[0].Contents = pikepdf.Stream(bomb, b"q " * 40_000_000)
        paths = [kept(tmp_path, "bomb.pdf", bomb), kept(tmp_path, "good.pdf", papers.typed("Gut"))]
        monkeypatch.setattr(binding, "PAGE_SECONDS", 1)
        monkeypatch.setattr(binding, "START_SECONDS", 6)

        found = prepared(*(Part(path, "pdf", ("1",)) for path in paths))

        assert found[0].failure in {Failure.BOMB, Failure.TOO_SLOW, Failure.BROKEN}
        assert found[1].failure is None

    def test_refuses_a_password(self, tmp_path: Path) -> None:
        locked = kept(tmp_path, "a.pdf", papers.typed("Geheim"), encryption=pikepdf.Encryption(owner="x", user="y", R=6))

        assert refused(tmp_path, locked) == Failure.ENCRYPTED

    def test_refuses_what_is_encrypted_without_a_password(self, tmp_path: Path) -> None:
        locked = kept(tmp_path, "a.pdf", papers.typed("Geheim"), encryption=pikepdf.Encryption(owner="x", user="", R=6))

        assert refused(tmp_path, locked) == Failure.ENCRYPTED

    def test_refuses_a_document_without_pages(self, tmp_path: Path) -> None:
        assert refused(tmp_path, kept(tmp_path, "a.pdf", pikepdf.new())) == Failure.NO_PAGES

    def test_refuses_another_number_of_pages_than_expected(self, tmp_path: Path) -> None:
        assert refused(tmp_path, kept(tmp_path, "a.pdf", papers.typed("Eins", "Zwei")), pages=3) == Failure.BROKEN

    def test_refuses_an_xfa_form(self, tmp_path: Path) -> None:
        pdf = papers.typed("Bitte warten")
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pikepdf.Stream(pdf, b"<xdp/>"))

        assert refused(tmp_path, kept(tmp_path, "a.pdf", pdf)) == Failure.UNSUPPORTED

    def test_refuses_a_page_without_an_area(self, tmp_path: Path) -> None:
        pdf = papers.typed("Nichts")
        pdf.pages[0].MediaBox = Array([0, 0, 0, 0])

        assert refused(tmp_path, kept(tmp_path, "a.pdf", pdf)) == Failure.BROKEN

    def test_refuses_noise_as_a_picture(self, tmp_path: Path) -> None:
        noise = tmp_path / "a.png"
        noise.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

        assert refused(tmp_path, noise, "image") == Failure.BROKEN


class TestNothingActs:
    """JavaScript, launching programs and sending forms are dropped; what stood in a form stays as writing."""

    def bound_form(self, folder: Path) -> bytes:
        pdf = papers.typed("Formular")
        page = pdf.pages[0]
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert('Zwetschge')"))
        launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
        appearance = pikepdf.Stream(pdf, b"BT /F1 12 Tf 2 4 Td (Erika Muster) Tj ET")
        appearance.Type, appearance.Subtype, appearance.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
        appearance.Resources = page.Resources
        widget = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("Name"), V=String("Erika Muster"), F=4, Rect=Array([60, 600, 260, 620]),
            AP=Dictionary(N=pdf.make_indirect(appearance)), A=script, AA=Dictionary(K=script),
        )  # fmt: skip
        links = [
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
            for action in (
                launch,
                Dictionary(S=Name.URI, URI=String("https://beispiel.de")),
                Dictionary(S=Name.URI, URI=String("file:///etc")),
            )
        ]
        widget = pdf.make_indirect(widget)
        page.Annots = Array([widget, *(pdf.make_indirect(link) for link in links)])
        page.AA = Dictionary(O=script)
        pdf.Root.AcroForm = Dictionary(Fields=Array([widget]))
        pdf.Root.OpenAction = script
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
        return one_document(folder, pdf, "Blatt 1")

    def test_no_script_and_no_program_is_left(self, tmp_path: Path) -> None:
        with pikepdf.open(io.BytesIO(self.bound_form(tmp_path))) as pdf:
            everything = " ".join(repr(thing) for thing in pdf.objects)
            assert not {key for key in ("/OpenAction", "/AA", "/Names", "/AcroForm") if key in pdf.Root}

        for word in ("Zwetschge", "calc.exe", "file:///", "/JavaScript", "/Launch", "/AA"):
            assert word not in everything

    def test_what_stood_in_a_field_is_writing(self, tmp_path: Path) -> None:
        assert "Erika Muster" in text_of(self.bound_form(tmp_path))

    def test_a_link_into_the_web_stays(self, tmp_path: Path) -> None:
        with pikepdf.open(io.BytesIO(self.bound_form(tmp_path))) as pdf:
            [link] = pdf.pages[0].Annots
            assert str(link.A.URI) == "https://beispiel.de"

    def test_it_is_said_what_went_missing(self, tmp_path: Path) -> None:
        pdf = papers.typed("Mit Anlage")
        pdf.attachments["Tabelle.csv"] = b"a;b"

        [found] = prepared(Part(kept(tmp_path, "a.pdf", pdf), "pdf", ("1",)))

        assert found.lost == ("attachments",)

    def test_a_layer_that_is_switched_off_stays_off(self, tmp_path: Path) -> None:
        pdf = papers.typed("Sichtbar")
        page = pdf.pages[0]
        hidden = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Entwurf")))
        page.Resources.Properties = Dictionary(MC0=hidden)
        page.contents_add(b"/OC /MC0 BDC 0 0 0 rg 100 100 300 300 re f EMC")
        pdf.Root.OCProperties = Dictionary(OCGs=Array([hidden]), D=Dictionary(OFF=Array([hidden])))

        content = one_document(tmp_path, pdf, "Blatt 1")

        with pypdfium2.PdfDocument(content) as opened:
            assert opened[0].render(scale=0.2, grayscale=True).to_numpy()[120, 50] > 200  # the square would be black there


class TestStamps:
    @pytest.mark.parametrize("turned", [0, 90, 180, 270])
    def test_stands_upright_in_the_top_right_corner_whatever_the_rotation(self, turned: int, tmp_path: Path) -> None:
        pdf = papers.typed("Quer")
        pdf.pages[0].Rotate = turned
        pdf.pages[0].CropBox = Array([20, 30, 500, 700])

        content = one_document(tmp_path, pdf, "Blatt 17 RS")

        with pypdfium2.PdfDocument(content) as opened:
            page = opened[0]
            across, down = page.get_size()
            found = next(page.get_textpage().search("Blatt 17 RS", match_case=True).get_next() for _once in range(1))
            left, bottom, right, top = page.get_textpage().get_charbox(found[0])
            assert page.render(scale=1, grayscale=True).to_numpy()[: int(down * 0.05), int(across * 0.8) :].min() < 90
            assert right > left
            assert top > bottom

    def test_a_corner_that_is_written_on_is_left_alone(self, tmp_path: Path) -> None:
        pdf = papers.typed("Links")
        pdf.pages[0].contents_add(b"0 0 0 rg 400 780 195 62 re f")

        content = one_document(tmp_path, pdf, "Blatt 1")

        with pypdfium2.PdfDocument(content) as opened:
            picture = opened[0].render(scale=1, grayscale=True).to_numpy()
            assert picture[-40:, 400:].min() < 90  # it stands below instead

    def test_what_a_page_leaves_behind_does_not_shift_it(self, tmp_path: Path) -> None:
        pdf = papers.typed("Verschoben")
        pdf.pages[0].contents_add(b"q 0.01 0 0 0.01 -5000 -5000 cm Q Q q 3 0 0 3 900 900 cm")

        content = one_document(tmp_path, pdf, "Blatt 5")

        with pypdfium2.PdfDocument(content) as opened:
            assert opened[0].render(scale=1, grayscale=True).to_numpy()[:40, 500:].min() < 90

    def test_a_huge_page_has_a_stamp_that_can_be_read(self, tmp_path: Path) -> None:
        content = one_document(tmp_path, papers.typed("Plan", size=(14_000, 9_000)), "Blatt 9")

        with pypdfium2.PdfDocument(content) as opened:
            assert opened[0].render(scale=0.05, grayscale=True).to_numpy()[:25, 640:].min() < 160

    def test_a_picture_of_one_pixel_becomes_a_sheet_with_room_for_it(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        Image.new("L", (1, 1), 0).save(path)
        path.chmod(0o644)

        [found] = prepared(Part(path, "image", ("Blatt 3",)))

        assert found.path is not None
        with pypdfium2.PdfDocument(bound(Bound(found.path, ("3",), ("Punkt",)))) as opened:
            assert min(opened[0].get_size()) >= 72

    @given(st.integers(0, 3), st.floats(-500, 500), st.floats(-500, 500), st.floats(80, 3000), st.floats(80, 3000))
    def test_lies_on_the_page_whatever_its_boxes(self, quarter: int, left: float, bottom: float, width: float, height: float) -> None:
        across, down = (height, width) if quarter % 2 else (width, height)
        matrix = stamping._matrix((left, bottom, width, height), quarter * 90, across * 0.9, down * 0.9)

        assert left <= matrix[4] <= left + width
        assert bottom <= matrix[5] <= bottom + height


class TestBind:
    def two(self, folder: Path) -> list[Prepared]:
        first, second = kept(folder, "1.pdf", papers.typed("Eins", "Zwei")), kept(folder, "2.pdf", papers.typed("Drei"))
        return prepared(Part(first, "pdf", ("Blatt 17", "Blatt 17 RS")), Part(second, "pdf", ("Blatt 18",)))

    def test_pages_bookmarks_and_labels_are_seen_by_another_program(self, tmp_path: Path) -> None:
        first, second = (found.path for found in self.two(tmp_path))
        assert first
        assert second

        content = bound(Bound(first, ("17", "17 RS"), ("Anträge", "Antrag")), Bound(second, ("18",), ("Anträge", "Bescheid")))

        with pypdfium2.PdfDocument(content) as opened:
            assert [opened.get_page_label(number) for number in range(3)] == ["17", "17 RS", "18"]
            toc = [(item.level, item.get_title(), item.get_dest().get_index()) for item in opened.get_toc()]
        assert toc == [(0, "Anträge", 0), (1, "Antrag", 0), (1, "Bescheid", 2)]

    def test_a_result_with_other_labels_is_not_handed_out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        first, _second = (found.path for found in self.two(tmp_path))
        assert first
        expected = binding._expected_bookmarks
        monkeypatch.setattr(binding, "_expected_bookmarks", lambda parts: [*expected(parts), ("Mehr", 5)])

        with pytest.raises(binding.BadResult):
            bound(Bound(first, ("1", "2"), ("A",)))

    def test_tags_of_all_documents_are_kept(self, tmp_path: Path) -> None:
        from weasyprint import HTML

        paths = []
        for number, words in enumerate(("Vermerk", "Bescheid")):
            path = tmp_path / f"tagged-{number}.pdf"
            path.write_bytes(HTML(string=f"<html lang=de><title>x</title><h1>{words}</h1><p>Text").write_pdf(pdf_tags=True))
            path.chmod(0o644)
            paths.append(path)
        found = prepared(*(Part(path, "pdf", ("Blatt 1",)) for path in paths))

        content = bound(*(Bound(one.path, (str(number),), ("D",)) for number, one in enumerate(found, 1) if one.path))

        with pikepdf.open(io.BytesIO(content)) as pdf:
            root = pdf.Root.StructTreeRoot
            assert len(root.K) == 2
            keys = [int(number) for number in list(root.ParentTree.Nums)[::2]]
            assert keys == sorted(set(keys))
            assert {int(page.obj.StructParents) for page in pdf.pages} <= set(keys)
            assert [top.K[0].Pg.objgen for top in root.K] == [page.obj.objgen for page in pdf.pages]
            assert not bool(pdf.Root.MarkInfo.Suspects)
