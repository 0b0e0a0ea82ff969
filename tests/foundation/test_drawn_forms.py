"""Controls that are drawn by code look exactly like Django's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from foundation.drawn_forms import Renderer

PLAIN = [("", "Bitte wählen"), ("a", "Äpfel & Birnen"), (7, 'Sieben "Zwerge"'), (None, "Nichts"), ("<b>", mark_safe("<b>fett</b>"))]
GROUPED = [("Obst & Co.", [("a", "Apfel"), ("b", "Birne")]), ("k", "Keines"), ("Leer", [])]


class Odd(forms.Select):
    option_template_name = "django/forms/widgets/checkbox_option.html"


def both(widget: forms.Widget, value: Any) -> list[str]:
    """The control by Django and by us, without white space between elements."""
    attrs = {"id": "x", "required": True, "disabled": False, "data-n": 1234, "title": 'a "b" <c>'}
    drawn = [widget.render("feld", value, attrs, renderer()) for renderer in (DjangoTemplates, Renderer)]
    return [re.sub(r">\s+<", "><", str(one)).strip() for one in drawn]


class TestSelect:
    @pytest.mark.parametrize("choices", [PLAIN, GROUPED, []])
    @pytest.mark.parametrize("value", [None, "", "a", 7, "<b>", "unbekannt"])
    def test_is_that_of_django(self, choices: Any, value: Any) -> None:
        known, ours = both(forms.Select(choices=choices), value)

        assert ours == known

    def test_of_several_is_too(self) -> None:
        known, ours = both(forms.SelectMultiple(choices=GROUPED), ["a", "k"])

        assert ours == known
        assert ours.count("selected") == 2

    def test_leaves_options_that_are_drawn_otherwise_to_django(self) -> None:
        known, ours = both(Odd(choices=PLAIN), "a")

        assert ours == known

    def test_other_controls_are_those_of_django(self) -> None:
        for widget in (forms.TextInput(), forms.RadioSelect(choices=PLAIN), forms.CheckboxInput()):
            known, ours = both(widget, "a")
            assert ours == known
