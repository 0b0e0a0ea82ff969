"""The journal: a chain that shows every change, and outlives erased values."""

from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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

    def test_finds_a_deleted_value(self):
        a_few_acts()
        value = JournalValue.objects.get(field="title", new="Neuer Titel")
        tamper("DELETE FROM records_journalvalue WHERE id = %s", value.pk)

        [found] = journal.verify()

        assert found.sequence == value.entry_id
        assert "title" in found.reason

    def test_asks_for_missing_values_once_however_many_entries_there_are(self, queries):
        counts = []
        for _time in range(2):
            a_few_acts()
            with queries() as made:
                list(journal.verify())
            counts.append(len(made))

        assert counts[0] == counts[1]


class TestErasedValues:
    def test_are_missed_again_where_nothing_says_that_they_were_erased(self):
        file = a_few_acts()
        entries = JournalEntry.objects.filter(object_id=file.public_id)
        journal.enter(act="erase", object=ClerkFactory(), by=None, at=AT)  # of something else
        journal.erase_values(object_ids=[file.public_id])

        assert {found.sequence for found in journal.verify()} == {entry.sequence for entry in entries if entry.digests}

    def test_what_is_said_afterwards_must_be_there(self):
        file = a_few_acts()
        journal.erase_values(object_ids=[file.public_id])
        journal.enter(act="erase", object=file, by=None, at=AT, changes={"asked_by": (None, "Erika")})
        tamper("DELETE FROM records_journalvalue WHERE new = 'Erika'")

        assert ["asked_by" in found.reason for found in journal.verify()] == [True]

    def test_leave_the_chain_valid(self):
        file = a_few_acts()

        journal.erase_values(object_ids=[file.public_id])
        journal.enter(act="erase", object=file, by=None, at=AT)

        assert not JournalValue.objects.filter(new__contains="Titel").exists()
        assert list(journal.verify()) == []


class TestActor:
    def test_is_a_person_with_name_and_id_or_the_system(self):
        clerk, unit = ClerkFactory(display_name="Erika Beispiel"), FilePlanUnitFactory()

        by_person = journal.enter(act="edit", object=unit, by=clerk, at=AT)
        by_system = journal.enter(act="edit", object=unit, by=None, at=AT)

        assert (by_person.actor, by_person.actor_kind, by_person.actor_id) == ("Erika Beispiel", "person", clerk.public_id)
        assert (by_system.actor_kind, by_system.actor_id) == ("system", None)
        assert by_system.actor != ""


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


class TestExported:
    def test_can_be_checked_from_outside_with_nothing_but_the_rows(self):
        """The program is the one of foundation/chain.py."""
        a_few_acts()
        rows = [json.loads(json.dumps(row)) for row in journal.exported()]

        fields = ["sequence", "at", "act", "actor", "actor_kind", "object_kind", "object_id", "file_id", "digests", "previous"]
        sequence, previous = 0, "0" * 64
        for row in rows:
            said = {field: row[field] for field in fields} | {field: row[field] for field in ("actor_id", "on_behalf_of") if row.get(field)}
            canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            assert (row["sequence"], row["previous"]) == (sequence + 1, previous)
            assert row["hash"] == hashlib.sha256(canonical.encode()).hexdigest()
            sequence, previous = row["sequence"], row["hash"]
        assert sequence == JournalEntry.objects.count() > 0
        assert any(row["actor_id"] for row in rows)


class Undo(Exception):
    """The next example begins with an empty journal."""


class TestChainUnderRandomActs:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        acts=st.lists(st.sampled_from(["edit", "close", "reopen", "create", "cancel"]), min_size=1, max_size=12),
        victim=st.integers(0, 10**6),
    )
    def test_holds_whatever_is_done_and_names_the_row_that_is_touched(self, acts, victim):
        with contextlib.suppress(Undo), current.atomic():
            file, clerk = a_few_acts(), ClerkFactory()
            for number, name in enumerate(acts):
                with contextlib.suppress(filing.CannotFile, filing.CannotClose, filing.CannotReopen, filing.CannotCancel):
                    if name == "create":
                        file = filing.create_file(unit=file.unit, title=f"Akte {number}", by=file.created_by, at=AT)
                    elif name == "edit":
                        filing.edit_file(file=file, changes={"title": f"Titel {number}"}, by=clerk, at=AT)
                    elif name == "close":
                        filing.close_file(file=file, by=clerk, at=AT)
                    else:
                        act = filing.reopen_file if name == "reopen" else filing.cancel_file
                        act(file=file, reason="Grund", by=clerk, at=AT)
            assert list(journal.verify()) == []

            sequences = list(JournalEntry.objects.order_by("sequence").values_list("sequence", flat=True))
            touched = sequences[victim % len(sequences)]
            tamper("UPDATE records_journalentry SET act = 'anders' WHERE sequence = %s", touched)

            assert [found.sequence for found in journal.verify()] == [touched]
            raise Undo
