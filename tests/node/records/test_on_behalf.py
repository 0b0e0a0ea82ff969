"""What a substitute does is journaled with both names, by itself, and the chain stands for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from records import filing, granting, intake, journal, moving, refiling
from records.models import JournalEntry
from records.models.access import scopes_of
from tenants import current, stores
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, RecordFileFactory, RegisterFactory, grant, standing_in_for
from tests.node.records.test_journal import tamper

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def absent():
    return ClerkFactory(display_name="Erika Abel")


@pytest.fixture
def deputy(absent):
    deputy = ClerkFactory(display_name="Max Vertretung")
    standing_in_for(absent, deputy)
    return deputy


@pytest.fixture
def unit(absent):
    unit = FilePlanUnitFactory()
    grant(absent, unit, "manage")
    return unit


def named(act: str) -> tuple[str, str]:
    entry = JournalEntry.objects.filter(act=act).latest("sequence")
    return entry.actor, entry.on_behalf_of


BOTH = ("Max Vertretung", "Erika Abel")


class TestSubstituteActs:
    def test_on_a_file_are_journaled_with_both_names(self, deputy, unit):
        file = filing.create_file(unit=unit, title="Baum", by=deputy, at=AT)
        assert named("create") == BOTH

        filing.edit_file(file=file, changes={"title": "Bäume"}, by=deputy, at=AT)
        filing.close_file(file=file, by=deputy, at=AT)

        assert named("edit") == BOTH
        assert named("close") == BOTH
        assert list(journal.verify()) == []

    def test_on_its_documents_too(self, deputy, unit):
        file = RecordFileFactory(unit=unit)
        kept = stores.of_municipality().put(b"Sehr geehrte Damen und Herren")
        document = intake.take_in(arrival=intake.Arrival(kept, "brief.txt"), file=file, register=None, title="Brief", by=deputy, at=AT)
        moving.move_document(document=document, file=file, register=RegisterFactory(file=file), position=1, by=deputy, at=AT)

        assert named("take_in") == BOTH
        assert named("move") == BOTH

    def test_on_a_unit_too(self, deputy, unit):
        granting.grant(target=unit, to=ClerkFactory(), right="read_records", by=deputy, at=AT)

        assert named("grant") == BOTH

    def test_name_her_alone_where_her_own_rights_suffice(self, deputy, unit):
        grant(deputy, unit, "manage")

        filing.create_file(unit=unit, title="Baum", by=deputy, at=AT)

        assert named("create") == ("Max Vertretung", "")

    def test_name_both_when_the_act_itself_moved_the_file_out_of_the_unit(self, deputy, unit):
        own = FilePlanUnitFactory()
        grant(deputy, own, "write")
        file = filing.create_file(unit=unit, title="Baum", by=deputy, at=AT)

        refiling.refile_file(file=file, unit=own, reason="Irrtum", by=deputy, at=AT)
        assert named("refile") == BOTH

        filing.edit_file(file=file, changes={"title": "Bäume"}, by=deputy, at=AT)
        assert named("edit") == ("Max Vertretung", "")

    def test_name_both_when_a_file_got_rights_of_its_own_in_the_same_request(self, deputy, unit):
        file = RecordFileFactory(unit=unit)

        with current.memory():
            granting.grant(target=file, to=ClerkFactory(), right="read_records", by=deputy, at=AT)

        assert named("grant") == BOTH

    def test_of_people_who_substitute_nobody_name_them_alone(self, absent, unit):
        filing.create_file(unit=unit, title="Baum", by=absent, at=AT)

        assert named("create") == ("Erika Abel", "")


class TestChain:
    @pytest.mark.parametrize("forged", ["", "Jemand anders"])
    def test_finds_a_changed_name_of_whom_she_acted_for(self, deputy, unit, forged):
        filing.create_file(unit=unit, title="Baum", by=deputy, at=AT)
        row = JournalEntry.objects.get()

        tamper("UPDATE records_journalentry SET on_behalf_of = %s WHERE sequence = %s", forged, row.sequence)

        assert [found.sequence for found in journal.verify()] == [row.sequence]

    def test_finds_a_name_put_where_there_was_none(self, absent, unit):
        filing.create_file(unit=unit, title="Baum", by=absent, at=AT)
        row = JournalEntry.objects.get()

        tamper("UPDATE records_journalentry SET on_behalf_of = 'Jemand anders' WHERE sequence = %s", row.sequence)

        assert [found.sequence for found in journal.verify()] == [row.sequence]


class TestCost:
    def test_of_naming_a_substitute_is_none_for_people_who_substitute_nobody(self, absent, unit, queries):
        """Against the same act of the system, which is nobody's substitute."""
        document = DocumentFactory(file=RecordFileFactory(unit=unit))
        taken = []
        for actor in (None, absent):
            with current.memory():
                if actor:
                    scopes_of(actor)  # as every door does before it lets somebody act
                with queries() as seen:
                    journal.enter(act="move", object=document, by=actor, at=AT, file_id=document.file.public_id)
                taken.append(len(seen))

        assert taken[0] == taken[1]
