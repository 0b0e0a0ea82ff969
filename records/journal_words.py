"""The words in which the journal is read: what an act, an object and a field is called, and how a value is said."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from tenants.models import MunicipalSettings

from . import carrying, plan_fields, warnings_before
from .models import (
    Document,
    DocumentVersion,
    Export,
    FilePlanUnit,
    IndexField,
    Participant,
    ProtectionNeed,
    RecordFile,
    SecrecyMark,
    SupportAccess,
)

DAY = re.compile(r"\d{4}-\d\d-\d\d")
ACTS: dict[str, Any] = {
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
OBJECTS: dict[str, Any] = {
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
FIELDS: dict[str, Any] = plan_fields.WORDS | {
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
    "retention_started_with": _("Which event"),
    "sheets": _("Sheets"),
    "made_as": _("As"),
    "left_out": _("Left out"),
    "confirmed": _("Confirmed"),
    "purpose": _("Purpose"),
    "recipient": _("To whom"),
}
WHY_ENDED: dict[str, Any] = {
    "time": _("its time was over"),
    "revoked": _("it was ended here"),
    "ticket_closed": _("the hotline ended it"),
    "withheld": _("the file is not shown to support any more"),
}


def of_act(act: str) -> str:
    """Say what was done; an act without words (of a version to come) by its name."""
    return str(ACTS.get(act, act))


def of_object(kind: str) -> str:
    """Say what it was done to."""
    return str(OBJECTS.get(kind, kind))


def of_field(field: str) -> str:
    """Say what was changed."""
    return str(FIELDS.get(field, field))


def of_value(field: str, value: str | None) -> str | None:
    """Say a value in words: states and yes/no, days as people write them; other values stay as they are."""
    if value is None:
        return None
    if field in ("state", "status", "failure"):
        known = dict(RecordFile.Status.choices) | dict(DocumentVersion.State.choices)
        return str(known.get(value, value))
    if field in ("direction", "protection_need", "kind", "medium"):
        choices = dict(Document.Direction.choices) | dict(ProtectionNeed.choices) | dict(Participant.Kind.choices)
        choices |= dict(RecordFile.Medium.choices) | dict(IndexField.Kind.choices) | dict(Export.Kind.choices)
        return str(choices.get(value, value))
    if field == "confirmed":
        known = {warnings_before.DISCLOSURE_BLOCK: _("Disclosure block"), warnings_before.RESTRICTED: _("Access restriction")}
        return ", ".join(str(known.get(code, code)) for code in value.split(", "))
    if field == "position" and value == str(carrying.BOTTOM):
        return str(_("At the bottom"))
    if field in ("why_ended", "secrecy", "area"):
        said = dict(SecrecyMark.Kind.choices) | dict(SupportAccess.Area.choices)
        return str(said.get(value) or WHY_ENDED.get(value, value))
    if field in ("disposal_action", "registration"):
        choices = dict(FilePlanUnit.DisposalAction.choices) | dict(FilePlanUnit.Registration.choices)
        return str(choices.get(value, value))
    if field == "retention_starts_with":
        return plan_fields.start_words(value)
    if field == "folio_numbering":
        return str(dict(MunicipalSettings.FolioNumbering.choices).get(value, value))
    if field in ("foliated_at", "until") and "T" in value:
        return f"{localtime(datetime.fromisoformat(value)):%d.%m.%Y %H:%M}"
    if DAY.fullmatch(value):
        return f"{value[8:]}.{value[5:7]}.{value[:4]}"
    return str({"True": _("yes"), "False": _("no")}.get(value, value))
