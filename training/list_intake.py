"""People by list: a training coordinator enrols many at once. Each line is checked, and nothing is written while one of them is faulty."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import openpyxl
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from foundation.sheets import Kind, Line, open_sheet
from tenants import current
from tenants.centre.admitting import line as one_line
from tenants.centre.models import Contact, Municipality
from tenants.models import User

from . import double_seats, enrolling, standing
from .models import CourseDate, Enrolment, Session, Standing

ROW_LIMIT = 1_000  # a line is an act with a place, an event and a message: more in one list would keep others waiting
HEADINGS = {"name": "Name", "email": "E-Mail", "office": "Organisationseinheit", "date": "Termin"}
REQUIRED = ("name", "email", "date")
HEADER_WITHIN = 10  # rows: towns put their name above the table
LIMITS = {"name": 200, "office": 200}  # characters


class CannotTakeIn(Exception):
    """The list cannot be taken in; the message says why, and names the line. Nothing was written."""


@dataclass(frozen=True)
class PersonLine:
    """One person for one course date as the list gives her; `number` is the row as the spreadsheet program shows it."""

    number: int
    name: str
    email: str
    office: str
    date: str


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row, as the spreadsheet program counts rows."""

    row_number: int
    column: str
    sentence: str

    def __str__(self) -> str:
        where = {"row": self.row_number, "column": self.column, "sentence": self.sentence}
        return (_("Row %(row)d, %(column)s: %(sentence)s") if self.column else _("Row %(row)d: %(sentence)s")) % where


@dataclass(frozen=True)
class PeopleList:
    lines: list[PersonLine]
    faults: list[Fault]


def code_of(date: CourseDate) -> str:
    """How a date is called in lists: "T-" and the beginning of its id. With the letter, no spreadsheet program makes a number of it."""
    return f"T-{str(date.public_id)[:8].upper()}"


def read_list(stream: BinaryIO, name: str, *, municipality: Municipality, at: datetime) -> PeopleList:
    """Read and check a list for a municipality; writes nothing. Raises foundation.sheets.UnreadableSheet if the file is no table at all."""
    sheet = open_sheet(stream, name, row_limit=ROW_LIMIT + HEADER_WITHIN)
    columns, header = _columns(sheet.lines)
    if header is None:
        wanted = ", ".join(HEADINGS[field] for field in REQUIRED)
        return PeopleList([], [Fault(1, "", _("The headings %(headings)s are missing.") % {"headings": wanted})])
    below = [line for line in sheet.lines if line.number > header]
    if sheet.cut_at is not None or len(below) > ROW_LIMIT:
        first = below[ROW_LIMIT].number if len(below) > ROW_LIMIT else sheet.cut_at or 0
        return PeopleList([], [Fault(first, "", _("At most %(limit)d people can be taken in at once.") % {"limit": ROW_LIMIT})])
    check = _Check(municipality, at)
    for first, last in sheet.merged:
        if last > header:
            check.say(max(first, header + 1), "", _("Cells are merged here. Please unmerge them, so that each line stands for itself."))
    lines = [row for line in below if (row := check.row(line, columns)) is not None]
    check.across(lines)
    if not below:
        check.say(header, "", _("There is nobody below the headings."))
    return PeopleList(lines, sorted(check.faults, key=lambda fault: fault.row_number))


def take_in(*, municipality: Municipality, lines: Sequence[PersonLine], by: User, at: datetime) -> list[Enrolment]:
    """Enrol everybody of a list or nobody; who is not known yet becomes a contact without a password. Raises CannotTakeIn, naming the line."""
    if not Standing.objects.towns_of(by).filter(pk=municipality.pk).exists():
        raise CannotTakeIn(_("This is for the municipality's training coordinator."))
    made: list[Enrolment] = []
    with current.atomic():
        town = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
        dates = _open_dates(at)
        people = _known(town)
        double_seats.hold([people[key].pk for line in lines if (key := line.email.casefold()) in people])
        # Always the dates in the same order: two lists at once take turns, and never wait for each other. On a date the list's order counts.
        for line in sorted(lines, key=lambda row: (dates[row.date].pk if row.date in dates else 0, row.number)):
            try:
                person = people.get(line.email.casefold())
                if person is None:
                    person = standing.make_contact(municipality=town, name=line.name, email=line.email, office=line.office, by=by, at=at)
                    people[line.email.casefold()] = person
                made.append(enrolling.enrol(date=dates[line.date], person=person, by=by, at=at))
            except KeyError as gone:
                raise CannotTakeIn(_faulty(line, _("There is no open course date %(code)s.") % {"code": line.date})) from gone
            except (enrolling.CannotEnrol, standing.CannotName) as refusal:
                raise CannotTakeIn(_faulty(line, str(refusal))) from refusal
    return made


def template(*, at: datetime) -> bytes:
    """An .xlsx with the headings and one example, and a second sheet with the dates that are open to enrolment."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Personen"
    dates = list(_open_dates(at).values())
    example = code_of(dates[0]) if dates else "T-0A1B2C3D"
    _fill(sheet, [list(HEADINGS.values()), ["Erika Mustermann", "erika.mustermann@stadt.example", "Bauordnung", example]])
    begins = ((code_of(date), _safe(str(date.course)), f"{timezone.localtime(date.starts_at):%d.%m.%Y %H:%M}") for date in dates)
    _fill(book.create_sheet("Termine"), [["Termin", "Kurs", "Beginn"], *begins])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: object, rows: Iterable[Sequence[str]]) -> None:
    for row in rows:
        sheet.append(list(row))  # type: ignore[attr-defined]
    for place, cell in enumerate(sheet[1], start=1):  # type: ignore[index]
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 30  # type: ignore[attr-defined]
    sheet.freeze_panes = "A2"  # type: ignore[attr-defined]


def _safe(text: str) -> str:
    """A title that no spreadsheet program takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text


