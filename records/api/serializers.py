"""What the API says of records, and what it accepts. Field names are promised to outside programs: none is ever renamed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from records import sentences
from records.models import Document, DocumentVersion, FilePlanUnit, RecordFile, Register


class RegisterOut(serializers.ModelSerializer[Register]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Register
        fields = ("id", "name", "position")


class Lifetime(serializers.Serializer[Any]):
    """Laufzeit: dates of the earliest and the latest document, null while there is none."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # "from" is a word of Python's own, so it cannot be a class attribute
        return {"from": serializers.DateField(allow_null=True), "to": serializers.DateField(allow_null=True)}


class FileOut(serializers.ModelSerializer[RecordFile]):
    """A file. Expects records.api.files.described()."""

    id = serializers.UUIDField(source="public_id")
    file_plan_unit = serializers.UUIDField(source="unit.public_id")
    office = serializers.UUIDField(source="lead_office.public_id", default=None, allow_null=True)
    office_name = serializers.CharField(source="lead_office.name", default="")
    registers = RegisterOut(many=True)
    lifetime = serializers.SerializerMethodField()
    former_references: Any = serializers.SlugRelatedField(slug_field="file_reference", many=True, read_only=True)
    restricted = serializers.BooleanField(source="scope.restricted")

    class Meta:
        model = RecordFile
        fields = (
            "id", "file_reference", "title", "status", "file_plan_unit", "office", "office_name", "registers", "lifetime", "retain_until",
            "created_at", "closed_at", "external_system", "external_reference", "former_references", "restricted",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(Lifetime)
    def get_lifetime(self, file: Any) -> dict[str, str | None]:
        return {"from": _day(file.lifetime_from), "to": _day(file.lifetime_to)}


class FileFilters(serializers.Serializer[Any]):
    file_plan_unit = serializers.UUIDField(required=False, help_text="A unit with everything below it.")
    reference = serializers.CharField(required=False, max_length=120, help_text="The whole reference, also a former one.")
    status = serializers.ChoiceField(required=False, choices=RecordFile.Status.choices, help_text="Cancelled files only when asked for.")
    q = serializers.CharField(required=False, max_length=200, help_text="A part of the reference or of the title.")
    external_system = serializers.CharField(required=False, max_length=60)
    external_reference = serializers.CharField(required=False, max_length=120)


class Descriptive(serializers.Serializer[Any]):
    """Descriptive fields of a file."""

    title = serializers.CharField(max_length=500)
    office = serializers.UUIDField(required=False, allow_null=True)
    external_system = serializers.CharField(required=False, allow_blank=True, max_length=60)
    external_reference = serializers.CharField(required=False, allow_blank=True, max_length=120)


class NewFile(Descriptive):
    file_plan_unit = serializers.UUIDField()
    register_set = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=100, help_text="Name or id; without it, that of the unit."
    )
    like = serializers.UUIDField(required=False, allow_null=True, help_text="Copy the registers of this file.")


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class Refiling(Reason):
    file_plan_unit = serializers.UUIDField()


class SheetOut(serializers.Serializer[Any]):
    """One sheet of the binder; width and height in points (1/72 inch)."""

    sheet = serializers.IntegerField()
    folio_number = serializers.CharField(allow_null=True)
    document = serializers.UUIDField()
    page = serializers.IntegerField()
    register = serializers.UUIDField(allow_null=True)
    image = serializers.URLField()
    thumbnail = serializers.URLField()
    width = serializers.FloatField()
    height = serializers.FloatField()


class JournalObject(serializers.Serializer[Any]):
    kind = serializers.CharField(source="object_kind")
    id = serializers.UUIDField(source="object_id")


