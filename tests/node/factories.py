"""Rows of records for tests. They are written directly: no journal, no index change, no bytes in the store."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from guardian.shortcuts import assign_perm

from records.models import (
    AccessScope,
    Case,
    Document,
    DocumentVersion,
    FilePlanUnit,
    IndexField,
    IndexValue,
    MissingSheet,
    Page,
    Participant,
    RecordFile,
    Register,
)
from records.references import natural_key
from tenants import current
from tenants.models import Office, Substitute, User

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class FilePlanUnitFactory(DjangoModelFactory[FilePlanUnit]):
    """A unit with its path, level, sort key and access scope. `parent=…` puts it below another."""

    class Meta:
        model = FilePlanUnit

    classification_code = factory.Sequence(lambda n: f"8{n:04d}")  # no code that a plan of the tests has
    title = factory.Sequence(lambda n: f"Betreff {n}")
    level = factory.LazyAttribute(lambda unit: unit.parent.level + 1 if unit.parent else 1)
    sort_key = factory.LazyAttribute(lambda unit: natural_key(unit.classification_code)[:200])
    parent = None

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> FilePlanUnit:
        unit: FilePlanUnit = super()._create(model_class, *args, **kwargs)
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        AccessScope.objects.create(unit=unit)
        return unit


class RecordFileFactory(DjangoModelFactory[RecordFile]):
    """An open file in a leaf unit of its own, without registers."""

    class Meta:
        model = RecordFile

    unit = factory.SubFactory(FilePlanUnitFactory)
    created_by = factory.SubFactory("tests.factories.UserFactory")
    scope = factory.LazyAttribute(lambda file: file.unit.scope)
    number = factory.Sequence(lambda n: n + 7001)  # beyond what the product counts up to in a test
    year = 2026
    file_reference = factory.LazyAttribute(lambda file: f"{file.unit.classification_code}-{file.year}/{file.number:04}")
    reference_key = factory.LazyAttribute(lambda file: natural_key(file.file_reference))
    title = factory.Sequence(lambda n: f"Akte {n}")
    created_at = AT
    changed_at = AT


class RegisterFactory(DjangoModelFactory[Register]):
    class Meta:
        model = Register

    file = factory.SubFactory(RecordFileFactory)
    position = factory.LazyAttribute(lambda register: register.file.registers.count() + 1)
    name = factory.Sequence(lambda n: f"Register {n}")


class DocumentFactory(DjangoModelFactory[Document]):
    """A document with one version that is ready. `version__state="failed"`, `version__page_count=3`, `pages=["text", …]` adjust it."""

    class Meta:
        model = Document
        skip_postgeneration_save = True

    file = factory.SubFactory(RecordFileFactory)
    register = None
    rank = factory.Sequence(lambda n: (n + 1) * 1024)
    title = factory.Sequence(lambda n: f"Schreiben {n}")
    created_at = AT
    created_by = factory.LazyAttribute(lambda document: document.file.created_by)

    @factory.post_generation
    def version(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted is not False:
            self.current = DocumentVersionFactory(document=self, **kwargs)
            self.save(update_fields=["current"])

    @factory.post_generation
    def pages(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        texts = extracted or []
        for number, text in enumerate(texts, start=1):
            PageFactory(version=self.current, number=number, text=text)
        if texts:
            self.current.page_count = len(texts)
            self.current.save(update_fields=["page_count"])


class DocumentVersionFactory(DjangoModelFactory[DocumentVersion]):
    class Meta:
        model = DocumentVersion

    document = factory.SubFactory(DocumentFactory, version=False)
    number = factory.LazyAttribute(lambda version: version.document.versions.count() + 1)
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    size = 1000
    media_type = "application/pdf"
    family = "pdf"
    original_name = "Schreiben.pdf"
    state = DocumentVersion.State.READY
    page_count = 1
    created_at = AT
    created_by = factory.LazyAttribute(lambda version: version.document.created_by)


class PageFactory(DjangoModelFactory[Page]):
    class Meta:
        model = Page

    version = factory.SubFactory(DocumentVersionFactory)
    number = factory.LazyAttribute(lambda page: page.version.pages.count() + 1)
    text = ""
    width = 595.0
    height = 842.0


class CaseFactory(DjangoModelFactory[Case]):
    class Meta:
        model = Case

    file = factory.SubFactory(RecordFileFactory)
    number = factory.LazyAttribute(lambda case: case.file.cases.count() + 7001)
    case_reference = factory.LazyAttribute(lambda case: f"{case.file.file_reference}.{case.number}")
    title = factory.Sequence(lambda n: f"Vorgang {n}")
    created_at = AT
    created_by = factory.LazyAttribute(lambda case: case.file.created_by)


class ParticipantFactory(DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    file = factory.SubFactory(RecordFileFactory)
    name = factory.Sequence(lambda n: f"Erwin Beispiel {n}")
    role = "Antragstellerin"


class IndexFieldFactory(DjangoModelFactory[IndexField]):
    class Meta:
        model = IndexField

    unit = factory.SubFactory(FilePlanUnitFactory)
    name = factory.Sequence(lambda n: f"Feld {n}")
    kind = "text"
    position = factory.LazyAttribute(lambda field: field.unit.index_fields.count() + 1)


class IndexValueFactory(DjangoModelFactory[IndexValue]):
    class Meta:
        model = IndexValue

    file = factory.SubFactory(RecordFileFactory)
    field = factory.LazyAttribute(lambda value: IndexFieldFactory(unit=value.file.unit))
    position = 1
    text = factory.Sequence(lambda n: f"Wert {n}")


class MissingSheetFactory(DjangoModelFactory[MissingSheet]):
    class Meta:
        model = MissingSheet

    file = factory.SubFactory(RecordFileFactory)
    what = factory.Sequence(lambda n: f"Plan {n}")
    borrower = "Bauhof"
    since = AT.date()
    created_at = AT
    created_by = factory.LazyAttribute(lambda sheet: sheet.file.created_by)


def grant(to: Any, target: Any, right: str = "read") -> None:
    """Give a person or an office "read", "write" or "manage" on a unit or a file, as a guardian row."""
    assign_perm(f"{right}_records", to.group if isinstance(to, Office) else to, target)
    if isinstance(target, RecordFile):
        scope, _made = AccessScope.objects.get_or_create(file=target)
        target.scope = scope
        target.save(update_fields=["scope"])
    current.forget()


def managed_file(manager: User, **fields: Any) -> RecordFile:
    """A file in a unit that somebody manages."""
    unit = FilePlanUnitFactory()
    grant(manager, unit, "manage")
    made: RecordFile = RecordFileFactory(unit=unit, **fields)
    return made


def restricted(file: RecordFile, manager: User) -> RecordFile:
    """Narrow a file to one person who manages it (and whoever gets a grant on it besides)."""
    grant(manager, file, "manage")
    AccessScope.objects.filter(file=file).update(restricted=True)
    current.forget()
    file.refresh_from_db()
    return file


def standing_in_for(absent: User, deputy: User, *, first: int = 0, last: int = 1, **more: Any) -> Substitute:
    """Let the deputy stand in from so many days on until so many days on, counted from the real today: rights are asked of the database."""
    today = timezone.localdate()
    days = {"first_day": today + timedelta(days=first), "last_day": today + timedelta(days=last)}
    made: Substitute = Substitute.objects.create(
        absent=absent, deputy=deputy, set_by=absent, set_by_kind="oneself", set_at=timezone.now(), **{**days, **more}
    )
    current.forget()
    return made
