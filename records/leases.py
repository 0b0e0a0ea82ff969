"""Holding the lease of a reading: who holds it reads; what ends an attempt is remembered, so that nobody's fault fails no document.

Three ends besides the good one are told apart. A *crash* is an exception of the reading itself: three, and the document fails. A *hindrance*
(no room, no store) is waited for, longer each time. An *interruption* (a killed worker, a restart, a database that is away) counts only as one
of many attempts, because operators restart workers as they please.
"""

from __future__ import annotations

import errno
import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from foundation import store as storage
from foundation.sandbox import SandboxMissing
from tenants import current, queues

from . import sentences
from .models import Reading, ReadingSlice
from .models.reading import LEASE_SECONDS, Lease

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_BEATS = 8
MOST_CRASHES = 3
MOST_ATTEMPTS = 12
SHORTEST_WAIT, LONGEST_WAIT = 30, 900  # seconds for which a hindered reading waits; twelve attempts are an hour and three quarters
PAGES_IN_ONE_GO = 4
PAGES_OF_A_LONG_DOCUMENT = 16
NOBODYS_FAULT = (OperationalError, InterfaceError, SandboxMissing)


class LeaseLost(Exception):
    """Somebody else has taken over: what was done here is thrown away."""


@dataclass
class Hold:
    """A lease held by this process. `beat` keeps it alive; it is handed to everything that takes long."""

    lease: Lease
    holder: UUID
    scratch: Path
    _beaten: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        """Renew the lease at most every few seconds. Raises LeaseLost."""
        if time.monotonic() - self._beaten < SECONDS_BETWEEN_BEATS:
            return
        self._beaten = time.monotonic()
        if not self._rows().update(heartbeat_at=timezone.now()):
            raise LeaseLost(str(self.lease.pk))

    def settle(self) -> None:
        """Inside the transaction that writes the result: make sure the lease is still ours, and end it. Raises LeaseLost."""
        if not self._rows().update(holder=None, heartbeat_at=None, done_at=timezone.now()):
            raise LeaseLost(str(self.lease.pk))

    def give_back(self, trouble: BaseException) -> None:
        """Let the next one try; what kept this one from the end decides when, and how often."""
        hindered, crashed = hindrance(trouble), isinstance(trouble, Exception) and not isinstance(trouble, NOBODYS_FAULT)
        wait = min(SHORTEST_WAIT * 2 ** max(self.lease.attempts - 1, 0), LONGEST_WAIT)
        self._rows().update(
            holder=None,
            heartbeat_at=None,
            hindrance=hindered,
            not_before=timezone.now() + timedelta(seconds=wait) if hindered else None,
            crashes=F("crashes") + (1 if crashed and not hindered else 0),
        )

    def folder(self, name: str) -> Path:
        """A folder for temporary files, gone with the hold."""
        folder = self.scratch / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _rows(self) -> QuerySet[Lease]:
        return type(self.lease).objects.filter(pk=self.lease.pk, holder=self.holder, done_at__isnull=True)


@contextmanager
def hold(model: type[Lease], pk: int) -> Iterator[Hold | None]:
    """Take the lease for a block; None if somebody else has it or it is done. A hindrance ends the block without an exception."""
    holder, now = uuid4(), timezone.now()
    free = Q(holder__isnull=True) | Q(heartbeat_at__lt=now - timedelta(seconds=LEASE_SECONDS))
    taken = model.objects.filter(free, pk=pk, done_at__isnull=True).update(
        holder=holder, heartbeat_at=now, attempts=F("attempts") + 1, hindrance="", not_before=None
    )
    if not taken:
        yield None
        return
    held = Hold(model.objects.get(pk=pk), holder, Path(settings.SCRATCH) / current.municipality().slug / holder.hex)
    try:
        yield held
    except LeaseLost:
        logger.warning("%s %s: another worker has taken over; this attempt is dropped.", model.__name__, pk)
    except BaseException as trouble:
        held.give_back(trouble)
        if not hindrance(trouble):
            raise
        logger.error("%s %s waits: %s (%s).", model.__name__, pk, hindrance(trouble), trouble)
    finally:
        shutil.rmtree(held.scratch, ignore_errors=True)


def hindrance(trouble: BaseException) -> str:
    """The code of what has to be waited for: a full disk, a store that is away; "" for everything else."""
    no_room = isinstance(trouble, OSError) and trouble.errno in (errno.ENOSPC, errno.EDQUOT)
    if no_room or isinstance(trouble, storage.StoreFull):
        return sentences.NO_ROOM
    return sentences.STORE_AWAY if isinstance(trouble, storage.StoreUnavailable) else ""


def queue(lease: Reading | ReadingSlice) -> None:
    """Wake a reader up after the commit. Slices of long scans travel in a lane of their own."""
    type(lease).objects.filter(pk=lease.pk).update(queued_at=timezone.now())
    if isinstance(lease, Reading):
        queues.send("records.read_document", lane="small", reading_id=lease.pk)
        return
    long = lease.reading.slices.count() * PAGES_IN_ONE_GO > PAGES_OF_A_LONG_DOCUMENT
    queues.send("records.read_slice", lane="large" if long else "small", slice_id=lease.pk)
