"""A file's life: created, edited, closed, reopened, cancelled, re-filed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connections, transaction

from records import file_plan, filing, granting, refiling
from records.models import FormerReference, JournalEntry, RecordFile, Register, RegisterSet, RegisterSetEntry
from records.models.access import LEVEL_READ, LEVEL_WRITE
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory, RecordFileFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def writer_of(unit):
    clerk = ClerkFactory()
    granting.grant(target=unit, to=clerk, right="write_records", by=None, at=AT)
    return clerk


class TestCreateFile:
    def test_gives_references_by_the_template_one_after_the_other(self):
        unit = FilePlanUnitFactory(classification_code="63.12.04")
        clerk = writer_of(unit)

        first = filing.create_file(unit=unit, title="Neubau", by=clerk, at=AT)
        second = filing.create_file(unit=unit, title="Anbau", by=clerk, at=AT)

        assert [first.file_reference, second.file_reference] == ["63.12.04-2026/0001", "63.12.04-2026/0002"]

    def test_numbers_by_the_local_year(self):
        unit = FilePlanUnitFactory(classification_code="10")
        clerk = writer_of(unit)

        file = filing.create_file(unit=unit, title="Silvester", by=clerk, at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))

        assert file.file_reference == "10-2026/0001"

    def test_one_of_two_that_give_the_same_external_reference_at_once_is_refused(self, transactional):
        unit = FilePlanUnitFactory()
        clerk = writer_of(unit)

        def create(number: int) -> str:
            with current.memory():
                try:
                    filing.create_file(unit=unit, title=f"Akte {number}", external_system="FV", external_reference="7", by=clerk, at=AT)
                except filing.ExternalReferenceTaken:
                    return "refused"
                finally:
                    connections[current.alias()].close()
            return "created"

        with ThreadPoolExecutor(4) as pool:
            outcomes = sorted(pool.map(current.inside(current.municipality(), create), range(4)))

        assert outcomes == ["created", "refused", "refused", "refused"]

    def test_a_refused_file_gives_its_number_back(self):
        unit = FilePlanUnitFactory(classification_code="20")
        clerk = writer_of(unit)
        filing.create_file(unit=unit, title="Erste", external_system="FV", external_reference="7", by=clerk, at=AT)
        with pytest.raises(filing.CannotFile, match="7"):
            filing.create_file(unit=unit, title="Zweite", external_system="FV", external_reference="7", by=clerk, at=AT)

        third = filing.create_file(unit=unit, title="Dritte", by=clerk, at=AT)

        assert third.number == 2

    def test_starts_with_the_dividers_inherited_from_the_file_plan(self):
        dividers = RegisterSet.objects.create(name="Bauakte")
        RegisterSetEntry.objects.create(register_set=dividers, position=1, name="Antrag", colour="blue")
        RegisterSetEntry.objects.create(register_set=dividers, position=2, name="Pläne", colour="green")
        top = FilePlanUnitFactory(classification_code="63", register_set=dividers)
        leaf = FilePlanUnitFactory(classification_code="63.1", parent=top)
        clerk = writer_of(top)

        file = filing.create_file(unit=leaf, title="Neubau", by=clerk, at=AT)

        assert list(file.registers.order_by("position").values_list("name", flat=True)) == ["Antrag", "Pläne"]

    def test_copies_the_dividers_of_another_file(self):
        unit = FilePlanUnitFactory()
        clerk = writer_of(unit)
        model = filing.create_file(unit=unit, title="Muster", by=clerk, at=AT)
        Register.objects.create(file=model, position=1, name="Eigenes")

        file = filing.create_file(unit=unit, title="Wie das Muster", like=model, by=clerk, at=AT)

        assert [r.name for r in file.registers.all()] == ["Eigenes"]

    def test_refuses_a_unit_that_is_divided_further(self):
        top = FilePlanUnitFactory(classification_code="63")
        FilePlanUnitFactory(classification_code="63.1", parent=top)
        clerk = writer_of(top)

        with pytest.raises(filing.CannotFile):
            filing.create_file(unit=top, title="Falsch", by=clerk, at=AT)

    def test_the_database_itself_refuses_a_unit_that_is_divided_further(self):
        top = FilePlanUnitFactory(classification_code="63")
        FilePlanUnitFactory(classification_code="63.1", parent=top)

        with pytest.raises(IntegrityError), current.atomic():
            RecordFileFactory(unit=top)

    def test_refuses_whoever_may_only_read(self):
        unit = FilePlanUnitFactory()
        clerk = ClerkFactory()
        granting.grant(target=unit, to=clerk, right="read_records", by=None, at=AT)

        with pytest.raises(filing.CannotFile):
            filing.create_file(unit=unit, title="Nicht erlaubt", by=clerk, at=AT)

    @pytest.mark.parametrize("title", ["", "   ", "\x00", "x" * 501])
    def test_refuses_a_title_that_is_none(self, title):
        unit = FilePlanUnitFactory()
        clerk = writer_of(unit)

        with pytest.raises(filing.CannotFile):
            filing.create_file(unit=unit, title=title, by=clerk, at=AT)


class TestEditFile:
    def test_refuses_a_stale_etag_and_changes_nothing(self):
        unit = FilePlanUnitFactory()
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Alt", by=clerk, at=AT)
        stale = file.etag
        filing.edit_file(file=file, changes={"title": "Neu"}, by=clerk, at=AT)

        with pytest.raises(filing.Stale):
            filing.edit_file(file=file, changes={"title": "Noch neuer"}, etag=stale, by=clerk, at=AT)

        assert RecordFile.objects.get(pk=file.pk).title == "Neu"

    def test_journals_old_and_new_value(self):
        unit = FilePlanUnitFactory()
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Alt", by=clerk, at=AT)

        filing.edit_file(file=file, changes={"title": "Neu"}, by=clerk, at=AT)

        entry = JournalEntry.objects.get(act="edit")
        assert [(v.field, v.old, v.new) for v in entry.values.all()] == [("title", "Alt", "Neu")]


class TestCloseFile:
    def test_starts_retention_in_the_local_year(self):
        unit = FilePlanUnitFactory(retention_years=10)
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Alt", by=clerk, at=AT)

        file = filing.close_file(file=file, by=clerk, at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))

        assert file.retain_until == date(2036, 12, 31)  # already 2026 in Berlin

    def test_closed_on_new_years_day_of_2012_with_five_years_is_free_in_2018(self):
        unit = FilePlanUnitFactory(retention_years=5)
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Alt", by=clerk, at=AT)

        file = filing.close_file(file=file, by=clerk, at=datetime(2012, 1, 1, 9, 0, tzinfo=UTC))

        assert file.retain_until == date(2017, 12, 31)

    def test_an_unlimited_file_has_no_end(self):
        unit = FilePlanUnitFactory(retention_unlimited=True)
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Alt", by=clerk, at=AT)

        assert filing.close_file(file=file, by=clerk, at=AT).retain_until is None

    def test_refuses_a_closed_file(self):
        unit = FilePlanUnitFactory(retention_years=5)
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Alt", by=clerk, at=AT)
        filing.close_file(file=file, by=clerk, at=AT)

        with pytest.raises(filing.CannotClose):
            filing.close_file(file=file, by=clerk, at=datetime(2030, 1, 1, tzinfo=UTC))

        assert RecordFile.objects.get(pk=file.pk).retain_until == date(2031, 12, 31)

    def test_closing_again_after_reopening_starts_the_period_anew(self):
        unit = FilePlanUnitFactory(retention_years=5)
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Alt", by=clerk, at=AT)
        filing.close_file(file=file, by=clerk, at=AT)

        reopened = filing.reopen_file(file=file, reason="Nachtrag", by=clerk, at=AT)
        closed = filing.close_file(file=file, by=clerk, at=datetime(2028, 5, 1, tzinfo=UTC))

        assert reopened.retain_until is None
        assert closed.retain_until == date(2033, 12, 31)


class TestCancelFile:
    def test_keeps_the_file_and_its_number(self):
        unit = FilePlanUnitFactory(classification_code="10")
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Irrtum", by=clerk, at=AT)

        filing.cancel_file(file=file, reason="doppelt angelegt", by=clerk, at=AT)

        assert not RecordFile.objects.visible_to(clerk).standing().exists()
        assert filing.create_file(unit=unit, title="Richtig", by=clerk, at=AT).number == 2

    def test_wants_a_reason(self):
        unit = FilePlanUnitFactory()
        clerk = writer_of(unit)
        file = filing.create_file(unit=unit, title="Irrtum", by=clerk, at=AT)

        with pytest.raises(filing.CannotCancel):
            filing.cancel_file(file=file, reason="  ", by=clerk, at=AT)


class TestRefileFile:
    def test_keeps_the_old_reference_for_ever(self):
        old, new = FilePlanUnitFactory(classification_code="10"), FilePlanUnitFactory(classification_code="20")
        clerk = writer_of(old)
        granting.grant(target=new, to=clerk, right="write_records", by=None, at=AT)
        file = filing.create_file(unit=old, title="Wandert", by=clerk, at=AT)

        moved = refiling.refile_file(file=file, unit=new, reason="Zuständigkeit", by=clerk, at=AT)
        back = refiling.refile_file(file=file, unit=old, reason="doch nicht", by=clerk, at=AT)

        assert (moved.file_reference, back.file_reference) == ("20-2026/0001", "10-2026/0002")
        assert set(FormerReference.objects.values_list("file_reference", flat=True)) == {"10-2026/0001", "20-2026/0001"}

    def test_the_scope_follows_the_unit(self):
        old, new = FilePlanUnitFactory(classification_code="10"), FilePlanUnitFactory(classification_code="20")
        clerk, reader = writer_of(old), ClerkFactory()
        granting.grant(target=new, to=clerk, right="write_records", by=None, at=AT)
        granting.grant(target=old, to=reader, right="read_records", by=None, at=AT)
        file = filing.create_file(unit=old, title="Wandert", by=clerk, at=AT)

        refiling.refile_file(file=file, unit=new, reason="Zuständigkeit", by=clerk, at=AT)

        assert RecordFile.objects.visible_to(clerk, LEVEL_WRITE).filter(pk=file.pk).exists()
        assert not RecordFile.objects.visible_to(reader, LEVEL_READ).filter(pk=file.pk).exists()


class TestFilePlan:
    def test_defaults_are_inherited_down(self):
        top = FilePlanUnitFactory(retention_years=10, disposal_action="B")
        middle = FilePlanUnitFactory(parent=top, disposal_action="A")
        leaf = FilePlanUnitFactory(parent=middle)

        defaults = file_plan.defaults_of(unit=leaf)

        assert (defaults.retention_years, defaults.disposal_action) == (10, "A")

    def test_the_database_refuses_a_sixth_level(self):
        unit = None
        for _level in range(5):
            unit = FilePlanUnitFactory(parent=unit)

        with pytest.raises(IntegrityError), transaction.atomic(using=current.alias()):  # noqa: TID251
            FilePlanUnitFactory(parent=unit)

    def test_a_unit_that_holds_files_gets_no_units_below(self):
        unit = FilePlanUnitFactory()
        RecordFileFactory(unit=unit)

        with pytest.raises(file_plan.CannotPlan):
            file_plan.create_unit(classification_code="99.1", title="Darunter", parent=unit, by=None, at=AT)
        with pytest.raises(IntegrityError), current.atomic():
            FilePlanUnitFactory(parent=unit)

    def test_the_other_municipality_has_numbers_of_its_own(self, beispielheim):
        unit = FilePlanUnitFactory(classification_code="10")
        filing.create_file(unit=unit, title="Hier", by=writer_of(unit), at=AT)

        with current.use(beispielheim):
            other = FilePlanUnitFactory(classification_code="10")
            file = filing.create_file(unit=other, title="Dort", by=writer_of(other), at=AT)

        assert file.file_reference == "10-2026/0001"
        assert connections["m_beispielheim"].settings_dict["NAME"] != connections["m_musterstadt"].settings_dict["NAME"]
