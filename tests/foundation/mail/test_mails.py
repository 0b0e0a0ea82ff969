"""Mails as they come in, each a file in `mails`, with everything that is expected of it in `tables`."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation.mail import participants, read, token_in
from tests.foundation.mail.expecting import LOOP_TOKEN, NOW
from tests.foundation.mail.tables import answers, dates, files, heads_and_parts, letters, machines, markup, people

MAILS = Path(__file__).parent / "mails"
TABLES = (answers, dates, files, heads_and_parts, letters, machines, markup, people)
EXPECTED = {name: expected for table in TABLES for name, expected in table.MAILS.items()}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_is_read_as_the_table_says(name: str) -> None:
    mail = read((MAILS / f"{name}.eml").read_bytes(), at=NOW, loop_token=LOOP_TOKEN)

    assert EXPECTED[name].differences(mail) == {}


def test_every_file_stands_in_one_table() -> None:
    assert sorted(path.stem for path in MAILS.glob("*.eml")) == sorted(EXPECTED)
    assert sum(len(table.MAILS) for table in TABLES) == len(EXPECTED)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("stranger_quotes_token", "2026-000123"),
        ("our_own_mail_back", "2026-000123"),
        ("absent_gmail_like", "2026-000123"),
        ("two_tokens", None),
        ("token_in_lookalikes", None),
        ("ordinary", None),
    ],
)
def test_a_token_is_found_only_where_exactly_one_stands(name: str, number: str | None) -> None:
    mail = read((MAILS / f"{name}.eml").read_bytes(), at=NOW)

    assert token_in(mail.subject, prefix="HL") == number


def test_a_stranger_who_quotes_a_token_is_no_participant_of_what_we_wrote() -> None:
    stranger = read((MAILS / "stranger_quotes_token.eml").read_bytes(), at=NOW)
    ours = participants(read((MAILS / "ordinary.eml").read_bytes(), at=NOW))

    assert participants(stranger) - ours == {"fremd@anderswo.example"}


def test_participants_are_compared_without_case_and_with_the_letters_of_a_domain() -> None:
    mail = read(b"From: A@XN--MLLER-KVA.Example\r\nTo: a@m\xc3\xbcller.example\r\nReply-To: <B@x.example>\r\n\r\n", at=NOW)

    assert participants(mail) == {"a@müller.example", "b@x.example"}
