"""Lists in pages: a cursor names the row after which (or before which) a page begins, by all the fields that order the list.

No offset and no count, so that the last page costs what the first does, and rows of one same moment are neither lost nor doubled.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError as FieldError
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from foundation.api.cursors import Cursors

T = TypeVar("T")


class Place(NamedTuple):
    """Where a page begins: beyond the row with these values, read backwards or forwards."""

    backwards: bool
    values: list[Any]


class Keyset(Cursors):
    """Pages of a queryset. The view's `ordering` is fields of one direction, the last of them unique."""

    next_place: Place | None = None
    previous_place: Place | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        size, ordering = self.get_page_size(request), tuple(view.ordering)
        place = self.asked(request)
        backwards = place is not None and place.backwards
        descending = ordering[0].startswith("-") != backwards
        names = [name.lstrip("-") for name in ordering]
        if place is not None:
            queryset = queryset.filter(_beyond(names, _typed(queryset.model, names, place.values), descending=descending))
        found = list(queryset.order_by(*(f"-{name}" if descending else name for name in names))[: size + 1])
        rows, more = found[:size], len(found) > size
        if backwards:
            rows.reverse()
        if rows and (more or backwards):
            self.next_place = Place(False, _values(rows[-1], names))
        if rows and (more if backwards else place is not None):
            self.previous_place = Place(True, _values(rows[0], names))
        return rows

    def asked(self, request: Request) -> Place | None:
        """The place that the address names. Raises ValidationError for one that was never given out."""
        sent = request.query_params.get(self.cursor_query_param)
        if not sent:
            return None
        try:
            backwards, values = json.loads(base64.urlsafe_b64decode(sent.encode("ascii")))
        except (ValueError, TypeError, binascii.Error, RecursionError) as fault:
            raise _unknown() from fault
        if not isinstance(backwards, bool) or not isinstance(values, list):
            raise _unknown()
        return Place(backwards, values)

    def get_next_link(self) -> str | None:
        return self._link(self.next_place)

    def get_previous_link(self) -> str | None:
        return self._link(self.previous_place)

    def _link(self, place: Place | None) -> str | None:
        if place is None:
            return None
        cursor = base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode()
        return str(replace_query_param(self.address, self.cursor_query_param, cursor))


class LongPages(Keyset):
    """For lists that programs want whole, such as a file plan."""

    page_size = 200


class Slices(Keyset):
    """Pages of rows that are in memory already: the sheets of a binder."""

    def cut(self, rows: Sequence[T], request: Request) -> Sequence[T]:
        self.address = request.build_absolute_uri()
        size, place = self.get_page_size(request), self.asked(request)
        if place is not None and not (len(place.values) == 1 and isinstance(place.values[0], int) and place.values[0] >= 0):
            raise _unknown()
        start = place.values[0] if place else 0
        if start + size < len(rows):
            self.next_place = Place(False, [start + size])
        if start:
            self.previous_place = Place(False, [max(0, start - size)])
        return rows[start : start + size]


def _beyond(names: list[str], values: list[Any], *, descending: bool) -> Q:
    """Rows after these values in the order. The first field's bound is said twice, so that its index is used."""
    sign = "lt" if descending else "gt"
    *leading, (last, value) = zip(names, values, strict=True)
    found = Q(**{f"{last}__{sign}": value})
    for name, bound in reversed(leading):
        found = Q(**{f"{name}__{sign}e": bound}) & (Q(**{f"{name}__{sign}": bound}) | found)
    return found


def _values(row: Model, names: list[str]) -> list[Any]:
    return [value.isoformat() if isinstance(value := getattr(row, name), datetime) else value for name in names]


def _typed(model: type[Model], names: list[str], values: list[Any]) -> list[Any]:
    if len(values) != len(names):
        raise _unknown()
    try:
        typed = [model._meta.get_field(name).to_python(value) for name, value in zip(names, values, strict=True)]  # type: ignore[union-attr]
    except (FieldError, OverflowError, TypeError, ValueError) as fault:
        raise _unknown() from fault
    for value in typed:
        naive = isinstance(value, datetime) and timezone.is_naive(value)
        too_large = isinstance(value, int) and abs(value) >= 1 << 63
        unstorable = isinstance(value, str) and ("\x00" in value or not value.isprintable())
        if value is None or naive or too_large or unstorable:
            raise _unknown()
    return typed


def _unknown() -> ValidationError:
    return ValidationError({"cursor": [_("This page does not exist.")]})
