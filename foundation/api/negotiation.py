"""Which representation is answered in: the interface has one, whatever a caller says to accept.

    REST_FRAMEWORK["DEFAULT_CONTENT_NEGOTIATION_CLASS"] = "foundation.api.negotiation.OneRepresentation"

A 406 helps nobody here: it came before 401, 404 and 405, and refused the interface's own problems (RFC 9110, 12.5.1, lets a server answer in
what it has).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class OneRepresentation(DefaultContentNegotiation):
    """Answer in the first renderer, also where a picture is what the caller accepts: problems come as JSON all the same."""

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None) -> tuple[Any, str]:
        first = next(iter(renderers))
        return first, first.media_type


class SomeRepresentation(DefaultContentNegotiation):
    """Choose among renderers by `?format=` and Accept, and take the first where none is acceptable."""

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None) -> tuple[Any, str]:
        """Raises Http404 for a format that is not there."""
        try:
            chosen: tuple[Any, str] = super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable as refusal:
            offered: Any = refusal.available_renderers  # those of the format that was asked for
            return offered[0], offered[0].media_type
        return chosen
