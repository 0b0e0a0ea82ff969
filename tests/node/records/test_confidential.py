"""Who looked into a restricted file stands in its journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records import confidential, granting, journal
from records.models import JournalEntry
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, RecordFileFactory, grant

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def clerk():
    return ClerkFactory(display_name="Lesende")


@pytest.fixture
def restricted(clerk):
    file = RecordFileFactory()
    grant(clerk, file, "manage")
    granting.restrict_file(file=file, restricted=True, reason="Streit", by=clerk, at=AT)
    file.refresh_from_db()
    return file


def views(file):
    return JournalEntry.objects.filter(object_id=file.public_id, act="view")


class TestNoteReading:
    def test_reading_a_restricted_file_is_journaled_once_a_day(self, clerk, restricted, django_capture_on_commit_callbacks):
        for at in (AT, AT + timedelta(hours=3), AT + timedelta(days=1)):
            with django_capture_on_commit_callbacks(using=current.alias(), execute=True):
                confidential.note_reading(file=restricted, by=clerk, at=at)

        assert [entry.actor for entry in views(restricted)] == ["Lesende", "Lesende"]

    def test_reading_an_open_file_is_not(self, clerk, django_capture_on_commit_callbacks):
        file = RecordFileFactory()

        with django_capture_on_commit_callbacks(using=current.alias(), execute=True):
            confidential.note_reading(file=file, by=clerk, at=AT)

        assert not views(file).exists()

    @pytest.mark.parametrize(
        "address",
        [
            "/akten/{file}/",
            "/dokumente/{document}/original/",
            "/api/v1/files/{file}/",
            "/api/v1/files/{file}/sheets/",
            "/api/v1/documents/{document}/",
            "/api/v1/documents/{document}/text/",
            "/api/v1/documents/{document}/pages/1/image/",
        ],
    )
    def test_every_door_that_shows_it_says_so(self, clerk, restricted, client, address, django_capture_on_commit_callbacks):
        document = DocumentFactory(file=restricted, pages=["Inhalt"])
        client.force_login(clerk)
        client.raise_request_exception = False

        with django_capture_on_commit_callbacks(using=current.alias(), execute=True):
            client.get(
                address.format(file=restricted.public_id, document=document.public_id), headers={"host": current.municipality().hosts[0]}
            )

        assert views(restricted).count() == 1


class TestJournal:
    def test_tells_who_looked_into_a_file_to_those_who_manage_it_alone(self, clerk, restricted, client_of, api_client):
        writer, another = ClerkFactory(), ClerkFactory()
        grant(writer, restricted, "write")
        journal.enter(act="view", object=restricted, by=another, at=AT)

        told = {}
        for person in (clerk, writer):
            rows = api_client(person).get(f"/api/v1/files/{restricted.public_id}/journal/").json()["results"]
            page = client_of(person).get(f"/akten/{restricted.public_id}/journal/").content.decode()
            told[person.pk] = ("view" in [row["act"] for row in rows], "Eingesehen" in page)

        assert told == {clerk.pk: (True, True), writer.pk: (False, False)}
