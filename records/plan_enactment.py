"""Putting an edition of the file plan into force: all of it in one transaction, or nothing.

Files stay in their units and keep their references. Branches move with all below them; who may see what follows from the new place.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants import current
from tenants.models import User

from . import indexing, journal, plan_fields, plan_review
from .models import AccessScope, FilePlanUnit, FormerCode, PlanEdition, PlannedUnit
from .plan_review import Draft, PlanFault

logger = logging.getLogger(__name__)
State = PlanEdition.State
COPIED = ("classification_code", "sort_key", "title", *plan_fields.DEFAULTS)
WRITTEN = (*COPIED, "parent", "level", "path", "valid_from", "valid_until", "frozen_at", "frozen_reason", "dropped", "successor")
UNTOLD = ("sort_key", "path", "level")  # they follow from the others


class CannotPutIntoForce(Exception):
    """The edition cannot come into force; the message says why, `faults` what must be mended."""

    def __init__(self, sentence: str, faults: Sequence[PlanFault] = ()) -> None:
        super().__init__(sentence)
        self.faults = faults


def put_into_force(*, edition: PlanEdition, by: User | None, at: datetime) -> PlanEdition:
    """Make an edition the plan in force. Raises CannotPutIntoForce; the plan is then as it was."""
    with current.atomic():
        plan_fields.take_turns()
        edition = PlanEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
        if edition.state not in (State.PREPARED, State.SCHEDULED):
            raise CannotPutIntoForce(
                _("The edition is not in the state for this any more: %(state)s.") % {"state": edition.get_state_display()}
            )
        list(
            FilePlanUnit.objects.select_for_update(of=("self",)).order_by("pk").only("pk")
        )  # whoever files something now waits for the new plan
        found = plan_review.review(edition=edition)
        if found.faults:
            sentence = ngettext("One thing must be mended first.", "%(count)d things must be mended first.", len(found.faults))
            raise CannotPutIntoForce(sentence % {"count": len(found.faults)}, found.faults)
        entries = _Enactment(found.draft, edition, at).write()
        told = _supersede(edition, at)
        journal.enter_all(entries=entries, by=by, at=at)
        journal.enter(act="put_in_force", object=edition, by=by, at=at, changes=told)
        current.forget()
    return edition


def put_due_into_force(*, at: datetime) -> list[PlanEdition]:
    """Put into force what is due by the local date. What is hindered waits, stays listed as overdue, and is tried again."""
    done = []
    for edition in PlanEdition.objects.filter(state=State.SCHEDULED, in_force_on__lte=timezone.localdate(at)):
        try:
            done.append(put_into_force(edition=edition, by=None, at=at))
        except CannotPutIntoForce as refusal:
            logger.warning("The edition %s of the file plan is due, but hindered: %s", edition.public_id, refusal)
    return done


def _supersede(edition: PlanEdition, at: datetime) -> dict[str, journal.Change]:
    PlanEdition.objects.filter(state=State.IN_FORCE).update(state=State.SUPERSEDED)
    day = timezone.localdate(at)
    told: dict[str, journal.Change] = {"state": (edition.state, State.IN_FORCE), "in_force_on": (edition.in_force_on, day)}
    edition.state, edition.in_force_on, edition.put_in_force_at, edition.revision = State.IN_FORCE, day, at, edition.revision + 1
    edition.save(update_fields=["state", "in_force_on", "put_in_force_at", "revision"])
    return told


class _Enactment:
    """The rows of one edition as they are written."""

    def __init__(self, draft: Draft, edition: PlanEdition, at: datetime) -> None:
        self.draft, self.edition, self.at = draft, edition, at
        self.today: date = timezone.localdate(at)
        self.branches = {unit.pk: _branch(unit, draft.old) for unit in draft.old.values()}
        self.entries: list[journal.Entry] = []

    def write(self) -> list[journal.Entry]:
        """Returns the journal's entries. The index learns of every unit whose code, or that of a unit above, is another one."""
        self._create_new()
        for planned in self.draft.units:
            self._write_unit(planned)
        units = {p.unit_id: p.unit for p in self.draft.units if p.unit is not None and p.unit_id is not None}
        PlannedUnit.objects.bulk_update([p for p in self.draft.units if p.pk in self.created], ["unit"], batch_size=500)
        indexing.note_units(pk for pk, before in self.branches.items() if _branch(units[pk], units) != before)
        return self.entries

    def _create_new(self) -> None:
        """Rows first, level by level, so that parents and successors have ids; their scopes with them."""
        self.created: set[int] = set()
        for level in range(1, FilePlanUnit.MAX_LEVEL + 1):
            fresh = [p for p in self.draft.units if p.unit is None and self.draft.levels[p.pk] == level]
            units = FilePlanUnit.objects.bulk_create([self._unit_of(p, level) for p in fresh], batch_size=500)
            for planned, unit in zip(fresh, units, strict=True):
                planned.unit = unit
            AccessScope.objects.bulk_create([AccessScope(unit=unit) for unit in units], batch_size=500)
            self.created |= {planned.pk for planned in fresh}

    def _unit_of(self, planned: PlannedUnit, level: int) -> FilePlanUnit:
        """Without its parent yet: that one may have to move first, or be frozen."""
        begins = planned.valid_from or min(self.today, planned.valid_until or self.today)
        return FilePlanUnit(path="", level=level, valid_from=begins, **{name: getattr(planned, name) for name in COPIED})

    def _write_unit(self, planned: PlannedUnit) -> None:
        unit = planned.unit
        assert unit is not None
        before = {name: getattr(unit, name) for name in WRITTEN}
        for name, value in self._wanted(planned, unit).items():
            setattr(unit, name, value)
        changed = {name: (before[name], getattr(unit, name)) for name in WRITTEN if before[name] != getattr(unit, name)}
        if changed:
            unit.save(update_fields=list(changed))
        if planned.pk in self.created:
            told = {
                name: (None, value) for name in COPIED if name not in UNTOLD and (value := getattr(unit, name)) not in (None, "", False)
            }
            self.entries.append(journal.Entry("create", "FilePlanUnit", unit.public_id, None, {**told, "parent": (None, unit.parent)}))
            return
        if "classification_code" in changed:
            self._remember_code(unit, before["classification_code"])
        if told := {name: change for name, change in changed.items() if name not in UNTOLD}:
            self.entries.append(journal.Entry("edit", "FilePlanUnit", unit.public_id, None, told))

    def _wanted(self, planned: PlannedUnit, unit: FilePlanUnit) -> dict[str, Any]:
        parent = planned.parent.unit if planned.parent else None
        wanted: dict[str, Any] = {name: getattr(planned, name) for name in COPIED}
        wanted |= {"parent": parent, "level": self.draft.levels[planned.pk], "path": f"{parent.path if parent else '/'}{unit.pk}/"}
        return wanted | self._state(planned, unit)

    def _state(self, planned: PlannedUnit, unit: FilePlanUnit) -> dict[str, Any]:
        """Validity and freezing. What an earlier edition has dropped keeps its day."""
        reason = _("Edition “%(name)s”") % {"name": self.edition.name}
        frozen = {"frozen_at": unit.frozen_at or self.at, "frozen_reason": unit.frozen_reason or reason}
        if planned.dropped:
            successor = planned.successor.unit if planned.successor else None
            return {**frozen, "dropped": True, "valid_until": self._last_day(unit), "successor": successor}
        validity = {"valid_from": planned.valid_from or (unit.valid_from if planned.pk in self.created else None)}
        validity |= {"valid_until": planned.valid_until}
        if planned.frozen:
            return {**frozen, **validity, "dropped": False, "successor": None}
        return {"frozen_at": None, "frozen_reason": "", **validity, "dropped": False, "successor": None}

    def _last_day(self, unit: FilePlanUnit) -> date:
        """The day before the edition; an earlier one if the unit's validity ended then."""
        if unit.dropped and unit.valid_until is not None:
            return unit.valid_until
        last = self.today - timedelta(days=1)
        return max(min(last, unit.valid_until or last), unit.valid_from or date.min)

    def _remember_code(self, unit: FilePlanUnit, former: str) -> None:
        FormerCode.objects.filter(unit=unit, classification_code=unit.classification_code).delete()  # it has it again
        FormerCode.objects.update_or_create(classification_code=former, defaults={"unit": unit, "until": self.at})


def _branch(unit: FilePlanUnit, units: dict[int, FilePlanUnit]) -> tuple[str, ...]:
    """Codes from the top down: what the index knows a file's place by."""
    return tuple(units[pk].classification_code for pk in [*unit.ancestor_ids, unit.pk])
