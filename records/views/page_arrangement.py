"""What a clerk has arranged on the screen of pages, read from the form: it works by numbers alone, and what was typed is shown again as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from records import rearranging, splitting
from records.models import Document
from records.rearranging import CannotRearrange, Chosen
from records.splitting import Piece

DIGITS = 5


@dataclass
class Row:
    """One page of the version: its number, the place that was typed for it, and what is to become of it."""

    number: int
    place: str
    turn: int = 0
    left_out: bool = False
    begins: bool = False
    title: str = ""
    error: str = ""

    @property
    def order(self) -> tuple[int, int, int]:
        """Where it goes: whoever types the place of another page comes before it on the way up, behind it on the way down."""
        place = int(self.place)
        return place, (place > self.number) - (place < self.number), self.number


@dataclass
class Arrangement:
    """All pages in the order that was asked for, and the sentence that says what is wrong with it, if anything."""

    rows: list[Row]
    despite_signature: bool = False
    parts: list[list[Row]] = field(default_factory=list)
    refusal: str = ""

    @property
    def splits(self) -> bool:
        return len(self.parts) > 1

    def pages(self, part: int) -> list[Chosen]:
        return [Chosen(row.number, row.turn) for row in self.parts[part]]

    def pieces(self, document: Document) -> list[Piece]:
        """The parts behind the first one; a part without a title gets the proposed one."""
        return [
            Piece(rows[0].title.strip() or splitting.proposed_title(document, place), tuple(self.pages(place - 1)))
            for place, rows in enumerate(self.parts[1:], start=2)
        ]

    def mark(self, errors: Mapping[int, str]) -> None:
        """Say at the first page of a part what is wrong with its title."""
        for place, sentence in errors.items():
            self.parts[place + 1][0].error = sentence


def untouched(count: int) -> Arrangement:
    return Arrangement([Row(number, str(number)) for number in range(1, count + 1)])


def sent(form: QueryDict, count: int) -> Arrangement:
    """The arrangement of a form with `count` pages. Nothing of it is lost, whatever was typed; `refusal` says what cannot be."""
    left_out, begins = set(form.getlist("weg")), set(form.getlist("trennen"))
    rows = []
    for number in range(1, count + 1):
        turn = form.get(f"dreh-{number}", "0")
        rows.append(
            Row(
                number,
                form.get(f"platz-{number}", str(number)).strip(),
                int(turn) if turn in {str(known) for known in rearranging.TURNS} else 0,
                str(number) in left_out,
                str(number) in begins,
                form.get(f"titel-{number}", "").replace("\x00", ""),
            )
        )
    arranged = Arrangement(rows, despite_signature=form.get("signatur") == "1")
    wrong = next((row for row in rows if not is_place(row.place)), None)
    if wrong is not None:
        wrong.error = _("Please give the place of page %(page)s as a number.") % {"page": wrong.number}
        arranged.refusal = wrong.error
        return arranged
    rows.sort(key=lambda row: row.order)
    arranged.parts = _parts(rows)
    return arranged


def is_place(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS


def _parts(rows: Sequence[Row]) -> list[list[Row]]:
    """Pages that stay, cut where a new document begins. A cut at a page that is left out is one at the next page that stays."""
    parts: list[list[Row]] = [[]]
    waiting: Row | None = None
    for row in rows:
        waiting = row if row.begins else waiting
        if row.left_out:
            continue
        if waiting is not None and parts[-1]:
            parts.append([])
            row.title = row.title or waiting.title
        waiting = None
        parts[-1].append(row)
    return parts if parts[-1] else parts[:-1]


def order_of(documents: Sequence[Document], form: QueryDict) -> list[Document]:
    """Documents in the order of the numbers typed for them. Raises CannotRearrange."""
    ordered = []
    for place, document in enumerate(documents, start=1):
        typed = form.get(f"platz-{document.public_id}", str(place)).strip()
        if not is_place(typed):
            raise CannotRearrange(_("Please give the place of “%(title)s” as a number.") % {"title": document.title})
        ordered.append(((int(typed), (int(typed) > place) - (int(typed) < place), place), document))
    return [document for _key, document in sorted(ordered, key=lambda pair: pair[0])]
