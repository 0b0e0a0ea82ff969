"""Protection need: three levels, the highest within a file, and nothing classified above VS-NfD."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from records import protection
from records.models import JournalEntry, JournalValue, RecordFile
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, RecordFileFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def set_need(target, need):
    return protection.set_need(target=target, need=need, by=ClerkFactory(), at=AT)


class TestSetNeed:
    @pytest.mark.parametrize("make", [RecordFileFactory, DocumentFactory])
    def test_of_files_and_documents_is_journaled_with_old_and_new_value(self, make):
        target = make()

        changed = set_need(target, "very_high")

        assert (changed.protection_need, changed.revision) == ("very_high", target.revision + 1)
        value = JournalValue.objects.get()
        assert (value.field, value.old, value.new) == ("protection_need", "normal", "very_high")
        assert value.entry.file_id == (target if isinstance(target, RecordFile) else target.file).public_id

    def test_the_same_again_is_no_act(self):
        set_need(RecordFileFactory(), "normal")

        assert not JournalEntry.objects.exists()

    @pytest.mark.parametrize("status", ["closed", "cancelled"])
    def test_refuses_a_closed_or_cancelled_file(self, status):
        file = RecordFileFactory(status=status, closed_at=AT, cancelled_at=AT)

        for target in (file, DocumentFactory(file=file)):
            with pytest.raises(protection.CannotProtect):
                set_need(target, "high")

    def test_refuses_a_cancelled_document(self):
        with pytest.raises(protection.CannotProtect):
            set_need(DocumentFactory(cancelled_at=AT), "high")

    @pytest.mark.parametrize(
        "marking", ["VS-VERTRAULICH", "vs-vertraulich", "VS – Vertraulich", "GEHEIM", "Geheim", "STRENG GEHEIM", "streng  geheim", "VS-V"]
    )
    def test_matter_classified_above_vs_nfd_is_refused(self, marking):
        file = RecordFileFactory()

        with pytest.raises(protection.Classified):
            set_need(file, marking)

        file.refresh_from_db()
        assert file.protection_need == "normal"

    @pytest.mark.parametrize("marking", ["", "VS-NfD", "höchst", "VERY_HIGH", "Dienstgeheimnis"])
    def test_other_words_are_no_protection_need_but_not_called_classified(self, marking):
        with pytest.raises(protection.CannotProtect) as refusal:
            set_need(RecordFileFactory(), marking)

        assert not isinstance(refusal.value, protection.Classified)

    def test_titles_are_not_guessed_at(self):
        file = RecordFileFactory(title="Geheimer Wald, streng geheim gehalten")

        assert set_need(file, "high").protection_need == "high"


class TestHighestNeed:
    @pytest.mark.parametrize(
        ("own", "within", "shown"),
        [
            ("normal", [], "normal"),
            ("normal", ["normal", "high"], "high"),
            ("high", ["normal"], "high"),
            ("high", ["very_high", "normal"], "very_high"),
            ("very_high", ["high"], "very_high"),
        ],
    )
    def test_a_file_shows_the_highest_within(self, own, within, shown):
        file = RecordFileFactory(protection_need=own)
        for need in within:
            DocumentFactory(file=file, protection_need=need)

        assert RecordFile.objects.with_highest_need().get(pk=file.pk).highest_need == shown

    def test_a_cancelled_document_does_not_count(self):
        file = DocumentFactory(protection_need="very_high", cancelled_at=AT).file

        assert RecordFile.objects.with_highest_need().get(pk=file.pk).highest_need == "normal"

    def test_takes_one_query_for_a_list(self, queries):
        for _ in range(3):
            DocumentFactory(protection_need="high")

        with queries() as seen:
            assert [file.highest_need for file in RecordFile.objects.with_highest_need()] == ["high"] * 3

        assert len(seen) == 1
