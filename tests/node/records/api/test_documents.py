"""/api/v1/documents/: taking in, lists, one of them."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import override_settings
from rest_framework.renderers import JSONRenderer

from records import filing, granting, refiling
from records.api.document_serializers import DocumentOut
from records.models import Document, DocumentVersion, JournalEntry, Reading
from tenants import stores
from tenants.models import MunicipalSettings
from tests.node.factories import DocumentFactory, RegisterFactory

from .asking import AT, DOCUMENTS, PROGRAM, clerk_in, is_problem, leaf, open_file, paper, parts, taken_in

PROMISED = {
    *("id", "title", "file", "register", "position", "state", "sha256", "size", "media_type", "original_name", "page_count", "version"),
    *("created_at", "failure", "notice"),
}


def upload(client, to, **fields):
    return client.post(DOCUMENTS, {"file": str(to.public_id), "content": paper(), **fields}, format="multipart")


class TestTakeIn:
    def test_answers_with_what_lies_safely_in_the_store(self, api_client) -> None:
        file = open_file("Antrag")
        register = file.registers.get()

        answer = upload(
            api_client(clerk_in(file.unit)), file, register=str(register.public_id), title="Bauantrag", received_on="2026-02-28"
        )

        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert body.keys() >= PROMISED
        assert (body["title"], body["file"], body["register"]) == ("Bauantrag", str(file.public_id), str(register.public_id))
        assert (body["state"], body["position"], body["version"], body["received_on"]) == ("received", 1, 1, "2026-02-28")
        assert (body["media_type"], body["original_name"], body["page_count"]) == ("text/plain", "brief.txt", None)
        assert stores.of_municipality().path(body["sha256"]).read_bytes() == b"Sehr geehrte Damen und Herren"
        assert answer["Location"].endswith(f"/api/v1/documents/{body['id']}/")
        assert Reading.objects.filter(version__document__public_id=body["id"]).exists()
        assert JournalEntry.objects.filter(act="take_in", object_id=body["id"], file_id=file.public_id).count() == 1

    def test_takes_title_from_the_name_and_the_register_by_its_name(self, api_client) -> None:
        file = open_file("Pläne")

        body = upload(api_client(clerk_in(file.unit)), file, content=paper(name="Lageplan Süd.txt"), register="Pläne", case="").json()

        assert body["title"] == "Lageplan Süd"
        assert body["register"] == str(file.registers.get().public_id)

    def test_tells_of_duplicates_that_the_caller_may_see_and_of_no_others(self, api_client) -> None:
        file, hidden = open_file(), open_file()
        mine, _others = taken_in(file, b"dasselbe"), taken_in(hidden, b"dasselbe")

        body = upload(api_client(clerk_in(file.unit)), file, content=paper(b"dasselbe")).json()

        expected = {"id": str(mine.public_id), "title": mine.title, "file_reference": file.file_reference}
        assert body["duplicates"] == [expected]
        assert body["id"] != str(mine.public_id)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"content": ""}, "content"),
            ({"content": b""}, "content"),
            ({"register": str(uuid4())}, "register"),
            ({"register": "Fremd"}, "register"),
            ({"case": "1234-1.1"}, "case"),
            ({"title": "x" * 501}, "title"),
            ({"title": "a\x00b"}, "title"),
            ({"received_on": "31.12.2025"}, "received_on"),
            ({"file": "63.12"}, "file"),
        ],
    )
    def test_refuses_what_is_not_valid_and_keeps_nothing(self, fields, field, api_client) -> None:
        file = open_file()

        if isinstance(fields.get("content"), bytes):
            fields = {"content": paper(fields["content"])}

        answer = upload(api_client(clerk_in(file.unit)), file, **fields)

        assert is_problem(answer, 400)
        assert field in answer.json()["errors"]
        assert not Document.objects.exists()

    def test_refuses_an_upload_without_content_or_file(self, api_client) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))

        assert "content" in client.post(DOCUMENTS, {"file": str(file.public_id)}, format="multipart").json()["errors"]
        assert "file" in client.post(DOCUMENTS, {"content": paper()}, format="multipart").json()["errors"]
        assert is_problem(client.post(DOCUMENTS, {"file": str(file.public_id)}, format="json"), 415)
        assert is_problem(client.post(DOCUMENTS, b"no parts", content_type="multipart/form-data; boundary=x"), 400)
        assert is_problem(client.post(DOCUMENTS, b"no parts", content_type="multipart/form-data"), 400)

    def test_refuses_two_files_at_once(self, api_client) -> None:
        file = open_file()

        answer = upload(api_client(clerk_in(file.unit)), file, content=[paper(b"eins"), paper(b"zwei")])

        assert is_problem(answer, 400)
        assert answer.json()["errors"].keys() == {"content"}
        assert not Document.objects.exists()

    def test_refuses_a_register_of_another_file(self, api_client) -> None:
        file = open_file()
        other = RegisterFactory(file=open_file(unit=file.unit))

        assert is_problem(upload(api_client(clerk_in(file.unit)), file, register=str(other.public_id)), 400)

    def test_refuses_programs(self, api_client) -> None:
        file = open_file()

        assert is_problem(upload(api_client(clerk_in(file.unit)), file, content=paper(PROGRAM, "rechnung.pdf")), 415)
        assert not Document.objects.exists()

    def test_refuses_what_is_too_large(self, api_client) -> None:
        file = open_file()

        with override_settings(MAX_UPLOAD_BYTES=1000):
            answer = upload(api_client(clerk_in(file.unit)), file, content=paper(b"x" * 1001))

        assert is_problem(answer, 413)
        assert not Document.objects.exists()

    def test_refuses_closed_files_hidden_files_and_readers(self, api_client) -> None:
        file = open_file()
        assert is_problem(upload(api_client(clerk_in(leaf())), file), 404)
        assert is_problem(upload(api_client(clerk_in(file.unit, "read")), file), 403)

        filing.close_file(file=file, by=file.created_by, at=AT)

        assert is_problem(upload(api_client(clerk_in(file.unit)), file), 409)
        assert not Document.objects.exists()

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd", "a\x00b.txt", "🦄.txt", "\u202etxt.exe.txt", "n" * 300 + ".txt", " . ", 'a"b.txt']
    )
    def test_makes_odd_names_harmless(self, name, api_client) -> None:
        file = open_file()

        answer = api_client(clerk_in(file.unit)).post(DOCUMENTS, **parts(name, b"Guten Tag", file=str(file.public_id)))

        assert answer.status_code == 201, answer.content
        kept = answer.json()["original_name"]
        assert len(kept.encode()) <= 255
        assert not set(kept) & {"/", "\x00", "\u202e"}

    def test_needs_a_constant_number_of_queries(self, api_client, queries) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))
        upload(client, file)
        counts = []
        for number in range(2):
            with queries() as seen:
                assert upload(client, file, content=paper(bytes([number + 65]))).status_code == 201
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 40


class TestList:
    def test_shows_visible_standing_documents_newest_first(self, api_client) -> None:
        file = open_file()
        old = DocumentFactory(file=file, created_at=AT)
        new = DocumentFactory(file=file, created_at=AT + timedelta(days=1))
        DocumentFactory(file=file, cancelled_at=AT)
        DocumentFactory()

        results = api_client(clerk_in(file.unit, "read")).get(DOCUMENTS).json()["results"]

        assert [row["id"] for row in results] == [str(new.public_id), str(old.public_id)]
        assert results[0].keys() >= PROMISED

    def test_filters(self, api_client) -> None:
        file = open_file("Antrag")
        register = file.registers.get()
        document = DocumentFactory(file=file, register=register, title="Bescheid über die Genehmigung", version__state="failed")
        DocumentFactory(file=open_file(unit=file.unit))
        client = api_client(clerk_in(file.unit, "read"))

        for asked in (
            {"file": file.public_id},
            {"register": register.public_id},
            {"state": "failed"},
            {"q": "genehmigung"},
        ):
            assert [r["id"] for r in client.get(DOCUMENTS, asked).json()["results"]] == [str(document.public_id)]
        assert is_problem(client.get(DOCUMENTS, {"file": "x", "state": "y"}), 400)
        assert client.get(DOCUMENTS, {"file": uuid4()}).json()["results"] == []

    def test_pages_lose_none_of_many_documents_of_one_moment(self, api_client) -> None:
        file = open_file()
        made = {str(DocumentFactory(file=file, version=False).public_id) for _n in range(12)}
        client = api_client(clerk_in(file.unit, "read"))

        found, address = [], DOCUMENTS + "?page_size=5"
        while address:
            page = client.get(address).json()
            found += [row["id"] for row in page["results"]]
            address = page["next"]

        assert len(found) == 12
        assert set(found) == made

    @pytest.mark.parametrize(("order", "expected"), [("newest_on_top", [1, 2, 3]), ("oldest_on_top", [3, 2, 1])])
    def test_positions_count_from_the_top_of_each_register(self, order, expected, api_client) -> None:
        MunicipalSettings.objects.update_or_create(pk=1, defaults={"stapling_order": order})
        file = open_file("A", "B")
        first, second = file.registers.order_by("position")
        for rank in (1, 2, 3):
            DocumentFactory(file=file, register=first, rank=rank, created_at=AT + timedelta(hours=rank))
        DocumentFactory(file=file, register=first, rank=4, cancelled_at=AT)
        lone, loose = DocumentFactory(file=file, register=second), DocumentFactory(file=file)
        client = api_client(clerk_in(file.unit, "read"))

        rows = client.get(DOCUMENTS, {"register": first.public_id}).json()["results"]

        assert [row["position"] for row in rows] == expected
        assert [client.get(f"{DOCUMENTS}{d.public_id}/").json()["position"] for d in (lone, loose)] == [1, 1]

    @pytest.mark.parametrize("order", ["newest_on_top", "oldest_on_top"])
    def test_an_upload_is_answered_with_what_is_found_later(self, order, api_client) -> None:
        MunicipalSettings.objects.update_or_create(pk=1, defaults={"stapling_order": order})
        file = open_file("A")
        client = api_client(clerk_in(file.unit, "write"))
        DocumentFactory(file=file, register=file.registers.get(), rank=7, cancelled_at=AT)

        for register in ("A", "A", ""):
            told = upload(client, file, **({"register": register} if register else {})).json()
            del told["duplicates"]
            assert told == client.get(f"{DOCUMENTS}{told['id']}/").json()

    def test_the_number_of_queries_does_not_depend_on_the_page(self, api_client, queries) -> None:
        file = open_file("A")
        client = api_client(clerk_in(file.unit, "read"))
        counts = []
        for _round in range(2):
            for _n in range(8):
                DocumentFactory(file=file, register=file.registers.get())
            with queries() as seen:
                assert client.get(DOCUMENTS).status_code == 200
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 12


class TestRetrieve:
    def test_says_why_reading_failed_and_what_to_know(self, api_client) -> None:
        document = DocumentFactory(version__state="failed", version__failure="broken", version__notices=["wrong_name"])

        body = api_client(clerk_in(document.file.unit, "read")).get(f"{DOCUMENTS}{document.public_id}/").json()

        assert body["state"] == "failed"
        assert body["failure"].endswith(".")
        assert body["notice"].endswith(".")

    def test_a_cancelled_one_stays_readable_and_is_marked(self, api_client) -> None:
        document = DocumentFactory(cancelled_at=AT)

        body = api_client(clerk_in(document.file.unit, "read")).get(f"{DOCUMENTS}{document.public_id}/").json()

        assert (body["cancelled"], body["position"]) == (True, None)

    def test_after_an_erasure_the_fact_stays_without_content(self, api_client) -> None:
        document = DocumentFactory(version=False, erased_at=AT, cancelled_at=AT)
        client = api_client(clerk_in(document.file.unit, "read"))

        body = client.get(f"{DOCUMENTS}{document.public_id}/").json()

        assert (body["state"], body["sha256"], body["version"]) == (None, None, None)
        for part in ("content/", "text/", "pages/1/image/", "versions/1/content/"):
            assert is_problem(client.get(f"{DOCUMENTS}{document.public_id}/{part}"), 404)

    def test_its_etag_names_all_that_the_answer_says(self, api_client) -> None:
        file, elsewhere = open_file(), leaf()
        clerk = clerk_in(file.unit)
        granting.grant(target=elsewhere, to=clerk, right="write_records", by=None, at=AT)
        client = api_client(clerk)
        told = upload(client, file)
        address = f"{DOCUMENTS}{told.json()['id']}/"
        etag = told["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304

        for change in (
            lambda: DocumentVersion.objects.update(state="ready", page_count=1),
            lambda: client.post(f"{address}read-again/"),
            lambda: upload(client, file),
            lambda: refiling.refile_file(file=file, unit=elsewhere, reason="verlegt", by=clerk, at=AT),
        ):
            change()
            answer = client.get(address, headers={"If-None-Match": etag})
            assert answer.status_code == 200
            assert answer["ETag"] != etag
            etag = answer["ETag"]

    @pytest.mark.parametrize("id", ["7a922e60-d865-4e3e-a048-93b2388b0233", "17", "%00"])
    def test_knows_nothing_of_other_ids(self, id, api_client) -> None:
        assert is_problem(api_client(clerk_in(leaf())).get(f"{DOCUMENTS}{id}/"), 404)


class TestSchema:
    def test_says_what_is_said(self, api_client) -> None:
        file = open_file("Antrag")
        document = DocumentFactory(file=file, register=file.registers.get(), received_on="2026-02-28", title="Bauantrag")

        said = api_client(clerk_in(file.unit)).get(f"{DOCUMENTS}{document.public_id}/").json()

        beside = {"position": 1, "failure": None, "notice": None, "cancelled": False}
        for name, value in {**beside, **{name: said[name] for name in ("stamp_text", "document_reference", "checked_out")}}.items():
            setattr(document, name, value)
        assert said == json.loads(JSONRenderer().render(DocumentOut(document).data))
