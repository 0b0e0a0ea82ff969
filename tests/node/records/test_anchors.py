"""Anchors: the journal's hash of each day in a file outside the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records import anchors, filing, granting, journal
from records.models import JournalEntry
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory
from tests.node.records.test_journal import tamper

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _empty_folder(settings, tmp_path):
    settings.JOURNAL_ANCHORS = tmp_path / "anchors"


def act(at=AT):
    unit, clerk = FilePlanUnitFactory(), ClerkFactory()
    granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=at)
    return filing.create_file(unit=unit, title="Marktfest", by=clerk, at=at)


class TestSetAnchor:
    def test_writes_one_line_a_local_day(self):
        act()

        first = anchors.set_anchor(at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
        again = anchors.set_anchor(at=datetime(2026, 3, 2, 22, 59, tzinfo=UTC))
        next_day = anchors.set_anchor(at=datetime(2026, 3, 2, 23, 1, tzinfo=UTC))  # 3 March in Berlin

        assert (first, again, next_day) == (True, False, True)
        assert len(anchors.path().read_text().splitlines()) == 2

    def test_an_empty_journal_has_nothing_to_anchor(self):
        assert anchors.set_anchor(at=AT) is False


class TestVerify:
    def test_an_honest_journal_fits_its_anchors(self):
        act()
        anchors.set_anchor(at=AT)
        act(AT + A_DAY)
        anchors.set_anchor(at=AT + A_DAY)

        assert list(anchors.verify(at=AT + A_DAY)) == []

    def test_finds_a_chain_that_was_written_anew(self):
        act()
        anchors.set_anchor(at=AT)
        tamper("DELETE FROM records_journalvalue")
        tamper("DELETE FROM records_journalentry")
        act()
        act()

        assert list(journal.verify()) == []  # the chain itself holds: only the anchor knows
        assert [found.sequence for found in anchors.verify(at=AT)] != []

    def test_finds_rows_cut_off_at_the_end(self):
        act()
        anchors.set_anchor(at=AT)
        last = JournalEntry.objects.order_by("-sequence").first()
        tamper("DELETE FROM records_journalvalue WHERE entry_id = %s", last.pk)
        tamper("DELETE FROM records_journalentry WHERE sequence = %s", last.pk)

        assert list(journal.verify()) == []
        assert [found.sequence for found in anchors.verify(at=AT)] == [last.pk]

    def test_finds_a_line_taken_out_of_the_file(self):
        for day in range(3):
            act(AT + day * A_DAY)
            anchors.set_anchor(at=AT + day * A_DAY)
        lines = anchors.path().read_text().splitlines()
        anchors.path().write_text("\n".join([lines[0], lines[2]]) + "\n")

        assert len(list(anchors.verify(at=AT))) == 1

    def test_says_that_the_file_is_missing(self):
        act()

        assert list(anchors.verify(at=AT + A_DAY)) == []  # a new town: the first anchor is still to come
        assert len(list(anchors.verify(at=AT + 3 * A_DAY))) == 1

    def test_a_line_that_is_no_anchor_is_named(self):
        act()
        anchors.set_anchor(at=AT)
        with anchors.path().open("a") as file:
            file.write("Unsinn\n")

        assert len(list(anchors.verify(at=AT))) >= 1
