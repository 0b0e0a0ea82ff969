"""Tickets and messages as programs have them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from hotline.models import Message, Queue, Ticket
from hotline.wording import LONGEST_SUBJECT, LONGEST_TEXT
from tenants.centre.models import Municipality
from tenants.models import User


class Due(serializers.Serializer[Ticket]):
    """Until when the service level wants the first response and the solution; null where none holds."""

    first_response = serializers.DateTimeField(source="due_first_response", allow_null=True)
    resolution = serializers.DateTimeField(source="due_resolution", allow_null=True)


class TicketOut(serializers.ModelSerializer[Ticket]):
    """A ticket; people by their user names, the municipality by its slug, the queue by its key."""

    id = serializers.UUIDField(source="public_id")
    municipality = serializers.CharField(source="municipality.slug", default=None, allow_null=True)
    requester = serializers.CharField(source="requester.username")
    queue = serializers.CharField(source="queue.key")
    assignee = serializers.CharField(source="assignee.username", default=None, allow_null=True)
    due = Due(source="*")

    class Meta:
        model = Ticket
        fields = (
            *("id", "number", "subject", "kind", "municipality", "requester", "queue", "priority", "state", "assignee", "due"),
            *("created_at", "changed_at"),
        )
        read_only_fields = fields


class NewTicket(serializers.Serializer[Any]):
    """`kind`, `municipality` and `requester` are for staff, who speak for somebody else."""

    subject = serializers.CharField(max_length=LONGEST_SUBJECT)
    body = serializers.CharField(max_length=LONGEST_TEXT)
    priority = serializers.ChoiceField(Ticket.Priority.choices, required=False)
    queue = serializers.SlugRelatedField(slug_field="key", queryset=Queue.objects.filter(active=True), required=False)
    kind = serializers.ChoiceField(Ticket.Kind.choices, required=False)
    municipality = serializers.SlugRelatedField(
        slug_field="slug", queryset=Municipality.objects.filter(active=True), required=False, allow_null=True
    )
    requester = serializers.CharField(required=False, max_length=150, help_text="A user name.")

    def validate_requester(self, value: str) -> User:
        """Said to staff only: the door refuses everybody else before it looks anybody up."""
        found = User.objects.filter(username=User.normalize_username(value)).first()
        if found is None:
            raise serializers.ValidationError(_("There is nobody of this user name."))
        return found


class TicketChange(serializers.Serializer[Any]):
    priority = serializers.ChoiceField(Ticket.Priority.choices, required=False)
    queue = serializers.SlugRelatedField(slug_field="key", queryset=Queue.objects.filter(active=True), required=False)
    assignee = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.all(), required=False, allow_null=True)


class TicketFilters(serializers.Serializer[Any]):
    state = serializers.ChoiceField(Ticket.State.choices, required=False)
    municipality = serializers.CharField(required=False, max_length=50, help_text="A slug.")
    queue = serializers.CharField(required=False, max_length=40, help_text="A key.")
    assignee = serializers.CharField(required=False, max_length=150, help_text="A user name.")
    q = serializers.CharField(required=False, max_length=1000, help_text="Words, phrases, prefix*, -without; or a number's beginning.")


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


class MessageOut(serializers.ModelSerializer[Message]):
    id = serializers.UUIDField(source="public_id")
    author = serializers.CharField(source="author.display_name")

    class Meta:
        model = Message
        fields = ("id", "kind", "author", "by_staff", "body", "at")
        read_only_fields = fields


class NewMessage(serializers.Serializer[Any]):
    """`then`: the state after a reply of staff; without it the ticket waits for the requester."""

    kind = serializers.ChoiceField(Message.Kind.choices, default=Message.Kind.REPLY)
    body = serializers.CharField(max_length=LONGEST_TEXT)
    then = serializers.ChoiceField([Ticket.State.OPEN, Ticket.State.WAITING, Ticket.State.SOLVED], required=False)
