"""What the API says of files and documents, written out: FileOut and DocumentOut are the schema of it, and a test holds the two together.

Serializers took half of the time of a list of fifty. What belongs to a row and lies in other tables is asked for a whole page at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone

from foundation.statements import Blank, Statement
from records import describing, moving, numbering, sentences
from records.models import Document, ExternalReference, FormerReference, RecordFile, Register, Volume
from records.models.access import LEVEL_READ, scopes_of
from records.models.documents import day_of
from tenants import current
from tenants.models import User


def _registers() -> Any:
    return Register.objects.filter(file__any_of=Blank("files")).order_by("position").values_list("file_id", "public_id", "name", "position")


def _former_references() -> Any:
    former = FormerReference.objects.filter(file__any_of=Blank("files"))
    return former.order_by("until", "pk").values_list("file_id", "file_reference")


def _external_references() -> Any:
    further = ExternalReference.objects.filter(file__any_of=Blank("files"))
    return further.order_by("pk").values_list("file_id", "system", "reference")


def _volumes() -> Any:
    parts = Volume.objects.filter(file__any_of=Blank("files")).order_by("number")
    return parts.values_list("file_id", "public_id", "number", "opened_on", "closed_on", "location")


def _parents() -> Any:
    return RecordFile.objects.in_scopes(Blank("scopes")).filter(pk__any_of=Blank("files")).values_list("pk", "public_id")


def _subfiles() -> Any:
    below = RecordFile.objects.in_scopes(Blank("scopes")).filter(parent__any_of=Blank("files")).standing()
    return below.in_order().values_list("parent_id", "public_id")


def _lifetimes() -> Any:
    standing = Document.objects.filter(file__any_of=Blank("files"), cancelled_at__isnull=True, draft=False)
    return standing.values("file_id").annotate(first=Min(day_of()), last=Max(day_of())).values_list("file_id", "first", "last")


REGISTERS = Statement(_registers, using=current.alias)
FORMER_REFERENCES = Statement(_former_references, using=current.alias)
EXTERNAL_REFERENCES = Statement(_external_references, using=current.alias)
VOLUMES = Statement(_volumes, using=current.alias)
PARENTS = Statement(_parents, using=current.alias)
SUBFILES = Statement(_subfiles, using=current.alias)
LIFETIMES = Statement(_lifetimes, using=current.alias)


def documents(rows: Sequence[Document]) -> list[dict[str, Any]]:
    """Say what documents are that come with file, register and current version (Document.objects.for_reading())."""
    places = moving.places_of(rows)
    return [document(row, place=places.get(row.pk)) for row in rows]


def document(row: Document, *, place: int | None) -> dict[str, Any]:
    """Say what a document is that lies at this place from the top of its register; a cancelled one at none."""
    version = row.current
    return {
        "id": str(row.public_id),
        "title": row.title,
        "file": str(row.file.public_id),
        "file_reference": row.file.file_reference,
        "register": str(row.register.public_id) if row.register else None,
        "case": str(row.case.public_id) if row.case else None,
        "document_reference": numbering.reference_of(row) or None,
        "position": place,
        "state": version.state if version else None,
        "failure": (sentences.failure(version) or None) if version else None,
        "notice": (sentences.notice(version) or None) if version else None,
        "sha256": version.sha256 if version else None,
        "size": version.size if version else None,
        "media_type": version.media_type if version else None,
        "original_name": version.original_name if version else None,
        "page_count": version.page_count if version else None,
        "version": version.number if version else None,
        "received_on": _day(row.received_on),
        "created_at": _moment(row.created_at),
        "cancelled": row.cancelled_at is not None,
        "draft": row.draft,
        "document_date": _day(row.document_date),
        "kind": row.kind,
        "direction": row.direction,
        "keywords": row.keywords,
        "protection_need": row.protection_need,
        "text_exception": row.text_exception,
        "stamp_text": describing.stamp_of(row) or None,
        "checked_out": _checked_out(row),
        "parent": str(row.parent.public_id) if row.parent else None,
    }


def _checked_out(row: Document) -> dict[str, Any] | None:
    if row.checked_out_by is None or row.checked_out_at is None:
        return None
    return {"by": str(row.checked_out_by), "since": _moment(row.checked_out_at)}


@dataclass(frozen=True)
class Beside:
    """What belongs to the files of one page and lies in other tables, by the files' primary keys; other files as far as the caller may see them."""

    registers: Mapping[int, list[tuple[Any, ...]]]
    former: Mapping[int, list[tuple[Any, ...]]]
    external: Mapping[int, list[tuple[Any, ...]]]
    volumes: Mapping[int, list[tuple[Any, ...]]]
    subfiles: Mapping[int, list[tuple[Any, ...]]]
    parents: Mapping[int, Any]
    lifetimes: Mapping[int, tuple[date | None, date | None]]


