"""Pages as the API takes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from records import merging, page_making, rearranging, splitting
from records.rearranging import Chosen

from .document_serializers import DocumentOut


class ChosenPage(serializers.Serializer[Any]):
    page = serializers.IntegerField(min_value=1, max_value=1_000_000, help_text="Number of the page in `version`, from 1.")
    turn = serializers.ChoiceField(choices=list(rearranging.TURNS), default=0, help_text="Degrees clockwise by which it is turned.")


class OfVersion(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000,
        help_text="Number of the version whose pages are meant. If another one is current by now, the answer is 409 and says who filed it.",
    )
    despite_signature = serializers.BooleanField(
        default=False,
        help_text="Confirms that an electronic signature holds for the original only; without it a signed document is refused.",
    )
    pages = serializers.ListField(
        child=ChosenPage(),
        allow_empty=False,
        max_length=page_making.MOST_PAGES,
        help_text="Pages in their new order; those that are not named are left out.",
    )


class PiecePages(serializers.Serializer[Any]):
    title = serializers.CharField(
        required=False, allow_blank=True, max_length=100_000, help_text="Title of the new document; proposed without it."
    )
    pages = serializers.ListField(child=ChosenPage(), allow_empty=False, max_length=page_making.MOST_PAGES)


class Splitting(OfVersion):
    parts = serializers.ListField(
        child=PiecePages(), allow_empty=False, max_length=splitting.MOST_PIECES, help_text="Each becomes a document right behind this one."
    )


class MergedDocument(serializers.Serializer[Any]):
    document = serializers.UUIDField()
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=1_000_000, help_text="The version that was seen; another current one is a 409."
    )


class Merging(serializers.Serializer[Any]):
    documents = serializers.ListField(
        child=MergedDocument(),
        allow_empty=False,
        max_length=merging.MOST_DOCUMENTS,
        help_text="Documents of the file in their order. The first one gets the pages of all, the others are cancelled.",
    )
    title = serializers.CharField(
        required=False, allow_blank=True, max_length=100_000, help_text="A new title for the first one; it keeps its own without it."
    )
    despite_signature = serializers.BooleanField(default=False)


class SplitOut(serializers.Serializer[Any]):
    documents = DocumentOut(many=True, help_text="The document with its first part, then the new ones in their order.")


def chosen(pages: list[dict[str, Any]]) -> list[Chosen]:
    return [Chosen(one["page"], one["turn"]) for one in pages]
