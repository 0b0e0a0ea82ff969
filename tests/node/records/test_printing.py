"""Sheets for paper: covers, spine labels and divider sheets with marks that a scanning station reads back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from uuid import uuid4

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import print_marks, printing, warnings_before
from records.models import JournalEntry, Participant, Volume
from records.print_marks import Mark
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, RecordFileFactory, RegisterFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ADDRESS = "https://musterstadt.localhost/akten/{}/"
# Letters of DIN 91379, such as people's names have.
LETTERS = "Łódź Ḥasan Ņikolājevs ẞ Ǧ Ș Ạ"


def sheets(file, kind, **options) -> list[str]:
    """The words on each page."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made(file, kind, **options))]


def made(file, kind, **options) -> bytes:
    address = ADDRESS.format(file.public_id)
    return printing.print_sheets(file=file, sheets=kind, address=address, by=ClerkFactory(), at=AT, **options)


class TestCover:
    def test_shows_reference_title_office_period_and_municipality(self):
        MunicipalSettings.objects.update_or_create(pk=1, defaults={"name": "Musterstadt"})
        file = RecordFileFactory(title=f"Neubau {LETTERS}", file_reference="63.12-2026/0317")
        for day in (date(2020, 5, 4), date(2024, 1, 31)):
            DocumentFactory(file=file, received_on=day)

        [words] = sheets(file, "cover")

        for word in ("Musterstadt", "63.12-2026/0317", "04.05.2020", "31.01.2024", str(file.unit)):
            assert word in words
        assert "Ņikolājevs" in words

    def test_of_a_volume_has_the_volumes_period(self):
        file = RecordFileFactory()
        volume = Volume.objects.create(file=file, number=2, opened_on=date(2025, 1, 2))

        [words] = sheets(file, "cover", volume=volume)

        assert "Band 2" in words
        assert "02.01.2025 – noch offen" in words

    def test_of_a_volume_has_the_lifetime_of_what_lies_in_it_and_the_volumes_period(self):
        file = RecordFileFactory()
        volume = Volume.objects.create(file=file, number=1, opened_on=date(2025, 1, 2), closed_on=date(2026, 3, 4))
        DocumentFactory(file=file, volume=volume, document_date=date(2019, 4, 1), received_on=date(2025, 2, 3))
        DocumentFactory(file=file, volume=volume, document_date=date(2025, 9, 9))
        DocumentFactory(file=file, document_date=date(2001, 1, 1))

        [words] = sheets(file, "cover", volume=volume)

        assert "01.04.2019 – 09.09.2025" in words
        assert "02.01.2025 – 04.03.2026" in words

    def test_is_tagged_pdf_a(self):
        with pikepdf.open(io.BytesIO(made(RecordFileFactory(), "cover"))) as pdf:
            assert pdf.Root.MarkInfo.Marked
            with pdf.open_metadata() as metadata:
                assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")

    def test_a_long_title_stays_on_one_page(self):
        file = RecordFileFactory(title="Sehr lang " * 50)

        assert len(sheets(file, "cover")) == 1
        assert len(sheets(file, "spine")) == 1

    def test_markup_in_a_title_is_text(self):
        file = RecordFileFactory(title='<img src="file:///etc/passwd"><script>x</script>')

        assert "<script>x</script>" in " ".join(sheets(file, "cover"))

    def test_is_journaled(self):
        file = RecordFileFactory()

        made(file, "spine")

        assert JournalEntry.objects.get(act="print").values.get(field="sheets").new == "spine"

    def test_a_disclosure_block_warns_before_every_print(self):
        file = RecordFileFactory()
        Participant.objects.create(file=file, name="Frau Quittenbaum", role="Antragstellerin", disclosure_block=True)

        with pytest.raises(warnings_before.NotConfirmed):
            made(file, "cover")

        assert made(file, "cover", confirmed=["disclosure_block"])


class TestDividerSheets:
    def test_there_is_one_for_each_register_in_order(self):
        file = RecordFileFactory()
        for name in ("Anträge", "Bescheide"):
            RegisterFactory(file=file, name=name)

        first, second = sheets(file, "dividers")

        assert "Anträge" in first
        assert "Bescheide" in second

    def test_one_register_alone_keeps_its_number(self):
        file = RecordFileFactory()
        _first, second = (RegisterFactory(file=file, name=name) for name in ("Anträge", "Bescheide"))

        [words] = sheets(file, "dividers", registers=[second])

        assert "2" in words.split()
        assert "Anträge" not in words

    def test_a_file_without_registers_has_none(self):
        with pytest.raises(printing.CannotPrint):
            made(RecordFileFactory(), "dividers")


class TestMarks:
    @given(st.uuids(), st.uuids())
    def test_a_divider_is_read_back(self, file, register):
        text = print_marks.divider_mark(file=file, register=register)

        assert print_marks.read_mark(text) == Mark(file, register)
        assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:")  # the dense alphabet of QR codes

    @given(st.uuids())
    def test_a_cover_is_read_back(self, file):
        assert print_marks.read_mark(ADDRESS.format(file)) == Mark(file)

    @pytest.mark.parametrize("text", ["", "EAKTE:2:T:" + "0" * 32 + ":" + "0" * 32, "https://beispiel.de/akten/x/", "4006381333931"])
    def test_other_codes_are_not_ours(self, text):
        assert print_marks.read_mark(text) is None

    def test_the_code_is_an_image_that_needs_no_network(self):
        assert print_marks.qr_code(print_marks.divider_mark(file=uuid4(), register=uuid4())).startswith("data:image/svg+xml")
