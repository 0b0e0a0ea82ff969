"""Forms of the records screens: they check what was typed; the acts decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.models import Office, User

from .models import FilePlanUnit, RecordFile, RegisterSet
from .models.access import LEVEL_WRITE

if TYPE_CHECKING:  # Django's own class takes no type argument at run time
    FileModelForm = forms.ModelForm[RecordFile]
else:
    FileModelForm = forms.ModelForm


class NewFileForm(forms.Form):
    """Three fields: where, what, with which dividers."""

    unit = forms.ModelChoiceField(FilePlanUnit.objects.none(), label=_("File plan unit"), to_field_name="public_id")
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
        self.fields["unit"].queryset = FilePlanUnit.objects.holding_files_for(clerk, LEVEL_WRITE).in_order()  # type: ignore[attr-defined]
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
