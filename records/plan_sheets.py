"""Reads a file plan from a spreadsheet and says for every faulty row, by its number, what is wrong with it.

Nothing is stored here: the same reading serves the dry run and the import. A plan may be imported when `faults` is empty.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from foundation.sheets import Cell, Kind, Line, Sheet, UnreadableSheet, open_sheet

from . import plan_fields
from .plan_columns import FURTHER_HEADINGS, NOTHING_FURTHER, Further, read_further

__all__ = ["Fault", "PlanRow", "PlanSheet", "UnreadableSheet", "read_sheet"]

ROW_LIMIT = 20_000
LEVELS = 5
TITLE_LENGTH = 300
CODE_LENGTH = 40
LONGEST_RETENTION = 200
HEADER_WITHIN = 20
DEEPEST_LOOK = 50  # a hostile sheet of 20,000 units, each below the last, must not take a minute

HEADINGS: dict[str, tuple[str, ...]] = {  # as the export writes them, and others that are understood
    "code": ("Aktenplankennzeichen", "Kennzeichen", "Aktenplannummer", "Aktenplan-Nr."),
    "title": ("Bezeichnung", "Titel", "Betreff"),
    "parent": ("Übergeordnet", "Übergeordnetes Kennzeichen"),
    "retention": ("Aufbewahrungsfrist", "Aufbewahrungsfrist (Jahre)", "Aufbewahrung"),
    "disposal": ("Aussonderungsart", "Aussonderung"),
    "register_set": ("Registersatz", "Register"),
    **FURTHER_HEADINGS,
}
_TOP = {"-", "–", "—"}  # in the column of the unit above: there is none
_UNLIMITED = {"unbefristet", "dauernd", "dauerhaft", "unlimited"}
_DISPOSAL = {"a": "A", "archivieren": "A", "b": "B", "bewerten": "B", "v": "V", "vernichten": "V"}
_CODE = re.compile(r"[^\W_]+(?:[.\-/ ][^\W_]+)*")
_YEARS = re.compile(r"(\d{1,9})(?:[.,]0+)?\s*(?:J|J\.|Jahre?)?", re.IGNORECASE)
_LAST_SEGMENT = re.compile(r"[.\-/ ][^.\-/ ]+$")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One file plan unit as the sheet gives it; empty fields are inherited from the unit above. `level` counts from 1."""

    number: int
    classification_code: str
    title: str
    parent_code: str | None
    retention_years: int | None
    unlimited: bool
    disposal_action: str | None
    register_set: str | None
    level: int = 0
    place_given: bool = False  # the sheet names the unit above, or says that there is none
    further: Further = NOTHING_FURTHER


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row; `column` is the heading as the sheet has it, or empty when the whole row is meant."""

    row_number: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """All rows without a fault in the sheet's order, all faults by row, and headings that were not understood."""

    rows: list[PlanRow]
    faults: list[Fault]
    ignored_columns: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Draft:
    number: int
    code: str = ""
    title: str = ""
    parent: str | None = None
    years: int | None = None
    unlimited: bool = False
    disposal: str | None = None
    register_set: str | None = None
    level: int = 0
    place_given: bool = False
    further: Further = NOTHING_FURTHER


@dataclass(slots=True)
class _Reading:
    columns: dict[str, int]
    headings: dict[str, str]
    existing: Mapping[str, int]
    drafts: dict[str, _Draft] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def blame(self, number: int, column: str, sentence: str) -> None:
        self.faults.append(Fault(number, self.headings.get(column, column), sentence))


def read_sheet(stream: BinaryIO, name: str, *, existing: Mapping[str, int] | None = None) -> PlanSheet:
    """Read a file plan from an .xlsx or .csv file.

    The parent comes from the column "Übergeordnet" where it is filled, else from the code: the longest other code that it begins with
    (63.12.04 below 63.12 below 63.1 below 63 below 6, the decimal order of municipal file plans). `existing` names units that are
    there already with their level, so that a sheet may hang new units below them. `name` is the file's name.
    Raises UnreadableSheet for a file that cannot be opened; everything else becomes a fault with its row number.
    """
    sheet = open_sheet(stream, name, row_limit=ROW_LIMIT + HEADER_WITHIN)
    found = _find_header(sheet)
    if found is None:
        return PlanSheet([], _missing_columns(sheet))
    position, columns, headings, ignored = found
    reading = _Reading(columns, headings, existing or {})
    _blame_merged(reading, sheet, header_number=sheet.lines[position].number)
    body = sheet.lines[position + 1 :]
    for line in body[:ROW_LIMIT]:
        _read_line(reading, line)
    too_many = body[ROW_LIMIT].number if len(body) > ROW_LIMIT else sheet.cut_at
    if too_many is not None:
        reading.blame(too_many, "", _("The sheet has more than %(limit)d rows. Nothing from here on was read.") % {"limit": ROW_LIMIT})
    _place(reading, complete=too_many is None)
    return _result(reading, ignored)


