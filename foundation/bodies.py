"""Bodies of requests, between the web server and Django: those sent in chunks are read, and nobody is cut off while sending.

    application = WholeBodies(get_wsgi_application())

Django takes a body without Content-Length for an empty one; what came in chunks (RFC 9112, 7.1) is put into a temporary file first, so that its
length is known. A Content-Type that Django fails on is left as far as it can be read. And a sender who is answered while still sending sees a
broken connection and never the answer that says why: whatever the application has left of a body is read before the answer goes out.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.exceptions import BadRequest
from django.utils.http import parse_header_parameters

from foundation.store import StoreFull, StoreUnavailable
from foundation.uploads import MIB, ROOM_FOR_FIELDS, TooLarge

IN_MEMORY = MIB // 4  # a longer chunked body lies on the disk
HEARD_OUT = 4  # up to so many times the largest upload is read of a body that nobody wants
HEARD_SECONDS = 120.0  # and no longer than that
SILENT_SECONDS = 10.0  # nor is a sender waited for who says nothing
# What addresses and forms are written in, and what is no ASCII any more in charsets that have signs of their own for other letters.
ASCII = bytes(code for code in range(0x20, 0x7F) if code != ord("\\")) + rb"\u0041+AEE-~{.xn--0."


class Broken(BadRequest):
    """The chunks of a body cannot be told apart, or it broke off. (A BadRequest, so that Django itself never answers 500.)"""


class Rest:
    """What is still to come of a body; `left` in bytes. The server may wait for ever if more is read than was announced."""

    def __init__(self, stream: Any, left: int) -> None:
        self._stream, self.left = stream, left

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._stream.read(self._at_most(size)))

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self._stream.readline(self._at_most(size)))

    def _at_most(self, size: int) -> int:
        return self.left if size < 0 else min(size, self.left)

    def _counted(self, chunk: bytes) -> bytes:
        self.left -= len(chunk)
        return chunk


class Unreadable:
    """A body that raises its refusal when it is read: so who may not come in, or asks for what is not there, is told that first."""

    def __init__(self, refusal: Exception) -> None:
        self._refusal = refusal

    def read(self, size: int = -1) -> bytes:
        raise self._refusal

    readline = read


class WholeBodies:
    """A WSGI application whose requests have bodies of known length, and whose answers wait for the end of the body."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if ";" in environ.get("CONTENT_TYPE", ""):
            environ["CONTENT_TYPE"] = readable_type(environ["CONTENT_TYPE"])
        if "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated"):
            with _collected(environ):
                return self._application(environ, start_response)
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or not int(length):
            return self._application(environ, start_response)
        rest = environ["wsgi.input"] = Rest(environ["wsgi.input"], int(length))
        answer = self._application(environ, start_response)
        _hear_out(rest, environ)
        return answer


def readable_type(sent: str) -> str:
    """A Content-Type without what Django fails on, before any view is asked and whatever the method (500, even from the web server itself).

    That is: parameters in a spelling that is none (RFC 2231), and a charset in which ASCII is not ASCII (zlib, rot13, utf-16), for Django reads
    the address in it, too. UTF-8 holds then, as it does where a charset is unknown; the boundary of the parts stays.
    """
    try:
        kind, parameters = parse_header_parameters(sent)
    except (LookupError, ValueError, TypeError):
        return sent.partition(";")[0].strip()
    if _is_ascii(parameters.get("charset", "utf-8")):
        return sent
    boundary = parameters.get("boundary", "")
    return f'{kind}; boundary="{boundary}"' if boundary else kind


def _is_ascii(charset: str) -> bool:
    """Whether a charset is known, is one of texts, and has the letters of ASCII where ASCII has them."""
    try:
        return ASCII.decode(charset) == ASCII.decode("ascii")
    except (LookupError, ValueError):
        return False


@contextmanager
def _collected(environ: WSGIEnvironment) -> Iterator[None]:
    """Put a chunked body into a file that is gone afterwards, and into `environ` what a body of known length has there.

    One that is too long, or broken, is not kept: reading it raises TooLarge, Broken, or what StoreUploadHandler raises for want of room.
    """
    source = environ["wsgi.input"]
    del environ["HTTP_TRANSFER_ENCODING"]
    with SpooledTemporaryFile(max_size=IN_MEMORY, dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        try:
            length = _collect(source, file)
            file.seek(0)
            environ["wsgi.input"] = file
        except (TooLarge, Broken, StoreFull, StoreUnavailable) as refusal:
            length = 1  # any: so that Django begins to read
            environ["wsgi.input"] = Unreadable(refusal)
            if not isinstance(refusal, Broken):
                _hear_out(Rest(source, HEARD_OUT * settings.MAX_UPLOAD_BYTES), environ)
        environ["CONTENT_LENGTH"] = str(length)
        yield


def _collect(source: Any, file: IO[bytes]) -> int:
    """Write a body to its end; returns its length. Raises TooLarge, Broken, StoreFull, StoreUnavailable."""
    most = settings.MAX_UPLOAD_BYTES + ROOM_FOR_FIELDS
    length = 0
    while chunk := _chunk(source):
        length += len(chunk)
        if length > most:
            raise TooLarge(settings.MAX_UPLOAD_BYTES)
        try:
            file.write(chunk)
        except OSError as trouble:
            full = trouble.errno in (errno.ENOSPC, errno.EDQUOT)
            raise (StoreFull if full else StoreUnavailable)(str(trouble)) from trouble
    return length


def _chunk(source: Any) -> bytes:
    try:
        return bytes(source.read(MIB))
    except Exception as fault:  # each server has errors of its own
        raise Broken("the chunks of the body cannot be read") from fault


def _hear_out(rest: Rest, environ: WSGIEnvironment) -> None:
    """Read what is left of a body. Far too much is left alone, as is what comes too slowly: gunicorn closes the connection then."""
    if not 0 < rest.left <= HEARD_OUT * settings.MAX_UPLOAD_BYTES:
        return
    until = time.monotonic() + HEARD_SECONDS
    with suppress(Exception), _impatient(environ.get("gunicorn.socket")):
        while rest.left and time.monotonic() < until and rest.read(MIB // 16):
            pass


@contextmanager
def _impatient(socket: Any) -> Iterator[None]:
    """Give up waiting on this socket, where the server lets us have it, when the sender falls silent."""
    if socket is None:
        yield
        return
    before = socket.gettimeout()
    socket.settimeout(SILENT_SECONDS)
    try:
        yield
    finally:
        socket.settimeout(before)
