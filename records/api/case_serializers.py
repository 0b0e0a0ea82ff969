"""What the API says of cases and participants, and what it accepts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from records.models import Case, Participant


class CaseOut(serializers.ModelSerializer[Case]):
    """A case of a file. Expects records.cases.cases_of()."""

    id = serializers.UUIDField(source="public_id")
    file = serializers.UUIDField(source="file.public_id")
    status = serializers.SerializerMethodField()
    document_count = serializers.IntegerField()
    highest_protection_need = serializers.CharField(source="highest_need", help_text="Of the documents in it.")

    class Meta:
        model = Case
        fields = (
            "id", "file", "case_reference", "number", "title", "status", "document_count", "highest_protection_need", "created_at",
            "closed_at", "cancelled_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_status(self, case: Case) -> str:
        """open, closed or cancelled"""
        return "cancelled" if case.cancelled_at else "closed" if case.closed_at else "open"


class NewCase(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=500)


class CaseChosen(serializers.Serializer[Any]):
    case = serializers.CharField(
        max_length=140,
        allow_null=True,
        allow_blank=True,
        help_text="Id or reference of an open case of the file; null or empty: in no case.",
    )


class ParticipantOut(serializers.ModelSerializer[Participant]):
    """A participant. With `disclosure_block` (Auskunftssperre) people must be warned before anything leaves the house."""

    id = serializers.UUIDField(source="public_id")
    file = serializers.UUIDField(source="file.public_id")
    case = serializers.UUIDField(source="case.public_id", default=None, allow_null=True)
    document = serializers.UUIDField(source="document.public_id", default=None, allow_null=True)
    email = serializers.CharField(help_text="Empty where there is none.")

    class Meta:
        model = Participant
        fields = ("id", "file", "case", "document", "kind", "name", "role", "address", "email", "telephone", "disclosure_block")
        read_only_fields = fields


class ParticipantIn(serializers.Serializer[Any]):
    """At most one of `case` and `document`; without either, somebody takes part in the whole file."""

    kind = serializers.ChoiceField(choices=Participant.Kind.choices, required=False)
    name = serializers.CharField(max_length=200)
    role = serializers.CharField(max_length=80)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    telephone = serializers.CharField(max_length=50, required=False, allow_blank=True)
    disclosure_block = serializers.BooleanField(required=False)
    case = serializers.CharField(
        max_length=140, required=False, allow_null=True, allow_blank=True, help_text="Id or reference of a case of the file."
    )
    document = serializers.UUIDField(required=False, allow_null=True, help_text="Id of a document of the file.")
