"""The completeness check before closing (domain §4), in clerks' words."""

from __future__ import annotations

from datetime import date

import pytest

from records import completeness, filing, granting, moving
from records.models import Case, Document, JournalEntry, MissingSheet, Reminder
from tests.node.factories import DocumentFactory, RecordFileFactory, RegisterFactory

from .lives import AT, new_file, told, writer


def open_file(*registers: str):
    file = RecordFileFactory()
    granting.grant(target=file.unit, to=file.created_by, right="write_records", by=None, at=AT)
    for name in registers:
        RegisterFactory(file=file, name=name)
    return file


def kinds(file, clerk=None) -> dict[str, bool]:
    return {line.kind: line.blocks for line in completeness.check(file=file, clerk=clerk or file.created_by).lines}


def dated(file, **fields) -> Document:
    return DocumentFactory(file=file, received_on=date(2026, 1, 5), **fields)


class TestCheck:
    def test_a_file_without_anything_open_is_complete(self) -> None:
        file = open_file("Antrag")
        dated(file, register=file.registers.get())

        assert completeness.check(file=file, clerk=file.created_by).lines == []

    def test_a_checked_out_document_stands_in_the_way(self) -> None:
        file = open_file()
        dated(file, checked_out_by=file.created_by, checked_out_at=AT)

        assert kinds(file) == {"checked_out": True}

    def test_an_open_reminder_stands_in_the_way(self) -> None:
        file = open_file()
        Reminder.objects.create(file=file, due_on=date(2026, 5, 1), person=file.created_by, created_at=AT, created_by=file.created_by)

        assert kinds(file) == {"reminders": True}

    def test_lent_paper_open_cases_and_open_subfiles_are_hints(self) -> None:
        file = open_file()
        MissingSheet.objects.create(file=file, what="Plan", borrower="Amt 66", since=AT.date(), created_at=AT, created_by=file.created_by)
        Case.objects.create(file=file, number=1, case_reference="x.1", title="Vorgang", created_at=AT, created_by=file.created_by)
        RecordFileFactory(unit=file.unit, parent=file)

        assert kinds(file) == {"missing_sheets": False, "cases": False, "subfiles": False}

    def test_a_subfile_that_the_clerk_may_not_know_of_is_not_spoken_of(self) -> None:
        file = open_file()
        RecordFileFactory(parent=file, title="Geheim")

        assert kinds(file) == {}

    @pytest.mark.parametrize("state", ["received", "reading"])
    def test_a_document_that_is_being_read_stands_in_the_way(self, state) -> None:
        file = open_file()
        dated(file, version__state=state)

        assert kinds(file) == {"unread": True}

    def test_a_document_that_could_not_be_read_for_no_stated_reason_stands_in_the_way(self) -> None:
        file = open_file()
        dated(file, version__state="failed")

        assert kinds(file) == {"no_text": True}

    def test_documents_that_could_not_be_read_for_a_known_reason_are_named_with_it_and_block_nothing(self) -> None:
        file = open_file()
        document = dated(file, title="Verschlossen", version__state="failed", version__failure="encrypted")
        dated(file, version__state="failed", version__failure="encrypted", text_exception="Plan ohne Schrift")
        dated(file, version__state="failed", version__failure="encrypted", cancelled_at=AT)

        [line] = completeness.check(file=file, clerk=file.created_by).lines

        assert (line.kind, line.group, line.blocks, line.sentence) == ("failed", "unread", False, "1 Dokument konnte nicht gelesen werden.")
        [item] = line.items
        assert (item.label, item.document) == ("Verschlossen", document)
        assert "Kennwort" in item.why

    def test_a_reasoned_exception_stands_for_a_text(self) -> None:
        file = open_file()
        document = dated(file, version__state="failed")

        completeness.except_text(document=document, reason="Lageplan ohne Schrift", by=file.created_by, at=AT)

        assert kinds(file) == {}
        assert told("except_text")["text_exception"] == ("", "Lageplan ohne Schrift")

    def test_a_document_in_no_register_is_misplaced_unless_it_lies_there_on_purpose(self) -> None:
        file = open_file("Antrag")
        document = dated(file)
        assert kinds(file) == {"misplaced": True}

        completeness.file_directly(document=document, by=file.created_by, at=AT)

        assert kinds(file) == {}
        assert told("file_directly")["directly_in_file"] == ("False", "True")

    def test_nothing_is_misplaced_in_a_file_without_registers(self) -> None:
        file = open_file()
        dated(file)

        assert kinds(file) == {}

    def test_an_attachment_lies_where_its_document_lies(self) -> None:
        file = open_file("Antrag")
        letter = dated(file, register=file.registers.get())
        dated(file, parent=letter)

        assert kinds(file) == {}

    def test_a_document_without_a_date_is_a_hint(self) -> None:
        file = open_file()
        DocumentFactory(file=file)

        assert kinds(file) == {"undated": False}

    def test_cancelled_documents_are_not_asked_for(self) -> None:
        file = open_file("Antrag")
        DocumentFactory(file=file, cancelled_at=AT, version__state="reading")

        assert kinds(file) == {}

    def test_costs_the_same_queries_for_many_documents(self, queries) -> None:
        file, counts = open_file("Antrag"), []
        for _round in range(2):
            for _n in range(4):
                DocumentFactory(file=file, version__state="reading")
                DocumentFactory(file=file, version__state="failed", version__failure="encrypted")
            with queries() as seen:
                completeness.check(file=file, clerk=file.created_by)
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 14


