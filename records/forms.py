"""Forms of the records screens: they check what was typed; the acts decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.models import Office, User

from . import rights, warnings_before
from .models import Export, FilePlanUnit, RecordFile, Register, RegisterSet, Volume
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


class ConfirmedForm(forms.Form):
    """What leaves the house: the warnings that were confirmed come with it."""

    confirmed = forms.MultipleChoiceField(required=False, choices=[(code, code) for code in warnings_before.CODES])


class ListOfIds(forms.Field):
    """Public ids, any number of them; what is none is refused."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        try:
            return [str(UUID(str(one))) for one in value or ()]
        except ValueError:
            raise forms.ValidationError(_("This is no id of a register, a document or a note.")) from None


class ExportForm(ConfirmedForm):
    """The file as one PDF or as a package: what goes along, and why something does not."""

    kind = forms.ChoiceField(choices=Export.Kind)
    registers = ListOfIds(required=False)
    documents = ListOfIds(required=False)
    sticky_notes = ListOfIds(required=False)
    reason = forms.CharField(required=False, max_length=500)
    searchable = forms.BooleanField(required=False)

    def asked(self) -> dict[str, Any]:
        """What records.exports.ask takes."""
        data = self.cleaned_data
        leave_out = {name: data[name] for name in ("registers", "documents", "sticky_notes", "reason")}
        return {"kind": data["kind"], "leave_out": leave_out, "confirmed": data["confirmed"], "searchable": data["searchable"]}


class PrintForm(ConfirmedForm):
    """Which sheets, of which register and of which volume."""

    sheets = forms.ChoiceField(choices=[("cover", _("Cover")), ("spine", _("Spine label")), ("dividers", _("Divider sheets"))])
    register = forms.ModelChoiceField(Register.objects.none(), required=False, to_field_name="public_id")
    volume = forms.ModelChoiceField(Volume.objects.none(), required=False, to_field_name="public_id")

    def __init__(self, *args: Any, file: RecordFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["register"].queryset = file.registers.all()  # type: ignore[attr-defined]
        self.fields["volume"].queryset = file.volumes.all()  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What records.printing.print_sheets takes."""
        data = self.cleaned_data
        registers = [data["register"]] if data["register"] else None
        return {"sheets": data["sheets"], "registers": registers, "volume": data["volume"], "confirmed": data["confirmed"]}
