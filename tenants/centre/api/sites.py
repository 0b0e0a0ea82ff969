"""Doors of the API to the sites: how they are, for staff, and what they say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from tenants import channel
from tenants.api.doors import PAGING, Door
from tenants.centre import health
from tenants.centre.models import Site
from tenants.roles import CentreRole

from .channel import ChannelView, NotBelieved, SignedMessage

STAFF = (CentreRole.AGENT, CentreRole.OPERATOR)


class SiteOut(serializers.Serializer[Any]):
    """A site in a city. `municipalities` are their short names, `problems` what the site says of itself where it is not all right."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    state = serializers.SerializerMethodField()
    version = serializers.CharField()
    last_heartbeat_at = serializers.DateTimeField(allow_null=True)
    municipalities = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=Site.Health.choices))
    def get_state(self, site: Site) -> str:
        return health.of(site, at=self.context["at"]).state

    def get_municipalities(self, site: Site) -> list[str]:
        return [town.slug for town in site.municipalities.all()]

    def get_problems(self, site: Site) -> list[str]:
        return list(health.of(site, at=self.context["at"]).problems)


@extend_schema(tags=["sites"])
class SiteDoor(Door[Site]):
    queryset = Site.objects.none()
    serializer_class = SiteOut
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[Site]:
        if not self.clerk.has_role(*STAFF):
            raise PermissionDenied(_("This is for the hotline's staff."))
        return Site.objects.filter(state=Site.State.CONFIRMED).with_towns()

    @extend_schema(parameters=PAGING, responses={200: SiteOut(many=True), **problems(400, 403)})
    def list(self, request: Request) -> Response:
        """The confirmed sites by name, and how each is; by staff."""
        return self.get_paginated_response(SiteOut(self.paginate_queryset(self.get_queryset()), many=True, context={"at": self.now}).data)


class HeartbeatView(ChannelView):
    """Take in what a site says of itself, once.

    The proof is a message that the site signed for this purpose (JWT, EdDSA, `typ` eakte-heartbeat+jwt), as `Authorization: Bearer` or as `token` in
    the body. What it reports is in the message: `version`, `state` (ok, warning, critical) and `problems` (sentences); nothing unsigned is read.
    """

    def sent(self) -> str:
        """The signed message, wherever it stands. Who brings none is not believed, whatever else the body says."""
        kind, _space, token = self.request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and token:
            return token.strip()
        try:
            body = self.request.data
        except APIException as unreadable:
            raise NotBelieved from unreadable
        found = body.get("token") if isinstance(body, Mapping) else None
        if not isinstance(found, str) or not found:
            raise NotBelieved
        return found

    @extend_schema(request=SignedMessage, responses={200: SiteOut, **problems(400, 401)}, tags=["sites"], operation_id="heartbeats_create")
    def post(self, request: Request) -> Response:
        site, told = self.checked(channel.HEARTBEAT)
        now = timezone.now()
        try:
            health.report(site=site, said=told.claims, at=now)
        except health.CannotReport as refusal:
            raise ValidationError({refusal.field: [str(refusal)]}) from refusal
        known = Site.objects.filter(pk=site.pk).with_towns().get()
        return Response(SiteOut(known, context={"at": now}).data)
