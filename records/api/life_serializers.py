"""What the API says of a file's life and its structure, and what it accepts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from records import warnings_before
from records.models import DisposalHold, FilePlanUnit, RecordFile, Register, Volume

from .file_serializers import Lifetime


class OptionalReason(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class FindingItem(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment] # the field's name, not the serializer's
    document = serializers.UUIDField(source="document.public_id", default=None, allow_null=True)
    file = serializers.UUIDField(source="file.public_id", default=None, allow_null=True)
    why = serializers.CharField(help_text="Why a document could not be read; empty otherwise.")


class Finding(serializers.Serializer[Any]):
    """One line of the check. `group`: open, unread, misplaced, undated. What blocks stands in the way of closing; the rest is a hint."""

    kind = serializers.CharField()
    group = serializers.CharField()
    blocks = serializers.BooleanField()
    sentence = serializers.CharField()
    count = serializers.IntegerField()
    items = FindingItem(many=True, help_text="The first 50.")


class CompletenessOut(serializers.Serializer[Any]):
    complete = serializers.BooleanField(help_text="Whether the file can be closed.")
    findings = Finding(many=True, source="lines")


class FileRegisterOut(serializers.ModelSerializer[Register]):
    """A register of a file. Expects records.binder.counted()."""

    id = serializers.UUIDField(source="public_id")
    document_count = serializers.IntegerField()
    highest_protection_need = serializers.CharField(source="highest_need", help_text="Of the documents in it.")

    class Meta:
        model = Register
        fields = ("id", "name", "position", "colour", "document_count", "highest_protection_need")


class NewRegister(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    colour = serializers.CharField(required=False, allow_blank=True, max_length=20, help_text="#rrggbb")


class RegisterOrder(serializers.Serializer[Any]):
    order = serializers.ListField(child=serializers.UUIDField(), max_length=200, help_text="Ids of all registers, the first on top.")


class VolumeOut(serializers.ModelSerializer[Volume]):
    """A volume with its period; `closed_on` null for the open one, into which new documents go. Expects records.volumes.described()."""

    id = serializers.UUIDField(source="public_id")
    lifetime = serializers.SerializerMethodField()
    document_count = serializers.IntegerField()
    highest_protection_need = serializers.CharField(source="highest_need", help_text="Of the documents in it.")

    class Meta:
        model = Volume
        fields = ("id", "number", "opened_on", "closed_on", "location", "lifetime", "document_count", "highest_protection_need")

    @extend_schema_field(Lifetime)
    def get_lifetime(self, volume: Any) -> dict[str, Any]:
        return {"from": volume.lifetime_from, "to": volume.lifetime_to}


class NewVolume(serializers.Serializer[Any]):
    opened_on = serializers.DateField(required=False, allow_null=True, help_text="Without it, today.")
    location = serializers.CharField(required=False, allow_blank=True, max_length=200)


class VolumeChange(serializers.Serializer[Any]):
    opened_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    location = serializers.CharField(allow_blank=True, max_length=200)


class ParentIn(serializers.Serializer[Any]):
    parent = serializers.UUIDField(  # type: ignore[assignment] # the field's name, not the serializer's
        allow_null=True, help_text="Null makes it a file of its own again."
    )


class PeriodIn(serializers.Serializer[Any]):
    """A period of the file's own, with a reason; what is left out is as in the file plan."""

    retention_years = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=200)
    retention_unlimited = serializers.BooleanField(required=False, default=False)
    retention_starts_with = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="An event in words, or `closing`: with the closing of the file, though the file plan names an event. Empty: as in the file plan.",
    )
    disposal_action = serializers.ChoiceField(required=False, allow_blank=True, choices=FilePlanUnit.DisposalAction.choices)
    reason = serializers.CharField(max_length=500)


class EventIn(serializers.Serializer[Any]):
    on = serializers.DateField(allow_null=True, help_text="Day of the event that starts the period; null if it is not known yet.")


class HoldOut(serializers.ModelSerializer[DisposalHold]):
    id = serializers.UUIDField(source="public_id")
    placed_by = serializers.CharField()

    class Meta:
        model = DisposalHold
        fields = ("id", "reason", "placed_at", "placed_by", "lifted_at")


class HoldIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class RetentionOut(serializers.Serializer[Any]):
    """What holds for a file: by the file plan, or by a period of its `own`; of a closed file, as the file plan was when it was closed.

    `awaited`: closed, but the event that starts the period is not known.
    """

    years = serializers.IntegerField(source="period.years", allow_null=True)
    unlimited = serializers.BooleanField(source="period.unlimited")
    starts_with = serializers.CharField(source="period.starts_with", help_text="Empty: closing.")
    started_on = serializers.DateField(allow_null=True, help_text="Day of that event; one that was entered for another event is none.")
    disposal_action = serializers.CharField(source="period.disposal_action")
    own = serializers.BooleanField(source="period.own")
    reason = serializers.CharField(source="file.retention_reason")
    retain_until = serializers.DateField(source="file.retain_until", allow_null=True)
    transfer_until = serializers.DateField(source="file.transfer_until", allow_null=True)
    awaited = serializers.BooleanField()
    held = serializers.BooleanField(help_text="A hold stands: the file is not destroyed.")
    sources = serializers.DictField(
        child=serializers.CharField(),
        help_text="Where `retention`, `retention_starts_with` and `disposal_action` come from: the file or which unit, in words.",
    )


class HandOverQuery(serializers.Serializer[Any]):
    giving = serializers.UUIDField(help_text="The office that leads the files now.")
    taking = serializers.UUIDField()
    file_plan_unit = serializers.UUIDField(required=False, allow_null=True, help_text="Only files of this unit and below.")
    closed_too = serializers.BooleanField(required=False, default=True)


class HandOverIn(HandOverQuery):
    mark = serializers.CharField(max_length=64, help_text="From the preview: only what was shown is handed over.")
    reason = serializers.CharField(max_length=1000)
    confirmed = serializers.ListField(
        child=serializers.ChoiceField(choices=[(code, code) for code in warnings_before.CODES]),
        required=False,
        help_text="Warnings that a person has read: `disclosure_block` where `blocked` of the preview is not 0.",
    )


class HandedFile(serializers.ModelSerializer[RecordFile]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = RecordFile
        fields = ("id", "file_reference", "title", "status")


class PreviewOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    open_count = serializers.IntegerField()
    reminders = serializers.IntegerField()
    blocked = serializers.IntegerField(help_text="In so many of the files a disclosure block (Auskunftssperre) stands.")
    losing = serializers.ListField(child=serializers.CharField())
    gaining = serializers.ListField(child=serializers.CharField())
    blind = serializers.ListField(child=serializers.CharField(), help_text="People who would gain work, but may not see all of the files.")
    mark = serializers.CharField()
    files = HandedFile(many=True, help_text="The first 200.")


class HandedOver(serializers.Serializer[Any]):
    count = serializers.IntegerField()
