"""A moment in a template: as people read it, and as programs do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

AT = datetime(2026, 11, 26, 23, 5, tzinfo=UTC)  # already the 27th, a Friday, in Berlin
SUMMER = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)


def drawn(tag: str, at: Any = AT) -> str:
    with translation.override("de"):
        return Template(tag).render(Context({"at": at}))


class TestMoment:
    @pytest.mark.parametrize("at", [AT, SUMMER])
    def test_says_the_same_as_the_filters_that_it_replaces(self, at: datetime) -> None:
        known = """<time datetime="{{ at|date:'c' }}">{{ at|date:"d.m.Y H:i" }}</time>"""

        assert drawn("{% moment at %}", at) == drawn(known, at)
        assert drawn('{% moment at "words" %}', at) == drawn('{{ at|date:"d.m.Y H:i" }}', at)

    @pytest.mark.parametrize("at", [AT, SUMMER])
    def test_names_the_day_of_the_week_where_that_is_wanted(self, at: datetime) -> None:
        known = """<time datetime="{{ at|date:'c' }}">{{ at|date:"D d.m. H:i" }}</time>"""

        assert drawn('{% moment at "weekday" %}', at) == drawn(known, at)

    @pytest.mark.parametrize("at", [AT, SUMMER])
    def test_says_the_day_alone_where_that_is_wanted(self, at: datetime) -> None:
        known = """<time datetime="{{ at|date:'c' }}">{{ at|date:"d.m.Y" }}</time>"""

        assert drawn('{% moment at "day" %}', at) == drawn(known, at)

    def test_carries_a_class(self) -> None:
        assert drawn('{% moment at "" "small muted" %}').startswith(
            '<time class="small muted" datetime="2026-11-27T00:05:00+01:00">27.11.2026 00:05'
        )

    @pytest.mark.parametrize("nothing", [None, "", "2026-11-26"])
    def test_is_nothing_where_there_is_no_moment(self, nothing: Any) -> None:
        assert drawn("{% moment at %}", nothing) == ""

    @pytest.mark.parametrize("tag", ["{% moment %}", '{% moment at "long" %}', """{% moment at "" "a' onclick" %}"""])
    def test_refuses_what_it_does_not_know(self, tag: str) -> None:
        with pytest.raises(TemplateSyntaxError):
            drawn(tag)
