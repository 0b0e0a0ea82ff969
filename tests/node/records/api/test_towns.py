"""Two municipalities: what belongs to one is nothing to the other."""

from __future__ import annotations

import pytest

from records.models import Document, RecordFile
from tenants import current

from .asking import DOCUMENTS, FILES, clerk_in, is_problem, open_file, paper, taken_in

READS = ["files/{file}/", "files/{file}/sheets/", "files/{file}/journal/", "documents/{document}/", "documents/{document}/content/"]
READS += ["documents/{document}/text/", "documents/{document}/pages/1/image/", "documents/{document}/versions/", "file-plan/{unit}/"]
ACTS = ["files/{file}/close/", "files/{file}/reopen/", "files/{file}/cancel/", "files/{file}/refile/", "documents/{document}/move/"]
ACTS += ["documents/{document}/cancel/", "documents/{document}/read-again/", "documents/{document}/versions/"]


@pytest.fixture
def abroad(beispielheim):
    """A file with a document in Beispielheim."""
    with current.use(beispielheim):
        document = taken_in(open_file())
        return {"file": document.file.public_id, "document": document.public_id, "unit": document.file.unit.public_id}


class TestTowns:
    @pytest.mark.parametrize("route", READS)
    def test_what_lies_in_the_other_town_cannot_be_read(self, route, abroad, api_client) -> None:
        client = api_client(clerk_in(open_file().unit, "manage"))

        assert is_problem(client.get("/api/v1/" + route.format(**abroad)), 404)

    @pytest.mark.parametrize("route", ACTS)
    def test_nor_be_acted_on(self, route, abroad, api_client, beispielheim) -> None:
        client = api_client(clerk_in(open_file().unit, "manage"))

        answer = client.post("/api/v1/" + route.format(**abroad), {"reason": "x"}, format="multipart" if "versions" in route else "json")

        assert is_problem(answer, 404)
        with current.use(beispielheim):
            assert RecordFile.objects.get(public_id=abroad["file"]).status == "open"

    def test_nor_be_filed_in(self, abroad, api_client, beispielheim) -> None:
        client = api_client(clerk_in(open_file().unit, "manage"))

        assert is_problem(client.post(DOCUMENTS, {"file": str(abroad["file"]), "content": paper()}, format="multipart"), 404)
        assert is_problem(client.post(FILES, {"file_plan_unit": str(abroad["unit"]), "title": "Neu"}, format="json"), 400)
        with current.use(beispielheim):
            assert Document.objects.count() == 1

    def test_a_token_opens_nothing_in_the_other_town(self, abroad, api_client, beispielheim) -> None:
        client = api_client(clerk_in(open_file().unit, "manage"))

        answer = client.get(FILES, headers={"Host": beispielheim.hosts[0]})

        assert is_problem(answer, 401)
