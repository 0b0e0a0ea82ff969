from __future__ import annotations

from django.db import models

from .tickets import Ticket


class TicketEvent(models.Model):
    """An act on a ticket: who, when, and old and new value of each field. Stores names, not keys: it tells what was, whoever leaves."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["ticket", "at", "id"], name="event_of_ticket")]
