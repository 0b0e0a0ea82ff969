"""A Vermerk and sticky notes by the API; two versions compared."""

from __future__ import annotations

from records import sticking
from records.models import Document, StickyNote
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, DocumentVersionFactory, PageFactory, grant

from .asking import AT, DOCUMENTS, FILES, clerk_in, is_problem, open_file


class TestNotes:
    def test_a_note_is_filed_as_a_document_once(self, api_client) -> None:
        file = open_file("Schriftwechsel")
        client = api_client(clerk_in(file.unit))
        sent = {"title": "Anruf", "text": "# Anlass\n\nRückruf erbeten.", "register": "Schriftwechsel"}

        answers = [
            client.post(f"{FILES}{file.public_id}/notes/", sent, format="json", headers={"Idempotency-Key": "eins"}) for _twice in range(2)
        ]

        assert [answer.status_code for answer in answers] == [201, 201]
        body = answers[0].json()
        assert (body["kind"], body["direction"], body["media_type"], body["title"]) == ("Vermerk", "internal", "application/pdf", "Anruf")
        assert answers[1].json() == body
        assert Document.objects.count() == 1

    def test_says_what_is_missing(self, api_client) -> None:
        file = open_file()
        address = f"{FILES}{file.public_id}/notes/"
        client = api_client(clerk_in(file.unit))

        assert client.post(address, {"title": "Anruf", "text": " \n "}, format="json").json()["errors"].keys() == {"text"}
        assert client.post(address, {"title": "Anruf", "text": "x" * 20_001}, format="json").json()["errors"].keys() == {"text"}
        assert is_problem(client.post(address, {"title": "Anruf", "text": "x", "register": "gibt es nicht"}, format="json"), 400)
        assert is_problem(api_client(clerk_in(file.unit, "read")).post(address, {"title": "Anruf", "text": "x"}, format="json"), 403)

    def test_is_refused_in_a_closed_file(self, api_client) -> None:
        file = open_file(status="closed", closed_at=AT)

        assert is_problem(
            api_client(clerk_in(file.unit)).post(f"{FILES}{file.public_id}/notes/", {"title": "A", "text": "b"}, format="json"), 409
        )


class TestStickyNotes:
    def test_are_stuck_on_listed_changed_and_taken_off(self, api_client) -> None:
        document = DocumentFactory()
        address = f"{FILES}{document.file.public_id}/sticky-notes/"
        client = api_client(clerk_in(document.file.unit))

        answer = client.post(address, {"document": str(document.public_id), "text": "Prüfen", "printed": True}, format="json")
        assert answer.status_code == 201, answer.content
        note = f"/api/v1/sticky-notes/{answer.json()['id']}/"
        assert [row["text"] for row in client.get(address).json()["results"]] == ["Prüfen"]
        assert client.patch(note, {"text": "Erledigt"}, format="json").json() == {**answer.json(), "text": "Erledigt"}
        assert client.post(f"{note}take-off/").status_code == 204
        assert client.get(address).json()["results"] == []
        assert is_problem(client.patch(note, {"text": "x"}, format="json"), 404)

    def test_what_was_changed_in_another_window_is_not_overwritten(self, api_client) -> None:
        document = DocumentFactory()
        client = api_client(clerk_in(document.file.unit))
        sent = {"document": str(document.public_id), "text": "Prüfen"}
        made = client.post(f"{FILES}{document.file.public_id}/sticky-notes/", sent, format="json")
        address = f"/api/v1/sticky-notes/{made.json()['id']}/"

        assert client.get(address)["ETag"] == made["ETag"]
        changed = client.patch(address, {"text": "Erledigt"}, format="json", headers={"If-Match": made["ETag"]})
        refused = client.patch(address, {"text": "Offen"}, format="json", headers={"If-Match": made["ETag"]})

        assert (changed.status_code, changed["ETag"] != made["ETag"]) == (200, True)
        assert is_problem(refused, 412)
        assert "Erledigt" in refused.json()["detail"]
        assert client.patch(address, {"text": "Offen"}, format="json", headers={"If-Match": changed["ETag"]}).status_code == 200

    def test_are_changed_by_their_writer_alone_and_seen_by_readers(self, api_client) -> None:
        document, reader = DocumentFactory(), ClerkFactory()
        note = sticking.stick(document=document, page=1, text="Meins", printed=False, by=ClerkFactory(), at=AT)
        grant(reader, document.file.unit)
        address = f"/api/v1/sticky-notes/{note.public_id}/"

        assert is_problem(api_client(clerk_in(document.file.unit)).patch(address, {"text": "Deins"}, format="json"), 403)
        assert is_problem(api_client(reader).post(f"{address}take-off/"), 403)
        assert len(api_client(reader).get(f"{FILES}{document.file.public_id}/sticky-notes/").json()["results"]) == 1
        assert is_problem(api_client(ClerkFactory()).patch(address, {"text": "x"}, format="json"), 404)

    def test_stick_to_documents_of_this_file_only(self, api_client) -> None:
        file, other = open_file(), DocumentFactory()
        client = api_client(clerk_in(file.unit))

        for sent in ({"document": str(other.public_id), "text": "x"}, {"document": "x", "text": "x"}, {"text": "x"}):
            assert is_problem(client.post(f"{FILES}{file.public_id}/sticky-notes/", sent, format="json"), 400)
        assert not StickyNote.objects.exists()


class TestComparison:
    def test_says_what_was_taken_out_and_put_in(self, api_client) -> None:
        document = DocumentFactory(pages=["Frist am Montag"])
        newer = DocumentVersionFactory(document=document, number=2)
        PageFactory(version=newer, number=1, text="Frist am Freitag")
        Document.objects.filter(pk=document.pk).update(current=newer)

        answer = api_client(clerk_in(document.file.unit, "read")).get(f"{DOCUMENTS}{document.public_id}/comparison/")

        body = answer.json()
        assert (body["older"], body["newer"], body["differing"], body["next"]) == (1, 2, 1, None)
        assert [piece for piece in body["pages"][0]["newer_text"] if piece["kind"] == "new"] == [{"kind": "new", "text": "Freitag"}]

    def test_refuses_what_has_not_been_read_and_what_is_not_there(self, api_client) -> None:
        document = DocumentFactory(version__state="failed", version__failure="broken")
        client = api_client(clerk_in(document.file.unit))

        assert is_problem(client.get(f"{DOCUMENTS}{document.public_id}/comparison/"), 409)
        assert is_problem(client.get(f"{DOCUMENTS}{document.public_id}/comparison/?older=7"), 404)
        assert is_problem(client.get(f"{DOCUMENTS}{document.public_id}/comparison/?older=x"), 400)
