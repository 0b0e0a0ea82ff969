"""Forms of the operators' screens: queues, municipalities, how the hotline is reached, webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality
from tenants.models import User

from .models import Queue
from .models.tickets import STAFF


class QueueForm(forms.Form):
    """A new queue."""

    name = forms.CharField(label=_("Name"), max_length=100)
    key = forms.CharField(label=_("Key"), max_length=40, help_text=_("For programs: small letters, digits, hyphens. It never changes."))


class QueueNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)


class TeamForm(forms.Form):
    """Who belongs to a queue's team, and who leads it."""

    members = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Members"), required=False, to_field_name="public_id", widget=forms.CheckboxSelectMultiple
    )
    leads = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Leads the team"),
        required=False,
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Is told of deadlines first; belongs to the team in any case. Where nobody leads, all members are told."),
    )

    def __init__(self, data: Any = None, *, queue: Queue) -> None:
        rows = list(queue.team.values_list("person__public_id", "lead"))
        initial = {"members": [key for key, _lead in rows], "leads": [key for key, lead in rows if lead]}
        super().__init__(data, initial=initial)
        staff = User.objects.active().filter(groups__name__in=STAFF).distinct().order_by("display_name", "pk")
        known = [
            (str(public_id), name or username) for public_id, name, username in staff.values_list("public_id", "display_name", "username")
        ]
        for name in self.fields:
            field: Any = self.fields[name]
            field.queryset = staff
            field.choices = known  # read once for both


class HeirForm(forms.Form):
    """Where unsettled requests go when a queue is taken out of use."""

    heir = forms.ModelChoiceField(
        Queue.objects.none(), label=_("Unsettled requests go to"), required=False, to_field_name="key", empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, queue: Queue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Queue.objects.filter(active=True).exclude(pk=queue.pk).order_by("position", "pk")
        self.fields["heir"].queryset = others  # type: ignore[attr-defined]


class ReachForm(forms.Form):
    telephone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    hours = forms.CharField(label=_("Hours"), max_length=200, required=False, help_text=_("As requesters read them: Mon–Fri 8 to 16 h."))


class MunicipalityForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.CharField(label=_("Short name"), max_length=50, help_text=_("As on her own server; it never changes."))


class MunicipalityChangeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    active = forms.BooleanField(label=_("We work for this municipality"), required=False)


class TownAddressesForm(forms.Form):
    """Whom of a municipality the hotline tells of incidents."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One in each line. They get a mail when an incident that affects the municipality is announced, goes on or ends."),
    )


class MailDomainTownForm(forms.Form):
    """Whose a mail domain is."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.none(), label=_("Municipality"), to_field_name="slug", empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = Municipality.objects.filter(active=True).order_by("name", "pk")  # type: ignore[attr-defined]


class MailDomainForm(MailDomainTownForm):
    """A new mail domain."""

    domain = forms.CharField(label=_("Mail domain"), max_length=260, help_text=_("What stands behind the @: musterstadt.de."))
    field_order = ("domain", "municipality")


class WebhookForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    address = forms.CharField(
        label=_("Web address"), max_length=500, widget=forms.URLInput, help_text=_("https://…; told of each act on a request.")
    )


class TagForm(forms.Form):
    """A tag's name."""

    name = forms.CharField(label=_("Name"), max_length=40)
