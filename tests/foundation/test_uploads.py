"""Uploads go straight to the store: flat in memory, hashed on the way, and nothing is left of what is refused or breaks off."""

import gc
import hashlib
import io
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import RequestFactory, override_settings
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import uploads
from foundation.api import problems
from foundation.api.parsers import FileParser
from foundation.kinds import clean_name
from foundation.store import Store, StoreFull, StoreUnavailable

PROJECT = Path(__file__).resolve().parents[2]
BOUNDARY = "x-boundary"
LIMIT = 3 * 1024**2
SCAN = bytes(range(256)) * 4096  # 1 MiB
stores: list[Store] = []


def store_in_force() -> Store:
    return stores[-1]


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    stores.append(Store(tmp_path))
    with override_settings(
        FILE_UPLOAD_HANDLERS=["foundation.uploads.StoreUploadHandler"], UPLOAD_STORE=f"{__name__}.store_in_force", MAX_UPLOAD_BYTES=LIMIT
    ):
        yield stores[-1]
    stores.pop()


def file_part(content: bytes, disposition: str = 'name="content"; filename="scan.pdf"', more: str = "") -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n{more}\r\n".encode() + content + b"\r\n"


def field(name: str, value: str) -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def body_of(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def posting(*parts: bytes, stream: Any = None, length: int | None = None, **extra: Any) -> WSGIRequest:
    body = body_of(*parts)
    environ = RequestFactory(**extra)._base_environ(
        REQUEST_METHOD="POST",
        PATH_INFO="/upload/",
        CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
        CONTENT_LENGTH=str(length or len(body)),
    )
    environ["wsgi.input"] = stream or io.BytesIO(body)
    return WSGIRequest(environ)


def arriving(store: Store) -> list[str]:
    folder = store.root / "incoming"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


class TestReceivedFile:
    def test_has_hash_size_and_name_and_lies_in_the_store_already(self, store):
        request = posting(field("title", "Lageplan"), file_part(SCAN))
        arrived = request.FILES["content"]

        assert request.POST["title"] == "Lageplan"
        assert (arrived.name, arrived.size, arrived.sha256) == ("scan.pdf", len(SCAN), hashlib.sha256(SCAN).hexdigest())
        assert arrived.read() == SCAN
        assert len(arriving(store)) == 1
        request.close()

    def test_is_kept_without_being_copied(self, store):
        request = posting(file_part(SCAN))
        arrived = request.FILES["content"]
        inode = arrived.incoming.path.stat().st_ino

        stored = store.keep(arrived.incoming)
        request.close()

        assert store.path(stored.sha256).stat().st_ino == inode
        assert store.verify(stored.sha256)
        assert arriving(store) == []

    def test_is_gone_at_the_end_of_the_request_if_nobody_kept_it(self, store):
        request = posting(file_part(SCAN), file_part(b"second"))
        assert len(request.FILES.getlist("content")) == 2

        request.close()

        assert arriving(store) == []

    def test_may_be_empty(self, store):
        request = posting(file_part(b""))

        assert request.FILES["content"].size == 0
        request.close()

    @pytest.mark.parametrize(
        ("disposition", "name"),
        [
            ('name="content"; filename="../../etc/passwd"', "passwd"),
            ('name="content"; filename="C:\\\\Scans\\\\Plan.pdf"', "Plan.pdf"),
            ('name="content"; filename="a\x00b.pdf"', "ab.pdf"),
            ('name="content"; filename="\u202egpj.exe"', "gpj.exe"),
            ('name="content"; filename="Grundriß Müller 📄.pdf"', "Grundriß Müller 📄.pdf"),
            ("name=\"content\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
            (f'name="content"; filename="{"ä" * 300}.pdf"', "ä" * 251 + ".pdf"),
            ('name="content"; filename="   "', "   "),
        ],
        ids=range(8),
    )
    def test_has_a_name_that_is_harmless(self, store, disposition, name):
        request = posting(file_part(b"%PDF", disposition))

        assert request.FILES["content"].name == name
        request.close()

    @pytest.mark.parametrize(
        "disposition",
        [
            'name="content"; filename=".."',
            'name="content"; filename="\x00"',
            "name=\"content\"; filename*=bogus''x",
            'filename="x.pdf"',
            "name=content; filename",
        ],
        ids=range(5),
    )
    def test_is_not_there_when_its_header_is_nonsense(self, store, disposition):
        request = posting(file_part(SCAN, disposition))

        assert not request.FILES
        request.close()
        assert arriving(store) == []

    def test_survives_a_field_name_and_a_content_type_with_nul(self, store):
        request = posting(file_part(b"x", 'name="con\x00tent"; filename="a.pdf"', "Content-Type: text/\x00plain\r\n"))

        assert [file.size for file in request.FILES.values()] == [1]
        request.close()


class TestTooLarge:
    def test_is_said_before_anything_of_it_is_read(self, store):
        stream = io.BytesIO(body_of(file_part(SCAN * 5)))
        request = posting(stream=stream, length=len(stream.getvalue()))

        with pytest.raises(uploads.TooLarge) as refusal:
            _files = request.FILES
        request.close()

        assert refusal.value.limit == LIMIT
        assert stream.tell() == 0
        assert arriving(store) == []

    def test_counts_the_bytes_of_a_file_that_is_a_little_over(self, store):
        request = posting(file_part(b"small"), file_part(SCAN * 3 + b"x"), field("after", "it"))

        with pytest.raises(uploads.TooLarge):
            _files = request.FILES
        request.close()

        assert arriving(store) == []

    def test_lets_a_file_of_just_the_limit_pass(self, store):
        request = posting(file_part(SCAN * 3))

        assert request.FILES["content"].size == LIMIT
        request.close()


class TestTrouble:
    def test_of_a_full_disk_is_said_after_the_sender_was_heard_out(self, store):
        store.reserve_bytes = 1 << 60
        stream = io.BytesIO(body_of(file_part(SCAN), file_part(SCAN)))

        with pytest.raises(StoreFull):
            _files = posting(stream=stream, length=len(stream.getvalue())).FILES

        assert stream.read() == b""

    def test_of_a_missing_disk_is_said(self, store):
        stores.append(Store(store.root / "not mounted"))

        with pytest.raises(StoreUnavailable):
            _files = posting(file_part(SCAN)).FILES
        stores.pop()

    def test_of_a_lost_connection_leaves_nothing(self, store):
        class Cable(io.RawIOBase):
            sent = io.BytesIO(body_of(file_part(b"first"), file_part(SCAN * 2))[: len(SCAN)])

            def read(self, size: int = -1) -> bytes:
                chunk = self.sent.read(size)
                if not chunk:
                    raise ConnectionResetError
                return chunk

        request = posting(stream=Cable(), length=2 * len(SCAN))
        with pytest.raises(UnreadablePostError):
            _files = request.FILES
        request.close()
        del request
        gc.collect()

        assert arriving(store) == []
        assert list(store.objects()) == []

    def test_of_an_upload_that_just_ends_leaves_no_half_file(self, store):
        cut = body_of(file_part(SCAN))[: len(SCAN) // 2]
        request = posting(stream=io.BytesIO(cut), length=len(cut))

        files = request.FILES
        request.close()
        del request
        gc.collect()

        assert not files
        assert arriving(store) == []


class Door(APIView):
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (FileParser,)

    def get_exception_handler(self):
        return problems.exception_handler

    def post(self, request):
        stored = store_in_force().keep(request.data["content"].incoming)
        return Response({"sha256": stored.sha256, "title": request.data.get("title"), "name": request.data["content"].name}, status=201)


class TestDoors:
    def test_of_rest_take_uploads(self, store):
        request = posting(field("title", "Plan"), file_part(SCAN))

        response = Door.as_view()(request)
        request.close()

        assert response.data == {"sha256": hashlib.sha256(SCAN).hexdigest(), "title": "Plan", "name": "scan.pdf"}
        assert arriving(store) == []

    @pytest.mark.parametrize(
        ("name", "kept"),
        [("M&amp;S.pdf", "M&amp;S.pdf"), (".", "Unbenannt"), ("..", "Unbenannt"), ("Scans/", "Unbenannt"), ("\x01\x02", "Unbenannt")],
    )
    def test_of_rest_lose_no_file_for_its_name(self, store, name, kept):
        request = posting(file_part(SCAN, f'name="content"; filename="{name}"'))

        response = Door.as_view()(request)
        request.close()

        assert (response.status_code, clean_name(response.data["name"])) == (201, kept)

    def test_of_rest_say_that_a_name_is_too_long(self, store):
        response = Door.as_view()(posting(file_part(SCAN, f'name="content"; filename="{"x" * 2000}.pdf"')))

        assert response.status_code == 400
        assert "höchstens 255 Zeichen" in response.data["detail"]

    def test_of_rest_say_413_and_507(self, store):
        assert Door.as_view()(posting(file_part(SCAN * 5))).status_code == 413
        store.reserve_bytes = 1 << 60
        assert Door.as_view()(posting(file_part(SCAN))).status_code == 507

    def test_with_csrf_take_uploads_and_read_them_once(self, store):
        def view(request):
            return HttpResponse(request.FILES["content"].sha256)

        token = get_token(RequestFactory().get("/"))
        request = posting(field("csrfmiddlewaretoken", token), file_part(SCAN))
        request.COOKIES["csrftoken"] = token
        with override_settings(CSRF_COOKIE_NAME="csrftoken"):
            check = CsrfViewMiddleware(view)
            check.process_request(request)
            refused = check.process_view(request, view, (), {})
        answer = view(request)
        request.close()

        assert refused is None
        assert answer.content.decode() == hashlib.sha256(SCAN).hexdigest()


MEASURE = """
    import resource, sys, pathlib, time
    import django
    from django.conf import settings
    root = pathlib.Path(sys.argv[1])
    settings.configure(FILE_UPLOAD_HANDLERS=["foundation.uploads.StoreUploadHandler"], UPLOAD_STORE="__main__.store", MAX_UPLOAD_BYTES=1 << 40)
    django.setup()
    from foundation.store import Store
    from tests.foundation.test_uploads import posting, file_part, body_of
    the_store = Store(root)
    def store(): return the_store
    class Stream:
        readline = None
        def __init__(self, megabytes):
            begin, end = file_part(b"").removesuffix(b"\\r\\n"), b"\\r\\n" + body_of()
            self.parts = iter([begin, *[bytes(1 << 20)] * megabytes, end])
            self.length, self.rest = len(begin) + (megabytes << 20) + len(end), b""
        def read(self, size):
            while len(self.rest) < size and (part := next(self.parts, b"")):
                self.rest += part
            chunk, self.rest = self.rest[:size], self.rest[size:]
            return chunk
    def upload(megabytes):
        stream = Stream(megabytes)
        request = posting(stream=stream, length=stream.length)
        stored = the_store.keep(request.FILES["content"].incoming)
        request.close()
        assert stored.size == megabytes << 20, stored
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    small = upload(8)
    began = time.monotonic()
    large = upload(300)
    print(small, large, round(time.monotonic() - began, 2))
"""


class TestMemory:
    def test_stays_flat_over_300_megabytes(self, tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(MEASURE), str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=False
        )

        assert done.returncode == 0, done.stderr
        small, large, _seconds = map(float, done.stdout.split())
        assert large - small < 24, done.stdout
