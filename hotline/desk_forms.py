"""Forms of the operators' screens: queues, municipalities, how the hotline is reached, webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality

from .models import Queue


class QueueForm(forms.Form):
    """A new queue."""

    name = forms.CharField(label=_("Name"), max_length=100)
    key = forms.CharField(label=_("Key"), max_length=40, help_text=_("For programs: small letters, digits, hyphens. It never changes."))


class QueueNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)


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
