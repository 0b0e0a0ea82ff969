"""What programs send over a real connection to the real web server: in chunks, more than anybody wants, and longer than usual."""

from __future__ import annotations

import gc
import http.client
import json
import socket
import subprocess
import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from knox.models import AuthToken

from ebehoerdenakte import gunicorn
from records.models import RecordFile
from tests.node.records.api.asking import clerk_in, open_file, parts

PROJECT = Path(__file__).resolve().parents[2]
MIB = 1024**2
MANY = 12 * MIB
UPLOAD_LIMIT = 5 * MIB
OPEN_ADDRESS = "/api/v1/auth/token/"


SEARCH = "/api/v1/search/?q="


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def problem(self) -> int | None:
        """The status that a problem in German names; None for anything else."""
        if self.headers["Content-Type"] != "application/problem+json" or not self.body["detail"].endswith("."):
            return None
        return int(self.body["status"])


@dataclass(frozen=True)
class Web:
    """A running web server, and a token of somebody who may write in `file`."""

    port: int
    file: RecordFile
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request; bytes with their length, anything else in chunks."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Host": "musterstadt.localhost", "Authorization": f"Bearer {self.token}", **named}
        chunked = body is not None and not isinstance(body, bytes)
        if chunked:
            sent["Transfer-Encoding"] = "chunked"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=sent, encode_chunked=chunked)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def raw(self, sent: bytes) -> Answer:
        """Send bytes as they are, such as no library would."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as line:
            line.sendall(sent)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            return Answer(answer.status, answer.headers, answer.read())


@pytest.fixture
def web(transactional: None, process_environment: dict[str, str], tmp_path: Path) -> Iterator[Web]:
    """The web server as it is started in life, with one process and a small limit."""
    file = open_file("Bescheide")
    _row, token = AuthToken.objects.create(clerk_in(file.unit), expiry=timedelta(hours=1))
    sizes = {"EAKTE_WEB_WORKERS": "1", "EAKTE_MAX_UPLOAD_BYTES": str(UPLOAD_LIMIT), "EAKTE_UPLOAD_TEMP_DIR": str(tmp_path)}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        bound = ["--bind", f"fd://{listening.fileno()}"]
        command = [sys.executable, "-m", "gunicorn", "-c", "ebehoerdenakte/gunicorn.py", *bound, "ebehoerdenakte.wsgi:application"]
        with subprocess.Popen(command, cwd=PROJECT, env=process_environment | sizes, pass_fds=[listening.fileno()]) as server:
            yield Web(listening.getsockname()[1], file, token)
            server.terminate()


def in_pieces(content: bytes, size: int = 60_000) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


class TestTidying:
    def test_what_a_request_leaves_in_circles_is_gone_once_it_is_answered(self) -> None:
        class Row:
            def __init__(self) -> None:
                self.itself = self

        gc.disable()
        try:
            left = weakref.ref(Row())
            assert left() is not None
            gunicorn.post_request(None, None, None, None)
            assert left() is None
        finally:
            gc.enable()


class TestChunkedBodies:
    def test_are_read_like_others(self, web: Web, tmp_path: Path) -> None:
        """As .NET, Node's streams and curl from a pipe send them."""
        address, json_type = f"/api/v1/files/{web.file.public_id}/", "application/json"
        changed = web.ask("PATCH", address, in_pieces('{"title": "Größer"}'.encode(), 7), Content_Type=json_type)
        scan = bytes(range(256)) * 4 * 4096  # 4 MiB: on the disk on its way
        upload = parts("scan.txt", scan, file=str(web.file.public_id))
        taken_in = web.ask("POST", "/api/v1/documents/", in_pieces(upload["data"]), Content_Type=upload["content_type"])
        too_large = web.ask("POST", "/api/v1/documents/", in_pieces(upload["data"] * 3), Content_Type=upload["content_type"])
        page = web.ask(
            "POST", "/anmelden/", in_pieces(upload["data"] * 3), Content_Type=upload["content_type"], Cookie=f"csrftoken={32 * 'a'}"
        )

        assert (changed.status, changed.body["title"]) == (200, "Größer")
        assert (taken_in.status, taken_in.body["size"]) == (201, len(scan))
        assert too_large.problem == 413
        assert (page.status, page.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("broken", [b"zz\r\nnothing\r\n0\r\n\r\n", b"5\r\n{}nonsense\r\n0\r\n\r\n"], ids=["size", "end"])
    def test_that_are_broken_are_400(self, web: Web, broken: bytes) -> None:
        head = f"POST {OPEN_ADDRESS} HTTP/1.1\r\nHost: musterstadt.localhost\r\nTransfer-Encoding: chunked\r\n"

        answer = web.raw(f"{head}Content-Type: application/json\r\n\r\n".encode() + broken)

        assert answer.problem == answer.status == 400


class TestRefusals:
    def test_are_read_by_those_who_are_still_sending(self, web: Web) -> None:
        body, files, forms = bytes(MANY), "/api/v1/files/", "application/x-www-form-urlencoded"
        json_type, multipart = "application/json", "multipart/form-data; boundary=x"
        refused = {
            "a wrong token": (401, web.ask("POST", files, body, Authorization="Bearer wrong", Content_Type=json_type)),
            "an unknown address": (404, web.ask("POST", "/api/v1/nothing/", body, Content_Type=json_type)),
            "an unknown document": (404, web.ask("POST", "/api/v1/documents/x/versions/", body, Content_Type=multipart)),
            "another town": (404, web.ask("POST", files, body, Host="nowhere.localhost", Content_Type=json_type)),
            "a method": (405, web.ask("PUT", files, body, Content_Type=json_type)),
            "a media type": (415, web.ask("POST", files, body, Content_Type="text/csv")),
            "a key": (400, web.ask("POST", files, body, Content_Type=json_type, Idempotency_Key="ü".encode().decode("latin1"))),
            "long JSON": (413, web.ask("POST", files, body, Content_Type=json_type)),
            "a long form": (413, web.ask("POST", OPEN_ADDRESS, body, Content_Type=forms)),
            "a long upload": (413, web.ask("POST", "/api/v1/documents/", body, Content_Type=multipart)),
        }

        assert {why: answer.problem for why, (_status, answer) in refused.items()} == {why: status for why, (status, _) in refused.items()}


class TestLongAddresses:
    def test_are_the_searchs_own_to_judge(self, web: Web) -> None:
        answers = {letter: web.ask("GET", SEARCH + quote(letter * 2000)) for letter in "aü🦄"}
        too_long = web.ask("GET", SEARCH + quote("🦄" * 2001))

        assert {letter: answer.status for letter, answer in answers.items() if answer.status != 200 and answer.problem != 400} == {}
        assert (too_long.problem, [*too_long.body["errors"]]) == (400, ["q"])

    def test_beyond_all_measure_are_refused_in_german(self, web: Web) -> None:
        endless = web.ask("GET", SEARCH + "a" * 40_000)
        headers = web.ask("GET", "/api/v1/me/", X_Long="a" * 9_000)
        broken = web.raw(b"GET /api/v1/me/ HTTP/1.1\r\nHost: musterstadt.localhost\r\nbro ken: 1\r\n\r\n")

        assert (endless.status, endless.problem, endless.body["detail"]) == (414, 414, "Die Adresse der Anfrage ist zu lang.")
        assert (headers.status, headers.problem) == (431, 431)
        assert (broken.status, broken.problem, [*broken.body["errors"]]) == (400, 400, ["non_field_errors"])
