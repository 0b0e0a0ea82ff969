"""Forms of the ticket desk's screens: they check what was typed; the acts decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tenants.centre.models import Municipality
from tenants.models import User

from . import attaching
from .acquainting import Caller
from .models import Message, Queue, QueueMember, SupportRequest, Ticket
from .models.tickets import STAFF
from .wording import LONGEST_SUBJECT, LONGEST_TEXT

MOMENTS = {"earliest": "since", "latest": "until"}
THEN = [
    (Ticket.State.WAITING, _("then wait for an answer")),
    (Ticket.State.OPEN, _("then it stays open")),
    (Ticket.State.SOLVED, _("then it is solved")),
]


def text_area(label: Any, **more: Any) -> forms.CharField:
    """What is typed here outlives a reload (static/js/keep.js)."""
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6, "data-keep": ""}), **more)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none. Whether they can be attached is for hotline.attaching to say."""

    widget = FilesInput

    def __init__(self, **more: Any) -> None:
        help_text = format_lazy(
            _("At most {files} files of up to {size} MB each."),
            files=attaching.MOST_FILES,
            size=settings.MAX_ATTACHMENT_BYTES // attaching.MIB,
        )
        super().__init__(label=_("Attachments of the message"), required=False, help_text=help_text, allow_empty_file=True, **more)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """For static/js/attachments.js: how many files, and how many bytes each."""
        return {"data-attach": attaching.MOST_FILES, "data-most": settings.MAX_ATTACHMENT_BYTES}

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one]

    def to_python(self, data: Any) -> Any:
        """Names are made harmless when the file is kept; here even a nameless one passes."""
        return data


class RequestForm(forms.Form):
    """What a requester asks."""

    subject = forms.CharField(
        label=_("Subject"), max_length=LONGEST_SUBJECT, help_text=_("In a few words. Please name no persons and no contents of files.")
    )
    body = text_area(_("What is it about?"))
    attachments = FilesField()

    def asked(self) -> dict[str, Any]:
        """What is taken in, as hotline.taking_in has it."""
        return {name: self.cleaned_data[name] for name in ("subject", "body")}


NEW_CALLER = "neu"  # instead of a person's id
if TYPE_CHECKING:
    PersonField = forms.ModelChoiceField[User]
else:
    PersonField = forms.ModelChoiceField


class WhoField(PersonField):
    """A person by her id, or NEW_CALLER. Who can be chosen is shown by the template: those who were found."""

    def to_python(self, value: Any) -> Any:
        return NEW_CALLER if value == NEW_CALLER else super().to_python(value)

    def validate(self, value: Any) -> None:
        if value != NEW_CALLER:
            super().validate(value)


