"""Forms for keeping the file plan: they check what was typed; the acts decide."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import plan_fields
from .models import WITH_CLOSING, FilePlanUnit, PlanEdition, PlannedUnit, RegisterSet
from .plan_fields import EVENT, MOST_YEARS, WORDS


class SometimesNeeded(forms.CharField):
    """Not required by itself, but by what is entered elsewhere: to call it optional would be wrong (components/field.html)."""

    sometimes_needed = True


def _reason(field: str) -> forms.CharField:
    """Why a unit sets aside what it would inherit; it stands below the value."""
    return SometimesNeeded(
        label=WORDS[plan_fields.REASONS[field]],
        required=False,
        max_length=500,
        help_text=gettext_lazy("Needed where the unit sets aside what it would inherit."),
    )


def _day(name: str, help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=WORDS[name],
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        help_text=help_text,
    )


def start_choice(inherited: Any, help_text: Any = "") -> forms.ChoiceField:
    """What starts a period: as it is inherited, closing, or an event, which is named in a field of its own (start_event)."""
    choices = [
        ("", inherited),
        (WITH_CLOSING, gettext_lazy("Closing of the file (zdA)")),
        (EVENT, gettext_lazy("Another event")),
    ]
    return forms.ChoiceField(label=WORDS["retention_starts_with"], required=False, choices=choices, help_text=help_text)


def start_event() -> forms.CharField:
    return SometimesNeeded(
        label=gettext_lazy("Which event"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("In words, for example “demolition of the building”. Needed where the period starts with another event."),
    )


class StartsWith(forms.Form):
    """A form with `retention_start` (start_choice) and `retention_starts_with` (start_event): cleaned, the latter is what is stored."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        choice, event = data.get("retention_start", ""), data.get("retention_starts_with", "")
        if choice == EVENT:
            if not event and "retention_starts_with" not in self.errors:
                self.add_error("retention_starts_with", _("Please name the event that starts the period."))
        elif event and "retention_starts_with" in self.changed_data:  # one that stood there before is left by choosing something else
            sentence = _("You have named an event. Please choose “Another event”, or empty that field.")
            self.add_error("retention_start", sentence)
        else:
            data["retention_starts_with"] = choice
        return data


class PlanFields(StartsWith):
    """Title, defaults and validity of a unit. Empty fields are inherited. `seen` is the fingerprint of what the form was filled with."""

    title = forms.CharField(label=WORDS["title"], max_length=300)
    retention_years = forms.IntegerField(
        label=gettext_lazy("Retention in years"), required=False, min_value=1, max_value=MOST_YEARS["retention_years"]
    )
    retention_unlimited = forms.BooleanField(label=gettext_lazy("Kept without limit"), required=False)
    override_reason = _reason("retention")
    retention_start = start_choice(
        gettext_lazy("As in the unit above"), gettext_lazy("Where no unit above names an event either, the period starts with closing.")
    )
    retention_starts_with = start_event()
    retention_starts_with_reason = _reason("retention_starts_with")
    transfer_years = forms.IntegerField(label=WORDS["transfer_years"], required=False, min_value=0, max_value=MOST_YEARS["transfer_years"])
    transfer_years_reason = _reason("transfer_years")
    disposal_action = forms.ChoiceField(label=WORDS["disposal_action"], required=False)
    disposal_action_reason = _reason("disposal_action")
    register_set = forms.ModelChoiceField(
        RegisterSet.objects.none(), label=WORDS["register_set"], required=False, to_field_name="public_id"
    )
    register_set_reason = _reason("register_set")
    registration = forms.ChoiceField(label=WORDS["registration"], required=False)
    registration_reason = _reason("registration")
    legal_basis = forms.CharField(label=WORDS["legal_basis"], required=False, max_length=500)
    legal_basis_reason = _reason("legal_basis")
    valid_from = _day("valid_from", gettext_lazy("The unit takes files from this day on; empty: without a beginning."))
    valid_until = _day(
        "valid_until", gettext_lazy("The last day on which the unit takes new files; those in it stay. Empty: without an end.")
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inherited = [("", _("As in the unit above"))]
        fields: Any = self.fields
        fields["disposal_action"].choices = inherited + list(FilePlanUnit.DisposalAction.choices)
        fields["registration"].choices = inherited + list(FilePlanUnit.Registration.choices)
        fields["register_set"].queryset = RegisterSet.objects.order_by("name")
        fields["register_set"].empty_label = inherited[0][1]

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in plan_fields.DESCRIPTIVE if name in self.fields}

    def ask_only_where(self, inherited: Collection[str]) -> None:
        """Leave out the reasons for setting aside what is not inherited at all; one that is written down already stays."""
        for field, reason in plan_fields.REASONS.items():
            if field not in inherited and not self.initial.get(reason):
                del self.fields[reason]

    def refuse(self, refusal: Exception) -> None:
        """Show a refusal at its field, where the act named one."""
        field = getattr(refusal, "field", None)
        self.add_error(field if field in self.fields else None, str(refusal))


