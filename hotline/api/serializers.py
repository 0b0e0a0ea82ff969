"""Tickets and messages as programs have them."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from foundation.api.fields import Named
from hotline.acquainting import LONGEST, Caller
from hotline.attaching import MOST_FILES
from hotline.handling import MOST_TAGS
from hotline.models import Attachment, Message, Queue, Tag, Ticket
from hotline.wording import LONGEST_SUBJECT, LONGEST_TEXT
from tenants.centre.models import Municipality
from tenants.models import User


class Due(serializers.Serializer[Ticket]):
    """Until when the service level wants the first response and the solution; null where none holds."""

    first_response = serializers.DateTimeField(source="due_first_response", allow_null=True)
    resolution = serializers.DateTimeField(source="due_resolution", allow_null=True)


class TicketOut(serializers.ModelSerializer[Ticket]):
    """A ticket; people by their user names, the municipality by its slug, the queue by its key.

    `merged_into` is the id of the ticket where a merged one goes on, `parent` that of the one above. `tags` are names, for staff; to everybody
    else there are none.
    """

    id = serializers.UUIDField(source="public_id")
    municipality = serializers.CharField(source="municipality.slug", default=None, allow_null=True)
    requester = serializers.CharField(source="requester.username")
    queue = serializers.CharField(source="queue.key")
    assignee = serializers.CharField(source="assignee.username", default=None, allow_null=True)
    due = Due(source="*")
    merged_into = serializers.UUIDField(source="merged_into.public_id", default=None, allow_null=True)
    parent = serializers.UUIDField(source="parent.public_id", default=None, allow_null=True)  # type: ignore[assignment]
    tags = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = (
            *("id", "number", "subject", "kind", "municipality", "requester", "queue", "priority", "state", "assignee", "due"),
            *("created_at", "changed_at", "merged_into", "parent", "tags"),
        )
        read_only_fields = fields

    def get_tags(self, ticket: Ticket) -> list[str]:
        """Only for whom the door names as staff (context `staff`): what forgets to say so shows nothing."""
        return sorted((tag.name for tag in ticket.tags.all()), key=str.casefold) if self.context.get("staff") else []


class AssignedOut(TicketOut):
    """A ticket that was given to somebody. `notice`: what whoever did so should know, in a sentence: that it is somebody of another team; else empty."""

    notice = serializers.CharField()

    class Meta:
        model = Ticket
        fields = (*TicketOut.Meta.fields, "notice")
        read_only_fields = fields


def files_field() -> serializers.ListField:
    """Whether the files can be attached is for hotline.attaching to say."""
    one = serializers.FileField(allow_empty_file=True, max_length=None)
    return serializers.ListField(child=one, required=False, help_text=f"Up to {MOST_FILES} files.")


class NewCaller(serializers.Serializer[Any]):
    """Somebody unknown, who becomes a contact. Without `somebody_else` a number that is somebody's already is a conflict that names her."""

    name = serializers.CharField(max_length=LONGEST["name"])
    municipality = Named(slug_field="slug", queryset=Municipality.objects.filter(active=True))
    telephone = serializers.CharField(max_length=LONGEST["telephone"])
    email = serializers.EmailField(required=False, allow_blank=True, max_length=LONGEST["email"])
    somebody_else = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"caller": Caller(**attrs)}


class NewTicket(serializers.Serializer[Any]):
    """`kind`, `municipality`, `requester` and `caller` are for staff, who speak for somebody else: known (`requester`) or not (`caller`)."""

    subject = serializers.CharField(max_length=LONGEST_SUBJECT)
    body = serializers.CharField(max_length=LONGEST_TEXT)
    priority = serializers.ChoiceField(Ticket.Priority.choices, required=False)
    queue = Named(slug_field="key", queryset=Queue.objects.filter(active=True), required=False)
    kind = serializers.ChoiceField(Ticket.Kind.choices, required=False)
    municipality = Named(slug_field="slug", queryset=Municipality.objects.filter(active=True), required=False, allow_null=True)
    requester = serializers.CharField(required=False, max_length=150, help_text="A user name.")
    caller = NewCaller(required=False)
    follows = serializers.UUIDField(
        required=False,
        help_text="The id of a settled ticket that this one goes on from, when that takes no reply any more: they are linked.",
    )
    attachments = files_field()

    def validate_requester(self, value: str) -> User:
        """Said to staff only: the door refuses everybody else before it looks anybody up."""
        found = User.objects.filter(username=User.normalize_username(value)).first()
        if found is None:
            raise serializers.ValidationError(_("There is nobody of this user name."))
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "requester" in attrs and "caller" in attrs:
            raise serializers.ValidationError({"caller": _("Either somebody known or somebody new.")})
        return {**attrs, **attrs.pop("caller", {})}


