"""How many of the promised deadlines were kept, quarter by quarter: as a share, and never so exactly that a few requests can be told from it.

A request counts in the quarter in which it was taken in, as soon as it is decided whether the deadline was kept: answered or solved in time, too
late, or not yet though the time is over. What was decided once stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from foundation.small_groups import FEWEST

from .figures import Quarter, month_of
from .models import Promise, Ticket

DONE = {Promise.FIRST_RESPONSE: "answered_at", Promise.RESOLUTION: "solved_at"}


@dataclass(frozen=True)
class Share:
    """What part of the deadlines was kept. `percent` is None where it is left out or said in `words` only roughly."""

    percent: int | None
    words: str


def of_quarters(asked: Sequence[Quarter], *, at: datetime, town: str = "") -> list[dict[str, Share]]:
    """By quarter, for each promise of DONE; `town` is a municipality's name, empty for all. One query."""
    begins = [quarter.begins for quarter in asked]
    counts = {}
    for promise, done in DONE.items():
        due = f"due_{promise.value}"
        counts[f"{promise.value}_kept"] = Count("pk", filter=Q(**{f"{done}__lte": F(due)}))
        late = Q(**{f"{done}__gt": F(due)}) | Q(**{f"{done}__isnull": True, f"{due}__lte": at})
        counts[f"{promise.value}_missed"] = Count("pk", filter=late)
    tickets = Ticket.objects.filter(created_at__gte=begins[0], created_at__lt=asked[-1].plus(1).begins, merged_into=None)
    if town:
        tickets = tickets.filter(municipality__name=town)
    rows = tickets.annotate(place=month_of("created_at", begins)).order_by().values("place").annotate(**counts)
    found: dict[int, Any] = {row["place"] - 1: row for row in rows}
    return [{promise.value: _share(found.get(place, {}), promise.value) for promise in DONE} for place in range(len(asked))]


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
    percent = round(100 * kept / together)
    return Share(percent, f"{percent} %")