class TestMending:
    def test_a_move_out_of_a_register_is_on_purpose_and_a_move_into_one_takes_that_back(self) -> None:
        file = open_file("Antrag")
        register = file.registers.get()
        document = dated(file, register=register)

        out = moving.move_document(document=document, file=file, register=None, position=None, by=file.created_by, at=AT)
        into = moving.move_document(document=document, file=file, register=register, position=None, by=file.created_by, at=AT)

        assert (out.directly_in_file, into.directly_in_file) == (True, False)

    def test_another_place_among_the_unplaced_says_nothing_of_purpose(self) -> None:
        file = open_file("Antrag")
        document = dated(file)

        moved = moving.move_document(document=document, file=file, register=None, position=1, by=file.created_by, at=AT)

        assert not moved.directly_in_file

    @pytest.mark.parametrize("reason", ["", "  ", "\x00", "x" * 301])
    def test_an_exception_needs_a_reason(self, reason) -> None:
        file = open_file()
        document = dated(file, version__state="failed")

        with pytest.raises(completeness.CannotMend):
            completeness.except_text(document=document, reason=reason, by=file.created_by, at=AT)

    def test_a_document_that_was_read_needs_none(self) -> None:
        file = open_file()

        with pytest.raises(completeness.CannotMend):
            completeness.except_text(document=dated(file), reason="egal", by=file.created_by, at=AT)

    def test_a_closed_file_is_not_mended(self) -> None:
        file = new_file()
        document = dated(file)
        filing.close_file(file=file, by=file.created_by, at=AT)

        with pytest.raises(completeness.CannotMend):
            completeness.file_directly(document=document, by=file.created_by, at=AT)


class TestCloseFile:
    def test_obstacles_block_and_hints_do_not(self) -> None:
        file = open_file("Antrag")
        document = DocumentFactory(file=file)
        with pytest.raises(filing.CannotClose, match="in keinem Register"):
            filing.close_file(file=file, by=file.created_by, at=AT)

        completeness.file_directly(document=document, by=file.created_by, at=AT)

        assert filing.close_file(file=file, by=file.created_by, at=AT).status == "closed"

    def test_notes_the_reason_of_a_failed_reading_as_the_exception(self) -> None:
        file = open_file()
        document = dated(file, version__state="failed", version__failure="encrypted")

        filing.close_file(file=file, by=file.created_by, at=AT)

        document.refresh_from_db()
        assert "Kennwort" in document.text_exception
        assert [e.act for e in JournalEntry.objects.filter(file_id=file.public_id).order_by("sequence")] == ["except_text", "close"]

    def test_refuses_whoever_may_not_see_nothing_new(self) -> None:
        """Somebody else's closing is told the same obstacles: the check asks for the file, not for the person."""
        file = open_file("Antrag")
        DocumentFactory(file=file)

        with pytest.raises(filing.CannotClose):
            filing.close_file(file=file, by=writer(file.unit), at=AT)
