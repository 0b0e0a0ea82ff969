"""Protection need: three levels, the highest within a file, and nothing classified above VS-NfD."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from records import binder, cases, protection, volumes
from records.models import JournalEntry, JournalValue, RecordFile, Register, Volume
from tests.factories import ClerkFactory
from tests.node.factories import CaseFactory, DocumentFactory, RecordFileFactory, RegisterFactory, grant

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

    def test_what_was_set_meanwhile_is_not_overwritten_and_it_is_said_by_whom(self):
        file = RecordFileFactory()
        protection.set_need(target=file, need="very_high", by=ClerkFactory(display_name="Frau Schnell"), at=AT)

        with pytest.raises(protection.NeedChanged, match=r"Frau Schnell.*02\.03\.2026"):
            protection.set_need(target=file, need="high", by=ClerkFactory(), at=AT, seen="normal")

        assert protection.set_need(target=file, need="very_high", by=ClerkFactory(), at=AT, seen="normal").protection_need == "very_high"
        assert protection.set_need(target=file, need="high", by=ClerkFactory(), at=AT, seen="very_high").protection_need == "high"

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

    def test_registers_cases_and_volumes_show_the_highest_within(self, queries):
        file = RecordFileFactory()
        register, case = RegisterFactory(file=file), CaseFactory(file=file)
        volume = Volume.objects.create(file=file, number=1, opened_on=AT.date())
        for need in ("high", "normal"):
            DocumentFactory(file=file, register=register, case=case, volume=volume, protection_need=need)
        DocumentFactory(file=file, register=register, case=case, volume=volume, protection_need="very_high", cancelled_at=AT)
        empty = RegisterFactory(file=file)

        with queries() as seen:
            held = binder.counted(Register.objects.filter(file=file).order_by("position"))
            needs = [(one.document_count, one.highest_need) for one in held]
            needs += [(one.document_count, one.highest_need) for one in cases.cases_of(file)]
            needs += [(one.document_count, one.highest_need) for one in volumes.described(Volume.objects.filter(file=file))]

        assert needs == [(2, "high"), (0, "normal"), (2, "high"), (2, "high")]
        assert cases.all_cases(file=file)[0].highest_need == "high"
        assert empty in held
        assert len(seen) == 3

    @pytest.mark.parametrize(
        ("need", "own", "said"),
        [
            ("normal", "high", ""),
            ("high", "high", "Schutzbedarf: Hoch"),
            ("high", "very_high", "Schutzbedarf: Hoch"),
            ("very_high", "high", "Schutzbedarf: Sehr hoch (die Akte selbst: Hoch)"),
        ],
    )
    def test_what_is_stricter_than_its_file_is_said_in_words(self, need, own, said):
        assert protection.words_for(need, file=RecordFileFactory(protection_need=own)) == said

    def test_is_said_on_the_screens_of_register_case_and_volume(self, client_of):
        file = RecordFileFactory()
        case, volume = CaseFactory(file=file), Volume.objects.create(file=file, number=1, opened_on=AT.date())
        DocumentFactory(file=file, register=RegisterFactory(file=file), case=case, volume=volume, protection_need="high")
        clerk = ClerkFactory()
        grant(clerk, file, "read")
        pages = {"": 1, "aufbau/": 2, "angaben/": 1, f"angaben/vorgaenge/{case.public_id}/": 1}

        for below, times in pages.items():
            page = client_of(clerk).get(f"/akten/{file.public_id}/{below}").content.decode()
            assert page.count("Schutzbedarf: Hoch (die Akte selbst: Normal)") == times, below

    def test_takes_one_query_for_a_list(self, queries):
        for _ in range(3):
            DocumentFactory(protection_need="high")

        with queries() as seen:
            assert [file.highest_need for file in RecordFile.objects.with_highest_need()] == ["high"] * 3

        assert len(seen) == 1
