"""Files of messages, handed out to programs."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from foundation.api.answers import problems
from foundation.api.etags import ranged_file_response
from hotline import attaching
from hotline.models import Attachment
from tenants.api.doors import Door

from .serializers import AttachmentOut


@extend_schema(tags=["tickets"])
class AttachmentDoor(Door[Attachment]):
    queryset = Attachment.objects.none()
    serializer_class = AttachmentOut

    def get_queryset(self) -> QuerySet[Attachment]:
        found: QuerySet[Attachment] = Attachment.objects.visible_to(self.clerk)
        return found

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY, (206, "*/*"): OpenApiTypes.BINARY, **problems(404, 416, 503)})
    def content(self, request: Request, id: str) -> HttpResponseBase:
        """The bytes of a file, always as a download, with Range and ETag."""
        found = self.get_object()
        return ranged_file_response(
            request._request,
            lambda: attaching.opened(found),
            size=found.size,
            etag=found.sha256,
            media_type=found.media_type,
            name=found.name,
            inline=False,
        )
