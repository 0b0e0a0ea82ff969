"""Rights that a process has resolved before are used again only while they hold: after every act, in and after its transaction, done or undone."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from records import granting
from records.models import AccessScope, FilePlanUnit, RecordFile
from records.models.access import SCOPES_SQL, Scopes, readable_units, scopes_of
from records.models.known_rights import Known
from tenants import current
from tenants.models import User
from tests.factories import ClerkFactory, MembershipFactory, OfficeFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory, grant, standing_in_for


class Undone(Exception):
    """Ends a transaction of the test without its being committed."""


def levels_now(clerk: User) -> dict[int, int]:
    return {scope: level for scope, _unit, level, _behalf in current.ask(SCOPES_SQL, [clerk.pk])}


def units_now(clerk: User) -> set[int]:
    """Units that she may know of, worked out from what is stored, slowly."""
    held = {unit for _scope, unit, _level, _behalf in current.ask(SCOPES_SQL, [clerk.pk]) if unit is not None}
    held |= set(RecordFile.objects.filter(scope__in=levels_now(clerk)).values_list("unit", flat=True))
    paths = FilePlanUnit.objects.filter(pk__in=held).values_list("path", flat=True)
    return {int(part) for path in paths for part in path.strip("/").split("/")}


def assert_known_rights_hold(*people: User) -> None:
    for person in people:
        assert scopes_of(person).levels == levels_now(person)
        assert set(readable_units(person).known) == units_now(person)


class Town:
    """Three people, two of them in an office; two branches with four units; six files."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.office, self.people = OfficeFactory(), [ClerkFactory() for _n in range(3)]
        MembershipFactory(user=self.people[0], office=self.office)
        self.tops = [FilePlanUnitFactory() for _n in range(2)]
        self.leaves = [FilePlanUnitFactory(parent=self.chance.choice(self.tops)) for _n in range(4)]
        self.files = [RecordFileFactory(unit=self.chance.choice(self.leaves)) for _n in range(6)]
        self.acts: list[Callable[[], Any]] = [
            self.give,
            self.take,
            self.apart,
            self.back,
            self.enter,
            self.leave,
            self.refile,
            self.replant,
            self.empty,
        ]

    def something(self) -> Any:
        return self.chance.choice([*self.tops, *self.leaves, *self.files])

    def somebody(self) -> Any:
        return self.chance.choice([*self.people, self.office.group])

    def right(self) -> str:
        return self.chance.choice(["read_records", "write_records", "manage_records"])

    def give(self) -> None:
        assign_perm(self.right(), self.somebody(), self.something())

    def take(self) -> None:
        remove_perm(self.right(), self.somebody(), self.something())

    def apart(self) -> None:
        granting.set_apart(RecordFile.objects.get(pk=self.chance.choice(self.files).pk))

    def back(self) -> None:
        granting.put_back(RecordFile.objects.get(pk=self.chance.choice(self.files).pk))

    def enter(self) -> None:
        self.chance.choice(self.people).groups.add(self.office.group)

    def leave(self) -> None:
        self.chance.choice(self.people).groups.clear()

    def refile(self) -> None:
        """As the act does: into the unit, and into its scope unless the file has one of its own."""
        file, unit = RecordFile.objects.select_related("scope").get(pk=self.chance.choice(self.files).pk), self.chance.choice(self.leaves)
        scope = file.scope if file.scope.file_id else AccessScope.objects.get(unit=unit)
        RecordFile.objects.filter(pk=file.pk).update(unit=unit, scope=scope)

    def replant(self) -> None:
        """A unit goes under another one."""
        unit, parent = self.chance.choice(self.leaves), self.chance.choice(self.tops)
        FilePlanUnit.objects.filter(pk=unit.pk).update(parent=parent, path=f"{parent.path}{unit.pk}/")

    def empty(self) -> None:
        """Rare in life, common where data are put back: nothing goes row by row."""
        if self.chance.random() < 0.2:
            with current.connection().cursor() as cursor:
                cursor.execute(
                    "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE records_unitusergrant, records_unitofficegrant; SET CONSTRAINTS ALL DEFERRED"
                )


