"""A choice among rows that shows their names: no object is made for the hundreds that are not chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import ModelChoiceIterator

if TYPE_CHECKING:  # Django's own classes take no type argument at run time
    RowField = forms.ModelChoiceField[Any]
    RowIterator = ModelChoiceIterator[Any]
else:
    RowField, RowIterator = forms.ModelChoiceField, ModelChoiceIterator


class Names(RowIterator):
    """Value and name of each row, as the select draws them."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        field: Any = self.field
        if field.empty_label is not None:
            yield "", field.empty_label
        for value, *columns in self.queryset.values_list(field.to_field_name or "pk", *field.columns):
            yield str(value), field.words(*columns)


class NamedChoice(RowField):
    """As ModelChoiceField. `words` makes a row's name of `columns`; it shall say what str() says of the object."""

    iterator = Names

    def __init__(self, *args: Any, columns: Sequence[str], words: Callable[..., str], **kwargs: Any) -> None:
        self.columns, self.words = columns, words
        super().__init__(*args, **kwargs)
