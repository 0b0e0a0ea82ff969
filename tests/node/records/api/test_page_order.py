"""Pages arranged, split off and put together by programs."""

from __future__ import annotations

import pytest

from records.models import Document
from tests.factories import ClerkFactory
from tests.node.factories import DocumentFactory, grant
from tests.node.records.handed_over import read_all
from tests.node.records.thick_documents import document_of, look, words

from .asking import DOCUMENTS, FILES, is_problem

KEY = {"Idempotency-Key": "seiten-0001"}


@pytest.fixture(autouse=True)
def _queue(queued) -> None:
    """Nothing is sent to a broker."""


def pages(*numbers: int, turn: int = 0) -> list[dict[str, int]]:
    return [{"page": number, "turn": turn} for number in numbers]


def post(client, document, verb: str, sent, **more):
    return client.post(f"{DOCUMENTS}{document.public_id}/{verb}/", sent, format="json", **more)


class TestRearrange:
    def test_gives_the_new_version(self, api_client) -> None:
        document, clerk = document_of("Eins", "Zwei", "Drei")

        answer = post(api_client(clerk), document, "rearrange", {"version": 1, "pages": [*pages(3, turn=90), *pages(1)]})

        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert (body["version"], body["state"], body["media_type"]) == (2, "received", "application/pdf")
        document.refresh_from_db()
        assert look(document.current) == [("Drei", 90), ("Eins", 0)]
        assert answer["Location"].endswith(f"{DOCUMENTS}{document.public_id}/versions/2/content/")

    def test_the_same_key_makes_one_version(self, api_client) -> None:
        document, clerk = document_of("Eins", "Zwei")
        client = api_client(clerk)

        answers = [post(client, document, "rearrange", {"version": 1, "pages": pages(2, 1)}, headers=KEY) for _time in range(2)]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert document.versions.count() == 2

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"pages": [{"page": 2}, {"page": 1}]}, "version"),
            ({"version": 1}, "pages"),
            ({"version": "x", "pages": [{"page": 2}]}, "version"),
            ({"version": 1, "pages": []}, "pages"),
            ({"version": 1, "pages": "1,2"}, "pages"),
            ({"version": 1, "pages": [1, 2]}, "pages"),
            ({"version": 1, "pages": [{"page": 0}]}, "pages"),
            ({"version": 1, "pages": [{"page": 3}]}, "pages"),
            ({"version": 1, "pages": [{"page": 1}, {"page": 1}]}, "pages"),
            ({"version": 1, "pages": [{"page": 1, "turn": 45}]}, "pages"),
            ({"version": 1, "pages": [{"page": 1}, {"page": 2}]}, "pages"),  # as they are
        ],
    )
    def test_nonsense_is_named(self, api_client, sent, field) -> None:
        document, clerk = document_of("Eins", "Zwei")

        answer = post(api_client(clerk), document, "rearrange", sent)

        assert is_problem(answer, 400)
        assert {name.split(".")[0] for name in answer.json()["errors"]} == {field}
        assert document.versions.count() == 1

    def test_another_version_meanwhile_is_a_conflict_with_who_and_when(self, api_client) -> None:
        document, clerk = document_of("Eins", "Zwei")
        client = api_client(clerk)
        post(client, document, "rearrange", {"version": 1, "pages": pages(2, 1)})
        read_all()

        answer = post(client, document, "rearrange", {"version": 1, "pages": pages(2, 1)})

        assert is_problem(answer, 409)
        assert str(clerk) in answer.json()["detail"]

    def test_a_text_is_a_conflict_in_words(self, api_client) -> None:
        document, clerk = document_of(content=b"Guten Tag", name="brief.txt")

        answer = post(api_client(clerk), document, "rearrange", {"version": 1, "pages": pages(1, turn=90)})

        assert is_problem(answer, 409)
        assert "weder ein PDF noch ein Bild" in answer.json()["detail"]

    def test_a_reader_may_not_and_a_stranger_finds_nothing(self, api_client) -> None:
        document, _clerk = document_of("Eins", "Zwei")
        reader = ClerkFactory()
        grant(reader, document.file.unit, "read")

        for person, status in ((reader, 403), (ClerkFactory(), 404)):
            for verb in ("rearrange", "split"):
                assert is_problem(post(api_client(person), document, verb, {"version": 1, "pages": pages(2, 1)}), status)


