"""Lays out letters and notes as German offices do (DIN 5008, form B): letterhead, address, information block, subject, text, footer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import cos, sin

from records.demo.paper import Page, Point, pdf, wrap
from records.demo.people import DemoTown

LEFT, RIGHT, TEXT_WIDTH = 25.0, 190.0, 165.0
LAST_LINE = 262.0
MONTHS = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
GREY = "#5b6470"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, note or form before it is drawn.

    `style` is town (from the town hall), person or firm (coming in) or note (internal). `sender` are the lines at the top of a letter that
    comes in, `clerk` the lines of the information block, `head` the heading of a note. In `body` a blank line parts paragraphs; lines that begin with "- " are points,
    "| " rows of a table, "# " small headings.
    """

    style: str
    town: DemoTown
    office: str
    clerk: tuple[str, ...]
    addressee: tuple[str, ...]
    sender: tuple[str, ...]
    written_on: date
    reference: str
    subject: str
    body: str
    signature: tuple[str, ...]
    received_on: date | None = None
    head: str = "Vermerk"


def long_date(day: date) -> str:
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def letter_pdf(letter: Letter) -> bytes:
    """Draw a letter as a PDF with real text. The same letter gives the same bytes."""
    made_at = datetime.combine(letter.written_on, time(9, 0), tzinfo=UTC)
    author = letter.town.full_name if letter.style in ("town", "note") else letter.sender[0]
    return pdf(letter_pages(letter), title=letter.subject, author=author, made_at=made_at)


def letter_pages(letter: Letter) -> list[Page]:
    """Draw a letter as pages; what scans and faxes are made of, too."""
    return _Flow(letter).run()


