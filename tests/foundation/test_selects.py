from __future__ import annotations

import pytest
from django import forms
from pytest_django.asserts import assertHTMLEqual

from foundation.selects import Select

CHOICES = [
    ("", "Bitte wählen"),
    ("a", 'Amt <b>6</b> & "Bau"'),
    ("Gruppe 'eins'", [("b", "Beate"), (7, "Sieben")]),
    (None, "nichts"),
]


class TestSelect:
    @pytest.mark.parametrize("value", ["", "a", "7", None, "<x>"])
    @pytest.mark.parametrize("attrs", [{}, {"id": "id_x", "required": True, "disabled": False, "data-y": 'a"b'}])
    def test_writes_what_djangos_own_does(self, value: str | None, attrs: dict[str, object]) -> None:
        ours, djangos = Select(choices=CHOICES), forms.Select(choices=CHOICES)

        assertHTMLEqual(ours.render("x", value, attrs), djangos.render("x", value, attrs))

    def test_escapes_names_and_labels(self) -> None:
        html = Select(choices=[("<v>", "<l>")]).render('n"', None)

        assert "<v>" not in html
        assert "<l>" not in html
        assert 'name="n&quot;"' in html

    def test_keeps_what_a_subclass_says_of_an_option(self) -> None:
        class Marked(Select):
            def create_option(self, *args: object, **kwargs: object) -> dict[str, object]:
                option = super().create_option(*args, **kwargs)  # type: ignore[arg-type]
                return {**option, "attrs": {**option["attrs"], "data-mark": "1"}}

        assert '<option value="a" data-mark="1">A</option>' in Marked(choices=[("a", "A")]).render("x", None)
