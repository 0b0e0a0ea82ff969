"""External references: what a file is called in the specialist systems it comes from. Several for one file; each leads to it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import facts, journal
from .models import ExternalReference, RecordFile


class CannotRefer(facts.CannotKeep):
    """The external reference cannot be kept or removed like that; the message says why."""


def is_taken(*, system: str, reference: str, by: User, but: RecordFile | None = None) -> bool:
    """Whether another file that the clerk may know of has this external reference: that a hidden one has it must not be told.

    Hence no unique constraint; instead, who gives the same reference at the same moment waits until the other's file can be seen.
    """
    if not reference:
        return False
    with current.connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"external reference {system}\n{reference}"])
    found: QuerySet[RecordFile] = RecordFile.objects.visible_to(by).filter(having(system=system, reference=reference))
    return found.exclude(pk=but.pk if but else 0).exists()


def having(*, system: str | None = None, reference: str | None = None) -> Q:
    """Files with this external reference, be it the first one or a further one; either part may be left open."""
    first: dict[str, str] = {}
    further: dict[str, str] = {}
    if system is not None:
        first["external_system"], further["system"] = system, system
    if reference is not None:
        first["external_reference"], further["reference"] = reference, reference
    more = ExternalReference.objects.filter(**further).values("file")
    return Q(**first) | Q(pk__in=more)


def files_with(*, clerk: User, system: str, reference: str) -> list[RecordFile]:
    """Standing files with this external reference that the clerk may see, for the jump address; a slash at the end may be left out."""
    wanted = Q()
    for spelled in dict.fromkeys((reference, reference.rstrip("/"))):
        wanted |= having(system=system, reference=spelled)
    return list(RecordFile.objects.visible_to(clerk).standing().filter(wanted).in_order()[:50])


def all_of(file: RecordFile) -> list[tuple[str, str]]:
    """All external references of a file as (system, reference), the first one first. Uses what was prefetched."""
    first = [(file.external_system, file.external_reference)] if file.external_reference else []
    further = sorted(file.external_references.all(), key=lambda each: each.pk)
    return first + [(each.system, each.reference) for each in further]


def add_reference(*, file: RecordFile, system: str, reference: str, by: User, at: datetime) -> tuple[str, str]:
    """Give a file one more external reference; without any, it becomes the first. Raises CannotRefer, ReadOnly."""
    system = facts.line(system, field="external_system", most=60, name=_("External system"), required=True)
    reference = facts.line(reference, field="external_reference", most=120, name=_("External reference"), required=True)
    with current.atomic():
        file = facts.open_file(file)
        if (system, reference) in all_of(file):
            raise CannotRefer(_("The file has this external reference already."), "external_reference")
        if is_taken(system=system, reference=reference, by=by):
            raise CannotRefer(
                _("The external reference %(reference)s belongs to another file.") % {"reference": reference}, "external_reference"
            )
        if file.external_reference:
            ExternalReference.objects.create(file=file, system=system, reference=reference)
        else:
            _put_first(file, system, reference, at)
        changes = {"external_system": (None, system), "external_reference": (None, reference)}
        journal.enter(act="add_external_reference", object=file, by=by, at=at, changes=changes)
    return system, reference


def remove_reference(*, file: RecordFile, system: str, reference: str, by: User, at: datetime) -> None:
    """Take an external reference away; the next one then becomes the first. Raises CannotRefer, ReadOnly."""
    with current.atomic():
        file = facts.open_file(file)
        if (system, reference) not in all_of(file):
            raise CannotRefer(_("The file does not have this external reference."))
        if (system, reference) == (file.external_system, file.external_reference):
            heir = file.external_references.order_by("pk").first()
            _put_first(file, heir.system if heir else "", heir.reference if heir else "", at)
            if heir:
                heir.delete()
        else:
            file.external_references.filter(system=system, reference=reference).delete()
        changes = {"external_system": (system, None), "external_reference": (reference, None)}
        journal.enter(act="remove_external_reference", object=file, by=by, at=at, changes=changes)


def _put_first(file: RecordFile, system: str, reference: str, at: datetime) -> None:
    file.external_system, file.external_reference = system, reference
    file.changed_at, file.revision = at, file.revision + 1
    file.save(update_fields=["external_system", "external_reference", "changed_at", "revision"])
