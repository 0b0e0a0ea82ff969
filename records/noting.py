"""A note (Vermerk) typed in the browser: filed as a dated, tagged PDF/A that carries the writer's name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import plain_markup, typesetting
from tenants import stores
from tenants.models import MunicipalSettings, User

from . import description, filing, intake
from .models import Document, RecordFile, Register

LONGEST = 20_000  # characters: some eight pages, which are set in two seconds
# Level A of PDF/A-2: tagged, with Unicode for every letter, fonts embedded, no attachments.
VARIANT = "pdf/a-2a"


class CannotNote(Exception):
    """The note is not filed; `errors` has a sentence for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


def write_note(*, file: RecordFile, title: str, text: str, by: User, at: datetime, register: Register | None = None) -> Document:
    """File what was typed as a document of its own: kind "Vermerk", internal, of today, in its writer's name.

    Raises CannotNote (no title, nothing written, too long) and what intake.take_in raises: FileNotOpen for a closed file.
    """
    title, text = _checked(title, text, at)
    if not file.is_open:
        raise intake.FileNotOpen(_("The file is closed or cancelled; nothing can be filed in it."))
    paper = paper_of(file=file, title=title, text=text, by=by, at=at)
    arrival = intake.Arrival(stores.of_municipality().put(paper), f"{title[:120]}.pdf")
    details = {"document_date": timezone.localdate(at), "kind": "Vermerk", "direction": Document.Direction.INTERNAL}
    return intake.take_in(arrival=arrival, file=file, register=register, title=title, details=details, by=by, at=at)


def paper_of(*, file: RecordFile, title: str, text: str, by: User, at: datetime) -> bytes:
    """Set a note as PDF/A. Everything typed is escaped by the template, and nothing outside is ever fetched."""
    context: dict[str, Any] = {
        "municipality": MunicipalSettings.load().name,
        "file": file,
        "title": title,
        "blocks": list(plain_markup.blocks(text)),
        "writer": str(by),
        "office": filing.first_office(by),
        "at": timezone.localtime(at),
    }
    return typesetting.as_pdf(render_to_string("records/note_paper.html", context), variant=VARIANT)


def _checked(title: str, text: str, at: datetime) -> tuple[str, str]:
    errors: dict[str, str] = {}
    try:
        title = description.tidied({"title": title}, today=timezone.localdate(at))["title"]
    except description.BadDescription as refusal:
        errors |= refusal.errors
    text = text.replace("\x00", "").strip()
    if not any(True for _block in plain_markup.blocks(text)):
        errors["text"] = _("Please write the note's text.")
    elif len(text) > LONGEST:
        errors["text"] = _("A note has at most %(most)s characters (%(count)s). Please divide it into several notes.") % {
            "most": f"{LONGEST:_}".replace("_", "."),
            "count": f"{len(text):_}".replace("_", "."),
        }
    if errors:
        raise CannotNote(errors)
    return title, text
