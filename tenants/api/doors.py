"""What all doors of the API have in common on both sites: who asks, how objects are addressed, what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from foundation.api.cursors import Cursors
from tenants.doors import clerk_of
from tenants.models import User

M = TypeVar("M", bound=Model)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key with the same body returns the first answer again; with another body 409.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag of the last answer; a stale one gets 412."
)
PAGING = [
    OpenApiParameter("page_size", OpenApiTypes.INT, description="From 1 to 200."),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="Opaque; taken from `next`."),
]


class Door(viewsets.GenericViewSet[M], Generic[M]):
    """A view set whose objects are addressed by their public id. A malformed id is a 404 like any other unknown one."""

    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    pagination_class = Cursors
    ordering: tuple[str, ...] = ("id",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_nul(request.query_params)

    @property
    def clerk(self) -> User:
        return clerk_of(self.request)

    @property
    def now(self) -> datetime:
        return timezone.now()

    def asked(self, form: type[Serializer[Any]]) -> dict[str, Any]:
        """The parameters of the address that the form knows, checked; unknown ones are ignored. Raises ValidationError."""
        given = {name: value for name, value in self.request.query_params.items() if value != ""}
        checked = form(data=given)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def sent(self, form: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The body, checked by the form. Raises ValidationError."""
        checked = form(data=self.request.data, partial=partial)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)


def refuse_nul(parameters: Mapping[str, str]) -> None:
    """PostgreSQL cannot hold NUL characters, and nobody types them. Raises ValidationError."""
    found = {
        name.replace("\x00", ""): [_("NUL characters are not allowed.")] for name, value in parameters.items() if "\x00" in name + value
    }
    if found:
        raise ValidationError(found)


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def known_id(text: str) -> UUID:
    """An id of the address; what is none is as unknown as one of nobody's. Raises NotFound."""
    known = uuid_or_none(text)
    if known is None:
        raise NotFound
    return known
