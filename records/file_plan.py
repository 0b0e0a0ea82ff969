"""The file plan: units, their inherited defaults, and taking a plan in from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.statements import Blank, Statement
from tenants import current
from tenants.models import User

from . import journal, plan_fields
from .models import AccessScope, FilePlanUnit, PlanEdition, RecordFile, RegisterSet
from .plan_columns import FURTHER, NOTHING_FURTHER, Further
from .plan_fields import Defaults as Defaults  # part of what this module offers
from .plan_sheets import HEADINGS, Fault, PlanRow
from .references import natural_key


class CannotPlan(Exception):
    """The file plan cannot be changed like that; the message says why."""


def defaults_of(*, unit: FilePlanUnit, chain: Sequence[FilePlanUnit] = ()) -> Defaults:
    """Resolve a unit's defaults: its own value, else the nearest ancestor's (domain: inherited down). One query, or none with the `chain`."""
    found = Defaults()
    for above in chain or from_the_top(unit=unit):
        found = found.below(above)
    return found


def inherited(units: Iterable[FilePlanUnit]) -> dict[int, Defaults]:
    """Defaults of many units at once; `units` must hold their ancestors too (a whole plan)."""
    resolved: dict[int | None, Defaults] = {None: Defaults()}
    for unit in sorted(units, key=lambda u: u.level):
        resolved[unit.pk] = resolved.get(unit.parent_id, resolved[None]).below(unit)
    del resolved[None]
    return resolved  # type: ignore[return-value]


@dataclass(frozen=True)
class Origin:
    """One default as it holds in a unit. `source` is the unit above that it comes from, None if the unit has a value of its own.

    `differs` says that the value sets aside one that would be inherited, `reason` why (of the unit that gives the value).
    """

    field: str
    label: str
    value: str
    source: FilePlanUnit | None
    differs: bool = False
    reason: str = ""


def origins_of(*, unit: FilePlanUnit, chain: Sequence[FilePlanUnit] = ()) -> list[Origin]:
    """Say for each default that is set where its value comes from. One query, or none with the `chain` of from_the_top()."""
    chain = [*(chain or from_the_top(unit=unit))][::-1]
    return [origin for field in plan_fields.REASONS if (origin := _origin(field, unit, chain))]


def _origin(field: str, unit: FilePlanUnit, chain: Sequence[FilePlanUnit]) -> Origin | None:
    """`chain` is from the unit up."""
    givers = [(giver, value) for giver in chain if (value := plan_fields.shown(giver, field))]
    if not givers:
        return None
    giver, value = givers[0]
    differs = len(givers) > 1 and value != givers[1][1]
    source = None if giver.pk == unit.pk else giver
    return Origin(field, str(plan_fields.WORDS[field]), value, source, differs, getattr(giver, plan_fields.REASONS[field]))


def from_the_top(*, unit: FilePlanUnit) -> list[FilePlanUnit]:
    """The units above a unit and itself, as they are stored, with the register sets that they name."""
    return sorted(current.objects_of(CHAIN, keys=[*unit.ancestor_ids, unit.pk]), key=lambda u: u.level)


CHAIN = Statement(lambda: FilePlanUnit.objects.select_related("register_set").filter(pk__any_of=Blank("keys")), using=current.alias)


def open_for_files(*, unit: FilePlanUnit, at: datetime, refuse: type[Exception]) -> FilePlanUnit:
    """Return the unit as it is now, locked until the transaction ends: a change of the plan and a new file take turns.

    Raises `refuse` with a sentence if the unit, or one above it, is frozen or outside its validity.
    """
    chosen: FilePlanUnit = FilePlanUnit.objects.select_for_update(no_key=True, of=("self",)).select_related("scope").get(pk=unit.pk)
    above = FilePlanUnit.objects.filter(pk__in=chosen.ancestor_ids).order_by("-level")
    if sentence := next(filter(None, (why_closed(one, on=timezone.localdate(at)) for one in [chosen, *above])), None):
        raise refuse(sentence)
    return chosen


def why_closed(unit: FilePlanUnit, *, on: date) -> str:
    """Why the unit itself takes no new files on a day, as a sentence; empty if it does."""
    words = {"code": unit.classification_code}
    if unit.valid_until is not None and unit.valid_until < on:
        return _("Unit %(code)s is no longer valid and takes no new files.") % words
    if unit.valid_from is not None and unit.valid_from > on:
        return _("Unit %(code)s is valid from %(day)s on.") % {**words, "day": date_format(unit.valid_from, "SHORT_DATE_FORMAT")}
    if unit.frozen_at is not None:
        return _("Unit %(code)s is frozen and takes no new files.") % words
    return ""


def create_unit(
    *,
    classification_code: str,
    title: str,
    parent: FilePlanUnit | None,
    by: User | None,
    at: datetime,
    retention_years: int | None = None,
    retention_unlimited: bool = False,
    disposal_action: str = "",
    register_set: RegisterSet | None = None,
    further: Further = NOTHING_FURTHER,
) -> FilePlanUnit:
    """Add a unit with its access scope. `further`: legal basis, reasons and what else a sheet says of it.

    Raises CannotPlan (too deep, code taken, parent holds files, an edition is in preparation).
    """
    level = parent.level + 1 if parent else 1
    if level > FilePlanUnit.MAX_LEVEL:
        raise CannotPlan(_("The file plan has at most five levels."))
    with current.atomic():
        refuse_beside_an_edition()
        if parent is not None:
            _refuse_with_files(parent)
        _refuse_known_code(classification_code)
        unit = FilePlanUnit.objects.create(
            parent=parent,
            path="",
            level=level,
            classification_code=classification_code,
            sort_key=natural_key(classification_code)[:200],
            title=title,
            retention_years=retention_years,
            retention_unlimited=retention_unlimited,
            disposal_action=disposal_action,
            register_set=register_set,
            **{name: getattr(further, name) for name in (*FURTHER, *plan_fields.VALIDITY)},
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        AccessScope.objects.create(unit=unit)
        told: dict[str, journal.Change] = {"classification_code": (None, classification_code), "title": (None, title)}
        told |= {reason: (None, words) for reason in plan_fields.REASONS.values() if (words := getattr(unit, reason))}
        journal.enter(act="create", object=unit, by=by, at=at, changes=told)
    return unit


def _refuse_with_files(parent: FilePlanUnit) -> None:
    """Only a leaf holds files, so that a unit with files gets no units below. The row lock keeps files from coming in meanwhile."""
    FilePlanUnit.objects.select_for_update().get(pk=parent.pk)
    if RecordFile.objects.filter(unit=parent).exists():
        raise CannotPlan(_("Unit %(code)s holds files already and gets no units below it.") % {"code": parent.classification_code})


def _refuse_known_code(code: str) -> None:
    if FilePlanUnit.objects.filter(Q(classification_code=code) | Q(former_codes__classification_code=code)).exists():
        raise CannotPlan(_("The classification code %(code)s exists already.") % {"code": code})


def refuse_beside_an_edition() -> None:
    """Raises CannotPlan while an edition is in preparation: it would not know of what is added beside it."""
    plan_fields.take_turns()
    edition = PlanEdition.objects.filter(state__in=[PlanEdition.State.PREPARED, PlanEdition.State.SCHEDULED]).first()
    if edition is not None:
        raise CannotPlan(_("The edition “%(name)s” is in preparation. Please add units there.") % {"name": edition.name})


@dataclass(frozen=True)
class ImportedPlan:
    """What an import did or would do. Nothing is written while there are faults."""

    created: int
    known: int
    faults: Sequence[Fault]


def import_plan(
    *, rows: Sequence[PlanRow], faults: Sequence[Fault], by: User | None, at: datetime, dry_run: bool, reason: str = ""
) -> ImportedPlan:
    """Take in the rows of a spreadsheet. With any fault (or as a dry run) nothing is written; every faulty row is named.

    `reason` is why units set inherited defaults aside, where the sheet itself does not say it.
    """
    existing = {unit.classification_code: unit for unit in FilePlanUnit.objects.select_related("register_set")}
    sets = {register_set.name: register_set for register_set in RegisterSet.objects.all()}
    new = [row for row in rows if row.classification_code not in existing]
    found = [*faults, *_faults_against(rows, existing, sets), *_faults_beside_an_edition()]
    if not found:
        new, found = _reasoned(new, existing, sets, " ".join(reason.split())[:500])
    if found or dry_run:
        return ImportedPlan(len(new), len(rows) - len(new), found)
    with current.atomic():
        for row in sorted(new, key=lambda row: row.level):
            existing[row.classification_code] = create_unit(
                classification_code=row.classification_code,
                title=row.title,
                parent=existing[row.parent_code] if row.parent_code else None,
                retention_years=row.retention_years,
                retention_unlimited=row.unlimited,
                disposal_action=row.disposal_action or "",
                register_set=sets[row.register_set] if row.register_set else None,
                further=row.further,
                by=by,
                at=at,
            )
    return ImportedPlan(len(new), len(rows) - len(new), [])


def _reasoned(
    rows: Sequence[PlanRow], existing: dict[str, FilePlanUnit], sets: dict[str, RegisterSet], reason: str
) -> tuple[list[PlanRow], list[Fault]]:
    """The rows from the top down, each override with its reason; and a fault for each that has none."""
    by_id = inherited(existing.values())
    resolved = {code: by_id[unit.pk] for code, unit in existing.items()}
    done, faults = [], []
    for row in sorted(rows, key=lambda row: row.level):
        above, unit = resolved.get(row.parent_code or "", Defaults()), _unit_of(row, sets)
        silent = plan_fields.silent_overrides(unit, above)
        resolved[row.classification_code] = above.below(unit)
        if silent and not reason:
            faults += [Fault(row.number, HEADINGS[plan_fields.REASONS[field]][0], plan_fields.silence(field)) for field in silent]
        given: dict[str, Any] = {plan_fields.REASONS[field]: reason for field in silent}
        done.append(replace(row, further=replace(row.further, **given)))
    return done, sorted(faults, key=lambda fault: fault.row_number)


def _unit_of(row: PlanRow, sets: dict[str, RegisterSet]) -> FilePlanUnit:
    """A row's own defaults as a unit has them; it is not stored."""
    return FilePlanUnit(
        retention_years=row.retention_years,
        retention_unlimited=row.unlimited,
        disposal_action=row.disposal_action or "",
        register_set=sets.get(row.register_set or ""),
        **{name: getattr(row.further, name) for name in FURTHER},
    )


