"""Reads the first sheet of a spreadsheet that somebody uploaded: .xlsx by openpyxl, .csv in the encodings that offices really send.

What the cells mean is the caller's business. Here a file is only opened, without trusting it: a zip that unpacks to gigabytes, a broken
archive, an old .xls or a PDF called .xlsx each end in one sentence for the person who chose the file.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import BinaryIO

import openpyxl
from django.utils.translation import gettext as _

FILE_LIMIT = 32 * 1024 * 1024
UNPACKED_LIMIT = 128 * 1024 * 1024
MEMBER_LIMIT = 2_000
COLUMN_LIMIT = 60
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="[A-Z]+(\d+)(?::[A-Z]+(\d+))?"')
_FIXED_DECIMALS = re.compile(r"^0\.(0+)(?:_.*)?$")


class UnreadableSheet(Exception):
    """The file cannot be opened as a spreadsheet; the text is a sentence for the person who chose it."""


class Kind(StrEnum):
    """What a cell holds beside its text: a formula has no value here, and a date was mostly a number that a program turned into one."""

    TEXT = "text"
    FORMULA = "formula"
    DATE = "date"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is not empty; `number` counts from 1 as the spreadsheet program shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet, the first and last row of each merged range, and the row where reading stopped because there were too many."""

    lines: list[Line]
    merged: list[tuple[int, int]]
    cut_at: int | None = None


def open_sheet(stream: BinaryIO, name: str, *, row_limit: int) -> Sheet:
    """Read the first sheet of an .xlsx or .csv file, at most `row_limit` rows that hold something.

    The kind is found by content, `name` (the file's name) appears in sentences only. Raises UnreadableSheet.
    """
    content = stream.read(FILE_LIMIT + 1)
    if len(content) > FILE_LIMIT:
        raise UnreadableSheet(_("“%(name)s” is larger than %(limit)d MB.") % {"name": name, "limit": FILE_LIMIT // 1024**2})
    if not content.strip():
        raise UnreadableSheet(_("“%(name)s” is empty.") % {"name": name})
    if content.startswith(b"PK\x03\x04"):
        return _open_xlsx(content, name, row_limit)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableSheet(
            _("“%(name)s” is an old or a protected Excel file. Please save it as .xlsx without a password.") % {"name": name}
        )
    return _cut(_csv_lines(_decode(content, name), name), row_limit, merged=[])


def _cut(lines: Iterable[Line], row_limit: int, merged: list[tuple[int, int]]) -> Sheet:
    kept: list[Line] = []
    for line in lines:
        if not any(cell.text for cell in line.cells):
            continue
        if len(kept) == row_limit:
            return Sheet(kept, merged, cut_at=line.number)
        kept.append(line)
    return Sheet(kept, merged)


def _decode(content: bytes, name: str) -> str:
    """Try what German offices send: UTF-8 with or without a mark, Excel's "Unicode text", and the Windows code page."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableSheet(_("“%(name)s” is not a spreadsheet. Please choose an .xlsx or a .csv file.") % {"name": name})


def _csv_lines(text: str, name: str) -> Iterator[Line]:
    head = text.splitlines()[:20]
    delimiter = max(";,\t", key=lambda mark: max(line.count(mark) for line in head))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, values in enumerate(reader, start=1):
            yield Line(number, tuple(_csv_cell(value) for value in values[:COLUMN_LIMIT]))
    except csv.Error as fault:
        raise UnreadableSheet(
            _("“%(name)s” breaks off at line %(line)d and cannot be read as a table.") % {"name": name, "line": reader.line_num}
        ) from fault


def _csv_cell(value: str) -> Cell:
    text = value.strip()
    return Cell(text, Kind.FORMULA if text.startswith("=") else Kind.TEXT)


def _open_xlsx(content: bytes, name: str, row_limit: int) -> Sheet:
    _refuse_bombs(content, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            if not book.worksheets:
                raise UnreadableSheet(_("“%(name)s” holds no table.") % {"name": name})
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would silently be missing
            rows = sheet.iter_rows(max_col=COLUMN_LIMIT)
            lines = (Line(number, _xlsx_cells(row)) for number, row in enumerate(rows, start=1))
            path: str = sheet._worksheet_path  # type: ignore[attr-defined]  # the part's name has no public door
            return _cut(lines, row_limit, _merged_rows(content, path))
        finally:
            book.close()
    except UnreadableSheet:
        raise
    except Exception as fault:  # openpyxl lets through whatever zipfile, zlib or lxml raise
        raise _broken(name) from fault


def _broken(name: str) -> UnreadableSheet:
    return UnreadableSheet(_("“%(name)s” is broken and cannot be opened. Please save it once more as .xlsx.") % {"name": name})


def _refuse_bombs(content: bytes, name: str) -> None:
    """Add up what the archive says it unpacks to; zipfile never reads more from a member than that member says."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise _broken(name) from fault
    if len(members) > MEMBER_LIMIT or sum(member.file_size for member in members) > UNPACKED_LIMIT:
        raise UnreadableSheet(_("“%(name)s” would unpack to far more than a table can hold and was not opened.") % {"name": name})
    if not any(member.filename.startswith("xl/") for member in members):
        raise UnreadableSheet(_("“%(name)s” is not an Excel file. Please choose an .xlsx or a .csv file.") % {"name": name})


def _merged_rows(content: bytes, path: str) -> list[tuple[int, int]]:
    """Find merged ranges in the sheet's XML: openpyxl's reader for large files leaves them out, and they come after all rows."""
    xml = zipfile.ZipFile(io.BytesIO(content)).read(path)
    return [(int(first), int(last or first)) for first, last in _MERGED.findall(xml)]


def _xlsx_cells(row: Sequence[object]) -> tuple[Cell, ...]:
    cells = [_xlsx_cell(cell) for cell in row]
    while cells and not cells[-1].text:
        cells.pop()
    return tuple(cells)


def _xlsx_cell(cell: object) -> Cell:
    value: object = getattr(cell, "value", None)
    kind: str = getattr(cell, "data_type", "n")
    if value is None:
        return Cell("")
    if kind == "f" or (isinstance(value, str) and value.lstrip().startswith("=")):
        return Cell(str(value), Kind.FORMULA)
    if kind == "e":
        return Cell(str(value), Kind.ERROR)
    if isinstance(value, datetime | date | time):
        return Cell(value.isoformat(), Kind.DATE)
    if isinstance(value, float):
        return Cell(_number(value, getattr(cell, "number_format", None) or "General"))
    return Cell(str(value).strip())


def _number(value: float, number_format: str) -> str:
    """Write a number as the spreadsheet shows it: a code typed as 63.10 is kept as 63.1 with the format 0.00."""
    if decimals := _FIXED_DECIMALS.match(number_format):
        return f"{value:.{len(decimals[1])}f}"
    return str(int(value)) if value.is_integer() else repr(value)
