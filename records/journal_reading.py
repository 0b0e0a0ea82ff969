"""The journal of a file as people read it: acts in words, values beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Document, DocumentVersion, JournalEntry, RecordFile

PAGE = 100


@dataclass(frozen=True)
class JournalPage:
    """Entries, newest first; `act_label`, `object_label` and `changes` (field, old, new) are set on each."""

    entries: list[Any]
    next_url: str | None
    previous_url: str | None


def page_of(*, file: RecordFile, before: str | None = None) -> JournalPage:
    """One page of a file's journal, newest first, in three queries; `before` is a sequence number."""
    entries = JournalEntry.objects.filter(file_id=file.public_id).order_by("-sequence")
    if before and before.isdecimal():
        entries = entries.filter(sequence__lt=min(int(before), 2**62))
    found: list[Any] = list(entries.prefetch_related("values")[: PAGE + 1])
    titles = dict(Document.objects.filter(public_id__in={e.object_id for e in found}).values_list("public_id", "title"))
    for entry in found[:PAGE]:
        describe(entry)
        entry.object_title = titles.get(entry.object_id, "")
    more = len(found) > PAGE
    return JournalPage(found[:PAGE], f"?vor={found[PAGE - 1].sequence}" if more else None, None)


def last_change_of(*, object_id: UUID) -> str:
    """Who changed an object last, and when, as a sentence; empty if nobody has."""
    entry = JournalEntry.objects.filter(object_id=object_id).order_by("-sequence").first()
    if entry is None:
        return ""
    words = {"name": entry.actor, "time": date_format(timezone.localtime(entry.at), "SHORT_DATETIME_FORMAT")}
    return _("Last changed by %(name)s, %(time)s.") % words


def describe(entry: Any) -> None:
    """Put words for the act and the object on an entry, and its changes."""
    entry.act_label = act_words().get(entry.act, entry.act)
    entry.object_label = object_words().get(entry.object_kind, entry.object_kind)
    entry.changes = [(field_words().get(v.field, v.field), _word(v.field, v.old), _word(v.field, v.new)) for v in entry.values.all()]
    entry.erased = bool(entry.digests) and not entry.changes


def _word(field: str, value: str | None) -> str | None:
    """States and yes/no in words, days as people write them; other values as they are."""
    if value is None:
        return None
    if field in ("state", "status", "failure"):
        known = dict(RecordFile.Status.choices) | dict(DocumentVersion.State.choices)
        return str(known.get(value, value))
    if field in ("retain_until", "received_on") and len(value) == 10:
        return f"{value[8:]}.{value[5:7]}.{value[:4]}"
    return {"True": _("yes"), "False": _("no")}.get(value, value)


def act_words() -> dict[str, str]:
    return {
        "create": _("Created"),
        "edit": _("Changed"),
        "close": _("Closed (zdA)"),
        "reopen": _("Reopened"),
        "cancel": _("Cancelled"),
        "refile": _("Re-filed"),
        "take_in": _("Filed"),
        "add_version": _("New version"),
        "move": _("Moved"),
        "read": _("Read"),
        "read_again": _("To be read again"),
        "grant": _("Right given"),
        "revoke": _("Right taken"),
        "restrict": _("Access restriction"),
        "ask_for_erasure": _("Erasure asked for"),
        "erase": _("Erased"),
    }


def object_words() -> dict[str, str]:
    return {"RecordFile": _("File"), "Document": _("Document"), "FilePlanUnit": _("File plan unit"), "Register": _("Register")}


def field_words() -> dict[str, str]:
    return {
        "title": _("Title"),
        "status": _("Status"),
        "state": _("State"),
        "reason": _("Reason"),
        "file_reference": _("File reference"),
        "file_plan_unit": _("File plan unit"),
        "retain_until": _("Kept until"),
        "register": _("Register"),
        "sha256": _("Checksum"),
        "version": _("Version"),
        "comment": _("Comment"),
        "failure": _("Failure"),
        "lead_office": _("Lead office"),
        "external_system": _("External system"),
        "external_reference": _("External reference"),
        "restricted": _("Restricted"),
        "read_records": _("May read"),
        "write_records": _("May write"),
        "manage_records": _("May manage"),
        "position": _("Position"),
        "file": _("File"),
        "asked_by": _("Asked by"),
    }