class TestSplit:
    def test_gives_all_documents_in_their_order(self, api_client) -> None:
        document, clerk = document_of("Eins", "Zwei", "Drei")

        answer = post(
            api_client(clerk),
            document,
            "split",
            {"version": 1, "pages": pages(1), "parts": [{"title": "Bescheid", "pages": pages(2)}, {"pages": pages(3)}]},
        )

        assert answer.status_code == 201, answer.content
        made = answer.json()["documents"]
        assert [one["title"] for one in made] == ["Antrag", "Bescheid", "Antrag (Teil 3)"]
        assert [words(Document.objects.get(public_id=one["id"]).current) for one in made] == [["Eins"], ["Zwei"], ["Drei"]]

    @pytest.mark.parametrize(
        "parts",
        [
            [],
            None,
            [{"title": "Zwei"}],
            [{"title": "Zwei", "pages": []}],
            [{"title": "x" * 600, "pages": [{"page": 2}]}],
            [{"pages": [{"page": 1}]}],
        ],
    )
    def test_nonsense_is_named(self, api_client, parts) -> None:
        document, clerk = document_of("Eins", "Zwei")

        answer = post(api_client(clerk), document, "split", {"version": 1, "pages": pages(1), "parts": parts})

        assert is_problem(answer, 400)
        assert {name.split(".")[0] for name in answer.json()["errors"]} == {"parts"}
        assert Document.objects.filter(file=document.file).count() == 1


class TestMerge:
    def merge(self, client, file, *documents, **more):
        sent = {"documents": [{"document": str(one.public_id)} for one in documents], **more}
        return client.post(f"{FILES}{file.public_id}/merge/", sent, format="json")

    def test_gives_the_first_document_with_all_pages(self, api_client) -> None:
        one, clerk = document_of("Eins")
        two, _clerk = document_of("Zwei", file=one.file, clerk=clerk, name="Zwei.pdf")

        answer = self.merge(api_client(clerk), one.file, two, one, title="Beides")

        assert answer.status_code == 200, answer.content
        assert (answer.json()["id"], answer.json()["title"], answer.json()["version"]) == (str(two.public_id), "Beides", 2)
        two.refresh_from_db()
        assert words(two.current) == ["Zwei", "Eins"]

    def test_the_same_call_again_gets_the_first_answer(self, api_client) -> None:
        one, clerk = document_of("Eins")
        two, _clerk = document_of("Zwei", file=one.file, clerk=clerk, name="Zwei.pdf")
        client, url = api_client(clerk), f"{FILES}{one.file.public_id}/merge/"
        sent = {"documents": [{"document": str(one.public_id)}, {"document": str(two.public_id)}]}

        first, again = (client.post(url, sent, format="json", HTTP_IDEMPOTENCY_KEY="zusammen-1") for _time in range(2))

        assert (first.status_code, again.status_code) == (200, 200), again.content
        assert first.json() == again.json()
        assert one.versions.count() == 2

    def test_a_document_of_another_file_is_as_unknown_as_one_of_nobodys(self, api_client) -> None:
        one, clerk = document_of("Eins")
        other = DocumentFactory()

        answer = self.merge(api_client(clerk), one.file, one, other)

        assert is_problem(answer, 400)
        assert answer.json()["errors"].keys() == {"documents"}

    def test_another_version_than_was_seen_is_a_conflict(self, api_client) -> None:
        one, clerk = document_of("Eins")
        two, _clerk = document_of("Zwei", file=one.file, clerk=clerk, name="Zwei.pdf")
        sent = {"documents": [{"document": str(one.public_id), "version": 7}, {"document": str(two.public_id)}]}

        assert is_problem(api_client(clerk).post(f"{FILES}{one.file.public_id}/merge/", sent, format="json"), 409)
        assert Document.objects.filter(cancelled_at__isnull=False).count() == 0