def _faults_beside_an_edition() -> list[Fault]:
    try:
        with current.atomic():
            refuse_beside_an_edition()
    except CannotPlan as refusal:
        return [Fault(1, "", str(refusal))]
    return []


def _faults_against(rows: Sequence[PlanRow], existing: dict[str, FilePlanUnit], sets: dict[str, RegisterSet]) -> list[Fault]:
    codes = {row.classification_code for row in rows} | existing.keys()
    with_files = set(RecordFile.objects.order_by().values_list("unit__classification_code", flat=True).distinct())
    found = []
    for row in rows:
        if row.register_set and row.register_set not in sets:
            found.append(Fault(row.number, "register_set", _("There is no register set “%(name)s”.") % {"name": row.register_set}))
        if row.parent_code and row.parent_code not in codes:
            found.append(Fault(row.number, "parent_code", _("There is no unit %(code)s above.") % {"code": row.parent_code}))
        if row.classification_code not in existing:
            found += _faults_of_states(row)
        if row.parent_code in with_files and row.classification_code not in existing:
            found.append(Fault(row.number, "parent_code", _("Unit %(code)s holds files already.") % {"code": row.parent_code}))
    return found


def _faults_of_states(row: PlanRow) -> list[Fault]:
    """What only makes sense beside a plan that is there already."""
    said = {
        "Bisheriges Kennzeichen": row.further.former_code,
        "Entfällt": row.further.dropped,
        "Gesperrt für neue Akten": row.further.frozen,
    }
    sentence = _("This is understood in an edition of the file plan only; please leave the cell empty.")
    return [Fault(row.number, column, sentence) for column, value in said.items() if value]
