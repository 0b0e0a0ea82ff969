"""Moving documents: places, ranks, rights of files, journal and index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from records import binder, cases, completeness, filing, moving
from records.intake import RANK_STEP
from records.models import Document, IndexChange, JournalEntry, Reminder
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import CaseFactory, DocumentFactory, RecordFileFactory, RegisterFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def stapled(order: str) -> None:
    MunicipalSettings.objects.update_or_create(pk=1, defaults={"stapling_order": order})


def order_of(register) -> list[str]:
    """Titles from the top."""
    return [d.title for d in binder.documents_of(file=register.file) if d.register_id == register.pk]


def filled(*titles: str, step: int = RANK_STEP):
    """A register with documents, filed in this order."""
    register = RegisterFactory()
    for place, title in enumerate(titles, start=1):
        DocumentFactory(file=register.file, register=register, rank=place * step, title=title)
    return register


def move(document, register, position=None, file=None):
    target = file or (register.file if register else document.file)
    return moving.move_document(document=document, file=target, register=register, position=position, by=ClerkFactory(), at=AT)


def titled(title: str) -> Document:
    return Document.objects.get(title=title)


class TestPlaces:
    @pytest.mark.parametrize(
        ("position", "newest", "oldest"),
        [
            (1, ["x", "c", "b", "a"], ["x", "a", "b", "c"]),
            (2, ["c", "x", "b", "a"], ["a", "x", "b", "c"]),
            (4, ["c", "b", "a", "x"], ["a", "b", "c", "x"]),
            (99, ["c", "b", "a", "x"], ["a", "b", "c", "x"]),
            (None, ["x", "c", "b", "a"], ["x", "a", "b", "c"]),
        ],
    )
    def test_a_position_counts_from_the_top_whatever_the_stapling_order(self, position, newest, oldest) -> None:
        for order, expected in (("newest_on_top", newest), ("oldest_on_top", oldest)):
            stapled(order)
            register = filled("a", "b", "c")

            move(DocumentFactory(file=register.file, title="x"), register, position)

            assert order_of(register) == expected

    def test_within_a_register_the_document_itself_does_not_count(self) -> None:
        stapled("oldest_on_top")
        register = filled("a", "b", "c", "d")

        move(titled("a"), register, 3)

        assert order_of(register) == ["b", "c", "a", "d"]

    def test_a_register_without_room_is_numbered_afresh(self) -> None:
        stapled("newest_on_top")
        register = filled("a", "b", "c", step=1)

        move(titled("a"), register, 2)

        assert order_of(register) == ["c", "a", "b"]

    def test_many_moves_to_one_place_never_run_out_of_room(self) -> None:
        stapled("oldest_on_top")
        register = filled("a", "z")
        for number in range(40):
            move(DocumentFactory(file=register.file, title=f"{number:02}"), register, 2)

        assert order_of(register) == ["a", *(f"{number:02}" for number in range(39, -1, -1)), "z"]

    def test_cancelled_documents_keep_their_ranks_and_count_for_nothing(self) -> None:
        stapled("oldest_on_top")
        register = filled("a", "b", "c", step=1)
        Document.objects.filter(title="b").update(cancelled_at=AT)

        move(DocumentFactory(file=register.file, title="x"), register, 2)

        assert order_of(register) == ["a", "x", "c"]

    def test_the_position_of_a_row_is_where_the_binder_shows_it(self) -> None:
        for order in ("newest_on_top", "oldest_on_top"):
            stapled(order)
            register = filled("a", "b", "c")
            DocumentFactory(file=register.file)

            DocumentFactory(file=register.file, register=register, cancelled_at=AT)

            rows = Document.objects.filter(file=register.file)

            shown = {d.pk: d.position for d in binder.documents_of(file=register.file)}
            assert moving.places_of(rows) == shown

    def test_directly_into_the_file(self) -> None:
        register = filled("a")

        moved = move(titled("a"), None, file=register.file)

        assert moved.register is None


class TestActs:
    def test_tells_journal_and_index(self) -> None:
        register = filled("a")
        document = DocumentFactory(file=register.file)
        IndexChange.objects.all().delete()

        moved = move(document, register, 1)

        entry = JournalEntry.objects.get(act="move")
        assert entry.object_id == document.public_id
        assert {v.field: v.new for v in entry.values.all()} == {"position": "1", "register": register.name}
        assert [(c.kind, c.document_id) for c in IndexChange.objects.all()] == [("content", document.pk)]
        assert moved.revision == document.revision + 1

    def test_between_files_both_are_told(self) -> None:
        document, register = DocumentFactory(), filled()
        register = register or RegisterFactory()

        move(document, register)

        entries = JournalEntry.objects.filter(act="move")
        assert {entry.file_id for entry in entries} == {document.file.public_id, register.file.public_id}

    def test_into_another_scope_the_source_is_hidden_until_the_index_has_followed(self) -> None:
        document, register = DocumentFactory(), RegisterFactory()
        grant(ClerkFactory(), register.file, "manage")
        source = document.file
        IndexChange.objects.all().delete()

        move(document, register)

        assert {(c.kind, c.file_id) for c in IndexChange.objects.all()} == {("scope", source.pk), ("content", register.file.pk)}

    @pytest.mark.parametrize("which", ["source", "target"])
    def test_refuses_closed_files(self, which) -> None:
        document, target = DocumentFactory(), RecordFileFactory()
        filing.close_file(file=document.file if which == "source" else target, by=ClerkFactory(), at=AT)

        with pytest.raises(moving.CannotMove):
            move(document, None, file=target)

    def test_refuses_cancelled_documents_and_foreign_registers(self) -> None:
        with pytest.raises(moving.CannotMove):
            move(DocumentFactory(cancelled_at=AT), None)
        with pytest.raises(moving.CannotMove):
            move(DocumentFactory(), RegisterFactory(), file=RecordFileFactory())
        assert not JournalEntry.objects.exists()

    def test_refuses_a_document_that_somebody_else_has_moved_meanwhile(self) -> None:
        document = DocumentFactory()
        elsewhere, seen = RecordFileFactory(), Document.objects.get(pk=document.pk)
        move(document, None, file=elsewhere)

        with pytest.raises(moving.CannotMove):
            move(seen, None, file=RecordFileFactory())


class TestHeld:
    """What somebody has checked out is changed by that person alone."""

    def held_document(self, **more):
        return DocumentFactory(checked_out_by=ClerkFactory(display_name="Erika Beispiel"), checked_out_at=AT, **more)

    def test_is_moved_by_nobody_else(self) -> None:
        document = self.held_document()

        for file in (document.file, RecordFileFactory()):
            with pytest.raises(moving.CannotMove, match="Erika Beispiel"):
                move(document, None, position=1, file=file)

        assert Document.objects.get(pk=document.pk).file == document.file

    def test_is_moved_by_whoever_has_it(self) -> None:
        document, target = self.held_document(), RecordFileFactory()

        moving.move_document(document=document, file=target, register=None, position=None, by=document.checked_out_by, at=AT)

        assert Document.objects.get(pk=document.pk).file == target

    def test_does_not_go_along_with_what_it_is_attached_to(self) -> None:
        document = DocumentFactory()
        self.held_document(file=document.file, parent=document)

        with pytest.raises(moving.CannotMove, match="Erika Beispiel"):
            move(document, None, file=RecordFileFactory())

    def test_is_put_into_a_case_by_nobody_else(self) -> None:
        document = self.held_document()
        case = CaseFactory(file=document.file)

        with pytest.raises(cases.CannotKeepCase, match="Erika Beispiel"):
            cases.put_into_case(document=document, case=case, by=ClerkFactory(), at=AT)

        assert cases.put_into_case(document=document, case=case, by=document.checked_out_by, at=AT).case == case

    def test_is_mended_by_nobody_else(self) -> None:
        document = self.held_document(version__state="failed")

        with pytest.raises(completeness.CannotMend, match="Erika Beispiel"):
            completeness.except_text(document=document, reason="Plan ohne Schrift", by=ClerkFactory(), at=AT)
        with pytest.raises(completeness.CannotMend, match="Erika Beispiel"):
            completeness.file_directly(document=document, by=ClerkFactory(), at=AT)


class TestReminders:
    """Where a document lies is where it is reminded of: the title that it gets there is nobody's who only knows the file that it left."""

    def test_go_with_the_document_into_another_file_also_those_ticked_off(self) -> None:
        document, target = DocumentFactory(), RecordFileFactory()
        attachment = DocumentFactory(file=document.file, parent=document)
        clerk = ClerkFactory()
        grant(clerk, document.file.unit, "read")
        reminders = [remind(document, clerk), remind(attachment, clerk), remind(document, clerk, done=True)]
        of_the_file = remind(None, clerk, file=document.file)

        move(document, None, file=target)

        assert {Reminder.objects.get(pk=one.pk).file for one in reminders} == {target}
        assert {Reminder.objects.get(pk=one.pk).revision for one in reminders} == {2}
        assert list(Reminder.objects.visible_to(clerk)) == [of_the_file]

    def test_stay_where_they_are_when_the_document_stays_in_its_file(self) -> None:
        register = RegisterFactory()
        document, clerk = DocumentFactory(file=register.file), ClerkFactory()
        reminder = remind(document, clerk)

        move(document, register)

        reminder.refresh_from_db()
        assert (reminder.file, reminder.revision) == (register.file, 1)


def remind(document, clerk, file=None, done=False) -> Reminder:
    about = {"file": file or document.file, "document": document, "done_at": AT if done else None, "done_by": clerk if done else None}
    return Reminder.objects.create(due_on=AT.date(), person=clerk, created_at=AT, created_by=clerk, **about)
