"""The figures of a year as a table to take along, with the same gaps as on the screen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font

from .figures import Line, YearFigures

LEFT_OUT = "–"
Row = list[str | int | float]


def rows(figures: YearFigures) -> Iterator[Row]:
    """Municipalities with what they bear, then courses. Amounts in euros."""
    headings: Row = [_("People"), _("Came"), _("Stayed away"), _("Share of the cost (€)")]
    yield [_("Training %(year)s") % {"year": figures.year}, _("Finished dates: %(count)s") % {"count": figures.dates}]
    yield [_("Municipality"), *headings]
    yield from (_row(line) for line in figures.towns)
    yield _row(figures.total, _("Total"))
    yield []
    yield [_("Course"), *headings]
    yield from (_row(line) for line in figures.courses)
    yield []
    yield [_("– stands for figures under five, and for those that would let them be worked out.")]
    if not figures.ended:
        yield [_("The year is not over: who came is told when it is.")]
    if figures.running:
        yield [_("Dates that have ended and are not finished yet: %(count)s") % {"count": figures.running}]


def xlsx(figures: YearFigures) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = str(figures.year)
    for number, row in enumerate(rows(figures), start=1):
        for place, value in enumerate(row, start=1):
            cell: Any = sheet.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins with "=" is a name
            elif isinstance(value, float):
                cell.number_format = "#,##0.00"
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 40
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _row(line: Line, name: str = "") -> Row:
    came, away = (LEFT_OUT if value is None else value for value in (line.came, line.away))
    return [name or line.name, line.people, came, away, line.cents / 100]
