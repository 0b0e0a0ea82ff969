"""/api/v1/search/ and /api/v1/suggest/, over a real index."""

from __future__ import annotations

from uuid import uuid4

import pytest

from records import granting, index_keeping, searching
from records.api.search import DocumentName, FileName, Found, HitOut
from records.models import FormerReference
from tenants import current
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, FilePlanUnitFactory, grant

from .asking import AT, clerk_in, is_problem, leaf, open_file

SEARCH, SUGGEST = "/api/v1/search/", "/api/v1/suggest/"


@pytest.fixture
def indexed(tmp_path, monkeypatch):
    """indexed() builds the index of what the test has made, in a folder of its own."""
    monkeypatch.setattr(current.Municipality, "index", property(lambda town: tmp_path / town.slug))
    monkeypatch.setattr(searching, "_open", {})
    return index_keeping.rebuild


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["document"]["id"] for row in answer.json()["results"]]


class TestSearch:
    def test_finds_a_document_with_page_and_marked_snippet(self, api_client, indexed) -> None:
        document = DocumentFactory(title="Bescheid <b>", pages=["Anschreiben", "Das Baugenehmigungsverfahren ruht <i>"])
        indexed()

        answer = api_client(clerk_in(document.file.unit, "read")).get(SEARCH, {"q": "Genehmigung"})

        body = answer.json()
        assert (body["count"], body["count_is_exact"], body["next"]) == (1, True, None)
        [hit] = body["results"]
        assert hit["document"] == {"id": str(document.public_id), "title": "Bescheid <b>", "draft": False}
        file = document.file
        assert hit["file"] == {"id": str(file.public_id), "file_reference": file.file_reference, "title": file.title}
        assert hit["page"] == 2
        assert "<mark>Baugenehmigungsverfahren</mark>" in hit["snippet"]
        assert "<i>" not in hit["snippet"]
        assert isinstance(hit["score"], float)

    def test_says_what_the_schema_promises(self, api_client, indexed) -> None:
        document = DocumentFactory(pages=["63.1-2026/0001 Kanal"])
        indexed()

        body = api_client(clerk_in(document.file.unit, "read")).get(SEARCH, {"q": document.file.file_reference}).json()

        assert body.keys() == Found().fields.keys()
        [hit], [file] = body["results"], body["files"]
        assert hit.keys() == HitOut().fields.keys()
        assert (hit["document"].keys(), hit["file"].keys(), file.keys()) == (
            DocumentName().fields.keys(),
            FileName().fields.keys(),
            FileName().fields.keys(),
        )

    def test_says_which_hit_is_a_draft(self, api_client, indexed) -> None:
        file = open_file()
        DocumentFactory(file=file, title="Entwurf eines Bescheids", draft=True, number=None, pages=["Wasserrecht"])
        DocumentFactory(file=file, title="Bescheid", pages=["Wasserrecht"])
        indexed()

        body = api_client(clerk_in(file.unit, "read")).get(SEARCH, {"q": "Wasserrecht"}).json()

        assert {hit["document"]["title"]: hit["document"]["draft"] for hit in body["results"]} == {
            "Entwurf eines Bescheids": True,
            "Bescheid": False,
        }

    def test_neither_finds_nor_counts_what_the_clerk_may_not_know_of(self, api_client, indexed) -> None:
        hidden = DocumentFactory(pages=["Wasserrecht"])
        mine = DocumentFactory(pages=["Wasserrecht"])
        indexed()

        body = api_client(clerk_in(mine.file.unit, "read")).get(SEARCH, {"q": "Wasserrecht", "facets": "true"}).json()

        assert body["count"] == 1
        assert body["facets"]["branch"] == {mine.file.unit.classification_code: 1}
        assert hidden.file.unit.classification_code not in body["facets"]["branch"]

    def test_a_file_narrowed_since_it_was_indexed_is_hidden_at_once(self, api_client, indexed) -> None:
        document = DocumentFactory(pages=["Wasserrecht"])
        clerk = clerk_in(document.file.unit)
        grant(ClerkFactory(), document.file, "manage")
        indexed()
        granting.restrict_file(file=document.file, restricted=True, by=None, at=AT)

        assert api_client(clerk).get(SEARCH, {"q": "Wasserrecht"}).json()["count"] == 0

    def test_filters_by_branch_year_and_kind(self, api_client, indexed) -> None:
        above = leaf()
        below = FilePlanUnitFactory(parent=above)
        document = DocumentFactory(file=open_file(unit=below), received_on="2019-01-02", pages=["Kanal"])
        picture = {"version__family": "image", "version__media_type": "image/tiff"}
        DocumentFactory(file=open_file(unit=below), received_on="2020-01-02", **picture, pages=["Kanal"])
        indexed()
        client = api_client(clerk_in(above, "read"))

        wanted = [str(document.public_id)]
        assert ids(client.get(SEARCH, {"q": "Kanal", "year": 2019})) == wanted
        assert ids(client.get(SEARCH, {"q": "Kanal", "media_type": "application/pdf"})) == wanted
        assert ids(client.get(SEARCH, {"q": "Kanal", "media_type": "pdf"})) == wanted
        for given, found in {"image": 1, "image/tiff": 1, "Image/TIFF": 1, "image/png": 0, "video/mp4": 0}.items():
            assert len(ids(client.get(SEARCH, {"q": "Kanal", "media_type": given}))) == found
        assert len(ids(client.get(SEARCH, {"q": "Kanal", "file_plan_unit": above.public_id}))) == 2
        assert client.get(SEARCH, {"q": "Kanal", "facets": "true"}).json()["facets"]["year"] == {"2019": 1, "2020": 1}
        assert client.get(SEARCH, {"q": "Kanal"}).json()["facets"] == {}

    def test_pages_by_relevance_and_newest(self, api_client, indexed) -> None:
        file = open_file()
        made = [str(DocumentFactory(file=file, received_on=f"202{n}-01-01", pages=["Kanal"]).public_id) for n in range(5)]
        indexed()
        client = api_client(clerk_in(file.unit, "read"))

        for order in ("relevance", "newest"):
            found, address = [], f"{SEARCH}?q=Kanal&order={order}&page_size=2"
            while address:
                answer = client.get(address)
                found += ids(answer)
                address = answer.json()["next"]
            assert sorted(found) == sorted(made)
        assert found == made[::-1]

    def test_a_file_reference_finds_its_file_first(self, api_client, indexed) -> None:
        unit = leaf(classification_code="63")
        other = open_file(unit=unit, number=2)
        DocumentFactory(file=other, title="Zu 63-2026/0001", pages=["Siehe 63-2026/0001 und nochmals 63-2026/0001"])
        file = open_file(unit=unit, number=1)
        document = DocumentFactory(file=file, pages=["Text"])
        indexed()

        answer = api_client(clerk_in(unit, "read")).get(SEARCH, {"q": "63-2026/0001"})

        assert ids(answer)[0] == str(document.public_id)
        assert [f["id"] for f in answer.json()["files"]] == [str(file.public_id)]

    def test_a_reference_in_part_finds_the_documents_of_its_files_in_their_order(self, api_client, indexed) -> None:
        unit = leaf(classification_code="30.1")
        files = [open_file(unit=unit, number=number) for number in (12, 15)]
        made = {str(DocumentFactory(file=file, pages=["Text"]).public_id): file for file in files for _n in range(3)}
        open_file(unit=unit, number=17)
        mention = DocumentFactory(file=open_file(unit=unit, number=700), pages=["Siehe 30.1-2026/00 …"])
        indexed()
        client = api_client(clerk_in(unit, "read"))

        body = client.get(SEARCH, {"q": "30.1-2026/00", "facets": "true"}).json()
        found, address = [], f"{SEARCH}?q=30.1-2026/00&page_size=2"
        while address:
            page = client.get(address).json()
            found += [row["document"]["id"] for row in page["results"]]
            address = page["next"]

        assert [f["file_reference"] for f in body["files"]] == ["30.1-2026/0012", "30.1-2026/0015", "30.1-2026/0017"]
        assert (body["count"], body["facets"]["year"]) == (7, {"2026": 7})
        assert found == [row["document"]["id"] for row in body["results"]]
        assert [made.get(id) for id in found] == [files[0]] * 3 + [files[1]] * 3 + [None]
        assert found[-1] == str(mention.public_id)

    def test_a_former_reference_finds_the_documents_of_its_file(self, api_client, indexed) -> None:
        document = DocumentFactory(pages=["Text"])
        FormerReference.objects.create(file=document.file, file_reference="99.9-2020/0001", until=AT)
        indexed()
        client = api_client(clerk_in(document.file.unit, "read"))

        for typed in ("99.9-2020/0001", "99.9-2020/00"):
            body = client.get(SEARCH, {"q": typed}).json()
            assert [row["document"]["id"] for row in body["results"]] == [str(document.public_id)]
            assert [f["id"] for f in body["files"]] == [str(document.file.public_id)]
        assert client.get(SEARCH, {"q": "99"}).json()["count"] == 0, "a mere number is a word"

    def test_a_reference_finds_only_what_the_clerk_may_see_and_filters_let_through(self, api_client, indexed) -> None:
        unit, hidden = leaf(classification_code="30.1"), leaf(classification_code="30.11")
        document = DocumentFactory(file=open_file(unit=unit), received_on="2019-01-02")
        DocumentFactory(file=open_file(unit=hidden))
        narrowed = DocumentFactory(file=open_file(unit=unit))
        clerk = clerk_in(unit)
        grant(ClerkFactory(), narrowed.file, "manage")
        indexed()
        granting.restrict_file(file=narrowed.file, restricted=True, by=None, at=AT)
        client = api_client(clerk)

        body = client.get(SEARCH, {"q": "30.1", "facets": "true"}).json()

        assert ([row["document"]["id"] for row in body["results"]], body["count"]) == ([str(document.public_id)], 1)
        assert body["facets"]["branch"].keys() == {"30.1"}
        assert client.get(SEARCH, {"q": "30.1", "year": 2018}).json()["count"] == 0
        assert client.get(SEARCH, {"q": "30.1", "order": "newest"}).json()["count"] == 1

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({}, "q"),
            ({"q": ""}, "q"),
            ({"q": '"""'}, "q"),
            ({"q": "-nur"}, "q"),
            ({"q": "a\x00b"}, "q"),
            ({"q": "x" * 2001}, "q"),
            ({"q": "a", "order": "oldest"}, "order"),
            ({"q": "a", "year": "neu"}, "year"),
            ({"q": "a", "media_type": "films"}, "media_type"),
            ({"q": "a", "file_plan_unit": "x"}, "file_plan_unit"),
            ({"q": "a", "file_plan_unit": str(uuid4())}, "file_plan_unit"),
            ({"q": "a", "cursor": "unsinn"}, "cursor"),
            ({"q": "a", "page_size": "0"}, "page_size"),
        ],
    )
    def test_refuses_questions_that_mean_nothing(self, asked, field, api_client, indexed) -> None:
        indexed()

        answer = api_client(clerk_in(leaf())).get(SEARCH, asked)

        assert is_problem(answer, 400)
        assert field in answer.json()["errors"]

    def test_the_number_of_queries_does_not_depend_on_the_hits(self, api_client, indexed, queries) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit, "read"))
        counts = []
        for _round in range(2):
            for _n in range(6):
                DocumentFactory(file=file, pages=["Kanal", "Wasser"])
            indexed()
            with queries() as seen:
                client.get(SEARCH, {"q": "Kanal"})
            counts.append(len(seen))

        assert counts[0] == counts[1] <= 12


