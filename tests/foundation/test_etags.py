"""ETags, preconditions, and the bytes of a file by parts."""

import io
import json
import tracemalloc

import pytest
from django.test import RequestFactory

from foundation.api import etags
from foundation.api.problems import PreconditionFailed
from foundation.store import Damaged, NotInStore, Store, StoreUnavailable

BYTES = bytes(range(256)) * 4
SIZE = len(BYTES)


def answered(
    opener=lambda: io.BytesIO(BYTES), method="get", size=SIZE, name="Plan.pdf", media_type="application/pdf", inline=False, **headers
):
    request = getattr(RequestFactory(), method)("/content/", headers={key.replace("_", "-"): value for key, value in headers.items()})
    return etags.ranged_file_response(request, opener, size=size, etag="abc", media_type=media_type, name=name, inline=inline)


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def asking(**headers):
    return RequestFactory().get("/", headers={key.replace("_", "-"): value for key, value in headers.items()})


class TestRequireMatch:
    @pytest.mark.parametrize("header", ['"abc"', ' "abc" ', '"x", "abc"', "*"])
    def test_lets_the_current_etag_pass(self, header):
        etags.require_match(asking(If_Match=header), "abc")

    def test_only_the_revision_counts(self):
        etags.require_match(asking(If_Match=f'"{etags.etag_of_answer("file.7", {"state": "received"})}"'), "file.7")

        for other in ("file.70", "file.6", "file"):
            with pytest.raises(PreconditionFailed):
                etags.require_match(asking(If_Match=f'"{etags.etag_of_answer(other, {})}"'), "file.7")

    def test_lets_a_caller_without_etag_pass(self):
        etags.require_match(asking(), "abc")

    @pytest.mark.parametrize("header", ['"old"', "abc", 'W/"abc"', "", '"ab', '"abc"x'])
    def test_refuses_any_other(self, header):
        with pytest.raises(PreconditionFailed):
            etags.require_match(asking(If_Match=header), "abc")


class TestEtagOf:
    def test_changes_with_every_part_and_not_by_itself(self):
        tag = etags.etag_of("file", 1, None)

        assert tag == etags.etag_of("file", 1, None)
        assert len({tag, etags.etag_of("file", 2, None), etags.etag_of("file", 1, ""), etags.etag_of("file1", None)}) == 4


class TestWholeFile:
    def test_comes_byte_for_byte_with_all_headers(self):
        response = answered()

        assert (response.status_code, body(response)) == (200, BYTES)
        assert response["Content-Length"] == str(SIZE)
        assert response["Content-Type"] == "application/pdf"
        assert response["ETag"] == '"abc"'
        assert response["Accept-Ranges"] == "bytes"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-cache"

    @pytest.mark.parametrize("header", ['"abc"', 'W/"abc"', '"x", "abc"', "*"])
    def test_is_not_sent_again_to_who_has_it(self, header):
        response = answered(If_None_Match=header, Range="bytes=0-5")

        assert (response.status_code, body(response), response["ETag"]) == (304, b"", '"abc"')

    def test_is_announced_without_its_bytes(self):
        opened = io.BytesIO(BYTES)

        response = answered(lambda: opened, method="head", Range="bytes=0-5")

        assert (response.status_code, response["Content-Length"], body(response)) == (200, str(SIZE), b"")
        assert opened.closed

    def test_may_be_empty(self):
        response = answered(lambda: io.BytesIO(), size=0)

        assert (response.status_code, response["Content-Length"], body(response)) == (200, "0", b"")

    def test_is_closed_when_nobody_reads_to_the_end(self):
        opened = io.BytesIO(BYTES)

        answered(lambda: opened).close()

        assert opened.closed

    def test_never_lies_in_memory_whole(self, tmp_path):
        large = tmp_path / "large"
        with large.open("wb") as file:
            file.truncate(300 * 1024**2)
        response = answered(lambda: large.open("rb"), size=300 * 1024**2)

        tracemalloc.start()
        length = sum(len(chunk) for chunk in response)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert length == 300 * 1024**2
        assert most < 4 * 1024**2


