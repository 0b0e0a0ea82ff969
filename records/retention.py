"""Retention periods (Aufbewahrungsfristen): whole years after the local year of closing or of an event, or without limit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from . import file_plan, plan_fields
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


OPENED = "opened"  # where a rule's period comes from if no unit gives one: what the file was opened with
SAID_OF = ("retention", "retention_starts_with", "disposal_action")  # what a file takes from the plan, or has of its own


@dataclass(frozen=True)
class Rule:
    """What the file plan says of one file. Closing writes it down (RecordFile.plan_at_closing), for the plan may say something else later.

    `starts_with` is the event, "" for closing. `given_by` names for each of SAID_OF the unit that it comes from, or OPENED; what is missing there
    nobody has set.
    """

    years: int | None
    unlimited: bool
    starts_with: str
    disposal_action: str
    transfer_years: int | None
    given_by: dict[str, str] = field(default_factory=dict)

    def as_stored(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def last_day(*, closed_at: datetime, years: int) -> date:
    """Last day a file is kept: 31 December of (local closing year + years).

    The year is that of Europe/Berlin: a file closed on 31 December 23:30 UTC was closed in the new year. Free from 1 January after
    (KGSt report on retention periods: periods end with the calendar year; no counts of days).
    """
    return last_day_after(began_on=timezone.localdate(closed_at), years=years)


def last_day_after(*, began_on: date, years: int) -> date:
    """The same for a period that began on a day: that of the event (a demolition, coming of age), or the local day of closing."""
    return date(began_on.year + years, 12, 31)


def rule_of(*, file: RecordFile) -> Rule:
    """What the file plan says of a file; of a closed one what it said on that day. One query, none for a closed file.

    Closing starts the period by the rule of its day (domain: closing year + n): what a unit is given or loses afterwards, be it a period, an event or a
    disposal action where there was none, changes no closed file. One that was closed before this was written down follows its unit.
    """
    if file.closed_at is not None and file.plan_at_closing:
        return Rule(**json.loads(file.plan_at_closing))
    return _rule_of_today(file)


def _rule_of_today(file: RecordFile) -> Rule:
    """Where no unit sets a period, what the file was opened with holds, unless it has one of its own."""
    chain = file_plan.from_the_top(unit=file.unit)
    defaults = file_plan.defaults_of(unit=file.unit, chain=chain)
    origins = file_plan.origins_of(unit=file.unit, chain=chain)
    given_by = {origin.field: str(origin.source or file.unit) for origin in origins if origin.field in SAID_OF}
    years, unlimited = defaults.retention
    if "retention" not in given_by and not file.retention_reason and (file.retention_years is not None or file.retention_unlimited):
        years, unlimited, given_by["retention"] = file.retention_years, file.retention_unlimited, OPENED
    return Rule(years, unlimited, defaults.event, defaults.disposal_action, defaults.transfer_years, given_by)


def period_of(*, file: RecordFile, rule: Rule | None = None) -> Period:
    """What holds for a file: its own where something was set for it, with a reason; else what the file plan says (`rule`, of rule_of).

    On a closed file all of it is written down.
    """
    rule = rule or rule_of(file=file)
    if file.closed_at is None:
        return _period(file, rule)
    written = bool(file.plan_at_closing)
    if not written and file.retention_years is None and not file.retention_unlimited:
        return _period(file, rule)
    return Period(
        years=file.retention_years,
        unlimited=file.retention_unlimited,
        starts_with=plan_fields.event_of(file.retention_starts_with),
        disposal_action=file.disposal_action if written else file.disposal_action or rule.disposal_action,
        transfer_years=rule.transfer_years,
        own=bool(file.retention_reason),
    )


def period_anew(*, file: RecordFile) -> Period:
    """What holds for a file, open or closed, whose own values have just been set: what is to be written down at a closed one."""
    return _period(file, rule_of(file=file))


def _period(file: RecordFile, rule: Rule) -> Period:
    own = bool(file.retention_reason)
    return Period(
        years=file.retention_years if own else rule.years,
        unlimited=file.retention_unlimited if own else rule.unlimited,
        starts_with=plan_fields.event_of(file.retention_starts_with or rule.starts_with),
        disposal_action=file.disposal_action or rule.disposal_action,
        transfer_years=rule.transfer_years,
        own=own,
    )


def sources_of(*, file: RecordFile, rule: Rule, own: Mapping[str, str]) -> dict[str, str]:
    """Say for each of SAID_OF where what holds comes from: from the file itself (`own`, of set_at), from which unit, from nobody."""
    own = {**own, "retention": file.retention_reason}
    return {name: _("set for this file") if own[name] else _source(name, file, rule) for name in SAID_OF}


def _source(name: str, file: RecordFile, rule: Rule) -> str:
    giver = rule.given_by.get(name, "")
    if file.closed_at is not None and not file.plan_at_closing and _stands_at(file, name):
        return _("written down when the file was closed")
    if giver == OPENED:
        said = _("as the file plan said when the file was opened")
    elif giver:
        said = _("inherited from %(source)s") % {"source": giver}
    elif name == "retention_starts_with":
        said = _("the file plan names no other event")
    else:
        said = _("not set in the file plan")
    return _("%(source)s; as it was when the file was closed") % {"source": said} if file.plan_at_closing else said


def _stands_at(file: RecordFile, name: str) -> bool:
    """Whether a file that was closed without the plan of that day follows its unit no longer (period_of)."""
    return bool(file.disposal_action) if name == "disposal_action" else file.retention_years is not None or file.retention_unlimited


def day_of_event(*, file: RecordFile, period: Period) -> date | None:
    """The day of the event that starts a file's period, None while it is not known: a day that was entered for another event is none."""
    counts = bool(period.starts_with) and file.retention_started_with in ("", period.starts_with)
    return file.retention_started_on if counts else None


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


def end_for(*, file: RecordFile, period: Period, closed_at: datetime) -> date | None:
    """Last day of a file that is kept by a period and was closed at `closed_at`; None as in end_of()."""
    return end_of(period=period, closed_at=closed_at, began_on=day_of_event(file=file, period=period))


def end_of(*, period: Period, closed_at: datetime, began_on: date | None) -> date | None:
    """Last day a file closed at `closed_at` is kept; None without limit, without a period, and while its event is awaited.

    `began_on` is the day of the event, if one starts the period and it is known.
    """
    if period.unlimited or period.years is None:
        return None
    if not period.starts_with:
        return last_day(closed_at=closed_at, years=period.years)
    return last_day_after(began_on=began_on, years=period.years) if began_on else None