class CallForm(RequestForm):
    """What staff take in for somebody, mostly while she is on the telephone; `new_…` is of a caller who is unknown."""

    who = forms.CharField(
        label=_("Telephone number, name or town"),
        max_length=100,
        required=False,
        help_text=_("A number in any spelling: 0208/123-45, +49 208 12345, (0208) 123 45."),
    )
    requester = WhoField(
        User.objects.none(),
        label=_("Who asks?"),
        to_field_name="public_id",
        error_messages={"required": _("Please say who is calling: find the person, or take her in as a new contact.")},
    )
    new_name = forms.CharField(label=_("Name"), max_length=200, required=False)
    new_municipality = forms.ModelChoiceField(
        Municipality.objects.filter(active=True).order_by("name"),
        label=_("Municipality"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Please choose"),
    )
    new_telephone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    new_email = forms.CharField(label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput)
    somebody_else = forms.BooleanField(label=_("It is somebody else with the same number"), required=False)
    municipality = forms.ModelChoiceField(
        Municipality.objects.filter(active=True).order_by("name"),
        label=_("Municipality"),
        required=False,
        to_field_name="public_id",
        empty_label=_("That of the person"),
    )
    kind = forms.ChoiceField(label=_("How?"), choices=Ticket.Kind.choices, initial=Ticket.Kind.PHONE)
    priority = forms.ChoiceField(label=_("Priority"), choices=Ticket.Priority.choices, initial=Ticket.Priority.NORMAL)
    queue = forms.ModelChoiceField(
        Queue.objects.filter(active=True).order_by("position"),
        label=_("Queue"),
        required=False,
        to_field_name="key",
        empty_label=_("The first one"),
    )
    NEEDED = {
        "new_name": _("Please ask for the name."),
        "new_municipality": _("Please ask for the municipality."),
        "new_telephone": _("Please write down the number."),
    }
    OF_THE_REQUEST = ("subject", "body", "kind", "priority", "queue", "municipality")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requester"].queryset = User.objects.active().filter(groups__name="requester")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        sent: dict[str, Any] = super().clean() or {}
        if sent.get("requester") == NEW_CALLER:
            for field, sentence in self.NEEDED.items():
                if not sent.get(field) and field not in self.errors:
                    self.add_error(field, sentence)
        return sent

    def asked(self) -> dict[str, Any]:
        """What is taken in, and for whom, as hotline.taking_in has it."""
        sent = self.cleaned_data
        asked = {name: sent[name] for name in self.OF_THE_REQUEST if sent[name]}
        if sent["requester"] != NEW_CALLER:
            return {**asked, "requester": sent["requester"]}
        who = {name: sent[f"new_{name}"] for name in ("name", "municipality", "telephone", "email")}
        return {**asked, "caller": Caller(**who, somebody_else=sent["somebody_else"])}

    def of_the_request(self) -> list[forms.BoundField]:
        """The fields below the caller's, in their order."""
        return [self[name] for name in ("subject", "body", "attachments", "kind", "priority", "queue", "municipality")]

    def of_somebody_new(self) -> list[forms.BoundField]:
        """Hers; what is needed of her is not called optional, though nothing of it is sent for somebody known."""
        for name in self.NEEDED:
            self.fields[name].required = True
        return [self[name] for name in ("new_name", "new_municipality", "new_telephone", "new_email")]


class AnswerForm(forms.Form):
    """A requester's answer. `seen` is the revision that the writer has read."""

    body = text_area(_("Your message"))
    attachments = FilesField()
    seen = forms.IntegerField(widget=forms.HiddenInput)


class StaffAnswerForm(AnswerForm):
    """What staff say: an internal note unless they choose otherwise, so that nothing leaves the house by mistake."""

    body = text_area(_("Text"))
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (Message.Kind.NOTE, _("Internal note: not seen by the requester")),
            (Message.Kind.REPLY, _("Reply to the requester")),
            (Message.Kind.PHONE, _("Telephone call")),
        ],
        initial=Message.Kind.NOTE,
        widget=forms.RadioSelect,
    )
    then = forms.ChoiceField(label=_("After a reply"), choices=THEN, initial=Ticket.State.WAITING)
    children = forms.BooleanField(label=_("Reply to the tickets below as well, and close them"), required=False)
    field_order = ("kind", "body", "attachments", "then", "children", "seen")

    def __init__(self, *args: Any, below: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not below:
            del self.fields["children"]
        if settings.MAIL_SMTP_URL:
            files, words = self.fields["attachments"], {"most": settings.MAIL_MAX_FILES_BYTES // attaching.MIB}
            along = _("Those of a reply go along with the mail, up to %(most)s MB together; larger ones are named in it with a link.")
            files.help_text = f"{files.help_text} {along % words}"


class PlaceForm(forms.Form):
    """Where a ticket belongs: queue, priority, whose it is."""

    queue = forms.ModelChoiceField(
        Queue.objects.filter(active=True).order_by("position"), label=_("Queue"), to_field_name="key", empty_label=None
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=Ticket.Priority.choices)
    assignee = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Assigned to"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Nobody"),
        error_messages={"invalid_choice": _("Tickets are given to the hotline's staff only.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, of_queue: Queue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.active().filter(groups__name__in=STAFF).distinct().order_by("display_name")
        self.fields["assignee"].queryset = staff  # type: ignore[attr-defined]
        if not self.is_bound:
            queue: Any = self.fields["queue"]
            queue.choices = list(queue.choices)  # asked for once: to be drawn, and whether the first one is empty
            team = Exists(QueueMember.objects.filter(queue=of_queue, person=OuterRef("pk")))
            known = staff.annotate(in_team=team).values_list("public_id", "display_name", "username", "in_team")
            self.fields["assignee"].choices = [("", _("Nobody")), *_in_groups(known)]  # type: ignore[attr-defined]


def _in_groups(known: Iterable[tuple[Any, str, str, bool]]) -> list[Any]:
    """People to choose from: the queue's team first and named as such, where there is one."""
    groups: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for public_id, name, username, in_team in known:
        groups[in_team].append((str(public_id), name or username))
    return [(_("The queue's team"), groups[True]), (_("Others"), groups[False])] if groups[True] else groups[False]


class SplitForm(forms.Form):
    """What the ticket is about that a message becomes."""

    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)


class TextModuleForm(forms.Form):
    """A text module; what may stand in it is for hotline.phrasing to say."""

    key = forms.CharField(label=_("Short word"), max_length=40, help_text=_("What is typed behind “::”, for example “passwort-neu”."))
    title = forms.CharField(label=_("Title"), max_length=100)
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Filled in by themselves: {name}, {nummer}, {betreff}, {kommune}, {bearbeitung}."),
    )
    active = forms.BooleanField(label=_("Is offered"), required=False)


class CallBackForm(forms.Form):
    """When and where somebody wants to be called back."""

    telephone = forms.CharField(label=_("Telephone"), max_length=50)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    since = forms.TimeField(label=_("Reachable from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    until = forms.TimeField(label=_("Reachable until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def asked(self) -> dict[str, Any]:
        """The number and two moments, as hotline.calling_back has them."""
        day = self.cleaned_data["day"]
        moments = {name: timezone.make_aware(datetime.combine(day, self.cleaned_data[field])) for name, field in MOMENTS.items()}
        return {"telephone": self.cleaned_data["telephone"], **moments}


class SupportForm(forms.Form):
    """What an agent asks to look at: one file, or one area; for how long."""

    file_reference = forms.CharField(
        label=_("File reference, as the clerk told it"),
        max_length=120,
        required=False,
        help_text=_("One file; or leave it empty and choose an area."),
    )
    area = forms.ChoiceField(
        label=_("Or an area of the settings"), choices=[("", _("No area")), *SupportRequest.Area.choices], required=False
    )
    hours = forms.IntegerField(label=_("For how many hours"), min_value=1, max_value=72)