def _result(reading: _Reading, ignored: tuple[str, ...]) -> PlanSheet:
    if not reading.drafts and not reading.faults:
        reading.blame(1, "", _("The sheet holds no file plan units below its headings."))
    faulty = {fault.row_number for fault in reading.faults}
    rows = [
        PlanRow(d.number, d.code, d.title, d.parent, d.years, d.unlimited, d.disposal, d.register_set, d.level, d.place_given, d.further)
        for d in reading.drafts.values()
        if d.number not in faulty
    ]
    return PlanSheet(rows, sorted(reading.faults, key=lambda fault: fault.row_number), ignored, frozenset(reading.columns))


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).casefold()


_COLUMN_OF = {_plain(heading): column for column, headings in HEADINGS.items() for heading in headings}


def _find_header(sheet: Sheet) -> tuple[int, dict[str, int], dict[str, str], tuple[str, ...]] | None:
    """Find the row of headings among the first rows: many plans carry a title or a date above it."""
    for position, line in enumerate(sheet.lines[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        ignored: list[str] = []
        for index, cell in enumerate(line.cells):
            column = _COLUMN_OF.get(_plain(cell.text))
            if column is None or column in columns:
                ignored += [cell.text] if cell.text else []
            else:
                columns[column] = index
        if "code" in columns and "title" in columns:
            return position, columns, {column: line.cells[index].text for column, index in columns.items()}, tuple(ignored)
    return None


def _missing_columns(sheet: Sheet) -> list[Fault]:
    seen = {_COLUMN_OF.get(_plain(cell.text)) for line in sheet.lines[:HEADER_WITHIN] for cell in line.cells}
    missing = [HEADINGS[column][0] for column in ("code", "title") if column not in seen]
    row_number = sheet.lines[0].number if sheet.lines else 1
    sentence = _("The column “%(column)s” is missing. The headings must stand in one of the first rows.")
    return [Fault(row_number, heading, sentence % {"column": heading}) for heading in missing or [HEADINGS["code"][0]]]


def _blame_merged(reading: _Reading, sheet: Sheet, *, header_number: int) -> None:
    for first, last in sheet.merged:
        if last >= header_number:
            sentence = _("Cells are merged here. Please undo the merging, so that every row has its own values.")
            reading.blame(max(first, header_number), "", sentence)


def _read_line(reading: _Reading, line: Line) -> None:
    texts = {column: _text(reading, line, column) for column in reading.columns}
    if all(text == "" for text in texts.values()):
        return
    draft = _Draft(line.number, title=texts["title"] or "", code=texts["code"] or "")
    above = texts.get("parent") or None
    draft.parent, draft.place_given = None if above in _TOP else above, above is not None
    draft.register_set = texts.get("register_set") or None
    if texts["title"] is not None:
        _check_title(reading, draft)
    _read_retention(reading, draft, texts.get("retention") or "")
    _read_disposal(reading, draft, texts.get("disposal") or "")
    draft.further, unclear = read_further(texts)
    for column, sentence in unclear:
        reading.blame(draft.number, column, sentence)
    if texts["code"] is not None:
        _take_code(reading, draft)


def _text(reading: _Reading, line: Line, column: str) -> str | None:
    """Return a cell's text with its white space tidied, or None after blaming a cell whose value cannot be known."""
    index = reading.columns[column]
    cell = line.cells[index] if index < len(line.cells) else Cell("")
    sentences: dict[Kind, Callable[[], str]] = {
        Kind.FORMULA: lambda: _("There is a formula in this cell. Please enter the value itself."),
        Kind.DATE: lambda: _("This cell was turned into a date. Please format the column as text and enter the value again."),
        Kind.ERROR: lambda: _("This cell shows an error of the spreadsheet program. Please enter the value itself."),
    }
    if cell.kind in sentences and not (cell.kind is Kind.DATE and column in plan_fields.VALIDITY):
        reading.blame(line.number, column, sentences[cell.kind]())
        return None
    text = " ".join(cell.text.split())
    if not text.isprintable():
        reading.blame(line.number, column, _("This cell holds characters that cannot be shown."))
        return None
    return text


def _check_title(reading: _Reading, draft: _Draft) -> None:
    if not draft.title:
        reading.blame(draft.number, "title", _("The title is missing."))
    elif len(draft.title) > TITLE_LENGTH:
        reading.blame(draft.number, "title", _("The title is longer than %(limit)d characters.") % {"limit": TITLE_LENGTH})


def _take_code(reading: _Reading, draft: _Draft) -> None:
    if not draft.code:
        reading.blame(draft.number, "code", _("The classification code is missing."))
    elif len(draft.code) > CODE_LENGTH or not _CODE.fullmatch(draft.code):
        sentence = _("“%(code)s” is not a classification code. Digits and letters are allowed, divided by single dots, hyphens or spaces.")
        reading.blame(draft.number, "code", sentence % {"code": draft.code[: CODE_LENGTH + 1]})
    elif (first := reading.drafts.get(draft.code)) is not None:
        sentence = _("The code %(code)s stands in row %(row)d already.")
        reading.blame(draft.number, "code", sentence % {"code": draft.code, "row": first.number})
    else:
        reading.drafts[draft.code] = draft


def _read_retention(reading: _Reading, draft: _Draft, text: str) -> None:
    if not text:
        return
    if text.casefold() in _UNLIMITED:
        draft.unlimited = True
        return
    match = _YEARS.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= LONGEST_RETENTION:
        sentence = _("“%(text)s” is not a retention period. Please enter whole years from 1 to %(limit)d or “unbefristet”.")
        reading.blame(draft.number, "retention", sentence % {"text": text[:40], "limit": LONGEST_RETENTION})
        return
    draft.years = int(match[1])


def _read_disposal(reading: _Reading, draft: _Draft, text: str) -> None:
    if not text:
        return
    draft.disposal = _DISPOSAL.get(text.casefold())
    if draft.disposal is None:
        sentence = _("“%(text)s” is not a disposal action. Please enter A (archive), B (appraise) or V (destroy).")
        reading.blame(draft.number, "disposal", sentence % {"text": text[:40]})


def _place(reading: _Reading, *, complete: bool) -> None:
    """Give every unit its parent and level. A sheet that was cut off is not asked for parents: they may stand further below."""
    for draft in reading.drafts.values():
        if draft.parent is None and not draft.place_given:
            draft.parent = _parent_from_code(reading, draft.code)
        if draft.parent is not None and complete and not _is_known(reading, draft.parent):
            sentence = _("The unit above, %(parent)s, is neither in the sheet nor in the file plan.")
            reading.blame(draft.number, "parent" if "parent" in reading.columns else "code", sentence % {"parent": draft.parent})
    for draft in reading.drafts.values():
        _measure(reading, draft)


def _is_known(reading: _Reading, code: str) -> bool:
    return code in reading.drafts or code in reading.existing


def _parent_from_code(reading: _Reading, code: str) -> str | None:
    """Return the longest known code that this one begins with; a whole missing segment (63.12 above 63.12.04) is named as it should be."""
    above = _LAST_SEGMENT.sub("", code)
    shortest = len(above) if above != code else 1
    for end in range(len(code) - 1, shortest - 1, -1):
        if _is_known(reading, code[:end]):
            return code[:end]
    return above if above != code else None


def _measure(reading: _Reading, draft: _Draft) -> None:
    seen = {draft.code}
    level = 1
    for code in _codes_above(reading, draft):
        if code in seen:
            if code == draft.code:  # those that merely hang below the ring are not at fault
                reading.blame(draft.number, "parent", _("The unit above, %(parent)s, lies below this unit.") % {"parent": draft.parent})
            return
        seen.add(code)
        level += 1 if code in reading.drafts else reading.existing.get(code, 0)
        if level > DEEPEST_LOOK:
            break
    draft.level = level
    if level > LEVELS:
        sentence = _("The unit would lie on level %(level)d. A file plan has at most %(limit)d levels.")
        reading.blame(draft.number, "code", sentence % {"level": level, "limit": LEVELS})


def _codes_above(reading: _Reading, draft: _Draft) -> Iterator[str]:
    """Walk up; it ends at a root, at a unit that exists already (whose level is known) or never, so the caller watches for a ring."""
    current: _Draft | None = draft
    while current is not None and current.parent is not None:
        yield current.parent
        current = reading.drafts.get(current.parent)
