"""The form of an agreement: hours and closing days as people write them."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality

from . import hours, terms
from .agreeing import LONGEST_NAME, MOST_MINUTES, Wanted
from .models import Agreement, AgreementMember, Promise, Ticket

LANDS = [("NW", _("those of North Rhine-Westphalia")), ("", _("none: work goes on"))]
LONGEST_LIST = 50_000  # characters


class AgreementForm(forms.Form):
    """What is agreed on. `seen` is the revision that was read."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    default = forms.BooleanField(label=_("For all municipalities without an agreement of their own"), required=False)
    zone = forms.CharField(label=_("Time zone"), max_length=60, initial="Europe/Berlin")
    land = forms.ChoiceField(label=_("Public holidays"), choices=LANDS, required=False)
    closings = forms.CharField(
        label=_("Closing days"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One a line: “16.02.2026 Rosenmontag”, “24.12.2026–31.12.2026 Zwischen den Jahren”, “16.09.2026 ab 12:00 Personalversammlung”."
        ),
    )
    warn_percent = forms.IntegerField(label=_("Warn the desk at (percent of the time used up)"), min_value=1, max_value=99, initial=75)
    key = forms.ChoiceField(label=_("Share of the time booked"), choices=Agreement.Key.choices)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, agreement: Agreement | None = None) -> None:
        super().__init__(data, initial=_initial(agreement))
        for day, weekday in WEEKDAYS.items():
            hint = _("For instance 08:00–12:00, 13:00–16:00; nothing for a day without work.") if day == 0 else ""
            self.fields[f"day_{day}"] = forms.CharField(label=weekday, required=False, max_length=200, help_text=hint)
        for priority, label in Ticket.Priority.choices:
            for promise, what in Promise.choices:
                self.fields[f"{priority}_{promise}"] = forms.IntegerField(
                    label=f"{label}: {what}", required=False, min_value=1, max_value=MOST_MINUTES
                )
        self.municipalities = list(Municipality.objects.filter(active=True).order_by("name"))
        for one in self.municipalities:
            self.fields[f"member_{one.pk}"] = forms.BooleanField(label=one.name, required=False)
            self.fields[f"inhabitants_{one.pk}"] = forms.IntegerField(
                label=_("Inhabitants of %(name)s") % {"name": one.name}, required=False, min_value=1, max_value=20_000_000
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in (*(f"day_{day}" for day in range(7)), "closings"):
            self._read(name, hours.read_closings if name == "closings" else hours.read_hours)
        if not self.errors and not any(self.cleaned_data[f"day_{day}"] for day in range(7)):
            self.add_error("day_0", _("The week has no working time."))
        return cleaned

    def _read(self, name: str, read: Callable[[str], Any]) -> None:
        try:
            self.cleaned_data[name] = read(self.cleaned_data.get(name, ""))
        except hours.NotHours as why:
            self.add_error(name, ValidationError(str(why)))

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        return Wanted(
            name=given["name"],
            week=[given[f"day_{day}"] for day in range(7)],
            levels={(p, promise): given[f"{p}_{promise}"] for p in Ticket.Priority.values for promise in Promise.values},
            default=given["default"],
            closings=given["closings"],
            zone=given["zone"],
            land=given["land"],
            warn_percent=given["warn_percent"],
            key=given["key"],
            members={one: given[f"inhabitants_{one.pk}"] for one in self.municipalities if given[f"member_{one.pk}"]},
        )

    def fingerprint(self) -> str:
        """What a valid form asks for, in short: what was confirmed is what was looked at."""
        return sha256(repr((self.wanted(), sorted(one.pk for one in self.wanted().members or {}))).encode()).hexdigest()

    @property
    def general(self) -> list[Any]:
        return [self[name] for name in ("name", "default", "warn_percent", "key")]

    @property
    def days(self) -> list[Any]:
        return [self[f"day_{day}"] for day in range(7)]

    @property
    def calendar(self) -> list[Any]:
        return [self[name] for name in ("land", "closings", "zone")]

    @property
    def levels(self) -> list[tuple[Any, list[Any]]]:
        """A row for each priority: its label and its three fields."""
        return [(label, [self[f"{priority}_{promise}"] for promise in Promise.values]) for priority, label in Ticket.Priority.choices]

    @property
    def members(self) -> list[tuple[Any, Any]]:
        return [(self[f"member_{one.pk}"], self[f"inhabitants_{one.pk}"]) for one in self.municipalities]


def _initial(agreement: Agreement | None) -> dict[str, Any]:
    if agreement is None:
        return {"land": "NW"}
    names = ("name", "default", "zone", "land", "warn_percent", "key")
    found: dict[str, Any] = {name: getattr(agreement, name) for name in names} | {"seen": agreement.revision}
    found |= {f"day_{day}": hours.write_hours(intervals) for day, intervals in enumerate(agreement.week)}
    found["closings"] = hours.write_closings(terms.closing_days(agreement))
    for level in agreement.levels.all():
        found |= {f"{level.priority}_{promise}": getattr(level, promise) for promise in Promise.values}
    for member in AgreementMember.objects.filter(agreement=agreement):
        found |= {f"member_{member.municipality_id}": True, f"inhabitants_{member.municipality_id}": member.inhabitants}
    return found