class JournalEntryOut(serializers.Serializer[Any]):
    """One entry; `old` and `new` are values by field. Fields whose values were erased by law are named in `erased`."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    act = serializers.CharField()
    object = JournalObject(source="*")
    old = serializers.SerializerMethodField()
    new = serializers.SerializerMethodField()
    erased = serializers.SerializerMethodField()
    hash = serializers.CharField()

    @extend_schema_field({"type": "object", "additionalProperties": {"type": ["string", "null"]}})
    def get_old(self, entry: Any) -> dict[str, str | None]:
        return {value.field: value.old for value in entry.values.all()}

    @extend_schema_field({"type": "object", "additionalProperties": {"type": ["string", "null"]}})
    def get_new(self, entry: Any) -> dict[str, str | None]:
        return {value.field: value.new for value in entry.values.all()}

    def get_erased(self, entry: Any) -> list[str]:
        return sorted(entry.digests.keys() - {value.field for value in entry.values.all()})


class DuplicateOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField()
    file_reference = serializers.CharField(source="file.file_reference")


class DocumentOut(serializers.ModelSerializer[Document]):
    """A document with its current version. Expects records.api.documents.described(). After an erasure by law no content is left."""

    id = serializers.UUIDField(source="public_id")
    file = serializers.UUIDField(source="file.public_id")
    file_reference = serializers.CharField(source="file.file_reference")
    register = serializers.UUIDField(source="register.public_id", default=None, allow_null=True)
    position = serializers.SerializerMethodField()
    state = serializers.ChoiceField(source="current.state", choices=DocumentVersion.State.choices, default=None, allow_null=True)
    failure = serializers.SerializerMethodField()
    notice = serializers.SerializerMethodField()
    sha256 = serializers.CharField(source="current.sha256", default=None, allow_null=True)
    size = serializers.IntegerField(source="current.size", default=None, allow_null=True)
    media_type = serializers.CharField(source="current.media_type", default=None, allow_null=True)
    original_name = serializers.CharField(source="current.original_name", default=None, allow_null=True)
    page_count = serializers.IntegerField(source="current.page_count", default=None, allow_null=True)
    version = serializers.IntegerField(source="current.number", default=None, allow_null=True)
    cancelled = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields: tuple[str, ...] = (
            "id", "title", "file", "file_reference", "register", "position", "state", "failure", "notice", "sha256", "size", "media_type",
            "original_name", "page_count", "version", "received_on", "created_at", "cancelled",
        )  # fmt: skip
        read_only_fields = fields

    def get_position(self, document: Any) -> int | None:
        """From the top of its register, from 1; null for a cancelled document."""
        return None if document.cancelled_at else document.position

    def get_failure(self, document: Document) -> str | None:
        """Why the document could not be read, in a sentence."""
        return (sentences.failure(document.current) if document.current else "") or None

    def get_notice(self, document: Document) -> str | None:
        """What a person should know: encrypted, signed, files inside, …"""
        return (sentences.notice(document.current) if document.current else "") or None

    def get_cancelled(self, document: Document) -> bool:
        return document.cancelled_at is not None


class ReceivedDocumentOut(DocumentOut):
    """The answer to an upload."""

    duplicates = DuplicateOut(many=True, help_text="Documents with the same bytes that the caller may see.")

    class Meta(DocumentOut.Meta):
        fields = (*DocumentOut.Meta.fields, "duplicates")
        read_only_fields = fields


class DocumentFilters(serializers.Serializer[Any]):
    file = serializers.UUIDField(required=False)
    register = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(required=False, choices=DocumentVersion.State.choices)
    q = serializers.CharField(required=False, max_length=200, help_text="A part of the title.")


class Upload(serializers.Serializer[Any]):
    content = serializers.FileField(max_length=None)

    def validate_content(self, content: Any) -> Any:
        if len(self.initial_data.getlist("content")) > 1:  # only one would be filed, and the sender would believe that all are
            raise serializers.ValidationError(_("Please upload one file at a time."))
        return content


class NewDocument(Upload):
    file = serializers.UUIDField()
    register = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="Id or name of a register of the file.")
    case = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="Cases do not exist yet: leave it empty.")
    title = serializers.CharField(required=False, allow_blank=True, max_length=500)
    received_on = serializers.DateField(required=False, allow_null=True)


class NewVersion(Upload):
    comment = serializers.CharField(required=False, allow_blank=True, max_length=500)


class Move(serializers.Serializer[Any]):
    file = serializers.UUIDField(required=False, help_text="Without it, the document stays in its file.")
    register = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=100,
        help_text="Id or name; null or empty puts it directly in the file.",
    )
    position = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=1_000_000, help_text="From the top, from 1."
    )

    def validate(self, attrs: Any) -> Any:
        if not attrs:  # all of them may be left out, but not all at once: nobody has asked for the top of the register
            raise serializers.ValidationError(_("Please say where to: a file, a register or a position."))
        return attrs


class VersionOut(serializers.ModelSerializer[DocumentVersion]):
    id = serializers.UUIDField(source="public_id")
    document = serializers.UUIDField(source="document.public_id")
    version = serializers.IntegerField(source="number")
    created_by = serializers.CharField()
    failure = serializers.SerializerMethodField()
    notice = serializers.SerializerMethodField()

    class Meta:
        model = DocumentVersion
        fields = (
            "id", "document", "version", "number", "state", "failure", "notice", "sha256", "size", "media_type", "original_name",
            "page_count", "comment", "created_at", "created_by",
        )  # fmt: skip
        read_only_fields = fields

    def get_failure(self, version: DocumentVersion) -> str | None:
        return sentences.failure(version) or None

    def get_notice(self, version: DocumentVersion) -> str | None:
        return sentences.notice(version) or None


class PageTextOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    text = serializers.CharField()


class TextOut(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=DocumentVersion.State.choices)
    pages = PageTextOut(many=True)


class UnitOut(serializers.ModelSerializer[FilePlanUnit]):
    """A unit with what holds there after inheritance. Expects `is_leaf`, `closed`, `former` and `defaults` on each unit."""

    id = serializers.UUIDField(source="public_id")
    parent = serializers.UUIDField(source="parent.public_id", default=None, allow_null=True)  # type: ignore[assignment]
    is_leaf = serializers.BooleanField()
    retention_years = serializers.IntegerField(source="defaults.retention_years", allow_null=True, help_text="Null: unlimited, or not set.")
    retention_unlimited = serializers.BooleanField(source="defaults.retention_unlimited")
    disposal_action = serializers.ChoiceField(
        source="defaults.disposal_action", choices=FilePlanUnit.DisposalAction.choices, allow_blank=True
    )
    may_create_files = serializers.BooleanField()
    retention_starts_with = serializers.CharField(source="defaults.retention_starts_with", help_text="Empty: with the closing of the file.")
    transfer_years = serializers.IntegerField(source="defaults.transfer_years", allow_null=True)
    legal_basis = serializers.CharField(source="defaults.legal_basis")
    register_set = serializers.CharField(
        source="defaults.register_set.name", default="", help_text="Name of the set that new files start with."
    )
    registration = serializers.ChoiceField(
        source="defaults.registration", choices=FilePlanUnit.Registration.choices, allow_blank=True, help_text="Empty: clerks open files."
    )
    frozen = serializers.BooleanField(source="closed", help_text="Takes no new files now: itself or a unit above is frozen or not valid.")
    former_codes = serializers.ListField(source="former", child=serializers.CharField(), help_text="Codes that the unit once had.")

    class Meta:
        model = FilePlanUnit
        fields = (
            "id", "classification_code", "title", "parent", "is_leaf", "retention_years", "retention_unlimited", "disposal_action",
            "may_create_files", "retention_starts_with", "transfer_years", "legal_basis", "register_set", "registration", "frozen", "valid_from",
            "valid_until", "former_codes",
        )  # fmt: skip
        read_only_fields = fields


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
