"""Index fields and values: defined at units, inherited down, spelled as people write, and files found by them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import facts, index_fields, index_values, refiling, searching, spellings, suggesting
from records.models import IndexField, IndexValue, JournalEntry, RecordFile
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory, IndexFieldFactory, IndexValueFactory, RecordFileFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PARCEL = {"district": "Neustadt", "section": "3", "parcel": "12/3"}


def define(unit, name, kind="text") -> IndexField:
    return index_fields.add_field(unit=unit, name=name, kind=kind, by=ClerkFactory(), at=AT)


def fill(file: RecordFile, field: IndexField, *texts: str, mark: str | None = None) -> bool:
    values = [spellings.read(field.kind, text) for text in texts]
    return index_values.fill(file=file, values={field: values}, by=file.created_by, at=AT, mark=mark)


def texts(file: RecordFile) -> list[str]:
    return list(IndexValue.objects.filter(file=file).order_by("position").values_list("text", flat=True))


class TestNumbers:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("1.234,5", "1234.5"),
            ("1234,5", "1234.5"),
            ("1 234,50", "1234.5"),
            ("12.5", "12.5"),
            ("1.234", "1234"),
            ("-3", "-3"),
            ("007", "7"),
        ],
    )
    def test_are_read_as_germans_write_them(self, typed, kept) -> None:
        assert spellings.read("number", typed).number == Decimal(kept)

    @pytest.mark.parametrize("typed", ["zwölf", "1,2,3", "1.23,4", "12.34.56", "1e5", "١٢", "1" * 15, "1,23456"])
    def test_are_refused_with_a_sentence(self, typed) -> None:
        with pytest.raises(spellings.Misspelt):
            spellings.read("number", typed)

    @given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
    def test_what_is_kept_as_text_reads_the_same_again(self, number) -> None:
        kept = spellings.read("number", f"{number:f}".replace(".", ","))

        assert spellings.read("number", kept.text) == kept
        assert kept.number == number


class TestDates:
    @pytest.mark.parametrize("typed", ["2.3.2026", "02.03.2026", "2026-03-02", "2. März 2026", "2. Mär 2026", "2. 3. 2026"])
    def test_are_read_as_germans_write_them(self, typed) -> None:
        assert spellings.read("date", typed) == spellings.Value("02.03.2026", day=date(2026, 3, 2))

    @pytest.mark.parametrize("typed", ["31.2.2026", "1.1.1582", "1.1.2999", "1.1.26", "gestern", "0.0.0000", "3/2/2026"])
    def test_that_cannot_be_meant_are_refused(self, typed) -> None:
        with pytest.raises(spellings.Misspelt):
            spellings.read("date", typed)


class TestParcels:
    @pytest.mark.parametrize(
        "typed", ["12/3", "12 / 3", "00012/003", "Flst. 12/3", "Flurstück 12/3", "Nr. 12/3", "12-3", "Flst.-Nr. 12/3".replace("-Nr.", "")]
    )
    def test_a_parcel_is_known_in_all_its_spellings(self, typed) -> None:
        value = spellings.read("parcel", "", {**PARCEL, "parcel": typed})

        assert value.text == "Gemarkung Neustadt, Flur 3, Flurstück 12/3"
        assert value.parts == PARCEL

    @pytest.mark.parametrize(
        "typed",
        ["Gemarkung Neustadt, Flur 3, Flurstück 12/3", "Neustadt 3 12/3", "Gem. Neustadt Fl. 3 Flst. 12/3", "Neustadt, Flur 3, 12/3"],
    )
    def test_a_parcel_is_read_in_one_piece(self, typed) -> None:
        assert spellings.read("parcel", typed).parts == PARCEL

    @pytest.mark.parametrize(
        ("parts", "part"),
        [
            ({"parcel": "12/3"}, "district"),
            ({"district": "Neustadt"}, "parcel"),
            ({**PARCEL, "parcel": "12/3, 12/4"}, "parcel"),
            ({**PARCEL, "section": "drei"}, "section"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(self, parts, part) -> None:
        with pytest.raises(spellings.Misspelt) as refusal:
            spellings.read("parcel", "", parts)

        assert refusal.value.part == part


class TestAddresses:
    @pytest.mark.parametrize("typed", ["Hauptstraße 5 a, 12345 Neustadt", "Hauptstraße 5a, D-12345 Neustadt"])
    def test_are_taken_apart(self, typed) -> None:
        value = spellings.read("address", typed)

        assert value.text == "Hauptstraße 5a, 12345 Neustadt"
        assert value.parts == {"street": "Hauptstraße", "house_number": "5a", "postcode": "12345", "town": "Neustadt"}

    @pytest.mark.parametrize("parts", [{"town": "Neustadt"}, {"street": "Hof", "postcode": "1234"}, {"street": "Hof", "house_number": "a"}])
    def test_are_refused_with_a_sentence(self, parts) -> None:
        with pytest.raises(spellings.Misspelt):
            spellings.read("address", "", parts)


class TestDefinition:
    def test_fields_are_inherited_down_topmost_first(self) -> None:
        top = FilePlanUnitFactory()
        leaf, stranger = FilePlanUnitFactory(parent=top), FilePlanUnitFactory()
        define(leaf, "Bauherr")
        define(top, "Lage", "address")
        define(stranger, "Hund")

        assert [field.name for field in index_fields.fields_of(leaf)] == ["Lage", "Bauherr"]

    def test_a_name_is_given_once_on_the_way_down(self) -> None:
        top = FilePlanUnitFactory()
        leaf = FilePlanUnitFactory(parent=top)
        define(leaf, "Lage")

        with pytest.raises(index_fields.CannotDefine) as refusal:
            define(top, "lage")

        assert refusal.value.field == "name"

    def test_fields_change_places(self) -> None:
        unit = FilePlanUnitFactory()
        define(unit, "A")
        second = define(unit, "B")

        index_fields.move_field(field=second, up=True, by=ClerkFactory(), at=AT)

        assert [field.name for field in index_fields.fields_of(unit)] == ["B", "A"]

    def test_a_retired_field_is_offered_no_more_but_keeps_its_values(self) -> None:
        file, other = RecordFileFactory(), None
        field = define(file.unit, "Bauherr")
        other = RecordFileFactory(unit=file.unit)
        fill(file, field, "Müller")

        index_fields.retire_field(field=field, by=ClerkFactory(), at=AT)

        assert list(index_fields.fields_of_file(file)) == [field]
        assert list(index_fields.fields_of_file(other)) == []
        define(file.unit, "Bauherr")  # the name is free again

    def test_values_stay_when_a_file_is_refiled(self) -> None:
        file, unit = RecordFileFactory(), FilePlanUnitFactory()
        field = define(file.unit, "Bauherr")
        fill(file, field, "Müller")
        grant(file.created_by, unit, "write")

        refiling.refile_file(file=file, unit=unit, reason="falsch", by=file.created_by, at=AT)

        assert list(index_fields.fields_of_file(RecordFile.objects.get(pk=file.pk))) == [field]


class TestFill:
    def test_a_field_holds_several_values_and_the_journal_tells_old_and_new(self) -> None:
        file = RecordFileFactory()
        field = define(file.unit, "Bauherr")
        fill(file, field, "Müller")

        fill(file, field, "Müller", "Schmidt", "Müller")

        assert texts(file) == ["Müller", "Schmidt"]
        value = JournalEntry.objects.filter(act="fill_in").order_by("-sequence").first().values.get()
        assert (value.old, value.new) == ("Müller", "Müller; Schmidt")

    def test_saying_the_same_again_changes_nothing(self) -> None:
        file = RecordFileFactory()
        field = define(file.unit, "Bauherr")
        fill(file, field, "Müller")

        assert fill(file, field, "Müller") is False
        assert JournalEntry.objects.filter(act="fill_in").count() == 1

    def test_overwrites_nothing_that_somebody_else_wrote_meanwhile(self) -> None:
        file = RecordFileFactory()
        field = define(file.unit, "Bauherr")
        mark = index_values.mark_of(index_values.values_of(file))
        fill(file, field, "Müller")

        with pytest.raises(facts.Changed):
            fill(file, field, "Schmidt", mark=mark)

    def test_refuses_a_field_of_another_unit_and_a_closed_file(self) -> None:
        with pytest.raises(index_values.CannotFill):
            fill(RecordFileFactory(), define(FilePlanUnitFactory(), "Hund"), "Bello")
        closed = RecordFileFactory(status="closed", closed_at=AT)
        with pytest.raises(facts.ReadOnly):
            fill(closed, define(closed.unit, "Hund"), "Bello")

    def test_a_field_named_like_one_of_the_journals_own_hides_nothing(self) -> None:
        file = RecordFileFactory()

        fill(file, define(file.unit, "elsewhere"), "Bello")

        manager = ClerkFactory()
        grant(manager, file.unit, "manage")
        assert JournalEntry.objects.concerning(file.public_id).known_to(manager, file=file).count() == 1


class TestFind:
    """A parcel or an address typed finds its file, and only files that the clerk may see."""

    def building_file(self, **more):
        file = RecordFileFactory(**more)
        lies, parcel = define(file.unit, "Lage", "address"), define(file.unit, "Flurstück", "parcel")
        fill(file, lies, "Hauptstraße 5a, 12345 Neustadt")
        fill(file, parcel, "Gemarkung Neustadt, Flur 3, Flurstück 12/3")
        return file

    @pytest.mark.parametrize(
        "typed",
        ["12/3", "Flurstück 12/3", "flst. 12/3", "Neustadt 3 12/3", "12 / 3 Neustadt", "Gemarkung Neustadt, Flur 3, Flurstück 12/3",
         "Hauptstraße 5a", "hauptstr. 5 a", "Hauptstrasse 5a", "5a Hauptstr", "Hauptstraße 5a, 12345 Neustadt"],
    )  # fmt: skip
    def test_finds_by_parcel_and_address_in_their_usual_spellings(self, typed) -> None:
        file, clerk = self.building_file(), ClerkFactory()
        grant(clerk, file)

        assert index_values.files_with(clerk=clerk, text=typed) == [file]
        assert file.public_id in {found.id for found in suggesting.suggest(clerk=clerk, text=typed)}

    @pytest.mark.parametrize("typed", ["112/3", "2/3", "12/33", "Hauptstraße 5", "Hauptstraße 15a", "3", "", "\x00", "-12/3", '"'])
    def test_finds_nothing_by_another_number(self, typed) -> None:
        file, clerk = self.building_file(), ClerkFactory()
        grant(clerk, file)

        assert index_values.files_with(clerk=clerk, text=typed) == []

    def test_while_typing_the_last_number_may_go_on(self) -> None:
        file, clerk = self.building_file(), ClerkFactory()
        grant(clerk, file)

        assert index_values.files_with(clerk=clerk, text="Hauptstraße 5", typing=True) == [file]

    def test_a_hidden_file_is_found_by_none_of_its_values(self, client_of) -> None:
        file, clerk = self.building_file(title="Streitsache"), ClerkFactory()
        field = IndexField.objects.get(name="Lage")

        assert index_values.files_with(clerk=clerk, text="12/3") == []
        assert index_values.ids_with(clerk=clerk, text="12/3") == []
        assert index_values.suggest(clerk=clerk, field=field, text="Hauptstr") == []
        assert suggesting.suggest(clerk=clerk, text="12/3") == []
        assert file.title not in client_of(clerk).get("/akten/?q=12/3").content.decode()

    def test_the_file_list_finds_by_value(self, client_of) -> None:
        file, clerk = self.building_file(title="Streitsache"), ClerkFactory()
        grant(clerk, file)

        assert "Streitsache" in client_of(clerk).get("/akten/?q=Flurst%C3%BCck+12/3").content.decode()

    def test_a_number_is_found_in_another_spelling(self) -> None:
        file, clerk = RecordFileFactory(), ClerkFactory()
        fill(file, define(file.unit, "Summe", "number"), "12.345,50")
        fill(file, define(file.unit, "Tag", "date"), "2.3.2026")
        grant(clerk, file)

        assert index_values.files_with(clerk=clerk, text="12345,5") == [file]
        assert index_values.files_with(clerk=clerk, text="2. März 2026") == [file]

    def test_values_are_suggested_while_somebody_types(self) -> None:
        file, clerk = RecordFileFactory(), ClerkFactory()
        field = define(file.unit, "Bauherr")
        fill(file, field, "Müller", "Müllermann", "Schmidt")
        grant(clerk, file)

        assert [v.text for v in index_values.suggest(clerk=clerk, field=field, text="müll")] == ["Müller", "Müllermann"]

    def test_finding_takes_two_queries_whatever_the_number_of_files(self, django_assert_num_queries) -> None:
        from django.db import connections

        from tenants import current

        file, clerk = self.building_file(), ClerkFactory()
        grant(clerk, file.unit)
        for _count in range(5):
            IndexValueFactory(
                file=RecordFileFactory(unit=file.unit), field=IndexField.objects.get(name="Flurstück"), text="Gemarkung X, Flurstück 12/3"
            )
        index_values.files_with(clerk=clerk, text="12/3")

        with django_assert_num_queries(2, connection=connections[current.alias()]):
            assert len(index_values.files_with(clerk=clerk, text="12/3")) == 6


class TestReferences:
    """References of cases and documents lead to their file, former ones too."""

    def test_a_case_or_document_reference_finds_its_file(self) -> None:
        from tests.node.factories import CaseFactory, DocumentFactory

        case = CaseFactory(number=2, file__file_reference="1234-1", case_reference="1234-1.2")
        DocumentFactory(file=case.file, case=case, number=7)
        DocumentFactory(file=case.file, number=3)
        clerk = ClerkFactory()
        grant(clerk, case.file)

        for typed, found in (
            ("1234-1.2", True),
            ("1234-1.2-7", True),
            ("1234-1-3", True),
            ("1234-1.9", False),
            ("1234-1.2-8", False),
            ("1234-1-7", False),
        ):
            assert bool(searching.files_by_reference(clerk=clerk, text=typed)) is found, typed
        assert searching.files_by_reference(clerk=ClerkFactory(), text="1234-1.2") == []

    def test_the_former_reference_of_a_case_is_found_by_the_former_one_of_its_file(self) -> None:
        from records import cases

        file, unit = RecordFileFactory(file_reference="1234-1"), FilePlanUnitFactory()
        cases.create_case(file=file, title="Antrag", by=file.created_by, at=AT)
        grant(file.created_by, unit, "write")

        refiling.refile_file(file=file, unit=unit, reason="falsch", by=file.created_by, at=AT)

        assert searching.files_by_reference(clerk=file.created_by, text="1234-1.1") == [file]


def test_an_index_field_factory_makes_one_of_its_unit() -> None:
    value = IndexValueFactory()

    assert value.field.unit == value.file.unit
    assert IndexFieldFactory(unit=value.file.unit).position == 2
