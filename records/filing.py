"""A file's life: created, edited, closed, reopened, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import Office, User

from . import (
    completeness,
    external_references,
    file_plan,
    indexing,
    journal,
    journal_reading,
    references,
    registering,
    retention,
    sentences,
)
from .models import Document, FilePlanUnit, RecordFile, Register, RegisterSet, RegisterSetEntry
from .models.access import LEVEL_WRITE, readable_units
from .taking_turns import locked as _locked
from .taking_turns import save as _save

DESCRIPTIVE = ("title", "external_system", "external_reference", "lead_office", "medium", "location")


class CannotFile(Exception):
    """The file cannot be created or changed like that; the message says why."""


class ExternalReferenceTaken(CannotFile):
    """Another file that the clerk may know of has this reference in the same external system."""


class CannotClose(Exception):
    """The file cannot be closed now; the message says what is open."""


class CannotReopen(Exception):
    """Only a closed file is reopened, with a reason."""


class CannotCancel(Exception):
    """The file or document cannot be cancelled; the message says why."""


class CannotRestore(Exception):
    """Only a cancelled file is restored."""


class Stale(Exception):
    """Somebody else changed the file meanwhile: nothing is overwritten."""


def create_file(
    *,
    unit: FilePlanUnit,
    title: str,
    by: User,
    at: datetime,
    register_set: RegisterSet | None = None,
    lead_office: Office | None = None,
    external_system: str = "",
    external_reference: str = "",
    medium: str = RecordFile.Medium.ELECTRONIC,
    location: str = "",
    like: RecordFile | None = None,
) -> RecordFile:
    """Open a file in a leaf unit; its number is given without gaps in the same transaction.

    Where the registry opens files, a clerk's is a draft: without a number, until the registry registers it (records.registering). `like`
    ("wie Akte …") copies the dividers of another file. Raises CannotFile: no leaf, no right to write there; and ExternalReferenceTaken.
    """
    title = _clean_title(title)
    refuse_unless_writable_leaf(unit, by)
    defaults = file_plan.defaults_of(unit=unit)
    with current.atomic():
        unit = file_plan.open_for_files(unit=unit, at=at, refuse=CannotFile)
        _refuse_taken_external(external_system.strip(), external_reference.strip(), by=by)
        reference, identity = _identity(unit, by, at)
        try:
            with current.atomic():
                file: RecordFile = RecordFile.objects.create(
                    unit=unit,
                    scope=unit.scope,
                    **identity,
                    title=title,
                    lead_office=lead_office or first_office(by),
                    external_system=external_system.strip(),
                    external_reference=external_reference.strip(),
                    medium=medium,
                    location=location.strip(),
                    retention_years=defaults.retention_years,
                    retention_unlimited=defaults.retention_unlimited,
                    created_at=at,
                    created_by=by,
                    changed_at=at,
                )
        except IntegrityError as error:
            raise CannotFile(
                _("The file reference %(reference)s exists already. Please check the template of references.") % {"reference": reference}
            ) from error
        _put_dividers(file, register_set or defaults.register_set, like)
        told = {"file_reference": (None, reference), "title": (None, title), "status": (None, file.status)}
        journal.enter(act="create", object=file, by=by, at=at, changes=told)
    return file


def edit_file(*, file: RecordFile, changes: dict[str, Any], by: User, at: datetime, etag: str | None = None) -> RecordFile:
    """Change descriptive fields.

    Raises Stale if `etag` is not the current one, CannotFile for a closed or cancelled file, ExternalReferenceTaken.
    """
    with current.atomic():
        file = _locked(file)
        if not file.is_open:
            raise CannotFile(journal_reading.read_only(file))
        if etag is not None and etag != file.etag:
            raise Stale(stale(file))
        changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
        if "title" in changes:
            changes["title"] = _clean_title(changes["title"])
        told = {
            name: (getattr(file, name), value) for name, value in changes.items() if name in DESCRIPTIVE and getattr(file, name) != value
        }
        if told.keys() & {"external_system", "external_reference"}:
            system, reference = (changes.get(name, getattr(file, name)) for name in ("external_system", "external_reference"))
            _refuse_taken_external(system, reference, by=by, but=file)
        for name, (_old, new) in told.items():
            setattr(file, name, new)
        if told:
            _save(file, at, *told)
            indexing.note_file(file)
            journal.enter(act="edit", object=file, by=by, at=at, changes=told)
    return file


def stale(file: RecordFile) -> str:
    """That a file is not what its reader saw any more; who changed it, and when."""
    return journal_reading.with_more(_("Somebody else has changed this file meanwhile."), journal_reading.last_change_of_file(file=file))


def close_file(*, file: RecordFile, by: User, at: datetime) -> RecordFile:
    """Close a file ("zu den Akten") and start its periods; where another event starts them, the file waits for its date.

    Raises CannotClose if it is closed already (a second click must not restart the period), a draft, or not complete
    (records.completeness). Documents whose reading failed are noted as such: that is the reason why nobody need wait for their text.
    """
    with current.atomic():
        file = _locked(file)
        _refuse_unless_closable(file)
        if obstacles := completeness.check(file=file, clerk=by).obstacles:
            raise CannotClose(" ".join(line.sentence for line in obstacles))
        excused = completeness.note_failures(file=file)
        rule = retention.rule_of(file=file)
        period = retention.period_of(file=file, rule=rule)
        told: dict[str, journal.Change] = {"status": (file.status, RecordFile.Status.CLOSED)}
        file.status, file.closed_at = RecordFile.Status.CLOSED, at
        new = {
            "retention_years": period.years,
            "retention_unlimited": period.unlimited,
            "retention_starts_with": period.starts_with,
            "disposal_action": period.disposal_action,
            "retain_until": retention.end_for(file=file, period=period, closed_at=at),
            "transfer_until": None if period.transfer_years is None else retention.last_day(closed_at=at, years=period.transfer_years),
        }
        told |= {name: (getattr(file, name), value) for name, value in new.items() if getattr(file, name) != value}
        for name, value in new.items():
            setattr(file, name, value)
        file.plan_at_closing = rule.as_stored()
        _save(file, at, "status", "closed_at", "plan_at_closing", *new)
        journal.enter_all(entries=[*excused, journal.Entry("close", "RecordFile", file.public_id, file.public_id, told)], by=by, at=at)
    return file


def _refuse_unless_closable(file: RecordFile) -> None:
    if file.status == RecordFile.Status.CLOSED:
        raise CannotClose(_and_who(_("This file is already closed."), file, "close"))
    if file.status == RecordFile.Status.CANCELLED:
        raise CannotClose(_and_who(_("A cancelled file cannot be closed."), file, "cancel"))
    if file.status == RecordFile.Status.DRAFT:
        raise CannotClose(_("A draft cannot be closed: it must be registered first. It can be cancelled."))


def _and_who(sentence: str, file: RecordFile, *acts: str) -> str:
    return journal_reading.with_more(sentence, journal_reading.who_did(object_id=file.public_id, acts=acts))


def reopen_file(*, file: RecordFile, reason: str, by: User, at: datetime) -> RecordFile:
    """Reopen a closed file, with a reason. Its period ends and starts anew when it is closed again. Raises CannotReopen."""
    if not reason.strip():
        raise CannotReopen(_("Please give a reason for reopening."))
    with current.atomic():
        file = _locked(file)
        if file.status != RecordFile.Status.CLOSED:
            raise CannotReopen(_and_who(_("Only a closed file can be reopened."), file, "reopen", "cancel"))
        told: dict[str, journal.Change] = {
            "status": (file.status, RecordFile.Status.OPEN),
            "retain_until": (file.retain_until, None),
            "reason": (None, reason.strip()),
        }
        if file.transfer_until is not None:
            told["transfer_until"] = (file.transfer_until, None)
        own = retention.set_at(file=file)  # what closing wrote down of the unit is from now on asked of the unit again
        file.status, file.closed_at, file.retain_until, file.transfer_until = RecordFile.Status.OPEN, None, None, None
        for name, value in own.items():
            setattr(file, name, value)
        file.plan_at_closing = ""
        _save(file, at, "status", "closed_at", "retain_until", "transfer_until", "plan_at_closing", *own)
        journal.enter(act="reopen", object=file, by=by, at=at, changes=told)
    return file


def cancel_file(*, file: RecordFile, reason: str, by: User, at: datetime) -> RecordFile:
    """Cancel (stornieren): the file and all below stay, marked, out of lists and search hits. Raises CannotCancel."""
    if not reason.strip():
        raise CannotCancel(_("Please give a reason for cancelling."))
    with current.atomic():
        file = _locked(file)
        if file.status == RecordFile.Status.CANCELLED:
            raise CannotCancel(_and_who(_("This file is already cancelled."), file, "cancel"))
        if file.status == RecordFile.Status.CLOSED:
            raise CannotCancel(_and_who(_("A closed file must be reopened before it can be cancelled."), file, "close"))
        told = {"status": (file.status, RecordFile.Status.CANCELLED), "reason": (None, reason.strip())}
        file.status, file.cancelled_at = RecordFile.Status.CANCELLED, at
        _save(file, at, "status", "cancelled_at")
        indexing.note_file(file)
        journal.enter(act="cancel", object=file, by=by, at=at, changes=told)
    return file


def restore_file(*, file: RecordFile, by: User, at: datetime, reason: str = "") -> RecordFile:
    """Take a cancellation back: the file is what it was before, open or a draft, with its reference. Raises CannotRestore."""
    with current.atomic():
        file = _locked(file)
        if file.status != RecordFile.Status.CANCELLED:
            raise CannotRestore(_and_who(_("Only a cancelled file can be restored."), file, "restore"))
        was = RecordFile.Status.DRAFT if file.number is None else RecordFile.Status.OPEN
        told: dict[str, journal.Change] = {"status": (file.status, was)}
        if reason.strip():
            told["reason"] = (None, reason.strip())
        file.status, file.cancelled_at = was, None
        _save(file, at, "status", "cancelled_at")
        indexing.note_file(file)
        journal.enter(act="restore", object=file, by=by, at=at, changes=told)
    return file


def first_office(clerk: User) -> Office | None:
    """The office a clerk's new files belong to: the one she leads, else the one she has been in longest."""
    membership = clerk.memberships.select_related("office").order_by("-is_lead", "since", "pk").first()
    return membership.office if membership else None


