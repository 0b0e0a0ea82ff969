import csv
import io
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from records.plan_sheets import Fault, PlanSheet, UnreadableSheet, read_sheet

HEADINGS = ["Aktenplankennzeichen", "Bezeichnung", "Übergeordnet", "Aufbewahrungsfrist", "Aussonderungsart", "Registersatz"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def workbook(rows: Iterable[Sequence[Any]], *, headings: Sequence[str] = HEADINGS, merge: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [headings, *rows]:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(rows: Iterable[Sequence[str]], *, headings: Sequence[str] = HEADINGS, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([headings, *rows])
    return stream.getvalue().encode(encoding)


def read(content: bytes, name: str = "Aktenplan.xlsx", **options: Any) -> PlanSheet:
    return read_sheet(io.BytesIO(content), name, **options)


def only_fault(sheet: PlanSheet) -> Fault:
    assert len(sheet.faults) == 1, sheet.faults
    return sheet.faults[0]


class TestReadSheet:
    def test_reads_every_field_of_an_excel_file(self) -> None:
        sheet = read(workbook([["6", "Bauen", None, "unbefristet", "b", "Bauakte"], ["63", "Bauordnung", "6", 30, "A", None]]))

        first, second = sheet.rows
        assert sheet.faults == []
        assert (first.classification_code, first.unlimited, first.retention_years, first.disposal_action) == ("6", True, None, "B")
        assert (first.number, first.register_set, first.parent_code, first.level) == (2, "Bauakte", None, 1)
        assert (second.number, second.parent_code, second.retention_years, second.level) == (3, "6", 30, 2)
        assert (second.unlimited, second.register_set) == (False, None)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_reads_csv_in_the_encodings_and_delimiters_that_offices_send(self, encoding: str, delimiter: str) -> None:
        rows = [["6", "Häuser, Straßen; Wege", "", "10 Jahre", "V", ""]]

        sheet = read(table(rows, encoding=encoding, delimiter=delimiter), "plan.csv")

        assert sheet.faults == []
        assert sheet.rows[0].title == "Häuser, Straßen; Wege"
        assert sheet.rows[0].retention_years == 10

    def test_finds_parents_and_levels_by_the_code_when_the_column_is_missing(self) -> None:
        codes = ["63.12.04", "63.12", "63.1", "63", "6", "00", "00.1", "0"]

        sheet = read(workbook([[code, "Einheit"] for code in codes], headings=HEADINGS[:2]))

        assert sheet.faults == []
        parents = {row.classification_code: (row.parent_code, row.level) for row in sheet.rows}
        assert parents["63.12.04"] == ("63.12", 5)
        assert parents["63.12"] == ("63.1", 4)
        assert parents["63"] == ("6", 2)
        assert parents["00.1"] == ("00", 3)
        assert parents["0"] == (None, 1)

    def test_takes_a_parent_that_exists_in_the_file_plan_already(self) -> None:
        content = workbook([["63.12.05", "Sonderbauten"]], headings=HEADINGS[:2])

        assert read(content, existing={"63.12": 4}).rows[0].level == 5
        assert "deep" not in str(read(content, existing={"63.12": 4}).faults)
        assert "at most 5 levels" in only_fault(read(content, existing={"63.12": 5})).sentence

    def test_finds_the_headings_below_a_title_and_names_columns_it_does_not_know(self) -> None:
        headed = table([["Nr", *HEADINGS[:2]], ["1", "6", "Bauen"]], headings=["Aktenplan der Stadt Musterstadt", "", ""])

        sheet = read(headed, "plan.csv")

        assert [(row.number, row.title) for row in sheet.rows] == [(3, "Bauen")]
        assert sheet.ignored_columns == ("Nr",)

    def test_skips_empty_rows_but_keeps_the_numbers_that_the_spreadsheet_shows(self) -> None:
        sheet = read(workbook([["6", "Bauen"], [], [None, "  "], ["7", ""]]))

        assert [row.number for row in sheet.rows] == [2]
        assert only_fault(sheet).row_number == 5

    def test_keeps_the_zeros_of_a_code_that_excel_stores_as_a_number(self) -> None:
        book = openpyxl.load_workbook(io.BytesIO(workbook([[63, "Bauordnung"], [63.1, "Verfahren"], [63.2, "Aufsicht"]])))
        cell = book.worksheets[0]["A4"]
        cell.number_format = "0.00"
        stream = io.BytesIO()
        book.save(stream)

        codes = [row.classification_code for row in read(stream.getvalue()).rows]

        assert codes == ["63", "63.1", "63.20"]


class TestFaults:
    def test_names_the_columns_that_are_missing(self) -> None:
        sheet = read(workbook([["6", 10]], headings=["Kennzeichen", "Aufbewahrungsfrist"]))

        assert (only_fault(sheet).row_number, only_fault(sheet).column) == (1, "Bezeichnung")
        assert sheet.rows == []

    @pytest.mark.parametrize(
        ("row", "column", "words"),
        [
            (["6", ""], "Bezeichnung", "title is missing"),
            (["6", "x" * 301], "Bezeichnung", "longer than 300"),
            (["", "Bauen"], "Aktenplankennzeichen", "code is missing"),
            (["6..3", "Bauen"], "Aktenplankennzeichen", "not a classification code"),
            (["6", "Bauen", "9"], "Übergeordnet", "9, is neither"),
            (["63.12", "Bauen"], "Übergeordnet", "63, is neither"),
            (["6", "Bauen", "6"], "Übergeordnet", "below this unit"),
            (["6", "Bauen", "", "lange"], "Aufbewahrungsfrist", "“lange” is not a retention period"),
            (["6", "Bauen", "", "-3"], "Aufbewahrungsfrist", "not a retention period"),
            (["6", "Bauen", "", 2.5], "Aufbewahrungsfrist", "not a retention period"),
            (["6", "Bauen", "", "0"], "Aufbewahrungsfrist", "not a retention period"),
            (["6", "Bauen", "", 999], "Aufbewahrungsfrist", "not a retention period"),
            (["6", "Bauen", "", "10", "X"], "Aussonderungsart", "not a disposal action"),
            (["6", "=1+1"], "Bezeichnung", "formula"),
            ([date(2012, 12, 4), "Bauen"], "Aktenplankennzeichen", "turned into a date"),
            (["6", "Bauen\u202eneuaB"], "Bezeichnung", "cannot be shown"),
        ],
    )
    def test_says_what_is_wrong_in_which_row_and_column(self, row: list[Any], column: str, words: str) -> None:
        fault = only_fault(read(workbook([["7", "Einrichtungen"], row])))

        assert (fault.row_number, fault.column) == (3, column)
        assert words in fault.sentence

    def test_refuses_a_formula_in_csv_too(self) -> None:
        fault = only_fault(read(table([["6", '=HYPERLINK("http://x")', "", "", "", ""]]), "plan.csv"))

        assert (fault.row_number, fault.column) == (2, "Bezeichnung")

    def test_reports_every_faulty_row_and_returns_the_others(self) -> None:
        rows = [["6", "Bauen"], ["6", "Noch einmal"], ["7", ""], ["8", "Liegenschaften", None, "x", "y"]]

        sheet = read(workbook(rows))

        assert [fault.row_number for fault in sheet.faults] == [3, 4, 5, 5]
        assert "stands in row 2" in sheet.faults[0].sentence
        assert [row.classification_code for row in sheet.rows] == ["6"]

    def test_finds_units_that_lie_below_each_other(self) -> None:
        sheet = read(workbook([["1", "A", "2"], ["2", "B", "3"], ["3", "C", "1"], ["4", "Darunter", "3"]]))

        assert [fault.row_number for fault in sheet.faults] == [2, 3, 4]

    def test_refuses_a_sixth_level(self) -> None:
        sheet = read(workbook([["1" * length, "Einheit"] for length in range(1, 7)], headings=HEADINGS[:2]))

        assert only_fault(sheet).row_number == 7
        assert "level 6" in only_fault(sheet).sentence

    def test_stays_quick_when_each_of_many_units_lies_below_the_last(self) -> None:
        rows = [[f"{number:05}", "Einheit", f"{number + 1:05}" if number < 15_000 else "", "", "", ""] for number in range(1, 15_001)]

        sheet = read(table(rows), "plan.csv")

        assert len(sheet.faults) == 15_000 - 5

    def test_names_merged_cells_by_their_first_row(self) -> None:
        fault = only_fault(read(workbook([["6", "Bauen"], ["7", "Ver"], ["8", "Lie"]], merge="C3:C4")))

        assert fault.row_number == 3
        assert "merged" in fault.sentence

    def test_stops_at_twenty_thousand_rows_with_one_fault(self) -> None:
        rows = [[f"A{number}", "Einheit", "", "", "", ""] for number in range(20_005)]

        sheet = read(table(rows), "plan.csv")

        assert only_fault(sheet).row_number == 20_002
        assert "20000 rows" in only_fault(sheet).sentence
        assert len(sheet.rows) == 20_000

    def test_says_that_a_sheet_with_headings_only_is_empty(self) -> None:
        assert "no file plan units" in only_fault(read(workbook([]))).sentence


class TestUnreadableSheet:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b"\n \n", "is empty"),
            (b"PK\x03\x04 not really a zip", "broken"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or a protected"),
            (b"%PDF-1.7\x00\x01\x02", "not a spreadsheet"),
            (bytes(range(128, 256)), "not a spreadsheet"),
        ],
    )
    def test_says_in_one_sentence_why_a_file_cannot_be_opened(self, content: bytes, words: str) -> None:
        with pytest.raises(UnreadableSheet, match=words):
            read(content)

    def test_calls_a_pdf_without_binary_bytes_a_sheet_without_headings(self) -> None:
        faults = read(b"%PDF-1.4 only text").faults

        assert [fault.column for fault in faults] == ["Aktenplankennzeichen", "Bezeichnung"]

    def test_refuses_a_zip_that_is_no_workbook(self) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("content.xml", "<x/>")

        with pytest.raises(UnreadableSheet, match="not an Excel file"):
            read(stream.getvalue())

    def test_refuses_a_zip_bomb_without_unpacking_it(self) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", bytes(200 * 1024 * 1024))

        with pytest.raises(UnreadableSheet, match="far more"):
            read(stream.getvalue())

    def test_never_fails_otherwise_on_a_damaged_workbook(self) -> None:
        whole = workbook([[str(number), "Einheit"] for number in range(30)], headings=HEADINGS[:2])
        dice = random.Random(7)
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(dice.randint(1, 12)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            with suppress(UnreadableSheet):
                sheet = read(bytes(damaged))
                assert sheet.rows or sheet.faults

    def test_never_fails_otherwise_on_damaged_parts_of_a_workbook(self) -> None:
        whole = zipfile.ZipFile(io.BytesIO(workbook([["6", "Bauen"]], headings=HEADINGS[:2])))
        parts = {member.filename: whole.read(member) for member in whole.infolist()}
        for victim in parts:
            for replacement in (b"", b"<x", b"<worksheet/>", parts[victim][:-20], parts[victim].replace(b"1", b"-9"), None):
                stream = io.BytesIO()
                with zipfile.ZipFile(stream, "w") as archive:
                    for filename, content in parts.items():
                        if filename != victim or replacement is not None:
                            archive.writestr(filename, replacement if filename == victim and replacement is not None else content)
                with suppress(UnreadableSheet):
                    read(stream.getvalue())
