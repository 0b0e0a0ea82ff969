"""Erasing a misfiled document: two persons, a reason; the content goes, the fact stays."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from records import erasure, filing, granting, intake, journal, linking, participants, reminding, sticking
from records.models import (
    CrossReference,
    Document,
    DocumentVersion,
    ErasureRequest,
    IndexChange,
    JournalEntry,
    JournalValue,
    Page,
    Participant,
)
from records.participants import Particulars
from tenants import current, stores
from tenants.models import RememberedAnswer
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def filed(content=b"Krankmeldung von Frau Muster", title="Krankmeldung"):
    unit, clerk = FilePlanUnitFactory(), ClerkFactory()
    granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
    file = filing.create_file(unit=unit, title="Bauakte", by=clerk, at=AT)
    arrival = intake.Arrival(stores.of_municipality().put(content), "krank.txt")
    document = intake.take_in(arrival=arrival, file=file, title=title, by=clerk, at=AT)
    Page.objects.create(version=document.current, number=1, text=content.decode(), width=595, height=842)
    return document, clerk


class TestApproveErasure:
    def test_removes_content_and_keeps_the_fact(self, committing):
        document, clerk = filed()
        sha256 = document.current.sha256
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)

        with committing():
            erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

        document = Document.objects.get(pk=document.pk)
        assert not stores.of_municipality().has(sha256)
        assert not DocumentVersion.objects.exists()
        assert not Page.objects.exists()
        assert "Krankmeldung" not in document.title
        assert not JournalValue.objects.filter(new__contains="Krankmeldung").exists()
        assert JournalEntry.objects.filter(act="erase", object_id=document.public_id).exists()
        assert IndexChange.objects.filter(document_id=document.pk).order_by("-id").first().kind == "content"
        assert list(journal.verify()) == []

    def test_who_took_part_in_it_and_what_was_noted_beside_it_go_too(self):
        document, clerk = filed()
        once = participants.add_participant(
            file=document.file, particulars=Particulars("Frau Einst", "Zeugin", document=document), by=clerk, at=AT
        )
        participants.remove_participant(participant=once, by=clerk, at=AT)
        for name, place in (("Frau Quittenbaum", document), ("Herr Bleibt", None)):
            particulars = Particulars(name, "Beteiligt", document=place)
            participants.add_participant(file=document.file, particulars=particulars, by=clerk, at=AT)
        elsewhere = filing.create_file(unit=document.file.unit, title="Nachbarakte", by=clerk, at=AT)
        linking.add_cross_reference(file=elsewhere, document=document, remark="Attest Quittenbaum", by=clerk, at=AT)
        reminder = reminding.set_reminder(
            file=document.file, document=document, due_on=AT.date(), to=clerk, note="Frau Quittenbaum anrufen", by=clerk, at=AT
        )
        sticking.stick(document=document, page=1, text="Quittenbaum prüfen", printed=False, by=clerk, at=AT)
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)

        erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

        assert [one.name for one in Participant.objects.all()] == ["Herr Bleibt"]
        assert not CrossReference.objects.exists()
        reminder.refresh_from_db()
        assert (reminder.note, reminder.done_at) == ("", None)
        known = " ".join(f"{value.old} {value.new}" for value in JournalValue.objects.all())
        assert "Bleibt" in known
        assert not [name for name in ("Quittenbaum", "Einst") if name in known]
        assert list(journal.verify()) == []

    def test_keeps_bytes_that_another_document_refers_to(self, committing):
        document, clerk = filed()
        other, _clerk = filed(title="Zweimal abgelegt")
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)

        with committing():
            erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

        assert stores.of_municipality().has(other.current.sha256)

    def test_answers_kept_for_repeated_calls_say_no_more_than_the_id(self):
        document, clerk = filed()
        told = {"id": str(document.public_id), "title": "Krankmeldung", "original_name": "krank.txt"}
        later = {"id": "0000", "title": "Brief", "duplicates": [told, {"id": "1111", "title": "Brief"}]}
        bodies = [told, {"id": "2222", "document": told["id"], "original_name": "krank.txt"}, later, {"id": "3333", "title": "Bescheid"}]
        for key, body in enumerate(bodies):
            RememberedAnswer.objects.create(caller="c", route="/", key=str(key), fingerprint="f", status=201, body=body)
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)

        erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

        assert [answer.body for answer in RememberedAnswer.objects.order_by("key")] == [
            {"id": told["id"]},
            {"document": told["id"]},
            {"id": "0000", "title": "Brief", "duplicates": [{"id": "1111", "title": "Brief"}]},
            {"id": "3333", "title": "Bescheid"},
        ]

    def test_takes_a_second_person(self):
        document, clerk = filed()
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)

        with pytest.raises(erasure.CannotErase):
            erasure.approve_erasure(request=request, by=clerk, at=AT)

        assert Document.objects.get(pk=document.pk).current is not None

    def test_wants_a_reason(self):
        document, clerk = filed()

        with pytest.raises(erasure.CannotErase):
            erasure.ask_for_erasure(document=document, reason=" ", by=clerk, at=AT)

    def test_is_not_done_twice_and_not_after_a_refusal(self):
        document, clerk = filed()
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)
        erasure.refuse_erasure(request=request, reason="Bitte verschieben", by=ClerkFactory(), at=AT)

        with pytest.raises(erasure.CannotErase):
            erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

        assert Document.objects.get(pk=document.pk).current is not None
        again = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)
        erasure.approve_erasure(request=again, by=ClerkFactory(), at=AT)
        with pytest.raises(erasure.CannotErase):
            erasure.approve_erasure(request=again, by=ClerkFactory(), at=AT)


class TestRefuseErasure:
    def test_keeps_the_document_and_tells_why(self):
        document, clerk = filed()
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)

        refused = erasure.refuse_erasure(request=request, reason=" Bitte verschieben ", by=ClerkFactory(), at=AT)

        assert refused.refusal == "Bitte verschieben"
        assert Document.objects.get(pk=document.pk).current is not None
        entry = JournalEntry.objects.get(act="refuse_erasure", object_id=document.public_id)
        assert entry.file_id == document.file.public_id
        assert {(value.field, value.new) for value in entry.values.all()} == {("reason", "Bitte verschieben"), ("asked_by", str(clerk))}

    def test_what_was_refused_can_be_asked_for_anew_but_only_once_at_a_time(self):
        document, clerk = filed()
        for _time in range(2):
            request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)
            with pytest.raises(erasure.CannotErase):
                erasure.ask_for_erasure(document=document, reason="falsche Akte", by=ClerkFactory(), at=AT)
            erasure.refuse_erasure(request=request, reason="Bitte verschieben", by=ClerkFactory(), at=AT)

        assert ErasureRequest.objects.filter(document=document).count() == 2
        assert not ErasureRequest.objects.waiting().exists()

    def test_takes_a_second_person_and_a_reason_and_a_request_that_waits(self):
        document, clerk = filed()
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)

        for by, reason in ((clerk, "Bleibt"), (ClerkFactory(), " \x00")):
            with pytest.raises(erasure.CannotErase):
                erasure.refuse_erasure(request=request, reason=reason, by=by, at=AT)
        erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)
        with pytest.raises(erasure.CannotErase):
            erasure.refuse_erasure(request=request, reason="Bleibt", by=ClerkFactory(), at=AT)

        assert not JournalEntry.objects.filter(act="refuse_erasure").exists()

    def test_the_reasons_of_refusals_go_out_of_the_journal_with_the_document(self):
        document, clerk = filed()
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)
        erasure.refuse_erasure(request=request, reason="Frau Quittenbaum ist einverstanden", by=ClerkFactory(), at=AT)
        request = erasure.ask_for_erasure(document=document, reason="Frau Quittenbaum ist es nicht", by=clerk, at=AT)

        erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

        assert not JournalValue.objects.filter(new__contains="Quittenbaum").exists()
        assert list(journal.verify()) == []

    def test_the_database_knows_both_rules(self):
        document, clerk = filed()
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)
        waiting = ErasureRequest.objects.filter(pk=request.pk)

        for change in ({"refused_by": clerk, "refused_at": AT, "refusal": "x"}, {"refused_by": ClerkFactory(), "refused_at": AT}):
            with pytest.raises(IntegrityError), current.atomic():
                waiting.update(**change)
        with pytest.raises(IntegrityError), current.atomic():
            ErasureRequest.objects.create(document=document, reason="x", asked_by=clerk, asked_at=AT)


class TestApprovedBeforeTheJournalSaidWhatWentToo:
    """Such an erasure is said once, by the migration; nothing that it cannot have taken is excused by it, nor any later one."""

    @pytest.fixture
    def say(self):
        module = import_module("records.migrations.0026_old_erasures_are_said")
        return lambda: module.say_old_erasures(None, SimpleNamespace(connection=current.connection()))

    @staticmethod
    def as_before(monkeypatch):
        """The journal tells of the document alone."""

        def said(request, document, _beside):
            return [journal.Entry("erase", "Document", document.public_id, document.file.public_id)]

        monkeypatch.setattr(erasure, "_said_of_it", said)

    @staticmethod
    def with_what_stood_beside():
        document, clerk = filed()
        once = participants.add_participant(
            file=document.file, particulars=Particulars("Frau Einst", "Zeugin", document=document), by=clerk, at=AT
        )
        participants.remove_participant(participant=once, by=clerk, at=AT)
        particulars = Particulars("Frau Quittenbaum", "Beteiligt", document=document)
        participants.add_participant(file=document.file, particulars=particulars, by=clerk, at=AT)
        elsewhere = filing.create_file(unit=document.file.unit, title="Nachbarakte", by=clerk, at=AT)
        linking.add_cross_reference(file=elsewhere, document=document, remark="Attest", by=clerk, at=AT)
        remind = {"due_on": AT.date(), "to": clerk, "note": "anrufen", "by": clerk, "at": AT}
        reminder = reminding.set_reminder(file=document.file, document=document, **remind)
        return document, clerk, reminder

    @staticmethod
    def erased(document, clerk):
        request = erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)
        erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

    @staticmethod
    def emptied(row):
        """Its values are deleted by hand."""
        JournalValue.objects.filter(entry__object_id=row.public_id).delete()
        return set(JournalEntry.objects.filter(object_id=row.public_id).values_list("sequence", flat=True))

    def test_is_no_finding_afterwards(self, say, monkeypatch):
        document, clerk, reminder = self.with_what_stood_beside()
        self.as_before(monkeypatch)
        self.erased(document, clerk)
        reminding.finish_reminder(reminder=reminder, by=clerk, at=AT)
        assert len(list(journal.verify())) > 3

        say()

        assert list(journal.verify()) == []
        said = JournalEntry.objects.filter(act="erase_said").order_by("object_kind")
        assert [one.object_kind for one in said] == ["CrossReference", "Participant", "Participant", "Reminder"]
        assert {(one.actor, one.actor_kind) for one in said} == {("System", "system")}
        say()
        assert said.count() == 4
        filing.edit_file(file=document.file, changes={"title": "Weiter"}, by=clerk, at=AT)
        assert list(journal.verify()) == []

    def test_a_later_one_that_does_not_say_so_is_a_finding(self, say, monkeypatch):
        document, clerk, _reminder = self.with_what_stood_beside()
        self.as_before(monkeypatch)
        self.erased(document, clerk)
        say()
        document, clerk, _reminder = self.with_what_stood_beside()

        self.erased(document, clerk)

        assert len(list(journal.verify())) > 3

    def test_what_was_deleted_by_hand_stays_a_finding(self, say, monkeypatch):
        document, clerk, _reminder = self.with_what_stood_beside()
        file, other = document.file, filing.create_file(unit=document.file.unit, title="Andere Akte", by=clerk, at=AT)

        def added(name, place):
            return participants.add_participant(file=place, particulars=Particulars(name, "Beteiligt"), by=clerk, at=AT)

        there, gone_elsewhere, halved = added("Herr Bleibt", file), added("Frau Fern", other), added("Frau Halb", file)
        for row in (gone_elsewhere, halved):
            participants.remove_participant(participant=row, by=clerk, at=AT)
        reminder = reminding.set_reminder(file=file, due_on=AT.date(), to=clerk, note="anrufen", by=clerk, at=AT)
        touched = self.emptied(there) | self.emptied(gone_elsewhere) | self.emptied(reminder)
        JournalValue.objects.filter(entry__object_id=halved.public_id, entry__act="create").delete()
        touched |= set(JournalEntry.objects.filter(object_id=halved.public_id, act="create").values_list("sequence", flat=True))
        self.as_before(monkeypatch)
        self.erased(document, clerk)
        late = added("Frau Später", file)
        participants.remove_participant(participant=late, by=clerk, at=AT)
        touched |= self.emptied(late)

        say()

        assert {found.sequence for found in journal.verify()} == touched

    def test_nothing_is_said_without_a_second_person(self, say):
        document, clerk, _reminder = self.with_what_stood_beside()
        gone = Participant.objects.get(name="Frau Quittenbaum")
        participants.remove_participant(participant=gone, by=clerk, at=AT)
        touched = self.emptied(gone)
        erasure.ask_for_erasure(document=document, reason="falsche Akte", by=clerk, at=AT)

        say()

        assert {found.sequence for found in journal.verify()} == touched
