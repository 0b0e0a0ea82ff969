"""Forms of the records screens: they check what was typed; the acts decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models import Office, User

from . import rights
from .models import FilePlanUnit, RecordFile, RegisterSet
from .models.access import LEVEL_WRITE

if TYPE_CHECKING:  # Django's own class takes no type argument at run time
    FileModelForm = forms.ModelForm[RecordFile]
else:
    FileModelForm = forms.ModelForm


class NewFileForm(forms.Form):
    """Three fields: where, what, with which dividers."""

    unit = forms.ModelChoiceField(
        FilePlanUnit.objects.none(), label=_("File plan unit"), to_field_name="public_id", empty_label=_("Please choose")
    )
    title = forms.CharField(label=_("Title"), max_length=500, help_text=_("What the file is about, as you would write it on the binder."))
    register_set = forms.ModelChoiceField(
        RegisterSet.objects.none(),
        label=_("Registers"),
        required=False,
        to_field_name="public_id",
        empty_label=_("As set in the file plan"),
    )
    like = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, clerk: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = FilePlanUnit.objects.holding_files_for(clerk, LEVEL_WRITE).taking_files(timezone.localdate())
        self.fields["unit"].queryset = units.in_order()  # type: ignore[attr-defined]
        self.fields["register_set"].queryset = RegisterSet.objects.order_by("name")  # type: ignore[attr-defined]


class EditFileForm(FileModelForm):
    etag = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = RecordFile
        fields = ["title", "lead_office", "external_system", "external_reference"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_office"].queryset = Office.objects.filter(is_active=True).order_by("code")  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class GrantForm(forms.Form):
    """A right for an office or a person."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), required=False, to_field_name="public_id", empty_label=_("Please choose")
    )
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Person"), required=False, to_field_name="public_id", empty_label=_("Please choose")
    )
    right = forms.ChoiceField(label=_("Right"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.filter(is_active=True).order_by("code")  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.active().order_by("display_name")  # type: ignore[attr-defined]
        self.fields["right"].choices = list(rights.right_words().items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("office")) == bool(data.get("person")):
            raise forms.ValidationError(_("Please choose either an office or a person."))
        return data

    @property
    def holder(self) -> Office | User:
        holder: Office | User = self.cleaned_data["office"] or self.cleaned_data["person"]
        return holder


class PlanImportForm(forms.Form):
    sheet = forms.FileField(
        label=_("File plan as .xlsx or .csv"), help_text=_("Columns: classification code, title, retention, disposal action, register set.")
    )
    really = forms.BooleanField(required=False, widget=forms.HiddenInput)