class _Flow:
    """Writes the text down the page and takes a new one when it is full."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.face = "serif" if letter.style == "person" else "regular"
        self.size = 11.5 if letter.style == "person" else 10.5
        self.pages: list[Page] = []
        self.y = 0.0

    def run(self) -> list[Page]:
        self.pages.append(Page(210, 297))
        self.y = _HEADS[self.letter.style](self.page, self.letter)
        for line in wrap(self.letter.subject, TEXT_WIDTH, size=self.size + 0.5, face="bold"):
            self.write(line, face="bold", size=self.size + 0.5)
        self.y += 4.5
        for paragraph in self.letter.body.strip().split("\n\n"):
            self.paragraph(paragraph)
        self.sign()
        if self.letter.style == "town":
            for page in self.pages:
                _town_foot(page, self.letter.town)
        return self.pages

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def write(self, text: str, *, x: float = LEFT, face: str | None = None, size: float | None = None, step: float = 5.0) -> None:
        self.make_room(step)
        self.page.text(x, self.y, text, face=face or self.face, size=size or self.size)
        self.y += step

    def make_room(self, height: float) -> None:
        if self.y + height <= LAST_LINE + 5:
            return
        self.pages.append(Page(210, 297))
        number = len(self.pages)
        self.page.text(LEFT, 18, self.letter.subject[:70], size=8.5, colour=GREY)
        self.page.text(RIGHT, 18, f"Seite {number}", size=8.5, colour=GREY, align="right")
        self.page.line((LEFT, 20.5), (RIGHT, 20.5), width=0.15, colour=GREY)
        self.y = 32.0

    def paragraph(self, text: str) -> None:
        lines = text.split("\n")
        plain: list[str] = []
        for line in lines:
            if line.startswith(("- ", "| ", "# ")):
                self.flush(plain)
                self.special(line)
            else:
                plain.append(line)
        self.flush(plain)
        self.y += 2.8

    def flush(self, plain: list[str]) -> None:
        for line in wrap(" ".join(plain), TEXT_WIDTH, size=self.size, face=self.face):
            self.write(line)
        plain.clear()

    def special(self, line: str) -> None:
        mark, text = line[0], line[2:]
        if mark == "#":
            self.make_room(14)
            self.write(text, face="bold")
        elif mark == "-":
            for number, part in enumerate(wrap(text, TEXT_WIDTH - 6, size=self.size, face=self.face)):
                if number == 0:
                    self.make_room(5)
                    self.page.text(LEFT + 1, self.y, "•" if self.letter.style != "person" else "-", face=self.face, size=self.size)
                self.write(part, x=LEFT + 6)
        else:
            self.row(re.split(r"\s*\|\s*", text.strip()))

    def row(self, cells: Sequence[str]) -> None:
        """Write one row of a table; amounts and the last column stand on the right."""
        self.make_room(6.2)
        first = TEXT_WIDTH * (0.5 if len(cells) < 4 else 0.4)
        width = (TEXT_WIDTH - first) / max(len(cells) - 1, 1)
        face = "bold" if cells[0].startswith(("Summe", "Gesamt", "Zu zahlen")) else self.face
        for number, cell in enumerate(cells):
            last = number == len(cells) - 1 and number > 0
            x = RIGHT if last else LEFT + (first + (number - 1) * width if number else 0)
            self.page.text(x, self.y, cell, face=face, size=self.size - 0.5, align="right" if last else "left")
        self.page.line((LEFT, self.y + 1.7), (RIGHT, self.y + 1.7), width=0.1, colour="#9aa3ad")
        self.y += 6.2

    def sign(self) -> None:
        self.make_room(35)
        self.y += 1.5
        if self.letter.style != "note":
            self.write("Mit freundlichen Grüßen")
        self.y += 4
        for number, line in enumerate(self.letter.signature):
            if number == len(self.letter.signature) - 1 and self.letter.style != "note":
                _scribble(self.page, self.letter.signature[-1], self.y)
                self.y += 9
            self.write(line)


def _scribble(page: Page, name: str, y: float) -> None:
    """Draw a hand's signature: loops whose height and pace come from the name."""
    points: list[Point] = []
    for step in range(12 * min(len(name), 13)):
        letter = ord(name[step // 12])
        angle = step * 0.52
        height = (2.6 if step < 12 else 0.7) + (letter * 7 % 5) / 3.2
        points.append((LEFT + 3 + step * 0.21 + (0.5 + letter % 3 * 0.28) * cos(angle), y + 1 - height * 0.62 * sin(angle + letter % 4)))
    page.line(*points, (points[-1][0] + 7, y - 0.6), width=0.3, colour="#1b2f6b")


def _shield(page: Page, town: DemoTown, x: float, y: float) -> None:
    """Draw the coat of arms, 13 mm wide."""
    field, figure, motif = town.shield
    page.area((x, y), (x + 13, y), (x + 13, y + 9), (x + 10.5, y + 13.3), (x + 6.5, y + 16), (x + 2.5, y + 13.3), (x, y + 9), fill=field)
    if motif == "waves":
        page.disc(x + 6.5, y + 4.6, 2.1, fill=figure)
        for row in (8.6, 11.0):
            waves = [(x + 1.8 + step * 1.0, y + row + (0.6 if step % 2 else -0.6)) for step in range(10)]
            page.line(*waves, width=0.8, colour=figure)
    elif motif == "tree":
        page.box(x + 5.9, y + 8, 1.2, 5, fill=figure)
        for dx, dy in ((6.5, 4.2), (4.4, 6.3), (8.6, 6.3), (6.5, 7)):
            page.disc(x + dx, y + dy, 2.1, fill=figure)
    else:
        page.box(x + 1.5, y + 6.2, 10, 1.6, fill=figure)
        for dx in (2.6, 6.0, 9.4):
            page.box(x + dx, y + 7.8, 1.1, 3.6, fill=figure)


def _town_head(page: Page, letter: Letter) -> float:
    town = letter.town
    _shield(page, town, LEFT, 12)
    page.text(LEFT + 17, 20.5, town.full_name, size=19, face="bold", colour=town.colour)
    page.text(LEFT + 17, 26.3, f"{town.head_title} · {letter.office}", size=9.5, colour=GREY)
    page.line((LEFT, 33), (RIGHT, 33), width=0.5, colour=town.colour)
    for mark in (105.0, 148.5, 210.0):  # where to fold and to punch
        page.line((5, mark), (9 if mark != 148.5 else 11, mark), width=0.1, colour=GREY)
    page.text(LEFT, 49, f"{town.full_name} · {town.street} · {town.postcode} {town.name}", size=7, colour=GREY)
    page.line((LEFT, 50.4), (LEFT + 80, 50.4), width=0.1, colour=GREY)
    for number, line in enumerate(letter.addressee):
        page.text(LEFT, 57 + number * 4.8, line, size=10.5)
    y = 49.0
    for line in letter.clerk:
        label, _, value = line.partition(": ")
        page.text(128, y, label, size=7, colour=GREY)
        page.text(128, y + 3.9, value, size=9.5)
        y += 8.6
    return max(103.0, y + 8)


def _town_foot(page: Page, town: DemoTown) -> None:
    page.line((LEFT, 275), (RIGHT, 275), width=0.2, colour=town.colour)
    columns = [
        (f"{town.full_name}", f"{town.street}", f"{town.postcode} {town.name}"),
        (f"Telefon {town.telephone}-0", f"rathaus@{town.domain}", f"www.{town.domain}"),
        (town.bank, f"IBAN {town.iban}", "Gläubiger-ID DE98ZZZ09999999999"),
        ("Mo–Fr 8:00–12:00 Uhr", "Do 14:00–18:00 Uhr", "und nach Vereinbarung"),
    ]
    for x, lines in zip((LEFT, 66.0, 104.0, 160.0), columns, strict=True):
        for number, line in enumerate(lines):
            page.text(x, 279.5 + number * 3.4, line, size=7, colour=GREY)


def _stamp(page: Page, letter: Letter, x: float, y: float) -> None:
    """Draw the registry's "received" stamp, never quite straight."""
    if letter.received_on is None:
        return
    ink = "#8c2f39"
    turn = (letter.received_on.toordinal() % 9 - 4) * 0.8
    tilt = turn / 57.3
    corners = [(x, y), (x + 46, y - 46 * tilt), (x + 46, y + 17 - 46 * tilt), (x, y + 17)]
    page.line(*corners, corners[0], width=0.45, colour=ink)
    page.text(x + 23, y + 5.2 - 23 * tilt, letter.town.full_name, size=9, face="bold", colour=ink, align="centre", turn=turn)
    page.text(x + 23, y + 9.6 - 23 * tilt, "Eingegangen", size=8, colour=ink, align="centre", turn=turn)
    page.text(x + 23, y + 14.6 - 23 * tilt, short_date(letter.received_on), size=11, face="bold", colour=ink, align="centre", turn=turn)


def _incoming_address(page: Page, letter: Letter, face: str) -> float:
    for number, line in enumerate(letter.addressee):
        page.text(LEFT, 58 + number * 5, line, size=11, face=face)
    _stamp(page, letter, 138, 50)
    page.text(RIGHT, 92, f"{letter.sender[-1].split(' ', 1)[-1]}, {long_date(letter.written_on)}", size=10.5, face=face, align="right")
    return 106.0


def _person_head(page: Page, letter: Letter) -> float:
    for number, line in enumerate(letter.sender):
        page.text(LEFT, 22 + number * 5, line, size=11, face="serif")
    return _incoming_address(page, letter, "serif")


def _firm_head(page: Page, letter: Letter) -> float:
    name, *address = letter.sender
    hues = ("#2b5d8a", "#8a4b2b", "#3c6e47", "#5a3d7a", "#7a6a1f", "#2f6f73")
    hue = hues[sum(map(ord, name)) % len(hues)]
    page.box(LEFT, 13, 3.2, 18, fill=hue)
    page.text(LEFT + 7, 22, name, size=17, face="bold", colour=hue)
    page.text(LEFT + 7, 28.5, " · ".join(address), size=9, colour=GREY)
    page.line((LEFT, 284), (RIGHT, 284), width=0.2, colour=hue)
    page.text(105, 288.5, " · ".join(letter.sender), size=7, colour=GREY, align="centre")
    return _incoming_address(page, letter, "regular")


def _note_head(page: Page, letter: Letter) -> float:
    page.text(LEFT, 22, f"{letter.town.full_name} – {letter.office}", size=10, colour=GREY)
    _shield(page, letter.town, RIGHT - 13, 12)
    page.text(LEFT, 34, letter.head, size=20, face="bold", colour=letter.town.colour)
    page.text(LEFT, 43, "Datum", size=8, colour=GREY)
    page.text(LEFT, 48, long_date(letter.written_on), size=10.5)
    page.text(LEFT + 50, 43, "Aktenzeichen", size=8, colour=GREY)
    page.text(LEFT + 50, 48, letter.reference, size=10.5)
    page.text(LEFT + 105, 43, "Bearbeitung", size=8, colour=GREY)
    page.text(LEFT + 105, 48, letter.clerk[0].partition(": ")[2] if letter.clerk else "", size=10.5)
    page.line((LEFT, 53), (RIGHT, 53), width=0.3, colour=letter.town.colour)
    return 64.0


_HEADS: dict[str, Callable[[Page, Letter], float]] = {
    "town": _town_head,
    "person": _person_head,
    "firm": _firm_head,
    "note": _note_head,
}
