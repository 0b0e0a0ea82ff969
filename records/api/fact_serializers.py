"""What the API says of index values, external references, links, cross-references and missing sheets, and what it accepts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from records import numbering, warnings_before
from records.models import CrossReference, IndexField, MissingSheet

from .file_serializers import ExternalReferenceOut

__all__ = ["ExternalReferenceIn", "ExternalReferenceOut"]


class IndexValueOut(serializers.Serializer[Any]):
    """`text` is what people read. An address has the parts street, house_number, postcode, town; a parcel district (Gemarkung), section (Flur), parcel."""

    text = serializers.CharField()
    number = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    date = serializers.DateField(source="day", allow_null=True)
    parts = serializers.DictField(child=serializers.CharField())


class IndexFieldOut(serializers.ModelSerializer[IndexField]):
    """A field that files of a unit have, with what this one says in it. Expects `held` on each field."""

    id = serializers.UUIDField(source="public_id")
    retired = serializers.SerializerMethodField()
    values = IndexValueOut(many=True, source="held")

    class Meta:
        model = IndexField
        fields = ("id", "name", "kind", "retired", "values")
        read_only_fields = fields

    def get_retired(self, field: IndexField) -> bool:
        return field.retired_at is not None


class IndexValueIn(serializers.Serializer[Any]):
    """One value, in one piece as people write it (1.234,5 · 12.03.2026 · Hauptstraße 5a, 12345 Neustadt · Neustadt, Flur 3, Flurstück 12/3) or in parts."""

    text = serializers.CharField(max_length=600, required=False, allow_blank=True)
    parts = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True), required=False)


class NewIndexValue(IndexValueIn):
    field = serializers.CharField(max_length=80, help_text="Id or name of the field.")


class IndexValuesIn(serializers.Serializer[Any]):
    field = serializers.CharField(max_length=80, help_text="Id or name of the field.")
    values = IndexValueIn(many=True, help_text="In place of those that it has; an empty list takes all away.")


class ExternalReferenceIn(serializers.Serializer[Any]):
    system = serializers.CharField(max_length=60)
    reference = serializers.CharField(max_length=120)


class OtherFile(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    file_reference = serializers.CharField()
    title = serializers.CharField()


class LinkOut(serializers.Serializer[Any]):
    """A link as one of the two files sees it. Expects `other` on it."""

    id = serializers.UUIDField(source="public_id")
    other = OtherFile()
    remark = serializers.CharField()
    created_at = serializers.DateTimeField()


class NewLink(serializers.Serializer[Any]):
    other = serializers.CharField(max_length=120, help_text="Id or reference of the other file.")
    remark = serializers.CharField(max_length=300, required=False, allow_blank=True)


BEHIND = "The document of this file after which it stands, whose register is then its own. Left out: where it would be filed today."


class CrossReferenceOut(serializers.ModelSerializer[CrossReference]):
    """A document that is shown in this file and lives in another one."""

    id = serializers.UUIDField(source="public_id")
    register = serializers.UUIDField(source="register.public_id", default=None, allow_null=True)
    behind = serializers.UUIDField(
        source="behind.public_id", default=None, allow_null=True, help_text="The document after which it stands."
    )
    document = serializers.UUIDField(source="document.public_id")
    document_title = serializers.CharField(source="document.title")
    document_reference = serializers.SerializerMethodField()
    lives_in = OtherFile(source="document.file")

    class Meta:
        model = CrossReference
        fields = ("id", "register", "behind", "document", "document_title", "document_reference", "lives_in", "remark", "created_at")
        read_only_fields = fields

    def get_document_reference(self, reference: CrossReference) -> str | None:
        return numbering.reference_of(reference.document) or None


class NewCrossReference(serializers.Serializer[Any]):
    document = serializers.CharField(max_length=140, help_text="Id or document reference.")
    register = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=100, help_text="Id or name of a register."
    )
    behind = serializers.UUIDField(required=False, allow_null=True, help_text=BEHIND)
    remark = serializers.CharField(max_length=300, required=False, allow_blank=True)


class MissingSheetOut(serializers.ModelSerializer[MissingSheet]):
    """Paper that was lent out; `returned_on` is null while it is away."""

    id = serializers.UUIDField(source="public_id")
    register = serializers.UUIDField(source="register.public_id", default=None, allow_null=True)
    behind = serializers.UUIDField(
        source="behind.public_id", default=None, allow_null=True, help_text="The document after which it stands."
    )
    overdue = serializers.SerializerMethodField()

    class Meta:
        model = MissingSheet
        fields = ("id", "register", "behind", "what", "borrower", "since", "back_by", "returned_on", "overdue")
        read_only_fields = fields

    def get_overdue(self, sheet: MissingSheet) -> bool:
        return sheet.returned_on is None and sheet.back_by is not None and sheet.back_by < timezone.localdate()


class NewMissingSheet(serializers.Serializer[Any]):
    what = serializers.CharField(max_length=300)
    borrower = serializers.CharField(max_length=200)
    since = serializers.DateField(required=False, help_text="Left out: today.")
    back_by = serializers.DateField(required=False, allow_null=True)
    register = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=100, help_text="Id or name of a register."
    )
    behind = serializers.UUIDField(required=False, allow_null=True, help_text=BEHIND)
    confirmed = serializers.ListField(
        child=serializers.ChoiceField(choices=[(code, code) for code in warnings_before.CODES]),
        required=False,
        help_text="Warnings that a person has read: `disclosure_block` where an Auskunftssperre stands in the file.",
    )


class Returned(serializers.Serializer[Any]):
    returned_on = serializers.DateField(required=False, help_text="Left out: today.")


class Extended(serializers.Serializer[Any]):
    back_by = serializers.DateField()