def files(rows: Sequence[RecordFile], *, clerk: User) -> list[dict[str, Any]]:
    """Say what files are that come with unit, scope, leading office and highest need, to this clerk. Seven queries at most."""
    pks, scopes = [row.pk for row in rows], scopes_of(clerk).at_least(LEVEL_READ)
    above = [row.parent_id for row in rows if row.parent_id]
    beside = Beside(
        registers=_by_file(current.rows_of(REGISTERS, files=pks)),
        former=_by_file(current.rows_of(FORMER_REFERENCES, files=pks)),
        external=_by_file(current.rows_of(EXTERNAL_REFERENCES, files=pks)),
        volumes=_by_file(current.rows_of(VOLUMES, files=pks)),
        subfiles=_by_file(current.rows_of(SUBFILES, files=pks, scopes=scopes)),
        parents=dict(current.rows_of(PARENTS, files=above, scopes=scopes)) if above else {},
        lifetimes={pk: (first, last) for pk, first, last in current.rows_of(LIFETIMES, files=pks)},
    )
    return [_file(row, beside) for row in rows]


def _file(row: RecordFile, beside: Beside) -> dict[str, Any]:
    first, last = beside.lifetimes.get(row.pk, (None, None))
    parent = beside.parents.get(row.parent_id or 0)
    office = row.lead_office
    external = [(row.external_system, row.external_reference)] if row.external_reference else []
    return {
        "id": str(row.public_id),
        "file_reference": row.file_reference,
        "title": row.title,
        "status": row.status,
        "file_plan_unit": str(row.unit.public_id),
        "office": str(office.public_id) if office else None,
        "office_name": office.name if office else "",
        "registers": [{"id": str(public_id), "name": name, "position": position} for public_id, name, position in beside.registers[row.pk]],
        "lifetime": {"from": _day(first), "to": _day(last)},
        "retain_until": _day(row.retain_until),
        "created_at": _moment(row.created_at),
        "closed_at": _moment(row.closed_at),
        "external_system": row.external_system,
        "external_reference": row.external_reference,
        "external_references": [{"system": system, "reference": reference} for system, reference in [*external, *beside.external[row.pk]]],
        "former_references": [reference for (reference,) in beside.former[row.pk]],
        "restricted": row.scope.restricted,
        "medium": row.medium,
        "location": row.location,
        "business_reference": row.business_reference,
        "registered_at": _moment(row.registered_at),
        "volumes": [_volume(*volume) for volume in beside.volumes[row.pk]],
        "parent": str(parent) if parent else None,
        "subfiles": [str(public_id) for (public_id,) in beside.subfiles[row.pk]],
        "retention_starts_with": row.retention_starts_with,
        "retention_started_on": _day(row.retention_started_on),
        "transfer_until": _day(row.transfer_until),
        "foliated_at": _moment(row.foliated_at),
        "protection_need": row.protection_need,
        "highest_protection_need": row.highest_need,  # type: ignore[attr-defined] # with_highest_need()
    }


def _volume(public_id: Any, number: int, opened_on: date, closed_on: date | None, location: str) -> dict[str, Any]:
    return {"id": str(public_id), "number": number, "opened_on": _day(opened_on), "closed_on": _day(closed_on), "location": location}


def _by_file(rows: Iterable[tuple[Any, ...]]) -> defaultdict[int, list[tuple[Any, ...]]]:
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for file, *values in rows:
        found[file].append(tuple(values))
    return found


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None
