"""The file plan, as far as the caller may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from records import file_plan
from records.models import FilePlanUnit, FormerCode
from records.models.access import LEVEL_WRITE, readable_units

from . import file_serializers
from .answers import problems
from .doors import Door
from .favourites import kept
from .lists import LongPages


@extend_schema(tags=["file plan"])
class PlanDoor(Door[FilePlanUnit]):
    """Units that the caller may read below, and those above them that lead there."""

    queryset = FilePlanUnit.objects.none()
    serializer_class = file_serializers.UnitOut
    pagination_class = LongPages
    ordering = ("sort_key", "id")

    def get_queryset(self) -> QuerySet[FilePlanUnit]:
        visible: QuerySet[FilePlanUnit] = FilePlanUnit.objects.visible_to(self.clerk).with_leaf().select_related("parent")
        return visible

    @extend_schema(responses={200: file_serializers.UnitOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """Units in natural order of their codes, with the retention and the disposal action that hold there, inherited or own."""
        page = self._completed(self.paginate_queryset(self.get_queryset()) or [])
        return self.get_paginated_response(file_serializers.UnitOut(page, many=True).data)

    @extend_schema(responses={200: file_serializers.UnitOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(file_serializers.UnitOut(self._completed([self.get_object()])[0]).data)

    @extend_schema(request=None, responses={204: None, **problems(404, 409)})
    def keep(self, request: Request, id: str) -> Response:
        """Keep a unit at hand, as with the star on the screen. Twice the same is no mistake."""
        return kept(self.get_object(), True, self)

    @extend_schema(responses={204: None, **problems(404)})
    def let_go(self, request: Request, id: str) -> Response:
        """Keep a unit at hand no longer."""
        return kept(self.get_object(), False, self)

    def _completed(self, units: Sequence[Any]) -> Sequence[Any]:
        """Put on each unit what it inherits and whether the caller may create files in it."""
        needed = {pk for unit in units for pk in (*unit.ancestor_ids, unit.pk)}
        plan = {unit.pk: unit for unit in FilePlanUnit.objects.filter(pk__in=needed).select_related("register_set")}
        defaults = file_plan.inherited(plan.values())
        today = timezone.localdate(self.now)
        shut = {pk for pk, unit in plan.items() if file_plan.why_closed(unit, on=today)}
        former: dict[int, list[str]] = {}
        for pk, code in FormerCode.objects.filter(unit__in=units).order_by("-until").values_list("unit_id", "classification_code"):
            former.setdefault(pk, []).append(code)
        writable = set(readable_units(self.clerk).at_least(LEVEL_WRITE))
        for unit in units:
            unit.defaults = defaults[unit.pk]
            unit.closed = not shut.isdisjoint([*unit.ancestor_ids, unit.pk])
            unit.former = former.get(unit.pk, [])
            unit.may_create_files = unit.is_leaf and unit.pk in writable and not unit.closed
        return units
