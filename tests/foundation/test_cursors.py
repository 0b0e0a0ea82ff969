"""Lists in pages: every row once, whatever ties, whatever is empty, and forged cursors get a 400."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import models
from django.db.models.functions import Length
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from foundation.api.cursors import Cursors

from .databases import ENGINES, database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Shelf(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        app_label = "foundation_cursors"


class Slip(models.Model):
    title = models.CharField(max_length=40)
    lent_on = models.DateTimeField(null=True)
    written_at = models.DateTimeField()
    shelf = models.ForeignKey(Shelf, models.CASCADE)

    class Meta:
        app_label = "foundation_cursors"


@pytest.fixture(params=ENGINES)
def slips(request, tmp_path, django_db_blocker) -> Iterator[models.QuerySet]:
    """130 slips that tie in nearly everything."""
    with django_db_blocker.unblock(), database(request.param, tmp_path, Shelf, Slip) as alias:
        shelves = [Shelf.objects.using(alias).create(name=name) for name in ("Öl", "alt", "Zoo")]
        Slip.objects.using(alias).bulk_create(
            Slip(
                title=f"Blatt {number % 7}\xa0ü",
                lent_on=None if number % 3 else NOON + timedelta(microseconds=number % 5),
                written_at=NOON + timedelta(days=number % 4),
                shelf=shelves[number % 3],
            )
            for number in range(130)
        )
        yield Slip.objects.using(alias)


class View:
    def __init__(self, ordering=None):
        self.ordering = ordering


def page_of(slips, ordering=None, **query):
    request = Request(APIRequestFactory().get("/api/v1/slips/", query))
    cursors = Cursors()
    rows = cursors.paginate_queryset(slips, request, View(ordering))
    return rows, cursors.get_paginated_response([]).data


def cursor_in(link: str) -> str:
    return parse_qs(urlsplit(link).query)["cursor"][0]


def leaf_through(slips, ordering, size, towards="next", **query):
    """All pages from the first (or, towards the previous, from a given cursor)."""
    pages = []
    while True:
        rows, links = page_of(slips, ordering, page_size=size, **query)
        pages.append([row.pk for row in rows])
        if links[towards] is None:
            return pages, query
        query["cursor"] = cursor_in(links[towards])


def forged(*parts) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


ORDERS = [
    ("pk",),
    ("-written_at",),
    ("title", "-written_at"),
    ("lent_on",),
    ("-lent_on", "title"),
    ("title", "lent_on"),
    ("shelf__name", "-pk"),
    ("-shelf",),
]


class TestPages:
    @pytest.mark.parametrize("order", ORDERS, ids=str)
    def test_have_every_row_once_forwards_and_backwards(self, slips, order):
        pages, last = leaf_through(slips, order, 9)
        forwards = [pk for page in pages for pk in page]

        back, _first = leaf_through(slips, order, 9, towards="previous", **last)

        assert len(forwards) == len(set(forwards)) == 130
        assert [pk for page in reversed(back) for pk in page] == forwards

    @pytest.mark.parametrize("order", ORDERS[:6], ids=str)
    def test_come_in_the_order_that_was_asked_for(self, slips, order):
        everything = {slip.pk: slip for slip in slips.all()}
        greatest = datetime.max.replace(tzinfo=UTC)
        wanted = list(everything)
        for name in reversed(order):
            field, down = name.lstrip("-"), name.startswith("-")
            wanted.sort(key=lambda pk, field=field: getattr(everything[pk], field) or greatest, reverse=down)

        pages, _last = leaf_through(slips, order, 50)

        def said(pks):
            return [[getattr(everything[pk], name.lstrip("-")) for name in order] for pk in pks]

        assert said(pk for page in pages for pk in page) == said(wanted)

    def test_follow_the_order_of_the_queryset_if_the_view_says_nothing(self, slips):
        rows, _links = page_of(slips.order_by("-pk"), page_size=3)

        assert [row.pk for row in rows] == sorted((row.pk for row in slips.all()), reverse=True)[:3]

    def test_follow_an_annotation(self, slips):
        pages, _last = leaf_through(slips.annotate(length=Length("shelf__name")), ("-length",), 40)

        assert len({pk for page in pages for pk in page}) == 130

    def test_take_rows_as_dictionaries(self, slips):
        rows, links = page_of(slips.values("pk", "title"), ("title",), page_size=3)
        more, _links = page_of(slips.values("pk", "title"), ("title",), page_size=3, cursor=cursor_in(links["next"]))

        assert len({row["pk"] for row in [*rows, *more]}) == 6

    def test_do_not_shift_when_rows_come_and_go(self, slips):
        rows, links = page_of(slips, ("pk",), page_size=10)
        slips.filter(pk__in=[row.pk for row in rows]).delete()

        more, _links = page_of(slips, ("pk",), page_size=10, cursor=cursor_in(links["next"]))

        assert more[0].pk == rows[-1].pk + 1

    def test_hold_fifty_rows_unless_asked_and_never_more_than_two_hundred(self, slips):
        assert len(page_of(slips)[0]) == 50
        assert len(page_of(slips, page_size=130)[0]) == 130
        assert Cursors().get_page_size(Request(APIRequestFactory().get("/", {"page_size": "999999999999"}))) == 200

    def test_say_nothing_but_results_and_two_links(self, slips):
        _rows, links = page_of(slips, page_size=3, q="Bau & Öl")

        assert set(links) == {"results", "next", "previous"}
        assert links["previous"] is None
        assert parse_qs(urlsplit(links["next"]).query)["q"] == ["Bau & Öl"]

    def test_cost_one_query_each(self, slips, django_assert_num_queries):
        from django.db import connections

        _rows, links = page_of(slips, page_size=3)

        with django_assert_num_queries(1, connection=connections[slips.db]) as seen:
            page_of(slips, page_size=3, cursor=cursor_in(links["next"]))
        assert "COUNT" not in seen.captured_queries[0]["sql"]
        assert "OFFSET" not in seen.captured_queries[0]["sql"]


class TestNonsense:
    @pytest.mark.parametrize("size", ["0", "-1", "abc", "", "1.5", "²", "٣"])
    def test_is_refused_as_a_page_size(self, slips, size):
        with pytest.raises(ValidationError) as refusal:
            page_of(slips, page_size=size)
        assert list(refusal.value.detail) == ["page_size"]

    @pytest.mark.parametrize(
        "cursor",
        [
            "garbage",
            "ünïcode",
            "\x00",
            "AAAA",
            "A" * 100_000,
            base64.urlsafe_b64encode(b"[" * 3000).decode(),
            base64.urlsafe_b64encode(b"\xff\xfe").decode(),
            forged(),
            forged(False, "title,pk", []),
            forged(1, "title,pk", ["a", 1]),
            forged(False, "title,pk", ["a\x00b", 1]),
            forged(False, "title,pk", ["\ud800", 1]),
            forged(False, "title,pk", [None, 1]),
            forged(False, "title,pk", ["a", "b"]),
            forged(False, "title,pk", ["a", 1 << 70]),
            forged(False, "title,pk", ["a", {"b": 1}]),
            forged(False, "title,pk", {"a": 1}),
            forged(False, "pk", [1]),
            forged(False, "shelf__name,pk", ["a", 1]),
        ],
        ids=lambda cursor: cursor[:30].encode("unicode-escape").decode(),
    )
    def test_is_refused_as_a_cursor(self, slips, cursor):
        with pytest.raises(ValidationError) as refusal:
            page_of(slips, ("title",), cursor=cursor)
        assert list(refusal.value.detail) == ["cursor"]

    @pytest.mark.parametrize("moment", ["yesterday", "2026-01-01T00:00:00", "2026-13-01T00:00:00+00:00", "", 5, True, 1e400])
    def test_is_refused_as_a_moment(self, slips, moment):
        with pytest.raises(ValidationError):
            page_of(slips, ("written_at",), cursor=forged(False, "written_at,pk", [moment, 1]))

    def test_is_refused_when_the_list_is_ordered_otherwise(self, slips):
        _rows, links = page_of(slips, ("title",), page_size=3)

        with pytest.raises(ValidationError):
            page_of(slips, ("-title",), cursor=cursor_in(links["next"]))

    def test_in_the_code_is_told_to_the_developer(self, slips):
        with pytest.raises(TypeError):
            page_of(slips.order_by(models.F("title").desc()))
