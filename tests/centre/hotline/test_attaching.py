"""Files of messages: all of them or none, never run or shown in our name, those of notes for staff only."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext
from PIL import Image

from hotline import answering, attaching, tasks
from hotline.models import Attachment, Message, Ticket
from tenants.centre import stores
from tests.centre.hotline_factories import AT, TicketFactory, agent, picture, requester

MESSAGES = "/api/v1/tickets/{}/messages/"


pytestmark = pytest.mark.usefixtures("queue")


def with_file(ticket: Ticket, *, name: str = "Fehler.txt", content: bytes = b"Fehler 7", kind: str = "reply") -> Attachment:
    files = attaching.keep([attaching.Given(name, content)])
    message = answering.say(ticket=ticket, body="Anbei.", kind=kind, files=files, by=agent(), at=AT)
    return Attachment.objects.get(message=message)


class TestKeep:
    @pytest.mark.parametrize(
        ("files", "why"),
        [
            ([("leer.txt", b"")], "„leer.txt“ ist leer"),
            ([("gut.txt", b"x"), ("dick.bin", b"x" * 1001)], "„dick.bin“ ist zu groß"),
            ([(f"{n}.txt", b"x") for n in range(21)], "höchstens 20 Dateien"),
        ],
    )
    def test_refuses_all_when_one_is_wrong(self, files: list[tuple[str, bytes]], why: str, settings: Any) -> None:
        settings.MAX_ATTACHMENT_BYTES = 1000

        with pytest.raises(attaching.CannotAttach, match=why):
            attaching.keep([attaching.Given(name, content) for name, content in files])

    def test_says_so_when_the_disk_is_away(self, settings: Any, tmp_path: Path) -> None:
        settings.CENTRE_STORE = tmp_path / "not-mounted"

        with pytest.raises(attaching.CannotAttach, match="nicht erreich"):
            attaching.keep([attaching.Given("a.txt", b"x")])
        assert not settings.CENTRE_STORE.exists()

    def test_makes_names_harmless_and_believes_the_content(self, tmp_path: Path) -> None:
        (tmp_path / "arrived").write_bytes(picture())

        [kept] = attaching.keep([attaching.Given("../..\\etc/\u202egnp.exe\n", tmp_path / "arrived")])

        assert (kept.name, kept.media_type) == ("gnp.exe", "image/png")


class TestSweep:
    def test_removes_what_no_message_refers_to_after_a_day(self) -> None:
        used, [orphan] = with_file(TicketFactory()), attaching.keep([attaching.Given("b.txt", b"verwaist")])

        tasks.sweep_attachments()
        assert stores.of_centre().has(orphan.stored.sha256)
        assert attaching.sweep(now=time.time() + attaching.ORPHAN_SECONDS + 60) >= 1
        assert [stores.of_centre().has(sha) for sha in (used.sha256, orphan.stored.sha256)] == [True, False]


class TestForms:
    def test_an_answer_takes_several_files(self, client_of: Any) -> None:
        ticket = TicketFactory()
        files = [SimpleUploadedFile("eins.txt", b"1"), SimpleUploadedFile("zwei.txt", b"2")]

        client_of(ticket.requester).post(f"/anfragen/{ticket.public_id}/", {"body": "Anbei.", "seen": "1", "attachments": files})

        message = Message.objects.get(body="Anbei.")
        assert [file.name for file in message.attachments.in_order()] == ["eins.txt", "zwei.txt"]

    def test_so_does_a_new_request(self, client_of: Any) -> None:
        sent = {"subject": "Hilfe", "body": "Bitte.", "attachments": SimpleUploadedFile("eins.txt", b"1")}

        client_of(requester()).post("/anfragen/neu/", sent)

        assert Attachment.objects.get().message.body == "Bitte."

    @pytest.mark.parametrize(
        ("limit", "most", "size"),
        [
            ("MAX_ATTACHMENT_BYTES", 1024, 1025),
            ("MAX_UPLOAD_BYTES", 1024, 1025),
            ("MAX_UPLOAD_BYTES", attaching.MIB, 5 * attaching.MIB // 2),
        ],
    )
    def test_a_refused_file_loses_no_text_and_sends_nothing(self, limit: str, most: int, size: int, client_of: Any, settings: Any) -> None:
        """The last one is refused before any of it is written: the request says that it is too large."""
        setattr(settings, limit, most)
        ticket = TicketFactory()
        sent = {"body": "Mein langer Text", "seen": "1", "attachments": SimpleUploadedFile("dick.bin", b"x" * size)}

        page = client_of(ticket.requester).post(f"/anfragen/{ticket.public_id}/", sent).content.decode()

        assert "zu groß" in page
        assert "Mein langer Text" in page
        assert ticket.messages.count() == 1

    def test_a_new_request_keeps_its_text_as_well(self, client_of: Any, settings: Any) -> None:
        settings.MAX_ATTACHMENT_BYTES = 1000
        sent = {"subject": "Hilfe", "body": "Mein langer Text", "attachments": SimpleUploadedFile("dick.bin", b"x" * 1001)}

        page = client_of(requester()).post("/anfragen/neu/", sent).content.decode()

        assert "„dick.bin“ ist zu groß" in page
        assert "Mein langer Text" in page
        assert 'value="Hilfe"' in page
        assert not Ticket.objects.exists()

    def test_who_was_overtaken_is_told_to_attach_the_files_again(self, client_of: Any) -> None:
        """A browser does not send a file a second time by itself, and on a page with her text she would think that it does."""
        ticket, staff = TicketFactory(), agent()
        sent = {"kind": "reply", "then": "waiting", "body": "Meine Antwort", "seen": "0"}

        with_one = client_of(staff).post(f"/anfragen/{ticket.public_id}/", {**sent, "attachments": SimpleUploadedFile("eins.txt", b"1")})
        without = client_of(staff).post(f"/anfragen/{ticket.public_id}/", sent)

        words = "hängen Sie Ihre Dateien noch einmal an"
        assert (with_one.status_code, without.status_code) == (409, 409)
        assert [words in page.content.decode() for page in (with_one, without)] == [True, False]
        assert "Meine Antwort" in with_one.content.decode()

    def test_the_field_says_its_limits_to_people_and_to_the_script(self, client_of: Any) -> None:
        page = client_of(requester()).get("/anfragen/neu/").content.decode()

        assert "Höchstens 20 Dateien mit je bis zu 25 MB." in page
        assert 'data-attach="20"' in page
        assert f'data-most="{25 * attaching.MIB}"' in page

    def test_staff_are_told_what_goes_along_with_the_mail_where_there_is_mail(self, client_of: Any, settings: Any) -> None:
        ticket, staff, words = TicketFactory(), agent(), "gehen mit der E-Mail mit, zusammen bis zu 3 MB"
        settings.MAIL_MAX_FILES_BYTES = 3 * attaching.MIB
        pages = []
        for server in ("", "smtp+plain://127.0.0.1:1"):
            settings.MAIL_SMTP_URL = server
            pages.append(client_of(staff).get(f"/anfragen/{ticket.public_id}/").content.decode())

        assert [words in page for page in pages] == [False, True]


class TestDownloads:
    @pytest.mark.parametrize("content", [b"<!doctype html><script>alert(1)</script>", b"<svg onload='alert(1)'/>", b"%PDF-1.7"])
    def test_are_never_shown_in_our_name(self, content: bytes, client_of: Any) -> None:
        ticket = TicketFactory()
        file = with_file(ticket, name="<script>.html", content=content)

        page = client_of(ticket.requester).get(f"/anfragen/{ticket.public_id}/").content.decode()
        answer = client_of(ticket.requester).get(f"/anfragen/anlagen/{file.public_id}/")

        assert "<script>.html" not in page
        assert answer["Content-Disposition"].startswith("attachment;")
        assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", "sandbox; default-src 'none'")
        assert b"".join(answer.streaming_content) == content

    def test_damaged_bytes_are_not_handed_out(self, client_of: Any) -> None:
        file = with_file(TicketFactory(), content=b"unversehrt")
        path = stores.of_centre().path(file.sha256)
        path.chmod(0o640)
        path.write_bytes(b"umgedrehte")

        assert client_of(agent()).get(f"/anfragen/anlagen/{file.public_id}/").status_code == 503
        path.unlink()

    @pytest.mark.parametrize("below", ["", "vorschau/"])
    def test_files_of_notes_do_not_exist_for_requesters(self, below: str, client_of: Any, api_client: Any) -> None:
        ticket = TicketFactory()
        file = with_file(ticket, kind="note", content=picture())

        assert client_of(ticket.requester).get(f"/anfragen/anlagen/{file.public_id}/{below}").status_code == 404
        assert api_client(ticket.requester).get(f"/api/v1/attachments/{file.public_id}/content/").status_code == 404
        assert b"".join(client_of(agent()).get(f"/anfragen/anlagen/{file.public_id}/").streaming_content) == picture()

    def test_those_of_strangers_neither(self, client_of: Any) -> None:
        file = with_file(TicketFactory())

        assert client_of(requester()).get(f"/anfragen/anlagen/{file.public_id}/").status_code == 404


class TestPreviews:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_of_a_picture_are_drawn_anew(self, kind: str, client_of: Any) -> None:
        file = with_file(TicketFactory(), name="bild.txt", content=picture(kind))

        answer = client_of(agent()).get(f"/anfragen/anlagen/{file.public_id}/vorschau/")

        assert answer["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(answer.content)).width <= 640

    @pytest.mark.parametrize("content", [b"<svg/>", b"\x89PNG\r\n\x1a\nnoise"])
    def test_of_anything_else_there_are_none(self, content: bytes, client_of: Any) -> None:
        file = with_file(TicketFactory(), name="bild.png", content=content)

        assert client_of(agent()).get(f"/anfragen/anlagen/{file.public_id}/vorschau/").status_code == 404


class TestPrograms:
    def test_send_and_fetch_files(self, api_client: Any) -> None:
        ticket = TicketFactory()
        client = api_client(ticket.requester)
        files = [SimpleUploadedFile("eins.txt", b"1"), SimpleUploadedFile("zwei.txt", b"22")]

        said = client.post(MESSAGES.format(ticket.public_id), {"body": "Anbei.", "attachments": files}, format="multipart").json()

        assert [(file["name"], file["size"], file["media_type"]) for file in said["attachments"]] == [
            ("eins.txt", 1, "text/plain"),
            ("zwei.txt", 2, "text/plain"),
        ]
        assert b"".join(client.get(said["attachments"][1]["link"]).streaming_content) == b"22"
        assert client.get(MESSAGES.format(ticket.public_id)).json()["results"][1]["attachments"] == said["attachments"]

    def test_open_tickets_with_files(self, api_client: Any) -> None:
        sent = {"subject": "Hilfe", "body": "Bitte.", "attachments": [SimpleUploadedFile("eins.txt", b"1")]}

        answer = api_client(requester()).post("/api/v1/tickets/", sent, format="multipart")

        assert answer.status_code == 201
        assert Attachment.objects.get().message.ticket.number == answer.json()["number"]

    def test_are_told_why_not(self, api_client: Any, settings: Any) -> None:
        ticket = TicketFactory()
        sent = {"body": "Anbei.", "attachments": [SimpleUploadedFile("leer.txt", b"")]}

        answer = api_client(ticket.requester).post(MESSAGES.format(ticket.public_id), sent, format="multipart")

        assert answer.status_code == 400
        assert "leer" in answer.json()["errors"]["attachments"][0]
        assert ticket.messages.count() == 1

    @pytest.mark.parametrize(("limit", "size"), [("MAX_ATTACHMENT_BYTES", 1001), ("MAX_UPLOAD_BYTES", 1001)])
    def test_are_told_413_of_a_file_that_is_too_large(self, limit: str, size: int, api_client: Any, settings: Any) -> None:
        setattr(settings, limit, 1000)
        ticket = TicketFactory()
        client = api_client(ticket.requester)

        def send(address: str) -> Any:
            file = SimpleUploadedFile("dick.bin", b"x" * size)
            return client.post(address, {"subject": "Hilfe", "body": "Anbei.", "attachments": file}, format="multipart")

        answers = [send("/api/v1/tickets/"), send(MESSAGES.format(ticket.public_id))]

        assert {(answer.status_code, answer["Content-Type"]) for answer in answers} == {(413, "application/problem+json")}
        assert all("zu groß" in answer.json()["detail"] for answer in answers)
        assert not Message.objects.filter(body="Anbei.").exists()

    def test_messages_with_files_are_listed_in_the_same_number_of_queries(self, api_client: Any) -> None:
        ticket, counts = TicketFactory(), []
        client = api_client(agent())
        client.get(MESSAGES.format(ticket.public_id))
        for more in (1, 5):
            for _n in range(more):
                with_file(ticket)
            with CaptureQueriesContext(connections["default"]) as asked:
                client.get(MESSAGES.format(ticket.public_id))
            counts.append(len(asked))

        assert counts[0] == counts[1]
