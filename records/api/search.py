"""Searching and suggesting."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from foundation.api.cursors import Cursors
from records import searching, suggesting
from records.models import Document, FilePlanUnit, RecordFile

from .answers import PAGING, problems
from .doors import Door

FAMILIES = ("pdf", "image", "text", "office", "mail", "archive", "other")
MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


class Question(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=2000, help_text='Words, "phrase", prefix*, -not, OR; or a file reference.')
    order = serializers.ChoiceField(required=False, choices=["relevance", "newest"], default="relevance")
    file_plan_unit = serializers.UUIDField(required=False, help_text="A unit with everything below it.")
    year = serializers.IntegerField(required=False, min_value=1, max_value=9999)
    media_type = serializers.CharField(
        required=False, max_length=150, help_text="A media type exactly, or a family of them: " + ", ".join(FAMILIES) + "."
    )
    facets = serializers.BooleanField(required=False, default=False, help_text="Count the hits by branch, year and kind, too.")

    def validate_media_type(self, value: str) -> str:
        value = value.lower()
        if value not in FAMILIES and not MEDIA_TYPE.fullmatch(value):
            raise serializers.ValidationError(_("There is no such kind of file."))
        return value


class FileName(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    file_reference = serializers.CharField()
    title = serializers.CharField()


class DocumentName(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField()
    draft = serializers.BooleanField(help_text="A draft (Entwurf) is found, too, but is no document of the record until it is registered.")


class HitOut(serializers.Serializer[Any]):
    document = DocumentName()
    file = FileName()
    page = serializers.IntegerField()
    snippet = serializers.CharField(help_text="Escaped text in which <mark> is the only element.")
    score = serializers.FloatField()


class Found(serializers.Serializer[Any]):
    """Hits that the caller may see; `count` and `facets` count nothing else."""

    count = serializers.IntegerField()
    count_is_exact = serializers.BooleanField()
    results = HitOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    files = FileName(
        many=True,
        help_text="On the first page: up to 20 files whose reference, or a former one, is or begins with what was typed, or that have it in an "
        "index field (address, parcel, …). Documents of those with that reference, address or parcel come first among the results; a file "
        "without documents is found here only.",
    )
    facets = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()), help_text="On the first page, where asked for by `facets=true`."
    )
    forgiven = serializers.ListField(child=serializers.CharField(), help_text="Words that were searched with a typo forgiven.")


class SuggestionOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["file", "document"])
    id = serializers.UUIDField()
    title = serializers.CharField()
    file_reference = serializers.CharField()
    file = serializers.UUIDField(source="file_id")
    url = serializers.URLField()


class Suggestions(serializers.Serializer[Any]):
    results = SuggestionOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class Typed(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


@extend_schema(tags=["search"])
class SearchDoor(Door[Document]):
    """Full text with rights inside the query."""

    queryset = Document.objects.none()
    serializer_class = Found
    pagination_class = None  # type: ignore[assignment] # the index has cursors of its own

    def get_queryset(self) -> QuerySet[Document]:
        visible: QuerySet[Document] = Document.objects.visible_to(self.clerk)
        return visible

    @extend_schema(parameters=[Question, *PAGING], responses={200: Found, **problems(400)}, operation_id="search")
    def search(self, request: Request) -> Response:
        """Find documents. A file reference typed in full or in part, an address or a parcel finds its file first: in `files`, its documents in `results`."""
        asked = self.asked(Question)
        unit = None
        if "file_plan_unit" in asked:
            unit = FilePlanUnit.objects.visible_to(self.clerk).filter(public_id=asked["file_plan_unit"]).first()
            if unit is None:
                raise ValidationError({"file_plan_unit": [_("There is no such unit in the file plan.")]})
        cursor, kind = request.query_params.get("cursor") or None, asked.get("media_type")
        try:
            page = searching.search(
                clerk=self.clerk,
                text=asked["q"],
                order=asked["order"],
                unit=unit,
                year=asked.get("year"),
                kind=kind if kind in FAMILIES else None,
                media_type=kind if kind not in FAMILIES else None,
                page_size=Cursors().get_page_size(request),
                cursor=cursor,
                facets=asked["facets"] and cursor is None,
            )
        except searching.NoSuchHits as refusal:
            raise ValidationError({"cursor": [str(refusal)]}) from refusal
        except searching.CannotSearch as refusal:
            raise ValidationError({"q": [str(refusal)]}) from refusal
        following = replace_query_param(request.build_absolute_uri(), "cursor", page.next_cursor) if page.next_cursor else None
        found = {
            "count": page.count,
            "count_is_exact": page.count_is_exact,
            "results": [_said(hit) for hit in page.hits],
            "next": following,
            "previous": None,
            "files": [] if cursor else [_named(file) for file in page.files],
            "facets": page.facets,
            "forgiven": list(page.forgiven),
        }
        return Response(found)

    @extend_schema(parameters=[Typed], responses={200: Suggestions, **problems(400)}, operation_id="suggest")
    def suggest(self, request: Request) -> Response:
        """Up to eight files and documents while somebody types; typos are forgiven."""
        found = suggesting.suggest(clerk=self.clerk, text=self.asked(Typed)["q"])
        rows = [
            {
                "kind": each.kind,
                "id": each.id,
                "title": each.title,
                "file_reference": each.file_reference,
                "file_id": each.file_id,
                "url": request.build_absolute_uri(reverse(f"records_api:{each.kind}", args=[each.id])),
            }
            for each in found
        ]
        return Response(Suggestions({"results": rows, "next": None, "previous": None}).data)


# What Found says, written out: serializers take half a millisecond for a page of hits, this a tenth of it. A test holds the two together.
def _said(hit: searching.SearchHit) -> dict[str, Any]:
    document = {"id": str(hit.document.public_id), "title": hit.document.title, "draft": hit.document.draft}
    return {"document": document, "file": _named(hit.file), "page": hit.page, "snippet": hit.snippet, "score": hit.score}


def _named(file: RecordFile | searching.FoundFile) -> dict[str, str]:
    return {"id": str(file.public_id), "file_reference": file.file_reference, "title": file.title}
