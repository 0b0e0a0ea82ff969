"""Checking out, checking in, taking back: one person at a time changes a document, and everybody sees who."""

from __future__ import annotations

import pytest

from records import attaching, filing, holding, intake
from records.models import Document, JournalEntry, JournalValue
from tenants import handover, staffing, stores
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import AT, DocumentFactory, RecordFileFactory, grant


def arrival(content: bytes = b"Neue Fassung") -> intake.Arrival:
    return intake.Arrival(stores.of_municipality().put(content), "entwurf.txt")


def held(by=None) -> Document:
    return holding.check_out(document=DocumentFactory(), by=by or ClerkFactory(display_name="Frau Halter"), at=AT)


class TestCheckOut:
    def test_says_who_has_it_since_when(self) -> None:
        document = held()

        assert Document.objects.checked_out().get() == document
        assert JournalEntry.objects.get().act == "check_out"
        assert document.revision == 1

    def test_is_for_one_person_at_a_time(self) -> None:
        with pytest.raises(holding.CannotCheckOut, match=r"Frau Halter .*02\.03\.2026, 09:00"):
            holding.check_out(document=held(), by=ClerkFactory(), at=AT)

    @pytest.mark.parametrize("state", [{"status": "closed", "closed_at": AT}, {"status": "cancelled", "cancelled_at": AT}])
    def test_leaves_closed_and_cancelled_files_alone(self, state) -> None:
        with pytest.raises(holding.CannotCheckOut):
            holding.check_out(document=DocumentFactory(file=RecordFileFactory(**state)), by=ClerkFactory(), at=AT)

    def test_leaves_cancelled_documents_alone(self) -> None:
        with pytest.raises(holding.CannotCheckOut):
            holding.check_out(document=DocumentFactory(cancelled_at=AT), by=ClerkFactory(), at=AT)


class TestWhileCheckedOut:
    def test_only_the_holder_adds_versions(self) -> None:
        holder = ClerkFactory(display_name="Frau Halter")
        document = held(holder)

        with pytest.raises(intake.HeldByAnother, match="Frau Halter"):
            intake.add_version(document=document, arrival=arrival(), by=ClerkFactory(), at=AT)
        assert intake.add_version(document=document, arrival=arrival(), by=holder, at=AT).number == 2

    def test_nobody_else_cancels_it(self) -> None:
        with pytest.raises(filing.CannotCancel, match="Frau Halter"):
            filing.cancel_document(document=held(), reason="Irrtum", by=ClerkFactory(), at=AT)

    def test_nobody_else_attaches_it(self) -> None:
        document = held()

        with pytest.raises(attaching.CannotAttach, match="Frau Halter"):
            attaching.attach(document=document, to=DocumentFactory(file=document.file), by=ClerkFactory(), at=AT)


class TestCheckIn:
    def test_gives_it_back_as_it_was(self) -> None:
        holder = ClerkFactory()
        document = holding.check_in(document=held(holder), by=holder, at=AT)

        assert document.versions.count() == 1
        assert not Document.objects.checked_out().exists()
        assert [entry.act for entry in JournalEntry.objects.order_by("sequence")] == ["check_out", "check_in"]

    def test_brings_a_new_version_along(self) -> None:
        holder = ClerkFactory()
        document = holding.check_in(document=held(holder), arrival=arrival(), comment="überarbeitet", by=holder, at=AT)

        document.refresh_from_db()
        assert (document.current.number, document.current.comment, document.checked_out_by) == (2, "überarbeitet", None)

    def test_stays_checked_out_if_the_new_version_is_refused(self) -> None:
        holder = ClerkFactory()
        document = held(holder)

        with pytest.raises(intake.EmptyFile):
            holding.check_in(document=document, arrival=arrival(b""), by=holder, at=AT)

        assert Document.objects.checked_out().exists()

    def test_is_for_the_holder(self) -> None:
        with pytest.raises(holding.CannotCheckIn, match="Frau Halter"):
            holding.check_in(document=held(), by=ClerkFactory(), at=AT)
        with pytest.raises(holding.CannotCheckIn):
            holding.check_in(document=DocumentFactory(), by=ClerkFactory(), at=AT)


