from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from .documents import DocumentVersion

LEASE_SECONDS = 30


class LeaseQuerySet(models.QuerySet[Any]):
    def abandoned(self, *, before: datetime) -> Self:
        """Held by somebody whose heartbeat stopped."""
        return self.filter(done_at__isnull=True, holder__isnull=False, heartbeat_at__lt=before)


class Lease(models.Model):
    """Who reads: `holder` with a heartbeat of at most LEASE_SECONDS. The broker only wakes people up; this row decides.

    `attempts` were begun, in `crashes` of them the reading itself broke down; `hindrance` is the code of what the last one has to wait for,
    until `not_before` (records.leases).
    """

    holder = models.UUIDField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    hindrance = models.CharField(max_length=40, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = LeaseQuerySet.as_manager()

    class Meta:
        abstract = True


class Reading(Lease):
    """The job of reading one version."""

    version = models.OneToOneField(DocumentVersion, models.CASCADE, related_name="reading")
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["queued_at"], condition=Q(done_at__isnull=True), name="reading_unfinished")]


class ReadingSlice(Lease):
    """A range of pages of a long scan, read on its own so that short documents pass between."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="slices")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    texts = models.JSONField(default=list)
    searchable_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading", "first"], name="slice_once"),
            models.CheckConstraint(condition=Q(first__gte=1, last__gte=models.F("first")), name="slice_range"),
        ]
        indexes = [models.Index(fields=["queued_at"], condition=Q(done_at__isnull=True), name="slice_unfinished")]
