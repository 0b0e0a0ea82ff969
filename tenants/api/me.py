"""`GET /api/v1/me/`: who is calling."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api.answers import problems
from tenants import current
from tenants.doors import clerk_of
from tenants.models import Office, User
from tenants.roles import of_this_site


class OfficeOfMine(serializers.Serializer[Office]):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    name = serializers.CharField()


class Me(serializers.Serializer[User]):
    id = serializers.UUIDField(source="public_id")
    username = serializers.CharField()
    display_name = serializers.CharField()
    email = serializers.CharField()
    roles = serializers.SerializerMethodField()
    offices = serializers.SerializerMethodField()
    municipality = serializers.SerializerMethodField()
    acting_for = serializers.SerializerMethodField()

    def get_roles(self, person: User) -> list[str]:
        return [role for role in of_this_site().values if role in person.role_names]

    def get_offices(self, person: User) -> list[dict[str, Any]]:
        offices = Office.objects.filter(memberships__user=person).order_by("code")
        return [dict(OfficeOfMine(office).data) for office in offices]

    def get_municipality(self, person: User) -> str | None:
        """The slug; null at the centre."""
        chosen = current.municipality_or_none()
        return chosen.slug if chosen else None

    def get_acting_for(self, person: User) -> list[str]:
        """User names of those whom the caller stands in for."""
        return []


class MeView(APIView):
    @extend_schema(responses={200: Me, **problems()}, tags=["auth"], operation_id="me")
    def get(self, request: Request) -> Response:
        return Response(Me(clerk_of(request)).data)
