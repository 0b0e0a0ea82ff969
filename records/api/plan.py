"""The file plan, as far as the caller may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from records import file_plan
from records.models import FilePlanUnit
from records.models.access import LEVEL_WRITE, readable_units

from . import serializers
from .answers import problems
from .doors import Door
from .lists import LongPages


@extend_schema(tags=["file plan"])
class PlanDoor(Door[FilePlanUnit]):
    """Units that the caller may read below, and those above them that lead there."""

    queryset = FilePlanUnit.objects.none()
    serializer_class = serializers.UnitOut
    pagination_class = LongPages
    ordering = ("sort_key", "id")

    def get_queryset(self) -> QuerySet[FilePlanUnit]:
        visible: QuerySet[FilePlanUnit] = FilePlanUnit.objects.visible_to(self.clerk).with_leaf().select_related("parent")
        return visible

    @extend_schema(responses={200: serializers.UnitOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """Units in natural order of their codes, with the retention and the disposal action that hold there, inherited or own."""
        page = self._completed(self.paginate_queryset(self.get_queryset()) or [])
        return self.get_paginated_response(serializers.UnitOut(page, many=True).data)

    @extend_schema(responses={200: serializers.UnitOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(serializers.UnitOut(self._completed([self.get_object()])[0]).data)

    def _completed(self, units: Sequence[Any]) -> Sequence[Any]:
        """Put on each unit what it inherits and whether the caller may create files in it."""
        needed = {pk for unit in units for pk in (*unit.ancestor_ids, unit.pk)}
        defaults = file_plan.inherited(FilePlanUnit.objects.filter(pk__in=needed).select_related("register_set"))
        writable = set(readable_units(self.clerk).at_least(LEVEL_WRITE))
        for unit in units:
            unit.defaults = defaults[unit.pk]
            unit.may_create_files = unit.is_leaf and unit.pk in writable
        return units
