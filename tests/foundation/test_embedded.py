"""Data of a page: what a browser reads is what was meant, and it stays inside its element."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.utils.html import json_script
from hypothesis import given
from hypothesis import strategies as st
from orjson import Fragment

from foundation.embedded import script_of

NASTY = '</script><!-- <script>alert("ä") & \\u003C \u2028 \x00 \U0001f600'
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT, lambda of: st.lists(of) | st.dictionaries(TEXT, of))


def inside(element: str) -> str:
    found = re.fullmatch(r'<script id="it" type="application/json">(.*)</script>', element, re.DOTALL)
    assert found
    return found[1]


class TestScript:
    @given(JSON)
    def test_says_what_was_meant(self, data: Any) -> None:
        assert json.loads(inside(script_of(data, "it"))) == data

    @given(st.lists(TEXT) | st.just([NASTY]))
    def test_has_no_letter_that_ends_it(self, texts: list[str]) -> None:
        assert not set("<>&") & set(inside(script_of({text: text for text in texts}, "it")))

    def test_is_as_careful_as_djangos(self) -> None:
        assert json.loads(inside(script_of(NASTY, "it"))) == json.loads(inside(json_script(NASTY, "it")))

    def test_takes_in_what_is_json_already(self) -> None:
        assert inside(script_of({"sizes": Fragment("[[595,842]]")}, "it")) == '{"sizes":[[595,842]]}'

    def test_guards_the_name_too(self) -> None:
        assert script_of(1, '"><b>') == '<script id="&quot;&gt;&lt;b&gt;" type="application/json">1</script>'

    def test_refuses_what_json_cannot_say(self) -> None:
        with pytest.raises(TypeError):
            script_of({"set": {1, 2}}, "it")
