"""Pages that no structure knows get a place in one, and what documents bring along is put under one root."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from foundation.pages.inside import parts, seats
from foundation.pages.inside.structure import numbers_of
from tests.foundation import papers


def ready(folder: Path, pdf: pikepdf.Pdf, *stamps: str) -> pikepdf.Pdf:
    """A document that has been prepared; its structure still hangs on its last page."""
    source = folder / "source.pdf"
    pdf.save(source)
    parts.prepare(source, folder / "ready.pdf", family="pdf", stamps=list(stamps), first=7000)
    return pikepdf.open(folder / "ready.pdf")


def structure(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[-1].obj[seats.SEAT].Structure


def entries(pdf: pikepdf.Pdf) -> dict[int, pikepdf.Object]:
    return dict(numbers_of(structure(pdf).ParentTree))


def typeset(html: str) -> pikepdf.Pdf:
    from weasyprint import HTML

    return pikepdf.open(io.BytesIO(HTML(string=f"<html lang=de><title>x</title>{html}").write_pdf(pdf_tags=True)))


class TestUntaggedPages:
    def test_a_page_with_words_is_a_paragraph(self, tmp_path: Path) -> None:
        with ready(tmp_path, papers.typed("Eins", "Zwei"), "Blatt 1", "Blatt 2") as pdf:
            [section] = structure(pdf).K
            assert [element.S for element in section.K] == [Name.P, Name.P]
            assert [element.Pg.objgen for element in section.K] == [page.obj.objgen for page in pdf.pages]
            assert [int(page.obj.StructParents) for page in pdf.pages] == [7000, 7001]
            assert [entries(pdf)[number][0].objgen for number in (7000, 7001)] == [element.objgen for element in section.K]

    def test_a_page_without_words_is_a_figure_named_after_its_sheet(self, tmp_path: Path) -> None:
        picture = tmp_path / "a.png"
        Image.new("L", (400, 600), 200).save(picture)

        parts.prepare(picture, tmp_path / "ready.pdf", family="image", stamps=["Blatt 17 RS"], first=7000)

        with pikepdf.open(tmp_path / "ready.pdf") as pdf:
            [element] = structure(pdf).K[0].K
            assert (element.S, str(element.Alt)) == (Name.Figure, "Blatt 17 RS")

    def test_nobody_has_looked_at_the_order_of_the_words(self, tmp_path: Path) -> None:
        with ready(tmp_path, papers.typed("Eins"), "Blatt 1") as pdf:
            assert bool(pdf.pages[-1].obj[seats.SEAT].Doubtful)

    def test_all_that_stood_on_the_page_is_in_it_and_the_stamp_is_not(self, tmp_path: Path) -> None:
        with ready(tmp_path, papers.typed("Eins"), "Blatt 1") as pdf:
            marked: list[str] = []
            shown: list[tuple[str, str]] = []
            for instruction in pikepdf.parse_content_stream(pdf.pages[0]):
                operator = str(instruction.operator)
                if operator in ("BDC", "BMC"):
                    marked.append(str(instruction.operands[0]))
                elif operator == "EMC":
                    marked.pop()
                elif operator == "Tj":
                    shown.append((marked[-1], bytes(instruction.operands[0]).decode("cp1252")))

        assert marked == []
        assert shown == [("/P", "Eins"), ("/Artifact", "Blatt 1"), ("/Artifact", "Blatt 1")]  # its white edge, and itself

    def test_marks_left_over_from_an_older_structure_do_not_stand_for_the_page(self, tmp_path: Path) -> None:
        pdf = papers.typed("Auszug")
        pdf.pages[0].contents_add(b"/Span <</MCID 4>> BDC EMC")

        with ready(tmp_path, pdf, "Blatt 1") as prepared:
            [element] = structure(prepared).K[0].K
            assert int(element.K) == 5
            assert entries(prepared)[7000][5].objgen == element.objgen


class TestTaggedDocuments:
    def test_their_own_structure_stays(self, tmp_path: Path) -> None:
        with ready(tmp_path, typeset("<h1>Bescheid</h1><p>Text"), "Blatt 1") as pdf:
            assert [top.S for top in structure(pdf).K] == [Name.Document]
            assert not bool(pdf.pages[-1].obj[seats.SEAT].Doubtful)
            assert int(pdf.pages[0].obj.StructParents) in entries(pdf)

    def test_an_untagged_page_among_tagged_ones_is_added(self, tmp_path: Path) -> None:
        pdf = typeset("<h1>Bescheid</h1>")
        with papers.typed("Eingelegt") as other:
            pdf.pages.append(other.pages[0])
            with ready(tmp_path, pdf, "Blatt 1", "Blatt 2") as prepared:
                assert [top.S for top in structure(prepared).K] == [Name.Document, Name.Sect]
                assert {int(page.obj.StructParents) for page in prepared.pages} <= set(entries(prepared))

    def test_half_a_structure_is_replaced_by_a_whole_one(self, tmp_path: Path) -> None:
        pdf = papers.typed("Eins")
        pdf.pages[0].obj.StructParents = 0
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))

        with ready(tmp_path, pdf, "Blatt 1") as prepared:
            assert [top.S for top in structure(prepared).K] == [Name.Sect]

    def test_numbers_beyond_all_measure_cost_a_document_its_tags_only(self, tmp_path: Path) -> None:
        pdf = typeset("<p>Text")
        pdf.Root.StructTreeRoot.ParentTree = Dictionary(Nums=Array([2_000_000_000, Array()]))

        with ready(tmp_path, pdf, "Blatt 1") as prepared:
            assert "/Structure" not in prepared.pages[-1].obj[seats.SEAT]
            assert "/StructParents" not in prepared.pages[0].obj
