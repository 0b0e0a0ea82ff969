"""Mails that are too much of something. They are made here; a minute would be too long for any of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from foundation.mail import Mail, Trouble, facts, read
from tests.foundation.mail.expecting import NOW

HEAD = b"From: Anna Kurz <anna.kurz@beispielheim.example>\r\nSubject: Viel\r\n"
MIB = 1024**2
SECONDS = 20  # of CPU, on a slow machine; most take a tenth of one


@contextmanager
def soon() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < SECONDS


def read_soon(raw: bytes) -> Mail:
    with soon():
        return read(raw, at=NOW)


class TestHeads:
    def test_20_mb_of_headers_are_cut_and_the_body_is_read(self) -> None:
        mail = read_soon(HEAD + b"X-Viel: " + b"\r\nX-Viel: ".join([b"a" * 80] * (20 * MIB // 90)) + b"\r\n\r\nDer Text")

        assert (mail.subject, mail.text, mail.troubles) == ("Viel", "Der Text", (Trouble.HEADERS_CUT,))

    def test_a_header_of_20_mb_is_cut(self) -> None:
        mail = read_soon(b"Subject: " + b"=?utf-8?q?a?= " * (20 * MIB // 14) + b"\r\n\r\nDer Text")

        assert len(mail.subject) == facts.MAX_SUBJECT
        assert mail.text == "Der Text"
        assert {Trouble.HEADERS_CUT, Trouble.SUBJECT_CUT} < set(mail.troubles)

    def test_of_10_000_recipients_some_are_named_and_all_are_counted(self) -> None:
        people = b",\r\n ".join(b'"Person, %d" <p%d@beispielheim.example>' % (n, n) for n in range(10_000))

        mail = read_soon(HEAD + b"To: " + people + b"\r\n\r\nText")

        assert (len(mail.recipients), mail.recipient_count) == (facts.MAX_RECIPIENTS, 10_000)
        assert mail.recipients[1].name == "Person, 1"
        assert mail.troubles == (Trouble.RECIPIENTS_CUT,)

    def test_of_500_references_the_first_and_the_last_are_kept(self) -> None:
        mail = read_soon(HEAD + b"References: " + b"\r\n ".join(b"<%d@x.example>" % n for n in range(500)) + b"\r\n\r\nText")

        assert (mail.references[0], mail.references[1], mail.references[-1]) == ("<0@x.example>", "<451@x.example>", "<499@x.example>")
        assert (len(mail.references), mail.troubles) == (facts.MAX_REFERENCES, (Trouble.REFERENCES_CUT,))

    @pytest.mark.parametrize("letter", [b"(", b"<", b"a:", b'"', b"\\", b"@", b"=?utf-8?q?", b",", b";", b"[", b"a."])
    @pytest.mark.parametrize("header", [b"From", b"To", b"Subject", b"Date", b"Content-Type", b"Content-Disposition", b"References"])
    def test_brackets_without_end_are_no_trap(self, header: bytes, letter: bytes) -> None:
        mail = read_soon(b"Subject: Viel\r\n" + header + b": " + letter * 30_000 + b"\r\n\r\nText")

        assert Trouble.UNREADABLE not in mail.troubles


class TestParts:
    def nested(self, levels: int) -> bytes:
        boundary = b"b%d"
        return HEAD + b"".join(
            b"Content-Type: multipart/mixed; boundary=" + boundary % n + b"\r\n\r\n--" + boundary % n + b"\r\n" for n in range(levels)
        )

    def test_what_is_nested_200_deep_is_kept_whole_below_the_bound(self) -> None:
        mail = read_soon(self.nested(200) + b"\r\nGanz innen\r\n")

        (rest,) = mail.attachments
        assert b"Ganz innen" in rest.content
        assert Trouble.TOO_DEEP in mail.troubles

    def test_what_is_nested_15_deep_is_read(self) -> None:
        assert read_soon(self.nested(15) + b"\r\nGanz innen\r\n").text == "Ganz innen"

    def test_mails_forwarded_200_times_are_one_file(self) -> None:
        mail = read_soon(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 200 + b"Text")

        assert [one.claimed_type for one in mail.attachments] == ["message/rfc822"]

    def test_of_a_million_parts_the_first_are_read(self) -> None:
        mail = read_soon(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\nContent-Type: a/b\r\n\r\nx\r\n" * 10**6)

        assert len(mail.attachments) < facts.MAX_PARTS
        assert Trouble.TOO_MANY_PARTS in mail.troubles

    def test_50_mb_of_lines_like_boundaries_on_every_level(self) -> None:
        raw = HEAD
        for n in range(1, 25):
            raw += b"Content-Type: multipart/mixed; boundary=" + b"b" * n + b"\r\n\r\n--" + b"b" * n + b"\r\n"

        mail = read_soon(raw + b"\r\n" + (b"--" + b"b" * 60 + b"\n") * (50 * MIB // 63))

        assert Trouble.TOO_DEEP in mail.troubles


class TestTexts:
    @pytest.mark.parametrize(
        "piece",
        [
            *(
                b"\n",
                b" ",
                b"> ",
                b"On On On ",
                b"Am On ",
                b"Von: a\n",
                b"- ",
                b"_",
                b"-- \n",
                b"Gr\xc3\xbc\xc3\x9fe\n",
                b"\xe4\n",
                b"<",
                b"= ",
            ),
            *(b"begin 644 x\n", b"begin 644 x\n#AAAA\n", b"Am 01.01.2026 10:00 schrieb x:\n> a\nfoo\n", b"Hinweis: a b\n", b"\x00"),
        ],
    )
    def test_much_of_the_same(self, piece: bytes) -> None:
        mail = read_soon(HEAD + b"\r\n" + piece * (8 * MIB // len(piece)))

        assert len(mail.text) <= facts.MAX_TEXT
        assert len(mail.new_text) <= facts.MAX_TEXT
        assert {Trouble.TEXT_CUT, Trouble.BROKEN_UUENCODE} & set(mail.troubles)

    @pytest.mark.parametrize(
        "piece",
        [
            *(b"<div>", b"<", b"<a ", b"&", b"<!--", b"<p>x", b"<b>", b"<table><tr><td>", b"<div></x>", b"<blockquote>", b"<svg><math>"),
            *(b"<img src='http://x/y'>", b"<ul><li>", b"<div><table></div></table>", b"<b><p>", b" a=", b"<a a", b"</p>", b"<o:p>"),
        ],
    )
    @pytest.mark.parametrize("count", [3_900, 100_000])
    def test_html_of_the_same(self, piece: bytes, count: int) -> None:
        mail = read_soon(HEAD + b"Content-Type: text/html\r\n\r\n" + piece * count)

        assert len(mail.html) <= 2 * facts.MAX_HTML
        assert len(mail.text) <= facts.MAX_TEXT
        assert Trouble.UNREADABLE not in mail.troubles

    def test_html_that_is_too_costly_is_still_text(self) -> None:
        mail = read_soon(HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 30_000 + b"Der <b>Drucker</b><script>")

        assert (mail.text, mail.html, mail.troubles) == ("Der Drucker", "<p>Der Drucker</p>", (Trouble.HTML_UNREADABLE,))

    def test_a_file_of_50_mb_comes_through_whole(self) -> None:
        raw = HEAD + b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"

        mail = read_soon(raw + b"JVBE" * (50 * MIB // 4))

        assert [len(one.content) for one in mail.attachments] == [50 * MIB // 4 * 3]
        assert mail.troubles == ()

    def test_more_than_a_mail_may_have_is_cut(self) -> None:
        assert Trouble.TOO_BIG in read_soon(HEAD + b"\r\n" + b"a" * facts.MAX_MAIL_BYTES).troubles
