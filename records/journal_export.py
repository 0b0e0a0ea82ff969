"""The journal of one file to take along: as a table for spreadsheet programs, written piece by piece, or as a PDF.

What stands in it is what the journal's screen shows to the same person, up to the moment of asking; that it was asked for is an entry of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import typesetting
from tenants import current
from tenants.models import MunicipalSettings, User

from . import journal, journal_reading, warnings_before
from .models import JournalEntry, RecordFile

AT_ONCE = 500  # entries fetched in one go
MOST_ON_PAPER = 2_000  # entries; a PDF of more is neither read nor made within a request
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheet programs calculate


class TooMany(Exception):
    """The journal has too many entries for a PDF; the message says what to do."""


def as_table(*, file: RecordFile, confirmed: Sequence[str] = (), by: User, at: datetime) -> Iterator[str]:
    """Write the journal as German spreadsheet programs open it: semicolons, with the mark of UTF-8, a line for each value, oldest first.

    A cell that would be read as a formula begins with an apostrophe. `confirmed` are the warnings that the clerk has confirmed. The entry that tells of
    it is written before the first line is asked for. Raises warnings_before.NotConfirmed.
    """
    last = _enter(file, "csv", confirmed, by, at)
    return _lines(file, last, by)


def as_pdf(*, file: RecordFile, confirmed: Sequence[str] = (), by: User, at: datetime) -> bytes:
    """Set the journal as a tagged PDF in landscape. Raises TooMany, warnings_before.NotConfirmed."""
    count = _known(file, by).order_by()[: MOST_ON_PAPER + 1].count()
    if count > MOST_ON_PAPER:
        raise TooMany(_("On paper the journal takes at most %(most)d entries. Please choose the table.") % {"most": MOST_ON_PAPER})
    last = _enter(file, "pdf", confirmed, by, at)
    context = {
        "file": file,
        "headings": headings(),
        "rows": [row for entry in _entries(file, last, by) for row in _rows(entry)],
        "municipality": MunicipalSettings.known().name,
        "by": by,
        "at": at,
    }
    return typesetting.as_pdf(render_to_string("records/paper/journal.html", context), variant="pdf/ua-1")


def headings() -> list[str]:
    return [
        _("Entry"), _("Time"), _("Person"), _("On behalf of"), _("Act"), _("Object"), _("Title"), _("Field"), _("Old value"), _("New value"),
        _("Checksum"),
    ]  # fmt: skip


def _enter(file: RecordFile, made_as: str, confirmed: Sequence[str], by: User, at: datetime) -> int:
    """Journal the export; returns the number of the last entry that goes along."""
    warnings_before.require_confirmed(file=file, confirmed=confirmed)
    with current.atomic():
        last: int = _known(file, by).aggregate(last=Max("sequence"))["last"] or 0
        told = {"made_as": (None, made_as), **warnings_before.told(confirmed)}
        journal.enter(act="export_journal", object=file, by=by, at=at, changes=told)
    return last


def _known(file: RecordFile, by: User) -> Any:
    return JournalEntry.objects.concerning(file.public_id).known_to(by, file=file)


def _entries(file: RecordFile, last: int, by: User) -> Iterator[Any]:
    """Entries up to a number, in words, so many at a time: five queries for each lot."""
    done = 0
    while found := list(_known(file, by).filter(sequence__gt=done, sequence__lte=last).prefetch_related("values")[:AT_ONCE]):
        done = found[-1].sequence
        entries = journal_reading.in_words(found, clerk=by)
        journal_reading.name_files(entries, clerk=by)
        yield from entries


def _lines(file: RecordFile, last: int, by: User) -> Iterator[str]:
    yield "\ufeff" + _line(headings())
    for entry in _entries(file, last, by):
        for row in _rows(entry):
            yield _line(row)


def _rows(entry: Any) -> Iterator[list[str]]:
    """A row for each value that was changed, one for an entry without any."""
    moment = f"{timezone.localtime(entry.at):%d.%m.%Y %H:%M:%S}"
    about = [str(entry.sequence), moment, entry.actor, entry.on_behalf_of, entry.act_label, entry.object_label, entry.object_title]
    erased = _("erased by law") if entry.erased else ""
    for field, old, new in entry.changes or [(erased, "", "")]:
        yield [*about, field, old or "", new or "", entry.hash]


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
