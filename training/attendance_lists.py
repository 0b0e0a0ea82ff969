"""Attendance from a list: typed, a name or an e-mail address on each line, or a table (.xlsx, .csv) as a room's own system gives it.

Either all of it is taken or nothing: each line that cannot be is named with its number.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from foundation.sheets import Kind, UnreadableSheet, open_sheet

from . import attending
from .attending import Mark, State
from .models import Enrolment, Session

LINES = 2000
WORDS = {
    **dict.fromkeys(("", "anwesend", "ja", "j", "x", "da", "present"), State.PRESENT),
    **dict.fromkeys(("entschuldigt", "e", "excused"), State.EXCUSED),
    **dict.fromkeys(("abwesend", "fehlt", "nein", "n", "absent"), State.ABSENT),
}
HEADINGS = {
    **dict.fromkeys(
        ("name", "teilnehmer", "teilnehmerin", "teilnehmende", "person", "e-mail", "email", "e-mail-adresse", "benutzername"), "who"
    ),
    **dict.fromkeys(("anwesenheit", "status", "anwesend", "unterschrift"), "state"),
    **dict.fromkeys(("verspätung", "minuten verspätet", "verspätet", "minuten"), "late"),
}


class CannotRead(Exception):
    """Nothing of the list is taken; the message says what is wrong, `faults` line by line."""

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.faults = list(faults)


@dataclass(frozen=True)
class Entry:
    """A line of a list: who, what is said of her, and how many minutes late, as it was written."""

    number: int
    who: tuple[str, ...]
    state: str = ""
    late: str = ""


def typed(text: str) -> list[Entry]:
    """Lines as somebody types them: a name or an address, then perhaps a semicolon and what is said of her ("entschuldigt", "10" minutes late)."""
    entries = []
    for number, line in enumerate(text.replace("\x00", "").splitlines(), start=1):
        who, *rest = (part.strip() for part in line.replace("\t", ";").split(";"))
        if not who:
            continue
        late = next((part for part in rest if part.isdecimal()), "")
        entries.append(Entry(number, (who,), next((part for part in rest if part and part != late), ""), late))
    return _some(entries)


def uploaded(stream: BinaryIO, name: str) -> list[Entry]:
    """Lines of a table; its first row names the columns: name or e-mail, attendance, minutes late. Raises CannotRead."""
    try:
        sheet = open_sheet(stream, name, row_limit=LINES)
    except UnreadableSheet as fault:
        raise CannotRead(str(fault)) from fault
    if sheet.cut_at is not None:
        raise CannotRead(_("A list has at most %(most)s lines.") % {"most": LINES})
    if not sheet.lines:
        raise CannotRead(_("The list is empty."))
    columns: dict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(sheet.lines[0].cells):
        if meaning := HEADINGS.get(cell.text.strip().casefold()):
            columns[meaning].append(place)
    if not columns["who"]:
        raise CannotRead(_("The first row has to name the columns: “Name” or “E-Mail”, and “Anwesenheit” and “Verspätung” if you like."))
    entries = []
    for line in sheet.lines[1:]:
        cells = [cell.text.strip() if cell.kind == Kind.TEXT else "" for cell in line.cells]
        said = {meaning: [cells[place] for place in places if place < len(cells)] for meaning, places in columns.items()}
        who = tuple(part for part in said["who"] if part)
        if who:
            entries.append(Entry(line.number, who, _first(said.get("state")), _first(said.get("late"))))
    return _some(entries)


def marks(*, session: Session, entries: Sequence[Entry]) -> dict[int, Mark]:
    """What the lines say of those who are enrolled: enrolment's key → mark. Raises CannotRead."""
    known = _by_words(attending.enrolled(session.date_id))
    found: dict[int, Mark] = {}
    faults = []
    for entry in entries:
        try:
            enrolment, mark = _one(entry, known), _mark(entry)
            if enrolment.pk in found:
                raise ValueError(_("%(person)s stands on the list twice.") % {"person": enrolment.person})
            found[enrolment.pk] = mark
        except ValueError as fault:
            faults.append(_("Line %(number)s: %(fault)s") % {"number": entry.number, "fault": fault})
    if faults:
        raise CannotRead(_("Nothing was taken from the list."), faults)
    return found


def _by_words(people: Sequence[Enrolment]) -> Mapping[str, list[Enrolment]]:
    """People by all that they may be called on a list: name (also "Family name, first name"), user name, e-mail address."""
    known: dict[str, list[Enrolment]] = defaultdict(list)
    for each in people:
        name = each.person.display_name
        first, _space, last = name.rpartition(" ")
        for word in {_word(part) for part in (name, f"{last}, {first}", each.person.username, each.person.email)}:
            if word:
                known[word].append(each)
    return known


def _one(entry: Entry, known: Mapping[str, list[Enrolment]]) -> Enrolment:
    candidates = [known.get(_word(word), []) for word in entry.who]
    if any(len(each) == 1 for each in candidates):
        [found, *others] = {each[0].pk: each[0] for each in candidates if len(each) == 1}.values()
        if others:
            raise ValueError(_("Name and e-mail address are those of two people."))
        return found
    if any(candidates):
        raise ValueError(_("There are several people called “%(name)s”; please give the e-mail address.") % {"name": entry.who[0]})
    raise ValueError(_("Nobody called “%(name)s” is enrolled here.") % {"name": entry.who[0][:80]})


def _mark(entry: Entry) -> Mark:
    state = WORDS.get(entry.state.casefold())
    if state is None:
        raise ValueError(_("“%(word)s” is neither present nor excused nor absent.") % {"word": entry.state[:40]})
    if entry.late and not entry.late.isdecimal():
        raise ValueError(_("“%(word)s” is no number of minutes.") % {"word": entry.late[:40]})
    return Mark(state, min(int(entry.late[:6]), 100_000) if entry.late else 0)


def _word(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _first(words: Sequence[str] | None) -> str:
    return next((word for word in words or [] if word), "")


def _some(entries: list[Entry]) -> list[Entry]:
    if not entries:
        raise CannotRead(_("The list is empty."))
    if len(entries) > LINES:
        raise CannotRead(_("A list has at most %(most)s lines.") % {"most": LINES})
    return entries
