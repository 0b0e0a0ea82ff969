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
            if path.startswith(("/api/v1/files/", "/api/v1/documents/")):
                for call in calls.values():
                    assert "application/problem+json" in call["responses"]["401"]["content"]

    def test_lists_are_results_with_next_and_previous(self, schema) -> None:
        pages = [part for name, part in schema["components"]["schemas"].items() if name.startswith("Paginated")]

        assert len(pages) >= 6
        assert all(set(page["required"]) == {"results", "next", "previous"} for page in pages)

    def test_uploads_are_multipart_with_bytes(self, schema) -> None:
        body = schema["paths"]["/api/v1/documents/"]["post"]["requestBody"]["content"]

        assert body.keys() == {"multipart/form-data"}
        upload = schema["components"]["schemas"]["NewDocumentRequest"]
        assert set(upload["required"]) == {"file", "content"}
        assert upload["properties"]["content"]["format"] == "binary"
