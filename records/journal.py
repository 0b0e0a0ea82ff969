"""The journal: every change with actor, time, act, old and new value, as a hash chain.

`enter` is called last in an act: its lock makes writers of the chain take turns until the transaction ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import Model
from django.utils.translation import gettext as _

from foundation import chain
from tenants import current
from tenants.models import User

from .models import FilePlanUnit, JournalEntry, JournalValue, RecordFile
from .models.access import standing_in

LOCK = 0x65416B7465  # "eAkte": one chain per database, so one number serves all
# The digests of an entry say which values it had. Those of what was erased by law went: the chain itself tells of that, later on.
MISSING_VALUES_SQL = """
SELECT e.sequence, said.field
FROM records_journalentry e CROSS JOIN LATERAL jsonb_object_keys(e.digests) AS said(field)
LEFT JOIN records_journalvalue v ON v.entry_id = e.sequence AND v.field = said.field
WHERE v.id IS NULL AND NOT EXISTS (
    SELECT FROM records_journalentry gone
    WHERE gone.object_id = e.object_id AND gone.sequence > e.sequence AND gone.act IN ('erase', 'erase_said')
)
ORDER BY e.sequence, said.field
"""
LAST_SQL = "SELECT sequence, hash FROM records_journalentry ORDER BY sequence DESC LIMIT 1"
Change = tuple[Any, Any]


@dataclass(frozen=True)
class Entry:
    """What one act says of one object. `changes` maps field names to (old, new).

    `scope_id`: the access scope in which the actor did it, where the act itself has moved the object into another one (narrowing, re-filing).
    """

    act: str
    object_kind: str
    object_id: UUID
    file_id: UUID | None = None
    changes: Mapping[str, Change] = field(default_factory=dict)
    scope_id: int | None = None


def enter(
    *,
    act: str,
    object: Model,
    by: User | None,
    at: datetime,
    changes: Mapping[str, Change] | None = None,
    file_id: UUID | None = None,
    scope_id: int | None = None,
) -> JournalEntry:
    """Append one act on one object. `by` None is the system itself. `file_id` is the public id of the file it concerns.

    A substitute is named together with whom she acts for, by herself; `scope_id` is that of Entry.
    """
    kind = type(object).__name__
    public_id: UUID = getattr(object, "public_id", None) or uuid5(NAMESPACE_OID, f"{kind}:{object.pk}")
    concerned = public_id if kind == "RecordFile" else file_id
    return enter_all(entries=[Entry(act, kind, public_id, concerned, changes or {}, scope_id)], by=by, at=at)[0]


def enter_all(*, entries: Iterable[Entry], by: User | None, at: datetime) -> list[JournalEntry]:
    """Append several acts in one go (imports, moves of many documents)."""
    actor, kind = (str(by), JournalEntry.ActorKind.PERSON) if by is not None else (_("System"), JournalEntry.ActorKind.SYSTEM)
    entries = list(entries)
    with current.atomic(savepoint=False):  # an act stands as a whole or not at all
        behalf = _behalf(entries, by)
        take_turns()
        [(sequence, previous)] = current.ask(LAST_SQL, []) or [(0, chain.GENESIS)]
        rows: list[JournalEntry] = []
        values: list[JournalValue] = []
        for entry in entries:
            sequence += 1
            row = JournalEntry(
                sequence=sequence,
                at=at,
                act=entry.act,
                actor=actor,
                actor_kind=kind,
                actor_id=by.public_id if by is not None else None,
                on_behalf_of=behalf.get(_concerned(entry), "") if behalf else "",
                object_kind=entry.object_kind,
                object_id=entry.object_id,
                file_id=entry.file_id,
                previous_hash=previous,
            )
            for value in _values(row, entry.changes):
                row.digests[value.field] = {
                    "old": chain.salted_digest(value.old, value.old_salt),
                    "new": chain.salted_digest(value.new, value.new_salt),
                }
                values.append(value)
            row.hash = previous = _hash(row)
            rows.append(row)
        JournalEntry.objects.bulk_create(rows, batch_size=1000)
        JournalValue.objects.bulk_create(values, batch_size=1000)
    return rows


def _behalf(entries: Sequence[Entry], by: User | None) -> dict[Any, str]:
    """Whom a substitute acted for, by what each entry concerns (_concerned): wherever she holds her level only through that person."""
    scopes = standing_in(by) if by is not None else None
    if scopes is None:
        return {}
    files = RecordFile.objects.filter(public_id__in={entry.file_id for entry in entries if entry.file_id})
    places = {public_id: (scope, units) for public_id, scope, units in files.values_list("public_id", "scope_id", "unit__scope__pk")}
    units = {entry.object_id for entry in entries if entry.object_kind == "FilePlanUnit"}
    absent: dict[Any, int | None] = {
        (public_id, None): scopes.unit_behalf.get(pk)
        for public_id, pk in FilePlanUnit.objects.filter(public_id__in=units).values_list("public_id", "pk")
    }
    for entry in entries:
        if entry.file_id and (place := places.get(entry.file_id)):
            # Where the act has just given the file a scope of its own, its unit's is the one that the actor acted in.
            scope = entry.scope_id or (place[0] if place[0] in scopes.levels else place[1])
            absent[_concerned(entry)] = scopes.behalf.get(scope)
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=[pk for pk in absent.values() if pk])}
    return {concerned: names[pk] for concerned, pk in absent.items() if pk}


def _concerned(entry: Entry) -> tuple[UUID, int | None]:
    return entry.file_id or entry.object_id, entry.scope_id


def take_turns() -> None:
    """Wait until no other transaction writes the journal, until this one ends. Comes after all row locks of an act."""
    current.ask("SELECT pg_advisory_xact_lock(%s::bigint)", [LOCK])


def verify() -> Iterator[chain.Break]:
    """Walk the whole chain; yields every row that was changed, deleted or inserted, and values that do not fit their digests or are gone.

    The values of what was erased by law are rightly gone: the journal says so later on ("erase", and "erase_said" for what stood beside it).
    """
    rows = JournalEntry.objects.order_by("sequence").iterator(chunk_size=2000)
    links = (chain.Link(previous=row.previous_hash, hash=row.hash, **_hashed(row)) for row in rows)
    yield from chain.verify(links)
    for value in JournalValue.objects.select_related("entry").order_by("entry_id", "id").iterator(chunk_size=2000):
        known = value.entry.digests.get(value.field, {})
        fits = known.get("old") == chain.salted_digest(value.old, value.old_salt) and known.get("new") == chain.salted_digest(
            value.new, value.new_salt
        )
        if not fits:
            yield chain.Break(value.entry_id, f"the value of {value.field} does not fit its digest")
    for sequence, name in current.ask(MISSING_VALUES_SQL, [], anew=True):
        yield chain.Break(sequence, f"the value of {name} is missing, and nothing says that it was erased by law")


def exported() -> Iterator[dict[str, Any]]:
    """All rows as they are hashed, oldest first, with `previous` and `hash`: what somebody outside needs to check the chain, and no value."""
    for row in JournalEntry.objects.order_by("sequence").iterator(chunk_size=2000):
        yield {**_hashed(row), "at": chain.canonical_time(row.at), "previous": row.previous_hash, "hash": row.hash}


def erase_values(*, object_ids: Iterable[UUID]) -> int:
    """Remove old and new values (with their salts) of objects that were erased by law; the chain stays valid.

    The act goes on to enter "erase" or "erase_said" for each of them: values that are gone without it are found by verify().
    """
    return JournalValue.objects.filter(entry__object_id__in=list(object_ids)).delete()[0]


def _values(row: JournalEntry, changes: Mapping[str, Change]) -> Iterator[JournalValue]:
    for name, (old, new) in changes.items():
        yield JournalValue(
            entry=row, field=name, old=_text(old), new=_text(new), old_salt=secrets.token_hex(16), new_salt=secrets.token_hex(16)
        )


def _text(value: Any) -> str | None:
    return None if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _hash(row: JournalEntry) -> str:
    return chain.entry_hash(previous=row.previous_hash, **_hashed(row))


def _hashed(row: JournalEntry) -> dict[str, Any]:
    """What the chain hashes of a row, besides the hash before it (on_behalf_of: only where it is not empty, see foundation.chain)."""
    return {
        "sequence": row.sequence,
        "at": row.at,
        "act": row.act,
        "actor": row.actor,
        "actor_kind": row.actor_kind,
        "object_kind": row.object_kind,
        "object_id": str(row.object_id),
        "file_id": str(row.file_id) if row.file_id else None,
        "digests": row.digests,
        "actor_id": str(row.actor_id) if row.actor_id else None,
        "on_behalf_of": row.on_behalf_of,
    }