def _identity(unit: FilePlanUnit, by: User, at: datetime) -> tuple[str, dict[str, Any]]:
    """The reference of a new file and what goes with it: the next number of the unit, or a makeshift for a draft."""
    if registering.opens_drafts(unit=unit, clerk=by):
        reference, number, year, status = registering.next_draft_reference(), None, 0, RecordFile.Status.DRAFT
    else:
        (reference, number, year), status = references.next_reference(unit=unit, at=at), RecordFile.Status.OPEN
    key = references.natural_key(reference)
    return reference, {"file_reference": reference, "reference_key": key, "number": number, "year": year, "status": status}


def _clean_title(title: str) -> str:
    title = " ".join(title.replace("\x00", "").split())
    if not title:
        raise CannotFile(_("Please give the file a title."))
    if len(title) > 500:
        raise CannotFile(_("A title has at most 500 characters."))
    return title


def refuse_unless_writable_leaf(unit: FilePlanUnit, by: User) -> None:
    """Raise CannotFile unless the unit is a leaf in which the clerk may create files."""
    if readable_units(by).levels.get(unit.pk, 0) < LEVEL_WRITE:
        raise CannotFile(_("You may not create files in unit %(code)s.") % {"code": unit.classification_code})
    if unit.children.exists():
        raise CannotFile(_("Unit %(code)s is divided further; files lie in its lowest units only.") % {"code": unit.classification_code})


