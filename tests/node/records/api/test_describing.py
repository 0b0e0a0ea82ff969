"""Describing documents by the API: fields, If-Match, who has it checked out, attachments, restoring."""

from __future__ import annotations

from typing import Any

import pytest

from records import describing, filing, holding
from records.models import Document, JournalEntry
from tests.factories import ClerkFactory, UserFactory
from tests.node.factories import DocumentFactory, grant

from .asking import AT, DOCUMENTS, clerk_in, is_problem, leaf, open_file, paper, taken_in


def address(document: Document, act: str = "") -> str:
    return f"{DOCUMENTS}{document.public_id}/{act}"


class TestPatch:
    def test_changes_descriptive_fields_and_answers_with_all_of_them(self, api_client) -> None:
        document = DocumentFactory()
        sent = {
            "title": "Bauantrag",
            "document_date": "2026-02-27",
            "received_on": "2026-03-01",
            "kind": "Antrag",
            "direction": "incoming",
            "keywords": ["Carport", "Nachbar"],
            "protection_need": "high",
            "text_exception": "Plan ohne Text",
        }

        answer = api_client(clerk_in(document.file.unit)).patch(address(document), sent, format="json")

        assert answer.status_code == 200, answer.content
        assert {name: answer.json()[name] for name in sent} == sent
        assert answer.json()["stamp_text"] == "Eingegangen 01.03.2026"
        assert JournalEntry.objects.filter(act="describe").count() == 1

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"document_date": "1582-10-15"}, "document_date"),
            ({"document_date": "2999-01-01"}, "document_date"),
            ({"received_on": "2099-01-01"}, "received_on"),
            ({"received_on": "gestern"}, "received_on"),
            ({"title": "x" * 10_000}, "title"),
            ({"title": " "}, "title"),
            ({"title": ["a"]}, "title"),
            ({"title": "a\x00b"}, "title"),
            ({"keywords": "Carport"}, "keywords"),
            ({"keywords": [{"a": 1}]}, "keywords"),
            ({"keywords": ["x" * 61]}, "keywords"),
            ({"direction": "sideways"}, "direction"),
            ({"protection_need": None}, "protection_need"),
            ({"kind": "x" * 61}, "kind"),
        ],
    )
    def test_says_which_field_is_wrong_and_keeps_nothing(self, sent: dict[str, Any], field: str, api_client) -> None:
        document = DocumentFactory()

        answer = api_client(clerk_in(document.file.unit)).patch(address(document), {"kind": "Antrag", **sent}, format="json")

        assert is_problem(answer, 400)
        assert {name.partition(".")[0] for name in answer.json()["errors"]} == {field}
        document.refresh_from_db()
        assert document.kind == ""

    def test_a_stale_etag_gets_412_with_who_and_when(self, api_client) -> None:
        document = DocumentFactory()
        client = api_client(clerk_in(document.file.unit))
        etag = client.get(address(document))["ETag"]
        describing.describe_document(document=document, changes={"kind": "Antrag"}, by=ClerkFactory(display_name="Frau Kurz"), at=AT)

        answer = client.patch(address(document), {"kind": "Plan"}, format="json", headers={"If-Match": etag})

        assert is_problem(answer, 412)
        assert "Frau Kurz" in answer.json()["detail"]
        fresh = client.get(address(document))["ETag"]
        assert client.patch(address(document), {"kind": "Plan"}, format="json", headers={"If-Match": fresh}).status_code == 200

    def test_refuses_readers_strangers_to_the_file_and_closed_files(self, api_client) -> None:
        document = DocumentFactory()

        assert is_problem(api_client(clerk_in(document.file.unit, "read")).patch(address(document), {"kind": "x"}, format="json"), 403)
        assert is_problem(api_client(clerk_in(leaf())).patch(address(document), {"kind": "x"}, format="json"), 404)
        filing.close_file(file=document.file, by=document.created_by, at=AT)
        assert is_problem(api_client(clerk_in(document.file.unit)).patch(address(document), {"kind": "x"}, format="json"), 409)


class TestPost:
    def test_takes_the_same_fields_with_the_upload(self, api_client) -> None:
        file = open_file()
        fields = {"document_date": "2026-02-27", "direction": "outgoing", "kind": "Bescheid", "keywords": ["Carport", "Anbau"]}

        answer = api_client(clerk_in(file.unit)).post(
            DOCUMENTS, {"file": str(file.public_id), "content": paper(), **fields}, format="multipart"
        )

        assert answer.status_code == 201, answer.content
        assert {name: answer.json()[name] for name in fields} == fields

    def test_refuses_what_patch_refuses(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))
        for field, value in (("received_on", "2099-01-01"), ("document_date", "1582-01-01"), ("direction", "sideways")):
            answer = client.post(DOCUMENTS, {"file": str(file.public_id), "content": paper(), field: value}, format="multipart")

            assert is_problem(answer, 400)
            assert answer.json()["errors"].keys() == {field}
        assert not Document.objects.exists()


