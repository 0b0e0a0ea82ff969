"""Drafts and their registration: where the registry opens files, a clerk makes a draft, and the registry gives it its number."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User
from tenants.roles import Role

from . import cases, file_plan, indexing, journal, journal_reading, references
from .models import FilePlanUnit, RecordFile
from .models.access import LEVEL_MANAGE, LEVEL_READ, LEVEL_WRITE, readable_units, scopes_of
from .taking_turns import locked, save


class CannotRegister(Exception):
    """The file cannot be registered now; the message says why."""


class NotTheRegistry(CannotRegister):
    """In this unit only the registry registers."""


def keeps_registry(*, clerk: User, level: int) -> bool:
    """Whether a clerk with this level does the registry's work there: who manages the records, or the registry with the right to write.

    The role alone opens nothing: without a right there is nothing to see (domain §7).
    """
    return level >= LEVEL_MANAGE or (level >= LEVEL_WRITE and clerk.has_role(Role.REGISTRY))


def registry_level(clerk: User) -> int:
    """The level from which on a clerk does the registry's work."""
    return LEVEL_WRITE if clerk.has_role(Role.REGISTRY) else LEVEL_MANAGE


def opens_drafts(*, unit: FilePlanUnit, clerk: User) -> bool:
    """Whether what this clerk opens in a unit is a draft, to be registered by the registry."""
    level = readable_units(clerk).levels.get(unit.pk, 0)
    return file_plan.defaults_of(unit=unit).by_registry and not keeps_registry(clerk=clerk, level=level)


def may_register(*, file: RecordFile, clerk: User) -> bool:
    """Whether this clerk may give a draft its number: the registry's work, or anybody's who writes where clerks open files."""
    level = scopes_of(clerk).level(file.scope_id)
    if keeps_registry(clerk=clerk, level=level):
        return True
    return level >= LEVEL_WRITE and not file_plan.defaults_of(unit=file.unit).by_registry


def next_draft_reference() -> str:
    """A makeshift reference for a draft ("Entwurf 17"). Its numbers may have gaps: they are nobody's reference."""
    with current.connection().cursor() as cursor:
        cursor.execute("SELECT nextval('records_draft_number')")
        (number,) = cursor.fetchone()
    return _("Draft %(number)s") % {"number": number}


def register_file(*, file: RecordFile, by: User, at: datetime) -> RecordFile:
    """Register a draft: it gets its reference and is an open file from now on.

    Raises NotTheRegistry, and CannotRegister (no draft any more, a frozen unit).
    """
    with current.atomic():
        file = locked(file)
        if file.status != RecordFile.Status.DRAFT:
            sentence = _("This file is no draft: it has its reference already, or was cancelled.")
            raise CannotRegister(journal_reading.by_whom(sentence, object_id=file.public_id, acts=("register", "cancel")))
        if not may_register(file=file, clerk=by):
            raise NotTheRegistry(_("Files of this unit are registered by the registry."))
        file_plan.open_for_files(unit=file.unit, at=at, refuse=CannotRegister)
        draft = file.file_reference
        reference, number, year = references.next_reference(unit=file.unit, at=at)
        file.file_reference, file.number, file.year = reference, number, year
        file.reference_key = references.natural_key(reference)
        file.status, file.registered_at = RecordFile.Status.OPEN, at
        save(file, at, "file_reference", "number", "year", "reference_key", "status", "registered_at")
        cases.follow_file(file=file)
        indexing.note_file(file)
        told = {"file_reference": (draft, reference), "status": (RecordFile.Status.DRAFT, RecordFile.Status.OPEN)}
        journal.enter(act="register", object=file, by=by, at=at, changes=told)
    return file


def drafts_waiting(*, clerk: User) -> QuerySet[RecordFile]:
    """Drafts that this clerk may register, or has made herself, oldest first."""
    scopes = scopes_of(clerk)
    hers = Q(created_by=clerk, scope__any_of=scopes.at_least(LEVEL_READ))
    to_register = Q(scope__any_of=scopes.at_least(registry_level(clerk)))
    found: QuerySet[RecordFile] = RecordFile.objects.filter(hers | to_register, status=RecordFile.Status.DRAFT)
    return found.select_related("unit", "scope", "lead_office", "created_by").order_by("created_at", "id")
