"""The figures of a quarter as a table to take along: .xlsx and .csv, with the same gaps as on the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl.styles import Font

from .figures import ALL, Figures
from .keeping_promises import Share
from .models import Promise

LEFT_OUT = "–"
Row = list[str | int]


def rows(figures: Figures, levels: Mapping[str, Share]) -> Iterator[Row]:
    """Municipalities by topics, then the months, then the service levels kept."""
    yield [_("Requests by municipality and topic"), _("Quarter %(quarter)s") % {"quarter": figures.quarter}]
    yield [_("Municipality"), *figures.topics, _("Total")]
    for town in [*figures.municipalities, ALL]:
        yield [town or _("Total"), *(_said(figures.cell(town, topic)) for topic in [*figures.topics, ALL])]
    yield []
    yield [_("Month"), _("Taken in"), _("Settled"), _("Unsettled at its end")]
    for month in figures.quarter.months:
        yield [date_format(month, "F Y"), *map(_said, figures.of_month(month))]
    yield []
    yield [_("Service levels kept"), _("Share")]
    for promise, share in levels.items():
        yield [str(Promise(promise).label), share.words]
    yield []
    yield [_("– stands for figures under five, and for those that would let them be worked out.")]


def xlsx(figures: Figures, levels: Mapping[str, Share]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = str(figures.quarter)
    for number, row in enumerate(rows(figures, levels), start=1):
        for place, value in enumerate(row, start=1):
            cell: Any = sheet.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins with "=" is a name
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 32
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def comma_separated(figures: Figures, levels: Mapping[str, Share]) -> bytes:
    """As German programs open it: semicolons, UTF-8 with a mark; a cell that would be read as a formula begins with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in rows(figures, levels):
        writer.writerow([f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value for value in row])
    return stream.getvalue().encode("utf-8-sig")


def _said(value: int | None) -> str | int:
    return LEFT_OUT if value is None else value
