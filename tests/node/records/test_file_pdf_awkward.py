"""The file as one PDF made of awkward documents: turned and cropped sheets, outlines of their own, torn streams; or of none at all."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
from datetime import UTC, datetime

import pikepdf
import pypdfium2
from django.utils import translation
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from records import exports, file_pdf, filing
from records.models import Document, Export
from tests.foundation import papers
from tests.foundation.pages import test_mending
from tests.node.records.handed_over import ask, bookmarks_of, content, labels_of, made, pdf_of, read_all, texts_of
from tests.node.records.papers import filed, refiled

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def saved(pdf: pikepdf.Pdf) -> bytes:
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def sizes_of(whole: bytes) -> list[tuple[int, int]]:
    with pypdfium2.PdfDocument(whole) as pdf:
        return [tuple(round(side) for side in pdf.get_page_size(number)) for number in range(len(pdf))]


def turned_and_cropped() -> pikepdf.Pdf:
    """Four sheets: upright, turned, cropped and turned, and a plan in landscape."""
    pdf = papers.typed("Hoch", "Gedreht", "Ausschnitt", "Plan")
    pdf.pages[1].Rotate = 90
    pdf.pages[2].CropBox, pdf.pages[2].Rotate = Array([20, 30, 500, 820]), 270
    pdf.pages[3].MediaBox = Array([-100, 0, 1091, 842])
    return pdf


class TestAwkwardDocuments:
    def test_turned_and_cropped_sheets_keep_their_sizes_and_bear_their_numbers(self, queued):
        version, clerk = filed(saved(turned_and_cropped()), "Plan.pdf")
        read_all()

        whole = content(made(version.document.file, clerk))

        assert sizes_of(whole)[2:] == [(595, 842), (842, 595), (790, 480), (1191, 842)]
        assert [f"Blatt {number}" in text for number, text in enumerate(texts_of(whole)[2:], 1)] == [True] * 4

    def test_a_documents_own_outline_and_page_labels_do_not_show(self, binder):
        file, clerk = binder
        pdf = papers.typed("Gutachten", "Anhang")
        with pdf.open_outline() as outline:
            outline.root.append(OutlineItem("Kapitel des Gutachters", 1))
        pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r, P=String("Gutachten-"))]))
        refiled(saved(pdf), "Gutachten.pdf", file, clerk)
        read_all()

        whole = content(made(file, clerk))

        assert "Kapitel des Gutachters" not in str(bookmarks_of(whole))
        assert [label for label in labels_of(whole) if label.isdecimal()] == [str(number) for number in range(1, 7)]

    def test_each_bookmark_leads_to_its_document_and_each_register_to_its_first(self, binder):
        file, clerk = binder
        refiled(pdf_of("Zeugnis der Statik"), "Statik.pdf", file, clerk)
        read_all()

        whole = content(made(file, clerk))

        with pypdfium2.PdfDocument(whole) as pdf:
            toc = [(item.level, item.get_title(), item.get_dest().get_index()) for item in pdf.get_toc()]
        texts = texts_of(whole)
        places = {title.partition("  ")[2]: page for level, title, page in toc if level == 1}
        assert "Bauantrag Blatt eins" in texts[places["Antrag"]]
        assert "Aktennotiz" in texts[places["Notiz"]]
        assert "Zeugnis der Statik" in texts[places["Statik"]]
        firsts = [(entry[2], after[2]) for entry, after in itertools.pairwise(toc) if (entry[0], after[0]) == (0, 1)]
        assert len(firsts) == 2
        assert all(register == first for register, first in firsts)

    def test_the_table_of_contents_names_the_sheets_that_bear_the_labels(self, binder):
        file, clerk = binder

        whole = content(made(file, clerk))

        contents = re.sub(r"\s+", " ", texts_of(whole)[1])
        spans = {title.partition("  ")[2]: title.partition("  ")[0] for level, title in bookmarks_of(whole) if level == 1}
        assert set(spans) == {"Antrag", "Notiz", "Foto"}
        for title, span in spans.items():
            assert re.search(rf"{title} \D*?[\d.]*? ?{span}\b", contents), (title, span)
            assert span.partition("–")[0] in labels_of(whole)

    def test_a_long_table_of_contents_counts_its_pages_on(self, binder, monkeypatch):
        file, clerk = binder
        monkeypatch.setattr(file_pdf, "ROWS_IN_ONE_GO", 1)

        whole = content(made(file, clerk))

        lists = [(label, text) for label, text in zip(labels_of(whole), texts_of(whole), strict=True) if label.startswith("I-")]
        assert [label for label, _text in lists] == ["I-1", "I-2", "I-3"]
        assert all(label in text for label, text in lists)

    def test_every_sheet_is_in_the_structure_whose_elements_lie_on_it(self, binder):
        file, clerk = binder

        with pikepdf.open(io.BytesIO(content(made(file, clerk)))) as pdf:
            parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
            for page in pdf.pages:
                elements = [element for element in parents[int(page.obj.StructParents)] if element is not None]
                assert elements
                assert {element.Pg.objgen for element in elements if "/Pg" in element} <= {page.obj.objgen}
            assert (str(pdf.Root.Lang), file.title in str(pdf.docinfo.Title)) == ("de", True)

    def test_qpdf_finds_nothing_wrong(self, binder, tmp_path):
        file, clerk = binder
        path = tmp_path / "akte.pdf"
        path.write_bytes(content(made(file, clerk)))

        checked = subprocess.run(["/usr/bin/qpdf", "--check", str(path)], capture_output=True, check=False)

        assert (checked.returncode, checked.stderr) == (0, b"")

    def test_a_torn_document_goes_along_and_it_is_said(self, binder):
        file, clerk = binder
        with test_mending.with_content(test_mending.damaged()) as pdf:
            refiled(saved(pdf), "Wasserschaden.pdf", file, clerk)
        read_all()

        export = made(file, clerk)

        contents = re.sub(r"\s+", " ", texts_of(content(export))[1])
        assert export.left_out == []
        assert "stellenweise beschädigt" in contents


class TestNothingToBind:
    def refused(self, file, clerk, **options):
        export = ask(file, clerk, **options)
        exports.make(export_id=export.pk)
        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "nothing")
        with translation.override("de"):
            return exports.failure(export)

    def test_a_file_without_documents_says_so(self, binder):
        file, clerk = binder
        empty = filing.create_file(unit=file.unit, title="Leer", by=clerk, at=AT)

        assert self.refused(empty, clerk)

    def test_a_file_of_which_everything_is_left_out_says_so(self, binder):
        file, clerk = binder
        ids = [str(public_id) for public_id in Document.objects.filter(file=file).values_list("public_id", flat=True)]

        assert self.refused(file, clerk, leave_out={"documents": ids, "reason": "Geheim"})
