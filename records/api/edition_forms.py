"""What the API says of editions of the file plan, and what it accepts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from records import plan_fields
from records.models import FilePlanUnit, PlanEdition, PlannedUnit

YEARS: Any = {"required": False, "allow_null": True}
TEXT: Any = {"required": False, "allow_blank": True}
START = "An event in words, or `closing`: with the closing of the file, whatever the units above name. Empty: inherited."
WHY = "Needed where an inherited value is set aside."


class EditionOut(serializers.ModelSerializer[PlanEdition]):
    id = serializers.UUIDField(source="public_id")
    state = serializers.CharField(help_text="prepared, scheduled, in_force, superseded or dropped")

    class Meta:
        model = PlanEdition
        fields = ("id", "name", "state", "in_force_on", "created_at", "put_in_force_at")
        read_only_fields = fields


class NewEdition(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)


class PlannedOut(serializers.ModelSerializer[PlannedUnit]):
    """A unit as an edition has it, with its own values; `unit` is the one in force that it continues, null for a new one."""

    id = serializers.UUIDField(source="public_id")
    unit = serializers.UUIDField(source="unit.public_id", default=None, allow_null=True)
    parent = serializers.UUIDField(source="parent.public_id", default=None, allow_null=True)  # type: ignore[assignment]
    successor = serializers.UUIDField(source="successor.public_id", default=None, allow_null=True)
    register_set = serializers.CharField(source="register_set.name", default="")
    retention_starts_with = serializers.CharField(help_text=START)
    disposal_action = serializers.ChoiceField(choices=FilePlanUnit.DisposalAction.choices, allow_blank=True)
    registration = serializers.ChoiceField(choices=FilePlanUnit.Registration.choices, allow_blank=True)

    class Meta:
        model = PlannedUnit
        fields = (
            "id", "unit", "parent", "classification_code", "title", "retention_years", "retention_unlimited", "disposal_action", "register_set",
            "legal_basis", "retention_starts_with", "transfer_years", "registration", "frozen", "dropped", "successor", "valid_from", "valid_until",
            *plan_fields.REASONS.values(),
        )  # fmt: skip
        read_only_fields = fields


class UnitFields(serializers.Serializer[Any]):
    """Title, defaults and validity; a default that is empty is inherited."""

    title = serializers.CharField(max_length=300)
    retention_years = serializers.IntegerField(min_value=1, max_value=200, **YEARS)
    retention_unlimited = serializers.BooleanField(required=False)
    disposal_action = serializers.ChoiceField(choices=FilePlanUnit.DisposalAction.choices, **TEXT)
    register_set = serializers.CharField(max_length=100, help_text="Name of the set; empty: inherited.", **TEXT)
    legal_basis = serializers.CharField(max_length=500, **TEXT)
    override_reason = serializers.CharField(max_length=500, help_text=f"Of the retention. {WHY}", **TEXT)
    retention_starts_with = serializers.CharField(max_length=200, help_text=START, **TEXT)
    transfer_years = serializers.IntegerField(min_value=0, max_value=100, **YEARS)
    registration = serializers.ChoiceField(choices=FilePlanUnit.Registration.choices, **TEXT)
    retention_starts_with_reason = serializers.CharField(max_length=500, help_text=WHY, **TEXT)
    transfer_years_reason = serializers.CharField(max_length=500, help_text=WHY, **TEXT)
    disposal_action_reason = serializers.CharField(max_length=500, help_text=WHY, **TEXT)
    register_set_reason = serializers.CharField(max_length=500, help_text=WHY, **TEXT)
    registration_reason = serializers.CharField(max_length=500, help_text=WHY, **TEXT)
    legal_basis_reason = serializers.CharField(max_length=500, help_text=WHY, **TEXT)
    valid_from = serializers.DateField(help_text="The unit takes files from this day on.", **YEARS)
    valid_until = serializers.DateField(help_text="Last day on which the unit takes new files; those in it stay.", **YEARS)


class PlannedFields(UnitFields):
    """What may be said of a unit of an edition. `parent` null puts it at the top."""

    classification_code = serializers.CharField(max_length=40)
    parent = serializers.UUIDField(required=False, allow_null=True)  # type: ignore[assignment]
    frozen = serializers.BooleanField(required=False)


class Dropping(serializers.Serializer[Any]):
    successor = serializers.UUIDField(required=False, allow_null=True)
    kept = serializers.BooleanField(default=False, help_text="There is no successor: the unit is frozen, and its files are kept there.")


class Enacting(serializers.Serializer[Any]):
    on = serializers.DateField(required=False, allow_null=True, help_text="A day to come, by local time; without it: now.")


class FaultOut(serializers.Serializer[Any]):
    unit = serializers.UUIDField(source="planned.public_id", default=None, allow_null=True)
    sentence = serializers.CharField()


class ShiftOut(serializers.Serializer[Any]):
    """Who gains or loses access by the move of a unit: offices by name, persons as numbers."""

    unit = serializers.UUIDField(source="planned.public_id")
    gaining_offices = serializers.ListField(child=serializers.CharField())
    losing_offices = serializers.ListField(child=serializers.CharField())
    gaining_persons = serializers.IntegerField()
    losing_persons = serializers.IntegerField()


class ReviewOut(serializers.Serializer[Any]):
    """How many units are new, moved, renumbered …; what must be mended before it comes into force; who gains or loses access."""

    counts = serializers.DictField(child=serializers.IntegerField())
    faults = FaultOut(many=True)
    shifts = ShiftOut(many=True)


class FieldChangeOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    old = serializers.CharField()
    new = serializers.CharField()


class ChangeOut(serializers.Serializer[Any]):
    """What is different about one unit; `files` leaves out restricted ones."""

    unit = serializers.UUIDField(source="planned.public_id")
    kinds = serializers.ListField(child=serializers.CharField())
    changes = FieldChangeOut(source="fields", many=True)
    files = serializers.IntegerField()
