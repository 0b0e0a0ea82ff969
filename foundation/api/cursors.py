"""Lists in pages: an opaque cursor names the row after which (or before which) a page begins, by all fields that order the list.

No offset and no count: the last page costs what the first does, and rows that tie in one field are neither lost nor doubled. What is
inserted or deleted between two calls moves no other row from one page to the next.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.core.exceptions import ValidationError as FieldError
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

LONGEST_CURSOR = 4096


class Key(NamedTuple):
    """One of the fields that order a list. A nullable field's empty values count as the greatest, as PostgreSQL has them."""

    name: str
    descending: bool
    nullable: bool
    field: Field[Any, Any]

    def order(self, backwards: bool) -> OrderBy:
        if self.descending != backwards:
            return F(self.name).desc(nulls_first=True if self.nullable else None)
        return F(self.name).asc(nulls_last=True if self.nullable else None)

    def beyond(self, value: Any, backwards: bool) -> Q | None:
        """Rows after this value; None if there can be none."""
        down = self.descending != backwards
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if down else None
        after = Q(**{f"{self.name}__{'lt' if down else 'gt'}": value})
        return after | Q(**{f"{self.name}__isnull": True}) if self.nullable and not down else after

    def at(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


class Place(NamedTuple):
    """Beyond which row a page begins, and in which direction it is read."""

    backwards: bool
    values: list[Any]


class Cursors(CursorPagination):
    """`?page_size=` (1 to 200, more is cut to 200) and an opaque `?cursor=`; answers `{results, next, previous}`.

    The order is the view's `ordering`, else the queryset's own `order_by`, else the primary key: names of fields, of annotations or across
    relations, each with or without `-`. The primary key is appended, so that no two rows tie. A parameter that makes no sense is a 400.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    cursor_query_param = "cursor"
    ordering: Any = None
    following: Place | None = None
    preceding: Place | None = None
    order: str = ""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        size, keys = self.get_page_size(request), keys_of(queryset, self.names(queryset, view))
        self.order = ",".join(f"-{key.name}" if key.descending else key.name for key in keys)
        place = self.place(request, keys)
        backwards = place is not None and place.backwards
        if place is not None:
            queryset = queryset.filter(_beyond(keys, place))
        found = list(queryset.order_by(*(key.order(backwards) for key in keys))[: size + 1])
        rows, more = found[:size], len(found) > size
        if backwards:
            rows.reverse()
        if rows and (more or backwards):
            self.following = Place(False, [_value(rows[-1], key) for key in keys])
        if rows and (more if backwards else place is not None):
            self.preceding = Place(True, [_value(rows[0], key) for key in keys])
        return rows

    def names(self, queryset: QuerySet[Any], view: Any) -> list[str]:
        """What orders the list, as Django writes it. Raises TypeError for an expression, which no cursor can name."""
        wanted = getattr(view, "ordering", None) or self.ordering or queryset.query.order_by or ()
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        if not all(isinstance(name, str) for name in names):
            raise TypeError("lists in pages are ordered by names of fields; annotate the expression and name the annotation")
        return names

    def get_page_size(self, request: Request) -> int:
        value = request.query_params.get(self.page_size_query_param)
        if value is None:
            return self.page_size
        if not (value.isascii() and value.isdecimal()) or int(value[:9]) < 1:
            raise ValidationError({self.page_size_query_param: [_("Please give a number from 1 to 200.")]})
        return min(int(value[:9]), self.max_page_size)

    def place(self, request: Request, keys: list[Key]) -> Place | None:
        """The place that the address names. Raises ValidationError for one that was never given out for a list in this order."""
        sent = request.query_params.get(self.cursor_query_param)
        if not sent:
            return None
        try:
            if len(sent) > LONGEST_CURSOR:
                raise ValueError("too long")
            backwards, order, values = json.loads(base64.b64decode(sent.encode("ascii"), altchars=b"-_", validate=True))
            if type(backwards) is not bool or order != self.order or not isinstance(values, list) or len(values) != len(keys):
                raise ValueError("not ours")
            return Place(backwards, [_typed(key, value) for key, value in zip(keys, values, strict=True)])
        except (ValueError, TypeError, ArithmeticError, RecursionError, FieldError) as fault:
            raise ValidationError({self.cursor_query_param: [_("This page does not exist.")]}) from fault

    def get_next_link(self) -> str | None:
        return self.address_of(self.following)

    def get_previous_link(self) -> str | None:
        return self.address_of(self.preceding)

    def address_of(self, place: Place | None) -> str | None:
        """The address of the page at a place."""
        if place is None:
            return None
        text = json.dumps([place.backwards, self.order, place.values], separators=(",", ":"))
        return str(replace_query_param(self.address, self.cursor_query_param, base64.urlsafe_b64encode(text.encode()).decode()))

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }


def keys_of(queryset: QuerySet[Any], names: Iterable[str]) -> list[Key]:
    """The fields behind the names, with the primary key at the end. Raises FieldDoesNotExist for a name that is none."""
    keys = [_key(queryset, name.removeprefix("-"), name.startswith("-")) for name in names]
    own = queryset.model._meta.pk
    if not any(key.field is own for key in keys):
        keys.append(Key("pk", keys[-1].descending if keys else False, False, own))
    return keys


def _key(queryset: QuerySet[Any], name: str, descending: bool) -> Key:
    if name in queryset.query.annotations:
        return Key(name, descending, True, queryset.query.annotations[name].output_field)
    model: type[Model] | None = queryset.model
    nullable, field = False, None
    for part in name.split("__"):
        if model is None:
            raise FieldDoesNotExist(name)
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable = nullable or bool(field.null)
        model = field.related_model if isinstance(field.related_model, type) else None
    assert isinstance(field, Field)
    return Key(name, descending, nullable, field)


def _beyond(keys: list[Key], place: Place) -> Q:
    """Rows after a place. A field's bound is said twice (>= and >), so that the database can use its index."""
    found: Q | None = None
    for key, value in reversed(list(zip(keys, place.values, strict=True))):
        after = key.beyond(value, place.backwards)
        if found is None:
            found = after
        elif key.nullable:
            found = key.at(value) & found if after is None else after | key.at(value) & found
        else:
            bound = Q(**{f"{key.name}__{'lte' if key.descending != place.backwards else 'gte'}": value})
            found = bound & (after | found) if after is not None else found
    return Q(pk__in=[]) if found is None else found


def _value(row: Any, key: Key) -> Any:
    """The row's value as a cursor holds it: text, number, or nothing."""
    if isinstance(row, Mapping):
        value = row[key.name]
    elif hasattr(row, key.name):
        value = getattr(row, key.name)
    else:
        value = row
        for part in key.name.split("__"):
            value = getattr(value, part, None)
    if isinstance(value, Model):
        value = value.pk
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _typed(key: Key, sent: Any) -> Any:
    """A value from a cursor as its field has it. Raises ValueError and its like for what the field could not hold."""
    if sent is None:
        if not key.nullable:
            raise ValueError("no value")
        return None
    value = key.field.to_python(sent)
    naive = isinstance(value, datetime) and timezone.is_naive(value)
    too_large = isinstance(value, int) and abs(value) >= 1 << 63
    if value is None or naive or too_large or (isinstance(value, str) and "\x00" in value):
        raise ValueError("no such value")
    if isinstance(value, str):
        value.encode()  # a lone surrogate is no text
    return value
