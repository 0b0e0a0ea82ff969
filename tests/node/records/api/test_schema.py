"""The OpenAPI document says what the API does."""

from __future__ import annotations

import re

import pytest
import yaml
from django.core.management import call_command
from django.urls import get_resolver

from records.api import urls


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    path = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))
    return yaml.safe_load(path.read_text())


class TestSchema:
    def test_is_openapi_3_1_without_a_warning(self, schema) -> None:
        assert schema["openapi"].startswith("3.1")

    def test_names_every_route_of_the_records(self, schema) -> None:
        routes = {"/api/v1/" + re.sub(r"<str:(\w+)>", r"{\1}", str(route.pattern)) for route in urls.urlpatterns}

        assert routes <= schema["paths"].keys()
        assert get_resolver().resolve("/api/v1/files/").url_name == "files"

    def test_says_of_every_call_how_it_is_refused(self, schema) -> None:
        for path, calls in schema["paths"].items():
            for call in calls.values():
                assert "application/problem+json" in call["responses"]["401"]["content"], path

    def test_says_of_every_body_that_is_read_how_it_is_refused(self, schema) -> None:
        calls = [(path, call) for path, methods in schema["paths"].items() for call in methods.values() if "requestBody" in call]

        assert len(calls) >= 10
        assert [path for path, call in calls if not {"400", "415"} <= call["responses"].keys()] == []

    def test_says_how_logins_are_refused(self, schema) -> None:
        assert {"200", "400", "401", "403", "429"} <= schema["paths"]["/api/v1/auth/token/"]["post"]["responses"].keys()

    @pytest.mark.parametrize("path", ["/api/v1/documents/{id}/content/", "/api/v1/documents/{id}/versions/{number}/content/"])
    def test_says_when_bytes_need_not_be_sent_again(self, schema, path) -> None:
        call = schema["paths"][path]["get"]

        assert "If-None-Match" in {parameter["name"] for parameter in call["parameters"]}
        assert "content" not in call["responses"]["304"]
        assert all("ETag" in call["responses"][status]["headers"] for status in ("200", "206", "304"))

    def test_lists_are_results_with_next_and_previous(self, schema) -> None:
        pages = [part for name, part in schema["components"]["schemas"].items() if name.startswith("Paginated")]

        assert len(pages) >= 6
        assert all(set(page["required"]) == {"results", "next", "previous"} for page in pages)

    def test_no_answer_to_a_get_is_a_bare_list(self, schema) -> None:
        """Lists are objects with results, next and previous; what comes as a whole is said as it is."""
        found = {path: call["get"]["responses"]["200"]["content"] for path, call in schema["paths"].items() if "get" in call}
        answers = {path: content["application/json"]["schema"] for path, content in found.items() if "application/json" in content}

        assert len(answers) > 40
        assert [path for path, answer in answers.items() if answer.get("type") == "array"] == []
        assert answers["/api/v1/favourites/"] == {"$ref": "#/components/schemas/FavouritesOut"}
        assert answers["/api/v1/substitutes/"] == {"$ref": "#/components/schemas/PaginatedSubstituteOutList"}
        assert answers["/api/v1/files/{id}/index-values/"] == {"$ref": "#/components/schemas/IndexFields"}

    @pytest.mark.parametrize(
        ("part", "field"), [("DocumentOut", "direction"), ("PlannedOut", "disposal_action"), ("PlannedOut", "registration")]
    )
    def test_says_which_choices_may_be_empty(self, schema, part, field) -> None:
        choices = schema["components"]["schemas"][part]["properties"][field]

        assert {"$ref": "#/components/schemas/BlankEnum"} in choices["oneOf"]

    def test_promises_no_kind_of_the_bytes_of_a_document_and_no_address_of_a_participant(self, schema) -> None:
        content = schema["paths"]["/api/v1/documents/{id}/content/"]["get"]["responses"]

        assert [list(content[status]["content"]) for status in ("200", "206")] == [["*/*"], ["*/*"]]
        assert "format" not in schema["components"]["schemas"]["ParticipantOut"]["properties"]["email"]

    def test_uploads_are_multipart_with_bytes(self, schema) -> None:
        body = schema["paths"]["/api/v1/documents/"]["post"]["requestBody"]["content"]

        assert body.keys() == {"multipart/form-data"}
        upload = schema["components"]["schemas"]["NewDocumentRequest"]
        assert set(upload["required"]) == {"file", "content"}
        assert upload["properties"]["content"]["format"] == "binary"
