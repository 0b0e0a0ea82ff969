"""/api/v1/files/{id}/foliate/, /folios/ and /bookmarks/."""

from __future__ import annotations

from uuid import uuid4

import pytest

from records import filing
from records.models import Bookmark
from tenants.models import MunicipalSettings
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory

from .asking import AT, FILES, clerk_in, is_problem, open_file


@pytest.fixture(autouse=True)
def _per_sheet() -> None:
    MunicipalSettings.objects.update_or_create(pk=1, defaults={"folio_numbering": "per_sheet", "stapling_order": "oldest_on_top"})


def url(file, verb: str) -> str:
    return f"{FILES}{file.public_id}/{verb}/"


class TestFoliate:
    def test_gives_numbers_that_the_sheets_then_show(self, api_client) -> None:
        file = open_file()
        DocumentFactory(file=file, rank=1, pages=["", "", ""])
        DocumentFactory(file=file, rank=9, pages=[""])
        client = api_client(clerk_in(file.unit))

        answer = client.post(url(file, "foliate"))
        between = DocumentFactory(file=file, rank=5, pages=[""])
        again = client.post(url(file, "foliate"))

        assert answer.status_code == again.status_code == 200
        assert answer.json()["given"] == ["1", "1 RS", "2", "3"]
        assert answer.json()["foliated_at"] is not None
        assert again.json()["given"] == ["2a"]
        sheets = client.get(url(file, "sheets")).json()["results"]
        assert [sheet["folio_number"] for sheet in sheets] == ["1", "1 RS", "2", "2a", "3"]
        assert sheets[3]["document"] == str(between.public_id)
        assert client.get(f"{FILES}{file.public_id}/").json()["foliated_at"] == again.json()["foliated_at"]

    def test_is_refused_while_documents_are_read(self, api_client) -> None:
        file = open_file()
        DocumentFactory(file=file, title="Gutachten", version__state="reading")

        refused = api_client(clerk_in(file.unit)).post(url(file, "foliate"))

        assert is_problem(refused, 409)
        assert "Gutachten" in refused.json()["detail"]

    def test_readers_may_look_but_not_foliate_and_others_know_of_nothing(self, api_client) -> None:
        file = open_file()
        DocumentFactory(file=file, pages=[""])
        reader, stranger = api_client(clerk_in(file.unit, "read")), api_client(ClerkFactory())

        assert is_problem(reader.post(url(file, "foliate")), 403)
        assert reader.get(url(file, "folios")).status_code == 200
        assert is_problem(stranger.post(url(file, "foliate")), 404)
        assert is_problem(stranger.get(url(file, "folios")), 404)

    def test_a_closed_file_is_foliated_a_cancelled_one_is_not(self, api_client) -> None:
        closed, cancelled = open_file(status="closed", closed_at=AT), open_file(status="cancelled", cancelled_at=AT)
        for file in (closed, cancelled):
            DocumentFactory(file=file, pages=[""])

        assert api_client(clerk_in(closed.unit)).post(url(closed, "foliate")).status_code == 200
        assert is_problem(api_client(clerk_in(cancelled.unit)).post(url(cancelled, "foliate")), 409)


class TestFolios:
    def test_shows_gaps_and_what_is_new(self, api_client) -> None:
        file = open_file()
        gone = DocumentFactory(file=file, rank=1, title="Irrläufer", pages=["", ""])
        DocumentFactory(file=file, rank=2, pages=[""])
        client = api_client(clerk_in(file.unit))
        client.post(url(file, "foliate"))
        filing.cancel_document(document=gone, reason="falsche Akte", by=ClerkFactory(), at=AT)
        new = DocumentFactory(file=file, rank=3, title="Nachtrag", pages=[""])

        told = client.get(url(file, "folios")).json()

        assert told["gaps"] == [
            {
                "folio_numbers": "1–1 RS",
                "reason": "cancelled",
                "detail": "Das Dokument ist storniert.",
                "document": {"id": str(gone.public_id), "title": "Irrläufer"},
            }
        ]
        assert told["new"] == [{"id": str(new.public_id), "title": "Nachtrag"}]
        assert (told["sheets"], told["numbered"], told["last"]) == (2, 1, "2")

    def test_before_foliating(self, api_client) -> None:
        file = open_file()

        told = api_client(clerk_in(file.unit, "read")).get(url(file, "folios")).json()

        assert (told["foliated_at"], told["sheets"], told["last"], told["gaps"]) == (None, 0, None, [])


class TestBookmarks:
    def test_are_put_in_listed_and_taken_out(self, api_client) -> None:
        file = open_file()
        document = DocumentFactory(file=file, title="Bescheid", pages=["", ""])
        client = api_client(clerk_in(file.unit, "read"))
        place = {"document": str(document.public_id), "page": 2}

        made = client.post(url(file, "bookmarks"), place, format="json")
        client.post(url(file, "bookmarks"), place, format="json")
        listed = client.get(url(file, "bookmarks")).json()["results"]

        assert made.status_code == 201
        assert [(row["document"], row["title"], row["page"]) for row in listed] == [(str(document.public_id), "Bescheid", 2)]
        assert client.post(url(file, "bookmarks/remove"), place, format="json").status_code == 204
        assert client.get(url(file, "bookmarks")).json() == {"results": [], "next": None, "previous": None}

    def test_are_listed_page_by_page(self, api_client) -> None:
        file = open_file()
        document = DocumentFactory(file=file, pages=[""] * 5)
        client = api_client(clerk_in(file.unit, "read"))
        for page in (4, 1, 5, 2, 3):
            client.post(url(file, "bookmarks"), {"document": str(document.public_id), "page": page}, format="json")

        found, address = [], url(file, "bookmarks") + "?page_size=2"
        while address:
            listed = client.get(address).json()
            assert len(listed["results"]) <= 2
            found += [row["page"] for row in listed["results"]]
            address = listed["next"]

        assert found == [4, 1, 5, 2, 3]

    def test_are_seen_by_nobody_else(self, api_client) -> None:
        file = open_file()
        document = DocumentFactory(file=file, pages=[""])
        first, second = clerk_in(file.unit, "read"), clerk_in(file.unit, "manage")
        place = {"document": str(document.public_id), "page": 1}
        api_client(first).post(url(file, "bookmarks"), place, format="json")

        assert api_client(second).get(url(file, "bookmarks")).json()["results"] == []
        api_client(second).post(url(file, "bookmarks/remove"), place, format="json")
        assert Bookmark.objects.get().user == first

    @pytest.mark.parametrize("verb", ["bookmarks", "bookmarks/remove"])
    def test_of_another_file_or_of_nothing_are_refused(self, api_client, verb) -> None:
        file = open_file()
        elsewhere = DocumentFactory(pages=[""])
        client = api_client(clerk_in(file.unit))

        for document in (elsewhere.public_id, uuid4()):
            assert is_problem(client.post(url(file, verb), {"document": str(document), "page": 1}, format="json"), 404)
        for page in (0, -1, "eins", 10**12):
            sent = {"document": str(elsewhere.public_id), "page": page}
            assert is_problem(client.post(url(file, verb), sent, format="json"), 400)

    def test_a_page_that_is_not_there_gets_none(self, api_client) -> None:
        document = DocumentFactory(pages=[""])
        client = api_client(clerk_in(document.file.unit))

        assert is_problem(
            client.post(url(document.file, "bookmarks"), {"document": str(document.public_id), "page": 2}, format="json"), 409
        )
