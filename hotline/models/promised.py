from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.business_time import Kind

DEADLINE_STATES = ("kept", "missed", "running", "overdue", "paused")
STEP_KINDS = tuple(str(kind) for kind in Kind)


class Promise(models.TextChoices):
    """What a service level promises."""

    FIRST_RESPONSE = "first_response", _("First response")
    NEXT_RESPONSE = "next_response", _("Next response")
    RESOLUTION = "resolution", _("Solution")


class Told(models.IntegerChoices):
    """What the desk has been told of a promise. It only goes up while the deadline stands."""

    NOTHING = 0, _("Nothing")
    WARNED = 1, _("Warned")
    MISSED = 2, _("Escalated")


class Promised(models.Model):
    """What of a ticket the service level is about.

    `unanswered_since`: the oldest message of the requester's that staff have not answered yet, the first one aside. `next_due` is the nearest
    deadline that is still to be kept, `tell_at` the moment when the desk is to be told of something next; both are None while nothing runs.
    A promise that was kept or is over keeps the deadline it had; that of a next response goes when it is answered, so it is counted then:
    `next_kept` and `next_missed` are how many were given in time, and too late.
    """

    unanswered_since = models.DateTimeField(null=True, blank=True)
    due_next_response = models.DateTimeField(null=True, blank=True)
    next_due = models.DateTimeField(null=True, blank=True)
    tell_at = models.DateTimeField(null=True, blank=True)
    told_first_response = models.PositiveSmallIntegerField(choices=Told, default=Told.NOTHING)
    told_next_response = models.PositiveSmallIntegerField(choices=Told, default=Told.NOTHING)
    told_resolution = models.PositiveSmallIntegerField(choices=Told, default=Told.NOTHING)
    next_kept = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_missed = models.PositiveSmallIntegerField(default=0, db_default=0)

    created_at: datetime | models.DateTimeField[datetime, datetime]
    answered_at: datetime | models.DateTimeField[datetime | None, datetime | None] | None

    class Meta:
        abstract = True

    def asks(self, *, at: datetime) -> None:
        """The requester has written again: if the first response is given, the next one is due from her oldest message without an answer."""
        if self.answered_at is not None and self.unanswered_since is None:
            self.unanswered_since = at

    def is_answered(self, *, at: datetime) -> None:
        """Staff have answered her: no response is due until she writes again."""
        self.answered_at = self.answered_at or at
        self.unanswered_since = None

    def begun(self, promise: str) -> datetime | None:
        """When a promise began to run; None if there is nothing to be kept."""
        return self.unanswered_since if promise == Promise.NEXT_RESPONSE else self.created_at

    def is_over(self, promise: str) -> bool:
        """Whether a promise has been kept or missed for good: its deadline moves no more."""
        if promise == Promise.FIRST_RESPONSE:
            return self.answered_at is not None or self.settled
        return self.settled

    def due(self, promise: str) -> datetime | None:
        found: datetime | None = getattr(self, f"due_{promise}")
        return found

    def told(self, promise: str) -> int:
        found: int = getattr(self, f"told_{promise}")
        return found

    def next_promise(self) -> str | None:
        """The promise whose deadline comes first among those that run; None while nothing runs."""
        running = [(due, promise) for promise in Promise.values if not self.is_over(promise) and (due := self.due(promise))]
        return min(running)[1] if running else None

    @property
    def settled(self) -> bool:
        raise NotImplementedError
