"""What the schema says of every answer: problems by status, and the headers that acts take."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

PROBLEM_TYPE = "application/problem+json"
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
MEANINGS = {
    400: "The request is not valid; `errors` says why, by field.",
    401: "Without a valid token or session.",
    403: "The caller may see this, but not change it.",
    404: "Unknown, or nothing the caller may know of.",
    409: "The state forbids it.",
    412: "Somebody else changed it meanwhile.",
    413: "Too large.",
    415: "Programs are no documents.",
    416: "The file has no such range.",
    503: "The bytes cannot be delivered at the moment.",
}


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `detail` is a sentence for the person at the screen."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


def problems(*codes: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Responses of a schema for refusals with these statuses; every call can be refused for want of a token."""
    return {(code, PROBLEM_TYPE): OpenApiResponse(Problem, description=MEANINGS[code]) for code in (401, *codes)}
