"""Doors of the API to the addresses at which municipalities are told of incidents, for operators."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.answers import problems
from foundation.api.etags import etag_of, quoted, require_match
from foundation.api.problems import PreconditionFailed
from hotline import desk_keeping
from hotline.models import TownAddress
from tenants.api.doors import IF_MATCH, PAGING, Door
from tenants.centre.models import Municipality
from tenants.roles import CentreRole


class IncidentAddressesOut(serializers.Serializer[Any]):
    """A municipality by its short name, and at which addresses it is told of incidents by mail, whether anybody there has asked or not."""

    id = serializers.UUIDField(source="public_id")
    municipality = serializers.CharField(source="slug")
    name = serializers.CharField()
    addresses = serializers.SerializerMethodField()

    def get_addresses(self, town: Municipality) -> list[str]:
        return _read(town)


class IncidentAddressesIn(serializers.Serializer[Any]):
    addresses = serializers.ListField(
        child=serializers.CharField(max_length=254), max_length=200, help_text="Exactly these; none: nobody there is told by mail."
    )


@extend_schema(tags=["incidents"])
class IncidentAddressesDoor(Door[Municipality]):
    queryset = Municipality.objects.none()
    serializer_class = IncidentAddressesOut
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Municipality]:
        if not self.clerk.has_role(CentreRole.OPERATOR):
            raise NotFound
        return Municipality.objects.prefetch_related(Prefetch("incident_addresses", TownAddress.objects.order_by("address")))

    @extend_schema(parameters=PAGING, responses={200: IncidentAddressesOut(many=True), **problems(400, 404)})
    def list(self, request: Request) -> Response:
        """All municipalities, each with its addresses; for operators, for nobody else there is such a list."""
        return self.get_paginated_response(IncidentAddressesOut(self.paginate_queryset(self.get_queryset()), many=True).data)

    @extend_schema(responses={200: IncidentAddressesOut, **problems(404)})
    def retrieve(self, request: Request, id: str) -> Response:
        return self._shown(self.get_object())

    @extend_schema(
        request=IncidentAddressesIn, parameters=[IF_MATCH], responses={200: IncidentAddressesOut, **problems(400, 404, 412, 415)}
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Say at which addresses a municipality is told of incidents, exactly these."""
        town, sent = self.get_object(), self.sent(IncidentAddressesIn)
        read = _read(town)
        require_match(request._request, etag_of(read))
        seen, written = read if "If-Match" in request.headers else None, "\n".join(sent["addresses"])
        try:
            desk_keeping.say_addresses(municipality=town, written=written, by=self.clerk, at=self.now, seen=seen)
        except desk_keeping.StaleAddresses as refusal:
            raise PreconditionFailed from refusal
        except desk_keeping.CannotKeepDesk as refusal:
            raise ValidationError({refusal.field: [str(refusal)]}) from refusal
        return self._shown(self.get_object())

    def _shown(self, town: Municipality) -> Response:
        return Response(IncidentAddressesOut(town).data, headers={"ETag": quoted(etag_of(_read(town)))})


def _read(town: Municipality) -> list[str]:
    return [row.address for row in town.incident_addresses.all()]
