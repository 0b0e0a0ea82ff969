"""Keeping files: a period of their own, the event that starts it, holds, and the registry's list of what becomes free when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import days, facts, journal, journal_reading, plan_fields, retention
from .models import DisposalHold, FilePlanUnit, RecordFile
from .taking_turns import locked, save

MOST_YEARS = 200


class CannotKeep(Exception):
    """The file cannot be kept like that; the message says why."""


class KeptOtherwise(CannotKeep):
    """Somebody else has set the period or the event's day meanwhile: nothing is overwritten."""


@dataclass(frozen=True)
class Wanted:
    """A period of a file's own. `years` None and not `unlimited`, and "" elsewhere: as in the file plan.

    `starts_with` is an event in words, or WITH_CLOSING where the file plan names an event that does not fit the file.
    """

    years: int | None = None
    unlimited: bool = False
    starts_with: str = ""
    disposal_action: str = ""


def mark_of(file: RecordFile) -> str:
    """What a form of a file's keeping sends along, so that what somebody else wrote meanwhile is noticed."""
    names = ("retention_years", "retention_unlimited", "retention_reason", *retention.WRITTEN_DOWN, "retention_started_on", "closed_at")
    return facts.mark_of(file, names)


def set_period(*, file: RecordFile, wanted: Wanted, reason: str, by: User, at: datetime, seen: str | None = None) -> RecordFile:
    """Keep a file otherwise than its unit says, with a reason; with nothing wanted, as the unit says again.

    A closed file's end is reckoned anew, by what the file plan said when it was closed. `seen`: the mark of what the clerk has seen.
    Raises CannotKeep (cancelled file, no reason, years that are none), KeptOtherwise.
    """
    reason, start = _one_line(reason, 500), plan_fields.start_of(_one_line(wanted.starts_with, 200))
    if not reason:
        raise CannotKeep(_("Please give a reason for a period of its own."))
    if wanted.years is not None and (wanted.unlimited or not 0 <= wanted.years <= MOST_YEARS):
        raise CannotKeep(_("Please give whole years from 0 to %(most)d, or without limit.") % {"most": MOST_YEARS})
    if wanted.disposal_action not in ("", *FilePlanUnit.DisposalAction.values):
        raise CannotKeep(_("There is no such disposal action."))
    with current.atomic():
        file = _kept(file, seen)
        own = wanted.years is not None or wanted.unlimited
        new: dict[str, Any] = {
            "retention_years": wanted.years,
            "retention_unlimited": wanted.unlimited,
            "retention_reason": reason if own else "",
            "retention_starts_with": start,
            "disposal_action": wanted.disposal_action,
        }
        if not own and not file.retention_reason:  # what it was opened with goes on standing in where the file plan says nothing
            new |= {name: getattr(file, name) for name in plan_fields.RETENTION}
        before = {name: getattr(file, name) for name in new} | retention.set_at(file=file)
        for name, value in new.items():
            setattr(file, name, value)
        reckoned = _reckon(file, retention.period_anew(file=file))
        new |= {name: getattr(file, name) for name in plan_fields.RETENTION}  # a closed file says them, whoever gave them
        told = {name: (before[name], value) for name, value in new.items() if before[name] != value} | reckoned
        # Where the unit's was written down in the place of nothing, the journal says that nothing was wanted.
        for name in retention.WRITTEN_DOWN:
            if getattr(file, name) != new[name]:
                told.setdefault(name, (before[name], new[name]))
        told["reason"] = (None, reason)
        save(file, at, *new, "retain_until")
        journal.enter(act="set_period", object=file, by=by, at=at, changes=told)
    return file


