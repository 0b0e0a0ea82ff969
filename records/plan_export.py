"""Writing a file plan, in force or in preparation, as an .xlsx that can be taken in again (plan_sheets)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from .models import WITH_CLOSING, FilePlanUnit, PlanEdition
from .plan_fields import CLOSING_IN_SHEETS, REASONS, Unit
from .plan_sheets import HEADINGS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"title": 60, "legal_basis": 40, "retention_starts_with": 24, **dict.fromkeys(REASONS.values(), 40)}
Value = str | int | date | None


def export_plan() -> bytes:
    """The plan in force, with validity, freezing and successors."""
    columns = tuple(HEADINGS)
    units = FilePlanUnit.objects.select_related("register_set", "parent", "successor").order_by("sort_key")
    return _workbook(columns, (_row(unit, columns) for unit in units))


def export_edition(*, edition: PlanEdition) -> bytes:
    """An edition; the column of the former code says which unit of the plan in force each row continues."""
    columns = tuple(HEADINGS)
    units = edition.units.select_related("register_set", "parent", "successor", "unit").order_by("sort_key", "pk")
    return _workbook(columns, (_row(unit, columns) for unit in units))


def _row(unit: Unit, columns: Iterable[str]) -> Iterator[Value]:
    for column in columns:
        yield _value(unit, column)


def _value(unit: Unit, column: str) -> Value:
    planned = None if isinstance(unit, FilePlanUnit) else unit
    if column == "parent":
        return unit.parent.classification_code if unit.parent else "–"
    if column == "successor":
        return unit.successor.classification_code if unit.successor else None
    if column == "retention":
        return "unbefristet" if unit.retention_unlimited else unit.retention_years
    if column == "register_set":
        return unit.register_set.name if unit.register_set else None
    if column == "registration":
        return {"registry": "Registratur", "clerks": "Sachbearbeitung", "": None}[unit.registration]
    if column == "retention_starts_with" and unit.retention_starts_with == WITH_CLOSING:
        return CLOSING_IN_SHEETS
    if column == "frozen":
        frozen = planned.frozen and not planned.dropped if planned else unit.frozen_at is not None and not unit.dropped  # type: ignore[union-attr]
        return "ja" if frozen else None
    if column == "dropped":
        return "ja" if unit.dropped else None
    if column == "former_code":
        source = planned.unit if planned else None
        return source.classification_code if source and source.classification_code != unit.classification_code else None
    value: Value = getattr(unit, {"code": "classification_code", "disposal": "disposal_action"}.get(column, column))
    return None if value == "" else value


def _workbook(columns: tuple[str, ...], rows: Iterable[Iterator[Value]]) -> bytes:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("Aktenplan")
    sheet.freeze_panes = "C2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, 16)
    sheet.append([_cell(sheet, HEADINGS[column][0], bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    """Texts stay texts: a code is not made a number or a date, and a title that begins with “=” is no formula."""
    if value is None:
        return None
    cell: Any = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # days are allowed, too
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"
    elif isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"
    if bold:
        cell.font = Font(bold=True)
    return cell
