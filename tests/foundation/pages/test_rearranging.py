"""Pages in another order, turned, left out, put together: each is the page that was asked for, and what is left out is gone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from foundation.pages import rearranging
from foundation.pages.facts import Failure, Unreadable
from foundation.pages.inside import rearranging as inside
from foundation.pages.rearranging import Part, Source, Wanted
from tests.foundation import papers

LETTERS = ("Antrag", "Bescheid", "Carport", "Dachplan", "Einspruch", "Foto", "Gutachten")


def kept(folder: Path, name: str, pdf: pikepdf.Pdf, **options: object) -> Path:
    path = folder / name
    pdf.save(path, **options)
    path.chmod(0o644)
    return path


def results(sources: list[Source], *wanted: Wanted) -> list[tuple[bytes, tuple[str, ...]]]:
    """In the sandbox."""
    with papers.work_folder() as folder:
        return [(made.path.read_bytes(), made.lost) for made in rearranging.rearrange(sources, wanted, folder=folder)]


def result(path: Path, *pages: tuple[int, int], **more: Any) -> tuple[bytes, tuple[str, ...]]:
    return results([Source(path, "pdf")], Wanted((Part(0, pages),), **more))[0]


def seen(content: bytes) -> list[tuple[str, int]]:
    """What PDFium reads on each page, and how the page is turned."""
    with pypdfium2.PdfDocument(content) as pdf:
        return [(page.get_textpage().get_text_range().strip(), page.get_rotation()) for page in pdf]


def refusal(path: Path, *pages: tuple[int, int]) -> Failure:
    with pytest.raises(Unreadable) as refused:
        result(path, *pages)
    return refused.value.code


def tagged(*texts: str) -> pikepdf.Pdf:
    """A PDF with an element for each page that says its text in words of its own."""
    pdf = papers.typed(*texts)
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    whole = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, Alt=String(" ".join(texts))))
    numbers, elements = [], []
    for number, (page, text) in enumerate(zip(pdf.pages, texts, strict=True)):
        element = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.P, P=whole, Pg=page.obj, K=0, ActualText=String(f"Wort {text}"))
        )
        page.obj.StructParents = number
        page.Contents = pikepdf.Stream(pdf, b"/P <</MCID 0>> BDC " + page.Contents.read_bytes() + b" EMC")
        numbers += [number, Array([element])]
        elements.append(element)
    whole.K, root.K = Array(elements), whole
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = root, Dictionary(Marked=True)
    return pdf


def everything(content: bytes) -> str:
    """All that stands in a PDF, unpacked."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
        )
    return out.getvalue().decode("latin-1")


class TestOrder:
    @settings(deadline=None, max_examples=40)
    @given(
        chosen=st.permutations(range(1, len(LETTERS) + 1)).flatmap(
            lambda order: st.integers(1, len(order)).flatmap(
                lambda count: st.tuples(*(st.tuples(st.just(number), st.sampled_from((0, 90, 180, 270))) for number in order[:count]))
            )
        ),
        turned_before=st.lists(st.sampled_from((0, 90, 180, 270)), min_size=len(LETTERS), max_size=len(LETTERS)),
    )
    def test_any_order_turn_and_leaving_out_gives_exactly_those_pages(
        self, chosen: tuple[tuple[int, int], ...], turned_before: list[int]
    ) -> None:
        pdf = papers.typed(*LETTERS)
        for page, turn in zip(pdf.pages, turned_before, strict=True):
            page.rotate(turn, relative=False)
        with papers.work_folder() as folder:
            path, out = kept(folder, "a.pdf", pdf), folder / "out.pdf"
            source = [{"path": str(path), "family": "pdf", "original": ""}]
            wanted = {"parts": [{"source": 0, "pages": chosen, "bookmark": ""}], "title": "", "attachments": True}

            lost = inside.rearrange(source, wanted, out, work=folder)

            assert seen(out.read_bytes()) == [(LETTERS[number - 1], (turned_before[number - 1] + turn) % 360) for number, turn in chosen]
            assert (lost, inside.verify(source, wanted, out, work=folder)) == ([], "")

    @settings(deadline=None, max_examples=25)
    @given(cuts=st.sets(st.integers(2, len(LETTERS))))
    def test_split_and_merged_again_it_is_the_sequence_it_was(self, cuts: set[int]) -> None:
        starts = [1, *sorted(cuts)]
        parts = [range(start, end) for start, end in zip(starts, [*starts[1:], len(LETTERS) + 1], strict=True)]
        with papers.work_folder() as folder:
            path = kept(folder, "a.pdf", papers.typed(*LETTERS))
            pieces = []
            for place, numbers in enumerate(parts):
                pieces.append(folder / f"part-{place}.pdf")
                pages = [(number, 0) for number in numbers]
                inside.rearrange(
                    [{"path": str(path), "family": "pdf", "original": ""}],
                    {"parts": [{"source": 0, "pages": pages, "bookmark": ""}], "title": "", "attachments": True},
                    pieces[-1],
                    work=folder,
                )
            whole = folder / "whole.pdf"
            inside.rearrange(
                [{"path": str(piece), "family": "pdf", "original": ""} for piece in pieces],
                {
                    "parts": [
                        {"source": place, "pages": [(number, 0) for number in range(1, len(numbers) + 1)], "bookmark": f"Teil {place}"}
                        for place, numbers in enumerate(parts)
                    ],
                    "title": "",
                    "attachments": True,
                },
                whole,
                work=folder,
            )

            assert [text for text, _turn in seen(whole.read_bytes())] == list(LETTERS)

    def test_a_page_is_turned_and_not_drawn_anew(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "a.pdf", papers.scan("Eins"))

        content, _lost = result(path, (1, 90))

        with pikepdf.open(path) as before, pikepdf.open(io.BytesIO(content)) as after:
            drawn, asked = (pdf.pages[0].Resources.XObject["/I"] for pdf in (after, before))
            assert drawn.read_raw_bytes() == asked.read_raw_bytes()
            assert after.pages[0].rotation == 90

    def test_several_results_are_made_at_once(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "a.pdf", papers.typed(*LETTERS))

        made = results(
            [Source(path, "pdf")],
            Wanted((Part(0, ((1, 0), (2, 180))),)),
            Wanted((Part(0, ((7, 0),)),), title="Gutachten", attachments=False),
        )

        assert [seen(content) for content, _lost in made] == [[("Antrag", 0), ("Bescheid", 180)], [("Gutachten", 0)]]
        with pikepdf.open(io.BytesIO(made[1][0])) as pdf:
            assert str(pdf.docinfo["/Title"]) == "Gutachten"


