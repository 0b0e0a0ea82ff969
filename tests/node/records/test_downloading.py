"""A disclosure block (Auskunftssperre) warns wherever a copy leaves the house: at downloads, when paper is lent out, when files are handed over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from records import exports, handing_over, journal_words, missing_sheets, warnings_before
from records.models import Export, JournalEntry, MissingSheet
from tenants import stores
from tests.factories import ClerkFactory, OfficeFactory
from tests.node.factories import DocumentFactory, ParticipantFactory, RecordFileFactory, grant

from .lives import registrar

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BYTES = b"%PDF-1.7 ein Bescheid"
CONFIRMED = {"confirmed": "disclosure_block"}


@pytest.fixture
def document() -> Any:
    kept = stores.of_municipality().put(BYTES)
    return DocumentFactory(title="Bescheid", version__sha256=kept.sha256, version__size=kept.size)


def reader(document: Any, right: str = "read") -> Any:
    clerk = ClerkFactory()
    grant(clerk, document.file.unit, right)
    return clerk


def addresses(document: Any) -> list[str]:
    return [f"/dokumente/{document.public_id}/original/", f"/dokumente/{document.public_id}/fassungen/1/original/"]


def told(act: str) -> dict[str, str | None]:
    return {value.field: value.new for value in JournalEntry.objects.get(act=act).values.all()}


class TestDownload:
    @pytest.mark.parametrize("place", [0, 1], ids=["current", "of a version"])
    def test_goes_at_once_and_unjournaled_without_a_block(self, place, document, client_of) -> None:
        ParticipantFactory(file=document.file)

        answer = client_of(reader(document)).get(addresses(document)[place])

        assert b"".join(answer.streaming_content) == BYTES
        assert "X-Disclosure-Block" not in answer
        assert not JournalEntry.objects.filter(act="download").exists()

    @pytest.mark.parametrize("place", [0, 1], ids=["current", "of a version"])
    def test_warns_first_of_a_block_and_says_what_to_look_for(self, place, document, client_of) -> None:
        ParticipantFactory(file=document.file, name="Frau Quittenbaum", disclosure_block=True)

        answer = client_of(reader(document)).get(addresses(document)[place])

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Content-Disposition" not in answer
        for words in ("Auskunftssperre", "Frau Quittenbaum", "Achten Sie auf Anschriften", "Ich habe geprüft", "Zurück zur Akte"):
            assert words in page

    @pytest.mark.parametrize("place", [0, 1], ids=["current", "of a version"])
    def test_goes_once_the_warning_is_confirmed_and_the_journal_tells(self, place, document, client_of) -> None:
        ParticipantFactory(file=document.file, disclosure_block=True)
        clerk = reader(document)

        answer = client_of(clerk).post(addresses(document)[place], CONFIRMED)

        assert b"".join(answer.streaming_content) == BYTES
        assert answer["Content-Disposition"].startswith("attachment")
        entry = JournalEntry.objects.get(act="download")
        assert (entry.object_id, entry.file_id, entry.actor_id) == (document.public_id, document.file.public_id, clerk.public_id)
        assert told("download") == {"version": "1", "confirmed": "disclosure_block"}
        assert journal_words.of_act("download") == "Heruntergeladen"

    def test_without_the_tick_it_says_so_and_keeps_the_bytes(self, document, client_of) -> None:
        ParticipantFactory(file=document.file, disclosure_block=True)

        answer = client_of(reader(document)).post(addresses(document)[0], {"confirmed": "restricted"})

        assert answer.status_code == 422
        assert "Bitte bestätigen Sie zuerst" in answer.content.decode()
        assert not JournalEntry.objects.filter(act="download").exists()

    def test_of_a_hidden_file_is_a_404_and_no_warning(self, document, client_of) -> None:
        ParticipantFactory(file=document.file, disclosure_block=True)

        for address in addresses(document):
            assert client_of(ClerkFactory()).get(address).status_code == 404
            assert client_of(ClerkFactory()).post(address, CONFIRMED).status_code == 404

    def test_by_a_program_carries_a_header(self, document, api_client) -> None:
        ParticipantFactory(file=document.file, disclosure_block=True)

        answer = api_client(reader(document)).get(f"/api/v1/documents/{document.public_id}/content/")

        assert b"".join(answer.streaming_content) == BYTES
        assert answer["X-Disclosure-Block"] == "1"


class TestLending:
    FIELDS = {"what": "Lageplan", "borrower": "Bauhof", "since": "2026-03-02"}

    def test_has_to_be_confirmed_where_a_block_stands(self, document, client_of) -> None:
        ParticipantFactory(file=document.file, name="Frau Quittenbaum", disclosure_block=True)
        client, address = client_of(reader(document, "write")), f"/akten/{document.file.public_id}/angaben/fehlblaetter/neu/"

        assert "Frau Quittenbaum" in client.get(address).content.decode()
        refused = client.post(address, self.FIELDS)
        assert refused.status_code == 422
        assert "Bitte bestätigen Sie zuerst" in refused.content.decode()
        assert not MissingSheet.objects.exists()

        assert client.post(address, {**self.FIELDS, **CONFIRMED}).status_code == 302
        assert told("lend_out")["confirmed"] == "disclosure_block"

    def test_asks_for_nothing_without_one(self, document, client_of) -> None:
        client, address = client_of(reader(document, "write")), f"/akten/{document.file.public_id}/angaben/fehlblaetter/neu/"

        assert "Auskunftssperre" not in client.get(address).content.decode()
        assert client.post(address, self.FIELDS).status_code == 302
        assert "confirmed" not in told("lend_out")

    def test_the_act_itself_refuses(self, document) -> None:
        ParticipantFactory(file=document.file, disclosure_block=True)

        with pytest.raises(warnings_before.NotConfirmed):
            missing_sheets.lend_out(file=document.file, what="A", borrower="B", since=AT.date(), by=ClerkFactory(), at=AT)

    def test_a_program_has_to_confirm_too(self, document, api_client) -> None:
        ParticipantFactory(file=document.file, disclosure_block=True)
        client, address = api_client(reader(document, "write")), f"/api/v1/files/{document.file.public_id}/missing-sheets/"

        refused = client.post(address, self.FIELDS, format="json")
        assert refused.status_code == 400
        assert "disclosure_block" in refused.json()["errors"]["confirmed"][0]

        assert client.post(address, {**self.FIELDS, "confirmed": ["disclosure_block"]}, format="json").status_code == 201


class TestHandingOver:
    def test_counts_marks_and_asks_and_only_the_blocked_files_journal_tells(self, client_of) -> None:
        giving, taking = OfficeFactory(), OfficeFactory()
        blocked = RecordFileFactory(lead_office=giving)
        other = RecordFileFactory(unit=blocked.unit, lead_office=giving)
        for _number in range(2):
            ParticipantFactory(file=blocked, disclosure_block=True)
        client = client_of(registrar(blocked.unit))
        offices = {"giving": str(giving.public_id), "taking": str(taking.public_id)}

        page = client.get("/registratur/uebergabe/", offices).content.decode()
        assert "In einer dieser Akten besteht" in page
        assert page.count('class="block-mark"') == 1
        sent = {**offices, "mark": page.split('name="mark" value="')[1].split('"')[0], "reason": "Umbau"}
        refused = client.post("/registratur/uebergabe/", sent)
        assert refused.status_code == 409
        assert "Bitte bestätigen Sie zuerst" in refused.content.decode()

        assert client.post("/registratur/uebergabe/", {**sent, **CONFIRMED}).status_code == 302

        entries = {entry.file_id: entry for entry in JournalEntry.objects.filter(act="hand_over")}
        said = {known: {value.field for value in entry.values.all()} for known, entry in entries.items()}
        assert ("confirmed" in said[blocked.public_id], "confirmed" in said[other.public_id]) == (True, False)

    def test_a_program_is_told_and_has_to_confirm_too(self, api_client) -> None:
        giving, taking = OfficeFactory(), OfficeFactory()
        file = RecordFileFactory(lead_office=giving)
        ParticipantFactory(file=file, disclosure_block=True)
        client = api_client(registrar(file.unit))
        offices = {"giving": str(giving.public_id), "taking": str(taking.public_id)}

        seen = client.get("/api/v1/hand-overs/", offices).json()
        assert seen["blocked"] == 1
        sent = {**offices, "mark": seen["mark"], "reason": "Umbau"}
        assert "confirmed" in client.post("/api/v1/hand-overs/", sent, format="json").json()["errors"]

        assert client.post("/api/v1/hand-overs/", {**sent, "confirmed": ["disclosure_block"]}, format="json").json() == {"count": 1}

    def test_costs_the_same_queries_for_many_files(self, queries) -> None:
        giving, taking = OfficeFactory(), OfficeFactory()
        file = RecordFileFactory(lead_office=giving)
        ParticipantFactory(file=file, disclosure_block=True)
        clerk = registrar(file.unit)
        with queries() as few:
            handing_over.preview(giving=giving, taking=taking, clerk=clerk)
        for _number in range(4):
            ParticipantFactory(file=RecordFileFactory(unit=file.unit, lead_office=giving), disclosure_block=True)

        with queries() as many:
            assert handing_over.preview(giving=giving, taking=taking, clerk=clerk).blocked == 5

        assert len(many) <= len(few)


class TestExport:
    def test_is_not_handed_out_if_a_block_came_after_it_was_asked_for(self, document) -> None:
        kept = stores.of_municipality().put(BYTES)
        clerk, now = reader(document), timezone.now()
        export = Export.objects.create(
            file=document.file, kind="file_pdf", asked_at=now, asked_by=clerk, done_at=now, state="ready", sha256=kept.sha256, size=kept.size,
            name="Akte.pdf", expires_at=now + timedelta(days=7), options={"confirmed": []},
        )  # fmt: skip
        exports.hand_out(export=export, by=clerk, at=now)
        ParticipantFactory(file=document.file, disclosure_block=True)

        with pytest.raises(exports.CannotExport, match="fordern Sie es neu an"):
            exports.hand_out(export=export, by=clerk, at=now)

        Export.objects.update(options={"confirmed": ["disclosure_block"]})
        exports.hand_out(export=export, by=clerk, at=now)