class TestCheckOut:
    def test_others_get_409_saying_who_and_since_when(self, api_client) -> None:
        document = taken_in(open_file())
        holder = clerk_in(document.file.unit)
        holder.display_name = "Frau Halter"
        holder.save()
        answer = api_client(holder).post(address(document, "check-out/"))
        assert answer.json()["checked_out"]["by"] == "Frau Halter"
        other = api_client(clerk_in(document.file.unit))

        refusals = [
            other.post(address(document, "check-out/")),
            other.post(address(document, "check-in/")),
            other.patch(address(document), {"kind": "Plan"}, format="json", headers={"If-Match": '"old"'}),
            other.post(address(document, "versions/"), {"content": paper(b"zwei")}, format="multipart"),
            other.post(address(document, "cancel/"), {"reason": "Irrtum"}, format="json"),
        ]

        for refusal in refusals:
            assert is_problem(refusal, 409)
            assert "Frau Halter" in refusal.json()["detail"]
            assert "seit" in refusal.json()["detail"]

    def test_the_holder_checks_in_with_a_new_version_or_without(self, api_client) -> None:
        document = taken_in(open_file())
        client = api_client(clerk_in(document.file.unit))

        client.post(address(document, "check-out/"))
        answer = client.post(address(document, "check-in/"), {"content": paper(b"zwei"), "comment": "neu"}, format="multipart")
        assert (answer.status_code, answer.json()["version"], answer.json()["checked_out"]) == (200, 2, None)

        client.post(address(document, "check-out/"))
        assert client.post(address(document, "check-in/")).json()["version"] == 2

    def test_taking_back_is_for_the_registry_and_managers_with_a_reason(self, api_client) -> None:
        document = DocumentFactory()
        holding.check_out(document=document, by=ClerkFactory(), at=AT)
        registry = UserFactory(roles=["registry"])
        grant(registry, document.file.unit, "write")

        assert is_problem(
            api_client(clerk_in(document.file.unit)).post(address(document, "take-back/"), {"reason": "krank"}, format="json"), 403
        )
        assert is_problem(api_client(registry).post(address(document, "take-back/"), {}, format="json"), 400)
        answer = api_client(registry).post(address(document, "take-back/"), {"reason": "krank"}, format="json")
        assert answer.json()["checked_out"] is None


class TestAttachments:
    def test_are_attached_and_detached(self, api_client) -> None:
        file = open_file()
        parent, document = DocumentFactory(file=file), DocumentFactory(file=file)
        client = api_client(clerk_in(file.unit))

        answer = client.post(address(document, "attach/"), {"to": str(parent.public_id)}, format="json")

        assert (answer.json()["parent"], answer.json()["position"]) == (str(parent.public_id), 2)
        assert is_problem(client.post(address(parent, "attach/"), {"to": str(document.public_id)}, format="json"), 409)
        assert client.post(address(document, "detach/")).json()["parent"] is None

    def test_a_hidden_document_is_none(self, api_client) -> None:
        document, hidden = DocumentFactory(), DocumentFactory()

        answer = api_client(clerk_in(document.file.unit)).post(address(document, "attach/"), {"to": str(hidden.public_id)}, format="json")

        assert is_problem(answer, 400)


class TestRestore:
    def test_undoes_a_cancel(self, api_client) -> None:
        document = DocumentFactory()
        client = api_client(clerk_in(document.file.unit))
        client.post(address(document, "cancel/"), {"reason": "Irrtum"}, format="json")

        answer = client.post(address(document, "restore/"))

        assert (answer.json()["cancelled"], answer.json()["position"]) == (False, 1)
        assert is_problem(client.post(address(document, "restore/")), 409)


class TestQueries:
    def test_a_list_costs_the_same_for_many_documents_with_all_of_it(self, api_client, queries) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit, "read"))
        counts = []
        for _round in range(2):
            for _number in range(5):
                parent = DocumentFactory(file=file, direction="incoming", received_on=AT.date())
                DocumentFactory(file=file, parent=parent, checked_out_by=ClerkFactory(), checked_out_at=AT)
            with queries() as seen:
                assert client.get(f"{DOCUMENTS}?file={file.public_id}").status_code == 200
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 12
