"""Forms of those who plan: they check what was typed; the acts decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.models import User
from tenants.roles import CentreRole

from .catalogue import FIELDS as COURSE_FIELDS
from .models import Course, CourseDate, Room, Session
from .planning import MOST_SESSIONS, CannotPlan, Planned
from .repeating import MOST_TIMES, MOST_WEEKS, on_the_clock

LATEST_YEAR = 2199


class DayField(forms.DateField):
    """A day of a century that calendars know."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not 1900 <= day.year <= LATEST_YEAR:
            raise forms.ValidationError(gettext("Please give a day of this century."))
        return day


class ClockField(forms.TimeField):
    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)


class MomentField(forms.DateTimeField):
    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), required=False, **more)


class CourseForm(forms.Form):
    """What is said of a course; `etag` is what the editor has seen."""

    title = forms.CharField(label=_("Title"), max_length=200)
    aims = forms.CharField(label=_("What you can do afterwards"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    contents = forms.CharField(label=_("Contents"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
    audience = forms.CharField(label=_("For whom"), max_length=400, required=False)
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=15, max_value=60_000, help_text=_("Breaks are not counted."))
    prerequisites = forms.ModelMultipleChoiceField(
        Course.objects.none(),
        label=_("What one should have taken before"),
        required=False,
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    attendance_percent = forms.IntegerField(label=_("Attendance needed (percent)"), min_value=1, max_value=100, initial=80)
    examination = forms.BooleanField(label=_("Ends with an examination"), required=False)
    valid_months = forms.IntegerField(label=_("To be refreshed after months"), min_value=1, max_value=240, required=False)
    topic = forms.CharField(
        label=_("Topic"), max_length=60, required=False, help_text=_("The same word as on requests and articles of the hotline.")
    )
    practice_town = forms.SlugField(
        label=_("Practice municipality"), max_length=50, required=False, help_text=_("Its short name; empty if nothing is practised there.")
    )
    etag = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, course: Course | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        others = Course.objects.exclude(pk=course.pk) if course else Course.objects.all()
        self.fields["prerequisites"].queryset = others.in_order()  # type: ignore[attr-defined]

    @staticmethod
    def of(course: Course) -> dict[str, Any]:
        needed = [each.public_id for each in course.prerequisites.all()]
        return {**{name: getattr(course, name) for name in COURSE_FIELDS}, "prerequisites": needed, "etag": course.etag}

    def asked(self) -> dict[str, Any]:
        """As training.catalogue has it."""
        return {
            "fields": {name: self.cleaned_data[name] for name in COURSE_FIELDS},
            "prerequisites": list(self.cleaned_data["prerequisites"]),
        }


class RoomForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)
    equipment = forms.CharField(
        label=_("Equipment"),
        max_length=500,
        required=False,
        help_text=_("Projector, computers, step-free access: what planners and those who come should know."),
    )


class AbsenceForm(forms.Form):
    """Whole days, or from a time on the first one until a time on the last one."""

    trainer = forms.ModelChoiceField(User.objects.none(), label=_("Taught by"), to_field_name="public_id", empty_label=_("Please choose"))
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("Until"), help_text=_("This day is included."))
    begins = ClockField(label=_("From what time"), required=False, help_text=_("Empty: the whole day."))
    until = ClockField(label=_("Until what time"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("Nobody has to say why. Please write nothing about your health."),
    )

    def __init__(self, *args: Any, by: User, **more: Any) -> None:
        super().__init__(*args, **more)
        known = teachers() if by.has_role(CentreRole.OPERATOR) else User.objects.filter(pk=by.pk)
        self.fields["trainer"].queryset = known  # type: ignore[attr-defined]
        if not by.has_role(CentreRole.OPERATOR):
            self.fields["trainer"].empty_label = None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        sent: dict[str, Any] = super().clean() or {}
        if bool(sent.get("begins")) != bool(sent.get("until")):
            self.add_error("until" if sent.get("begins") else "begins", gettext("Please give both times, or neither."))
        return sent

    def asked(self) -> dict[str, Any]:
        """As training.absences has it. Raises CannotPlan: such a time does not exist on that day."""
        sent = self.cleaned_data
        whole = not sent["begins"]
        first = datetime.combine(sent["first_day"], sent["begins"] or time.min)
        last = datetime.combine(sent["last_day"] + timedelta(days=1 if whole else 0), sent["until"] or time.min)
        span = {"starts_at": on_the_clock(first), "ends_at": on_the_clock(last), "whole_days": whole}
        return {"trainer": sent["trainer"], "reason": sent["reason"], **span}


class DateForm(forms.Form):
    """What a date has beside its sessions: places, price, until when people can enrol. `etag` is what the planner has seen."""

    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=2000, initial=12)
    minimum = forms.IntegerField(label=_("At least so many people"), min_value=0, max_value=2000, required=False)
    price = forms.DecimalField(
        label=_("Share of the cost for each person in euros"),
        min_value=0,
        max_value=100_000,
        decimal_places=2,
        required=False,
        localize=True,
    )
    register_until = MomentField(label=_("Enrolment until"), help_text=_("Empty: three days before it begins."))
    withdraw_until = MomentField(label=_("Withdrawing until"), help_text=_("Empty: seven days before it begins."))
    note = forms.CharField(label=_("Remark for those who come"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    etag = forms.CharField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def of(date: CourseDate) -> dict[str, Any]:
        same = {name: getattr(date, name) for name in ("capacity", "minimum", "register_until", "withdraw_until", "note")}
        return {**same, "price": Decimal(date.price_cents) / 100, "etag": date.etag}

    def asked(self) -> dict[str, Any]:
        """As training.planning has it; what was left empty is left to it."""
        sent = self.cleaned_data
        said = {"minimum": sent["minimum"] or 0, "price_cents": int((sent["price"] or 0) * 100), "note": sent["note"]}
        until = {name: sent[name] for name in ("register_until", "withdraw_until") if sent[name]}
        return {"capacity": sent["capacity"], **said, **until}


class NewDateForm(DateForm):
    course = forms.ModelChoiceField(
        Course.objects.filter(active=True).in_order(), label=_("Course"), to_field_name="public_id", empty_label=_("Please choose")
    )
    field_order = ("course", "capacity", "minimum", "price", "register_until", "withdraw_until", "note")


class SessionForm(forms.Form):
    """A day, from, until; where and by whom. Rooms and trainers are handed in: asked for once, however many rows there are."""

    day = DayField(label=_("Day"))
    begins = ClockField(label=_("From"))
    ends = ClockField(label=_("Until"))
    room = forms.ChoiceField(label=_("Room"), required=False)
    link = forms.URLField(label=_("Video link"), max_length=500, required=False, assume_scheme="https")
    trainer = forms.ChoiceField(label=_("Taught by"), required=False)

    def __init__(self, *args: Any, rooms: Sequence[Room], trainers: Sequence[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.known: dict[str, Any] = {str(each.public_id): each for each in rooms} | {str(each.public_id): each for each in trainers}
        self.fields["room"].choices = [  # type: ignore[attr-defined]
            ("", _("No room")),
            *((str(each.public_id), gettext("%(room)s (%(seats)s seats)") % {"room": each, "seats": each.seats}) for each in rooms),
        ]
        self.fields["trainer"].choices = [("", _("Nobody yet")), *((str(each.public_id), str(each)) for each in trainers)]  # type: ignore[attr-defined]

    @staticmethod
    def of(session: Session) -> dict[str, Any]:
        begins, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        where = {"room": session.room and str(session.room.public_id), "link": session.link}
        return {
            "day": begins.date(),
            "begins": begins.time(),
            "ends": ends.time(),
            **where,
            "trainer": session.trainer and str(session.trainer.public_id),
        }

    def clean(self) -> dict[str, Any]:
        """With the session as the acts take it (`planned`)."""
        sent: dict[str, Any] = super().clean() or {}
        if {"day", "begins", "ends"} <= sent.keys() and not self.errors:
            if sent["ends"] <= sent["begins"]:
                self.add_error("ends", gettext("It ends before it begins."))
            else:
                sent["planned"] = self._planned(sent)
        return sent

    def _planned(self, sent: dict[str, Any]) -> Planned | None:
        try:
            starts_at, ends_at = (on_the_clock(datetime.combine(sent["day"], sent[name])) for name in ("begins", "ends"))
        except CannotPlan as refusal:
            self.add_error("day", str(refusal))
            return None
        room, trainer = (self.known.get(sent[name]) for name in ("room", "trainer"))
        return Planned(starts_at=starts_at, ends_at=ends_at, room=room, link=sent["link"], trainer=trainer)


class _SessionForms(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows of a date; one that was marked to be left out, or is empty and not the first, is none."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Leave this day out")

    def planned(self) -> list[Planned]:
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        return [one["planned"] for one in kept if one.get("planned")]


SessionForms: Any = forms.formset_factory(
    SessionForm,
    formset=_SessionForms,
    extra=1,
    can_delete=True,
    max_num=MOST_SESSIONS,
    validate_max=True,
    absolute_max=MOST_SESSIONS + 10,
)


class CopyForm(forms.Form):
    first_day = DayField(label=_("First day of the copy"))


class SeriesForm(forms.Form):
    every_weeks = forms.IntegerField(label=_("Every so many weeks"), min_value=1, max_value=MOST_WEEKS, initial=1)
    times = forms.IntegerField(label=_("How many more dates"), min_value=1, max_value=MOST_TIMES, initial=4)
    leave_out_holidays = forms.BooleanField(label=_("Leave out weeks in which a day is a public holiday"), required=False, initial=True)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("Those who have or want a place read it."), widget=forms.Textarea(attrs={"rows": 3})
    )


class FilterForm(forms.Form):
    """What the calendar shows. What was typed into the address and makes no sense is as if it was not there."""

    VIEWS = (("monat", _("Month")), ("woche", _("Week")), ("liste", _("List")))
    ansicht = forms.ChoiceField(choices=VIEWS, required=False)
    tag = DayField(required=False)
    raum = forms.ChoiceField(label=_("Room"), required=False)
    trainer = forms.ChoiceField(label=_("Taught by"), required=False)
    kurs = forms.ChoiceField(label=_("Course"), required=False)
    stand = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *CourseDate.State.choices])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        everything = [("", _("All"))]
        for name, rows in (("raum", Room.objects.order_by("name")), ("trainer", teachers()), ("kurs", Course.objects.in_order())):
            self.fields[name].choices = [*everything, *((str(each.public_id), str(each)) for each in rows)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


def teachers() -> Any:
    """Who can teach, by name."""
    return User.objects.active().with_role(CentreRole.TRAINER).order_by("display_name", "pk")
