"""Forms of a file's facts (Angaben): they check what was typed; the acts decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from . import binder, index_values, spellings, warnings_before
from .models import Case, Document, IndexField, IndexValue, Participant, RecordFile, Register

MOST_ROWS = 50
PART_LABELS = {
    "street": _("Street"),
    "house_number": _("House number"),
    "postcode": _("Postcode"),
    "town": _("Town"),
    "district": _("Gemarkung"),
    "section": _("Flur"),
    "parcel": _("Flurstück"),
}


class DayInput(forms.DateInput):
    """The browser's own field for a day; it sends and wants ISO, people may type 12.3.2026 where there is none."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CaseForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=500)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReasonedForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class SureForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


class ParticipantForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Participant.Kind.choices, widget=forms.RadioSelect, initial=Participant.Kind.PERSON)
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.CharField(label=_("Role"), max_length=80, widget=forms.TextInput(attrs={"list": "roles", "autocomplete": "off"}))
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput)
    telephone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    belongs = forms.ChoiceField(label=_("Takes part in"), required=False)
    disclosure_block = forms.BooleanField(
        label=_("Disclosure block"),
        required=False,
        help_text=_(
            "A disclosure block stands in the register of residents (§ 51 BMG). Everybody is warned before anything leaves the house."
        ),
    )
    mark = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cases: Sequence[Case], documents: Sequence[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = {f"case:{case.public_id}": case for case in cases}
        self.documents = {f"document:{document.public_id}": document for document in documents}
        choices: list[Any] = [("", _("The whole file"))]
        if cases:
            choices.append((_("A case"), [(key, str(case)) for key, case in self.cases.items()]))
        if documents:
            choices.append((_("A document"), [(key, document.title) for key, document in self.documents.items()]))
        self.fields["belongs"].choices = choices  # type: ignore[attr-defined]


class ExternalReferenceForm(forms.Form):
    external_system = forms.CharField(label=_("External system"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    external_reference = forms.CharField(
        label=_("External reference"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class WhereForm(forms.Form):
    medium = forms.ChoiceField(label=_("Medium"), choices=RecordFile.Medium.choices, widget=forms.RadioSelect)
    location = forms.CharField(
        label=_("Location"), max_length=200, required=False, help_text=_("Where what is on paper lies: room, shelf, box.")
    )
    etag = forms.CharField(widget=forms.HiddenInput)


class LendForm(forms.Form):
    what = forms.CharField(label=_("What is missing"), max_length=300)
    borrower = forms.CharField(label=_("Borrower"), max_length=200)
    since = forms.DateField(label=_("Lent out on"), widget=DayInput)
    back_by = forms.DateField(label=_("Expected back by"), widget=DayInput, required=False)
    register = forms.ModelChoiceField(
        Register.objects.none(), label=_("Register"), required=False, to_field_name="public_id", empty_label=_("Without a register")
    )
    behind = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("Stands behind the document"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Not said: where it would be filed today"),
    )

    def __init__(self, *args: Any, file: RecordFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["register"].queryset = file.registers.order_by("position")  # type: ignore[attr-defined]
        self.fields["behind"].queryset = _lying_in(file)  # type: ignore[attr-defined]
        for warning in warnings_before.blocks_of(file=file):
            self.fields["confirmed"] = forms.MultipleChoiceField(
                label=f"{warning.sentence} {', '.join(warning.names)}",
                help_text=warning.advice,
                choices=[(warning.code, warning.confirmation)],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Please confirm the warning first.")},
            )


class ReturnedForm(forms.Form):
    returned_on = forms.DateField(label=_("Returned on"), widget=DayInput)


class ExtendForm(forms.Form):
    back_by = forms.DateField(label=_("Expected back by"), widget=DayInput)


class LinkForm(forms.Form):
    other = forms.CharField(
        label=_("File reference of the other file"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)


class WhichFileForm(forms.Form):
    """First step of a cross-reference; a document reference leads to the second step with that document chosen."""

    akte = forms.CharField(
        label=_("File or document reference"),
        max_length=160,
        help_text=_("Where the document lies. You must be able to read that file."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CrossReferenceForm(forms.Form):
    document = forms.ModelChoiceField(
        Document.objects.none(), label=_("Document"), to_field_name="public_id", empty_label=_("Please choose")
    )
    register = forms.ModelChoiceField(
        Register.objects.none(),
        label=_("Shown in register"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Without a register"),
    )
    behind = forms.ModelChoiceField(
        Document.objects.none(),
        label=_("Stands behind the document"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Not said: where it would be filed today"),
    )
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, file: RecordFile, source: RecordFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = Document.objects.filter(file=source).standing().order_by("number", "pk")  # type: ignore[attr-defined]
        self.fields["register"].queryset = file.registers.order_by("position")  # type: ignore[attr-defined]
        self.fields["behind"].queryset = _lying_in(file)  # type: ignore[attr-defined]


def _lying_in(file: RecordFile) -> QuerySet[Document]:
    """Documents of a file, register by register as they lie in the binder."""
    found: QuerySet[Document] = Document.objects.filter(file=file).standing().order_by(*binder.paper_order())
    return found


class IndexFieldForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=IndexField.Kind.choices)


class Row:
    """One value on the form: its inputs as (name, id, label, what was typed, whether it is wrong), and what is wrong."""

    def __init__(self, field: IndexField, place: int, given: Mapping[str, str]) -> None:
        names = spellings.PARTS.get(field.kind, ("text",))
        stem = f"feld-{field.public_id}-{place}"
        self.place, self.error, self.wrong = place, "", ""
        self.inputs: list[dict[str, str]] = [
            {
                "name": f"{stem}-{name}",
                "id": f"id_{stem}-{name}",
                "part": name,
                "label": str(PART_LABELS.get(name, field.name)),
                "value": given.get(name, ""),
            }
            for name in names
        ]

    @property
    def given(self) -> dict[str, str]:
        return {each["part"]: each["value"] for each in self.inputs}

    @property
    def is_empty(self) -> bool:
        return not any(value.strip() for value in self.given.values())


class IndexValuesForm:
    """All index fields of a file with their rows. Without JavaScript a row is added by a button that saves nothing (`more`)."""

    def __init__(
        self, fields: Sequence[IndexField], held: Mapping[int, Sequence[IndexValue]], mark: str, data: QueryDict | None = None
    ) -> None:
        self.fields, self.data, self.mark = fields, data, (data.get("mark", "") if data is not None else mark)
        self.error = ""
        self.rows: dict[int, list[Row]] = {}
        for field in fields:
            given = self._typed(field) if data is not None else [_given(value) for value in held.get(field.pk, [])]
            if not given or (data is not None and data.get("more") == str(field.public_id)):
                given = [*given, {}]
            self.rows[field.pk] = [Row(field, place, each) for place, each in enumerate(given[:MOST_ROWS], 1)]

    @property
    def groups(self) -> list[tuple[IndexField, list[Row]]]:
        return [(field, self.rows[field.pk]) for field in self.fields]

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """(id of the input, name of the field, sentence) of all that is wrong."""
        return [
            (next((i["id"] for i in row.inputs if i["part"] == row.wrong), row.inputs[0]["id"]), field.name, row.error)
            for field, rows in self.groups
            for row in rows
            if row.error
        ]

    def read(self) -> dict[IndexField, list[spellings.Value]] | None:
        """The values, or None if one of them cannot be read; then its row says why."""
        found: dict[IndexField, list[spellings.Value]] = {}
        for field, rows in self.groups:
            found[field] = []
            for row in rows:
                try:
                    value = spellings.read(field.kind, row.given.get("text", ""), row.given)
                except spellings.Misspelt as refusal:
                    row.error, row.wrong = str(refusal), refusal.part
                else:
                    found[field] += [value] if value else []
        return None if self.faults else found

    def renew(self, held: Mapping[int, Sequence[IndexValue]]) -> list[tuple[str, str]]:
        """Let the form be sent again after somebody else was quicker; name and stored values of each field in which these differ from what was typed."""
        self.mark = index_values.mark_of(held)
        stored = {field.pk: [value.text for value in held.get(field.pk, [])] for field in self.fields}
        typed = {field.pk: [value.text for value in values] for field, values in (self.read() or {}).items()}
        return [(field.name, "; ".join(stored[field.pk]) or "–") for field in self.fields if stored[field.pk] != typed.get(field.pk)]

    def _typed(self, field: IndexField) -> list[dict[str, str]]:
        assert self.data is not None
        names = spellings.PARTS.get(field.kind, ("text",))
        stem = f"feld-{field.public_id}-"
        places = sorted({int(key.split("-")[-2]) for key in self.data if key.startswith(stem) and key.split("-")[-2].isdecimal()})
        typed = [
            {name: self.data.get(f"{stem}{place}-{name}", "").replace("\x00", "")[:600] for name in names} for place in places[:MOST_ROWS]
        ]
        return [each for each in typed if any(value.strip() for value in each.values())]


def _given(value: IndexValue) -> dict[str, str]:
    return {**{name: str(part) for name, part in value.parts.items()}, "text": value.text}
