"""Errors as RFC 9457 problem details: one German sentence for the person, never an HTML page, never a stack trace.

REST_FRAMEWORK["EXCEPTION_HANDLER"] = "foundation.api.problems.exception_handler"; a URL conf's handler404 and handler500 may
call `problem` for paths under /api/.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from foundation.store import StoreFull
from foundation.uploads import TooLarge as UploadTooLarge

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"


class Conflict(exceptions.APIException):
    """409: the state of the object forbids the act."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class PreconditionFailed(exceptions.APIException):
    """412: the caller's ETag is no longer the current one."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"

    def __init__(self, detail: Any = None) -> None:
        super().__init__(detail or _("Somebody else has changed this meanwhile. Please load it again."))


class TooLarge(exceptions.APIException):
    """413: more bytes than allowed."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class UnreadableKind(exceptions.APIException):
    """415: files of this kind are not taken in."""

    status_code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    default_code = "unreadable_kind"


def titles() -> dict[int, str]:
    """Short title of each status."""
    return {
        400: _("The request is not valid"),
        401: _("Please sign in"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("This method is not possible here"),
        406: _("This format is not offered"),
        409: _("Not possible in this state"),
        412: _("Changed meanwhile"),
        413: _("Too large"),
        415: _("This kind of file is not accepted"),
        416: _("This range does not exist"),
        429: _("Too many requests"),
        500: _("An error happened"),
        503: _("Not reachable at the moment"),
        507: _("No room left"),
    }


def body_of(code: int, detail: str, errors: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """The members of a problem."""
    body: dict[str, Any] = {"type": "about:blank", "title": titles().get(code, _("An error happened")), "status": code, "detail": detail}
    if errors:
        body["errors"] = errors
    return body


def problem(request: HttpRequest | None, code: int, detail: str, errors: dict[str, list[str]] | None = None) -> HttpResponse:
    """A problem as a plain Django response, for doors outside of REST views."""
    return JsonResponse(body_of(code, detail, errors), status=code, content_type=CONTENT_TYPE)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn whatever a REST view raises into a problem. Unknown errors are logged and answered with 500, without a trace."""
    code, detail, errors, headers = _read(error)
    if code >= 500:
        logger.error("%s: %s", type(context.get("view")).__name__, error, exc_info=error)
    response = Response(body_of(code, detail, errors), status=code, headers=headers, content_type=CONTENT_TYPE)
    response.exception = True
    return response


def _read(error: Exception) -> tuple[int, str, dict[str, list[str]] | None, dict[str, str]]:
    if isinstance(error, Http404):
        return 404, _("This does not exist, or you may not know of it."), None, {}
    if isinstance(error, PermissionDenied):
        return 403, _("You may not do this."), None, {}
    if isinstance(error, (UploadTooLarge, RequestDataTooBig)):
        return 413, too_large_sentence(getattr(error, "limit", 0)), None, {}
    if isinstance(error, StoreFull):
        return 507, _("The document store is full. Nothing was taken in; please inform the competence centre."), None, {}
    if isinstance(error, SuspiciousOperation):
        return 400, _("The request could not be read."), None, {}
    if isinstance(error, exceptions.ValidationError):
        errors = _flat(error.detail)
        return 400, " ".join(s for sentences in errors.values() for s in sentences), errors, {}
    if isinstance(error, exceptions.APIException):
        return error.status_code, _sentence(error), None, _headers(error)
    return 500, _("An error happened. It was recorded; nothing was changed."), None, {}


def too_large_sentence(limit: int) -> str:
    """What a person reads when an upload is too large (limit in bytes)."""
    return (
        _("The file is too large. At most %(megabytes)s MB are possible.") % {"megabytes": limit // (1024 * 1024)}
        if limit
        else _("The request is too large.")
    )


def _sentence(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.NotFound):
        return _("This does not exist, or you may not know of it.")
    if isinstance(error, exceptions.NotAuthenticated):
        return _("Please sign in, or send a token.")
    if isinstance(error, exceptions.AuthenticationFailed):
        return _("The token is not valid, or has expired.")
    if isinstance(error, exceptions.PermissionDenied) and error.get_codes() == "permission_denied":
        return _("You may not do this.") if error.detail == exceptions.PermissionDenied.default_detail else str(error.detail)
    if isinstance(error, exceptions.ParseError):
        return _("The request could not be read.")
    if isinstance(error, exceptions.UnsupportedMediaType):
        return _("This content type is not accepted here.")
    return str(error.detail)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def _flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Nested details of DRF as {field: [sentences]}."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for key, value in detail.items():
            for field, sentences in _flat(value, f"{name}.{key}" if name else str(key)).items():
                found.setdefault(field, []).extend(sentences)
        return found
    if isinstance(detail, list):
        if all(isinstance(item, str) for item in detail):
            return {name or "non_field_errors": [str(item) for item in detail]}
        return {k: v for place, item in enumerate(detail) if item for k, v in _flat(item, f"{name}.{place}").items()}
    return {name or "non_field_errors": [str(detail)]}
