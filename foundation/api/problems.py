"""Errors as RFC 9457 problem details: one sentence for the person, never an HTML page, never a stack trace.

    REST_FRAMEWORK["EXCEPTION_HANDLER"] = "foundation.api.problems.exception_handler"
    handler404, handler500, …  of a URL conf call `problem` for paths of the interface

`type` is "about:blank" unless the caller says more: the status says what happened, `detail` says it to a person, `errors` names fields.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework import exceptions, status
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils import encoders

from foundation.api.parsers import Malformed
from foundation.store import Damaged, NotInStore, StoreError, StoreFull

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
BLANK = "about:blank"
OF_NO_FIELD = api_settings.NON_FIELD_ERRORS_KEY  # the key of what is wrong with a request as a whole
Errors = dict[str, list[str]]


class Conflict(exceptions.APIException):
    """409: the state of the object forbids the act."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = gettext_lazy("This is not possible in the present state.")


class StillRunning(Conflict):
    """409 with Retry-After: the same request is being worked on at this moment. `wait` in seconds."""

    default_code = "still_running"

    def __init__(self, wait: int = 5) -> None:
        super().__init__(_("The same request is being worked on at this moment. Please send it again a little later."))
        self.wait = wait


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
    default_detail = gettext_lazy("The request is too large.")


class UnreadableKind(exceptions.APIException):
    """415: files of this kind are not taken in."""

    status_code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    default_code = "unreadable_kind"
    default_detail = gettext_lazy("Files of this kind are not taken in.")


class ProblemResponse(Response):
    """A problem from a REST view. It writes itself, whatever format the view would have answered in."""

    @property
    def rendered_content(self) -> str:
        self["Content-Type"] = CONTENT_TYPE
        return encoders.JSONEncoder(ensure_ascii=False).encode(self.data).encode("utf-8", "replace").decode()


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
        414: _("Address too long"),
        415: _("This kind of file is not accepted"),
        416: _("This range does not exist"),
        429: _("Too many requests"),
        431: _("Headers too large"),
        500: _("An error happened"),
        503: _("Not reachable at the moment"),
        507: _("No room left"),
    }


def body_of(code: int, detail: str, errors: Errors | None = None, *, type: str | None = None, title: str | None = None) -> dict[str, Any]:
    """The members of a problem. `type` is a URI that tells programs more than the status does. Every 400 has `errors`."""
    title = title or titles().get(code, _("An error happened"))
    body: dict[str, Any] = {"type": type or BLANK, "title": title, "status": code, "detail": detail}
    if errors or code == 400:
        body["errors"] = errors or {OF_NO_FIELD: [detail]}
    return body