def _refuse_taken_external(system: str, reference: str, *, by: User, but: RecordFile | None = None) -> None:
    if external_references.is_taken(system=system, reference=reference, by=by, but=but):
        raise ExternalReferenceTaken(_("The external reference %(reference)s belongs to another file.") % {"reference": reference})


def _put_dividers(file: RecordFile, register_set: RegisterSet | None, like: RecordFile | None) -> None:
    entries: Sequence[Register | RegisterSetEntry] = []
    if like is not None:
        entries = list(like.registers.order_by("position"))
    elif register_set is not None:
        entries = list(register_set.entries.order_by("position"))
    Register.objects.bulk_create(
        [Register(file=file, position=position, name=entry.name, colour=entry.colour) for position, entry in enumerate(entries, 1)]
    )


def cancel_document(*, document: Document, reason: str, by: User, at: datetime) -> Document:
    """Cancel one document with its attachments: they stay, marked, out of lists and search hits.

    Raises CannotCancel, also while somebody else has one of them checked out. records.restoring undoes it.
    """
    if not reason.strip():
        raise CannotCancel(_("Please give a reason for cancelling."))
    with current.atomic():
        file = _locked(document.file)
        below = Document.objects.filter(Q(pk=document.pk) | Q(parent=document.pk, cancelled_at__isnull=True)).order_by("pk")
        rows = {one.pk: one for one in below.select_for_update(of=("self",)).select_related("checked_out_by")}
        document = rows[document.pk]
        if document.cancelled_at is not None:
            raise CannotCancel(
                journal_reading.with_more(
                    _("This document is already cancelled."), journal_reading.who_did(object_id=document.public_id, acts=("cancel",))
                )
            )
        if not file.is_open:
            raise CannotCancel(journal_reading.read_only(file))
        if held := next((one for one in rows.values() if one.is_held_from(by)), None):
            raise CannotCancel(sentences.held(held))
        for one in rows.values():
            one.cancelled_at, one.revision, one.checked_out_by, one.checked_out_at = at, one.revision + 1, None, None
        Document.objects.bulk_update(rows.values(), ["cancelled_at", "revision", "checked_out_by", "checked_out_at"])
        indexing.note_documents(rows.values())
        told = {"reason": (None, reason.strip())}
        entries = [journal.Entry("cancel", "Document", one.public_id, file.public_id, told) for one in rows.values()]
        journal.enter_all(entries=entries, by=by, at=at)
    return document
