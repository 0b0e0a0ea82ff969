"""Exports: asked for with warnings, made under a lease, handed only to who asked and still may read the file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from records import erasure, exports, granting, informing, leases, storekeeping, warnings_before
from records.models import (
    AccessScope,
    Document,
    Export,
    Information,
    JournalEntry,
    Participant,
    RecordFile,
)
from tenants import current, stores
from tests.factories import ClerkFactory
from tests.node.records.handed_over import ask, made

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class TestAsk:
    def test_queues_it_and_journals_what_was_asked_for(self, binder, queued):
        file, clerk = binder
        queued.clear()

        export = ask(file, clerk, leave_out={"documents": [str(uuid4())], "reason": "Betriebsgeheimnis"})

        assert export.state == Export.State.WAITING
        assert queued == [("records.make_export", "large", {"export_id": export.pk})]
        entry = JournalEntry.objects.get(act="export")
        assert {v.field: v.new for v in entry.values.all()} == {"kind": "file_pdf", "left_out": "1", "reason": "Betriebsgeheimnis"}
        assert entry.file_id == file.public_id

    def test_wants_a_reason_for_what_is_left_out(self, binder):
        file, clerk = binder

        with pytest.raises(exports.CannotExport, match="warum"):
            ask(file, clerk, leave_out={"documents": [str(uuid4())]})

    def test_a_disclosure_block_warns_before_every_export(self, binder):
        file, clerk = binder
        Participant.objects.create(file=file, name="Frau Quittenbaum", role="Antragstellerin", disclosure_block=True)

        with pytest.raises(warnings_before.NotConfirmed) as refusal:
            ask(file, clerk)

        assert refusal.value.codes == ["disclosure_block"]
        assert not Export.objects.exists()
        assert ask(file, clerk, confirmed=["disclosure_block"]).pk
        assert JournalEntry.objects.get(act="export").values.get(field="confirmed").new == "disclosure_block"

    def test_a_restricted_file_must_be_confirmed(self, binder):
        file, clerk = binder
        granting.grant(target=file, to=clerk, right="manage_records", by=None, at=AT)
        AccessScope.objects.filter(file=file).update(restricted=True)
        file = RecordFile.objects.select_related("scope").get(pk=file.pk)

        with pytest.raises(warnings_before.NotConfirmed) as refusal:
            ask(file, clerk)

        assert refusal.value.codes == ["restricted"]

    def test_one_clerk_cannot_fill_the_queue(self, binder):
        file, clerk = binder
        for _place in range(exports.MOST_AT_ONCE):
            ask(file, clerk)

        with pytest.raises(exports.CannotExport):
            ask(file, clerk)


class TestMake:
    def test_goes_away_while_somebody_else_holds_the_lease(self, binder):
        export = ask(*binder)
        Export.objects.update(holder=uuid4(), heartbeat_at=timezone.now())

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert export.state == Export.State.WAITING

    def test_a_towns_exports_are_made_one_after_another(self, binder, queued):
        """Two at once would leave no process that reads long scans of other people."""
        first, second = ask(*binder), ask(*binder)
        Export.objects.filter(pk=first.pk).update(holder=uuid4(), heartbeat_at=timezone.now(), state="running")
        queued.clear()

        exports.make(export_id=second.pk)

        second.refresh_from_db()
        assert (second.state, second.attempts, second.holder) == (Export.State.WAITING, 0, None)
        assert exports.sweep(at=timezone.now() + timedelta(seconds=exports.QUIET_SECONDS + 1)) == 1
        assert queued == [("records.make_export", "large", {"export_id": second.pk})]

    def test_of_two_workers_in_the_same_moment_one_goes_away(self, binder):
        """Both have looked before either has taken the lease."""
        first, second = ask(*binder), ask(*binder)

        with leases.hold(Export, first.pk) as one, leases.hold(Export, second.pk) as other:
            turns = [exports._takes_its_turn(first.pk, one), exports._takes_its_turn(second.pk, other)]

        second.refresh_from_db()
        assert turns == [True, False]
        assert (second.state, second.attempts, second.holder) == (Export.State.WAITING, 0, None)

    def test_a_killed_workers_export_is_taken_over_by_another(self, binder, queued):
        export = ask(*binder)
        Export.objects.update(holder=uuid4(), heartbeat_at=timezone.now() - timedelta(seconds=40), state="running", attempts=1)
        queued.clear()

        assert exports.sweep(at=timezone.now()) == 1
        exports.make(export_id=queued[0][2]["export_id"])

        export.refresh_from_db()
        assert export.state == Export.State.READY

    def test_what_the_broker_lost_is_queued_again(self, binder, queued):
        ask(*binder)
        Export.objects.update(queued_at=timezone.now() - timedelta(seconds=15))

        assert exports.sweep(at=timezone.now()) == 1

    def test_one_that_always_crashes_ends(self, binder, queued):
        export = ask(*binder)
        Export.objects.update(holder=uuid4(), heartbeat_at=timezone.now() - timedelta(seconds=40), crashes=leases.MOST_CRASHES)

        exports.sweep(at=timezone.now())

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "given_up")

    def test_rights_taken_away_meanwhile_end_it(self, binder):
        file, clerk = binder
        export = ask(file, clerk)
        granting.revoke(target=file.unit, of=clerk, right="manage_records", by=None, at=AT)

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "no_access")

    def test_rights_taken_away_while_it_was_made_end_it_too(self, binder, monkeypatch):
        file, clerk = binder
        export = ask(file, clerk)
        compose = exports.file_pdf.compose

        def slowly(making):
            result = compose(making)
            granting.revoke(target=file.unit, of=clerk, right="manage_records", by=None, at=AT)
            return result

        monkeypatch.setattr(exports.file_pdf, "compose", slowly)

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure, export.sha256) == (Export.State.FAILED, "no_access", "")


class TestCancel:
    def test_ends_it_and_its_worker_notices(self, binder, monkeypatch):
        file, clerk = binder
        export = ask(file, clerk)
        prepare = exports.file_pdf.binding.prepare

        def cancelled_meanwhile(*args, **kwargs):
            exports.cancel(export=export, by=clerk, at=timezone.now())
            return prepare(*args, **kwargs)

        monkeypatch.setattr(exports.file_pdf.binding, "prepare", cancelled_meanwhile)

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "cancelled")
        assert JournalEntry.objects.filter(act="cancel_export").count() == 1

    def test_refuses_one_that_is_ready(self, binder):
        file, clerk = binder
        export = made(file, clerk)

        with pytest.raises(exports.CannotExport):
            exports.cancel(export=export, by=clerk, at=timezone.now())


class TestHandOut:
    def test_is_journaled(self, binder):
        file, clerk = binder
        export = made(file, clerk)

        exports.hand_out(export=export, by=clerk, at=timezone.now())

        assert JournalEntry.objects.get(act="download_export").values.get(field="sha256").new == export.sha256

    def test_refuses_after_a_week(self, binder):
        file, clerk = binder
        export = made(file, clerk)

        with pytest.raises(exports.CannotExport):
            exports.hand_out(export=export, by=clerk, at=timezone.now() + timedelta(days=8))


class TestExpire:
    def test_after_a_week_row_and_bytes_are_gone(self, binder, monkeypatch):
        file, clerk = binder
        export = made(file, clerk)
        monkeypatch.setattr(storekeeping, "ORPHAN_SECONDS", -1)
        storekeeping.sweep()
        assert stores.of_municipality().has(export.sha256)  # as long as the row speaks of it

        Export.objects.update(expires_at=timezone.now())
        storekeeping.sweep()

        assert not Export.objects.exists()
        assert not stores.of_municipality().has(export.sha256)

    def test_erasing_a_document_takes_back_what_was_exported_of_its_file(self, binder, committing):
        file, clerk = binder
        export = made(file, clerk)
        document = Document.objects.get(title="Antrag")

        request = erasure.ask_for_erasure(document=document, reason="Falsch abgelegt", by=clerk, at=AT)
        with committing():
            erasure.approve_erasure(request=request, by=ClerkFactory(), at=AT)

        assert not Export.objects.exists()
        assert not stores.of_municipality().has(export.sha256)


OCCASION = informing.Occasion("inspection", "Rechtsanwältin  Kurz", "Vollmacht vom 2. März")


class TestInformation:
    """Information (Art. 15 GDPR) and inspection of files are acts of their own, by two persons, with a reason."""

    def test_is_handed_out_only_after_a_second_person_has_released_it(self, binder):
        file, clerk = binder
        export = made(file, clerk, occasion=OCCASION)
        with pytest.raises(exports.CannotExport, match="zweite Person"):
            exports.hand_out(export=export, by=clerk, at=timezone.now())

        second = ClerkFactory(display_name="Zweite Person")
        informing.release(export=export, by=second, at=AT)

        assert exports.hand_out(export=export, by=clerk, at=timezone.now()) == export
        told = {
            entry.act: (entry.actor, {value.field: value.new for value in entry.values.all()})
            for entry in JournalEntry.objects.filter(object_id=export.public_id)
        }
        assert told["ask_for_information"] == (
            str(clerk),
            {"purpose": "inspection", "recipient": "Rechtsanwältin Kurz", "reason": "Vollmacht vom 2. März"},
        )
        assert told["release_information"] == ("Zweite Person", {"recipient": "Rechtsanwältin Kurz", "asked_by": str(clerk)})

    def test_is_not_released_by_the_one_who_asked_nor_twice(self, binder):
        file, clerk = binder
        export = ask(file, clerk, occasion=OCCASION)

        with pytest.raises(informing.CannotInform, match="zweite Person"):
            informing.release(export=export, by=clerk, at=AT)
        with pytest.raises(IntegrityError), current.atomic():
            Information.objects.update(released_by=clerk, released_at=AT)
        informing.release(export=export, by=ClerkFactory(), at=AT)
        with pytest.raises(informing.CannotInform):
            informing.release(export=export, by=ClerkFactory(), at=AT)

    @pytest.mark.parametrize(
        "lacking",
        [("inspection", "Frau Kurz", " "), ("inspection", "", "Vollmacht"), ("gossip", "Frau Kurz", "x"), ("inspection", "x" * 201, "x")],
    )
    def test_wants_a_reason_and_says_to_whom(self, binder, lacking):
        file, clerk = binder

        with pytest.raises(informing.CannotInform):
            ask(file, clerk, occasion=informing.Occasion(*lacking))

        assert not Export.objects.exists()

    def test_waits_for_colleagues_and_not_for_the_one_who_asked(self, binder):
        file, clerk = binder
        ask(file, clerk)
        export = ask(file, clerk, occasion=OCCASION)

        assert [one.export for one in informing.waiting_for(file=file, clerk=ClerkFactory())] == [export]
        assert not informing.waiting_for(file=file, clerk=clerk)
        exports.cancel(export=export, by=clerk, at=AT)
        assert not informing.waiting_for(file=file, clerk=ClerkFactory())
