"""`GET /api/v1/me/`: who is calling."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.api.answers import problems
from tenants import current, substitution
from tenants.doors import clerk_of
from tenants.models import Office, Substitute, User
from tenants.roles import of_this_site


class OfficeOfMine(serializers.Serializer[Office]):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    name = serializers.CharField()


class AbsentPerson(serializers.Serializer[Substitute]):
    id = serializers.UUIDField(source="absent.public_id")
    username = serializers.CharField(source="absent.username")
    display_name = serializers.CharField(source="absent.display_name")
    until = serializers.DateField(source="last_day")


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

    @extend_schema_field(AbsentPerson(many=True))
    def get_acting_for(self, person: User) -> list[dict[str, Any]]:
        """Those whom the caller stands in for today, and until which day (included)."""
        if settings.SITE == "centre":
            return []
        standing = substitution.acting_for(person=person, at=timezone.now())
        return [dict(AbsentPerson(substitute).data) for substitute in standing]


class MeView(APIView):
    @extend_schema(responses={200: Me, **problems()}, tags=["auth"], operation_id="me")
    def get(self, request: Request) -> Response:
        return Response(Me(clerk_of(request)).data)
