from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from .tickets import Ticket


class TicketText(models.Model):
    """The words of a ticket for the search: `shown` is what its requester may read, `all_of_it` holds internal notes, too (None: there are none).

    `analyser` names the analyser that made them: another one would give other words.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="text")
    shown = SearchVectorField()
    all_of_it = SearchVectorField(null=True)
    analyser = models.CharField(max_length=16)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        indexes = [
            GinIndex(fields=["shown"], name="ticket_words_shown"),
            GinIndex(fields=["all_of_it"], name="ticket_words_all"),
        ]
