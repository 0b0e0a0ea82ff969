from __future__ import annotations

from typing import ClassVar

from django.db import models

from .tickets import Queue


class HelpfulCount(models.Model):
    """How often people said that an answer helped, or did not: per queue and month (its first day), without person or ticket."""

    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+")
    month = models.DateField()
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[HelpfulCount]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "month"], name="helpful_count_once")]


class RatedOnce(models.Model):
    """That a link was used, so that it counts once; not what was said by it.

    `changed`: how often the answer was changed or taken back, so that each page that offers it can do so once. `withdrawn`: it counts nothing now.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    month = models.DateField()
    changed = models.PositiveSmallIntegerField(default=0, db_default=0)
    withdrawn = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[models.Manager[RatedOnce]] = models.Manager()
