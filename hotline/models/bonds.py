from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from .tickets import Ticket


class Merge(models.Model):
    """That a ticket was merged into another one, and what is needed to undo it. `undone_at` is None while it holds.

    `state` and `solved_at` are what the merged ticket had before.
    """

    source = models.ForeignKey(Ticket, models.PROTECT, related_name="merges")
    target = models.ForeignKey(Ticket, models.PROTECT, related_name="taken_up")
    at = models.DateTimeField()
    state = models.CharField(max_length=10)
    solved_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Merge]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(undone_at=None), name="merge_holds_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_of_two"),
        ]


class Link(models.Model):
    """That two tickets have to do with each other. The older one is `one`."""

    one = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    other = models.ForeignKey(Ticket, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Link]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="link_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="link_in_order"),
        ]
        indexes = [models.Index(fields=["other"], name="link_from_other")]
