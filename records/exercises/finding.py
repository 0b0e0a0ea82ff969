"""Exercises in finding: the answer is typed, and compared with what the file says."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.models import RecordFile

from .shape import Attempt, Exercise, Finding

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def bare(reference: str) -> str:
    """A reference without what people type in different ways: case, blanks, and the kind of dash or stroke between its numbers."""
    return re.sub(r"[^a-z0-9äöüß]+", "-", reference.casefold()).strip("-")


def number_in(text: str) -> Decimal | None:
    """The first number of a text, with a comma or a point: "3,50 m" and "3.5" are the same."""
    found = _NUMBER.search(text)
    return Decimal(found[0].replace(",", ".")) if found else None


def _find_file(attempt: Attempt) -> list[Finding]:
    typed = bare(attempt.answer)
    if not typed:
        return [Finding(False, _("Please type the file reference into the field."), 3)]
    if typed == bare(attempt.subject.file.file_reference):
        return [Finding(True, _("This is the reference of the file that was looked for."), 3)]
    visible = RecordFile.objects.visible_to(attempt.person)
    if visible.filter(file_reference__iexact=attempt.answer.strip()).exists():
        return [Finding(False, _("There is a file with this reference, but it is another one."), 3)]
    return [Finding(False, _("This is not yet the reference that was looked for. It stands before the title of the file."), 3)]


def _find_sheet(attempt: Attempt) -> list[Finding]:
    wanted, typed = Decimal(str(attempt.subject.expected.get("metres", ""))), number_in(attempt.answer)
    if typed is None:
        return [Finding(False, _("Please type the number that stands on the sheet into the field."), 4)]
    if typed in (wanted, wanted * 100):  # also in centimetres
        return [Finding(True, _("Right: this is what the sheet says."), 4)]
    return [Finding(False, _("The sheet that was looked for says another number."), 4)]


FIND_FILE = Exercise(
    key="find-file",
    title=gettext_lazy("Find a file"),
    aim=gettext_lazy("You find a file by words, and you know where its reference stands."),
    story=gettext_lazy(
        "The telephone rings: Ms Petra Sonnleitner wants to know how her objection is getting on. It is about the dog tax for her dog Krümel. "
        "She does not have the file reference at hand."
    ),
    steps=(
        gettext_lazy("Press the key “/” or click into the search field at the top."),
        gettext_lazy("Type what you know: the name of the lady or of her dog."),
        gettext_lazy("Read the file reference in the hits, type it into the field “Answer” and press “Check”."),
    ),
    hint=gettext_lazy("Among the suggestions below the search field there are files too. The reference stands before the title."),
    begins="records:desk",
    examine=_find_file,
    question=gettext_lazy("Which file reference does Krümel's file have?"),
)

FIND_SHEET = Exercise(
    key="find-sheet",
    title=gettext_lazy("Find a sheet in the file"),
    aim=gettext_lazy("You find your way in a file: registers, contents, sheets."),
    story=gettext_lazy(
        "The autumn fair is being set up. The site manager calls: how wide must the lane for rescue vehicles be between the stalls? "
        "The fire brigade has written down its opinion; it lies in the file of the autumn fair."
    ),
    steps=(
        gettext_lazy("Open the file of the autumn fair."),
        gettext_lazy("Look into the register that collects what other offices say."),
        gettext_lazy("Leaf to the sheet with the fire brigade's conditions."),
        gettext_lazy("Type the width of the lane into the field “Answer” and press “Check”."),
    ),
    hint=gettext_lazy("In the open file, the keys 1 to 9 jump to the registers. The fire brigade writes under number 2."),
    begins="records:files",
    examine=_find_sheet,
    question=gettext_lazy("How many metres wide must the lane be?"),
)
