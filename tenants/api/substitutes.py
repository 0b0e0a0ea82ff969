"""Substitutes: seen by those concerned, set by oneself, the supervisor or an administrator, and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api.answers import problems
from foundation.api.cursors import Cursors
from foundation.api.problems import Conflict
from tenants import substitution
from tenants.doors import clerk_of
from tenants.models import Substitute, User

from .idempotency import once

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key with the same body returns the first answer again; with another body 409.",
)


class PersonOut(serializers.Serializer[User]):
    id = serializers.UUIDField(source="public_id")
    username = serializers.CharField()
    display_name = serializers.CharField()


class SubstituteOut(serializers.Serializer[Substitute]):
    """A substitution; both days are included."""

    id = serializers.UUIDField(source="public_id")
    absent = PersonOut()
    deputy = PersonOut()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    set_by = serializers.CharField(source="set_by_kind", help_text="oneself, supervisor or sickness (by an administrator)")
    ended_at = serializers.DateTimeField(allow_null=True)


class NewSubstitute(serializers.Serializer[Any]):
    absent = serializers.UUIDField(required=False, help_text="Without it, the caller.")
    deputy = serializers.UUIDField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class SubstitutesView(APIView):
    """Substitutions of the caller that are not over: in which she is stood in for, and in which she stands in."""

    pagination_class = Cursors

    @extend_schema(tags=["auth"], operation_id="substitutes", responses={200: SubstituteOut(many=True), **problems(400)})
    def get(self, request: Request) -> Response:
        pages = self.pagination_class()
        rows = substitution.not_over(concerning=clerk_of(request), at=timezone.now())
        page: Any = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(SubstituteOut(page, many=True).data)

    @extend_schema(
        tags=["auth"],
        operation_id="substitutes_create",
        request=NewSubstitute,
        parameters=[KEY],
        responses={201: SubstituteOut, **problems(400, 409, 415)},
    )
    def post(self, request: Request) -> Response:
        """Set a substitute: for oneself, as the supervisor of the absent person, or as an administrator because of absence."""
        return once(request, lambda: self._create(request))

    ordering = ("first_day", "id")

    def _create(self, request: Request) -> Response:
        sent = NewSubstitute(data=request.data)
        sent.is_valid(raise_exception=True)
        data, caller = sent.validated_data, clerk_of(request)
        absent = _person(data["absent"], "absent") if data.get("absent") else caller
        days = {"first_day": data["first_day"], "last_day": data["last_day"]}
        try:
            made = substitution.set_substitute(
                absent=absent, deputy=_person(data["deputy"], "deputy"), **days, by=caller, at=timezone.now()
            )
        except substitution.CannotSubstitute as refusal:
            raise ValidationError({refusal.field or "absent": [str(refusal)]}) from refusal
        return Response(SubstituteOut(made).data, status=201)


class EndSubstituteView(APIView):
    @extend_schema(tags=["auth"], operation_id="substitutes_end", request=None, responses={200: SubstituteOut, **problems(404, 409)})
    def post(self, request: Request, id: str) -> Response:
        """End a substitution at once: for those concerned, the supervisor and administrators."""
        found = _substitution(id)
        caller = clerk_of(request)
        if found is None or not substitution.may_end(substitute=found, by=caller):
            raise NotFound
        try:
            return Response(SubstituteOut(substitution.end_substitute(substitute=found, by=caller, at=timezone.now())).data)
        except substitution.CannotSubstitute as refusal:
            raise Conflict(str(refusal)) from refusal


def _substitution(text: str) -> Substitute | None:
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    found: Substitute | None = Substitute.objects.select_related("absent", "deputy").filter(public_id=public_id).first()
    return found


def _person(public_id: UUID, field: str) -> User:
    found = User.objects.active().filter(public_id=public_id).first()
    if found is None:
        raise ValidationError({field: [_("There is no such person.")]})
    return found
