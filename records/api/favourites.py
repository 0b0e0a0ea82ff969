"""What a clerk keeps at hand: her favourites, and the star on files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.problems import Conflict
from records import favourites
from records.models import FilePlanUnit, RecordFile

from .answers import problems
from .doors import Door, visible_file


class FavouriteFile(serializers.ModelSerializer[RecordFile]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = RecordFile
        fields = ("id", "file_reference", "title", "status")


class FavouriteUnit(serializers.ModelSerializer[FilePlanUnit]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = FilePlanUnit
        fields = ("id", "classification_code", "title")


@extend_schema_serializer(many=False)
class FavouritesOut(serializers.Serializer[Any]):
    """Units in the order of the plan, files by reference; what the caller may no longer see is left out."""

    units = FavouriteUnit(many=True)
    files = FavouriteFile(many=True)


@extend_schema(tags=["favourites"])
class FavouriteDoor(Door[RecordFile]):
    queryset = RecordFile.objects.none()
    serializer_class = FavouritesOut

    @extend_schema(responses={200: FavouritesOut, **problems(400)})
    def list(self, request: Request) -> Response:
        """The caller's favourites, at most 200."""
        shown = {"units": favourites.favourite_units(clerk=self.clerk), "files": favourites.favourite_files(clerk=self.clerk)}
        return Response(FavouritesOut(shown).data)

    @extend_schema(request=None, responses={204: None, **problems(404, 409)})
    def keep(self, request: Request, id: str) -> Response:
        """Keep a file at hand, as with the star on the screen. Twice the same is no mistake."""
        return kept(visible_file(self.clerk, id), True, self)

    @extend_schema(responses={204: None, **problems(404)})
    def let_go(self, request: Request, id: str) -> Response:
        """Keep a file at hand no longer."""
        return kept(visible_file(self.clerk, id), False, self)


def kept(target: RecordFile | FilePlanUnit, starred: bool, door: Door[Any]) -> Response:
    """Give or take the star. Raises Conflict for one too many."""
    try:
        favourites.set_favourite(target=target, starred=starred, by=door.clerk, at=door.now)
    except favourites.TooManyFavourites as refusal:
        raise Conflict(_("You have %(most)d favourites already. Please take one away first.") % {"most": favourites.MOST}) from refusal
    return Response(status=204)
