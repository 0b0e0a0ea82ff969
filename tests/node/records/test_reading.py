"""Reading: leases decide who reads, a sweep recovers, and a job always ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from records import filing, granting, intake, reading
from records.models import DocumentVersion, JournalEntry, Page, Reading, ReadingSlice
from tenants import stores
from tests.factories import ClerkFactory
from tests.node.factories import FilePlanUnitFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
State = DocumentVersion.State


@pytest.fixture
def queued(monkeypatch):
    """Names and arguments of what was queued, and how many messages the broker says are waiting."""
    seen = []
    monkeypatch.setattr("tenants.queues.send", lambda name, lane="house", **kwargs: seen.append((name, lane, kwargs)))
    monkeypatch.setattr("tenants.queues.waiting", lambda: 0)
    return seen


def filed(content=b"Guten Tag\nFrau M\xc3\xbcller", name="brief.txt"):
    unit, clerk = FilePlanUnitFactory(), ClerkFactory()
    granting.grant(target=unit, to=clerk, right="manage_records", by=None, at=AT)
    file = filing.create_file(unit=unit, title="Bauakte", by=clerk, at=AT)
    document = intake.take_in(arrival=intake.Arrival(stores.of_municipality().put(content), name), file=file, by=clerk, at=AT)
    return document.current, clerk


class TestRead:
    def test_a_text_becomes_pages_that_can_be_searched(self, queued):
        version, _clerk = filed()

        reading.read(reading_id=version.reading.pk)

        version.refresh_from_db()
        assert (version.state, version.page_count) == (State.READY, 1)
        assert "Müller" in Page.objects.get(version=version).text
        assert Reading.objects.get(version=version).done_at is not None

    def test_twice_changes_nothing(self, queued):
        version, _clerk = filed()
        reading.read(reading_id=version.reading.pk)

        reading.read(reading_id=version.reading.pk)

        assert Page.objects.filter(version=version).count() == 1
        assert JournalEntry.objects.filter(act="read").count() == 1

    def test_goes_away_while_somebody_else_holds_the_lease(self, queued):
        version, _clerk = filed()
        Reading.objects.update(holder=uuid4(), heartbeat_at=timezone.now())

        reading.read(reading_id=version.reading.pk)

        version.refresh_from_db()
        assert version.state == State.RECEIVED

    def test_takes_over_from_somebody_whose_heart_stopped(self, queued):
        version, _clerk = filed()
        Reading.objects.update(holder=uuid4(), heartbeat_at=timezone.now() - timedelta(seconds=31))

        reading.read(reading_id=version.reading.pk)

        version.refresh_from_db()
        assert version.state == State.READY

    def test_a_broken_file_fails_with_a_reason_and_keeps_its_bytes(self, queued):
        version, _clerk = filed(b"%PDF-1.7\nnothing of a PDF follows", "kaputt.pdf")

        reading.read(reading_id=version.reading.pk)

        version.refresh_from_db()
        assert version.state == State.FAILED
        assert version.failure
        assert stores.of_municipality().verify(version.sha256)
        assert JournalEntry.objects.get(act="read").actor_kind == "system"

    def test_office_files_are_kept_and_said_to_have_no_preview(self, queued):
        import io

        from openpyxl import Workbook

        stream = io.BytesIO()
        Workbook().save(stream)
        version, _clerk = filed(stream.getvalue(), "tabelle.xlsx")

        reading.read(reading_id=version.reading.pk)

        version.refresh_from_db()
        assert (version.state, version.notices) == (State.READY, ["no_preview"])

    def test_bytes_that_are_gone_are_said_to_be_gone(self, queued):
        version, _clerk = filed()
        stores.of_municipality().remove(version.sha256)

        reading.read(reading_id=version.reading.pk)

        version.refresh_from_db()
        assert (version.state, version.failure) == (State.FAILED, "not_in_store")


class TestSweep:
    def test_gives_an_abandoned_lease_back_and_queues_it(self, queued):
        version, _clerk = filed()
        queued.clear()
        Reading.objects.update(holder=uuid4(), heartbeat_at=timezone.now() - timedelta(seconds=40), attempts=1)

        assert reading.sweep(at=timezone.now()) == 1

        assert Reading.objects.get().holder is None
        assert queued == [("records.read_document", "small", {"reading_id": version.reading.pk})]

    def test_queues_again_what_the_broker_has_lost(self, queued):
        filed()
        queued.clear()
        Reading.objects.update(queued_at=timezone.now() - timedelta(seconds=15))

        assert reading.sweep(at=timezone.now()) == 1
        assert len(queued) == 1

    def test_does_not_make_a_long_queue_longer(self, queued, monkeypatch):
        filed()
        queued.clear()
        monkeypatch.setattr("tenants.queues.waiting", lambda: 7)

        assert reading.sweep(at=timezone.now()) == 0

    def test_queues_again_what_others_have_overtaken_however_long_the_queue(self, queued, monkeypatch):
        """A message lost with its worker must not wait until a town that files all day stops filing."""
        lost, overtaker, in_line = (filed()[0].reading.pk for _ in range(3))
        queued.clear()
        monkeypatch.setattr("tenants.queues.waiting", lambda: 7)
        now = timezone.now()
        Reading.objects.filter(pk=lost).update(queued_at=now - timedelta(seconds=90))
        Reading.objects.filter(pk=overtaker).update(queued_at=now - timedelta(seconds=50), holder=uuid4(), heartbeat_at=now)
        Reading.objects.filter(pk=in_line).update(queued_at=now - timedelta(seconds=40))

        assert reading.sweep(at=now) == 1

        assert queued == [("records.read_document", "small", {"reading_id": lost})]

    def test_gives_up_after_three_interrupted_attempts(self, queued):
        version, _clerk = filed()
        Reading.objects.update(holder=uuid4(), heartbeat_at=timezone.now() - timedelta(seconds=40), attempts=3)

        reading.sweep(at=timezone.now())

        version.refresh_from_db()
        assert (version.state, version.failure) == (State.FAILED, "interrupted")

    def test_leaves_alone_what_somebody_is_reading(self, queued):
        filed()
        queued.clear()
        Reading.objects.update(holder=uuid4(), heartbeat_at=timezone.now())

        assert reading.sweep(at=timezone.now()) == 0


class TestReadAgain:
    def test_puts_the_document_back_to_received(self, queued):
        version, clerk = filed(b"%PDF-1.7\nbroken", "kaputt.pdf")
        reading.read(reading_id=version.reading.pk)

        reading.read_again(document=version.document, by=clerk, at=AT)

        version.refresh_from_db()
        assert (version.state, version.failure) == (State.RECEIVED, "")
        assert Reading.objects.get().done_at is None

    def test_is_refused_while_it_is_being_read(self, queued):
        version, clerk = filed()

        with pytest.raises(reading.CannotReadAgain):
            reading.read_again(document=version.document, by=clerk, at=AT)


class TestSlices:
    def test_a_long_scan_is_cut_read_in_parts_and_joined(self, queued):
        version, _clerk = filed(scan_of(6), "scan.pdf")

        reading.read(reading_id=version.reading.pk)
        parts = list(ReadingSlice.objects.order_by("first").values_list("first", "last"))
        for pk in list(ReadingSlice.objects.values_list("pk", flat=True)):
            reading.read_slice(slice_id=pk)
        reading.read(reading_id=version.reading.pk)

        version.refresh_from_db()
        assert parts == [(1, 4), (5, 6)]
        assert (version.state, version.page_count) == (State.READY, 6)
        assert version.searchable_sha256
        assert all("Seite" in page.text for page in version.pages.all())
        assert not ReadingSlice.objects.exists()


def scan_of(pages):
    """A small image-only PDF with a word on every page."""
    import io

    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf", 40)
    drawn = []
    for number in range(pages):
        picture = Image.new("L", (900, 400), 255)
        ImageDraw.Draw(picture).text((80, 120), f"Seite {number + 1} der Bauakte", fill=0, font=font)
        drawn.append(picture)
    stream = io.BytesIO()
    drawn[0].save(stream, "PDF", save_all=True, append_images=drawn[1:], resolution=150)
    return stream.getvalue()
