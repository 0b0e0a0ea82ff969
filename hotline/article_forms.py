"""Forms of the knowledge base: an article with its steps, publishing, reviewing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .composing import LONGEST_ALT, LONGEST_STEP, LONGEST_SUMMARY, LONGEST_TITLE, LONGEST_TOPIC, MOST_STEPS, NewStep
from .models import ArticleVersion


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ArticleForm(forms.Form):
    """What an article says besides its steps. `seen` is the revision that the editor has read."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, help_text=_("As somebody would ask: “How do I …?”"))
    summary = forms.CharField(
        label=_("In short"),
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences: what it helps with."),
    )
    topic = forms.CharField(
        label=_("Topic"), max_length=LONGEST_TOPIC, widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off"})
    )
    audience = forms.ChoiceField(
        label=_("For whom"), choices=ArticleVersion.Audience.choices, initial=ArticleVersion.Audience.CLERKS, widget=forms.RadioSelect
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def of(version: ArticleVersion, seen: int) -> dict[str, Any]:
        """What holds now, as the form's initial values."""
        return {**{name: getattr(version, name) for name in ("title", "summary", "topic", "audience")}, "seen": seen}


class StepForm(forms.Form):
    """One step; an empty one is none. A picture needs words for those who do not see it."""

    text = forms.CharField(label=_("What is to be done"), max_length=LONGEST_STEP, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    picture = forms.UUIDField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("Picture"),
        required=False,
        allow_empty_file=True,
        help_text=_("PNG or JPEG, 5 MB at most. Please show no names and no contents of files."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    drop = forms.BooleanField(label=_("Leave this picture out"), required=False)
    alt = forms.CharField(label=_("What the picture shows"), max_length=LONGEST_ALT, required=False)


class _StepForms(forms.BaseFormSet):  # type: ignore[type-arg]
    """Steps in their order; where a text is emptied, the step is gone."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Number of the step")
        form.fields["ORDER"].widget.attrs |= {"min": 1, "inputmode": "numeric"}
        form.fields["DELETE"].label = _("Leave this step out")

    def written(self) -> list[NewStep]:
        """The steps as the acts take them."""
        given = [form.cleaned_data for form in self.ordered_forms if form not in self.deleted_forms]
        return [_step(one) for one in given if any(one[name] for name in ("text", "picture", "file", "alt"))]


def _step(one: dict[str, Any]) -> NewStep:
    picture = "" if one["drop"] or not one["picture"] else str(one["picture"])
    return NewStep(one["text"], picture, one["alt"], _content(one["file"]))


def _content(file: Any) -> bytes:
    return bytes(file.read()) or b"\0" if file else b""  # an empty file is a picture that cannot be read, not none


StepForms = forms.formset_factory(
    StepForm,
    formset=_StepForms,
    extra=1,
    can_order=True,
    can_delete=True,
    max_num=MOST_STEPS,
    validate_max=True,
    absolute_max=MOST_STEPS + 20,
)


def initial_steps(version: ArticleVersion) -> list[dict[str, Any]]:
    return [{"text": step["text"], "picture": step["picture"], "alt": step["alt"]} for step in version.steps]


class PublishForm(forms.Form):
    """When a published article is to be looked at again."""

    review_on = forms.DateField(label=_("To be looked at again on"), required=False, widget=DayInput())
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
