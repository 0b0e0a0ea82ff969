"""A file is moved to another unit of the file plan, and gets a new reference there."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import cases, file_plan, indexing, journal, journal_reading, references, registering
from .filing import CannotFile, refuse_unless_writable_leaf
from .models import FilePlanUnit, FormerReference, RecordFile
from .taking_turns import locked, save


def refile_file(*, file: RecordFile, unit: FilePlanUnit, reason: str, by: User, at: datetime) -> RecordFile:
    """Move a file to another unit: it gets a new reference there, the old one is kept as a former reference and never re-used.

    A draft stays one, whatever unit it moves to. Raises CannotFile (no leaf, no right to write there, closed file, same unit, no reason,
    a unit whose files the registry registers).
    """
    if not reason.strip():
        raise CannotFile(_("Please give a reason for re-filing."))
    refuse_unless_writable_leaf(unit, by)
    with current.atomic():
        file = locked(file)
        if not file.is_open:
            raise CannotFile(journal_reading.read_only(file))
        if file.unit_id == unit.pk:
            raise CannotFile(_("The file lies in this unit already."))
        unit = file_plan.open_for_files(unit=unit, at=at, refuse=CannotFile)
        if file.number is not None and registering.opens_drafts(unit=unit, clerk=by):
            raise CannotFile(
                _("Files of unit %(code)s are registered by the registry. Please ask it to re-file.") % {"code": unit.classification_code}
            )
        told: dict[str, journal.Change] = {"file_plan_unit": (file.unit, unit), "reason": (None, reason.strip())}
        acted_in = file.scope_id
        if file.scope.file_id is None:
            file.scope = unit.scope
        file.unit = unit
        if file.number is None:
            save(file, at, "unit", "scope")
        else:
            told |= _give_new_reference(file, at)
        indexing.note_scope(file)
        journal.enter(act="refile", object=file, by=by, at=at, changes=told, scope_id=acted_in)
    return file


def _give_new_reference(file: RecordFile, at: datetime) -> dict[str, journal.Change]:
    """The next reference of the unit that the file lies in now; the old one becomes a former one."""
    was = file.file_reference
    reference, number, year = references.next_reference(unit=file.unit, at=at)
    FormerReference.objects.create(file=file, file_reference=was, until=at)
    file.file_reference, file.number, file.year = reference, number, year
    file.reference_key = references.natural_key(reference)
    save(file, at, "unit", "scope", "file_reference", "reference_key", "number", "year")
    cases.follow_file(file=file)
    return {"file_reference": (was, reference)}