class TestLeavingOut:
    def test_what_is_left_out_is_not_in_the_file_any_more(self, tmp_path: Path) -> None:
        """Neither by links, bookmarks, tags and fields, nor by what all pages share."""
        pdf = tagged("Oben", "Mirabelle", "Unten")
        secret = pikepdf.Stream(pdf, b"BT (Zwetschge) Tj ET")
        secret.Type, secret.Subtype, secret.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
        shared = pdf.make_indirect(Dictionary(XObject=Dictionary(S=secret), Font=pdf.pages[0].Resources.Font))
        for page in pdf.pages:
            page.Resources = shared
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), Dest=Array([pdf.pages[1].obj, Name.Fit]))
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("Holunder"))
        pdf.pages[1].Annots = Array([pdf.make_indirect(note)])
        with pdf.open_outline() as outline:
            outline.root.extend([OutlineItem("Kapitel oben", 0), OutlineItem("Quitte", 1), OutlineItem("Kapitel unten", 2)])
        path = kept(tmp_path, "a.pdf", pdf)

        content, lost = result(path, (3, 0), (1, 0))

        told = everything(content)
        for secret_word in ("Mirabelle", "Zwetschge", "Holunder", "Quitte"):
            assert secret_word not in told
            assert secret_word.encode("utf-16-be").decode("latin-1") not in told
        assert "Wort Oben" in told
        assert lost == ()
        with pypdfium2.PdfDocument(content) as made:
            assert [(item.get_title(), item.get_dest().get_index()) for item in made.get_toc()] == [
                ("Kapitel oben", 1),
                ("Kapitel unten", 0),
            ]

    def test_tags_still_find_their_pages(self, tmp_path: Path) -> None:
        content, _lost = result(kept(tmp_path, "a.pdf", tagged("Oben", "Mitte", "Unten")), (3, 0), (1, 90))

        with pikepdf.open(io.BytesIO(content)) as pdf:
            root = pdf.Root.StructTreeRoot
            elements = {str(element.ActualText): element for element in root.K[0].K}
            assert elements.keys() == {"Wort Oben", "Wort Unten"}
            assert elements["Wort Unten"].Pg.objgen == pdf.pages[0].obj.objgen
            tree = dict(zip(root.ParentTree.Nums[::2], root.ParentTree.Nums[1::2], strict=True))
            assert tree[int(pdf.pages[1].obj.StructParents)][0].objgen == elements["Wort Oben"].objgen
            assert "/Alt" not in root.K[0]  # words for a whole that is no longer there
            assert bool(pdf.Root.MarkInfo.Marked)

    def test_fields_whose_relatives_are_left_out_become_writing(self, tmp_path: Path) -> None:
        pdf = papers.typed("Eins", "Zwei")
        widgets = []
        for page, value in zip(pdf.pages, ("Erika", "Mirabelle"), strict=True):
            appearance = pikepdf.Stream(pdf, b"BT /F1 12 Tf 2 4 Td (" + value.encode() + b") Tj ET")
            appearance.Type, appearance.Subtype, appearance.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
            appearance.Resources = page.Resources
            widget = Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String(value), V=String(value), F=4, Rect=Array([60, 600, 260, 620]),
                AP=Dictionary(N=pdf.make_indirect(appearance)), P=page.obj,
            )  # fmt: skip
            widgets.append(pdf.make_indirect(widget))
            page.Annots = Array([widgets[-1]])
        top = pdf.make_indirect(Dictionary(T=String("Formular"), Kids=Array(widgets)))
        for widget in widgets:
            widget.Parent = top
        pdf.Root.AcroForm = Dictionary(Fields=Array([top]))

        content, lost = result(kept(tmp_path, "a.pdf", pdf), (1, 0))

        assert lost == ("form",)
        assert "Mirabelle" not in everything(content)
        assert "Erika" in seen(content)[0][0]


