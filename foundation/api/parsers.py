"""Bodies of requests, read with limits: what is no JSON object, too long or too deep is a clear 400 or 413, never memory or a stack used up.

    REST_FRAMEWORK["DEFAULT_PARSER_CLASSES"] = ["foundation.api.parsers.ObjectParser", "foundation.api.parsers.FileParser",
                                                "foundation.api.parsers.FieldsParser"]

Not every version of REST framework asks DATA_UPLOAD_MAX_MEMORY_SIZE before it reads JSON and form bodies; here it is asked.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import IO, Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http.multipartparser import MultiPartParser as Parts
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, FormParser, JSONParser, MultiPartParser

NAMELESS = "..."  # what foundation.kinds.clean_name finds a name for


class Malformed(ParseError):
    """400: the body is not what its content type says; the text says it to a person."""

    default_code = "malformed"


class ObjectParser(JSONParser):
    """JSON, whose outermost value is an object: every body of the interface is one."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Raises Malformed, RequestDataTooBig."""
        try:
            data = super().parse(_limited(stream), media_type, parser_context)
        except (ParseError, RecursionError) as fault:
            raise Malformed(_("The content of the request is not valid JSON.")) from fault
        if not isinstance(data, dict):
            raise Malformed(_("The content of the request must be a JSON object."))
        return data


class FieldsParser(FormParser):
    """Form fields without files."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Raises RequestDataTooBig."""
        return super().parse(_limited(stream), media_type, parser_context)


class NamedParts(Parts):
    """Django's parts, with the names of files as their senders write them.

    Django passes over a part of whose file name nothing is left (".", "folder/", control characters), and the sender is told that there is no
    file; and it reads names as HTML ("M&amp;S.pdf").
    """

    def sanitize_file_name(self, file_name: str) -> str:
        last = "".join(c for c in re.split(r"[/\\]", file_name)[-1] if c.isprintable())
        return NAMELESS if last in ("", ".", "..") else last


class FileParser(MultiPartParser):
    """Form fields with files, streamed through the upload handlers of the settings."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Raises Malformed, and what the upload handlers raise."""
        context = parser_context or {}
        request, encoding = context["request"], context.get("encoding", settings.DEFAULT_CHARSET)
        meta, body = {**request.META, "CONTENT_TYPE": media_type}, cast("Any", stream)
        try:
            return DataAndFiles(*NamedParts(meta, body, request.upload_handlers, encoding).parse())
        except MultiPartParserError as fault:
            if "header size" in str(fault):  # Django reads a kilobyte of it
                raise Malformed(_("The name of the file is too long. Please shorten it to at most 255 characters.")) from fault
            raise Malformed(_("The upload is damaged: its parts could not be told apart.")) from fault


def _limited(stream: IO[Any]) -> IO[bytes]:
    """The body in memory, if it is not longer than DATA_UPLOAD_MAX_MEMORY_SIZE."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if most is None:
        return stream
    body = stream.read(most + 1)
    if len(body) > most:
        raise RequestDataTooBig
    return io.BytesIO(body)
