"""Retention periods (Aufbewahrungsfristen): whole years after the local year of closing or of an event, or without limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from . import file_plan
from .models import JournalValue, RecordFile

WRITTEN_DOWN = (
    "retention_starts_with",
    "disposal_action",
)  # what closing writes down at the file in the place of its own, beside the period


@dataclass(frozen=True)
class Period:
    """What holds for one file. `own`: set at the file, with a reason; else it comes from the file plan.

    `years` None and not `unlimited`: nothing is set. `starts_with` is the event that starts it, "" for closing.
    """

    years: int | None
    unlimited: bool
    starts_with: str
    disposal_action: str
    transfer_years: int | None
    own: bool


def last_day(*, closed_at: datetime, years: int) -> date:
    """Last day a file is kept: 31 December of (local closing year + years).

    The year is that of Europe/Berlin: a file closed on 31 December 23:30 UTC was closed in the new year. Free from 1 January after
    (KGSt report on retention periods: periods end with the calendar year; no counts of days).
    """
    return last_day_after(began_on=timezone.localdate(closed_at), years=years)


def last_day_after(*, began_on: date, years: int) -> date:
    """The same for a period that began on a day: that of the event (a demolition, coming of age), or the local day of closing."""
    return date(began_on.year + years, 12, 31)


def period_of(*, file: RecordFile) -> Period:
    """What holds for a file: its own period where a reason was given for one, else that of its unit (inherited).

    The unit's counts as it is when the file is closed: closing writes it down at the file (as_closed). What the unit says later changes no closed
    file; only where it said nothing then, it counts. Where it says nothing, what the file was opened with holds.
    """
    as_closed = file.closed_at is not None and (file.retention_years is not None or file.retention_unlimited)
    return _period(file, as_closed=as_closed)


def period_anew(*, file: RecordFile) -> Period:
    """The same, with the unit as it is today also for a closed file: what is to be written down at it."""
    return _period(file, as_closed=False)


def _period(file: RecordFile, *, as_closed: bool) -> Period:
    defaults = file_plan.defaults_of(unit=file.unit)
    own = bool(file.retention_reason)
    set_there = defaults.retention_years is not None or defaults.retention_unlimited
    from_file = own or as_closed or not set_there
    return Period(
        years=file.retention_years if from_file else defaults.retention_years,
        unlimited=file.retention_unlimited if from_file else defaults.retention_unlimited,
        starts_with=file.retention_starts_with if as_closed else file.retention_starts_with or defaults.retention_starts_with,
        disposal_action=file.disposal_action or defaults.disposal_action,
        transfer_years=defaults.transfer_years,
        own=own,
    )


def set_at(*, file: RecordFile) -> dict[str, str]:
    """The event and the disposal action that were set at the file itself, "" for those that come from its unit.

    Of a closed file the journal tells it: closing has written down there what the unit said.
    """
    own = {name: getattr(file, name) for name in WRITTEN_DOWN}
    if file.closed_at is None:
        return own
    said = JournalValue.objects.filter(entry__object_id=file.public_id, entry__act__in=("close", "set_period"), field__in=WRITTEN_DOWN)
    for name, act, old, new in said.order_by("entry__sequence").values_list("field", "entry__act", "old", "new"):
        own[name] = (old if act == "close" else new) or ""
    return own


def end_of(*, period: Period, closed_at: datetime, began_on: date | None) -> date | None:
    """Last day a file closed at `closed_at` is kept; None without limit, without a period, and while its event is awaited.

    `began_on` is the day of the event, if one starts the period and it is known.
    """
    if period.unlimited or period.years is None:
        return None
    if not period.starts_with:
        return last_day(closed_at=closed_at, years=period.years)
    return last_day_after(began_on=began_on, years=period.years) if began_on else None