class TestWhatGoesAlong:
    def test_form_fields_stay_fields_when_all_pages_are_there(self, tmp_path: Path) -> None:
        pdf = papers.with_form(papers.typed("Formular", "Anlage"))

        content, lost = result(kept(tmp_path, "a.pdf", pdf), (2, 0), (1, 0))

        assert lost == ()
        with pikepdf.open(io.BytesIO(content)) as made:
            [field] = made.acroform.fields
            assert str(field.obj.V) == "Erika"
            assert made.pages[1].Annots[0].objgen == field.obj.objgen

    def test_files_inside_come_along_or_are_said_to_be_lost(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "a.pdf", papers.with_attachment(papers.typed("Eins", "Zwei"), "rechnung.xml", b"<Rechnung/>"))

        content, lost = result(path, (2, 0), (1, 0))
        without, lost_then = result(path, (2, 0), attachments=False)

        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert pdf.attachments["rechnung.xml"].get_file().read_bytes() == b"<Rechnung/>"
        with pikepdf.open(io.BytesIO(without)) as pdf:
            assert not len(pdf.attachments)
        assert (lost, lost_then) == ((), ("attachments",))

    def test_labels_go_with_their_pages(self, tmp_path: Path) -> None:
        pdf = papers.typed("Vorwort", "Eins", "Zwei")
        pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), 1, Dictionary(S=Name.D)]))

        content, _lost = result(kept(tmp_path, "a.pdf", pdf), (2, 0), (1, 0), (3, 0))

        with pypdfium2.PdfDocument(content) as made:
            assert [made.get_page_label(place) for place in range(3)] == ["1", "i", "2"]

    def test_a_searchable_copy_gets_back_what_only_its_original_has(self, tmp_path: Path) -> None:
        original = papers.with_attachment(papers.typed("Eins", "Zwei"), "plan.dxf", b"0\nSECTION")
        with original.open_outline() as outline:
            outline.root.append(OutlineItem("Zweites", 1))
        source = Source(kept(tmp_path, "copy.pdf", papers.typed("Eins", "Zwei")), "pdf", kept(tmp_path, "original.pdf", original))

        [(content, lost)] = results([source], Wanted((Part(0, ((2, 0), (1, 0))),)))

        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert list(pdf.attachments) == ["plan.dxf"]
        with pypdfium2.PdfDocument(content) as made:
            assert [(item.get_title(), item.get_dest().get_index()) for item in made.get_toc()] == [("Zweites", 0)]
        assert lost == ()

    def test_nobody_claims_any_more_that_it_is_a_pdf_a(self, tmp_path: Path) -> None:
        pdf = papers.typed("Eins", "Zwei")
        with pdf.open_metadata() as metadata:
            metadata["pdfaid:part"] = "2"
            metadata["dc:title"] = "Vermerk"

        content, lost = result(kept(tmp_path, "a.pdf", pdf), (2, 0), (1, 0))

        assert lost == ("claims",)
        with pikepdf.open(io.BytesIO(content)) as made, made.open_metadata() as metadata:
            assert "pdfaid:part" not in metadata
            assert metadata["dc:title"] == "Vermerk"

    def test_a_signature_does_not_come_along(self, tmp_path: Path) -> None:
        content, lost = result(kept(tmp_path, "a.pdf", papers.with_form(papers.typed("Eins"), signature=True)), (1, 180))

        assert lost == ("signature",)
        with pypdfium2.PdfDocument(content) as made:
            assert pypdfium2.raw.FPDF_GetSignatureCount(made.raw) == 0