class TestTakeBack:
    def test_needs_a_reason_which_the_journal_keeps(self) -> None:
        document = held()
        with pytest.raises(holding.CannotTakeBack):
            holding.take_back(document=document, reason=" ", by=ClerkFactory(), at=AT)

        holding.take_back(document=document, reason="Frau Halter ist erkrankt", by=ClerkFactory(), at=AT)

        entry = holding.last_take_back(document)
        values = {v.field: (v.old, v.new) for v in JournalValue.objects.filter(entry=entry)}
        assert values == {"checked_out_by": ("Frau Halter", None), "reason": (None, "Frau Halter ist erkrankt")}
        assert not Document.objects.checked_out().exists()

    def test_is_forgotten_when_somebody_checks_it_out_again(self) -> None:
        document = held()
        holding.take_back(document=document, reason="krank", by=ClerkFactory(), at=AT)
        holding.check_out(document=document, by=ClerkFactory(), at=AT)

        assert holding.last_take_back(document) is None

    def test_refuses_what_is_not_checked_out(self) -> None:
        with pytest.raises(holding.CannotTakeBack):
            holding.take_back(document=DocumentFactory(), reason="krank", by=ClerkFactory(), at=AT)

    @pytest.mark.parametrize(
        ("roles", "right", "may"),
        [
            (["clerk"], "write", False),
            (["clerk"], "manage", True),
            (["registry"], "write", True),
            (["registry"], "read", False),
            (["administrator"], "write", False),
        ],
    )
    def test_is_for_the_registry_that_may_write_and_for_who_manages_the_file(self, roles, right, may) -> None:
        person, file = UserFactory(roles=roles), RecordFileFactory()
        grant(person, file.unit, right)

        assert holding.may_take_back(person, file) is may


class TestKeptWhenAPersonLeaves:
    def test_what_she_holds_is_taken_back_and_free_for_all(self) -> None:
        holder, successor, by = ClerkFactory(display_name="Frau Halter"), ClerkFactory(display_name="Herr Folge"), UserFactory()
        documents = [held(holder), held(holder)]
        others = held(ClerkFactory())
        work = handover.OpenWork("Von dieser Person ausgecheckte Dokumente", 2)
        assert handover.open_work_of(person=holder) == [work]

        staffing.deactivate_person(person=holder, successor=successor, by=by, at=AT)

        assert list(Document.objects.checked_out()) == [others]
        for document in documents:
            entry = holding.last_take_back(document)
            values = {v.field: (v.old, v.new) for v in JournalValue.objects.filter(entry=entry)}
            assert values == {"checked_out_by": ("Frau Halter", None), "reason": (None, "Arbeit übergeben an Herr Folge")}
            assert (entry.actor, entry.file_id) == (str(by), document.file.public_id)
            assert holding.check_out(document=document, by=successor, at=AT).checked_out_by == successor

    def test_also_in_a_file_that_is_closed_or_cancelled(self) -> None:
        holder = ClerkFactory()
        for state in ({"status": "closed", "closed_at": AT}, {"status": "cancelled", "cancelled_at": AT}):
            DocumentFactory(file=RecordFileFactory(**state), checked_out_by=holder, checked_out_at=AT)

        handover.hand_over(person=holder, successor=ClerkFactory(), by=None, at=AT)

        assert not Document.objects.checked_out().exists()
        assert JournalEntry.objects.filter(act="take_back").count() == 2

    def test_costs_the_same_queries_for_many(self, queries) -> None:
        counts = []
        for number in (1, 6):
            holder, successor = ClerkFactory(), ClerkFactory()
            for _more in range(number):
                held(holder)
            with queries() as seen:
                holding.CheckedOutDocuments().hand_over(person=holder, successor=successor, by=None, at=AT)
            counts.append(len(seen))

        assert counts[0] == counts[1]
