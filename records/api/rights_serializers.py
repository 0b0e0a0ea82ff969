"""What the API says of rights, and what it accepts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from records.models.access import LEVELS

RIGHTS = [(right, right) for right in LEVELS]
LEVEL_OR_NONE = "0 no access, 1 read, 2 write, 3 manage"


class HolderOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="*")


class GrantOut(serializers.Serializer[Any]):
    """One right of an office or a person. `given_here`: on this very file or unit, else on a unit above."""

    holder = HolderOut()
    holder_kind = serializers.ChoiceField(choices=["office", "person"])
    right = serializers.ChoiceField(choices=RIGHTS)
    given_here = serializers.BooleanField(source="own")
    given_on = serializers.UUIDField(source="source.public_id")


class Grants(serializers.Serializer[Any]):
    """All rights that hold after the act."""

    grants = GrantOut(many=True)


class NewGrant(serializers.Serializer[Any]):
    """Either an office or a person."""

    office = serializers.UUIDField(required=False, allow_null=True)
    person = serializers.UUIDField(required=False, allow_null=True)
    right = serializers.ChoiceField(choices=RIGHTS)

    def validate(self, attrs: Any) -> Any:
        if bool(attrs.get("office")) == bool(attrs.get("person")):
            raise serializers.ValidationError(_("Please choose either an office or a person."))
        return attrs


class ReasonOut(serializers.Serializer[Any]):
    """Why: a grant (to `office` or to the person herself) on `given_on`; or standing in for `behalf`; or emergency access `until`."""

    level = serializers.IntegerField(help_text="1 read, 2 write, 3 manage")
    office = serializers.CharField(allow_null=True)
    given_on = serializers.UUIDField(source="grant.source.public_id", default=None, allow_null=True)
    behalf = serializers.CharField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)


class ReachedOut(serializers.Serializer[Any]):
    """A person who may see the file; `level` is the highest that her reasons give."""

    person = HolderOut()
    level = serializers.IntegerField(help_text="1 read, 2 write, 3 manage")
    reasons = ReasonOut(many=True)


class OpenWorkOut(serializers.Serializer[Any]):
    """What she has in hand there, in the files that the act is about; not counted for whoever may write in them afterwards, too."""

    documents = serializers.IntegerField(help_text="Documents that she has taken out for editing.")
    reminders = serializers.IntegerField(help_text="Open reminders, of hers or of her offices.")
    led_files = serializers.IntegerField(help_text="Open files and drafts that her offices lead.")


class GainOut(serializers.Serializer[Any]):
    """A person whose level changes; `through`: the reasons of the higher one of the two."""

    person = HolderOut()
    before = serializers.IntegerField(help_text=LEVEL_OR_NONE)
    after = serializers.IntegerField(help_text=LEVEL_OR_NONE)
    through = ReasonOut(many=True)


class LossOut(GainOut):
    open_work = OpenWorkOut(source="work")


class RightsPreviewOut(serializers.Serializer[Any]):
    """What an act on rights would do, as things are now. Nothing has been done."""

    loses = LossOut(many=True)
    gains = GainOut(many=True)
    files = serializers.IntegerField(
        help_text="How many files it concerns; below a unit those with an access restriction are not among them."
    )


class RestrictionReason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


class Need(serializers.Serializer[Any]):
    """normal, high or very_high. Matter classified VS-VERTRAULICH or higher is refused."""

    protection_need = serializers.CharField(max_length=60)


class NewEmergency(serializers.Serializer[Any]):
    file_reference = serializers.CharField(max_length=120)
    reason = serializers.CharField(max_length=1000)


class EmergencyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    file_reference = serializers.CharField(source="file.file_reference")
    reason = serializers.CharField()
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