def problem(
    request: HttpRequest | None,
    code: int,
    detail: str,
    errors: Errors | None = None,
    *,
    type: str | None = None,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem as a plain Django response, for doors outside of REST views (handlers of a URL conf, middleware, downloads)."""
    body = body_of(code, detail, errors, type=type, title=title)
    return JsonResponse(body, status=code, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def problem_of(request: HttpRequest | None, error: Exception) -> HttpResponse:
    """The same for an error that rose outside of a REST view."""
    code, detail, errors, headers = _read(error)
    return problem(request, code, detail, errors, headers=headers)


def server_problem(code: int) -> bytes:
    """The body of a problem that a web server has by itself, before or without an application."""
    sentences = {
        400: _("The request could not be read."),
        414: _("The address of the request is too long."),
        431: _("The headers of the request are too large."),
        500: _("An error happened. It was recorded; nothing was changed."),
    }
    return json.dumps(body_of(code, sentences.get(code, sentences[400 if code < 500 else 500]))).encode()


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn whatever a REST view raises into a problem. Unknown errors are logged and answered with 500, without a trace."""
    code, detail, errors, headers = _read(error)
    if code >= 500:
        logger.error("%s: %s", type(context.get("view")).__name__, error, exc_info=error)
    response = ProblemResponse(body_of(code, detail, errors), status=code, headers=headers)
    response.exception = True
    return response


def too_large_sentence(limit: int) -> str:
    """What a person reads when an upload is too large (limit in bytes)."""
    return (
        _("The file is too large. At most %(megabytes)s MB are possible.") % {"megabytes": limit // (1024 * 1024)}
        if limit
        else _("The request is too large.")
    )


def store_problem(error: StoreError) -> tuple[int, str]:
    """Status and sentence for what a store could not do."""
    if isinstance(error, StoreFull):
        return 507, _("The document store is full. Nothing was taken in; please inform the competence centre.")
    if isinstance(error, Damaged):
        return 503, _("The bytes of this document are damaged and are not handed out. Please inform the competence centre.")
    if isinstance(error, NotInStore):
        return 503, _("The bytes of this document cannot be read at the moment. Please inform the competence centre.")
    return 503, _("The document store cannot be reached at the moment. Please try again later.")


def _read(error: Exception) -> tuple[int, str, Errors | None, dict[str, str]]:
    """Status, sentence, errors of fields, headers."""
    if isinstance(error, exceptions.ValidationError):
        errors = _flat(error.detail)
        return 400, " ".join(dict.fromkeys(s for sentences in errors.values() for s in sentences)), errors, {}
    if isinstance(error, ModelError):
        return _read(exceptions.ValidationError(get_error_detail(error)))
    if isinstance(error, exceptions.APIException):
        return _of_rest(error)
    if isinstance(error, StoreError):
        return *store_problem(error), None, {}
    return *_of_django(error), None, {}


def _of_django(error: Exception) -> tuple[int, str]:
    if isinstance(error, Http404):
        return 404, _("This does not exist, or you may not know of it.")
    if isinstance(error, PermissionDenied):
        return 403, _("You may not do this.")
    if isinstance(error, RequestDataTooBig):
        return 413, too_large_sentence(getattr(error, "limit", 0))
    if isinstance(error, TooManyFilesSent | TooManyFieldsSent):
        return 400, _("The request has too many parts.")
    if isinstance(error, UnreadablePostError):
        return 400, _("The upload broke off. Please upload the file once more.")
    if isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError):
        return 400, _("The request could not be read.")
    return 500, _("An error happened. It was recorded; nothing was changed.")


def _of_rest(error: exceptions.APIException) -> tuple[int, str, None, dict[str, str]]:
    headers, code = {}, error.status_code
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        code = 401  # REST framework makes a 403 of it when the first authentication says nothing about headers
    if code == 401:
        headers["WWW-Authenticate"] = getattr(error, "auth_header", None) or "Bearer"
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return code, _sentence(error), None, headers


def _sentence(error: exceptions.APIException) -> str:
    """REST framework's own sentences are for developers; what somebody else has written is kept."""
    said, own = str(error.detail), str(error.detail) == str(error.default_detail)
    if isinstance(error, exceptions.NotFound) and own:
        return _("This does not exist, or you may not know of it.")
    if isinstance(error, exceptions.NotAuthenticated) and own:
        return _("Please sign in, or send a token.")
    if isinstance(error, exceptions.AuthenticationFailed):
        return _("The token is not valid, or has expired.")
    if isinstance(error, exceptions.PermissionDenied) and own:
        return _("You may not do this.")
    if isinstance(error, exceptions.ParseError):
        return said if isinstance(error, Malformed) else _("The request could not be read.")
    if isinstance(error, exceptions.UnsupportedMediaType):
        return _("This content type is not accepted here.")
    if isinstance(error, exceptions.MethodNotAllowed):
        return _("This address does not know this method.")
    if isinstance(error, exceptions.NotAcceptable):
        return _("The answer cannot be given in the format that was asked for.")
    if isinstance(error, exceptions.Throttled):
        return _throttled(getattr(error, "wait", None))
    return said


def _throttled(wait: float | None) -> str:
    if wait is None:
        return _("Too many requests. Please try again later.")
    seconds = max(1, math.ceil(wait))
    return ngettext(
        "Too many requests. Please try again in %(seconds)s second.", "Too many requests. Please try again in %(seconds)s seconds.", seconds
    ) % {"seconds": seconds}


def _flat(detail: Any, name: str = "") -> Errors:
    """Nested details of REST framework as {field: [sentences]}; a field inside another is named `outer.inner`, in a list `outer.0.inner`."""
    if isinstance(detail, Mapping):
        inner: list[tuple[str, Any]] = [(f"{name}.{key}" if name else str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list | tuple) and any(isinstance(item, Mapping | list | tuple) for item in detail):
        inner = [(f"{name}.{place}" if name else str(place), item) for place, item in enumerate(detail) if item]
    else:
        sentences = detail if isinstance(detail, list | tuple) else [detail]
        return {name or OF_NO_FIELD: [str(item) for item in sentences]}
    found: Errors = {}
    for field, value in inner:
        for place, sentences in _flat(value, field).items():
            found.setdefault(place, []).extend(sentences)
    return found