class TestRange:
    @pytest.mark.parametrize(
        ("header", "first", "last"),
        [
            ("bytes=0-0", 0, 0),
            ("bytes=0-99", 0, 99),
            ("bytes=100-", 100, SIZE - 1),
            ("bytes=-50", SIZE - 50, SIZE - 1),
            ("bytes=-5000", 0, SIZE - 1),
            ("bytes=1000-99999", 1000, SIZE - 1),
            ("BYTES = 5 - 6 ", 5, 6),
            (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ],
    )
    def test_gives_one_part(self, header, first, last):
        response = answered(Range=header)

        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
        assert response["Content-Length"] == str(last - first + 1)
        assert body(response) == BYTES[first : last + 1]

    @pytest.mark.parametrize("header", [f"bytes={SIZE}-", "bytes=99999-100000", "bytes=-0"])
    def test_says_that_there_is_no_such_part(self, header):
        response = answered(Range=header)

        assert response.status_code == 416
        assert response["Content-Range"] == f"bytes */{SIZE}"
        assert response["Content-Type"] == "application/problem+json"

    def test_has_no_part_of_an_empty_file(self):
        assert answered(lambda: io.BytesIO(), size=0, Range="bytes=0-").status_code == 416
        assert answered(lambda: io.BytesIO(), size=0, Range="bytes=-5").status_code == 416

    @pytest.mark.parametrize(
        "header",
        [
            "bytes=0-1,5-6",
            "bytes=5-2",
            "bytes=-",
            "bytes=a-b",
            "lines=1-2",
            "bytes",
            "bytes=0x1-2",
            "bytes=٣-٤",
            "bytes=1-2-3",
            "bytes=" + "9" * 40 + "-",
        ],
    )
    def test_gives_the_whole_for_several_parts_and_for_nonsense(self, header):
        response = answered(Range=header)

        assert (response.status_code, body(response)) == (200, BYTES)

    def test_gives_the_part_if_the_file_is_still_the_one_that_was_begun(self):
        assert answered(Range="bytes=0-5", If_Range='"abc"').status_code == 206

    @pytest.mark.parametrize("validator", ['"old"', 'W/"abc"', "Sun, 22 Nov 2026 17:50:00 GMT"])
    def test_gives_the_whole_if_it_is_another_one(self, validator):
        assert answered(Range="bytes=0-5", If_Range=validator).status_code == 200


class TestMissingBytes:
    @pytest.mark.parametrize("trouble", [NotInStore("/secret"), StoreUnavailable("/secret"), Damaged("/secret")])
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_are_said_clearly(self, trouble, method):
        def opener():
            raise trouble

        response = answered(opener, method=method)

        assert response.status_code == 503
        assert "secret" not in response.content.decode()
        assert json.loads(response.content)["detail"]

    def test_are_noticed_before_a_length_is_promised(self):
        opened = io.BytesIO(BYTES[:-1])

        assert answered(lambda: opened).status_code == 503
        assert opened.closed

    def test_of_a_store_that_is_gone_meanwhile(self, tmp_path):
        store = Store(tmp_path)
        stored = store.put(BYTES)
        (tmp_path / "objects").rename(tmp_path / "gone")

        assert answered(lambda: store.open_verified(stored.sha256)).status_code == 503


class TestDisposition:
    @pytest.mark.parametrize(
        ("name", "plain", "full"),
        [
            ("Plan.pdf", "Plan.pdf", "Plan.pdf"),
            ("Bürgermeister Größe.pdf", "Buergermeister Groesse.pdf", "B%C3%BCrgermeister%20Gr%C3%B6%C3%9Fe.pdf"),
            ("Łódź.pdf", "odz.pdf", "%C5%81%C3%B3d%C5%BA.pdf"),
            ('a"b\\c.pdf', "a_b_c.pdf", "a%22b%5Cc.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf", "aSet-Cookie%3A%20x.pdf"),
            ("\u202egpj.exe", "gpj.exe", "gpj.exe"),
            ("\ud800.pdf", "_.pdf", "%3F.pdf"),
            ("📄", "download", "%F0%9F%93%84"),
            ("\x00", "download", "download"),
            ("100%.pdf", "100_.pdf", "100%25.pdf"),
        ],
    )
    def test_carries_any_name(self, name, plain, full):
        header = etags.disposition(name, inline=False)

        assert header.startswith("attachment; ")
        assert f"filename*=UTF-8''{full}" in header
        assert "\r" not in header
        assert "\n" not in header
        if "\ud800" not in name:
            assert f'filename="{plain}"' in header

    def test_shows_nothing_by_itself_in_which_scripts_could_run(self):
        assert answered(inline=True)["Content-Disposition"].startswith("inline")
        for media_type in ("text/html", "image/svg+xml", "application/xhtml+xml", "text/html; charset=utf-8"):
            assert answered(inline=True, media_type=media_type)["Content-Disposition"].startswith("attachment")
