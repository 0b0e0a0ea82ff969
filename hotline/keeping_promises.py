"""How many of the promised deadlines were kept, quarter by quarter: as a share, and never so exactly that a few requests can be told from it.

A request counts in the quarter in which it was taken in, as soon as it is decided whether the deadline was kept: answered or solved in time, too
late, or not yet though the time is over. What was decided once stays as it is. Of next responses each one counts that was owed, in the quarter of
its request: those that were given stand at the request (promises.answer), one that is late and not given yet is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from foundation.small_groups import FEWEST

from .figures import Quarter, month_of
from .models import Promise, Ticket

DONE = {Promise.FIRST_RESPONSE: "answered_at", Promise.RESOLUTION: "solved_at"}  # one of each request
COUNTED = tuple(Promise)  # in the order in which they are shown
OWED_LATE = Q(unanswered_since__isnull=False) & Q(solved_at__gt=F("due_next_response"))  # settled too late, and without a word


@dataclass(frozen=True)
class Share:
    """What part of the deadlines was kept. `percent` is None where it is left out or said in `words` only roughly."""

    percent: int | None
    words: str


def of_quarters(asked: Sequence[Quarter], *, at: datetime, town: str = "") -> list[dict[str, Share]]:
    """By quarter, for each promise; `town` is a municipality's name, empty for all. One query."""
    begins = [quarter.begins for quarter in asked]
    counts = {}
    for promise, done in DONE.items():
        due = f"due_{promise.value}"
        counts[f"{promise.value}_kept"] = Count("pk", filter=Q(**{f"{done}__lte": F(due)}))
        late = Q(**{f"{done}__gt": F(due)}) | Q(**{f"{done}__isnull": True, f"{due}__lte": at})
        counts[f"{promise.value}_missed"] = Count("pk", filter=late)
    counts |= _next_responses(at)
    tickets = Ticket.objects.filter(created_at__gte=begins[0], created_at__lt=asked[-1].plus(1).begins, merged_into=None)
    if town:
        tickets = tickets.filter(municipality__name=town)
    rows = tickets.annotate(place=month_of("created_at", begins)).order_by().values("place").annotate(**counts)
    found: dict[int, Any] = {row["place"] - 1: row for row in rows}
    return [{promise.value: _share_of(found.get(place, {}), promise) for promise in COUNTED} for place in range(len(asked))]


def _next_responses(at: datetime) -> dict[str, Any]:
    """Responses that were owed, and of how many requests each: a single request may have many."""
    late = OWED_LATE | Q(unanswered_since__isnull=False, solved_at=None, due_next_response__lte=at)
    name = Promise.NEXT_RESPONSE.value
    return {
        f"{name}_kept": Sum("next_kept"),
        f"{name}_missed": Sum("next_missed"),
        f"{name}_late": Count("pk", filter=late),
        f"{name}_kept_of": Count("pk", filter=Q(next_kept__gt=0)),
        f"{name}_missed_of": Count("pk", filter=Q(next_missed__gt=0) | late),
    }


def _share_of(row: Mapping[str, int], promise: Promise) -> Share:
    if promise != Promise.NEXT_RESPONSE:
        return _share(row, promise.value)
    kept, missed, late, kept_of, missed_of = (
        row.get(f"{promise.value}_{name}", 0) for name in ("kept", "missed", "late", "kept_of", "missed_of")
    )
    return _share_of_responses(kept, missed + late, kept_of, missed_of)


def _share_of_responses(kept: int, missed: int, kept_of: int, missed_of: int) -> Share:
    """A share that tells of one to four requests, however many responses they had, only that they are few: to ten percent points."""
    together = kept + missed
    if together < FEWEST or max(kept_of, missed_of) < FEWEST:
        return Share(None, "–")
    if 0 < missed_of < FEWEST:
        return Share(
            None, _("more than %(percent)s %%") % {"percent": max(0, 100 * (together - max(missed, FEWEST)) // together) // 10 * 10}
        )
    if 0 < kept_of < FEWEST:
        return Share(None, _("less than %(percent)s %%") % {"percent": min(100, -(-100 * max(kept, FEWEST) // together // 10) * 10)})
    return _exactly(kept, together)


def _share(row: Mapping[str, int], promise: str) -> Share:
    """A share that tells of one to four requests only that they are fewer than five (foundation.small_groups)."""
    kept, missed = row.get(f"{promise}_kept", 0), row.get(f"{promise}_missed", 0)
    together = kept + missed
    if together < FEWEST:
        return Share(None, "–")
    if 0 < missed < FEWEST:
        return Share(None, _("more than %(percent)s %%") % {"percent": max(0, 100 * (together - FEWEST) // together)})
    if 0 < kept < FEWEST:
        return Share(None, _("less than %(percent)s %%") % {"percent": min(100, -(-100 * FEWEST // together))})
    return _exactly(kept, together)


def _exactly(kept: int, together: int) -> Share:
    percent = round(100 * kept / together)
    return Share(percent, f"{percent} %")
