"""Whatever an administrator does to an edition: once in force, the file plan is a tree in which every file has its place."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from records import editions, plan_enactment, plan_fields
from records.models import AccessScope, FilePlanUnit, FormerCode, PlanEdition, PlannedUnit, RecordFile
from tenants import current
from tests.factories import FilePlanUnitFactory, RecordFileFactory, UserFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
REFUSALS = (editions.CannotEdit, plan_fields.BadField)
numbers = st.integers(0, 30)
steps = st.tuples(st.sampled_from(["add", "move", "renumber", "retitle", "freeze", "drop", "keep", "restore", "remove"]), numbers, numbers)


def a_plan() -> list[FilePlanUnit]:
    tops = [FilePlanUnitFactory(classification_code=str(n), title=f"T{n}") for n in (1, 2, 3)]
    middle = [FilePlanUnitFactory(classification_code=f"{n}{m}", title="M", parent=tops[n - 1]) for n in (1, 2) for m in (1, 2)]
    leaves = [
        FilePlanUnitFactory(classification_code=f"{unit.classification_code}.{m}", title="L", parent=unit)
        for unit in middle[:3]
        for m in (1, 2)
    ]
    for unit in (leaves[0], leaves[3], middle[3]):
        RecordFileFactory(unit=unit)
    return [*tops, *middle, *leaves]


def do(edition: PlanEdition, step: tuple[str, int, int], by: Any) -> None:
    act, first, second = step
    units = list(edition.units.order_by("pk"))
    unit, other = units[first % len(units)], units[second % len(units)]
    code = f"{first}-{second}"
    acts = {
        "add": lambda: editions.add_unit(edition=edition, parent=unit, fields={"classification_code": code, "title": "Neu"}, by=by, at=AT),
        "move": lambda: editions.change_unit(planned=unit, changes={"parent": None if second % 7 == 0 else other}, by=by, at=AT),
        "renumber": lambda: editions.change_unit(
            planned=unit, changes={"classification_code": code if second % 3 else other.classification_code}, by=by, at=AT
        ),
        "retitle": lambda: editions.change_unit(planned=unit, changes={"title": code}, by=by, at=AT),
        "freeze": lambda: editions.change_unit(planned=unit, changes={"frozen": not unit.frozen}, by=by, at=AT),
        "drop": lambda: editions.drop_unit(planned=unit, successor=other, kept=False, by=by, at=AT),
        "keep": lambda: editions.drop_unit(planned=unit, successor=None, kept=True, by=by, at=AT),
        "restore": lambda: editions.restore_unit(planned=unit, by=by, at=AT),
        "remove": lambda: editions.remove_unit(planned=unit, by=by, at=AT),
    }
    with suppress(*REFUSALS):
        acts[act]()


def mend(edition: PlanEdition, faults: Any, by: Any) -> None:
    """What a person would do: give up what hinders, and whatever has taken its code since."""
    edition.units.filter(unit__isnull=False, parent__isnull=False, parent__unit=None).update(
        parent=None
    )  # else they would go with the new ones
    PlannedUnit.objects.filter(edition=edition, unit=None).delete()
    hindering = {fault.planned.pk for fault in faults}
    while True:
        given_up = edition.units.filter(pk__in=hindering).select_related("unit")
        codes = [planned.unit.classification_code for planned in given_up if planned.unit]
        takers = set(edition.units.filter(classification_code__in=codes).values_list("pk", flat=True)) - hindering
        if not takers:
            break
        hindering |= takers
    for planned in given_up:
        PlannedUnit.objects.filter(pk=planned.pk).update(classification_code=f"?{planned.pk}")
    for planned in given_up:
        old = planned.unit
        assert old is not None
        above = edition.units.filter(unit=old.parent_id).first() if old.parent_id else None
        PlannedUnit.objects.filter(pk=planned.pk).update(
            parent=above, classification_code=old.classification_code, sort_key=old.sort_key, dropped=False, successor=None, frozen=False
        )


def assert_is_a_plan() -> None:
    units = {unit.pk: unit for unit in FilePlanUnit.objects.all()}
    codes = [unit.classification_code for unit in units.values()]
    assert len(set(codes)) == len(codes)
    for unit in units.values():
        above = units[unit.parent_id].path if unit.parent_id else "/"
        assert unit.path == f"{above}{unit.pk}/"
        assert unit.level == len(unit.ancestor_ids) + 1 <= FilePlanUnit.MAX_LEVEL
        assert unit.valid_until is None or unit.frozen_at is not None
    inner = {unit.parent_id for unit in units.values()}
    assert not RecordFile.objects.filter(unit__in=inner - {None}).exists()
    assert AccessScope.objects.filter(unit__isnull=False).count() == len(units)
    for former in FormerCode.objects.all():
        assert not [u for u in units.values() if u.classification_code == former.classification_code]


class TestPutIntoForce:
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @example([[("drop", 3, 0), ("renumber", 0, 3)]])  # the code of a dropped unit, which then has to stay
    @example(
        [[("add", 0, 0), ("add", 0, 21), ("add", 0, 22), ("move", 1, 13), ("keep", 0, 0)]]
    )  # an old unit below a new one that is given up
    @given(st.lists(st.lists(steps, max_size=12), min_size=1, max_size=3))
    def test_random_editions_keep_the_tree_and_leave_every_file_where_it_is(self, rounds: list[list[tuple[str, int, int]]]) -> None:
        with current.atomic():
            by = UserFactory()
            a_plan()
            files = list(RecordFile.objects.order_by("pk").values())
            codes: dict[str, int] = {}
            for number, done in enumerate(rounds):
                edition = editions.prepare_edition(name=f"Ausgabe {number}", by=by, at=AT)
                for step in done:
                    do(edition, step, by)
                for _attempt in range(10):
                    try:
                        plan_enactment.put_into_force(edition=edition, by=by, at=AT + timedelta(days=number))
                        break
                    except plan_enactment.CannotPutIntoForce as refusal:
                        assert_is_a_plan()
                        mend(edition, refusal.faults, by)
                else:
                    editions.discard_edition(edition=edition, by=by, at=AT)
                assert_is_a_plan()
                assert list(RecordFile.objects.order_by("pk").values()) == files
                for unit in FilePlanUnit.objects.all():  # a code is one unit's for ever
                    assert codes.setdefault(unit.classification_code, unit.pk) == unit.pk
            transaction.set_rollback(True, using=current.alias())
