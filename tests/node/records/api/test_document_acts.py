"""Acts on one document: new versions, moving, cancelling, reading again."""

from __future__ import annotations

import pytest

from records import filing, granting
from records.models import JournalEntry, Reading
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, DocumentVersionFactory, grant

from .asking import AT, DOCUMENTS, PROGRAM, clerk_in, is_problem, leaf, open_file, paper, read_to_its_end, taken_in


class TestVersions:
    def test_a_new_one_becomes_the_current_one_and_the_old_ones_stay(self, api_client) -> None:
        document = taken_in(open_file(), b"eins")
        client = api_client(clerk_in(document.file.unit))
        address = f"{DOCUMENTS}{document.public_id}/versions/"

        answer = client.post(address, {"content": paper(b"zwei", "zwei.txt"), "comment": "unterschrieben"}, format="multipart")

        assert answer.status_code == 201, answer.content
        assert (answer.json()["version"], answer.json()["comment"], answer.json()["state"]) == (2, "unterschrieben", "received")
        assert [row["version"] for row in client.get(address).json()["results"]] == [2, 1]
        assert client.get(f"{DOCUMENTS}{document.public_id}/").json()["version"] == 2
        assert b"".join(client.get(f"{address}1/content/").streaming_content) == b"eins"
        assert b"".join(client.get(f"{DOCUMENTS}{document.public_id}/content/").streaming_content) == b"zwei"

    def test_is_refused_like_a_new_document(self, api_client) -> None:
        document = taken_in(open_file())
        address = f"{DOCUMENTS}{document.public_id}/versions/"
        writer = api_client(clerk_in(document.file.unit))

        assert is_problem(writer.post(address, {"content": paper(b"")}, format="multipart"), 400)
        assert is_problem(writer.post(address, {}, format="multipart"), 400)
        twice = writer.post(address, {"content": [paper(b"eins"), paper(b"zwei")]}, format="multipart")
        assert is_problem(twice, 400)
        assert twice.json()["errors"].keys() == {"content"}
        assert is_problem(writer.post(address, {"content": paper(PROGRAM, "x.pdf")}, format="multipart"), 415)
        assert is_problem(api_client(clerk_in(document.file.unit, "read")).post(address, {"content": paper()}, format="multipart"), 403)
        assert is_problem(api_client(clerk_in(leaf())).post(address, {"content": paper()}, format="multipart"), 404)
        filing.close_file(file=read_to_its_end(document).file, by=document.created_by, at=AT)
        assert is_problem(writer.post(address, {"content": paper()}, format="multipart"), 409)
        assert document.versions.count() == 1

    def test_the_number_of_queries_does_not_depend_on_the_list(self, api_client, queries) -> None:
        document = DocumentFactory()
        client = api_client(clerk_in(document.file.unit, "read"))
        counts = []
        for _round in range(2):
            DocumentVersionFactory(document=document)
            DocumentVersionFactory(document=document)
            with queries() as seen:
                client.get(f"{DOCUMENTS}{document.public_id}/versions/")
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 12


