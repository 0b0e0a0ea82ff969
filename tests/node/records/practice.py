"""A practice municipality for tests: the mark, a person who learns, and what an exercise is about, written down directly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.utils import timezone

from records import exercises
from records.exercises import Attempt, Finding
from records.models import Document, ExerciseSubject, RecordFile, Register
from tenants import current, registry
from tenants.models import MunicipalSettings, User
from tests.factories import ClerkFactory, OfficeFactory
from tests.node.factories import DocumentFactory, RecordFileFactory, RegisterFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SCAN = b"%PDF-1.7 Einwendung der Nachbarin"


@contextmanager
def practice_mark() -> Iterator[current.Municipality]:
    """Musterstadt with the practice mark, for what asks the registry too; the next test writes the registry anew."""
    registry.write(lambda rows: [{**row, "practice": row["slug"] == "musterstadt"} for row in rows])
    town = registry.by_slug("musterstadt")
    assert town is not None
    with current.use(town):
        MunicipalSettings.load()
        yield town


def of_trainee(town: current.Municipality, person: User, trainee: str = "0a7c1a5e-0000-4000-8000-000000000007") -> current.Municipality:
    """The same town as the own practice town of one trainee; what tells it apart stands in the registry (frozen once it is read)."""
    own = replace(town)
    object.__setattr__(own, "trainee", trainee)
    object.__setattr__(own, "account", person.username)
    return own


def trainee(file: RecordFile, right: str = "write") -> User:
    """Somebody who learns, with a right in the file's unit by her office."""
    office = OfficeFactory()
    grant(office, file.unit, right)
    person: User = ClerkFactory(office=office)
    return person


def file_of(*registers: str, **fields: Any) -> RecordFile:
    file: RecordFile = RecordFileFactory(**fields)
    for name in registers:
        RegisterFactory(file=file, name=name)
    return file


def register_of(file: RecordFile, name: str) -> Register:
    return file.registers.get(name=name)


def about(key: str, file: RecordFile, document: Document | None = None, *, paper: bytes | None = None, **expected: Any) -> ExerciseSubject:
    """Say what an exercise is about."""
    scan = {"paper": paper, "paper_name": "Scan.pdf", "paper_sha256": sha256(paper).hexdigest()} if paper else {}
    return ExerciseSubject.objects.create(exercise=key, file=file, document=document, expected=expected, **scan)


def document_of(file: RecordFile, by: User, register: str = "", content: bytes = b"x", **fields: Any) -> Document:
    """A document that somebody has filed, with these bytes."""
    place = register_of(file, register) if register else None
    document: Document = DocumentFactory(file=file, register=place, created_by=by, version__sha256=sha256(content).hexdigest(), **fields)
    return document


def examined(key: str, person: User, answer: str = "") -> list[Finding]:
    """What the check of an exercise finds, as the database is now."""
    exercise = exercises.by_key(key)
    assert exercise is not None
    subject = ExerciseSubject.objects.select_related("file", "document__register").get(exercise=key)
    return exercise.examine(Attempt(person, subject, answer))


def marks(findings: list[Finding]) -> list[bool]:
    return [finding.done for finding in findings]


def cancel(row: Document | RecordFile) -> None:
    """Cancel a document or a file, as far as checks look at it."""
    type(row).objects.filter(pk=row.pk).update(
        cancelled_at=timezone.now(), **({"status": "cancelled"} if isinstance(row, RecordFile) else {})
    )
