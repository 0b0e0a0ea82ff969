"""Forms of the records screens: they check what was typed; the acts decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.forms import PersonChoice
from tenants.models import Office, User

from . import rights
from .models import Document, FilePlanUnit, ProtectionNeed, RecordFile, RegisterSet
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


class Day(forms.DateField):
    """A day, typed or picked; what makes no sense is said by records.description."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, required=False, input_formats=["%Y-%m-%d", "%d.%m.%Y"], **kwargs)


class DocumentForm(forms.Form):
    """What is said of a document. The fields are checked by records.description, which the API asks too."""

    etag = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"))
    document_date = Day(label=_("Document date"), help_text=_("The day that stands on the document."))
    received_on = Day(label=_("Date of receipt"), help_text=_("The day on which it came in; the receipt stamp shows it."))
    direction = forms.ChoiceField(label=_("Direction"), required=False, choices=[("", _("Not said")), *Document.Direction.choices])
    kind = forms.CharField(label=_("Kind"), required=False, widget=forms.TextInput(attrs={"list": "kinds", "autocomplete": "off"}))
    keywords = forms.CharField(
        label=_("Keywords"),
        required=False,
        help_text=_("Words between commas, for example: Carport, Nachbar"),
        widget=forms.TextInput(attrs={"data-chips": True, "autocomplete": "off"}),
    )
    protection_need = forms.ChoiceField(label=_("Protection need"), choices=ProtectionNeed.choices)
    text_exception = forms.CharField(
        label=_("Why there is no text"),
        required=False,
        help_text=_("Only if the document has no text that can be read: the reason lets the file be closed all the same."),
    )

    def tell(self, errors: Mapping[str, str]) -> None:
        """Put sentences beside the fields they are about, or above all of them."""
        for name, sentence in errors.items():
            self.add_error(name if name in self.fields else None, sentence)


class VersionForm(forms.Form):
    """A new version. The bytes lie in the store's folder of arrivals when this is asked."""

    content = forms.FileField(label=_("File to be uploaded"), max_length=None, allow_empty_file=True)
    comment = forms.CharField(label=_("Comment"), max_length=500, required=False, help_text=_("What is new in it."))


class NoteForm(forms.Form):
    """A Vermerk. What was typed comes back with every refusal."""

    title = forms.CharField(label=_("Title"), widget=forms.TextInput(attrs={"data-keep": True}))
    register = forms.ChoiceField(label=_("Register"), required=False)
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "data-keep": True}),
        help_text=_("An empty line begins a new paragraph, “# ” a heading, “- ” a list, “1. ” a numbered list."),
    )

    def __init__(self, *args: Any, file: RecordFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registers = {str(register.public_id): register for register in file.registers.order_by("position")}
        names = [(public_id, register.name) for public_id, register in self.registers.items()]
        self.fields["register"].choices = [("", _("Directly in the file")), *names]  # type: ignore[attr-defined]


class DraftNoteForm(NoteForm):
    """A Vermerk that is a draft, typed on. `etag` is that of what the form was filled with; the draft stays in its register."""

    etag = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["register"]


class DraftForm(forms.Form):
    """A document filed as a draft. The bytes lie in the store's folder of arrivals when this is asked."""

    content = forms.FileField(
        label=_("File to be uploaded"),
        max_length=None,
        allow_empty_file=True,
        error_messages={"required": _("Please choose a file to upload.")},
    )
    title = forms.CharField(label=_("Title"), max_length=500, required=False, help_text=_("Empty: as the uploaded file is called."))
    register = forms.ChoiceField(label=_("Register"), required=False)

    def __init__(self, *args: Any, file: RecordFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registers = {str(register.public_id): register for register in file.registers.order_by("position")}
        names = [(public_id, register.name) for public_id, register in self.registers.items()]
        self.fields["register"].choices = [("", _("Directly in the file")), *names]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class GrantForm(forms.Form):
    """A right for an office or a person."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), required=False, to_field_name="public_id", empty_label=_("Please choose")
    )
    person = PersonChoice(label=_("Person"), required=False)
    right = forms.ChoiceField(label=_("Right"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.filter(is_active=True).order_by("code")  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.active().by_name()  # type: ignore[attr-defined]
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


class HandOnForm(forms.Form):
    """Whom something is for: a person or an office."""

    person = PersonChoice(label=_("Person"), required=False)
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), required=False, to_field_name="public_id", empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.filter(is_active=True).order_by("code")  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.active().by_name()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("office")) == bool(data.get("person")) and not self.errors:
            raise forms.ValidationError(_("Please choose either an office or a person."))
        return data

    @property
    def addressee(self) -> Office | User:
        addressee: Office | User = self.cleaned_data["office"] or self.cleaned_data["person"]
        return addressee


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class PostponeForm(forms.Form):
    due_on = forms.DateField(label=_("On"), widget=DayInput)


class ReminderForm(HandOnForm):
    """A reminder in a file. Nobody chosen: for the clerk herself."""

    due_on = forms.DateField(label=_("On"), widget=DayInput)
    note = forms.CharField(label=_("Remark"), max_length=500, required=False)
    document = forms.ModelChoiceField(
        Document.objects.none(), label=_("Document"), required=False, to_field_name="public_id", empty_label=_("The whole file")
    )
    field_order = ("due_on", "note", "document", "person", "office")

    def __init__(self, *args: Any, file: RecordFile, clerk: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clerk = clerk
        standing = Document.objects.visible_to(clerk).standing().filter(file=file)
        self.fields["document"].queryset = standing.order_by("title")  # type: ignore[attr-defined]
        self.fields["person"].empty_label = _("Myself")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = forms.Form.clean(self) or {}
        if data.get("office") and data.get("person"):
            raise forms.ValidationError(_("Please choose either an office or a person."))
        return data

    @property
    def addressee(self) -> Office | User:
        addressee: Office | User = self.cleaned_data["office"] or self.cleaned_data["person"] or self.clerk
        return addressee


class ReviewForm(forms.Form):
    """An evaluation of the journal by person: of whom, when, why."""

    person = PersonChoice(label=_("Person"))
    first_day = forms.DateField(label=_("From"), widget=DayInput)
    last_day = forms.DateField(label=_("Until"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.get_queryset().by_name()  # type: ignore[attr-defined]


class RestrictForm(forms.Form):
    """Narrowing a file, or lifting that."""

    restricted = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1", widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class EmergencyForm(forms.Form):
    file_reference = forms.CharField(
        label=_("File reference"), max_length=120, help_text=_("The whole reference, as it stands on the file.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why it cannot wait until somebody who has access can be reached. The reason is kept in the journal of the file."),
    )


class PlanImportForm(forms.Form):
    sheet = forms.FileField(
        label=_("File plan as .xlsx or .csv"), help_text=_("Columns: classification code, title, retention, disposal action, register set.")
    )
    reason = forms.CharField(
        label=_("Reason where the sheet gives none"),
        required=False,
        max_length=500,
        help_text=_("It is written down for each unit that sets an inherited default aside without a reason in the sheet."),
    )
    really = forms.BooleanField(required=False, widget=forms.HiddenInput)
