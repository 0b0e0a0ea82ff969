"""The journal of a file as people read it: acts in words, values beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tenants.models import MunicipalSettings, User

from . import plan_fields
from .models import Document, DocumentVersion, IndexField, JournalEntry, Participant, ProtectionNeed, RecordFile, SecrecyMark, SupportAccess

PAGE = 100
DAY = re.compile(r"\d{4}-\d\d-\d\d")
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
    entry.act_label = act_words().get(entry.act, entry.act)
    entry.object_label = object_words().get(entry.object_kind, entry.object_kind)
    words = field_words()
    told = [
        (v.field, *(_named(names, x) if x and v.field in (*OTHER_DOCUMENTS, "elsewhere") else x for x in (v.old, v.new)))
        for v in entry.values.all()
    ]
    entry.changes = [(words.get(field, field), _word(field, old), _word(field, new)) for field, old, new in told]
    entry.erased = bool(entry.digests) and not entry.changes


def _named(names: Mapping[str, str], value: str) -> str:
    """What an id stands for; a document that has no name here is one that the reader may not see."""
    return names.get(value) or (_("another document") if _is_id(value) else value)


def _word(field: str, value: str | None) -> str | None:
    """States and yes/no in words, days as people write them; other values as they are."""
    if value is None:
        return None
    if field in ("state", "status", "failure"):
        known = dict(RecordFile.Status.choices) | dict(DocumentVersion.State.choices)
        return str(known.get(value, value))
    if field in ("direction", "protection_need", "kind", "medium"):
        choices = dict(Document.Direction.choices) | dict(ProtectionNeed.choices) | dict(Participant.Kind.choices)
        return str((choices | dict(RecordFile.Medium.choices) | dict(IndexField.Kind.choices)).get(value, value))
    if field in ("why_ended", "secrecy", "area"):
        said = dict(SecrecyMark.Kind.choices) | dict(SupportAccess.Area.choices)
        return str(said.get(value) or _why_ended().get(value, value))
    if field == "folio_numbering":
        return str(dict(MunicipalSettings.FolioNumbering.choices).get(value, value))
    if field in ("foliated_at", "until") and "T" in value:
        return f"{localtime(datetime.fromisoformat(value)):%d.%m.%Y %H:%M}"
    if DAY.fullmatch(value):
        return f"{value[8:]}.{value[5:7]}.{value[:4]}"
    return {"True": _("yes"), "False": _("no")}.get(value, value)


def _why_ended() -> dict[str, str]:
    return {
        "time": _("its time was over"),
        "revoked": _("it was ended here"),
        "ticket_closed": _("the hotline ended it"),
        "withheld": _("the file is not shown to support any more"),
    }


def act_words() -> dict[str, str]:
    return {
        "create": _("Created"),
        "edit": _("Changed"),
        "close": _("Closed (zdA)"),
        "reopen": _("Reopened"),
        "cancel": _("Cancelled"),
        "refile": _("Re-filed"),
        "foliate": _("Foliated"),
        "take_in": _("Filed"),
        "add_version": _("New version"),
        "rearrange": _("Pages arranged anew"),
        "split": _("Split"),
        "split_off": _("Filed as a part of another document"),
        "merge": _("Documents put together"),
        "take_apart": _("Taken apart again"),
        "merge_into": _("Put together in another document"),
        "move": _("Moved"),
        "register": _("Registered"),
        "restore": _("Cancellation taken back"),
        "file_directly": _("Lies directly in the file on purpose"),
        "except_text": _("Needs no text"),
        "open_volume": _("Volume opened"),
        "edit_volume": _("Volume changed"),
        "set_parent": _("Joined as a subfile"),
        "add_register": _("Register added"),
        "edit_register": _("Register changed"),
        "remove_register": _("Register removed"),
        "order_registers": _("Registers put in order"),
        "set_period": _("Period of its own"),
        "enter_event": _("Start of the period entered"),
        "place_hold": _("Hold placed"),
        "lift_hold": _("Hold lifted"),
        "hand_over": _("Handed over to another office"),
        "read": _("Read"),
        "read_again": _("To be read again"),
        "grant": _("Right given"),
        "revoke": _("Right taken"),
        "restrict": _("Access restriction"),
        "protect": _("Protection need set"),
        "ask_for_emergency_access": _("Emergency access asked for"),
        "approve_emergency_access": _("Emergency access approved"),
        "end_emergency_access": _("Emergency access ended"),
        "ask_for_support_access": _("Access for support asked for"),
        "accept_support_access": _("Access for support accepted"),
        "refuse_support_access": _("Access for support refused"),
        "end_support_access": _("Access for support ended"),
        "come_in_by_support_access": _("Came in by access for support"),
        "look_by_support_access": _("Looked into by access for support"),
        "mark_secrecy": _("Special secrecy marked"),
        "name_for_substitute": _("Named for a substitute"),
        "unname_for_substitute": _("Hidden from a substitute again"),
        "ask_for_erasure": _("Erasure asked for"),
        "refuse_erasure": _("Erasure refused"),
        "erase": _("Erased"),
        "erase_said": _("Particulars erased"),
        "describe": _("Described"),
        "check_out": _("Checked out"),
        "check_in": _("Checked in"),
        "take_back": _("Taken back"),
        "attach": _("Made an attachment"),
        "detach": _("Detached"),
        "stick": _("Sticky note stuck on"),
        "edit_note": _("Sticky note changed"),
        "take_off": _("Sticky note taken off"),
        "view": _("Looked into"),
        "remind": _("Reminder set"),
        "finish_reminder": _("Reminder done"),
        "postpone": _("Postponed"),
        "hand_on": _("Handed on"),
        "ask_for_review": _("Evaluation asked for"),
        "release_review": _("Evaluation released"),
        "evaluate": _("Evaluated"),
        "remove": _("Taken away"),
        "put_into_case": _("Put into a case"),
        "add_external_reference": _("External reference added"),
        "remove_external_reference": _("External reference removed"),
        "lend_out": _("Lent out"),
        "give_back": _("Given back"),
        "link": _("Linked"),
        "unlink": _("Link taken away"),
        "fill_in": _("Index fields filled in"),
        "retire": _("Retired"),
        "print": _("Printed"),
        "export": _("Export asked for"),
        "export_ready": _("Export made"),
        "cancel_export": _("Export cancelled"),
        "download_export": _("Export downloaded"),
        "export_journal": _("Journal exported"),
        "download": _("Downloaded"),
        "ask_for_information": _("Information asked for"),
        "release_information": _("Information released"),
        "delete": _("Deleted"),
        "drop": _("Dropped from the plan"),
        "put_in_force": _("Put into force"),
        "freeze": _("Frozen"),
        "unfreeze": _("Opened again for new files"),
        "rename": _("Renamed"),
        "deactivate": _("Deactivated"),
        "reactivate": _("Activated again"),
        "join": _("Joined an office"),
        "leave": _("Left an office"),
        "lead": _("Head of the office"),
        "roles": _("Roles changed"),
        "one_time_password": _("One-time password given"),
        "password": _("Password changed"),
        "unlock": _("Unlocked"),
        "settings": _("Settings changed"),
        "order": _("Order of the competence centre answered"),
        "banner": _("Announcement of a disturbance"),
        "substitute": _("Substitution set"),
        "end_substitute": _("Substitution ended"),
    }


def object_words() -> dict[str, str]:
    return {
        "RecordFile": _("File"),
        "Document": _("Document"),
        "FilePlanUnit": _("File plan unit"),
        "Register": _("Register"),
        "Reminder": _("Reminder"),
        "JournalReview": _("Evaluation of the journal"),
        "Case": _("Case"),
        "Participant": _("Participant"),
        "MissingSheet": _("Missing sheet"),
        "FileLink": _("Link of two files"),
        "CrossReference": _("Cross-reference"),
        "IndexField": _("Index field"),
        "Volume": _("Volume"),
        "DisposalHold": _("Hold"),
        "Export": _("Export"),
        "PlanEdition": _("Edition of the file plan"),
        "PlannedUnit": _("Unit of the next edition"),
        "RegisterSet": _("Register set"),
        "User": _("Person"),
        "Office": _("Office"),
        "Substitute": _("Substitution"),
        "SupportAccess": _("Access for support"),
        "HandledOrder": _("Order of the competence centre"),
        "MunicipalSettings": _("Settings of the municipality"),
    }


def field_words() -> dict[str, str]:
    return {name: str(word) for name, word in plan_fields.WORDS.items()} | {
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
        "received_on": _("Date of receipt"),
        "document_date": _("Document date"),
        "kind": _("Kind"),
        "direction": _("Direction"),
        "keywords": _("Keywords"),
        "protection_need": _("Protection need"),
        "text_exception": _("Why there is no text"),
        "checked_out_by": _("Checked out by"),
        "parent": _("Attachment of"),
        "printed": _("Also on paper"),
        "page": _("Page"),
        "due_on": _("On"),
        "addressee": _("For"),
        "pages": _("Pages"),
        "documents": _("Documents"),
        "origin": _("Split off from"),
        "origin_version": _("Version of that document"),
        "merged_into": _("Put together in"),
        "sticky_notes": _("Pages with sticky notes"),
        "note": _("Remark"),
        "person": _("Person"),
        "first_day": _("From"),
        "last_day": _("Until"),
        "entries": _("Entries"),
        "foliated_at": _("Foliated at"),
        "folio_numbers": _("Folio numbers"),
        "folio_numbering": _("How sheets are numbered"),
        "emergency_access": _("Emergency access"),
        "support_access": _("Access for support"),
        "ticket": _("Request at the hotline"),
        "hours": _("Hours"),
        "area": _("Area"),
        "why_ended": _("Ended because"),
        "secrecy": _("Special secrecy"),
        "until": _("Until"),
        "deputy": _("Substitute"),
        "absent": _("Absent"),
        "case": _("Case"),
        "case_reference": _("Case reference"),
        "document_reference": _("Document reference"),
        "document": _("Document"),
        "name": _("Name"),
        "role": _("Role"),
        "address": _("Address"),
        "email": _("E-mail"),
        "telephone": _("Telephone"),
        "disclosure_block": _("Disclosure block"),
        "medium": _("Medium"),
        "location": _("Location"),
        "what": _("What is missing"),
        "borrower": _("Borrower"),
        "since": _("Lent out on"),
        "behind": _("Stands behind"),
        "back_by": _("Expected back by"),
        "returned_on": _("Returned on"),
        "remark": _("Remark"),
        "elsewhere": _("Other file"),
        "volume": _("Volume"),
        "opened_on": _("From"),
        "closed_on": _("Until"),
        "part_of": _("Part of file"),
        "subfile": _("Subfile"),
        "colour": _("Colour"),
        "order": _("Order"),
        "hold": _("Hold"),
        "transfer_until": _("Transfer period until"),
        "draft": _("Draft"),
        "directly_in_file": _("Directly in the file on purpose"),
        "disposal_action": _("Disposal action"),
        "retention_years": _("Retention in years"),
        "retention_unlimited": _("Kept without limit"),
        "retention_reason": _("Reason for a period of its own"),
        "retention_starts_with": _("The period starts with"),
        "retention_started_on": _("The period started on"),
        "sheets": _("Sheets"),
        "made_as": _("As"),
        "left_out": _("Left out"),
        "confirmed": _("Confirmed"),
        "purpose": _("Purpose"),
        "recipient": _("To whom"),
    }
