"""Whatever is sent: one sentence, never an error."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.node.factories import DocumentFactory

from .asking import DOCUMENTS, FILES, clerk_in, is_problem, leaf, open_file, parts

LISTS = ["files/", "documents/", "file-plan/", "search/", "suggest/"]
PARAMETERS = {
    "files/": ["file_plan_unit", "reference", "status", "q", "external_system", "external_reference"],
    "documents/": ["file", "register", "state", "q"],
    "file-plan/": ["colour"],
    "search/": ["q", "order", "file_plan_unit", "year", "media_type"],
    "suggest/": ["q"],
}
PAGING = ["page_size", "cursor"]
calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
odd_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "\x00", "%", "'", '"', "\\", "🦄", "\u202e", "None", "-1", "9" * 40, "1e9", "NaN", "²", "../..", "a" * 3000, "(", "*", "-"]
    ),
)
plain_value = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), odd_text)
odd_value = st.one_of(plain_value, st.lists(plain_value, max_size=3), st.dictionaries(odd_text, plain_value, max_size=2))


def opaque(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.fixture
def client(api_client):
    document = DocumentFactory(pages=["Kanal"])
    return api_client(clerk_in(document.file.unit))


class TestParameters:
    @pytest.mark.parametrize("route", LISTS)
    @calm
    @given(data=st.data())
    def test_no_parameter_makes_an_error(self, route, client, data) -> None:
        names = st.sampled_from(PARAMETERS[route] + PAGING)
        asked = data.draw(st.dictionaries(names, odd_text, max_size=3))

        answer = client.get("/api/v1/" + route, asked)

        assert answer.status_code == 200 or is_problem(answer, 400)

    @pytest.mark.parametrize("route", LISTS)
    def test_nul_characters_are_refused_in_any_parameter(self, route, client) -> None:
        for asked in ({"q": "a\x00"}, {"unknown": "\x00"}, {"\x00": "a"}, {"cursor": "\x00"}, {"page_size": "\x00"}):
            assert is_problem(client.get("/api/v1/" + route, asked), 400)

    @pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "9" * 30, "²"])
    def test_page_sizes_that_are_none(self, size, client) -> None:
        for route in ("files/", "documents/", "file-plan/"):
            assert client.get(f"/api/v1/{route}?page_size={size}").status_code in (200, 400)

    def test_a_huge_page_is_cut_to_200(self, client) -> None:
        assert client.get(FILES, {"page_size": "100000"}).status_code == 200

    @calm
    @given(cursor=st.lists(odd_value, max_size=4).map(opaque) | odd_value.map(opaque) | odd_text)
    def test_no_made_up_cursor_makes_an_error(self, client, cursor) -> None:
        for route in ("files/", "documents/", "file-plan/"):
            answer = client.get("/api/v1/" + route, {"cursor": cursor})
            assert answer.status_code == 200 or is_problem(answer, 400)

    @pytest.mark.parametrize(
        ("backwards", "values"),
        [
            (False, ["63\x00", 1]),
            (False, ["63", "1; DROP TABLE"]),
            (False, ["63", 1 << 70]),
            (False, [["63"], {"a": 1}]),
            (False, ["2026-03-02T08:00:00+00:00", None]),
            (False, ["2026-03-02T08:00:00", 1]),
            (False, ["9999-99-99", 1]),
            (True, []),
            ("yes", ["63", 1]),
            (False, {"a": 1}),
        ],
    )
    def test_cursors_of_the_wrong_make(self, backwards, values, client) -> None:
        for route, order in (("files/", "reference_key,id"), ("documents/", "-created_at,-id")):
            answer = client.get("/api/v1/" + route, {"cursor": opaque([backwards, order, values])})
            assert answer.status_code == 200 or is_problem(answer, 400)

    def test_cursors_of_another_list(self, client) -> None:
        asked = {"cursor": opaque([False, "-created_at,-id", ["2026-03-02T08:00:00+00:00", 1]])}

        assert client.get("/api/v1/documents/", asked).status_code == 200
        assert is_problem(client.get(FILES, asked), 400)


class TestTooMany:
    @pytest.mark.parametrize("address", ["/api/v1/files/", "/api/v1/search/", "/api/v1/me/"])
    def test_parameters(self, address, client) -> None:
        answer = client.get(address + "?" + "&".join(f"p{number}=1" for number in range(1001)))

        assert answer.status_code == 200 or is_problem(answer, 400)

    def test_fields(self, client) -> None:
        form = "&".join(f"p{number}=1" for number in range(1001))

        assert is_problem(client.post(FILES, form, content_type="application/x-www-form-urlencoded"), 400)

    def test_files(self, client) -> None:
        given = {f"f{number}": SimpleUploadedFile("brief.txt", b"x") for number in range(51)}

        assert is_problem(client.post(DOCUMENTS, given, format="multipart"), 400)

    def test_files_of_a_browser_session(self, client_of) -> None:
        """Its CSRF token is looked for in the form, before a view of the API is asked."""
        client = client_of(clerk_in(leaf()), enforce_csrf_checks=True)
        client.get("/barrierefreiheit/")

        answer = client.post(DOCUMENTS, {f"f{number}": SimpleUploadedFile("brief.txt", b"x") for number in range(51)})

        assert is_problem(answer, 400)


class TestBodies:
    @calm
    @given(
        body=st.one_of(
            odd_value, st.dictionaries(st.sampled_from(["title", "file_plan_unit", "register_set", "like", "office"]), odd_value)
        )
    )
    def test_no_body_makes_an_error(self, client, body) -> None:
        file = open_file()
        for address in (FILES, f"{FILES}{file.public_id}/refile/", f"{FILES}{file.public_id}/reopen/"):
            answer = client.post(address, json.dumps(body), content_type="application/json")
            assert answer.status_code in (400, 404)
            assert is_problem(answer, answer.status_code)

    @calm
    @given(change=st.dictionaries(st.sampled_from(["file", "register", "position", "case", "title", "received_on"]), odd_value))
    def test_no_move_or_edit_makes_an_error(self, api_client, change) -> None:
        document = DocumentFactory()
        client = api_client(clerk_in(document.file.unit))

        moved = client.post(f"{DOCUMENTS}{document.public_id}/move/", json.dumps(change), content_type="application/json")
        edited = client.patch(f"{FILES}{document.file.public_id}/", json.dumps(change), content_type="application/json")

        assert {moved.status_code, edited.status_code} <= {200, 400, 404}

    @calm
    @given(fields=st.dictionaries(st.sampled_from(["register", "case", "title", "received_on"]), odd_text), name=odd_text)
    def test_no_upload_makes_an_error(self, api_client, fields, name) -> None:
        file = open_file()
        client = api_client(clerk_in(file.unit))

        answer = client.post(DOCUMENTS, **parts(name, b"Guten Tag", file=str(file.public_id), **fields))

        assert answer.status_code == 201 or is_problem(answer, 400)

    def test_half_a_surrogate_is_refused(self, client) -> None:
        unit = leaf()

        answer = client.post(FILES, f'{{"title": "\\ud800", "file_plan_unit": "{unit.public_id}"}}', content_type="application/json")

        assert is_problem(answer, 400)

    @pytest.mark.parametrize("method", ["put", "delete", "options", "patch"])
    def test_other_methods_are_refused_as_problems(self, method, client) -> None:
        answer = getattr(client, method)(FILES)

        assert answer.status_code == 200 if method == "options" else is_problem(answer, 405)

    def test_addresses_that_are_none(self, client) -> None:
        for address in ("/api/v1/filez/", "/api/v1/files/x/y/z/", "/api/v1/documents/x/pages/1/"):
            assert is_problem(client.get(address), 404)
