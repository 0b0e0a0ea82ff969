"""Files of replies in the mails that a real SMTP server gets; those of notes in none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from hotline import answering, attaching, bundling, enclosing
from hotline.models import Attachment, Message, OutgoingMail, Ticket
from tenants.centre import stores
from tests.centre.hotline.imap_server import free_port
from tests.centre.hotline.mails import ANNA, NOW, SETTINGS, annas_ticket
from tests.centre.hotline.test_sending import Postman, send
from tests.centre.hotline_factories import QueueFactory, TicketFactory, agent, picture, requester

LARGEST_MAIL = 200_000  # bytes that our server in these tests takes
LONG = "Prüfübersicht über die Grundstücksentwässerungsgebührenbescheide der Straße „Am Großen Brühl“ – Überarbeitung für Ämter.txt"


@pytest.fixture
def postman(tmp_path: Path) -> Iterator[Postman]:
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=free_port(), data_size_limit=LARGEST_MAIL)
    controller.start()
    QueueFactory()
    address = f"smtp+plain://127.0.0.1:{controller.port}"
    with override_settings(
        **{**SETTINGS, "MAIL_SMTP_URL": address}, MAIL_STORE=tmp_path / "mails", CENTRE_ADDRESS="https://zentrale.example"
    ):
        yield postman
    controller.stop()


def says(ticket: Ticket, *files: tuple[str, bytes], kind: str = "reply", **more: Any) -> Message:
    kept = attaching.keep([attaching.Given(name, content) for name, content in files])
    return answering.say(ticket=ticket, body="Bitte sehen Sie sich das an.", kind=kind, files=kept, **{"by": agent(), **more}, at=NOW)


def text_of(got: Any) -> str:
    return str(got.get_body(("plain",)).get_content())


class TestAReplysFiles:
    def test_go_along_as_they_are_with_the_mail(self, postman: Postman) -> None:
        says(annas_ticket(), ("Anleitung für Ämter.txt", b"1. Ausschalten"), ("bild.png", picture()))

        assert send() == 1

        [got] = postman.mails()
        first, second = got.iter_attachments()
        assert (first.get_filename(), first.get_content_type(), first.get_payload(decode=True)) == (
            "Anleitung für Ämter.txt",
            "text/plain",
            b"1. Ausschalten",
        )
        assert (second.get_filename(), second.get_content_type(), second.get_payload(decode=True)) == ("bild.png", "image/png", picture())
        assert "passen nicht" not in text_of(got)
        assert (got.get_content_type(), got.defects, [part.defects for part in got.walk() if part.defects]) == ("multipart/mixed", [], [])

    @pytest.mark.parametrize("name", ["Gebührenübersicht.txt", LONG, 'An"führung; Größe=1.txt'])
    def test_have_their_names_by_rfc_2231(self, postman: Postman, name: str) -> None:
        says(annas_ticket(), (name, b"x"))
        send()

        raw, [got] = postman.got[0].content, postman.mails()
        assert next(got.iter_attachments()).get_filename() == name
        assert raw.isascii()
        assert b"filename*" in raw
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998

    def test_that_are_too_many_bytes_together_are_named_with_a_link(self, postman: Postman, settings: Any) -> None:
        settings.MAIL_MAX_FILES_BYTES = 2500
        ticket = annas_ticket()
        says(ticket, ("eins.txt", b"x" * 2000), ("zwei.txt", b"y" * 1000), ("drei.txt", b"z" * 500))
        send()

        [got] = postman.mails()
        assert [part.get_filename() for part in got.iter_attachments()] == ["eins.txt", "drei.txt"]
        assert "- zwei.txt (1000" in text_of(got)
        assert f"https://zentrale.example/anfragen/{ticket.public_id}/" in text_of(got)
        assert "eins.txt" not in text_of(got)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("start.bat", b"echo 1"),
            ("bild.png.exe", b"not even a program"),
            ("harmlos.txt", b"\x7fELF" + b"\0" * 60),
            ("seite.txt", b"<!doctype html><script>alert(1)</script>"),
            ("logo.svg", b"<svg onload='alert(1)'/>"),
        ],
    )
    def test_that_mail_servers_refuse_are_named_only(self, postman: Postman, name: str, content: bytes) -> None:
        says(annas_ticket(), (name, content), ("gut.txt", b"gut"))
        send()

        [got] = postman.mails()
        assert [part.get_filename() for part in got.iter_attachments()] == ["gut.txt"]
        assert f"- {name} (" in text_of(got)

    def test_a_server_that_takes_no_such_mail_gets_it_without_them(self, postman: Postman) -> None:
        says(annas_ticket(), ("groß.txt", b"x" * LARGEST_MAIL))

        assert send() == 1

        [got] = postman.mails()
        assert not got.is_multipart()
        assert "- groß.txt (" in text_of(got)

    def test_what_is_refused_for_its_size_without_files_waits_as_before(self, postman: Postman) -> None:
        answering.say(ticket=annas_ticket(), body="\U0001f4ce" * 45_000, by=agent(), at=NOW)

        assert (send(), postman.got) == (0, [])
        assert OutgoingMail.objects.get(kind="reply").next_try_at is not None

    def test_reach_everybody_who_gets_the_reply(self, postman: Postman) -> None:
        ticket = annas_ticket()
        ticket.watchers.add(requester(email="w@musterstadt.example"))
        says(ticket, ("eins.txt", b"1"))
        send()

        assert [[part.get_filename() for part in got.iter_attachments()] for got in postman.mails()] == [["eins.txt"], ["eins.txt"]]

    def test_reach_the_tickets_below_as_well(self, postman: Postman) -> None:
        above = annas_ticket()
        TicketFactory(requester=requester(email="b@musterstadt.example"), parent=above)
        files = attaching.keep([attaching.Given("eins.txt", b"1")])
        bundling.answer_all(ticket=above, body="Behoben.", files=files, by=agent(), at=NOW)
        send()

        assert sorted(one.rcpt_tos[0] for one in postman.got) == [ANNA, "b@musterstadt.example"]
        assert all([part.get_filename() for part in got.iter_attachments()] == ["eins.txt"] for got in postman.mails())

    def test_whose_bytes_are_lost_do_not_hold_up_the_answer(self, postman: Postman, caplog: pytest.LogCaptureFixture) -> None:
        message = says(annas_ticket(), ("weg.txt", b"bald weg, nur hier"))
        stores.of_centre().path(Attachment.objects.get(message=message).sha256).unlink()

        assert send() == 1

        assert "- weg.txt (" in text_of(postman.mails()[0])
        assert any("cannot be mailed" in line.getMessage() for line in caplog.records)

    def test_wait_with_their_mail_while_the_disk_is_away(self, postman: Postman, settings: Any, tmp_path: Path) -> None:
        says(annas_ticket(), ("eins.txt", b"1"))
        there = settings.CENTRE_STORE
        settings.CENTRE_STORE = tmp_path / "not-mounted"
        assert (send(), postman.got) == (0, [])
        settings.CENTRE_STORE = there

        assert send(minutes=1) == 1


class TestFilesOfNotes:
    SECRET = b"Nur fuer uns bestimmt, Zeile eins"

    @pytest.mark.parametrize("kind", ["note", "phone"])
    def test_are_in_no_mail_of_the_ticket(self, postman: Postman, kind: str) -> None:
        ticket = annas_ticket()
        says(ticket, ("intern-vorher.txt", self.SECRET), kind=kind)
        says(ticket, ("offen.txt", b"offen"))
        says(ticket, ("intern-nachher.txt", self.SECRET), kind=kind)

        assert send() == 1

        [got] = postman.mails()
        assert [part.get_filename() for part in got.iter_attachments()] == ["offen.txt"]
        assert b"intern-" not in postman.got[0].content
        assert all(self.SECRET not in (part.get_payload(decode=True) or b"") for part in got.walk())

    def test_are_not_sent_even_if_the_note_got_into_the_queue(self, postman: Postman) -> None:
        ticket = annas_ticket()
        note = says(ticket, ("intern.txt", self.SECRET), kind="note")
        OutgoingMail.objects.create(
            kind="reply", ticket=ticket, message=note, to_address=ANNA, mail_id="<n@x>", queued_at=NOW, next_try_at=NOW
        )

        assert (send(), postman.got) == (0, [])

    def test_are_not_given_out_to_whoever_builds_a_mail(self) -> None:
        note = says(annas_ticket(), ("intern.txt", self.SECRET), kind="note")

        with pytest.raises(enclosing.NotForHer):
            enclosing.files_of(note)

    def test_nor_are_a_requesters_own_sent_back(self) -> None:
        ticket = annas_ticket()
        hers = says(ticket, ("meins.txt", b"meins"), by=ticket.requester)

        with pytest.raises(enclosing.NotForHer):
            enclosing.files_of(hers)
