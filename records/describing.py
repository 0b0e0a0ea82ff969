"""Saying what a document is: one at a time, or many in one table. Nothing that somebody else wrote meanwhile is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import MunicipalSettings, User

from . import description, indexing, journal, sentences
from .models import Document, JournalEntry, RecordFile

# Kinds that every office knows; those used in the same part of the file plan come first.
USUAL_KINDS = (
    "Antrag", "Bescheid", "E-Mail", "Gutachten", "Niederschrift", "Plan", "Rechnung", "Schreiben", "Stellungnahme", "Vermerk",
)  # fmt: skip
SAMPLE = 5000  # documents that are looked at for kinds


class CannotDescribe(Exception):
    """The document cannot be changed in its present state; the message says why."""


class Stale(Exception):
    """Somebody else changed the document meanwhile; the message says who and when."""


class CannotDescribeAll(Exception):
    """Nothing of a table was kept. `errors` has for each document (public id) sentences by field, "" for the document itself."""

    def __init__(self, errors: Mapping[UUID, Mapping[str, str]], stale: frozenset[UUID] = frozenset()) -> None:
        super().__init__(" ".join(sentence for of_one in errors.values() for sentence in of_one.values()))
        self.errors = errors
        self.stale = stale


@dataclass(frozen=True)
class Row:
    """One row of a table: which document, as of which etag (None: whatever it is), and the fields to be changed."""

    document: UUID
    etag: str | None
    changes: Mapping[str, Any]


def describe_document(*, document: Document, changes: Mapping[str, Any], by: User, at: datetime, etag: str | None = None) -> Document:
    """Change descriptive fields (records.description) of a document; what stays the same is no act.

    Raises BadDescription, CannotDescribe (closed file, cancelled, checked out by somebody else), Stale if `etag` is not the current one.
    """
    try:
        described = describe_several(file=document.file, rows=[Row(document.public_id, etag, changes)], by=by, at=at)
    except CannotDescribeAll as refusal:
        errors = refusal.errors[document.public_id]
        if refusal.stale:
            raise Stale(errors[""]) from refusal
        if "" in errors:
            raise CannotDescribe(errors[""]) from refusal
        raise description.BadDescription(errors) from refusal
    return described[0]


def describe_several(*, file: RecordFile, rows: Sequence[Row], by: User, at: datetime) -> list[Document]:
    """Change descriptive fields of several documents of one file, all of them or none; returns them in the order of `rows`.

    The number of queries does not depend on how many. Raises CannotDescribeAll.
    """
    with current.atomic():
        file = RecordFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        wanted = Document.objects.filter(file=file, public_id__in=[row.document for row in rows], erased_at__isnull=True)
        locked = wanted.select_for_update(of=("self",)).select_related("checked_out_by").order_by("pk")
        found = {document.public_id: document for document in locked}
        tidy = _checked(file, rows, found, by=by, today=timezone.localdate(at))
        told = {public_id: _put(found[public_id], values) for public_id, values in tidy.items()}
        changed = [found[public_id] for public_id, changes in told.items() if changes]
        if changed:
            Document.objects.bulk_update(changed, [*description.FIELDS, "revision"], batch_size=500)
            indexing.note_documents(changed)
            entries = [journal.Entry("describe", "Document", one.public_id, file.public_id, told[one.public_id]) for one in changed]
            journal.enter_all(entries=entries, by=by, at=at)
    return [found[row.document] for row in rows]


def stamp_of(document: Document) -> str:
    """The municipality's receipt stamp with the date, for the first sheet of what came in; empty for everything else.

    The text is asked for once per request, so that a list costs no query per row.
    """
    if document.received_on is None or document.direction in (Document.Direction.OUTGOING, Document.Direction.INTERNAL):
        return ""
    text = current.remembered("records.receipt_stamp", lambda: MunicipalSettings.known().receipt_stamp.strip()) or _("Received (stamp)")
    return f"{text} {description.written(document.received_on)}"


def kinds_used(*, file: RecordFile, clerk: User) -> list[str]:
    """Kinds to be suggested: those of documents in the same file plan unit that the clerk may see, most used first, then the usual ones."""
    seen = Document.objects.visible_to(clerk).filter(file__unit=file.unit_id).exclude(kind="").values_list("kind", flat=True)[:SAMPLE]
    counts: dict[str, int] = {}
    for kind in seen:
        counts[kind] = counts.get(kind, 0) + 1
    return list(dict.fromkeys([*sorted(counts, key=lambda kind: -counts[kind]), *USUAL_KINDS]))[:40]


def who_changed(documents: Iterable[UUID]) -> dict[UUID, str]:
    """Sentences on who changed these documents last and when, in one query; by public id."""
    entries = JournalEntry.objects.filter(object_id__in=list(documents), actor_kind=JournalEntry.ActorKind.PERSON)
    latest = entries.order_by("object_id", "-sequence").distinct("object_id").values_list("object_id", "actor", "at")
    said = _("%(name)s has changed this document meanwhile (%(day)s, %(time)s).")
    return {
        public_id: said % {"name": actor, "day": f"{timezone.localtime(at):%d.%m.%Y}", "time": f"{timezone.localtime(at):%H:%M}"}
        for public_id, actor, at in latest
    }


def _checked(file: RecordFile, rows: Sequence[Row], found: Mapping[UUID, Document], *, by: User, today: date) -> dict[UUID, dict[str, Any]]:
    """The tidied fields of each row. Raises CannotDescribeAll, which names all that is wrong."""
    tidy: dict[UUID, dict[str, Any]] = {}
    errors: dict[UUID, dict[str, str]] = {}
    stale: set[UUID] = set()
    for row in rows:
        document = found.get(row.document)
        if obstacle := _obstacle(file, document, by):
            errors[row.document] = {"": obstacle}
            continue
        if document is not None and row.etag is not None and row.etag != document.etag:
            stale.add(row.document)
        try:
            tidy[row.document] = description.tidied(row.changes, today=today)
        except description.BadDescription as refusal:
            errors[row.document] = refusal.errors
    if stale:
        known = who_changed(stale)
        for public_id in stale:
            sentence = known.get(public_id, _("Somebody else has changed this document meanwhile."))
            errors[public_id] = {**errors.get(public_id, {}), "": sentence}
    if errors:
        raise CannotDescribeAll(errors, frozenset(stale))
    return tidy


def _obstacle(file: RecordFile, document: Document | None, by: User) -> str:
    if document is None:
        return _("This document does not lie in this file any more.")
    if not file.is_open:
        return _("A closed or cancelled file is not changed.")
    if document.cancelled_at is not None:
        return _("A cancelled document is not changed.")
    return sentences.held(document) if document.is_held_from(by) else ""


def _put(document: Document, values: Mapping[str, Any]) -> dict[str, journal.Change]:
    """Set what differs; returns old and new values for the journal."""
    changes: dict[str, journal.Change] = {}
    for field, new in values.items():
        old = getattr(document, field)
        if old != new:
            changes[field] = (description.told(old) or None, description.told(new) or None)
            setattr(document, field, new)
    document.revision += bool(changes)
    return changes