def _faulty(line: PersonLine, why: str) -> str:
    return _("Row %(row)d: %(why)s Nothing was taken in.") % {"row": line.number, "why": why}


def _open_dates(at: datetime) -> dict[str, CourseDate]:
    """Dates that can be enrolled for, by their code."""
    found = CourseDate.objects.filter(state=CourseDate.State.OPEN, register_until__gt=at).select_related("course").in_order()
    return {code_of(date): date for date in found}


def _known(municipality: Municipality) -> dict[str, User]:
    """Contacts by their address: whom her node handed over before others (standing.known_by)."""
    found: dict[str, User] = {}
    rows = Contact.objects.filter(municipality=municipality, person__is_active=True).exclude(person__email="").select_related("person")
    for contact in rows.order_by("clerk_id", "pk"):
        found.setdefault(contact.person.email.casefold(), contact.person)
    return found


def _columns(lines: Sequence[Line]) -> tuple[dict[str, int], int | None]:
    known = {heading.casefold(): field for field, heading in HEADINGS.items()}
    for line in lines[:HEADER_WITHIN]:
        found = {known[text]: place for place, cell in enumerate(line.cells) if (text := cell.text.strip().casefold()) in known}
        if all(field in found for field in REQUIRED):
            return found, line.number
    return {}, None


class _Check:
    """Checks row after row, and then what only several rows together show. Five queries, however long the list is."""

    def __init__(self, municipality: Municipality, at: datetime) -> None:
        self.faults: list[Fault] = []
        self.dates = _open_dates(at)
        self.people = _known(municipality)
        self.met: dict[tuple[str, str], int] = {}
        self.names: dict[str, tuple[str, int]] = {}

    def say(self, number: int, field: str, sentence: str) -> None:
        if sentence:
            self.faults.append(Fault(number, HEADINGS.get(field, ""), sentence))

    def row(self, line: Line, columns: dict[str, int]) -> PersonLine | None:
        before = len(self.faults)
        texts = {field: self._text(line, field, columns) for field in HEADINGS}
        if len(self.faults) > before:
            return None
        self.say(line.number, "name", "" if texts["name"] else _("A person needs a name."))
        for field, limit in LIMITS.items():
            self.say(line.number, field, _("At most %(limit)d characters.") % {"limit": limit} if len(texts[field]) > limit else "")
        self.say(line.number, "email", _wrong_email(texts["email"]))
        self.say(line.number, "date", self._wrong_date(texts["date"]))
        if len(self.faults) > before:
            return None
        row = PersonLine(line.number, texts["name"], texts["email"], texts["office"], texts["date"].upper())
        self._not_twice(row)
        return row if len(self.faults) == before else None

    def across(self, lines: Sequence[PersonLine]) -> None:
        """Who is enrolled already, and who would sit in two courses at once."""
        known = {self.people[key].pk: key for row in lines if (key := row.email.casefold()) in self.people}
        active = Enrolment.objects.active().filter(person__in=known).values_list("person", "date", "state")
        there = {(known[person], date): state for person, date, state in active}
        held: dict[int, list[Session]] = defaultdict(list)
        dates = {self.dates[row.date].pk for row in lines} | {date for _key, date in there}
        for session in Session.objects.filter(date__in=dates, called_off_at=None):
            held[session.date_id].append(session)
        busy: dict[str, list[int]] = defaultdict(list)
        for (key, date), state in there.items():
            if state in Enrolment.TAKING:
                busy[key].append(date)
        for row in lines:
            key, wanted = row.email.casefold(), self.dates[row.date]
            if there.get((key, wanted.pk)) not in {None, Enrolment.State.OFFERED.value}:
                self.say(row.number, "date", _("%(name)s is enrolled here already, or has asked to be.") % {"name": row.name})
                continue
            if any(_meet(held[wanted.pk], held[other]) for other in busy[key] if other != wanted.pk):
                self.say(row.number, "date", _("%(name)s has a place in another course at this time.") % {"name": row.name})
            busy[key].append(wanted.pk)

    def _text(self, line: Line, field: str, columns: dict[str, int]) -> str:
        place = columns.get(field)
        if place is None or place >= len(line.cells):
            return ""
        cell = line.cells[place]
        if cell.kind in (Kind.FORMULA, Kind.ERROR):
            self.say(line.number, field, _("Please enter a text, not a formula."))
            return ""
        return one_line(cell.text, 1000)

    def _wrong_date(self, code: str) -> str:
        if not code:
            return _("Please say for which course date.")
        if code.upper() not in self.dates:
            return _("There is no open course date %(code)s.") % {"code": code[:40]}
        return ""

    def _not_twice(self, row: PersonLine) -> None:
        key = (row.email.casefold(), row.date)
        if key in self.met:
            self.say(row.number, "email", _("This person stands in row %(row)d for the same date already.") % {"row": self.met[key]})
            return
        self.met[key] = row.number
        name, number = self.names.setdefault(key[0], (row.name, row.number))
        if name.casefold() != row.name.casefold():
            self.say(row.number, "email", _("In row %(row)d this address belongs to %(name)s.") % {"row": number, "name": name})


def _meet(some: Iterable[Session], others: Sequence[Session]) -> bool:
    return any(one.starts_at < other.ends_at and other.starts_at < one.ends_at for one in some for other in others)


def _wrong_email(email: str) -> str:
    if not email:
        return _("Without an e-mail address she cannot be told anything.")
    try:
        validate_email(email)
    except ValidationError:
        return _("This is no e-mail address.")
    return _("At most %(limit)d characters.") % {"limit": 254} if len(email) > 254 else ""
