"""TLS to real mail servers, at once and by STARTTLS: a certificate that does not fit is refused, plain text is never spoken instead, nothing is lost."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from hotline import answering, fetching, sending
from hotline.models import IncomingMail, Mailbox, OutgoingMail
from tests.centre.hotline import imap_server
from tests.centre.hotline.certificates import Authority
from tests.centre.hotline.imap_server import PASSWORD, ImapServer, Wire, free_port
from tests.centre.hotline.mails import NOW, SETTINGS, annas_ticket, mail
from tests.centre.hotline_factories import QueueFactory, agent

REFUSED = {"foreign": "unable to get local issuer certificate", "expired": "certificate has expired", "other host": "IP address mismatch"}


class Town:
    """An authority that is trusted and one that is not; each sort of certificate comes into a folder."""

    def __init__(self, folder: Path) -> None:
        self.trusted, self.foreign = Authority(folder, "amt"), Authority(folder, "fremd")

    def certify(self, sort: str, into: Path) -> None:
        authority = self.foreign if sort == "foreign" else self.trusted
        authority.certify(into=into, here=sort != "other host", days=(-9, -2) if sort == "expired" else (-1, 1))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _mail_settings(town: Town, tmp_path: Path) -> Iterator[None]:
    QueueFactory()
    with override_settings(**SETTINGS, MAIL_STORE=tmp_path / "mails", MAIL_CA_FILE=str(town.trusted.file)):
        yield


class Listener(Wire):
    """A wire that writes down all that is said on it."""

    def __init__(self, to_port: int) -> None:
        self.heard = b""
        super().__init__(to_port)

    def _pump(self, source: socket.socket, target: socket.socket, left: int) -> None:  # type: ignore[override]
        with suppress(OSError):
            while data := source.recv(65536):
                self.heard += data
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def dovecot(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    folder = tmp_path_factory.mktemp("imap")
    town.certify("good", folder)
    with imap_server.started(folder, tls=True) as server:
        yield server


class TestImap:
    @pytest.fixture
    def server(self, dovecot: ImapServer) -> ImapServer:
        dovecot.empty()
        dovecot.deliver(mail("Der Drucker druckt nicht."))
        return dovecot

    def fetch(self, address: str) -> int:
        with override_settings(MAIL_IMAP_URL=address):
            return fetching.fetch(now=lambda: NOW)

    @pytest.mark.parametrize("scheme", ["imaps", "imap"])
    def test_a_good_certificate_passes_and_the_password_is_not_heard(self, scheme: str, town: Town, server: ImapServer) -> None:
        town.certify("good", server.folder)
        server.read_certificate_again()
        wire = Listener(server.tls_port if scheme == "imaps" else server.port)

        taken = self.fetch(f"{scheme}://hilfe:{PASSWORD}@127.0.0.1:{wire.port}/INBOX")
        wire.close()

        assert (taken, IncomingMail.objects.count(), Mailbox.objects.get().down_since) == (1, 1, None)
        assert PASSWORD.encode() not in wire.heard
        assert b"Drucker" not in wire.heard

    @pytest.mark.parametrize("scheme", ["imaps", "imap"])
    @pytest.mark.parametrize("sort", sorted(REFUSED))
    def test_any_other_one_is_refused_and_the_mail_stays_until_there_is_a_good_one(
        self, scheme: str, sort: str, town: Town, server: ImapServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        town.certify(sort, server.folder)
        server.read_certificate_again()
        address = server.secure_address(scheme)

        with caplog.at_level(logging.INFO):
            assert self.fetch(address) == 0

        [line] = [record.getMessage() for record in caplog.records if "is down" in record.getMessage()]
        assert REFUSED[sort] in line
        assert "Zertifikat" in Mailbox.objects.get().trouble
        assert PASSWORD not in caplog.text
        assert not IncomingMail.objects.exists()
        town.certify("good", server.folder)
        server.read_certificate_again()
        assert (self.fetch(address), Mailbox.objects.get().down_since) == (1, None)
        assert self.fetch(address) == 0

    def test_a_server_without_starttls_is_not_spoken_to_in_plain_text(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with imap_server.started(tmp_path_factory.mktemp("plain")) as plain:
            plain.deliver(mail("Der Drucker druckt nicht."))
            wire = Listener(plain.port)

            assert self.fetch(f"imap://hilfe:{PASSWORD}@127.0.0.1:{wire.port}/INBOX") == 0
            wire.close()

        assert PASSWORD.encode() not in wire.heard
        assert b"LOGIN hilfe" not in wire.heard
        assert "keine verschlüsselte Verbindung" in Mailbox.objects.get().trouble
        assert not IncomingMail.objects.exists()


class Postman:
    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.append(envelope)
        return "250 OK"


@contextmanager
def post_office(scheme: str, folder: Path | None, port: int) -> Iterator[Postman]:
    """A real SMTP server: "smtps", "smtp" (STARTTLS, without which it takes nothing), or without TLS (no folder)."""
    postman = Postman()
    context = None
    if folder is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    if scheme == "smtps":
        controller = Controller(postman, hostname="127.0.0.1", port=port, ssl_context=context)
    else:
        controller = Controller(postman, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=context is not None)
    controller.start()
    try:
        yield postman
    finally:
        controller.stop()


class TestSmtp:
    def queued(self) -> OutgoingMail:
        message = answering.say(ticket=annas_ticket(), body="Bitte neu starten.", by=agent(), at=NOW)
        return OutgoingMail.objects.get(message=message)

    def send(self, address: str) -> int:
        with override_settings(MAIL_SMTP_URL=address):
            return sending.send_waiting(now=lambda: NOW)

    @pytest.mark.parametrize("scheme", ["smtps", "smtp"])
    def test_a_good_certificate_passes_and_the_text_is_not_heard(self, scheme: str, town: Town, tmp_path: Path) -> None:
        town.certify("good", tmp_path)
        self.queued()
        port = free_port()
        with post_office(scheme, tmp_path, port) as postman:
            wire = Listener(port)
            sent = self.send(f"{scheme}://127.0.0.1:{wire.port}")
            wire.close()

        assert (sent, len(postman.got), Mailbox.objects.get().down_since) == (1, 1, None)
        assert b"neu starten" not in wire.heard

    @pytest.mark.parametrize("scheme", ["smtps", "smtp"])
    @pytest.mark.parametrize("sort", sorted(REFUSED))
    def test_any_other_one_is_refused_and_the_mail_waits_until_there_is_a_good_one(
        self, scheme: str, sort: str, town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        waiting, port = self.queued(), free_port()
        address = f"{scheme}://127.0.0.1:{port}"
        town.certify(sort, tmp_path)
        with caplog.at_level(logging.INFO), post_office(scheme, tmp_path, port) as postman:
            assert self.send(address) == 0

        [line] = [record.getMessage() for record in caplog.records if "is down" in record.getMessage()]
        assert REFUSED[sort] in line
        assert postman.got == []
        waiting.refresh_from_db()
        assert (waiting.sent_at, waiting.failed_at, waiting.attempts) == (None, None, 0)
        town.certify("good", tmp_path)
        with post_office(scheme, tmp_path, port) as postman:
            assert (self.send(address), len(postman.got)) == (1, 1)

    def test_a_server_without_starttls_is_not_spoken_to_in_plain_text(self) -> None:
        waiting, port = self.queued(), free_port()
        with post_office("smtp", None, port) as postman:
            wire = Listener(port)
            assert self.send(f"smtp://hilfe:{PASSWORD}@127.0.0.1:{wire.port}") == 0
            wire.close()

        assert postman.got == []
        assert b"MAIL FROM" not in wire.heard.upper()
        assert b"AUTH PLAIN" not in wire.heard.upper()
        assert "keine verschlüsselte Verbindung" in Mailbox.objects.get().trouble
        waiting.refresh_from_db()
        assert (waiting.sent_at, waiting.attempts) == (None, 0)
