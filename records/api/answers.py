"""What the schema says of every answer: problems by status, and the headers that acts take."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from foundation.api.answers import problems

__all__ = ["IDEMPOTENCY_KEY", "IF_MATCH", "PAGING", "problems"]
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
