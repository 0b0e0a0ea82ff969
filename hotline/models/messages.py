from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.statements import Blank
from tenants.models import User

from .tickets import STAFF, Ticket


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: User) -> Self:
        """Keep the messages of tickets a person may know of, also those that are shown there too; internal notes are for staff only."""
        if person.is_active and person.has_role(*STAFF):
            return self
        known = Ticket.objects.visible_to(person).values("pk")
        also = _also(Q(ticket__in=known)).union(_also(Q(ticket__merged_into__in=known)))
        return self.filter(Q(ticket__in=known) | Q(pk__in=also)).exclude(kind=Message.Kind.NOTE)

    def of(self, ticket: Ticket | Blank) -> Self:
        """Keep what was said on a ticket: its own messages (a merge has put those of the other one there), and what is shown on it too.

        Each by its index: one condition with "or" reads all that was ever said.
        """
        own = Message.objects.filter(ticket=ticket).values("pk")
        return self.filter(pk__in=own.union(_also(Q(ticket=ticket)), _also(Q(ticket__merged_into=ticket))))

    def read_on(self, ticket: Ticket, person: User) -> Self:
        """Keep what a person reads on a ticket that was found by Ticket.visible_to(): for her the same as visible_to(person).of(ticket).

        All that `of` gives is shown by such a ticket; her other tickets need not be looked for again.
        """
        return self.of(ticket)._as_read_by(person)

    def said_on(self, tickets: Iterable[Ticket], person: User) -> Self:
        """Keep what tickets that were found by Ticket.visible_to() have themselves, as far as a person reads it there."""
        return self.filter(ticket__any_of=[ticket.pk for ticket in tickets])._as_read_by(person)

    def _as_read_by(self, person: User) -> Self:
        """Of tickets that she may know of: all for staff, without the internal notes for everybody else, nothing for an account that has ended."""
        if person.is_active and person.has_role(*STAFF):
            return self
        return self.exclude(kind=Message.Kind.NOTE) if person.is_active else self.none()

    def for_reading(self) -> Self:
        """With all that a page or an answer of the API shows of a message."""
        return self.select_related("author").prefetch_related("attachments")

    def in_order(self) -> Self:
        return self.order_by("at", "pk")


def _also(of: Q) -> models.QuerySet[Any, Any]:
    return Message.also_on.through.objects.filter(of).values("message")


class Message(models.Model):
    """What was said on a ticket: a reply (either side), an internal note of staff, or what was said on the telephone.

    `home` is the ticket it was written for, where a merge has put it onto another one. `also_on`: tickets on which people have read it, and
    still do, though it belongs elsewhere now (it was split off, or said to both while they were merged).
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Internal note")
        PHONE = "phone", _("Telephone call")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    home = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="+")
    also_on = models.ManyToManyField(Ticket, blank=True, related_name="also_said")
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

    @property
    def has_mail(self) -> bool:
        """Whether it came by a mail, or could not be sent by one; on a page of staff, which fetches both along."""
        return bool(getattr(self, "unsent", ())) or hasattr(self, "mail")

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """As Django's, which makes a table of all choices anew for each message."""
        return str(self.Kind(self.kind).label)
