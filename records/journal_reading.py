"""The journal of a file as people read it: acts in words, values beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenants.models import User

from . import journal_words
from .models import Document, JournalEntry, RecordFile

PAGE = 100
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OTHER_DOCUMENTS = ("parent", "origin", "merged_into", "behind")  # values that are ids of documents
OTHER_FILES = ("part_of", "subfile", "file")  # values that are ids of files
ONLY_LOOKED = (
    "view",
    "come_in_by_support_access",
    "look_by_support_access",
    "print",
    "export",
    "export_ready",
    "download_export",
    "export_journal",
    "download",
)
CHANGES_OF_REGISTERS = ("add_register", "edit_register", "remove_register", "order_registers")
CHANGES_OF_A_FILE = (
    "edit", "close", "reopen", "cancel", "restore", "refile", "register", "set_parent", "set_period", "enter_event", "hand_over",
    "add_external_reference", "remove_external_reference", "open_volume", "edit_volume", *CHANGES_OF_REGISTERS,
)  # fmt: skip


@dataclass(frozen=True)
class JournalPage:
    """Entries, newest first; `act_label`, `object_label` and `changes` (field, old, new) are set on each."""

    entries: list[Any]
    next_url: str | None
    previous_url: str | None


def page_of(*, file: RecordFile, clerk: User, before: str | None = None) -> JournalPage:
    """One page of a file's journal, newest first, in five queries; `before` is a sequence number."""
    entries = JournalEntry.objects.filter(file_id=file.public_id).known_to(clerk, file=file).order_by("-sequence")
    if before and before.isdecimal():
        entries = entries.filter(sequence__lt=min(int(before), 2**62))
    found = list(entries.prefetch_related("values")[: PAGE + 1])
    shown = in_words(found[:PAGE], clerk=clerk)
    return JournalPage(shown, f"?vor={shown[-1].sequence}" if len(found) > PAGE else None, None)


def in_words(found: list[Any], *, clerk: User) -> list[Any]:
    """Put words on entries (fetched with their values), with the title of the document that one is about. Two queries.

    A document that was taken where the clerk may not see it has no title for her: it may have got another one there.
    """
    named = {e.object_id for e in found} | {
        UUID(id) for e in found for v in e.values.all() if v.field in OTHER_DOCUMENTS for id in (v.old, v.new) if id
    }
    titles = dict(Document.objects.visible_to(clerk).filter(public_id__in=named).values_list("public_id", "title"))
    elsewhere = {v.new or v.old for e in found for v in e.values.all() if v.field == "elsewhere"}
    others = {
        str(pk): name
        for pk, name in RecordFile.objects.visible_to(clerk).filter(public_id__in=elsewhere).values_list("public_id", "file_reference")
    }
    names = {**{str(public_id): title for public_id, title in titles.items()}, **others}
    for entry in found:
        describe(entry, names)
        entry.object_title = titles.get(entry.object_id, "")
    return found


def name_files(entries: list[Any], *, clerk: User) -> None:
    """Name other files that entries speak of, as far as the clerk may know of them; of the rest she reads that it is another file."""
    told = {value for entry in entries for v in entry.values.all() if v.field in OTHER_FILES for value in (v.old, v.new) if _is_id(value)}
    visible = RecordFile.objects.visible_to(clerk).filter(public_id__in=told) if told else []
    names: dict[str | None, str] = {str(file.public_id): str(file) for file in visible}
    for entry in entries:
        for place, value in enumerate(entry.values.all()):
            if value.field in OTHER_FILES:
                label, *ids = entry.changes[place][0], value.old, value.new
                entry.changes[place] = (label, *(names.get(one, _("another file")) if _is_id(one) else one for one in ids))


def _is_id(value: str | None) -> bool:
    """Whether a value is an id; the journal of before named files by their references."""
    return bool(value and ID.fullmatch(value))