def enter_event(*, file: RecordFile, on: date | None, by: User, at: datetime, seen: str | None = None) -> RecordFile:
    """Enter the day of the event that starts a file's period (demolition, coming of age), or take it out again (None).

    A closed file gets its end by it. `seen`: the mark of what the clerk has seen. Raises CannotKeep (no event is awaited, cancelled file, a day
    out of all reason), KeptOtherwise.
    """
    with current.atomic():
        file = _kept(file, seen)
        period = retention.period_of(file=file)
        if not period.starts_with:
            raise CannotKeep(_("The period of this file starts with its closing; no other event is awaited."))
        if on is not None and (sentence := days.oddity(on, at=at)):
            raise CannotKeep(sentence)
        told: dict[str, journal.Change] = {"retention_started_on": (file.retention_started_on, on)}
        event = period.starts_with if on is not None else ""
        if file.retention_started_with != event:
            told["retention_started_with"] = (file.retention_started_with, event)
        file.retention_started_on, file.retention_started_with = on, event
        told |= _reckon(file, period)
        save(file, at, "retention_started_on", "retention_started_with", "retain_until")
        journal.enter(act="enter_event", object=file, by=by, at=at, changes=told)
    return file


def place_hold(*, file: RecordFile, reason: str, by: User, at: datetime) -> DisposalHold:
    """Place a hold (Aufbewahrungssperre): it blocks destruction, and nothing else, until it is lifted. Raises CannotKeep (no reason)."""
    reason = _one_line(reason, 500)
    if not reason:
        raise CannotKeep(_("Please give a reason for the hold."))
    with current.atomic():
        file = _kept(file)
        hold = DisposalHold.objects.create(file=file, reason=reason, placed_at=at, placed_by=by)
        journal.enter(act="place_hold", object=hold, by=by, at=at, file_id=file.public_id, changes={"reason": (None, reason)})
    return hold


def lift_hold(*, hold: DisposalHold, reason: str, by: User, at: datetime) -> DisposalHold:
    """Lift a hold, with a reason. Raises CannotKeep (no reason, lifted already)."""
    reason = _one_line(reason, 500)
    if not reason:
        raise CannotKeep(_("Please give a reason for lifting the hold."))
    with current.atomic():
        file = locked(hold.file)
        hold = DisposalHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
        if hold.lifted_at is not None:
            sentence = _("This hold has been lifted already.")
            raise CannotKeep(journal_reading.by_whom(sentence, object_id=hold.public_id, acts=("lift_hold",)))
        hold.lifted_at = at
        hold.save(update_fields=["lifted_at"])
        told: dict[str, journal.Change] = {"hold": (hold.reason, None), "reason": (None, reason)}
        journal.enter(act="lift_hold", object=hold, by=by, at=at, file_id=file.public_id, changes=told)
    return hold


def closed_files(*, clerk: User) -> QuerySet[RecordFile]:
    """Closed files the clerk may know of, with `held` (a hold stands), in the order in which they become free; without an end last."""
    standing_hold = DisposalHold.objects.filter(file=OuterRef("pk"), lifted_at__isnull=True)
    found: QuerySet[RecordFile] = RecordFile.objects.visible_to(clerk).filter(status=RecordFile.Status.CLOSED)
    return found.select_related("unit", "lead_office").annotate(held=Exists(standing_hold))


def _kept(file: RecordFile, seen: str | None = None) -> RecordFile:
    file = locked(file)
    if file.status == RecordFile.Status.CANCELLED:
        raise CannotKeep(_("A closed or cancelled file is not changed."))
    if seen is not None and seen != mark_of(file):
        raise KeptOtherwise(facts.changed(object_id=file.public_id, acts=("set_period", "enter_event", "close", "reopen")))
    return file


def _reckon(file: RecordFile, period: retention.Period) -> dict[str, journal.Change]:
    """Reckon a closed file's end anew, and write on it what it was reckoned from; says whether the end has changed."""
    if file.closed_at is None:
        return {}
    was = file.retain_until
    file.retention_years, file.retention_unlimited, file.retention_starts_with = period.years, period.unlimited, period.starts_with
    file.disposal_action = period.disposal_action
    file.retain_until = retention.end_for(file=file, period=period, closed_at=file.closed_at)
    return {"retain_until": (was, file.retain_until)} if was != file.retain_until else {}


def _one_line(text: str, longest: int) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if len(text) > longest:
        raise CannotKeep(_("At most %(count)d characters.") % {"count": longest})
    return text
