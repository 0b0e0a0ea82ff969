"""Whatever the bytes are: a mail comes out, and its bounds hold."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from foundation.mail import Mail, Trouble, facts, participants, read, reading, token_in
from tests.foundation.mail.expecting import LOOP_TOKEN, NOW

MAILS = sorted(path.read_bytes() for path in (Path(__file__).parent / "mails").glob("*.eml"))
WORDS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xe4",
        b"\x1b$B",
        b"=?utf-8?B?",
        b"?=",
        b"=?utf-7?Q?",
        b"--grenze",
        b"--",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=grenze\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"From: ",
        b"<",
        b">",
        b"(",
        b'"',
        b";",
    ),
    *(
        b"begin 644 x\r\n",
        b"<script>",
        b"<img src=http://x>",
        b"\xe2\x80\xae",
        b"Subject: ",
        b"charset=",
        b"filename*0*=",
        b"=",
        b"'",
        b"%00",
    ),
]
ONE_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]")


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    raw = draw(st.sampled_from(MAILS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 60)))
        raw = raw[:start] + draw(st.sampled_from(WORDS) | st.binary(max_size=8)) + raw[end:]
    return raw


def bounds_hold(mail: Mail) -> None:
    assert Trouble.UNREADABLE not in mail.troubles
    people = [*mail.recipients, *mail.reply_to, *([mail.sender] if mail.sender else [])]
    lines = [mail.subject, *(person.name for person in people), *(person.address or "" for person in people)]
    lines += [*mail.references, mail.message_id or "", mail.in_reply_to or ""]
    lines += [text for one in mail.attachments for text in (one.name, one.claimed_type, one.content_id)]
    assert [line for line in lines if ONE_LINE.search(line)] == []
    assert len(mail.subject) <= facts.MAX_SUBJECT
    assert len(mail.recipients) <= min(facts.MAX_RECIPIENTS, mail.recipient_count)
    assert all(len(person.name) <= facts.MAX_NAME and len(person.address or "") <= facts.MAX_ADDRESS for person in people)
    assert all(0 < len(one.name) <= facts.MAX_NAME and not {"/", "\\", "\0"} & set(one.name) for one in mail.attachments)
    assert all(one.name.strip(". ") for one in mail.attachments)
    assert not re.search(r"<(?:script|style|svg|form|iframe|object|embed|link|meta|base)\b", mail.html, re.I)
    assert not re.search(r"<[^>]*\s(?:on\w+|style|srcset|background)=", mail.html, re.I)
    assert all(source.lower().startswith("cid:") for source in re.findall(r'<img[^>]*? src="([^"]*)"', mail.html))
    assert not any(unicodedata.category(letter) == "Cs" for letter in mail.text + mail.html)
    assert mail.date is None or (mail.date.tzinfo is not None and mail.date.year >= 1990)
    assert mail.new_text.strip() or not mail.text.strip()


def all_is_well(raw: bytes) -> None:
    mail = read(raw, at=NOW, loop_token=LOOP_TOKEN)

    bounds_hold(mail)
    hash((mail.message_id, participants(mail), token_in(mail.subject, prefix="HL")))


@pytest.fixture(autouse=True)
def _without_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """winmail.dat is opened in the sandbox, which takes a third of a second; test_winmail.py does."""
    monkeypatch.setattr("foundation.mail.tnef.unpacked", lambda content: None)


@given(st.binary(max_size=2_000))
@example(b"From: \xff\xfe\r\n\r\n")
@settings(max_examples=300)
def test_of_any_bytes(raw: bytes) -> None:
    all_is_well(raw)


@given(st.lists(st.sampled_from(WORDS) | st.binary(max_size=12), max_size=60).map(b"".join))
@settings(max_examples=300)
def test_of_pieces_of_mails(raw: bytes) -> None:
    all_is_well(b"From: a@x.example\r\n" + raw)


@given(mutated())
@settings(max_examples=500)
def test_of_mails_in_which_something_was_changed(raw: bytes) -> None:
    all_is_well(raw)


@given(
    st.text(max_size=300),
    st.sampled_from(["Subject", "From", "To", "Date", "Content-Type", "Content-Disposition", "References", "Message-ID"]),
)
@settings(max_examples=300)
def test_of_any_header(value: str, header: str) -> None:
    raw = f"{header}: {value}\r\n\r\nText"

    all_is_well(raw.encode("utf-8", "surrogatepass"))
    all_is_well(raw.encode("utf-16"))


@given(st.datetimes(timezones=st.just(UTC)))
def test_of_any_time_of_reading(at: datetime) -> None:
    mail = read(MAILS[0] + b"", at=at)

    assert Trouble.UNREADABLE not in mail.troubles


def test_what_we_did_not_think_of_is_a_mail_with_a_trouble(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(reading, "head_of", fails)

    mail = read(b"From: a@x.example\r\n\r\nText", at=NOW)

    assert mail == Mail(troubles=(Trouble.UNREADABLE,))
    assert "could not be read" in caplog.text
