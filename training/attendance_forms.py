"""Forms of attendance, certificates and evaluations: they check what was typed; the acts decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import evaluating
from .attending import Mark, State
from .models import Certificate

LONGEST_LIST = 200_000


class MarksForm(forms.Form):
    """The tick list of a session: for each enrolment (by its key) a state, "" where nothing is said yet, and minutes late."""

    def __init__(self, keys: list[int], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.keys = keys
        for key in keys:
            self.fields[f"state-{key}"] = forms.ChoiceField(choices=[("", ""), *State.choices], required=False)
            self.fields[f"late-{key}"] = forms.IntegerField(min_value=0, max_value=720, required=False)

    def marks(self) -> dict[int, Mark]:
        """What was said. Minutes of somebody who was not there are left out: she changed her mind about the state, not about them."""
        said: dict[int, Mark] = {}
        for key in self.keys:
            state, late = self.cleaned_data.get(f"state-{key}"), self.cleaned_data.get(f"late-{key}") or 0
            if state:
                said[key] = Mark(state, late if state == State.PRESENT else 0)
        return said


class ListForm(forms.Form):
    """Attendance from a list: typed, or a table."""

    typed = forms.CharField(
        label=_("Names or e-mail addresses, one on each line"),
        max_length=LONGEST_LIST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-keep": ""}),
        help_text=_(
            "Whoever stands here was present. After a semicolon you can say otherwise: “Jule Behrens; excused”, or minutes late: “Jule Behrens; 10”."
        ),
    )
    sheet = forms.FileField(
        label=_("or a table (.xlsx or .csv)"),
        required=False,
        help_text=_("With a first row that names the columns: “Name” or “E-Mail”, and “Anwesenheit” and “Verspätung” if you like."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("typed")) == bool(given.get("sheet")) and not self.errors:
            raise forms.ValidationError(_("Please type a list or choose a table, one of both."))
        return given


class ReasonForm(forms.Form):
    """Why a certificate is revoked, or issued anew."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
    anew = forms.BooleanField(
        label=_("Issue a new one at once"),
        required=False,
        help_text=_("With the name and the attendance as they are now. It names the old one."),
    )


class ShownForm(forms.Form):
    """How much of her name the holder shows."""

    shown = forms.ChoiceField(choices=Certificate.Shown.choices)


class EvaluationForm(forms.Form):
    """How it was: points for each question, and texts. Nothing is required; the act wants one answer at least."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        points = [("5", _("agree fully")), ("4", _("rather agree")), ("3", _("partly")), ("2", _("rather not")), ("1", _("not at all"))]
        for name, question in evaluating.QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(label=question, choices=points, required=False, widget=forms.RadioSelect)
        for name, question in evaluating.TEXTS.items():
            self.fields[name] = forms.CharField(
                label=question, required=False, max_length=evaluating.LONGEST, widget=forms.Textarea(attrs={"rows": 3})
            )

    def points(self) -> dict[str, int]:
        return {name: int(self.cleaned_data[name]) for name in evaluating.QUESTIONS if self.cleaned_data.get(name)}

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in evaluating.TEXTS}
