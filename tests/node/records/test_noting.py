"""A Vermerk: what was typed becomes a dated, tagged PDF/A in its writer's name."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import ImageFile

from records import intake, noting
from records.models import Document, JournalEntry
from tenants import stores
from tests.factories import ClerkFactory
from tests.node.factories import AT, RecordFileFactory, RegisterFactory

TEXT = "# Sachverhalt\nHerr Łukaszéwicz hat angerufen.\nEr bittet um Rückruf.\n\n- Frist: 12.03.2026\n- Zuständig: Amt 63\n\n1. prüfen\n2. antworten"
# Letters of DIN 91379 (names in registers), also those made of two signs.
DIN_91379 = "Āā Ấấ Č̕č̕ Đđ Ǧǧ Ḩ̦ḫ ȷ̌ K̄k̄ Łł M̂m̂ Ññ Ŏ̇ R̥̄r̥̄ Ș̌ Țț Ů̇ Ẁẁ Ŷŷ Žž ẞß Þþ Əə ʹ ʼ"


def paper(text: str = TEXT, title: str = "Anruf des Bauherrn", **file: Any) -> bytes:
    return noting.paper_of(file=RecordFileFactory(**file), title=title, text=text, by=ClerkFactory(display_name="Zoë Ǧerçek"), at=AT)


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


class TestWriteNote:
    def test_is_filed_as_an_internal_document_of_today(self) -> None:
        register, clerk = RegisterFactory(), ClerkFactory()

        note = noting.write_note(file=register.file, register=register, title="Anruf", text=TEXT, by=clerk, at=AT)

        note.refresh_from_db()
        assert (note.title, note.kind, note.direction, note.register) == ("Anruf", "Vermerk", Document.Direction.INTERNAL, register)
        assert note.document_date.isoformat() == "2026-03-02"
        assert (note.current.media_type, note.current.original_name) == ("application/pdf", "Anruf.pdf")
        assert JournalEntry.objects.get().act == "take_in"
        assert stores.of_municipality().path(note.current.sha256).read_bytes().startswith(b"%PDF-")

    @pytest.mark.parametrize(
        ("title", "text", "field"),
        [("", TEXT, "title"), ("x" * 501, TEXT, "title"), ("Anruf", " \n\x00 ", "text"), ("Anruf", "x" * 20_001, "text")],
    )
    def test_says_what_is_missing_or_too_much(self, title: str, text: str, field: str) -> None:
        with pytest.raises(noting.CannotNote) as refusal:
            noting.write_note(file=RecordFileFactory(), title=title, text=text, by=ClerkFactory(), at=AT)

        assert refusal.value.errors.keys() == {field}
        assert not Document.objects.exists()

    def test_is_refused_in_a_closed_file(self) -> None:
        with pytest.raises(intake.FileNotOpen):
            noting.write_note(file=RecordFileFactory(status="closed", closed_at=AT), title="Anruf", text=TEXT, by=ClerkFactory(), at=AT)


class TestPaper:
    def test_is_tagged_pdf_a_with_all_fonts_inside(self, tmp_path: Path) -> None:
        content = paper()

        with pikepdf.open(io.BytesIO(content)) as pdf:
            metadata = pdf.open_metadata()
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["dc:title"] == "Anruf des Bauherrn"
            assert metadata["dc:creator"] == ["Zoë Ǧerçek"]
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.Root.Lang) == "de"
            assert "/OutputIntents" in pdf.Root
            assert "/ID" in pdf.trailer
            tags = {str(obj.S) for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/StructElem"}
            assert {"/H1", "/H2", "/P", "/L", "/LI"} <= tags
            fonts = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/FontDescriptor"]
            assert fonts
            assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)
        saved = tmp_path / "note.pdf"
        saved.write_bytes(content)
        assert subprocess.run(["qpdf", "--check", saved], capture_output=True).returncode == 0

    def test_carries_reference_day_and_the_writers_name(self) -> None:
        shown = text_of(paper(file_reference="63.12.04-2026/0317", title="Wohnhaus"))

        for part in ("63.12.04-2026/0317", "02.03.2026", "Zoë Ǧerçek", "Sachverhalt", "Łukaszéwicz", "Zuständig: Amt 63", "Wohnhaus"):
            assert part in shown

    def test_shows_the_letters_of_din_91379(self) -> None:
        content = paper(text=DIN_91379)

        assert set(DIN_91379) - {" "} <= set(text_of(content))
        with pikepdf.open(io.BytesIO(content)) as pdf:
            names = {str(obj.FontName).split("+")[-1] for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and "/FontName" in obj}
        assert all(name.startswith("Noto") for name in names), names

    def test_setting_it_leaves_pillow_as_strict_as_it_was(self) -> None:
        paper()

        assert ImageFile.LOAD_TRUNCATED_IMAGES is False

    def test_nothing_typed_is_more_than_text(self) -> None:
        nasty = (
            "<img src='http://169.254.169.254/x'><script>alert(1)</script>\n\n{{ settings.SECRET_KEY }} {% include 'base.html' %} & </p>"
        )

        shown = text_of(paper(text=nasty, title="<b>fett</b>"))

        for part in ("<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "<b>fett</b>"):
            assert part in shown.replace("\r\n", "")
