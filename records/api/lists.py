"""Lists in pages that differ from the usual ones (foundation.api.cursors)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import BigIntegerField
from rest_framework.request import Request

from foundation.api.cursors import Cursors, Key, Place

T = TypeVar("T")
START = Key("start", descending=False, nullable=False, field=BigIntegerField())


class LongPages(Cursors):
    """For lists that programs want whole, such as a file plan."""

    page_size = 200


class Slices(Cursors):
    """Pages of rows that are in memory already: the sheets of a binder."""

    order = "start"

    def cut(self, rows: Sequence[T], request: Request) -> Sequence[T]:
        self.address = request.build_absolute_uri()
        size, place = self.get_page_size(request), self.place(request, [START])
        start = max(0, place.values[0]) if place else 0
        if start + size < len(rows):
            self.following = Place(False, [start + size])
        if start:
            self.preceding = Place(False, [max(0, start - size)])
        return rows[start : start + size]
