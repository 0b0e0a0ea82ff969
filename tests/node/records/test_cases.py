"""Cases inside a file: numbers, states, documents in them; and that a document's number is never given twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from records import cases, facts, filing, intake, moving, numbering, refiling
from records.models import Case, Document, JournalEntry, RecordFile
from tenants import current, stores
from tests.factories import ClerkFactory
from tests.node.factories import CaseFactory, DocumentFactory, FilePlanUnitFactory, RecordFileFactory, RegisterFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def opened(file: RecordFile, title: str = "Bauantrag") -> Case:
    return cases.create_case(file=file, title=title, by=file.created_by, at=AT)


def filed(file: RecordFile, **more: Any) -> Document:
    arrival = intake.Arrival(stores.of_municipality().put(b"Guten Tag"), "brief.txt")
    return intake.take_in(arrival=arrival, file=file, by=file.created_by, at=AT, **more)


def last_changes(act: str) -> dict[str, tuple[str | None, str | None]]:
    entry = JournalEntry.objects.filter(act=act).order_by("-sequence").first()
    return {value.field: (value.old, value.new) for value in entry.values.all()}


class TestCreateCase:
    def test_case_reference_is_file_reference_dot_running_number(self) -> None:
        file = RecordFileFactory(file_reference="1234-1")

        references = [opened(file).case_reference, opened(file).case_reference]

        assert references == ["1234-1.1", "1234-1.2"]
        assert last_changes("create")["case_reference"] == (None, "1234-1.2")

    def test_a_number_is_never_given_again_after_a_cancel(self) -> None:
        file = RecordFileFactory()
        cases.cancel_case(case=opened(file), reason="Irrtum", by=file.created_by, at=AT)

        assert opened(file).number == 2

    @pytest.mark.parametrize("title", ["", "  \x00 ", "x" * 10_000])
    def test_refuses_a_title_that_is_none_or_too_long(self, title) -> None:
        with pytest.raises(facts.CannotKeep) as refusal:
            opened(RecordFileFactory(), title)

        assert refusal.value.field == "title"

    def test_refuses_a_closed_file(self) -> None:
        with pytest.raises(facts.ReadOnly):
            opened(RecordFileFactory(status="closed", closed_at=AT))


class TestStates:
    def test_a_closed_case_takes_nothing_in_until_it_is_reopened_with_a_reason(self, queued) -> None:
        file = RecordFileFactory()
        case = cases.close_case(case=opened(file), by=file.created_by, at=AT)
        with pytest.raises(intake.FileNotOpen):
            filed(file, case=case)
        with pytest.raises(facts.CannotKeep):
            cases.reopen_case(case=case, reason=" ", by=file.created_by, at=AT)

        case = cases.reopen_case(case=case, reason="Nachtrag", by=file.created_by, at=AT)

        assert filed(file, case=case).case == case
        assert last_changes("reopen") == {"status": ("closed", "open"), "reason": (None, "Nachtrag")}

    def test_a_case_with_documents_is_not_cancelled(self) -> None:
        case = CaseFactory()
        DocumentFactory(file=case.file, case=case, number=1)

        with pytest.raises(cases.CannotKeepCase):
            cases.cancel_case(case=case, reason="Irrtum", by=case.created_by, at=AT)

    def test_a_closed_case_keeps_its_documents(self) -> None:
        case = CaseFactory(closed_at=AT)
        document, other = DocumentFactory(file=case.file, case=case, number=1), RecordFileFactory()

        with pytest.raises(cases.CannotKeepCase):
            cases.put_into_case(document=document, case=None, by=case.created_by, at=AT)
        with pytest.raises(moving.CannotMove):
            moving.move_document(document=document, file=other, register=None, position=None, by=case.created_by, at=AT)

    def test_closing_twice_is_refused(self) -> None:
        case = CaseFactory()
        cases.close_case(case=case, by=case.created_by, at=AT)

        with pytest.raises(cases.CannotKeepCase):
            cases.close_case(case=case, by=case.created_by, at=AT)


class TestRestoreCase:
    @pytest.mark.parametrize(("closed_at", "was"), [(None, "open"), (AT, "closed")])
    def test_it_is_what_it_was_with_its_number(self, closed_at, was) -> None:
        case = CaseFactory(closed_at=closed_at)
        number = case.number
        cases.cancel_case(case=case, reason="Irrtum", by=case.created_by, at=AT)

        case = cases.restore_case(case=case, reason="doch keiner", by=case.created_by, at=AT)

        assert (case.cancelled_at, case.closed_at, case.number) == (None, closed_at, number)
        assert last_changes("restore") == {"status": ("cancelled", was), "reason": (None, "doch keiner")}

    def test_needs_no_reason(self) -> None:
        case = CaseFactory(cancelled_at=AT)

        cases.restore_case(case=case, by=case.created_by, at=AT)

        assert last_changes("restore") == {"status": ("cancelled", "open")}

    @pytest.mark.parametrize("state", [{}, {"closed_at": AT}])
    def test_refuses_what_is_not_cancelled(self, state) -> None:
        case = CaseFactory(**state)

        with pytest.raises(cases.CannotKeepCase):
            cases.restore_case(case=case, by=case.created_by, at=AT)
        assert not JournalEntry.objects.filter(act="restore").exists()

    def test_refuses_in_a_closed_file_and_an_endless_reason(self) -> None:
        case = CaseFactory(cancelled_at=AT, file__status="closed", file__closed_at=AT)

        with pytest.raises(facts.ReadOnly):
            cases.restore_case(case=case, by=case.created_by, at=AT)
        with pytest.raises(facts.CannotKeep):
            cases.restore_case(case=case, reason="x" * 1001, by=case.created_by, at=AT)

    def test_takes_documents_in_again(self, queued) -> None:
        case = CaseFactory(cancelled_at=AT)
        with pytest.raises(intake.FileNotOpen):
            filed(case.file, case=case)

        case = cases.restore_case(case=case, by=case.created_by, at=AT)

        assert filed(case.file, case=case).case == case


class TestRenameCase:
    def test_tells_the_old_and_the_new_title(self) -> None:
        case = CaseFactory(title="Alt")

        cases.rename_case(case=case, title="Neu", by=case.created_by, at=AT)

        assert last_changes("edit") == {"title": ("Alt", "Neu")}

    def test_overwrites_nothing_that_somebody_else_wrote_meanwhile(self) -> None:
        case = CaseFactory(title="Alt")
        cases.rename_case(case=case, title="Neu", by=case.created_by, at=AT)

        with pytest.raises(facts.Changed):
            cases.rename_case(case=case, title="Anders", by=case.created_by, at=AT, revision=case.revision)


class TestRefile:
    def test_a_case_keeps_its_number_and_its_reference_follows_the_file(self) -> None:
        file, unit = RecordFileFactory(file_reference="1234-1"), FilePlanUnitFactory()
        case = opened(file)
        grant(file.created_by, unit, "write")

        refiling.refile_file(file=file, unit=unit, reason="falsch abgelegt", by=file.created_by, at=AT)

        case.refresh_from_db()
        file.refresh_from_db()
        assert (case.number, case.case_reference) == (1, f"{file.file_reference}.1")


class TestDocumentReference:
    def test_is_that_of_the_file_hyphen_running_number(self, queued) -> None:
        file = RecordFileFactory(file_reference="1234-1")

        references = [numbering.reference_of(filed(file)) for _time in range(2)]

        assert references == ["1234-1-1", "1234-1-2"]

    def test_in_a_case_it_is_that_of_the_case_with_numbers_of_its_own(self, queued) -> None:
        file = RecordFileFactory(file_reference="1234-1")
        filed(file)

        assert numbering.reference_of(filed(file, case=opened(file))) == "1234-1.1-1"

    def test_put_into_a_case_a_document_is_numbered_anew(self) -> None:
        case = CaseFactory(case_reference="1234-1.1", file__file_reference="1234-1")
        document = DocumentFactory(file=case.file, number=4)

        document = cases.put_into_case(document=document, case=case, by=case.created_by, at=AT)

        assert numbering.reference_of(document) == "1234-1.1-1"
        assert last_changes("put_into_case") == {"case": (None, "1234-1.1"), "document_reference": ("1234-1-4", "1234-1.1-1")}

    def test_within_its_file_a_moved_document_keeps_its_number(self) -> None:
        register = RegisterFactory()
        document = DocumentFactory(file=register.file, number=3)

        moved = moving.move_document(
            document=document, file=register.file, register=register, position=None, by=register.file.created_by, at=AT
        )

        assert moved.number == 3

    def test_of_another_file_a_case_is_refused(self) -> None:
        document, case = DocumentFactory(number=1), CaseFactory()

        with pytest.raises(facts.CannotKeep):
            cases.put_into_case(document=document, case=case, by=case.created_by, at=AT)

    def test_taking_in_asks_the_database_no_oftener_than_before_there_were_numbers(self, queued) -> None:
        file = RecordFileFactory()
        filed(file)

        with connections[current.alias()].execute_wrapper(seen := Statements()):
            filed(file)

        counting = [sql for sql in seen.said if "last_document_number = last_document_number" in sql]
        assert len(counting) == 1
        assert "max(rank)" in counting[0]
        assert not [sql for sql in seen.said if 'MAX("records_document"."rank")' in sql]


class Statements:
    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.said.append(sql)
        return execute(sql, params, many, context)


class TestNumbersAreNeverUsedAgain:
    """Whatever happens to documents, no reference has ever been given to two of them: also not after moving away and back."""

    STEPS = st.lists(
        st.one_of(
            st.tuples(st.just("file"), st.integers(0, 3)),
            st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 3)),
            st.tuples(st.just("cancel"), st.integers(0, 9)),
        ),
        max_size=14,
    )

    @settings(max_examples=25)
    @given(steps=STEPS)
    def test_under_random_acts(self, steps) -> None:
        with current.atomic():
            self.run_through(steps)

    def run_through(self, steps) -> None:
        clerk = ClerkFactory()
        files = [RecordFileFactory(created_by=clerk) for _count in range(2)]
        places: list[tuple[RecordFile, Case | None]] = [(file, case) for file in files for case in (None, opened(file))]
        documents: list[Document] = []
        given_to: dict[tuple[int, int | None, int], int] = {}
        for step in steps:
            if step[0] == "file":
                file, case = places[step[1]]
                number, _rank = numbering.next_numbers(file=file, case=case, register=None)
                documents.append(DocumentFactory(file=file, case=case, number=number, created_by=clerk))
            elif documents and step[0] == "move":
                file, case = places[step[2]]
                old = Document.objects.get(pk=documents[step[1] % len(documents)].pk)
                if old.cancelled_at is None:
                    moving.move_document(document=old, file=file, register=None, position=None, case=case, by=clerk, at=AT)
            elif documents:
                old = Document.objects.get(pk=documents[step[1] % len(documents)].pk)
                if old.cancelled_at is None:
                    filing.cancel_document(document=old, reason="Irrtum", by=clerk, at=AT)
            for row in Document.objects.filter(pk__in=[d.pk for d in documents]):
                holder = given_to.setdefault((row.file_id, row.case_id, row.number), row.pk)
                assert holder == row.pk


class TestMigration:
    def test_documents_without_a_number_get_theirs_in_the_order_of_filing(self) -> None:
        from importlib import import_module

        sql = import_module("records.migrations.0013_document_numbers").NUMBER_ALL
        file = RecordFileFactory(last_document_number=2)
        known = DocumentFactory(file=file, number=2)
        first, second = DocumentFactory(file=file), DocumentFactory(file=file)
        other = DocumentFactory()

        with current.connection().cursor() as cursor:
            cursor.execute(sql)

        numbers = dict(Document.objects.values_list("pk", "number"))
        assert [numbers[d.pk] for d in (known, first, second, other)] == [2, 3, 4, 1]
        assert RecordFile.objects.get(pk=file.pk).last_document_number == 4
        assert RecordFile.objects.get(pk=other.file_id).last_document_number == 1
