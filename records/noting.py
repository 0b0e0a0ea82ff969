"""A note (Vermerk) typed in the browser: filed as a dated, tagged PDF/A that carries the writer's name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import plain_markup, typesetting
from tenants import current, stores
from tenants.models import MunicipalSettings, User

from . import description, filing, indexing, intake, journal, journal_reading
from .models import Document, RecordFile, Register
from .taking_turns import locked

LONGEST = 20_000  # characters: some eight pages, which are set in two seconds
# Level A of PDF/A-2: tagged, with Unicode for every letter, fonts embedded, no attachments.
VARIANT = "pdf/a-2a"


class CannotNote(Exception):
    """The note is not filed; `errors` has a sentence for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class DraftChanged(CannotNote):
    """Somebody else has typed on at the draft meanwhile, or changed what is said of it: nothing is overwritten."""


def write_note(
    *, file: RecordFile, title: str, text: str, by: User, at: datetime, register: Register | None = None, draft: bool = False
) -> Document:
    """File what was typed as a document of its own: kind "Vermerk", internal, of today, in its writer's name.

    As a `draft` it can be typed on (rewrite_draft) until it is registered.

    Raises CannotNote (no title, nothing written, too long) and what intake.take_in raises: FileNotOpen for a closed file.
    """
    title, text = _checked(title, text, at)
    if not file.is_open:
        raise intake.FileNotOpen(_("The file is closed or cancelled; nothing can be filed in it."))
    paper = paper_of(file=file, title=title, text=text, by=by, at=at)
    arrival = intake.Arrival(stores.of_municipality().put(paper), f"{title[:120]}.pdf")
    details = {"document_date": timezone.localdate(at), "kind": "Vermerk", "direction": Document.Direction.INTERNAL}
    typed = text if draft else ""
    return intake.take_in(
        arrival=arrival, file=file, register=register, title=title, details=details, draft=draft, draft_text=typed, by=by, at=at
    )


def rewrite_draft(*, document: Document, title: str, text: str, by: User, at: datetime, etag: str | None = None) -> Document:
    """Type on at a note that is a draft: a new version with what it says now. `etag` is that of what the writer had before her.

    Raises CannotNote (also: registered meanwhile), DraftChanged, and what intake.add_version raises.
    """
    title, text = _checked(title, text, at)
    paper = paper_of(file=document.file, title=title, text=text, by=by, at=at)
    arrival = intake.Arrival(stores.of_municipality().put(paper), f"{title[:120]}.pdf")
    with current.atomic():
        locked(document.file)
        row: Document = Document.objects.select_for_update(of=("self",)).select_related("file").get(pk=document.pk)
        if not row.draft or not row.draft_text:
            raise CannotNote({"text": _("This document is no draft any more: it has been registered.")})
        if etag is not None and etag != row.etag:
            who = journal_reading.last_change_of(object_id=row.public_id)
            raise DraftChanged({"text": journal_reading.with_more(_("Somebody else has changed this document meanwhile."), who)})
        intake.add_version(document=row, arrival=arrival, by=by, at=at)
        row.refresh_from_db()
        was, row.title, row.draft_text = row.title, title, text
        row.save(update_fields=["title", "draft_text"])
        indexing.note_document(row)
        if was != title:
            journal.enter(act="describe", object=row, by=by, at=at, file_id=row.file.public_id, changes={"title": (was, title)})
    return row


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
