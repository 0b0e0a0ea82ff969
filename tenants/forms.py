"""Forms of the account and administration screens."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.named_choices import NamedChoice

from . import passwords
from .models import AccessibilityFeedback, MunicipalSettings, Office, User
from .municipal_settings import LONGEST_TEXT
from .roles import of_this_site

if TYPE_CHECKING:  # Django's own classes take no type argument at run time
    OfficeField = forms.ModelChoiceField[Office]
    FeedbackModelForm = forms.ModelForm[AccessibilityFeedback]
else:
    OfficeField, FeedbackModelForm = forms.ModelChoiceField, forms.ModelForm


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("The user name or the password is not right."),
        "inactive": _("The user name or the password is not right."),
        "expired": _("This one-time password is more than 14 days old. Please ask your administrator for a new one."),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if passwords.slip_expired(person=user, at=timezone.now()):
            raise ValidationError(self.error_messages["expired"], code="expired")


class PracticeSlipForm(forms.Form):
    """The code on a printed slip, as it is typed."""

    code = forms.CharField(
        label=_("Code on your slip"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class OfficeChoice(OfficeField):
    """An active office of the municipality; forms send its public id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Office.objects.none(), to_field_name="public_id", **kwargs)

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        self.queryset = Office.objects.filter(is_active=True).order_by("code")
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> Any:
        self.queryset = Office.objects.filter(is_active=True).order_by("code")
        return super().clean(value)


class PersonChoice(NamedChoice):
    """A person; forms send her public id. Among whom, the form says by `queryset`, in the order of names."""

    def __init__(self, **kwargs: Any) -> None:
        named = {"columns": ("display_name", "username"), "words": lambda name, username: name or username}
        super().__init__(
            **{"queryset": User.objects.none(), "to_field_name": "public_id", "empty_label": _("Please choose"), **named, **kwargs}
        )


class PersonForm(forms.Form):
    """How a person is called and reached, and her roles."""

    display_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    roles = forms.MultipleChoiceField(label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, roles_locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = self.fields["roles"]
        assert isinstance(roles, forms.MultipleChoiceField)
        roles.choices = of_this_site().choices
        if roles_locked:
            roles.disabled = True
            roles.help_text = _("Nobody changes their own roles. Please ask another administrator.")


class NewPersonForm(PersonForm):
    username = forms.CharField(label=_("User name"), max_length=60, help_text=_("Small letters without umlauts, digits, dots and hyphens."))
    office = OfficeChoice(label=_("Office"), required=False, empty_label=_("None yet"))
    is_lead = forms.BooleanField(label=_("Leads the office"), required=False)

    field_order = ["display_name", "username", "email", "telephone", "office", "is_lead", "roles"]


class MoveForm(forms.Form):
    office = OfficeChoice(label=_("New office"), empty_label=_("Please choose"))
    is_lead = forms.BooleanField(label=_("Leads the office"), required=False)
    keeping = forms.BooleanField(label=_("Stays in the present offices too"), required=False)


class SuccessorForm(forms.Form):
    """Who takes over; asked only where there is open work."""

    successor = PersonChoice(label=_("Open work goes to"), required=False)

    def __init__(self, *args: Any, person: User, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        successor = self.fields["successor"]
        assert isinstance(successor, forms.ModelChoiceField)
        successor.queryset = User.objects.active().exclude(pk=person.pk).order_by("display_name", "pk")
        successor.required = needed


class ImportForm(forms.Form):
    sheet = forms.FileField(label=_("Table of people (.xlsx or .csv)"))


class OfficeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=200)
    parent = OfficeChoice(label=_("Part of"), required=False, empty_label=_("None: at the top"))


class SubstituteForm(forms.Form):
    """A substitute from a day to a day; with `absent` for one of these people, else for the person herself (`without`)."""

    absent = PersonChoice(label=_("Absent"))
    deputy = PersonChoice(label=_("Substitute"))
    first_day = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=_("This day is included.")
    )

    def __init__(self, *args: Any, today: date, absent: QuerySet[User] | None = None, without: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"first_day": today}, **kwargs})
        if absent is None:
            del self.fields["absent"]
        else:
            self.fields["absent"].queryset = absent  # type: ignore[attr-defined]
        others = User.objects.active().order_by("display_name", "pk")
        self.fields["deputy"].queryset = others.exclude(pk=without.pk) if without else others  # type: ignore[attr-defined]


class SettingsForm(forms.Form):
    name = forms.CharField(label=_("Name of the municipality"), max_length=200)
    coat_of_arms = forms.FileField(label=_("Coat of arms"), required=False, help_text=_("PNG, JPEG or WebP, at most 2 MB."))
    remove_coat_of_arms = forms.BooleanField(label=_("Remove the coat of arms"), required=False)
    reference_template = forms.CharField(
        label=_("Template of file references"),
        max_length=100,
        help_text=_("{code} is the classification code, {number} the running number, {year} the year. Example: {code}-{year}/{number:04}"),
    )
    stapling_order = forms.ChoiceField(label=_("Stapling order"), choices=MunicipalSettings.StaplingOrder.choices, widget=forms.RadioSelect)
    receipt_stamp = forms.CharField(
        label=_("Text of the receipt stamp"),
        max_length=200,
        required=False,
        help_text=_(
            "Stands with the date of receipt on what comes in, for example “Stadt Musterstadt, Eingang”. Left empty: “Eingegangen”."
        ),
    )
    folio_numbering = forms.ChoiceField(
        label=_("Folio numbers"),
        choices=MunicipalSettings.FolioNumbering.choices,
        widget=forms.RadioSelect,
        help_text=_("Holds for numbers given from now on. What stands on a sheet already is never changed."),
    )
    registry_sees_restricted = forms.BooleanField(
        label=_("The registry sees reference, unit and lead office of restricted files"),
        required=False,
        help_text=_("In a list of its own, without titles. Otherwise the registry does not know of these files."),
    )
    support_consent = forms.TypedChoiceField(
        label=_("Who lets the competence centre look into a file"),
        choices=MunicipalSettings.SupportConsent.choices,
        required=False,
        empty_value=None,  # what is not sent stays as it is
        widget=forms.RadioSelect,
        help_text=_(
            "For support on a request, for hours at most. Files with special secrecy, an access restriction or a higher protection need are"
            " never shown. A look at settings is allowed by an administrator, or by the data protection officer if she decides of files."
        ),
    )
    hotline_telephone = forms.CharField(
        label=_("Telephone of the hotline"),
        max_length=50,
        required=False,
        help_text=_("Shown where people ask for help and the competence centre cannot be reached. Left empty: that of the installation."),
    )
    hotline_email = forms.EmailField(label=_("E-mail of the hotline"), required=False)
    imprint = forms.CharField(
        label=_("Imprint"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Who answers for this town's service, as the law asks for. An empty line begins a paragraph, a line with # before it is a heading, with"
            " - before it a point of a list. Left empty: the text of the installation."
        ),
    )
    privacy = forms.CharField(
        label=_("Data protection"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The town's own text on data protection, written in the same way. Left empty: the text of the installation."),
    )

    def __init__(self, *args: Any, has_coat_of_arms: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_coat_of_arms:
            del self.fields["remove_coat_of_arms"]


class PreferencesForm(forms.Form):
    theme = forms.ChoiceField(choices=User.Theme.choices)
    density = forms.ChoiceField(choices=User.Density.choices)
    shortcuts = forms.BooleanField(required=False)


class FeedbackForm(FeedbackModelForm):
    class Meta:
        model = AccessibilityFeedback
        fields = ["page", "message", "name", "email"]
