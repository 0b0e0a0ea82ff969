"""The journal: a chain that shows every change, and outlives erased values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connections

from records import filing, granting, journal
from records.models import JournalEntry, JournalValue
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def a_few_acts():
    unit = FilePlanUnitFactory()
    clerk = ClerkFactory()
    granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
    file = filing.create_file(unit=unit, title="Geheimer Titel", by=clerk, at=AT)
    filing.edit_file(file=file, changes={"title": "Neuer Titel"}, by=clerk, at=AT)
    filing.close_file(file=file, by=clerk, at=AT)
    return file


def tamper(statement, *values):
    """As somebody with the database's password would: past the trigger."""
    with connections[current.alias()].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


class TestVerify:
    def test_an_honest_chain_holds(self):
        a_few_acts()

        assert list(journal.verify()) == []
        assert list(JournalEntry.objects.order_by("sequence").values_list("sequence", flat=True)) == list(
            range(1, JournalEntry.objects.count() + 1)
        )

    def test_finds_a_changed_row(self):
        a_few_acts()
        tamper("UPDATE records_journalentry SET actor = 'Jemand anders' WHERE sequence = 2")

        assert [b.sequence for b in journal.verify()] == [2]

    def test_finds_a_deleted_row(self):
        a_few_acts()
        tamper("DELETE FROM records_journalvalue WHERE entry_id = 2")
        tamper("DELETE FROM records_journalentry WHERE sequence = 2")

        assert [b.sequence for b in journal.verify()] == [3]

    def test_finds_an_inserted_row(self):
        a_few_acts()
        last = JournalEntry.objects.order_by("-sequence").first()
        tamper(
            "INSERT INTO records_journalentry SELECT %s, at, act, actor, actor_kind, object_kind, object_id, file_id, digests, previous_hash, 'f' "
            "FROM records_journalentry WHERE sequence = %s",
            last.sequence + 1,
            last.sequence,
        )

        assert last.sequence + 1 in [b.sequence for b in journal.verify()]

    def test_finds_a_changed_value(self):
        a_few_acts()
        JournalValue.objects.filter(field="title", new="Neuer Titel").update(new="Gefälscht")

        assert any("title" in b.reason for b in journal.verify())


class TestErasedValues:
    def test_leave_the_chain_valid(self):
        file = a_few_acts()

        journal.erase_values(object_ids=[file.public_id])

        assert not JournalValue.objects.filter(new__contains="Titel").exists()
        assert list(journal.verify()) == []


class TestTheTable:
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE records_journalentry SET actor = 'x'", "DELETE FROM records_journalentry", "TRUNCATE records_journalentry CASCADE"],
    )
    def test_refuses_every_change(self, statement):
        a_few_acts()

        with pytest.raises(IntegrityError), current.atomic(), connections[current.alias()].cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")

    def test_the_default_connection_is_none(self):
        with pytest.raises(ImproperlyConfigured):
            connections["default"].cursor()
