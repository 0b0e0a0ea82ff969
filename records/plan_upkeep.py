"""Keeping units of the plan in force: titles and defaults are corrected at once, units are frozen; all else goes by an edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import file_plan, journal, journal_reading, plan_fields
from .editions import StalePlan, in_preparation, stale
from .file_plan import CannotPlan
from .models import FilePlanUnit, PlannedUnit


def edit_unit(*, unit: FilePlanUnit, changes: Mapping[str, Any], by: User, at: datetime, seen: str | None = None) -> FilePlanUnit:
    """Correct the title, the defaults or the validity of a unit. Files that are there keep the period they were opened with.

    What an edition in preparation has not changed itself follows. `seen` is the fingerprint that the form was filled with.
    Raises StalePlan, and BadField (also for an inherited default that is set aside without a reason).
    """
    tidy = {name: value for name, value in plan_fields.cleaned(changes).items() if name in plan_fields.DESCRIPTIVE}
    with current.atomic():
        unit = _locked(unit)
        if seen is not None and seen != plan_fields.fingerprint(unit):
            raise StalePlan(stale(unit))
        told = {name: (getattr(unit, name), value) for name, value in tidy.items() if getattr(unit, name) != value}
        _refuse_unsound_validity(unit, told)
        for name, (_old, new) in told.items():
            setattr(unit, name, new)
        plan_fields.refuse_backward_validity(unit)
        if plan_fields.touched_defaults(told):
            above = file_plan.defaults_of(unit=unit.parent) if unit.parent else plan_fields.Defaults()
            plan_fields.refuse_silent_overrides(unit, above, told)
        if told:
            unit.save(update_fields=list(told))
            _carry_over(unit, told)
            journal.enter(act="edit", object=unit, by=by, at=at, changes=told)
    return unit


def freeze_unit(*, unit: FilePlanUnit, reason: str, by: User, at: datetime) -> FilePlanUnit:
    """Let a unit, and all below it, get no new files from now on; those in it stay and are worked on. Raises CannotPlan."""
    reason = " ".join(reason.replace("\x00", "").split())
    if not reason or len(reason) > 500:
        raise CannotPlan(_("Please give a reason of at most 500 characters."))
    with current.atomic():
        unit = _locked(unit)
        if unit.frozen_at is not None:
            sentence = _("Unit %(code)s is frozen already.") % {"code": unit.classification_code}
            raise CannotPlan(journal_reading.by_whom(sentence, object_id=unit.public_id, acts=("freeze",)))
        told: dict[str, journal.Change] = {"frozen": (False, True), "reason": (None, reason)}
        unit.frozen_at, unit.frozen_reason = at, reason
        unit.save(update_fields=["frozen_at", "frozen_reason"])
        _carry_over(unit, {"frozen": (False, True)})
        journal.enter(act="freeze", object=unit, by=by, at=at, changes=told)
    return unit


def unfreeze_unit(*, unit: FilePlanUnit, reason: str, by: User, at: datetime) -> FilePlanUnit:
    """Let a frozen unit get new files again. Raises CannotPlan for one that an edition has dropped: only an edition brings it back."""
    reason = " ".join(reason.replace("\x00", "").split())
    if not reason or len(reason) > 500:
        raise CannotPlan(_("Please give a reason of at most 500 characters."))
    with current.atomic():
        unit = _locked(unit)
        if unit.frozen_at is None:
            sentence = _("Unit %(code)s is not frozen.") % {"code": unit.classification_code}
            raise CannotPlan(journal_reading.by_whom(sentence, object_id=unit.public_id, acts=("unfreeze",)))
        if unit.dropped:
            raise CannotPlan(
                _("Unit %(code)s has been dropped by an edition; only an edition brings it back.") % {"code": unit.classification_code}
            )
        told: dict[str, journal.Change] = {"frozen": (True, False), "reason": (unit.frozen_reason, reason)}
        unit.frozen_at, unit.frozen_reason = None, ""
        unit.save(update_fields=["frozen_at", "frozen_reason"])
        _carry_over(unit, {"frozen": (True, False)})
        journal.enter(act="unfreeze", object=unit, by=by, at=at, changes=told)
    return unit


def _refuse_unsound_validity(unit: FilePlanUnit, told: Mapping[str, journal.Change]) -> None:
    """Raises BadField: the last day of a unit that has left the plan is that of the edition that dropped it."""
    if unit.dropped and not told.keys().isdisjoint(plan_fields.VALIDITY):
        sentence = _("Unit %(code)s has been dropped by an edition; only an edition brings it back.")
        raise plan_fields.BadField("valid_until", sentence % {"code": unit.classification_code})


def _locked(unit: FilePlanUnit) -> FilePlanUnit:
    plan_fields.take_turns()  # so that no edition is begun or put into force meanwhile
    locked: FilePlanUnit = FilePlanUnit.objects.select_for_update(of=("self",)).select_related("parent", "register_set").get(pk=unit.pk)
    return locked


def _carry_over(unit: FilePlanUnit, told: Mapping[str, journal.Change]) -> None:
    """What is corrected in force is corrected in the edition too, unless that has another value there on purpose."""
    edition = in_preparation()
    planned = PlannedUnit.objects.filter(edition=edition, unit=unit).first() if edition else None
    if planned is None:
        return
    followed = [name for name, (old, _new) in told.items() if getattr(planned, name) == old]
    for name in followed:
        setattr(planned, name, told[name][1])
    if (
        planned.retention_unlimited and planned.retention_years is not None
    ):  # half of a period followed, the other half is the edition's own
        followed = [name for name in followed if name not in plan_fields.RETENTION]
    if planned.valid_from and planned.valid_until and planned.valid_until < planned.valid_from:  # likewise with the halves of a validity
        followed = [name for name in followed if name not in plan_fields.VALIDITY]
    planned.save(update_fields=followed)
