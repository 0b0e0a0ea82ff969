"""Bytes, texts and pictures of a document."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from records import page_images
from records.models import Document, DocumentVersion
from tenants import stores
from tests.foundation.papers import typed
from tests.node.factories import DocumentFactory, PageFactory

from .asking import DOCUMENTS, clerk_in, is_problem, leaf, open_file, taken_in

BYTES = bytes(range(256)) * 40


def get(client, document, part, **headers):
    return client.get(f"{DOCUMENTS}{document.public_id}/{part}", headers=headers)


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def pdf_of(*texts: str, file=None) -> Document:
    """A born-digital PDF that has been read."""
    buffer = io.BytesIO()
    typed(*texts).save(buffer)
    document = taken_in(file or open_file(), buffer.getvalue(), "Brief.pdf")
    for number, text in enumerate(texts, start=1):
        PageFactory(version=document.current, number=number, text=text)
    DocumentVersion.objects.filter(document=document).update(state="ready", page_count=len(texts))
    return document


class TestContent:
    def test_are_the_original_bytes_with_their_name_kind_and_hash(self, api_client) -> None:
        document = pdf_of("Guten Tag")
        version = document.current

        answer = get(api_client(clerk_in(document.file.unit, "read")), document, "content/")
        content = body_of(answer)

        assert hashlib.sha256(content).hexdigest() == version.sha256
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Length"] == str(len(content))
        assert answer["ETag"] == f'"{version.sha256}"'
        assert answer["Content-Disposition"].startswith('attachment; filename="Brief.pdf"')
        assert answer["Accept-Ranges"] == "bytes"
        assert answer["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        ("asked", "status", "first", "last"),
        [
            ("bytes=0-9", 206, 0, 9),
            ("bytes=100-", 206, 100, len(BYTES) - 1),
            ("bytes=-5", 206, len(BYTES) - 5, len(BYTES) - 1),
            ("bytes=10-99999999", 206, 10, len(BYTES) - 1),
            ("bytes=0-1,5-6", 200, 0, len(BYTES) - 1),
            ("pages=1-2", 200, 0, len(BYTES) - 1),
        ],
    )
    def test_parts_can_be_asked_for(self, asked, status, first, last, api_client) -> None:
        document = taken_in(open_file(), BYTES, "x.bin")

        answer = get(api_client(clerk_in(document.file.unit, "read")), document, "content/", Range=asked)

        assert answer.status_code == status
        assert body_of(answer) == BYTES[first : last + 1]
        assert answer.get("Content-Range") == (f"bytes {first}-{last}/{len(BYTES)}" if status == 206 else None)

    def test_a_part_beyond_the_end_is_refused(self, api_client) -> None:
        document = taken_in(open_file(), BYTES, "x.bin")

        answer = get(api_client(clerk_in(document.file.unit, "read")), document, "content/", Range="bytes=20000-")

        assert is_problem(answer, 416)
        assert answer["Content-Range"] == f"bytes */{len(BYTES)}"

    def test_what_the_caller_has_already_is_not_sent_again(self, api_client) -> None:
        document = taken_in(open_file(), BYTES, "x.bin")
        client = api_client(clerk_in(document.file.unit, "read"))
        etag = f'"{document.current.sha256}"'

        assert get(client, document, "content/", **{"If-None-Match": etag}).status_code == 304
        assert body_of(get(client, document, "content/", **{"If-Range": etag, "Range": "bytes=0-1"})) == BYTES[:2]
        assert body_of(get(client, document, "content/", **{"If-Range": '"other"', "Range": "bytes=0-1"})) == BYTES

    def test_head_says_it_all_without_the_bytes(self, api_client) -> None:
        document = taken_in(open_file(), BYTES, "x.bin")

        answer = api_client(clerk_in(document.file.unit, "read")).head(f"{DOCUMENTS}{document.public_id}/content/")

        assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(BYTES)), b"")

    @pytest.mark.parametrize(
        ("name", "content", "inline"),
        [("a.txt", b"Text", True), ("a.html", b"<html><script>alert(1)</script></html>", False), ("a.svg", b"<svg xmlns='x'/>", False)],
    )
    def test_only_harmless_kinds_are_shown_by_a_browser(self, name, content, inline, api_client) -> None:
        document = taken_in(open_file(), content, name)

        answer = get(api_client(clerk_in(document.file.unit, "read")), document, "content/?inline=1")

        assert body_of(answer) == content
        assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_a_flipped_bit_is_never_delivered(self, api_client) -> None:
        document = taken_in(open_file(), b"unverfaelscht", "x.txt")
        path = stores.of_municipality().path(document.current.sha256)
        path.chmod(0o640)
        path.write_bytes(b"verfaelscht!!")

        assert is_problem(get(api_client(clerk_in(document.file.unit, "read")), document, "content/"), 503)

    def test_lost_bytes_are_a_problem_not_an_error(self, api_client) -> None:
        document = DocumentFactory()

        assert is_problem(get(api_client(clerk_in(document.file.unit, "read")), document, "content/"), 503)

    @pytest.mark.parametrize("part", ["content/", "text/", "pages/1/image/", "versions/", "versions/1/content/"])
    def test_strangers_learn_nothing(self, part, api_client) -> None:
        document = taken_in(open_file())

        assert is_problem(get(api_client(clerk_in(leaf())), document, part), 404)
        assert is_problem(get(api_client(), document, part), 401)

    @pytest.mark.parametrize("number", ["0", "2", "x", "1e3", "99999999999999999999", "-1", "²", "%00"])
    def test_versions_that_are_not_there(self, number, api_client) -> None:
        document = taken_in(open_file())

        assert is_problem(get(api_client(clerk_in(document.file.unit, "read")), document, f"versions/{number}/content/"), 404)


class TestText:
    def test_comes_by_pages(self, api_client) -> None:
        document = pdf_of("Erste Seite", "Zweite Seite")

        body = get(api_client(clerk_in(document.file.unit, "read")), document, "text/").json()

        assert body == {"state": "ready", "pages": [{"number": 1, "text": "Erste Seite"}, {"number": 2, "text": "Zweite Seite"}]}

    def test_is_empty_while_the_document_is_being_read(self, api_client) -> None:
        document = taken_in(open_file())

        assert get(api_client(clerk_in(document.file.unit, "read")), document, "text/").json() == {"state": "received", "pages": []}


class TestPageImage:
    @pytest.mark.parametrize("accept", ["image/webp,*/*", "image/jpeg", "application/json"])
    def test_is_a_jpeg_of_the_width_asked_for_whatever_is_accepted(self, accept, api_client) -> None:
        document = pdf_of("Guten Tag")

        answer = get(api_client(clerk_in(document.file.unit, "read")), document, "pages/1/image/?width=600", Accept=accept)

        assert answer.status_code == 200, answer.content
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.format, picture.width) == ("JPEG", 600)
        assert answer["Content-Type"] == "image/jpeg"

    def test_may_be_kept_for_good_only_where_the_address_names_the_version(self, api_client) -> None:
        document = pdf_of("Guten Tag")
        client = api_client(clerk_in(document.file.unit, "read"))

        fixed, moving, empty = (get(client, document, f"pages/1/image/?width=100{more}") for more in ("&version=1", "", "&version="))

        assert "immutable" in fixed["Cache-Control"]
        assert "private" in fixed["Cache-Control"]
        assert "no-cache" in moving["Cache-Control"]
        assert empty["Cache-Control"] == moving["Cache-Control"]
        assert get(client, document, "pages/1/image/?width=100", **{"If-None-Match": moving["ETag"]}).status_code == 304

    @pytest.mark.parametrize("width", ["49", "4001", "breit", "-5", "1e2", "²", "99999999999999"])
    def test_refuses_other_widths(self, width, api_client) -> None:
        document = pdf_of("Guten Tag")

        answer = get(api_client(clerk_in(document.file.unit, "read")), document, f"pages/1/image/?width={width}")

        assert is_problem(answer, 400)
        assert "width" in answer.json()["errors"]

    def test_pages_that_are_not_there_are_not_found(self, api_client) -> None:
        document = pdf_of("Guten Tag")
        client = api_client(clerk_in(document.file.unit, "read"))

        for number in ("0", "2", "x", "99999999999"):
            assert is_problem(get(client, document, f"pages/{number}/image/"), 404)
        assert is_problem(get(client, document, "pages/1/image/?version=7"), 404)

    def test_a_document_without_pages_says_that_it_has_no_preview(self, api_client) -> None:
        document = DocumentFactory(version__page_count=0)

        answer = get(api_client(clerk_in(document.file.unit, "read")), document, "pages/1/image/")

        assert is_problem(answer, 404)
        assert answer.json()["detail"] == "Von diesem Dokument gibt es keine Vorschau. Das Original kann heruntergeladen werden."

    def test_is_a_conflict_while_the_document_is_being_read(self, api_client) -> None:
        document = taken_in(open_file())

        assert is_problem(get(api_client(clerk_in(document.file.unit, "read")), document, "pages/1/image/"), 409)

    def test_says_so_when_the_bytes_are_gone(self, api_client) -> None:
        document = DocumentFactory()

        assert is_problem(get(api_client(clerk_in(document.file.unit, "read")), document, "pages/1/image/"), 503)

    def test_the_second_time_it_is_not_drawn_again(self, api_client, monkeypatch) -> None:
        document = pdf_of("Guten Tag noch einmal")
        client = api_client(clerk_in(document.file.unit, "read"))
        first = get(client, document, "pages/1/image/?width=300")
        monkeypatch.setattr(page_images, "_renderers", None)

        assert get(client, document, "pages/1/image/?width=300").content == first.content
