"""What a schema says of refusals: problems by status."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from foundation.api.problems import CONTENT_TYPE

MEANINGS = {
    400: "The request is not valid; `errors` says why, by field.",
    401: "Without a valid token, session or password.",
    403: "The caller may see this, but not change it; or must choose a password of her own first.",
    404: "Unknown, or nothing the caller may know of.",
    409: "The state forbids it.",
    412: "Somebody else changed it meanwhile.",
    413: "Too large.",
    415: "This content type is not read here. Programs are no documents.",
    416: "The file has no such range.",
    429: "Too many attempts; `Retry-After` says when to come again.",
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
    """Responses of a schema for refusals with these statuses.

    Every call can be refused for want of a token, and for what is in its address or its headers (NUL characters, a key that is none).
    """
    any_call = {400, 401, 413} if 415 in codes else {400, 401}  # what has a body can be too large
    return {(code, CONTENT_TYPE): OpenApiResponse(Problem, description=MEANINGS[code]) for code in sorted(any_call | {*codes})}
