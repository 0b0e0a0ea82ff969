"""Notes, comparisons and attachments as the API says and takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from records.models import StickyNote


class Attaching(serializers.Serializer[Any]):
    to = serializers.UUIDField(help_text="A document of the same file that is no attachment itself.")


class CheckingIn(serializers.Serializer[Any]):
    content = serializers.FileField(
        required=False, max_length=None, help_text="A new version; without it the document comes back as it was."
    )
    comment = serializers.CharField(required=False, allow_blank=True, max_length=500)


class NewNote(serializers.Serializer[Any]):
    """A Vermerk. The text is plain: an empty line begins a paragraph, "# " a heading, "- " a list, "1. " a numbered list."""

    title = serializers.CharField(max_length=500)
    text = serializers.CharField(max_length=100_000, trim_whitespace=False)
    register = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="Id or name of a register of the file.")
    draft = serializers.BooleanField(
        required=False, default=False, help_text="Save it as a draft: without a number, until it is registered."
    )


class StickyNoteOut(serializers.ModelSerializer[StickyNote]):
    id = serializers.UUIDField(source="public_id")
    document = serializers.UUIDField(source="document.public_id")
    created_by = serializers.CharField()

    class Meta:
        model = StickyNote
        fields = ("id", "document", "page", "text", "printed", "created_at", "created_by")
        read_only_fields = fields


class StickyNoteFields(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=10_000)
    printed = serializers.BooleanField(required=False, help_text="It goes along onto paper and into the file as one PDF.")


class NewStickyNote(StickyNoteFields):
    document = serializers.UUIDField()
    page = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000, help_text="1 without it.")


class Comparing(serializers.Serializer[Any]):
    older = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000, help_text="The one before `newer` without it.")
    newer = serializers.IntegerField(required=False, min_value=1, max_value=1_000_000, help_text="The current one without it.")
    start = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000, help_text="`next` of the answer before.")


class PieceOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["same", "gone", "new"])
    text = serializers.CharField()


class PairOut(serializers.Serializer[Any]):
    """Two pages that differ; null for one that is not there."""

    older_page = serializers.IntegerField(source="older", allow_null=True)
    newer_page = serializers.IntegerField(source="newer", allow_null=True)
    older_text = PieceOut(source="left", many=True)
    newer_text = PieceOut(source="right", many=True)
    cut = serializers.BooleanField(help_text="Only the beginning of these pages was compared.")


class ComparisonOut(serializers.Serializer[Any]):
    older = serializers.IntegerField()
    newer = serializers.IntegerField()
    differing = serializers.IntegerField(help_text="Pages that differ.")
    same = serializers.IntegerField(help_text="Pages with the same text.")
    pages = PairOut(many=True)
    next = serializers.IntegerField(allow_null=True)