class TestSuggest:
    def test_offers_files_and_documents_with_their_addresses(self, api_client) -> None:
        file = open_file(title="Sanierung Freibad")
        document = DocumentFactory(file=file, title="Freibad: Angebot")
        client = api_client(clerk_in(file.unit, "read"))

        results = client.get(SUGGEST, {"q": "Freibad"}).json()["results"]

        assert [(r["kind"], r["id"], r["file"]) for r in results] == [
            ("file", str(file.public_id), str(file.public_id)),
            ("document", str(document.public_id), str(file.public_id)),
        ]
        assert all(client.get(r["url"]).status_code == 200 for r in results)
        assert results[0]["file_reference"] == file.file_reference

    def test_forgives_slips_and_says_nothing_of_others(self, api_client) -> None:
        file = open_file(title="Sanierung Freibad")

        assert api_client(clerk_in(file.unit, "read")).get(SUGGEST, {"q": "Sanirung"}).json()["results"]
        assert api_client(clerk_in(leaf())).get(SUGGEST, {"q": "Sanierung"}).json()["results"] == []

    def test_nothing_typed_is_nothing_found(self, api_client) -> None:
        client = api_client(clerk_in(leaf()))

        assert client.get(SUGGEST).json()["results"] == []
        assert is_problem(client.get(SUGGEST, {"q": "\x00"}), 400)
