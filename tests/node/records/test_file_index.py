"""The index of files of a unit."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pikepdf
import pypdfium2
import pytest

from records import file_index
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory

from .lives import AT, writer


@pytest.fixture
def plan():
    """A unit with two leaves, a file in each; the second is hidden from the clerk."""
    top = FilePlanUnitFactory(classification_code="63", title="Bauordnung")
    seen, hidden = FilePlanUnitFactory(parent=top, classification_code="63.1"), FilePlanUnitFactory(parent=top, classification_code="63.2")
    file = RecordFileFactory(unit=seen, title="=1+1")
    DocumentFactory(file=file, received_on=date(2024, 5, 6))
    RecordFileFactory(unit=hidden, title="Geheimsache")
    RecordFileFactory(unit=seen, title="Irrtum", status="cancelled", cancelled_at=AT)
    return top, writer(seen), file


class TestSheet:
    def test_has_only_what_the_clerk_may_see_and_no_formulas(self, plan) -> None:
        unit, clerk, file = plan

        sheet = openpyxl.load_workbook(io.BytesIO(file_index.as_sheet(unit=unit, clerk=clerk, at=AT))).active
        rows = list(sheet.iter_rows(values_only=True))

        assert len(rows) == 2
        assert rows[1][:2] == (file.file_reference, "=1+1")
        assert sheet["B2"].data_type == "s"
        assert rows[1][4].date() == date(2024, 5, 6)

    def test_has_the_lifetime_by_the_dates_of_the_documents(self, plan) -> None:
        unit, clerk, file = plan
        DocumentFactory(file=file, received_on=date(2025, 5, 6), document_date=date(2019, 4, 1))

        [row] = file_index.files_of(unit=unit, clerk=clerk)

        assert (row.lifetime_from, row.lifetime_to) == (date(2019, 4, 1), date(2024, 5, 6))

    def test_costs_the_same_queries_for_many_files(self, plan, queries) -> None:
        unit, clerk, file = plan
        counts = []
        for _round in range(2):
            RecordFileFactory(unit=file.unit)
            with queries() as seen:
                file_index.as_sheet(unit=unit, clerk=clerk, at=AT)
            counts.append(len(seen))

        assert counts[0] == counts[1]


class TestPdf:
    def test_is_tagged_and_has_only_what_the_clerk_may_see(self, plan) -> None:
        unit, clerk, file = plan

        made = file_index.as_pdf(unit=unit, clerk=clerk, at=AT, municipality="Musterstadt")

        with pikepdf.open(io.BytesIO(made)) as paper:
            assert paper.Root.MarkInfo.Marked
            assert "/StructTreeRoot" in paper.Root
            assert paper.Root.Lang == "de"
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made))
        assert file.file_reference in text
        assert "Geheimsache" not in text

    def test_more_than_paper_takes_is_refused_with_what_to_do(self, plan, monkeypatch) -> None:
        unit, clerk, file = plan
        monkeypatch.setattr(file_index, "MOST_ON_PAPER", 1)
        RecordFileFactory(unit=file.unit)

        with pytest.raises(file_index.TooMany):
            file_index.as_pdf(unit=unit, clerk=clerk, at=AT, municipality="Musterstadt")
