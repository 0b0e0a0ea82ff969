"""Register sets of the municipality: what `register_set` may be when a file is created. They are kept on screens, by the administration."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.models import RegisterSet, RegisterSetEntry

from .answers import problems
from .doors import Door


class DividerOut(serializers.ModelSerializer[RegisterSetEntry]):
    """One divider; `colour` is #rrggbb or empty."""

    class Meta:
        model = RegisterSetEntry
        fields = ("name", "position", "colour")
        read_only_fields = fields


class RegisterSetOut(serializers.ModelSerializer[RegisterSet]):
    """A register set with its dividers in order."""

    id = serializers.UUIDField(source="public_id")
    registers = DividerOut(source="entries", many=True)

    class Meta:
        model = RegisterSet
        fields = ("id", "name", "registers")
        read_only_fields = fields


@extend_schema(tags=["file plan"])
class RegisterSetDoor(Door[RegisterSet]):
    """The same for everybody: dividers say nothing of any file."""

    queryset = RegisterSet.objects.none()
    serializer_class = RegisterSetOut
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[RegisterSet]:
        dividers = Prefetch("entries", RegisterSetEntry.objects.order_by("position"))
        return RegisterSet.objects.prefetch_related(dividers)

    @extend_schema(operation_id="register_sets", responses={200: RegisterSetOut(many=True), **problems(400)})
    def list(self, request: Request) -> Response:
        """All register sets by name, each with its dividers in their order."""
        page: Any = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(RegisterSetOut(page, many=True).data)