class TestMove:
    def test_into_another_register_at_a_position(self, api_client) -> None:
        file = open_file("A", "B")
        first, second = file.registers.order_by("position")
        for rank in (1, 2):
            DocumentFactory(file=file, register=second, rank=rank)
        document = DocumentFactory(file=file, register=first)
        client = api_client(clerk_in(file.unit))

        sent = {"file": str(file.public_id), "register": str(second.public_id), "position": 2}
        answer = client.post(f"{DOCUMENTS}{document.public_id}/move/", sent, format="json")

        assert answer.status_code == 200, answer.content
        assert (answer.json()["register"], answer.json()["position"]) == (str(second.public_id), 2)
        assert JournalEntry.objects.filter(act="move", object_id=document.public_id).count() == 1

    def test_into_another_file(self, api_client) -> None:
        document = DocumentFactory()
        target = open_file("B", unit=document.file.unit)
        client = api_client(clerk_in(target.unit))

        answer = client.post(f"{DOCUMENTS}{document.public_id}/move/", {"file": str(target.public_id), "register": "B"}, format="json")

        assert answer.json()["file"] == str(target.public_id)
        assert JournalEntry.objects.filter(act="move", file_id__in=[target.public_id, document.file.public_id]).count() == 2

    def test_needs_the_right_to_write_in_both_files(self, api_client) -> None:
        document, readable, hidden = DocumentFactory(), open_file(), open_file()
        clerk = clerk_in(document.file.unit)
        granting.grant(target=readable.unit, to=clerk, right="read_records", by=None, at=AT)
        address = f"{DOCUMENTS}{document.public_id}/move/"
        client = api_client(clerk)

        assert is_problem(client.post(address, {"file": str(readable.public_id)}, format="json"), 403)
        assert is_problem(client.post(address, {"file": str(hidden.public_id)}, format="json"), 404)
        assert is_problem(api_client(clerk_in(document.file.unit, "read")).post(address, {"position": 1}, format="json"), 403)

    def test_refuses_what_cannot_be(self, api_client) -> None:
        document = DocumentFactory()
        client = api_client(clerk_in(document.file.unit))
        address = f"{DOCUMENTS}{document.public_id}/move/"

        assert is_problem(client.post(address, {"position": 0}, format="json"), 400)
        assert is_problem(client.post(address, {"position": "oben"}, format="json"), 400)
        assert is_problem(client.post(address, {"register": "gibt es nicht"}, format="json"), 400)
        assert is_problem(client.post(address, {"file": "x"}, format="json"), 400)
        for nothing in ({}, {"place": 1}):
            answer = client.post(address, nothing, format="json")
            assert is_problem(answer, 400)
            assert answer.json()["errors"]
        filing.close_file(file=document.file, by=document.created_by, at=AT)
        assert is_problem(client.post(address, {"position": 1}, format="json"), 409)


class TestCancel:
    def test_takes_it_out_of_lists_with_a_reason(self, api_client) -> None:
        document = DocumentFactory()
        client = api_client(clerk_in(document.file.unit))
        address = f"{DOCUMENTS}{document.public_id}/cancel/"

        assert is_problem(client.post(address, {}, format="json"), 400)
        assert client.post(address, {"reason": "Irrläufer"}, format="json").json()["cancelled"] is True
        assert is_problem(client.post(address, {"reason": "Irrläufer"}, format="json"), 409)
        assert client.get(DOCUMENTS).json()["results"] == []

    def test_is_not_for_readers(self, api_client) -> None:
        document = DocumentFactory()

        answer = api_client(clerk_in(document.file.unit, "read")).post(f"{DOCUMENTS}{document.public_id}/cancel/", {"reason": "x"})

        assert is_problem(answer, 403)


class TestReadAgain:
    def test_queues_the_document_and_refuses_while_it_is_beingread_to_its_end(self, api_client) -> None:
        document = DocumentFactory(version__state="failed", version__failure="broken")
        client = api_client(clerk_in(document.file.unit))
        address = f"{DOCUMENTS}{document.public_id}/read-again/"

        answer = client.post(address)

        assert (answer.status_code, answer.json()["state"], answer.json()["failure"]) == (202, "received", None)
        assert Reading.objects.filter(version=document.current, done_at=None).exists()
        assert is_problem(client.post(address), 409)

    @pytest.mark.parametrize("state", [{"status": "closed", "closed_at": AT}, {"status": "cancelled", "cancelled_at": AT}, {}])
    def test_leaves_closed_and_cancelled_files_and_cancelled_documents_alone(self, state, api_client) -> None:
        document = DocumentFactory(file=open_file(**state), cancelled_at=None if state else AT, version__state="failed")

        answer = api_client(clerk_in(document.file.unit)).post(f"{DOCUMENTS}{document.public_id}/read-again/")

        assert is_problem(answer, 409)
        document.current.refresh_from_db()
        assert document.current.state == "failed"
        assert not Reading.objects.exists()

    def test_is_not_for_readers(self, api_client) -> None:
        document = DocumentFactory()
        grant(reader := ClerkFactory(), document.file.unit)

        assert is_problem(api_client(reader).post(f"{DOCUMENTS}{document.public_id}/read-again/"), 403)
