from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from .messages import Message
from .tickets import Ticket


class Unfinished(models.Model):
    """What one of the staff has written on a ticket and not sent yet (Entwurf): one of each person, for her eyes alone."""

    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Message.Kind)
    body = models.TextField()
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Unfinished]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["writer", "ticket"], name="unfinished_once"),
            models.CheckConstraint(condition=~Q(body=""), name="unfinished_says_something"),
        ]
        indexes = [models.Index(fields=["at"], name="unfinished_by_age")]

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        return str(Message.Kind(self.kind).label)
