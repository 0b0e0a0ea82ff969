"""Forms of incidents: writing one down, telling how it goes on, ending it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality

from .announcing import LONGEST_TEXT, LONGEST_TITLE
from .models import Incident, Ticket
from .wording import LONGEST_TEXT as LONGEST_ANSWER


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Towns(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic where it runs
    """Municipalities that the centre works for, to be ticked."""

    def __init__(self, label: Any, **more: Any) -> None:
        towns = Municipality.objects.filter(active=True).order_by("name", "pk")
        super().__init__(towns, label=label, to_field_name="public_id", widget=forms.CheckboxSelectMultiple, **more)


def text_for_clerks(**more: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Text for clerks"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One or two plain sentences: what does not work, and what they can do meanwhile. Name no persons and no contents of files."
        ),
        **more,
    )


def until_field(**more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=_("Shown until at the latest"),
        widget=MomentInput(),
        help_text=_("Then the banner goes by itself. It can be put off, and goes at once when the incident is ended."),
        **more,
    )


class IncidentForm(forms.Form):
    """What an incident says and whom it concerns. `seen` is the revision that the writer has read."""

    title = forms.CharField(label=_("What is disturbed?"), max_length=LONGEST_TITLE)
    text = text_for_clerks()
    towns = Towns(_("Affected municipalities"), required=False, help_text=_("Those of the chosen requests are told in any case."))
    until = until_field()
    note = forms.CharField(
        label=_("Internal note"),
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For the hotline only."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def of(incident: Incident) -> dict[str, Any]:
        """What stands in the form of a draft."""
        towns = [str(public_id) for public_id in incident.towns.values_list("public_id", flat=True)]
        kept = {name: getattr(incident, name) for name in ("title", "text", "until", "note")}
        return {**kept, "towns": towns, "seen": incident.revision}


class NewIncidentForm(IncidentForm):
    """The same with the tickets it is made from: some are offered, others are named by their numbers."""

    tickets = forms.ModelMultipleChoiceField(
        Ticket.objects.none(), label=_("Requests"), required=False, to_field_name="public_id", widget=forms.CheckboxSelectMultiple
    )
    numbers = forms.CharField(
        label=_("Numbers of further requests"),
        required=False,
        max_length=2000,
        help_text=_("With commas between them: 2026-000123, 2026-000124"),
    )
    field_order = ("title", "text", "tickets", "numbers", "towns", "until", "note", "seen")

    def __init__(self, *args: Any, offered: Sequence[Ticket] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not offered:
            del self.fields["tickets"]
            return
        field: Any = self.fields["tickets"]
        field.queryset = Ticket.objects.filter(pk__in=[ticket.pk for ticket in offered]).for_reading()
        field.widget.choices = [(str(ticket.public_id), _in_a_line(ticket)) for ticket in offered]

    def chosen(self, known: Mapping[str, Ticket]) -> list[Ticket]:
        """The ticked tickets and those that were named, each once; a number that is not `known` is the fault of the field."""
        named = self.numbers_written()
        for written in named:
            if written not in known:
                self.add_error("numbers", gettext("There is no request of the number %(number)s.") % {"number": written[:30]})
        both = [*(self.cleaned_data.get("tickets") or []), *(known[written] for written in named if written in known)]
        return list({ticket.pk: ticket for ticket in both}.values())

    def numbers_written(self) -> list[str]:
        return [part for part in re.split(r"[\s,;]+", self.cleaned_data.get("numbers", "").replace("\x00", "")) if part]

    @staticmethod
    def at_first(tickets: Sequence[Ticket], until: datetime) -> dict[str, Any]:
        """What stands in it at the beginning: these tickets are chosen, and the oldest one's subject is the title."""
        towns = list({str(ticket.municipality.public_id) for ticket in tickets if ticket.municipality is not None})
        title = tickets[0].subject[:LONGEST_TITLE] if tickets else ""
        return {"title": title, "tickets": [str(ticket.public_id) for ticket in tickets], "towns": towns, "until": until}


class NewsForm(forms.Form):
    """How it goes on."""

    text = text_for_clerks()
    until = until_field()
    towns = Towns(_("Further affected municipalities"), required=False)
    tell_tickets = forms.BooleanField(label=_("Write it to those who asked, too"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        kwargs |= {"initial": {"until": incident.until, "seen": incident.revision}, "auto_id": "news_%s"}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["towns"]
        field.queryset = field.queryset.exclude(pk__in=incident.affected.filter(left_at=None).values("municipality"))
        if not field.queryset:
            del self.fields["towns"]


class EndForm(forms.Form):
    """The answer that ends it."""

    answer = forms.CharField(
        label=_("Answer to all who asked"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4, "data-keep": ""}),
        help_text=_(
            "It reaches each request of the incident and closes it. Clerks of the affected municipalities read it with the incident."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


def _in_a_line(ticket: Ticket) -> str:
    return f"{ticket.number} · {ticket.subject} ({ticket.municipality or '–'})"
