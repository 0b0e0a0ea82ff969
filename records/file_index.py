"""The index of files (Aktenverzeichnis) of a unit with all below it: as a spreadsheet, and as a tagged PDF. Only what the clerk may know of."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from foundation import typesetting
from tenants.models import User

from .models import Document, FilePlanUnit, RecordFile
from .models.documents import day_of

MOST_IN_SHEET = 100_000
MOST_ON_PAPER = 2_000  # a PDF of more is neither read nor made within a request
WIDTHS = (24, 60, 14, 28, 12, 12, 8, 10, 14, 14, 24)


class TooMany(Exception):
    """The index has too many files for this form; the message says what to do."""


def files_of(*, unit: FilePlanUnit, clerk: User) -> QuerySet[RecordFile]:
    """Standing files of a unit and of all below it that the clerk may know of, with `document_count`, `volume_count` and their lifetime."""
    standing = (
        Document.objects.filter(file=OuterRef("pk"), cancelled_at__isnull=True, draft=False)
        .annotate(dated=day_of())
        .order_by()
        .values("file")
    )
    found: QuerySet[RecordFile] = RecordFile.objects.visible_to(clerk).standing().filter(unit__path__startswith=unit.path)
    return (
        found.select_related("unit", "lead_office")
        .annotate(
            document_count=Coalesce(Subquery(standing.annotate(n=Count("pk")).values("n")), 0),
            lifetime_from=Subquery(standing.annotate(first=Min("dated")).values("first")),
            lifetime_to=Subquery(standing.annotate(last=Max("dated")).values("last")),
            volume_count=Count("volumes", filter=Q(volumes__isnull=False)),
        )
        .order_by("reference_key", "id")
    )


def as_sheet(*, unit: FilePlanUnit, clerk: User, at: datetime) -> bytes:
    """The index as .xlsx. Whatever a title looks like, it is text there and no formula. Raises TooMany."""
    rows = list(files_of(unit=unit, clerk=clerk)[: MOST_IN_SHEET + 1])
    if len(rows) > MOST_IN_SHEET:
        raise TooMany(_("The index has more than %(most)d files. Please choose a lower unit.") % {"most": MOST_IN_SHEET})
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Index of files"))
    for column, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJK"[column]].width = width
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, head) for head in headings()]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for file in rows:
        sheet.append([_cell(sheet, value) for value in _row(file)])
    book.properties.title, book.properties.created = str(unit), at.replace(tzinfo=None)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def as_pdf(*, unit: FilePlanUnit, clerk: User, at: datetime, municipality: str) -> bytes:
    """The index as a tagged PDF in landscape. Raises TooMany."""
    rows = list(files_of(unit=unit, clerk=clerk)[: MOST_ON_PAPER + 1])
    if len(rows) > MOST_ON_PAPER:
        raise TooMany(
            _("On paper the index takes at most %(most)d files. Please choose a lower unit or the spreadsheet.") % {"most": MOST_ON_PAPER}
        )
    context = {"unit": unit, "rows": [_row(file) for file in rows], "headings": headings(), "at": at, "municipality": municipality}
    return typesetting.as_pdf(render_to_string("records/paper/file_index.html", context), variant="pdf/ua-1")


def headings() -> list[str]:
    return [
        _("File reference"), _("Title"), _("State"), _("Lead office"), _("Lifetime from"), _("Lifetime until"), _("Volumes"), _("Documents"),
        _("Kept until"), _("Medium"), _("Location"),
    ]  # fmt: skip


def _row(file: Any) -> list[Any]:
    return [
        file.file_reference, file.title, file.get_status_display(), str(file.lead_office) if file.lead_office else "",
        file.lifetime_from, file.lifetime_to, file.volume_count or 1, file.document_count,
        _("without limit") if file.retention_unlimited and file.closed_at else file.retain_until, file.get_medium_display(), file.location,
    ]  # fmt: skip


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, "" if value is None else value)
    if isinstance(value, str):
        cell.data_type = "s"  # "=1+1" is the title of a file, not a sum
    if isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"
    cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
    return cell


def name_of(*, unit: FilePlanUnit, at: datetime, ending: str) -> str:
    """What the download is called: "Aktenverzeichnis 63.12 2026-03-02.xlsx"."""
    code = "".join(c if c.isalnum() or c in ".- " else "_" for c in unit.classification_code)
    return f"Aktenverzeichnis {code} {timezone.localdate(at).isoformat()}.{ending}"
