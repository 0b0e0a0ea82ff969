"""Forms of data protection: how long requests are kept, and the second confirmation before somebody is anonymised."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality

from .retaining import LEAST, MOST


class RuleForm(forms.Form):
    """Years for all municipalities, or for one."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.order_by("name"),
        label=_("Municipality"),
        required=False,
        to_field_name="slug",
        empty_label=_("All that have no rule of their own"),
    )
    years = forms.IntegerField(
        label=_("Years after the year in which a request was settled"),
        required=False,
        min_value=LEAST,
        max_value=MOST,
        help_text=_("Empty, with a municipality: its own rule goes, and it is kept as long as all others."),
    )


class ConfirmForm(forms.Form):
    """Her name once more, typed: so that nobody does it by a slip."""

    confirmed = forms.CharField(
        label=_("Type the name once more to confirm"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
