from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client


@pytest.fixture
def dead_database() -> Iterator[None]:
    """The centre's database is away: nobody listens at its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    living = connections["default"]
    connections["default"] = dead = living.copy()
    dead.settings_dict.update(HOST="127.0.0.1", PORT=str(port))
    yield
    connections["default"] = living


class TestDeadDatabase:
    def test_is_said_on_a_page_and_as_a_problem(self, dead_database: None) -> None:
        client = Client(headers={"host": "zentrum.localhost"}, raise_request_exception=False)
        client.cookies["sessionid"] = "x" * 32

        page = client.get("/")
        problem = client.get("/api/v1/me/", headers={"authorization": "Bearer " + "x" * 64})

        assert (page.status_code, problem.status_code) == (503, 503)
        assert "Kompetenzzentrum" in page.content.decode() or "competence centre" in page.content.decode()
        assert problem["Content-Type"] == "application/problem+json"
