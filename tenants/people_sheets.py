"""People from a spreadsheet: every faulty row is named by its number, and nothing is written while there is one."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, BinaryIO

import openpyxl
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from foundation.sheets import Kind, Line, open_sheet

from . import current, staffing
from .models import Office, User
from .roles import of_this_site

ROW_LIMIT = 2_000
HEADINGS = {
    "username": "Benutzername",
    "display_name": "Name",
    "email": "E-Mail",
    "telephone": "Telefon",
    "office": "Organisationseinheit",
    "is_lead": "Leitung",
    "roles": "Rollen",
}
REQUIRED = ("username", "display_name")
HEADER_WITHIN = 10  # rows: towns put their name above the table
YES, NO = {"ja", "j", "x", "1", "yes"}, {"", "nein", "n", "0", "no"}


@dataclass(frozen=True)
class PersonRow:
    """One person as the sheet gives her; `number` is the row as the spreadsheet program shows it."""

    number: int
    username: str
    display_name: str
    email: str
    telephone: str
    office: str
    is_lead: bool
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row, as the spreadsheet program counts rows."""

    row_number: int
    column: str
    sentence: str

    def __str__(self) -> str:
        where = {"row": self.row_number, "column": self.column, "sentence": self.sentence}
        if not self.column:
            return _("Row %(row)d: %(sentence)s") % where
        return _("Row %(row)d, %(column)s: %(sentence)s") % where


@dataclass(frozen=True)
class PeopleSheet:
    rows: list[PersonRow]
    faults: list[Fault]


def read_sheet(stream: BinaryIO, name: str) -> PeopleSheet:
    """Read and check a sheet against the municipality in force; writes nothing.

    Raises foundation.sheets.UnreadableSheet if the file is no table at all.
    """
    sheet = open_sheet(stream, name, row_limit=ROW_LIMIT)
    columns, header = _columns(sheet.lines)
    faults: list[Fault] = []
    if header is None:
        wanted = ", ".join(HEADINGS[field] for field in REQUIRED)
        return PeopleSheet([], [Fault(1, "", _("The headings %(headings)s are missing.") % {"headings": wanted})])
    if sheet.cut_at is not None:
        faults.append(Fault(sheet.cut_at, "", _("At most %(limit)d people can be taken in at once.") % {"limit": ROW_LIMIT}))
    check = _Check(faults)
    rows = [row for line in sheet.lines if line.number > header and (row := check.row(line, columns)) is not None]
    if not rows and not faults:
        faults.append(Fault(header, "", _("There is nobody below the headings.")))
    return PeopleSheet(rows, sorted(faults, key=lambda fault: fault.row_number))


def import_people(*, rows: Sequence[PersonRow], by: User | None, at: datetime) -> list[User]:
    """Create all people or none. Raises staffing.CannotStaff, naming the row."""
    offices = {office.code: office for office in Office.objects.filter(is_active=True)}
    created = []
    with current.atomic():
        for row in rows:
            given: dict[str, Any] = {field: value for field, value in asdict(row).items() if field not in ("number", "office")}
            try:
                created.append(staffing.create_person(**given, office=offices[row.office] if row.office else None, by=by, at=at))
            except (staffing.CannotStaff, KeyError) as refusal:
                why = {"row": row.number, "why": refusal}
                raise staffing.CannotStaff(_("Row %(row)d: %(why)s Nothing was taken in.") % why) from refusal
    return created


def template() -> bytes:
    """An .xlsx with the headings and one example, to fill in."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Personen"
    sheet.append(list(HEADINGS.values()))
    for place, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 24
    role = next(iter(of_this_site().labels))
    sheet.append(["erika.mustermann", "Erika Mustermann", "erika.mustermann@stadt.example", "0123 456-78", "", "nein", str(role)])
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _columns(lines: Sequence[Line]) -> tuple[dict[str, int], int | None]:
    known = {heading.casefold(): field for field, heading in HEADINGS.items()}
    for line in lines[:HEADER_WITHIN]:
        found = {known[text]: place for place, cell in enumerate(line.cells) if (text := cell.text.strip().casefold()) in known}
        if all(field in found for field in REQUIRED):
            return found, line.number
    return {}, None


class _Check:
    """Checks row after row; remembers user names met before."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.taken = set(User.objects.get_queryset().values_list("username", flat=True))
        self.offices = set(Office.objects.filter(is_active=True).values_list("code", flat=True))
        self.met: dict[str, int] = {}
        choices = of_this_site().choices
        self.roles = {str(label).casefold(): value for value, label in choices} | {value: value for value, _label in choices}

    def row(self, line: Line, columns: dict[str, int]) -> PersonRow | None:
        before = len(self.faults)
        texts = {field: self._text(line, field, columns) for field in HEADINGS}
        texts["username"] = User.normalize_username(texts["username"])
        self._say(line, "username", self._wrong_username(texts["username"], line.number))
        self._say(line, "display_name", "" if texts["display_name"] else _("A person needs a name."))
        for field, limit in (("display_name", 200), ("telephone", 50)):
            self._say(line, field, _("At most %(limit)d characters.") % {"limit": limit} if len(texts[field]) > limit else "")
        self._say(line, "email", self._wrong_email(texts["email"]))
        unknown = texts["office"] and texts["office"] not in self.offices
        self._say(line, "office", _("There is no active office %(code)s.") % {"code": texts["office"]} if unknown else "")
        lead = texts["is_lead"].casefold()
        self._say(line, "is_lead", "" if lead in YES | NO else _("Please write yes or no."))
        self._say(line, "is_lead", _("Without an office nobody leads one.") if lead in YES and not texts["office"] else "")
        roles = self._roles(line, texts["roles"])
        if len(self.faults) > before:
            return None
        plain = {field: texts[field] for field in ("username", "display_name", "email", "telephone", "office")}
        return PersonRow(number=line.number, **plain, is_lead=lead in YES, roles=roles)

    def _text(self, line: Line, field: str, columns: dict[str, int]) -> str:
        place = columns.get(field)
        if place is None or place >= len(line.cells):
            return ""
        cell = line.cells[place]
        if cell.kind in (Kind.FORMULA, Kind.ERROR):
            self._say(line, field, _("Please enter a text, not a formula."))
            return ""
        return cell.text.strip()

    def _wrong_username(self, username: str, number: int) -> str:
        if not staffing.USERNAME.fullmatch(username):
            return _("A user name has 2 to 60 characters: small letters without umlauts, digits, dots and hyphens.")
        if username in self.met:
            return _("The user name %(username)s stands in row %(row)d already.") % {"username": username, "row": self.met[username]}
        self.met[username] = number
        return _("The user name %(username)s is taken.") % {"username": username} if username in self.taken else ""

    def _wrong_email(self, email: str) -> str:
        check: Callable[[str], None] = validate_email
        try:
            check(email or "nobody@example.org")
        except ValidationError:
            return _("This is no e-mail address.")
        return _("At most %(limit)d characters.") % {"limit": 254} if len(email) > 254 else ""

    def _roles(self, line: Line, text: str) -> tuple[str, ...]:
        found = []
        for name in (part.strip() for part in text.replace(";", ",").split(",")):
            if name and name.casefold() not in self.roles:
                self._say(line, "roles", _("There is no role %(role)s.") % {"role": name})
            elif name:
                found.append(str(self.roles[name.casefold()]))
        return tuple(found)

    def _say(self, line: Line, field: str, sentence: str) -> None:
        if sentence:
            self.faults.append(Fault(line.number, HEADINGS[field], sentence))
