"""Lists in pages with opaque cursors and without a count."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response


class Cursors(CursorPagination):
    """`?page_size=` (at most 200) and an opaque `?cursor=`. Views set `ordering` to fields that end with a unique one."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    cursor_query_param = "cursor"
    ordering: Any = "pk"

    def get_page_size(self, request: Any) -> int:
        value = request.query_params.get(self.page_size_query_param)
        if value is None:
            return self.page_size
        if not value.isdecimal() or not 1 <= int(value[:9]) <= 10**8:
            raise exceptions.ValidationError({self.page_size_query_param: [_("Please give a number from 1 to 200.")]})
        return min(int(value[:9]), self.max_page_size)

    def decode_cursor(self, request: Any) -> Any:
        value = request.query_params.get(self.cursor_query_param, "")
        if "\x00" in value:
            raise exceptions.ValidationError({self.cursor_query_param: [_("This page does not exist.")]})
        try:
            return super().decode_cursor(request)
        except exceptions.NotFound as error:
            raise exceptions.ValidationError({self.cursor_query_param: [_("This page does not exist.")]}) from error

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }
