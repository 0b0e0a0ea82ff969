"""A file's life: created, edited, closed, reopened, cancelled, re-filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants import current
from tenants.models import Office, User

from . import file_plan, indexing, journal, references, retention
from .models import Document, DocumentVersion, FilePlanUnit, FormerReference, RecordFile, Register, RegisterSet, RegisterSetEntry
from .models.access import LEVEL_WRITE, readable_units

DESCRIPTIVE = ("title", "external_system", "external_reference", "lead_office")


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
    like: RecordFile | None = None,
) -> RecordFile:
    """Open a file in a leaf unit; its number is given without gaps in the same transaction.

    `like` ("wie Akte …") copies the dividers of another file. Raises CannotFile: no leaf, no right to write there; and
    ExternalReferenceTaken.
    """
    title = _clean_title(title)
    _refuse_unless_writable_leaf(unit, by)
    defaults = file_plan.defaults_of(unit=unit)
    with current.atomic():
        unit = file_plan.open_for_files(unit=unit, at=at, refuse=CannotFile)
        _refuse_taken_external(external_system.strip(), external_reference.strip(), by=by)
        reference, number, year = references.next_reference(unit=unit, at=at)
        try:
            with current.atomic():
                file: RecordFile = RecordFile.objects.create(
                    unit=unit,
                    scope=unit.scope,
                    number=number,
                    year=year,
                    file_reference=reference,
                    reference_key=references.natural_key(reference),
                    title=title,
                    lead_office=lead_office or first_office(by),
                    external_system=external_system.strip(),
                    external_reference=external_reference.strip(),
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
        journal.enter(act="create", object=file, by=by, at=at, changes={"file_reference": (None, reference), "title": (None, title)})
    return file


def edit_file(*, file: RecordFile, changes: dict[str, Any], by: User, at: datetime, etag: str | None = None) -> RecordFile:
    """Change descriptive fields.

    Raises Stale if `etag` is not the current one, CannotFile for a closed or cancelled file, ExternalReferenceTaken.
    """
    with current.atomic():
        file = _locked(file)
        if etag is not None and etag != file.etag:
            raise Stale(_("Somebody else has changed this file meanwhile."))
        if not file.is_open:
            raise CannotFile(_("A closed or cancelled file is not changed."))
        changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
        if "title" in changes:
            changes["title"] = _clean_title(changes["title"])
        told = {
            name: (getattr(file, name), value) for name, value in changes.items() if name in DESCRIPTIVE and getattr(file, name) != value
        }
        if told.keys() & {"external_system", "external_reference"}:
            system, reference = (changes.get(name, getattr(file, name)) for name in ("external_system", "external_reference"))
            _refuse_taken_external(system, reference, by=by)
        for name, (_old, new) in told.items():
            setattr(file, name, new)
        if told:
            _save(file, at, *told)
            indexing.note_file(file)
            journal.enter(act="edit", object=file, by=by, at=at, changes=told)
    return file


def what_is_open(file: RecordFile) -> list[str]:
    """Sentences on what keeps a file from being closed (domain: every document has a text or a reasoned exception)."""
    unread = DocumentVersion.objects.filter(
        document__file=file,
        document__cancelled_at__isnull=True,
        document__current=F("pk"),
        state__in=[DocumentVersion.State.RECEIVED, DocumentVersion.State.READING],
    ).count()
    if not unread:
        return []
    return [ngettext("%(count)s document is still being read.", "%(count)s documents are still being read.", unread) % {"count": unread}]


def close_file(*, file: RecordFile, by: User, at: datetime) -> RecordFile:
    """Close a file ("zu den Akten") and start its retention period.

    Raises CannotClose if it is closed already (a second click must not restart the period) or something in it is open.
    """
    with current.atomic():
        file = _locked(file)
        if file.status == RecordFile.Status.CLOSED:
            raise CannotClose(_("This file is already closed."))
        if file.status == RecordFile.Status.CANCELLED:
            raise CannotClose(_("A cancelled file cannot be closed."))
        if obstacles := what_is_open(file):
            raise CannotClose(" ".join(obstacles))
        unit_defaults = file_plan.defaults_of(unit=file.unit)
        years = file.retention_years if file.retention_years is not None else unit_defaults.retention_years
        told: dict[str, journal.Change] = {"status": (file.status, RecordFile.Status.CLOSED)}
        file.status, file.closed_at = RecordFile.Status.CLOSED, at
        if years is not None and not file.retention_unlimited:
            file.retain_until = retention.last_day(closed_at=at, years=years)
            told["retain_until"] = (None, file.retain_until)
        _save(file, at, "status", "closed_at", "retain_until")
        journal.enter(act="close", object=file, by=by, at=at, changes=told)
    return file


def reopen_file(*, file: RecordFile, reason: str, by: User, at: datetime) -> RecordFile:
    """Reopen a closed file, with a reason. Its period ends and starts anew when it is closed again. Raises CannotReopen."""
    if not reason.strip():
        raise CannotReopen(_("Please give a reason for reopening."))
    with current.atomic():
        file = _locked(file)
        if file.status != RecordFile.Status.CLOSED:
            raise CannotReopen(_("Only a closed file can be reopened."))
        told: dict[str, journal.Change] = {
            "status": (file.status, RecordFile.Status.OPEN),
            "retain_until": (file.retain_until, None),
            "reason": (None, reason.strip()),
        }
        file.status, file.closed_at, file.retain_until = RecordFile.Status.OPEN, None, None
        _save(file, at, "status", "closed_at", "retain_until")
        journal.enter(act="reopen", object=file, by=by, at=at, changes=told)
    return file


def cancel_file(*, file: RecordFile, reason: str, by: User, at: datetime) -> RecordFile:
    """Cancel (stornieren): the file and all below stay, marked, out of lists and search hits. Raises CannotCancel."""
    if not reason.strip():
        raise CannotCancel(_("Please give a reason for cancelling."))
    with current.atomic():
        file = _locked(file)
        if file.status == RecordFile.Status.CANCELLED:
            raise CannotCancel(_("This file is already cancelled."))
        if file.status == RecordFile.Status.CLOSED:
            raise CannotCancel(_("A closed file must be reopened before it can be cancelled."))
        told = {"status": (file.status, RecordFile.Status.CANCELLED), "reason": (None, reason.strip())}
        file.status, file.cancelled_at = RecordFile.Status.CANCELLED, at
        _save(file, at, "status", "cancelled_at")
        indexing.note_file(file)
        journal.enter(act="cancel", object=file, by=by, at=at, changes=told)
    return file


def refile_file(*, file: RecordFile, unit: FilePlanUnit, reason: str, by: User, at: datetime) -> RecordFile:
    """Move a file to another unit: it gets a new reference there, the old one is kept as a former reference and never re-used.

    Raises CannotFile (no leaf, no right to write there, closed file, same unit, no reason).
    """
    if not reason.strip():
        raise CannotFile(_("Please give a reason for re-filing."))
    _refuse_unless_writable_leaf(unit, by)
    with current.atomic():
        file = _locked(file)
        if not file.is_open:
            raise CannotFile(_("A closed or cancelled file is not changed."))
        if file.unit_id == unit.pk:
            raise CannotFile(_("The file lies in this unit already."))
        unit = file_plan.open_for_files(unit=unit, at=at, refuse=CannotFile)
        reference, number, year = references.next_reference(unit=unit, at=at)
        FormerReference.objects.create(file=file, file_reference=file.file_reference, until=at)
        told = {"file_reference": (file.file_reference, reference), "file_plan_unit": (file.unit, unit), "reason": (None, reason.strip())}
        if file.scope.file_id is None:
            file.scope = unit.scope
        file.unit, file.file_reference, file.number, file.year = unit, reference, number, year
        file.reference_key = references.natural_key(reference)
        _save(file, at, "unit", "scope", "file_reference", "reference_key", "number", "year")
        indexing.note_scope(file)
        journal.enter(act="refile", object=file, by=by, at=at, changes=told)
    return file


def first_office(clerk: User) -> Office | None:
    """The office a clerk's new files belong to: the one she leads, else the one she has been in longest."""
    membership = clerk.memberships.select_related("office").order_by("-is_lead", "since", "pk").first()
    return membership.office if membership else None


