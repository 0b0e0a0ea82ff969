"""A form that was refused because somebody else was quicker: what is stored now stands beside what was typed, and it can be sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Refused:
    """One of the forms of a screen that has several, after it was refused: its act, what was typed in it, and the row that it is about.

    `seen` is the mark that it sends again: the old one, unless it was refused because of that; then `now` says what is stored instead.
    """

    act: str
    form: forms.BaseForm
    row: str = ""
    seen: str = ""
    now: Sequence[tuple[str, str]] = ()

    def is_of(self, act: str, row: object = "") -> bool:
        return (self.act, self.row) == (act, str(row))


def renew(form: forms.BaseForm, stored: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and stored value of each field in which what is stored differs from what was typed.

    `stored` is what the form would begin with now, with its hidden marks: these take the place of the old ones, for its writer has seen the
    newer state. What she has typed stays.
    """
    sent: Any = form.data.copy()  # type: ignore[attr-defined] # a QueryDict
    for field in form.hidden_fields():
        if field.name in stored:
            sent[field.html_name] = str(stored[field.name])
    form.data = sent
    return [(str(field.label), _word(field.field, stored[field.name])) for field in form.visible_fields() if _differs(field, stored)]


def _differs(field: forms.BoundField, stored: Mapping[str, Any]) -> bool:
    return field.name in stored and field.field.has_changed(field.field.prepare_value(stored[field.name]), field.data)


def _word(field: forms.Field, value: Any) -> str:
    """A value as people read it; a dash for none."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if value and field.widget.attrs.get("type") == "color":
        patch = '<svg class="order__colour" aria-hidden="true" viewBox="0 0 8 28"><rect width="8" height="28" rx="2" fill="{}"/></svg> {}'
        return format_html(patch, value, value)
    if not isinstance(field, forms.ModelChoiceField) and (choices := getattr(field, "choices", None)):
        value = _flat(choices).get(str(value), value)
    return "–" if value in (None, "") else str(value)


def _flat(choices: Any) -> dict[str, str]:
    """Choices by value, out of their groups."""
    found: dict[str, str] = {}
    for value, label in choices:
        inner = label if isinstance(label, list | tuple) else [(value, label)]
        found |= {str(one): str(said) for one, said in inner}
    return found
