from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import User

from .tickets import STAFF, Ticket


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: User) -> Self:
        """Keep the messages of tickets a person may know of; internal notes are for staff only."""
        found = self.filter(ticket__in=Ticket.objects.visible_to(person))
        return found if person.has_role(*STAFF) else found.exclude(kind=Message.Kind.NOTE)

    def for_reading(self) -> Self:
        """With all that a page or an answer of the API shows of a message."""
        return self.select_related("author").prefetch_related("attachments")

    def in_order(self) -> Self:
        return self.order_by("at", "pk")


class Message(models.Model):
    """What was said on a ticket: a reply (either side), an internal note of staff, or what was said on the telephone."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Internal note")
        PHONE = "phone", _("Telephone call")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_staff = models.BooleanField(default=False)
    body = models.TextField(_("Text"))
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Any]] = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("Message")
        verbose_name_plural = _("Messages")
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="message_says_something"),
            models.CheckConstraint(condition=Q(kind__in=["reply", "note", "phone"]), name="message_kind_known"),
            models.CheckConstraint(condition=~Q(kind="note") | Q(by_staff=True), name="note_is_of_staff"),
        ]
        indexes = [models.Index(fields=["ticket", "at", "id"], name="message_in_ticket")]
