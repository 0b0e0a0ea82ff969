"""What the API says of files, their sheets and their journal, and of the plan they are filed by; and what it accepts. Field names are promised to outside programs: none is ever renamed."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from records.models import FilePlanUnit, RecordFile, Register, Volume


class RegisterOut(serializers.ModelSerializer[Register]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Register
        fields = ("id", "name", "position")


class ExternalReferenceOut(serializers.Serializer[Any]):
    system = serializers.CharField()
    reference = serializers.CharField()


class Lifetime(serializers.Serializer[Any]):
    """Laufzeit: dates of the earliest and the latest document, null while there is none."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # "from" is a word of Python's own, so it cannot be a class attribute
        return {"from": serializers.DateField(allow_null=True), "to": serializers.DateField(allow_null=True)}


class FileVolume(serializers.ModelSerializer[Volume]):
    """A volume; the open one has no `closed_on`."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Volume
        fields = ("id", "number", "opened_on", "closed_on", "location")


class FileOut(serializers.ModelSerializer[RecordFile]):
    """A file; records.api.said says it."""

    id = serializers.UUIDField(source="public_id")
    file_plan_unit = serializers.UUIDField(source="unit.public_id")
    office = serializers.UUIDField(source="lead_office.public_id", default=None, allow_null=True)
    office_name = serializers.CharField(source="lead_office.name", default="")
    registers = RegisterOut(many=True)
    lifetime = Lifetime()
    former_references = serializers.ListField(child=serializers.CharField())
    external_references = ExternalReferenceOut(
        many=True, help_text="All of them; the first one also stands in `external_system` and `external_reference`."
    )
    restricted = serializers.BooleanField(source="scope.restricted")
    highest_protection_need = serializers.CharField(source="highest_need", help_text="Of the file and all that is in it.")
    retention_starts_with = serializers.CharField(
        help_text="Event that starts the period. While the file is open, its own: empty as in the file plan, `closing` with its closing."
    )
    business_reference = serializers.CharField(help_text="Geschäftszeichen: code of the lead office and reference; empty for a draft.")
    volumes = FileVolume(many=True, help_text="Empty while the file is one binder.")
    parent = serializers.UUIDField(allow_null=True, help_text="The file it is part of, if the caller may know of it.")  # type: ignore[assignment]
    subfiles = serializers.ListField(child=serializers.UUIDField(), help_text="Those that the caller may know of.")

    class Meta:
        model = RecordFile
        fields = (
            "id", "file_reference", "title", "status", "file_plan_unit", "office", "office_name", "registers", "lifetime", "retain_until",
            "created_at", "closed_at", "external_system", "external_reference", "external_references", "former_references", "restricted",
            "foliated_at", "protection_need", "highest_protection_need", "medium", "location", "business_reference", "registered_at",
            "volumes", "parent", "subfiles", "retention_starts_with", "retention_started_on", "transfer_until",
        )  # fmt: skip
        read_only_fields = fields


class FileFilters(serializers.Serializer[Any]):
    file_plan_unit = serializers.UUIDField(required=False, help_text="A unit with everything below it.")
    reference = serializers.CharField(required=False, max_length=120, help_text="The whole reference, also a former one.")
    status = serializers.ChoiceField(required=False, choices=RecordFile.Status.choices, help_text="Cancelled files only when asked for.")
    q = serializers.CharField(
        required=False,
        max_length=200,
        help_text="A part of the reference or of the title, or what stands in an index field: address, parcel.",
    )
    external_system = serializers.CharField(required=False, max_length=60)
    external_reference = serializers.CharField(required=False, max_length=120, help_text="Any of those that a file has.")
    retain_until_before = serializers.DateField(required=False, help_text="Closed files whose period ends before this day.")
    event_awaited = serializers.BooleanField(required=False, default=False, help_text="Closed files whose period awaits an event.")
    held = serializers.BooleanField(required=False, default=False, help_text="Files with a hold.")


class Descriptive(serializers.Serializer[Any]):
    """Descriptive fields of a file."""

    title = serializers.CharField(max_length=500)
    office = serializers.UUIDField(required=False, allow_null=True)
    external_system = serializers.CharField(required=False, allow_blank=True, max_length=60)
    external_reference = serializers.CharField(required=False, allow_blank=True, max_length=120)
    medium = serializers.ChoiceField(required=False, choices=RecordFile.Medium.choices)
    location = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Where what is on paper lies: room, shelf, box."
    )


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
    on_behalf_of = serializers.CharField(help_text="For whom a substitute acted; empty for everybody else.")
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
    retention_starts_with = serializers.CharField(source="defaults.event", help_text="An event. Empty: with the closing of the file.")
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