def last_change_of(*, object_id: UUID, acts: Sequence[str] = ()) -> str:
    """Who changed an object last, and when, as a sentence; empty if nobody has. With `acts`, who did one of these last.

    Looking at something changes nothing; who looked into a restricted file is not told to everybody, either.
    """
    entries = JournalEntry.objects.filter(object_id=object_id)
    return _last_changed(entries.filter(act__in=acts) if acts else entries.exclude(act__in=ONLY_LOOKED))


def last_change_of_file(*, file: RecordFile) -> str:
    """The same of a file, with its registers and volumes: what makes an ETag of it an old one. What lies in it has a life of its own."""
    kinds = ("RecordFile", "Register", "Volume")
    return _last_changed(JournalEntry.objects.filter(file_id=file.public_id, object_kind__in=kinds, act__in=CHANGES_OF_A_FILE))


def last_change_of_registers(*, file: RecordFile) -> str:
    """The same of a file's registers alone."""
    return _last_changed(JournalEntry.objects.filter(file_id=file.public_id, act__in=CHANGES_OF_REGISTERS))


def who_did(*, object_id: UUID, acts: Sequence[str], file: RecordFile | None = None) -> str:
    """Who did one of these acts to an object last, and when, as a sentence; empty if nobody did.

    With `file`, as far as that file's own journal tells of it: where a document was taken afterwards is told to whoever may know of that place.
    """
    entries = JournalEntry.objects.filter(object_id=object_id, act__in=acts)
    entry = (entries.filter(file_id=file.public_id) if file is not None else entries).order_by("-sequence").first()
    if entry is None:
        return ""
    done = timezone.localtime(entry.at)
    return _("%(name)s has done that (%(day)s, %(time)s).") % {"name": entry.actor, "day": f"{done:%d.%m.%Y}", "time": f"{done:%H:%M}"}


def read_only(file: RecordFile) -> str:
    """That nothing is changed in a closed or cancelled file; who closed or cancelled it, and when."""
    act = "cancel" if file.status == RecordFile.Status.CANCELLED else "close"
    return with_more(_("A closed or cancelled file is not changed."), who_did(object_id=file.public_id, acts=(act,)))


def moved_away(document: Document, *, file: RecordFile) -> str:
    """That a document lies in this file no more; who moved it, and when."""
    return with_more(
        _("Somebody else has moved this document meanwhile."), who_did(object_id=document.public_id, acts=("move",), file=file)
    )


def by_whom(sentence: str, *, object_id: UUID, acts: Sequence[str]) -> str:
    """A sentence that something has been done already, and who did it (one of these acts), and when."""
    return with_more(sentence, who_did(object_id=object_id, acts=acts))


def with_more(sentence: str, more: str) -> str:
    """A sentence, and another one behind it if there is one."""
    return f"{sentence} {more}".strip()


def _last_changed(entries: QuerySet[JournalEntry]) -> str:
    entry = entries.order_by("-sequence").first()
    if entry is None:
        return ""
    words = {"name": entry.actor, "time": date_format(timezone.localtime(entry.at), "SHORT_DATETIME_FORMAT")}
    return _("Last changed by %(name)s, %(time)s.") % words


def describe(entry: Any, names: Mapping[str, str] = MappingProxyType({})) -> None:
    """Put words for the act and the object on an entry, and its changes; `names` are titles of documents and references of files by id."""
    entry.act_label = journal_words.of_act(entry.act)
    entry.object_label = journal_words.of_object(entry.object_kind)
    told = [
        (v.field, *(_named(names, x) if x and v.field in (*OTHER_DOCUMENTS, "elsewhere") else x for x in (v.old, v.new)))
        for v in entry.values.all()
    ]
    entry.changes = [(journal_words.of_field(field), *(journal_words.of_value(field, x) for x in (old, new))) for field, old, new in told]
    entry.erased = bool(entry.digests) and not entry.changes


def _named(names: Mapping[str, str], value: str) -> str:
    """What an id stands for; a document that has no name here is one that the reader may not see."""
    return names.get(value) or (_("another document") if _is_id(value) else value)
