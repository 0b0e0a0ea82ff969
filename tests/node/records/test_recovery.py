"""Recovery: nothing is left lying, no document fails by nobody's fault, and every job ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from foundation.store import Store, StoreFull, StoreUnavailable
from records import leases, reading, recovery, sentences
from records.models import DocumentVersion, Reading, ReadingSlice
from tests.node.records.papers import filed, scan_of

State = DocumentVersion.State
SECOND = timedelta(seconds=1)


def waiting(monkeypatch, **lanes):
    monkeypatch.setattr("tenants.queues.waiting", lambda lane: lanes.get(lane, 0))


def cut(pages, **queued):
    """A long scan, cut; its slices were queued at the given times."""
    version, _clerk = filed(scan_of(pages), "scan.pdf")
    reading.read(reading_id=version.reading.pk)
    ReadingSlice.objects.filter(reading=version.reading).update(**queued)
    return list(ReadingSlice.objects.filter(reading=version.reading).order_by("first").values_list("pk", flat=True))


def abandoned(**values):
    Reading.objects.update(holder=uuid4(), heartbeat_at=timezone.now() - 40 * SECOND, **values)


class TestSweep:
    def test_gives_an_abandoned_lease_back_and_queues_it(self, queued):
        version, _clerk = filed()
        queued.clear()
        abandoned(attempts=1)

        assert recovery.sweep(at=timezone.now()) == 1

        assert Reading.objects.get().holder is None
        assert queued == [("records.read_document", "small", {"reading_id": version.reading.pk})]

    def test_queues_again_what_the_broker_has_lost(self, queued):
        filed()
        queued.clear()
        Reading.objects.update(queued_at=timezone.now() - 15 * SECOND)

        assert recovery.sweep(at=timezone.now()) == 1
        assert len(queued) == 1

    def test_does_not_make_a_long_queue_longer(self, queued, monkeypatch):
        filed()
        queued.clear()
        waiting(monkeypatch, small=7000)

        assert recovery.sweep(at=timezone.now() + 60 * SECOND) == 0

    def test_finds_what_no_waiting_message_names(self, queued, monkeypatch):
        """However long the others have to wait, nobody waits for their turn to find out who is lost."""
        lost, in_line = (filed()[0].reading.pk for _ in range(2))
        queued.clear()
        waiting(monkeypatch, small=7)
        monkeypatch.setattr("tenants.queues.named", lambda lane: {"reading_id": {in_line}, "slice_id": {lost}})

        assert recovery.sweep(at=timezone.now() + 15 * SECOND) == 1

        assert queued == [("records.read_document", "small", {"reading_id": lost})]

    def test_does_nothing_while_the_broker_is_silent(self, queued, monkeypatch):
        filed()
        waiting(monkeypatch, small=-1, large=-1)

        assert recovery.sweep(at=timezone.now() + 60 * SECOND) == 0

    def test_queues_again_what_others_have_overtaken_however_long_the_queue(self, queued, monkeypatch):
        """A message lost with its worker must not wait until a town that files all day stops filing."""
        lost, overtaker, in_line = (filed()[0].reading.pk for _ in range(3))
        queued.clear()
        waiting(monkeypatch, small=7000)
        now = timezone.now()
        Reading.objects.filter(pk=lost).update(queued_at=now - 90 * SECOND)
        Reading.objects.filter(pk=overtaker).update(queued_at=now - 50 * SECOND, holder=uuid4(), heartbeat_at=now)
        Reading.objects.filter(pk=in_line).update(queued_at=now - 40 * SECOND)

        assert recovery.sweep(at=now) == 1

        assert queued == [("records.read_document", "small", {"reading_id": lost})]

    def test_finds_long_slices_although_short_documents_keep_coming(self, queued, monkeypatch):
        """The broker has lost the large lane; the small one is never empty."""
        parts = cut(20, queued_at=timezone.now() - 15 * SECOND)
        queued.clear()
        waiting(monkeypatch, small=7000)

        assert recovery.sweep(at=timezone.now()) == 5

        assert queued == [("records.read_slice", "large", {"slice_id": pk}) for pk in parts]

    @pytest.mark.parametrize(("pages", "lane"), [(6, "small"), (20, "large")])
    def test_finds_a_slice_that_its_neighbours_have_overtaken(self, pages, lane, queued, monkeypatch):
        """All were queued at one moment; a later one has long been done."""
        now = timezone.now()
        first, *_others, last = cut(pages, queued_at=now - 90 * SECOND)
        ReadingSlice.objects.filter(pk=first).update(queued_at=now - 90.01 * SECOND)
        ReadingSlice.objects.filter(pk=last).update(done_at=now - 40 * SECOND)
        queued.clear()
        waiting(monkeypatch, small=7000, large=7000)

        recovery.sweep(at=now)

        assert queued == [("records.read_slice", lane, {"slice_id": first})]

    def test_leaves_a_cut_scan_alone_until_its_slices_are_done(self, queued):
        cut(6)
        queued.clear()

        recovery.sweep(at=timezone.now() + 60 * SECOND)

        assert {name for name, _lane, _what in queued} == {"records.read_slice"}

    def test_leaves_alone_what_somebody_is_reading(self, queued):
        filed()
        queued.clear()
        Reading.objects.update(holder=uuid4(), heartbeat_at=timezone.now())

        assert recovery.sweep(at=timezone.now()) == 0


class TestInterruptions:
    def test_restarted_workers_fail_no_document(self, queued):
        """Three restarts while one document was being read are an operator's morning."""
        filed()
        for _restart in range(5):
            Reading.objects.update(attempts=Reading.objects.get().attempts + 1)
            abandoned()
            assert recovery.sweep(at=timezone.now()) == 1

        reading.read(reading_id=Reading.objects.get().pk)

        assert DocumentVersion.objects.get().state == State.READY

    def test_a_dozen_of_them_end(self, queued):
        """Whatever kills the reader again and again may be the document, after all."""
        version, _clerk = filed()
        abandoned(attempts=12)

        recovery.sweep(at=timezone.now())

        version.refresh_from_db()
        assert (version.state, version.failure) == (State.FAILED, "interrupted")

    @pytest.mark.parametrize(("trouble", "attempts"), [(RuntimeError("a bug"), 3), (OperationalError("away"), 12), (SystemExit(), 12)])
    def test_only_what_the_reading_itself_does_counts_as_its_crash(self, trouble, attempts, queued, monkeypatch):
        version, _clerk = filed()
        monkeypatch.setattr(reading, "inspect_and_read", raising(trouble))
        begun = 0
        while DocumentVersion.objects.get().state != State.FAILED:
            with pytest.raises(type(trouble)):
                reading.read(reading_id=version.reading.pk)
            begun += 1
            recovery.sweep(at=timezone.now() + 15 * SECOND)

        assert begun == attempts
        assert DocumentVersion.objects.get().failure == "interrupted"

    def test_reading_again_begins_from_the_start(self, queued):
        version, clerk = filed()
        abandoned(attempts=12)
        recovery.sweep(at=timezone.now())

        reading.read_again(document=version.document, by=clerk, at=timezone.now())

        assert (Reading.objects.get().attempts, Reading.objects.get().holder) == (0, None)


