"""What the API says of folio numbers and bookmarks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from records.models import Bookmark


class NumberedDocument(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField()


class GapOut(serializers.Serializer[Any]):
    """Numbers that were given and stand on no sheet of the file now. They are never given again."""

    folio_numbers = serializers.CharField(help_text='As people say them: "5–7 RS".')
    reason = serializers.ChoiceField(choices=["cancelled", "elsewhere", "fewer_pages"])
    detail = serializers.CharField(source="sentence")
    document = NumberedDocument(allow_null=True, help_text="Null where it lies in another file.")


class StretchOut(serializers.Serializer[Any]):
    """Numbers of a document that was moved after they were given."""

    folio_numbers = serializers.CharField()
    document = NumberedDocument()


class FoliosOut(serializers.Serializer[Any]):
    """How far a file is foliated."""

    foliated_at = serializers.DateTimeField(allow_null=True, help_text="When numbers were given last; null: not foliated.")
    sheets = serializers.IntegerField(help_text="Sheets of the file (pages, as /sheets/ counts them).")
    numbered = serializers.IntegerField(help_text="Of these, how many have a folio number.")
    last = serializers.CharField(allow_null=True, help_text="The highest number that was ever given.")
    gaps = GapOut(many=True)
    out_of_order = StretchOut(many=True)
    new = NumberedDocument(many=True, help_text="Documents with sheets that have no number yet.")
    unread = NumberedDocument(many=True, help_text="Documents that are still being read: until then the file is not foliated.")
    without_sheets = NumberedDocument(many=True, help_text="Documents without sheets, which get no number.")


class FoliationOut(FoliosOut):
    given = serializers.ListField(child=serializers.CharField(), help_text="Numbers given by this call, in the order of counting.")


class Place(serializers.Serializer[Any]):
    """A page of a document's current version."""

    document = serializers.UUIDField()
    page = serializers.IntegerField(min_value=1, max_value=1_000_000)


class BookmarkOut(serializers.ModelSerializer[Bookmark]):
    document = serializers.UUIDField(source="document.public_id")
    title = serializers.CharField(source="document.title")

    class Meta:
        model = Bookmark
        fields = ("document", "title", "page", "at")
        read_only_fields = fields
