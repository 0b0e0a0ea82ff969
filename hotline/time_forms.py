"""The form that books time on a ticket."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import TimeEntry
from .time_booking import MOST_MINUTES


class TimeForm(forms.Form):
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=MOST_MINUTES)
    activity = forms.ChoiceField(label=_("Activity"), choices=TimeEntry.Activity.choices)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Empty: today."))


class QuarterForm(forms.Form):
    year = forms.IntegerField(min_value=2000, max_value=2099)
    quarter = forms.IntegerField(min_value=1, max_value=4)