class TestHindrances:
    @pytest.mark.parametrize("trouble", [StoreFull("/store"), StoreUnavailable("/store"), OSError(28, "No space left on device")])
    def test_a_scan_waits_says_so_and_is_read_when_there_is_room(self, trouble, queued, monkeypatch):
        version, _clerk = filed(scan_of(1), "scan.pdf")
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Store, "put", raising(trouble))
            reading.read(reading_id=version.reading.pk)
        version.refresh_from_db()
        assert (version.state, version.notices) == (State.READING, ["waits"])
        assert sentences.notice(version)

        reading.read(reading_id=version.reading.pk)

        version.refresh_from_db()
        assert (version.state, version.notices) == (State.READY, [])
        assert Reading.objects.get().hindrance == ""

    def test_a_slice_waits_too(self, queued, monkeypatch):
        first, _last = cut(6)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Store, "put", raising(StoreFull("/store")))
            reading.read_slice(slice_id=first)
        part = ReadingSlice.objects.get(pk=first)
        assert (part.hindrance, part.crashes, part.done_at) == ("no_room", 0, None)
        assert DocumentVersion.objects.get().notices == ["waits"]

        reading.read_slice(slice_id=first)

        assert ReadingSlice.objects.get(pk=first).done_at is not None

    def test_it_is_tried_again_at_growing_intervals(self, queued, monkeypatch):
        version, _clerk = filed(scan_of(1), "scan.pdf")
        monkeypatch.setattr(Store, "put", raising(StoreFull("/store")))
        waits = []
        for _attempt in range(3):
            reading.read(reading_id=version.reading.pk)
            waits.append(round((Reading.objects.get().not_before - timezone.now()).total_seconds()))

        assert waits == [30, 60, 120]
        assert recovery.sweep(at=timezone.now() + 100 * SECOND) == 0
        assert recovery.sweep(at=timezone.now() + 130 * SECOND) == 1

    def test_in_the_end_a_person_is_told_what_is_missing(self, queued):
        version, _clerk = filed()
        version.notices = ["waits"]
        version.save()
        Reading.objects.update(attempts=leases.MOST_ATTEMPTS, hindrance="no_room")

        recovery.sweep(at=timezone.now() + 60 * SECOND)

        version.refresh_from_db()
        assert (version.state, version.failure, version.notices) == (State.FAILED, "no_room", [])
        assert sentences.failure(version)


def raising(trouble):
    def act(*args, **kwargs):
        raise trouble

    return act
