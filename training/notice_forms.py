"""The form in which somebody says whether she is reminded."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WishesForm(forms.Form):
    reminders = forms.BooleanField(
        label=_("Remind me by e-mail before each session"),
        help_text=_("Two days and one hour before. A place, a change or a cancellation you are told in any case."),
        required=False,
    )
