"""Forms of a file's life: re-filing, registers, volumes, subfiles, periods, holds, hand-over. They check what was typed; the acts decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.forms import PersonChoice
from tenants.models import Office, User

from . import reminder_hand_over
from .models import FilePlanUnit
from .models.access import LEVEL_WRITE
from .plan_forms import StartsWith, start_choice, start_event


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A date, typed or chosen in the browser's calendar."""
    widget = forms.DateInput(attrs={"type": "date", "min": "1800-01-01", "max": "2199-12-31"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class RefileForm(forms.Form):
    """Where to, and why. Units that the clerk lately opened files in stand first."""

    unit = forms.ChoiceField(label=_("New file plan unit"))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, clerk: User, but: FilePlanUnit, recent: list[FilePlanUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = FilePlanUnit.objects.holding_files_for(clerk, LEVEL_WRITE).in_order().exclude(pk=but.pk)
        self.units: dict[str, FilePlanUnit] = {str(unit.public_id): unit for unit in units.select_related("scope")}
        first = [(str(u.public_id), str(u)) for u in recent if str(u.public_id) in self.units]
        every = [(public_id, str(unit)) for public_id, unit in self.units.items()]
        groups: list[Any] = [(_("Lately used"), first)] if first else []
        self.fields["unit"].choices = [("", _("Please choose")), *groups, (_("All units"), every)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> FilePlanUnit:
        return self.units[self.cleaned_data["unit"]]


class RegisterForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    colour = forms.CharField(
        label=_("Colour"), required=False, widget=forms.TextInput(attrs={"type": "color"}), help_text=_("Colour of the divider.")
    )


class VolumeForm(forms.Form):
    opened_on = day(_("From"))
    location = forms.CharField(label=_("Location"), max_length=200, required=False, help_text=_("Room, shelf, box."))


class VolumeChangeForm(VolumeForm):
    closed_on = day(_("Until"), required=False)
    field_order = ("opened_on", "closed_on", "location")


class ParentForm(forms.Form):
    reference = forms.CharField(label=_("Reference of the file it is part of"), max_length=120)


class PeriodForm(StartsWith):
    """A period of the file's own; empty fields are as in the file plan."""

    retention_years = forms.IntegerField(label=_("Retention in years"), required=False, min_value=0, max_value=200)
    retention_unlimited = forms.BooleanField(label=_("Kept without limit"), required=False)
    retention_start = start_choice(_("As set in the file plan"))
    retention_starts_with = start_event()
    disposal_action = forms.ChoiceField(
        label=_("Disposal action"), required=False, choices=[("", _("As set in the file plan")), *FilePlanUnit.DisposalAction.choices]
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class EventForm(forms.Form):
    on = day(_("Day of the event"), required=False, help_text=_("Empty: not known yet."))


class HoldForm(forms.Form):
    hold_reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class HandOverForm(forms.Form):
    """Between which offices, and where."""

    giving = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that gives"), to_field_name="public_id", empty_label=_("Please choose")
    )
    taking = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that takes"), to_field_name="public_id", empty_label=_("Please choose")
    )
    unit = forms.ModelChoiceField(
        FilePlanUnit.objects.none(),
        label=_("Only in this unit"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Whole file plan"),
    )
    open_only = forms.BooleanField(label=_("Leave out closed files"), required=False)

    def __init__(self, *args: Any, clerk: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giving"].queryset = Office.objects.order_by("code")  # type: ignore[attr-defined]
        self.fields["taking"].queryset = Office.objects.filter(is_active=True).order_by("code")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = FilePlanUnit.objects.visible_to(clerk).in_order()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("giving") and data.get("giving") == data.get("taking"):
            raise forms.ValidationError(_("Please choose two different offices."))
        return data


class ReminderHandOverForm(forms.Form):
    """Whose reminders: of an office or of a person that the supervisor leads; and to whom."""

    giving = forms.ChoiceField(label=_("Reminders of"))
    taking = PersonChoice(label=_("Person who takes them"))

    def __init__(self, *args: Any, supervisor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = {f"office:{one.public_id}": one for one in reminder_hand_over.offices_of(supervisor=supervisor)}
        people = {f"person:{one.public_id}": one for one in reminder_hand_over.people_of(supervisor=supervisor)}
        self.givers: dict[str, Office | User] = {**offices, **people}
        groups: list[Any] = [("", _("Please choose"))]
        groups += [
            (title, [(key, str(one)) for key, one in found.items()]) for title, found in ((_("Offices"), offices), (_("People"), people))
        ]
        self.fields["giving"].choices = groups  # type: ignore[attr-defined]
        self.fields["taking"].queryset = User.objects.active().by_name()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("giving"):
            data["giving"] = self.givers[data["giving"]]
            if data["giving"] == data.get("taking"):
                raise forms.ValidationError(_("Please choose two different people."))
        return data