def filled_with(unit: plan_fields.Unit) -> dict[str, Any]:
    """What a form starts with."""
    values = {name: getattr(unit, name) for name in plan_fields.DESCRIPTIVE}
    values["register_set"] = unit.register_set.public_id if unit.register_set else None
    values["retention_start"], values["retention_starts_with"] = plan_fields.split_start(unit.retention_starts_with)
    return values | {"seen": plan_fields.fingerprint(unit)}


class PlannedForm(PlanFields):
    """A unit of an edition: also its code, its place and whether it takes new files."""

    field_order = ("classification_code", "title", "parent")
    classification_code = forms.CharField(label=WORDS["classification_code"], max_length=40)
    parent = forms.CharField(
        label=gettext_lazy("Below the unit"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Its classification code in this edition; empty: at the top. All units below move along."),
        widget=forms.TextInput(attrs={"list": "parents", "autocomplete": "off"}),
    )
    frozen = forms.BooleanField(label=gettext_lazy("Frozen: takes no new files"), required=False)

    def __init__(self, *args: Any, edition: PlanEdition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition

    def clean_parent(self) -> PlannedUnit | None:
        return unit_with_code(self.edition, self.cleaned_data["parent"])

    @property
    def changes(self) -> dict[str, Any]:
        return {**super().changes, **{name: self.cleaned_data[name] for name in ("classification_code", "parent", "frozen")}}


def unit_with_code(edition: PlanEdition, code: str) -> PlannedUnit | None:
    """The unit that has this code in an edition; None for no code. Raises ValidationError for an unknown one."""
    code = " ".join(code.split())
    if not code:
        return None
    found = edition.units.filter(classification_code=code).order_by("dropped").first()
    if found is None:
        raise forms.ValidationError(_("There is no unit %(code)s in the edition.") % {"code": code})
    return found


class DropForm(forms.Form):
    """Where the files of a unit that leaves the plan go on."""

    successor = forms.CharField(
        label=gettext_lazy("Successor"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Classification code of the unit that takes the new files from then on."),
        widget=forms.TextInput(attrs={"list": "siblings", "autocomplete": "off"}),
    )
    kept = forms.BooleanField(
        label=gettext_lazy("There is no successor: the unit is frozen, and its files are kept there."), required=False
    )

    def __init__(self, *args: Any, edition: PlanEdition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition

    def clean_successor(self) -> PlannedUnit | None:
        return unit_with_code(self.edition, self.cleaned_data["successor"])


class EditionForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the edition"), max_length=100, help_text=gettext_lazy("For example “File plan 2027”.")
    )


class EnactForm(forms.Form):
    """When an edition comes into force."""

    on = forms.DateField(
        label=gettext_lazy("On"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        help_text=gettext_lazy("Empty: now."),
    )


class RegisterSetForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