class TestScopesOf:
    @pytest.mark.parametrize("seed", range(6))
    def test_says_what_holds_after_every_act_done_or_undone(self, transactional, seed: int) -> None:
        town = Town(Random(seed))
        for _step in range(40):
            done = town.chance.random() < 0.7
            try:
                with current.atomic():
                    for _act in range(town.chance.randint(1, 3)):
                        town.chance.choice(town.acts)()
                        if town.chance.random() < 0.5:
                            assert_known_rights_hold(*town.people)
                    if not done:
                        raise Undone
            except Undone:
                pass
            assert_known_rights_hold(*town.people)
            assert_known_rights_hold(*town.people)  # now from memory

    def test_a_savepoint_undone_takes_its_rights_along(self, transactional) -> None:
        clerk, file = ClerkFactory(), RecordFileFactory()
        with current.atomic():
            try:
                with current.atomic():
                    grant(clerk, file.unit)
                    assert scopes_of(clerk).levels == {file.scope_id: 1}
                    raise Undone
            except Undone:
                assert scopes_of(clerk).levels == {}
        assert scopes_of(clerk).levels == {}

    def test_is_resolved_once_as_long_as_nothing_changes(self, transactional) -> None:
        clerk, file = ClerkFactory(), RecordFileFactory()
        grant(clerk, file.unit)
        first = scopes_of(clerk)

        RecordFileFactory(unit=file.unit)
        RecordFile.objects.filter(pk=file.pk).update(title="Neu")

        assert scopes_of(clerk) is first
        assert readable_units(clerk) is readable_units(clerk)

    def test_is_resolved_anew_as_soon_as_a_right_is_committed(self, transactional) -> None:
        clerk, file = ClerkFactory(), RecordFileFactory()
        first = scopes_of(clerk)
        grant(ClerkFactory(), file.unit)

        assert scopes_of(clerk) is not first
        assert scopes_of(clerk).levels == {}

    def test_nobody_sees_what_another_transaction_has_not_committed(self, transactional) -> None:
        clerk, file, seen = ClerkFactory(), RecordFileFactory(), []

        def elsewhere() -> None:
            seen.append(scopes_of(clerk).levels)
            current.connection().close()

        with current.atomic():
            grant(clerk, file.unit)
            inside = scopes_of(clerk).levels
            thread = Thread(target=current.inside(current.municipality(), elsewhere))
            thread.start()
            thread.join()

        assert inside == scopes_of(clerk).levels == {file.scope_id: 1}
        assert seen == [{}]

    def test_is_not_kept_for_whoever_stands_in_for_somebody(self, transactional) -> None:
        absent, deputy, file = ClerkFactory(), ClerkFactory(), RecordFileFactory()
        grant(absent, file.unit)
        standing = standing_in_for(absent, deputy)
        assert scopes_of(deputy).levels == {file.scope_id: 1}
        assert scopes_of(deputy) is not scopes_of(deputy)

        type(standing).objects.filter(pk=standing.pk).update(ended_at=timezone.now())

        assert scopes_of(deputy).levels == {}

    def test_the_same_key_in_another_town_is_another_person(self, beispielheim, transactional) -> None:
        clerk, file = ClerkFactory(), RecordFileFactory()
        grant(clerk, file.unit)
        assert scopes_of(clerk).levels == {file.scope_id: 1}

        with current.use(beispielheim):
            assert scopes_of(clerk).levels == {}


class TestKnown:
    def test_forgets_what_was_used_longest_ago_when_it_holds_too_much(self) -> None:
        known: Known[Scopes] = Known(most=10)
        state, some = uuid4(), Scopes({}, {})
        for name in ("a", "b"):
            known.keep(name, state, some, weight=5)
        known.get("a")

        known.keep("c", state, some, weight=5)

        assert known.get("b") is None
        assert known.get("a") == known.get("c") == (state, some)

    def test_counts_what_is_kept_anew_once(self) -> None:
        known: Known[Scopes] = Known(most=10)
        for _time in range(5):
            known.keep("a", uuid4(), Scopes({}, {}), weight=5)
        known.keep("b", uuid4(), Scopes({}, {}), weight=5)

        assert known.get("a") is not None

    def test_does_not_keep_what_is_too_heavy_for_it(self) -> None:
        known: Known[Scopes] = Known(most=10)
        known.keep("a", uuid4(), Scopes({}, {}), weight=11)

        assert known.get("a") is None
