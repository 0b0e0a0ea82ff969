"""Mails that go out, and what we understand of them when they come back."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.mail import LOOP_HEADER, CannotAnswer, Enclosure, Kind, Mail, Person, answer, facts, read, token_in, with_token
from tests.foundation.mail.expecting import LOOP_TOKEN, NOW

HELP = Person("Hilfe, Zentrale", "hilfe@zentrale.example")
ANNA = Person("Anna Kurz", "anna.kurz@beispielheim.example")
ASKED = Mail(message_id="<frage@x.example>", references=("<a@x.example>", "<b@x.example>"), subject="Drucker")


def written(**chosen: Any) -> EmailMessage:
    usual: dict[str, Any] = {
        "sender": HELP,
        "to": [ANNA],
        "subject": "Drucker",
        "text": "Guten Tag",
        "at": NOW,
        "domain": "zentrale.example",
    }
    return answer(**{**usual, "loop_token": LOOP_TOKEN, **chosen})


class TestAnswer:
    def test_names_what_it_answers(self) -> None:
        message = written(to_mail=ASKED, prefix="HL", number="2026-000123")

        assert message["In-Reply-To"] == "<frage@x.example>"
        assert message["References"] == "<a@x.example> <b@x.example> <frage@x.example>"
        assert message["Subject"] == "[HL#2026-000123] AW: Drucker"
        assert message["Message-ID"].endswith("@zentrale.example>")
        assert "Auto-Submitted" not in message

    def test_is_read_as_it_was_meant_and_known_as_ours(self) -> None:
        message = written(
            text="Grüße\nüber zwei Zeilen",
            html="<p>Grüße<br>über zwei Zeilen</p>",
            enclosures=[Enclosure("Straße.pdf", "application/pdf", b"%PDF"), Enclosure("a.eml", "message/rfc822", b"Subject: x\n\n")],
            prefix="HL",
            number="2026-000123",
        )

        mail = read(message.as_bytes(), at=NOW, loop_token=LOOP_TOKEN)

        assert (mail.sender, mail.recipients, mail.date) == (HELP, (ANNA,), NOW)
        assert (mail.text, mail.html) == ("Grüße\nüber zwei Zeilen", "<p>Grüße<br>über zwei Zeilen</p>")
        assert [(one.name, one.content) for one in mail.attachments] == [("Straße.pdf", b"%PDF"), ("a.eml", b"Subject: x\n\n")]
        assert (mail.kind, mail.troubles) == (Kind.LOOP, ())
        assert token_in(mail.subject, prefix="HL") == "2026-000123"

    def test_of_a_machine_says_so(self) -> None:
        message = written(auto_submitted="auto-replied")

        assert message["Auto-Submitted"] == "auto-replied"
        assert read(message.as_bytes(), at=NOW).kind is Kind.AUTO_REPLY

    def test_in_a_long_thread_names_its_beginning_and_its_end(self) -> None:
        asked = Mail(message_id="<frage@x.example>", references=tuple(f"<{n}@x.example>" for n in range(50)))

        references = written(to_mail=asked)["References"].split()

        assert (len(references), references[0], references[-1]) == (facts.MAX_REFERENCES, "<0@x.example>", "<frage@x.example>")

    def test_to_ids_longer_than_a_line_names_them_as_they_are(self) -> None:
        long = "<" + "a" * 200 + "@prod.exchange.example>"

        raw = written(to_mail=Mail(message_id=long, references=(long.replace("a", "b"),))).as_bytes()

        mail = read(raw, at=NOW)
        assert f"\r\nIn-Reply-To: {long}\r\n".encode() in raw
        assert (mail.in_reply_to, mail.references) == (long, (long.replace("a", "b"), long))

    def test_to_a_name_with_umlauts_before_the_at_needs_a_server_that_knows_them(self) -> None:
        raw = written(to=[Person("", "jörg@b.example")]).as_bytes()

        assert "To: jörg@b.example\r\n".encode() in raw

    def test_subject_with_line_ends_makes_no_header(self) -> None:
        message = written(
            subject="Drucker\r\nBcc: alle@x.example", to=[Person("Kurz\r\nBcc: b@x.example", "anna.kurz@beispielheim.example")]
        )

        assert "Bcc" not in message
        assert read(message.as_bytes(), at=NOW).recipient_count == 1

    @pytest.mark.parametrize("subject", ["Re: Drucker", "AW: Drucker", "aw : Drucker"])
    def test_answers_once(self, subject: str) -> None:
        assert written(subject=subject, to_mail=ASKED)["Subject"] == subject

    @pytest.mark.parametrize(
        "wrong",
        [
            {"to": []},
            {"to": [Person("Niemand", None)]},
            {"to": [Person("", "kein ort")]},
            {"to": [Person("", "a@x.example\r\nBcc: b@x.example")]},
            {"domain": "zwei worte"},
            {"loop_token": "kurz"},
            {"loop_token": "mit\r\nZeile-12345"},
            {"auto_submitted": "yes"},
            {"prefix": "HL", "number": "123"},
        ],
    )
    def test_is_not_written_from_what_makes_no_mail(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(CannotAnswer):
            written(**wrong)

    def test_to_an_address_with_umlauts_goes_to_the_domain_that_servers_know(self) -> None:
        assert written(to=[Person("", "buero@müller.example")])["To"] == "buero@xn--mller-kva.example"

    @given(st.text(max_size=400), st.text(max_size=300), st.text(max_size=300), st.text(max_size=60))
    def test_can_be_sent_whatever_the_words_are(self, subject: str, text: str, name: str, file_name: str) -> None:
        message = written(subject=subject, text=text, to=[Person(name, ANNA.address)], enclosures=[Enclosure(file_name, "a/b", b"x")])

        raw = message.as_bytes()
        mail = read(raw, at=NOW, loop_token=LOOP_TOKEN)

        assert mail.kind is Kind.LOOP
        assert [person.address for person in mail.recipients] == [ANNA.address]
        assert raw.count(LOOP_HEADER.encode() + b": " + LOOP_TOKEN.encode()) == 1


class TestToken:
    @pytest.mark.parametrize(
        ("subject", "number"),
        [
            ("[HL#2026-000123]", "2026-000123"),
            ("AW: WG: [HL#2026-000123] Drucker [HL#2026-000123]", "2026-000123"),
            ("[HL#2026-0001234]", None),
            ("[HL#2026-00012a]", None),
            ("[HL#1926-000123]", None),
            ("[XL#2026-000123]", None),
            ("[[HL#2026-000123]]", "2026-000123"),
            ("HL#2026-000123", None),
            ("[HL#٢٠٢٦-000123]", None),
            ("", None),
        ],
    )
    def test_is_strict(self, subject: str, number: str | None) -> None:
        assert token_in(subject, prefix="HL") == number

    def test_prefix_is_no_pattern(self) -> None:
        assert token_in("[HxL#2026-000123]", prefix="H.L") is None
        assert token_in("[H.L#2026-000123]", prefix="H.L") == "2026-000123"

    def test_replaces_an_older_one(self) -> None:
        assert with_token("AW: [HL#2026-000001] Drucker", prefix="HL", number="2026-000123") == "[HL#2026-000123] AW: Drucker"
