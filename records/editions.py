"""Preparing the next edition of the file plan beside the one in force, until it is discarded or put into force (plan_enactment)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import journal, journal_reading, plan_fields
from .models import FilePlanUnit, PlanEdition, PlannedUnit
from .plan_fields import BadField
from .references import natural_key

State = PlanEdition.State
FARTHEST = timedelta(days=5 * 366)
COPIED = ("classification_code", "sort_key", "title", *plan_fields.DEFAULTS, "valid_from")
# Parents and successors are copied once all rows are there.
LINKS = """
UPDATE records_plannedunit planned SET parent_id = above.id, successor_id = next.id
  FROM records_fileplanunit unit
  LEFT JOIN records_plannedunit above ON above.unit_id = unit.parent_id AND above.edition_id = %(edition)s
  LEFT JOIN records_plannedunit next ON next.unit_id = unit.successor_id AND next.edition_id = %(edition)s
 WHERE planned.edition_id = %(edition)s AND unit.id = planned.unit_id
"""


class CannotEdit(Exception):
    """The edition cannot be prepared or changed like that; the message says why."""


class StalePlan(Exception):
    """Somebody else has changed the unit meanwhile: nothing is overwritten."""


def in_preparation() -> PlanEdition | None:
    """The edition that is being prepared or waits for its date; there is at most one."""
    return PlanEdition.objects.filter(state__in=[State.PREPARED, State.SCHEDULED]).first()


def prepare_edition(*, name: str, by: User, at: datetime) -> PlanEdition:
    """Begin the next edition as a copy of the plan in force. Raises CannotEdit (another one is in preparation, no name)."""
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > 100:
        raise CannotEdit(_("Please give the edition a name of at most 100 characters."))
    with current.atomic():
        plan_fields.take_turns()
        if (other := in_preparation()) is not None:
            raise CannotEdit(_("The edition “%(name)s” is in preparation already.") % {"name": other.name})
        edition = PlanEdition.objects.create(name=name, created_at=at, created_by=by)
        _copy_plan(edition)
        journal.enter(act="create", object=edition, by=by, at=at, changes={"name": (None, name)})
    return edition


def _copy_plan(edition: PlanEdition) -> None:
    """What has left the plan already is copied as dropped, so that its code and its successor stay known; brought back, it is valid anew."""
    PlannedUnit.objects.bulk_create(
        [
            PlannedUnit(
                edition=edition,
                unit=unit,
                frozen=unit.frozen_at is not None,
                dropped=unit.dropped,
                valid_until=None if unit.dropped else unit.valid_until,
                **{name: getattr(unit, name) for name in COPIED},
            )
            for unit in FilePlanUnit.objects.select_related("register_set").order_by("sort_key")
        ],
        batch_size=1000,
    )
    with current.connection().cursor() as cursor:
        cursor.execute(LINKS, {"edition": edition.pk})


def add_unit(*, edition: PlanEdition, parent: PlannedUnit | None, fields: Mapping[str, Any], by: User, at: datetime) -> PlannedUnit:
    """Add a new unit to an edition. Raises CannotEdit, BadField (code missing or taken)."""
    tidy = plan_fields.cleaned({"classification_code": "", "title": "", **fields})
    with current.atomic():
        edition = _locked(edition)
        _refuse_taken_code(edition, tidy["classification_code"], None)
        planned = PlannedUnit(edition=edition, parent=parent, sort_key=natural_key(tidy["classification_code"])[:200], **tidy)
        plan_fields.refuse_backward_validity(planned)
        _refuse_silent_overrides(planned, tidy)
        planned.save()
        told = {name: (None, value) for name, value in tidy.items() if value not in (None, "", False)}
        _tell(edition, planned, "create", {**told, "parent": (None, parent)}, by, at)
    return planned


def stale(unit: PlannedUnit | FilePlanUnit) -> str:
    """That a unit is not what its reader saw any more; who changed it, and when."""
    who = journal_reading.last_change_of(object_id=unit.public_id)
    return journal_reading.with_more(_("Somebody else has changed this unit meanwhile."), who)


def change_unit(*, planned: PlannedUnit, changes: Mapping[str, Any], by: User, at: datetime, seen: str | None = None) -> PlannedUnit:
    """Change fields of a unit of an edition, among them `parent` (moves it with all below) and `frozen`.

    `seen` is the fingerprint that the form was filled with. Raises StalePlan, CannotEdit, BadField.
    """
    tidy = plan_fields.cleaned(changes)
    with current.atomic():
        edition, planned = _locked_unit(planned)
        if seen is not None and seen != plan_fields.fingerprint(planned):
            raise StalePlan(stale(planned))
        if "parent" in changes:
            tidy["parent"] = _checked_parent(planned, changes["parent"])
        told = {name: (getattr(planned, name), value) for name, value in tidy.items() if getattr(planned, name) != value}
        for name, (_old, new) in told.items():
            setattr(planned, name, new)
        if "classification_code" in told:
            if planned.dropped:
                raise BadField("classification_code", _("A dropped unit keeps its code."))
            _refuse_taken_code(edition, planned.classification_code, planned)
            planned.sort_key = natural_key(planned.classification_code)[:200]
        plan_fields.refuse_backward_validity(planned)
        _refuse_silent_overrides(planned, told)
        if told:
            planned.save(update_fields=[*told, "sort_key"])  # and no other: a correction of the plan in force may just have come in
            _tell(edition, planned, "edit", told, by, at)
    return planned


def drop_unit(*, planned: PlannedUnit, successor: PlannedUnit | None, kept: bool, by: User, at: datetime) -> PlannedUnit:
    """Leave a unit out of the next edition. `successor` gets its new files; `kept` says that deliberately nobody does.

    Files stay where they are and keep their references. Raises CannotEdit (new units are removed instead; no successor named).
    """
    with current.atomic():
        edition, planned = _locked_unit(planned)
        if planned.unit_id is None:
            raise CannotEdit(_("A new unit is removed, not dropped."))
        if successor is None and not kept:
            raise CannotEdit(_("Please name the successor, or say that there is none."))
        if successor is not None and (successor.pk == planned.pk or successor.dropped or successor.edition_id != edition.pk):
            raise CannotEdit(_("The successor must be another unit of this edition."))
        told: dict[str, journal.Change] = {"dropped": (planned.dropped, True), "successor": (planned.successor, successor)}
        planned.dropped, planned.successor, planned.frozen = True, successor, successor is None
        assert planned.unit is not None
        planned.classification_code, planned.sort_key = (
            planned.unit.classification_code,
            planned.unit.sort_key,
        )  # it leaves with the code it had
        planned.save(update_fields=["dropped", "successor", "frozen", "classification_code", "sort_key"])
        _tell(edition, planned, "drop", told, by, at)
    return planned


def restore_unit(*, planned: PlannedUnit, by: User, at: datetime) -> PlannedUnit:
    """Take a dropped unit into the edition again. Raises CannotEdit (its code has been given to another one)."""
    with current.atomic():
        edition, planned = _locked_unit(planned)
        if not planned.dropped:
            raise CannotEdit(_("This unit is in the edition."))
        _refuse_taken_code(edition, planned.classification_code, planned)
        told: dict[str, journal.Change] = {"dropped": (True, False), "successor": (planned.successor, None)}
        planned.dropped, planned.successor, planned.frozen = False, None, False
        planned.save(update_fields=["dropped", "successor", "frozen"])
        _tell(edition, planned, "restore", told, by, at)
    return planned


def remove_unit(*, planned: PlannedUnit, by: User, at: datetime) -> None:
    """Take a new unit out of an edition again. Raises CannotEdit (it is in force, or has units below or comes after others)."""
    with current.atomic():
        edition, planned = _locked_unit(planned)
        if planned.unit_id is not None:
            raise CannotEdit(_("A unit of the plan in force is dropped, not removed."))
        if planned.children.exists() or planned.predecessors.exists():
            raise CannotEdit(_("Other units lie below this one or have it as their successor."))
        _tell(edition, planned, "remove", {"classification_code": (planned.classification_code, None)}, by, at)
        planned.delete()


def discard_edition(*, edition: PlanEdition, by: User, at: datetime) -> PlanEdition:
    """Give an edition up; the plan in force stays as it is. Raises CannotEdit."""
    return _become(edition, State.DROPPED, None, by, at, only_from=(State.PREPARED,))


def withdraw_date(*, edition: PlanEdition, by: User, at: datetime) -> PlanEdition:
    """Take the date of an edition back, so that it can be changed again. Raises CannotEdit."""
    return _become(edition, State.PREPARED, None, by, at, only_from=(State.SCHEDULED,))


def schedule_edition(*, edition: PlanEdition, on: date, by: User, at: datetime) -> PlanEdition:
    """Let an edition come into force on a day to come (local time). Raises CannotEdit (today, the past, beyond five years)."""
    today = timezone.localdate(at)
    if not today < on <= today + FARTHEST:
        words = {"first": today + timedelta(days=1), "last": today + FARTHEST}
        shown = {name: date_format(day, "SHORT_DATE_FORMAT") for name, day in words.items()}
        raise CannotEdit(_("Please choose a day from %(first)s to %(last)s.") % shown)
    return _become(edition, State.SCHEDULED, on, by, at, only_from=(State.PREPARED, State.SCHEDULED))


def _become(edition: PlanEdition, state: State, on: date | None, by: User, at: datetime, only_from: tuple[State, ...]) -> PlanEdition:
    with current.atomic():
        plan_fields.take_turns()
        edition = PlanEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
        if edition.state not in only_from:
            raise CannotEdit(_("The edition is not in the state for this any more: %(state)s.") % {"state": edition.get_state_display()})
        told = {"state": (edition.state, state), "in_force_on": (edition.in_force_on, on)}
        edition.state, edition.in_force_on, edition.revision = state, on, edition.revision + 1
        edition.save(update_fields=["state", "in_force_on", "revision"])
        journal.enter(act="edit", object=edition, by=by, at=at, changes=told)
    return edition


def _locked(edition: PlanEdition) -> PlanEdition:
    """The row lock makes two people take turns. Raises CannotEdit for an edition that is not being prepared."""
    locked = PlanEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if locked.state != State.PREPARED:
        raise CannotEdit(_("Only an edition in preparation is changed; take its date back first."))
    return locked


def _locked_unit(planned: PlannedUnit) -> tuple[PlanEdition, PlannedUnit]:
    edition = _locked(planned.edition)
    found = PlannedUnit.objects.select_related("parent", "register_set", "successor", "unit").filter(pk=planned.pk).first()
    if found is None:
        raise CannotEdit(_("Somebody else has removed this unit meanwhile."))
    return edition, found


def _checked_parent(planned: PlannedUnit, parent: PlannedUnit | None) -> PlannedUnit | None:
    """Raises BadField for a unit of another edition, and for one that lies below the unit itself."""
    if parent is not None and parent.edition_id != planned.edition_id:
        raise BadField("parent", _("There is no such unit in this edition."))
    if parent is not None and planned.pk in {parent.pk, *(above.pk for above in _above(parent))}:
        raise BadField("parent", _("A unit cannot be moved below itself or below one of its own units."))
    return parent


def _above(planned: PlannedUnit) -> list[PlannedUnit]:
    """The units above, nearest first; it ends even where a spreadsheet has made a ring."""
    chain: list[PlannedUnit] = []
    above = planned.parent
    while above is not None and above not in chain:
        chain.append(above)
        above = above.parent
    return chain


def _refuse_taken_code(edition: PlanEdition, code: str, planned: PlannedUnit | None) -> None:
    same = edition.units.filter(classification_code=code, dropped=False)
    if (same.exclude(pk=planned.pk) if planned else same).exists():
        raise BadField("classification_code", _("The classification code %(code)s exists already.") % {"code": code})


def _refuse_silent_overrides(planned: PlannedUnit, names: Collection[str]) -> None:
    """Raises BadField if one of the changed fields sets an inherited default aside without a reason."""
    if not plan_fields.touched_defaults(names):
        return
    defaults = plan_fields.Defaults()
    for unit in reversed(_above(planned)):
        defaults = defaults.below(unit)
    plan_fields.refuse_silent_overrides(planned, defaults, names)


def _tell(edition: PlanEdition, planned: PlannedUnit, act: str, told: Mapping[str, journal.Change], by: User, at: datetime) -> None:
    edition.revision += 1
    edition.save(update_fields=["revision"])
    journal.enter(act=act, object=planned, by=by, at=at, changes=told)
