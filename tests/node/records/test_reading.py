"""Reading: leases decide who reads, a sweep recovers, and a job always ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from records import reading
from records.models import DocumentVersion, JournalEntry, Page, Reading, ReadingSlice
from tenants import stores
from tests.node.records.papers import filed, scan_of

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
State = DocumentVersion.State


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
