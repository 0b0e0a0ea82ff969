"""Recovery: what a killed worker held, or what the broker lost, is found by a look at the leases and read by somebody else."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from tenants import queues

from . import exports, leases, reading, sentences
from .models import Reading, ReadingSlice
from .models.reading import LEASE_SECONDS

logger = logging.getLogger(__name__)
QUIET_SECONDS = 10  # a message that was sent a moment ago may be on its way to a reader
MOST_AT_ONCE = 1000
LONGEST_LOOK = 2000  # messages of about a kilobyte
LONG = Q(parts__gt=leases.PAGES_OF_A_LONG_DOCUMENT // leases.PAGES_IN_ONE_GO)


def sweep(*, at: datetime) -> int:
    """Give abandoned leases back and queue again what the broker has lost; returns how many were queued.

    Each lane is looked at for itself. What a waiting message names is not lost, however long it waits. Where too many are waiting to look at
    each, only those are queued again that others have overtaken. Asking once too often does no harm: who does not get the lease goes away.
    """
    before = at - timedelta(seconds=LEASE_SECONDS)
    queued = 0
    for model in (Reading, ReadingSlice):
        for lease in model.objects.abandoned(before=before):
            freed = model.objects.filter(pk=lease.pk, holder=lease.holder, heartbeat_at__lt=before).update(holder=None, heartbeat_at=None)
            queued += freed and _again(lease)
    due = Q(done_at__isnull=True, holder__isnull=True) & (Q(not_before__isnull=True) | Q(not_before__lte=at))
    for lane in ("small", "large"):
        for rows in _lost(lane, at):
            for lease in rows.filter(due).order_by("pk")[:MOST_AT_ONCE]:
                queued += _again(lease)
    return queued + exports.sweep(at=at)


def _lost(lane: str, at: datetime) -> list[QuerySet[Reading] | QuerySet[ReadingSlice]]:
    """What a lane ought to hold and does not; nothing while the broker is silent."""
    waiting = queues.waiting(lane)
    if waiting < 0:
        return []
    if waiting > LONGEST_LOOK:
        overtaken = _overtaken_before(lane, at)
        return [rows.filter(queued_at__lt=overtaken) for rows in _lane(lane)] if overtaken else []
    quiet = Q(queued_at__isnull=True) | Q(queued_at__lt=at - timedelta(seconds=QUIET_SECONDS))
    found = [rows.filter(quiet) for rows in _lane(lane)]
    named = queues.named(lane) if waiting else {}
    return [rows.exclude(pk__in=named.get("reading_id" if rows.model is Reading else "slice_id", ())) for rows in found]


def _lane(lane: str) -> list[QuerySet[Reading] | QuerySet[ReadingSlice]]:
    """What travels in a lane. A reading that was cut comes only when all of its slices are done."""
    slices = ReadingSlice.objects.alias(parts=Count("reading__slices"))
    if lane == "large":
        return [slices.filter(LONG)]
    return [Reading.objects.exclude(slices__done_at__isnull=True, slices__isnull=False), slices.exclude(LONG)]


def _overtaken_before(lane: str, at: datetime) -> datetime | None:
    """A lane is first come, first served: who was queued before this moment and is still waiting is lost.

    Told by what was taken last, with a margin for messages that are on their way, and by what has been done for as long as the margin: that is
    how the slices of one document, all queued at the same moment, tell of each other.
    """
    margin = timedelta(seconds=LEASE_SECONDS)
    found: list[datetime] = []
    for rows in _lane(lane):
        taken = rows.exclude(done_at__isnull=True, holder__isnull=True).order_by("-pk").first()
        done = rows.filter(done_at__lt=at - margin).order_by("-pk").first()
        found += [taken.queued_at - margin] if taken and taken.queued_at else []
        found += [done.queued_at] if done and done.queued_at else []
    return max(found, default=None)


def _again(lease: Reading | ReadingSlice) -> int:
    """Queue a lease once more, or give up: the reading itself broke down several times, or very many attempts came to no end."""
    if lease.crashes < leases.MOST_CRASHES and lease.attempts < leases.MOST_ATTEMPTS:
        leases.queue(lease)
        return 1
    version = lease.version if isinstance(lease, Reading) else lease.reading.version
    logger.error("Document %s: %s attempts, %s crashes; given up.", version.document.public_id, lease.attempts, lease.crashes)
    reading.fail(version, lease.hindrance or sentences.INTERRUPTED, None)
    return 0
