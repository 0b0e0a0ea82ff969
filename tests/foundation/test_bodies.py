"""A body arrives whole, also in chunks; and who is refused while sending reads why."""

from __future__ import annotations

import errno
import http.client
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import WSGIApplication

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import override_settings

from foundation import bodies
from foundation.bodies import Broken, WholeBodies, readable_type
from foundation.store import StoreFull
from foundation.uploads import ROOM_FOR_FIELDS, TooLarge

MANY = 12 * 1024**2
LIMIT = 1024**2


class Chunks(io.BytesIO):
    """What a server makes of a chunked body: bytes that end by themselves, or a fault of its own where a chunk is broken."""

    def __init__(self, content: bytes, fault: Exception | None = None) -> None:
        super().__init__(content)
        self.fault = fault

    def read(self, size: int | None = -1) -> bytes:
        chunk = super().read(size)
        if not chunk and self.fault:
            raise self.fault
        return chunk


def posted(stream: Any, **more: Any) -> dict[str, Any]:
    return {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": stream, "CONTENT_TYPE": "text/plain", **more}


def chunked(stream: Any, **more: Any) -> dict[str, Any]:
    return posted(stream, **{"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", **more})


def answered(environ: dict[str, Any], look: Callable[[WSGIRequest], Any]) -> Any:
    """What `look` says of the request as Django has it."""
    seen = []

    def application(environ: Any, start_response: Any) -> Any:
        seen.append(look(WSGIRequest(environ)))
        return []

    WholeBodies(application)(environ, lambda *answer: None)
    return seen[0]


def body(request: WSGIRequest) -> bytes:
    return bytes(request.body)


def refusing(environ: Any, start_response: Any) -> Any:
    """An application that answers without having read anything."""
    start_response("401 Unauthorized", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"no\n"]


@contextmanager
def served(application: WSGIApplication) -> Iterator[int]:
    """The port of a real server."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Nobody reads it."""

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


class TestChunkedBody:
    def test_is_read_to_its_end(self) -> None:
        content = bytes(range(256)) * 4096

        with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=None):
            assert answered(chunked(Chunks(content)), body) == content

    def test_has_a_length_and_no_chunks_any_more(self) -> None:
        def look(request: WSGIRequest) -> Any:
            return request.META["CONTENT_LENGTH"], request.headers.get("Transfer-Encoding")

        assert answered(chunked(Chunks(b"seven b")), look) == ("7", None)

    def test_may_be_empty(self) -> None:
        assert answered(chunked(Chunks(b"")), body) == b""

    def test_lies_on_the_disk_where_the_settings_say_and_is_gone_afterwards(self, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = []
        kept = bodies.SpooledTemporaryFile
        monkeypatch.setattr(bodies, "SpooledTemporaryFile", lambda **given: asked.append(given) or kept(**given))

        with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
            answered(chunked(Chunks(b"x" * 2 * bodies.IN_MEMORY)), lambda request: None)

        assert asked == [{"max_size": bodies.IN_MEMORY, "dir": str(tmp_path)}]
        assert list(tmp_path.iterdir()) == []

    def test_that_is_too_long_is_heard_out_and_refused_when_it_is_read(self) -> None:
        stream = Chunks(b"x" * (LIMIT + ROOM_FOR_FIELDS + 1000))

        with override_settings(MAX_UPLOAD_BYTES=LIMIT), pytest.raises(TooLarge) as refusal:
            answered(chunked(stream), body)

        assert refusal.value.limit == LIMIT
        assert io.BytesIO.read(stream) == b""

    def test_that_never_ends_is_left_alone_at_last(self) -> None:
        class Endless(io.RawIOBase):
            given = 0

            def read(self, size: int = -1) -> bytes:
                self.given += size
                return b"x" * size

        stream = Endless()
        with override_settings(MAX_UPLOAD_BYTES=LIMIT), pytest.raises(TooLarge):
            answered(chunked(stream), body)

        assert stream.given <= (bodies.HEARD_OUT + 4) * LIMIT

    @pytest.mark.parametrize("fault", [ValueError("odd chunk"), ConnectionResetError()], ids=repr)
    def test_that_is_broken_is_said_when_it_is_read(self, fault: Exception) -> None:
        with pytest.raises(Broken):
            answered(chunked(Chunks(b"half", fault)), body)

    def test_is_refused_clearly_when_there_is_no_room(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Full(io.BytesIO):
            def write(self, chunk: Any) -> int:
                raise OSError(errno.ENOSPC, "no room")

        monkeypatch.setattr(bodies, "SpooledTemporaryFile", lambda **given: Full())

        with pytest.raises(StoreFull):
            answered(chunked(Chunks(b"x")), body)

    def test_is_not_asked_for_by_views_that_need_none(self) -> None:
        assert answered(chunked(Chunks(b"half", ValueError())), lambda request: request.method) == "POST"


class TestBodyOfKnownLength:
    def test_comes_as_it_is(self) -> None:
        assert answered(posted(io.BytesIO(b"line one\nline two"), CONTENT_LENGTH="17"), lambda request: request.readlines()) == [
            b"line one\n",
            b"line two",
        ]

    def test_is_never_read_beyond_its_end(self) -> None:
        stream = io.BytesIO(b"body" + b"next request")

        answered(posted(stream, CONTENT_LENGTH="4"), lambda request: request.read(2))

        assert stream.read() == b"next request"

    @pytest.mark.parametrize("length", ["", "0", "x", "-1"])
    def test_that_is_none_is_left_alone(self, length: str) -> None:
        stream = io.BytesIO(b"next request")

        assert answered(posted(stream, CONTENT_LENGTH=length), lambda request: request.method) == "POST"
        assert stream.tell() == 0

    def test_is_left_alone_when_far_too_much_is_announced(self) -> None:
        stream = io.BytesIO(b"x" * 1000)

        with override_settings(MAX_UPLOAD_BYTES=LIMIT):
            answered(posted(stream, CONTENT_LENGTH=str(100 * LIMIT)), lambda request: request.method)

        assert stream.tell() == 0

    def test_is_left_alone_when_it_comes_too_slowly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bodies, "HEARD_SECONDS", 0.0)
        stream = io.BytesIO(b"x" * 1000)

        answered(posted(stream, CONTENT_LENGTH="1000"), lambda request: request.method)

        assert stream.tell() == 0

    def test_whose_sender_falls_silent_holds_nothing_up(self) -> None:
        class Socket:
            waits: list[float | None] = []

            def gettimeout(self) -> None:
                return None

            def settimeout(self, seconds: float | None) -> None:
                self.waits.append(seconds)

        environ = posted(Chunks(b"", TimeoutError()), CONTENT_LENGTH="1000") | {"gunicorn.socket": Socket()}

        assert answered(environ, lambda request: request.method) == "POST"
        assert Socket.waits == [bodies.SILENT_SECONDS, None]


def sent(port: int) -> tuple[int, bytes]:
    """What is answered to a body that takes a while."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("POST", "/", body=bytes(MANY))
        answer = connection.getresponse()
        return answer.status, answer.read()


class TestRefusedSender:
    def test_reads_the_answer_after_all_is_sent(self) -> None:
        with served(WholeBodies(refusing)) as port:
            assert sent(port) == (401, b"no\n")

    def test_would_see_a_broken_connection_otherwise(self) -> None:
        with served(refusing) as port, pytest.raises((ConnectionError, http.client.HTTPException)):
            sent(port)


class TestContentType:
    @pytest.mark.parametrize(
        "sent",
        [
            *(
                "application/json; charset=utf-8",
                'multipart/form-data; boundary="x y"',
                "text/plain; charset=ISO-8859-1",
                "text/plain; charset=cp1252",
            ),
            *("application/json;;;", ";", "x/y; charset=Shift_JIS", 'x/y; charset="utf-8"; format=flowed', "x/y; name*=utf-8''B%C3%A4r"),
        ],
    )
    def test_that_can_be_read_stays(self, sent: str) -> None:
        assert readable_type(sent) == sent

    @pytest.mark.parametrize(
        "charset",
        [
            "zlib",
            "bz2",
            "hex",
            "base64",
            "rot13",
            "undefined",
            "idna",
            "punycode",
            "utf-16",
            "utf-7",
            "unicode_escape",
            "hz",
            "nope",
            "a\x00b",
        ],
    )
    def test_in_a_charset_that_is_none_for_addresses_is_without_it(self, charset: str) -> None:
        assert readable_type(f"application/json; charset={charset}") == "application/json"

    def test_keeps_the_boundary_of_the_parts(self) -> None:
        assert readable_type('multipart/form-data; charset=zlib; boundary="a b"') == 'multipart/form-data; boundary="a b"'

    @pytest.mark.parametrize("sent", ["application/json; name*=nope'x'y", "application/json; charset*=undefined''%41"])
    def test_with_parameters_that_cannot_be_read_is_its_kind(self, sent: str) -> None:
        assert readable_type(sent) == "application/json"

    @pytest.mark.parametrize("sent", ["text/plain; charset=zlib", "text/plain; name*=nope'x'y"])
    def test_never_keeps_django_from_reading_the_address(self, sent: str) -> None:
        environ = posted(io.BytesIO(), CONTENT_TYPE=sent, QUERY_STRING="q=B%C3%A4r")

        assert answered(environ, lambda request: request.GET["q"]) == "Bär"