class TicketChange(serializers.Serializer[Any]):
    priority = serializers.ChoiceField(Ticket.Priority.choices, required=False)
    queue = Named(slug_field="key", queryset=Queue.objects.filter(active=True), required=False)
    assignee = Named(
        slug_field="username",
        queryset=User.objects.all(),
        required=False,
        allow_null=True,
        error_messages={"does_not_exist": gettext_lazy("There is nobody of this user name.")},
        help_text="The user name of a member of the hotline's staff; of whoever is not in the queue's team, the answer says so in `notice`.",
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=MOST_TAGS,
        required=False,
        help_text="Exactly these, by name; see GET /tags/.",
    )

    def validate_tags(self, value: list[str]) -> list[Tag]:
        wanted = {name.casefold() for name in value}
        found: list[Tag] = list(Tag.objects.annotate(folded=Lower("name")).filter(folded__in={name.lower() for name in value}))
        if unknown := wanted - {tag.name.casefold() for tag in found}:
            raise serializers.ValidationError(_("There is no tag “%(name)s”. The list is kept by operators.") % {"name": min(unknown)})
        return found


class TagOut(serializers.ModelSerializer[Tag]):
    """A tag; a retired one (not `active`) stays where it is and is put on nothing more."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Tag
        fields = ("id", "name", "active")
        read_only_fields = fields


class TicketFilters(serializers.Serializer[Any]):
    state = serializers.ChoiceField(Ticket.State.choices, required=False)
    municipality = serializers.CharField(required=False, max_length=50, help_text="A slug.")
    queue = serializers.CharField(required=False, max_length=40, help_text="A key.")
    assignee = serializers.CharField(required=False, max_length=150, help_text="A user name.")
    own_queues = serializers.BooleanField(
        required=False, help_text="true: those in the queues whose teams the caller belongs to; by staff."
    )
    call_back = serializers.ChoiceField(
        ["open", "due"], required=False, help_text="A call-back is wanted, or its time has begun; by staff."
    )
    tag = serializers.CharField(required=False, max_length=40, help_text="A tag's name; by staff.")
    q = serializers.CharField(required=False, max_length=1000, help_text="Words, phrases, prefix*, -without; or a number's beginning.")


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


class AttachmentOut(serializers.ModelSerializer[Attachment]):
    """A file of a message; `size` in bytes, `link` downloads it."""

    id = serializers.UUIDField(source="public_id")
    link = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = ("id", "name", "size", "media_type", "sha256", "link")
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_link(self, attachment: Attachment) -> str:
        return reverse("hotline_api:attachment_content", args=[attachment.public_id], request=self.context.get("request"))


class MessageOut(serializers.ModelSerializer[Message]):
    id = serializers.UUIDField(source="public_id")
    author = serializers.CharField(source="author.display_name")
    attachments = AttachmentOut(many=True)

    class Meta:
        model = Message
        fields = ("id", "kind", "author", "by_staff", "body", "at", "attachments")
        read_only_fields = fields


class NewMessage(serializers.Serializer[Any]):
    """`then`: the state after a reply of staff; without it the ticket waits for the requester. Files are sent as multipart/form-data."""

    kind = serializers.ChoiceField(Message.Kind.choices, default=Message.Kind.REPLY)
    body = serializers.CharField(max_length=LONGEST_TEXT)
    then = serializers.ChoiceField([Ticket.State.OPEN, Ticket.State.WAITING, Ticket.State.SOLVED], required=False)
    children = serializers.BooleanField(default=False, help_text="Reply to the tickets below as well, and close them; by staff.")
    attachments = files_field()


class OtherTicket(serializers.Serializer[Any]):
    ticket = serializers.UUIDField(help_text="The id of the other ticket.")


class NewSubject(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=LONGEST_SUBJECT)


class LinkedOut(serializers.Serializer[Any]):
    """The tickets that have to do with one."""

    linked = serializers.ListField(child=serializers.UUIDField())