class TestMerge:
    def test_documents_lie_behind_one_another_with_a_bookmark_each(self, tmp_path: Path) -> None:
        one = papers.typed("Antrag", "Seite zwei")
        with one.open_outline() as outline:
            outline.root.append(OutlineItem("Begründung", 1))
        first, second = kept(tmp_path, "a.pdf", one), kept(tmp_path, "b.pdf", tagged("Bescheid"))
        drawing = tmp_path / "c.png"
        papers.picture("Foto").save(drawing)
        drawing.chmod(0o644)
        sources = [Source(first, "pdf"), Source(second, "pdf"), Source(drawing, "image")]

        [(content, _lost)] = results(
            sources,
            Wanted((Part(1, ((1, 0),), "Bescheid"), Part(0, ((1, 0), (2, 0)), "Antrag"), Part(2, ((1, 90),), "Foto")), title="Alles"),
        )

        assert [text for text, _turn in seen(content)] == ["Bescheid", "Antrag", "Seite zwei", ""]
        with pypdfium2.PdfDocument(content) as made:
            marks = [(item.level, item.get_title(), item.get_dest().get_index()) for item in made.get_toc()]
        assert marks == [(0, "Bescheid", 0), (0, "Antrag", 1), (1, "Begründung", 2), (0, "Foto", 3)]

    def test_files_inside_of_the_same_name_are_both_kept(self, tmp_path: Path) -> None:
        paths = [
            kept(tmp_path, f"{content!r}.pdf", papers.with_attachment(papers.typed("Eins"), "daten.xml", content))
            for content in (b"1", b"2")
        ]

        [(content, _lost)] = results([Source(path, "pdf") for path in paths], Wanted((Part(0, ((1, 0),)), Part(1, ((1, 0),)))))

        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()} == {
                "daten.xml": b"1",
                "daten (2).xml": b"2",
            }


class TestRefusals:
    def test_a_broken_file(self, tmp_path: Path) -> None:
        broken = tmp_path / "a.pdf"
        broken.write_bytes(b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nstartxref\n99999\n%%EOF")

        assert refusal(broken, (1, 0)) in {Failure.BROKEN, Failure.NO_PAGES}

    @pytest.mark.parametrize("password", ["", "geheim"])
    def test_an_encrypted_file(self, tmp_path: Path, password: str) -> None:
        locked = kept(tmp_path, "a.pdf", papers.typed("Geheim"), encryption=pikepdf.Encryption(owner="x", user=password, R=6))

        assert refusal(locked, (1, 0)) == Failure.ENCRYPTED

    def test_an_xfa_form(self, tmp_path: Path) -> None:
        assert refusal(kept(tmp_path, "a.pdf", papers.with_form(papers.typed("Bitte warten"), xfa=True)), (1, 0)) == Failure.UNSUPPORTED

    @pytest.mark.parametrize("pages", [(), ((0, 0),), ((3, 0),), ((1, 0), (1, 0))])
    def test_pages_that_are_not_there_or_twice(self, tmp_path: Path, pages: tuple[tuple[int, int], ...]) -> None:
        assert refusal(kept(tmp_path, "a.pdf", papers.typed("Eins", "Zwei")), *pages) == Failure.BROKEN

    def test_a_file_that_takes_too_long(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        bomb = papers.typed("Bombe")
        bomb.pages[0].Contents = pikepdf.Stream(bomb, b"q " * 40_000_000)
        monkeypatch.setattr(rearranging, "START_SECONDS", 3)

        assert refusal(kept(tmp_path, "a.pdf", bomb), (1, 90)) in {Failure.BOMB, Failure.TOO_SLOW, Failure.BROKEN}

    def test_a_result_that_is_not_what_was_asked_for_is_seen(self, tmp_path: Path) -> None:
        source = [{"path": str(kept(tmp_path, "a.pdf", papers.typed("Eins", "Zweiundvierzig"))), "family": "pdf", "original": ""}]
        wanted: dict[str, Any] = {"parts": [{"source": 0, "pages": [(1, 0)], "bookmark": ""}], "title": "", "attachments": True}
        inside.rearrange(source, wanted, tmp_path / "out.pdf", work=tmp_path)
        others = [[(2, 0)], [(1, 90)], [(1, 0), (2, 0)]]

        faults = [
            inside.verify(source, wanted | {"parts": [{"source": 0, "pages": pages, "bookmark": ""}]}, tmp_path / "out.pdf", work=tmp_path)
            for pages in others
        ]

        assert all(faults)
