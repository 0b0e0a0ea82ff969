"""Forms of those who decide about others' training, and of people who were invited: they check what was typed; the acts decide."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality
from tenants.models import User

from . import welcoming
from .enrolling import moment
from .models import CourseDate

if TYPE_CHECKING:
    DateField = forms.ModelChoiceField[CourseDate]
else:
    DateField = forms.ModelChoiceField


class DateChoice(DateField):
    """Course dates as people tell them apart: course, beginning, and what is free."""

    def label_from_instance(self, obj: Any) -> str:
        free = max(0, obj.capacity - obj.taken)
        places = _("%(free)d free") % {"free": free} if free and not obj.in_line else _("waiting list")
        return f"{obj.course}, {moment(obj.starts_at)} ({places})"


def dates_of(decider: User, at: datetime) -> Any:
    open_now = CourseDate.objects.visible_to(decider).filter(state=CourseDate.State.OPEN, register_until__gt=at)
    return open_now.select_related("course").with_counts().in_order()


class EnrolForm(forms.Form):
    date = DateChoice(CourseDate.objects.none(), label=_("Course date"), to_field_name="public_id", empty_label=_("Please choose"))

    def __init__(self, *args: Any, decider: User, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["date"].queryset = dates_of(decider, at)  # type: ignore[attr-defined]


class ReplaceForm(forms.Form):
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Who comes instead"), to_field_name="public_id", empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, people: list[User], **more: Any) -> None:
        super().__init__(*args, **more)
        chosen = User.objects.filter(pk__in=[person.pk for person in people]).order_by("display_name", "pk")
        self.fields["person"].queryset = chosen  # type: ignore[attr-defined]


class ListForm(forms.Form):
    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=_("Municipality"), to_field_name="public_id", empty_label=None)
    sheet = forms.FileField(label=_("Table (.xlsx or .csv)"), allow_empty_file=True)

    def __init__(self, *args: Any, towns: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        town_choice(self, towns)


class InvitationForm(forms.Form):
    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=_("Municipality"), to_field_name="public_id", empty_label=None)
    date = DateChoice(
        CourseDate.objects.none(),
        label=_("Course date"),
        to_field_name="public_id",
        required=False,
        empty_label=_("None: make oneself known only"),
    )
    places = forms.IntegerField(label=_("For at most so many people"), min_value=1, max_value=welcoming.MOST_PLACES, initial=20)
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day on which the link holds, within 90 days."),
    )

    def __init__(self, *args: Any, towns: Any, decider: User, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        town_choice(self, towns)
        self.fields["date"].queryset = dates_of(decider, at)  # type: ignore[attr-defined]
        self.fields["until"].initial = timezone.localdate(at) + timedelta(days=14)

    def given(self) -> dict[str, Any]:
        """What was typed, for training.welcoming."""
        said = self.cleaned_data
        ends = timezone.make_aware(datetime.combine(said["until"] + timedelta(days=1), time.min)) - timedelta(seconds=1)
        return {"municipality": said["municipality"], "date": said["date"], "places": said["places"], "expires_at": ends}


class InvitedForm(forms.Form):
    name = forms.CharField(label=_("First name and surname"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    office = forms.CharField(label=_("Office"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail at work"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class CoordinatorForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), max_length=254)


class LeaveForm(forms.Form):
    finish = forms.ChoiceField(
        label=_("Courses that have begun"),
        choices=[("yes", _("are finished by her people")), ("no", _("end for her people now"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    sure = forms.BooleanField(label=_("The municipality leaves, and everybody concerned is told"))


def town_choice(form: forms.Form, towns: Any) -> None:
    """Who coordinates one municipality need not choose it."""
    form.fields["municipality"].queryset = towns  # type: ignore[attr-defined]
    only = list(towns[:2])
    if len(only) == 1:
        form.fields["municipality"].initial = only[0].public_id
        form.fields["municipality"].widget = forms.HiddenInput()