def _locked(file: RecordFile) -> RecordFile:
    """The row lock makes two clerks take turns; what they decide on is read after it."""
    locked: RecordFile = RecordFile.objects.select_for_update(of=("self",)).select_related("unit", "scope", "lead_office").get(pk=file.pk)
    return locked


def _save(file: RecordFile, at: datetime, *fields: str) -> None:
    file.changed_at, file.revision = at, file.revision + 1
    file.save(update_fields=[*fields, "changed_at", "revision"])


def _clean_title(title: str) -> str:
    title = " ".join(title.replace("\x00", "").split())
    if not title:
        raise CannotFile(_("Please give the file a title."))
    if len(title) > 500:
        raise CannotFile(_("A title has at most 500 characters."))
    return title


def _refuse_unless_writable_leaf(unit: FilePlanUnit, by: User) -> None:
    if readable_units(by).levels.get(unit.pk, 0) < LEVEL_WRITE:
        raise CannotFile(_("You may not create files in unit %(code)s.") % {"code": unit.classification_code})
    if unit.children.exists():
        raise CannotFile(_("Unit %(code)s is divided further; files lie in its lowest units only.") % {"code": unit.classification_code})


def _refuse_taken_external(system: str, reference: str, *, by: User) -> None:
    """Keep an external reference to one file, as far as the clerk can know: that a hidden file has it must not be told by a refusal.

    Hence no unique constraint; instead, who gives the same reference at the same moment waits until the other's file can be seen.
    """
    if not reference:
        return
    with current.connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"external reference {system}\n{reference}"])
    if RecordFile.objects.visible_to(by).filter(external_system=system, external_reference=reference).exists():
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
    """Cancel one document: it stays, marked, out of lists and search hits. Raises CannotCancel."""
    if not reason.strip():
        raise CannotCancel(_("Please give a reason for cancelling."))
    with current.atomic():
        file = _locked(document.file)
        document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if document.cancelled_at is not None:
            raise CannotCancel(_("This document is already cancelled."))
        if not file.is_open:
            raise CannotCancel(_("A closed or cancelled file is not changed."))
        document.cancelled_at, document.revision = at, document.revision + 1
        document.save(update_fields=["cancelled_at", "revision"])
        indexing.note_document(document)
        journal.enter(act="cancel", object=document, by=by, at=at, file_id=file.public_id, changes={"reason": (None, reason.strip())})
    return document
