"""Forms of what leaves the house: an export, or sheets on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from . import informing, warnings_before
from .models import Document, Export, Information, RecordFile, Register, Volume


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
    receipt_stamps = forms.BooleanField(required=False)
    purpose = forms.ChoiceField(choices=[("", ""), *Information.Purpose.choices], required=False)
    recipient = forms.CharField(required=False, max_length=200)
    occasion = forms.CharField(required=False, max_length=500)
    only = forms.BooleanField(required=False)
    document = forms.ModelChoiceField(Document.objects.none(), required=False, to_field_name="public_id")

    def __init__(self, *args: Any, file: RecordFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = Document.objects.filter(file=file).standing().select_related("current", "case")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("only") and data.get("document") is None and "document" not in self.errors:
            self.add_error("document", _("Please choose a document."))
        return data

    def asked(self) -> dict[str, Any]:
        """What records.exports.ask takes."""
        data = self.cleaned_data
        leave_out = {name: data[name] for name in ("registers", "documents", "sticky_notes", "reason")}
        occasion = informing.Occasion(data["purpose"], data["recipient"], data["occasion"]) if data["purpose"] else None
        only = data["document"] if data["only"] else None
        return {
            "kind": Export.Kind.FILE_PDF if only else data["kind"],
            "document": only,
            "leave_out": {} if only else leave_out,
            "confirmed": data["confirmed"],
            "searchable": data["searchable"],
            "receipt_stamps": data["receipt_stamps"],
            "occasion": occasion,
        }


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
