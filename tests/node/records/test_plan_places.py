"""Finding places in the file plan, keeping them at hand, and the dividers that they give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from records import editions, favourites, filing, plan_search, register_sets
from records.models import Favourite, FilePlanUnit, FormerCode, RecordFile, RegisterSet
from records.register_sets import Divider
from tests.factories import ClerkFactory, FilePlanUnitFactory, RecordFileFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def top() -> FilePlanUnit:
    unit: FilePlanUnit = FilePlanUnitFactory(classification_code="6", title="Bauen")
    return unit


class TestFindPlaces:
    def found(self, clerk: Any, text: str) -> list[str]:
        return [place.unit.classification_code for place in plan_search.find_places(clerk=clerk, text=text)]

    def test_finds_by_code_title_former_code_and_words_of_the_legal_basis(self, top) -> None:
        clerk = ClerkFactory()
        grant(clerk, top)
        unit = FilePlanUnitFactory(classification_code="63 A", title="Bauordnung und Denkmal", legal_basis="§ 58 BauO NRW", parent=top)
        FormerCode.objects.create(unit=unit, classification_code="10.4", until=AT)

        assert (
            self.found(clerk, "63 a")
            == self.found(clerk, "denkmal bau")
            == self.found(clerk, "BauO NRW")
            == self.found(clerk, "10.4")
            == ["63 A"]
        )
        assert plan_search.find_places(clerk=clerk, text="10.4")[0].former == "10.4"
        assert plan_search.find_places(clerk=clerk, text="denkmal")[0].above == ("Bauen",)

    def test_puts_the_code_typed_in_full_first(self, top) -> None:
        clerk = ClerkFactory()
        grant(clerk, top)
        for code in ("63.1", "63", "630"):
            FilePlanUnitFactory(classification_code=code, title="63 Fälle", parent=top)

        assert self.found(clerk, "63") == ["63", "63.1", "630"]

    def test_tells_nobody_of_units_that_she_may_not_see(self, top) -> None:
        assert self.found(ClerkFactory(), "Bauen") == []

    @pytest.mark.parametrize("text", ["", "  ", "\x00", "%", "x" * 10_000])
    def test_finds_nothing_for_nothing(self, top, text) -> None:
        clerk = ClerkFactory()
        grant(clerk, top)

        assert self.found(clerk, text) == []


class TestSetFavourite:
    def test_keeps_units_and_files_at_hand_until_the_star_is_taken_away(self, top, by) -> None:
        file = RecordFileFactory()
        grant(by, top), grant(by, file)
        for target in (top, file, top):
            favourites.set_favourite(target=target, starred=True, by=by, at=AT)

        assert (favourites.favourite_units(clerk=by), favourites.favourite_files(clerk=by)) == ([top], [file])

        favourites.set_favourite(target=top, starred=False, by=by, at=AT)
        assert favourites.favourite_units(clerk=by) == []
        assert not favourites.is_favourite(target=top, clerk=by)

    def test_hides_what_she_may_no_longer_see(self, top, by) -> None:
        file = RecordFileFactory()
        for target in (top, file):
            favourites.set_favourite(target=target, starred=True, by=by, at=AT)

        assert (favourites.favourite_units(clerk=by), favourites.favourite_files(clerk=by)) == ([], [])
        assert Favourite.objects.count() == 2


class TestChangeSet:
    def test_renames_orders_and_colours_while_files_keep_their_dividers(self, top, by) -> None:
        register_set = register_sets.create_set(name="Bauakte", by=by, at=AT)
        first = [Divider("Antrag", "#aa0000"), Divider("Pläne")]
        register_sets.change_set(register_set=register_set, name="Bauakte", dividers=first, by=by, at=AT)
        FilePlanUnit.objects.filter(pk=top.pk).update(register_set=register_set)
        clerk = ClerkFactory()
        grant(clerk, top, "write")
        file = filing.create_file(unit=top, title="Alt", by=clerk, at=AT)

        register_sets.change_set(register_set=register_set, name="Bauakten", dividers=[first[1], first[0], Divider("Kosten")], by=by, at=AT)

        assert [r.name for r in file.registers.order_by("position")] == ["Antrag", "Pläne"]
        younger = filing.create_file(unit=top, title="Neu", by=clerk, at=AT)
        assert [(r.name, r.colour) for r in younger.registers.order_by("position")] == [
            ("Pläne", ""),
            ("Antrag", "#aa0000"),
            ("Kosten", ""),
        ]

    @pytest.mark.parametrize(
        "dividers",
        [
            [Divider("")],
            [Divider("A"), Divider(" A ")],
            [Divider("x" * 101)],
            [Divider("A", "red;}")],
            [Divider(str(n)) for n in range(61)],
        ],
    )
    def test_refuses_what_is_no_set_of_dividers(self, by, dividers) -> None:
        register_set = register_sets.create_set(name="Bauakte", by=by, at=AT)

        with pytest.raises(register_sets.CannotKeepSet):
            register_sets.change_set(register_set=register_set, name="Bauakte", dividers=dividers, by=by, at=AT)

    def test_overwrites_nothing_that_somebody_else_has_just_entered(self, by) -> None:
        register_set = register_sets.create_set(name="Bauakte", by=by, at=AT)
        register_sets.change_set(register_set=register_set, name="Bauakte", dividers=[Divider("A")], by=by, at=AT, seen=[])

        with pytest.raises(register_sets.StaleSet):
            register_sets.change_set(register_set=register_set, name="Bauakte", dividers=[Divider("B")], by=by, at=AT, seen=[])

    @pytest.mark.parametrize("name", ["", "x" * 101, "bauakte"])
    def test_wants_a_name_of_its_own(self, by, name) -> None:
        register_sets.create_set(name="Bauakte", by=by, at=AT)

        with pytest.raises(register_sets.CannotKeepSet):
            register_sets.create_set(name=name, by=by, at=AT)


class TestDeleteSet:
    def test_takes_away_only_what_no_unit_uses(self, top, by) -> None:
        used, unused = (register_sets.create_set(name=name, by=by, at=AT) for name in ("Benutzt", "Unbenutzt"))
        FilePlanUnit.objects.filter(pk=top.pk).update(register_set=used)

        register_sets.delete_set(register_set=unused, by=by, at=AT)

        with pytest.raises(register_sets.CannotKeepSet):
            register_sets.delete_set(register_set=used, by=by, at=AT)
        assert list(RegisterSet.objects.values_list("name", flat=True)) == ["Benutzt"]

    def test_keeps_what_the_edition_in_preparation_uses(self, top, by) -> None:
        register_set = register_sets.create_set(name="Neu", by=by, at=AT)
        edition = editions.prepare_edition(name="Ausgabe", by=by, at=AT)
        editions.change_unit(planned=edition.units.get(), changes={"register_set": register_set}, by=by, at=AT)

        with pytest.raises(register_sets.CannotKeepSet):
            register_sets.delete_set(register_set=register_set, by=by, at=AT)


def test_a_file_keeps_its_dividers_when_its_set_is_deleted(by) -> None:
    register_set = register_sets.create_set(name="Kurz", by=by, at=AT)
    register_sets.change_set(register_set=register_set, name="Kurz", dividers=[Divider("A")], by=by, at=AT)
    clerk, unit = ClerkFactory(), FilePlanUnitFactory()
    grant(clerk, unit, "write")
    file = filing.create_file(unit=unit, title="Akte", register_set=register_set, by=clerk, at=AT)

    register_sets.delete_set(register_set=register_set, by=by, at=AT)

    assert [r.name for r in RecordFile.objects.get(pk=file.pk).registers.all()] == ["A"]
