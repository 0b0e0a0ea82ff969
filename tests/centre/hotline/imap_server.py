"""A real IMAP server for tests: Dovecot from Debian in a folder of its own, on a loopback port, as whoever runs the tests. And a wire to cut."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from imap_tools import BaseMailBox

from tenants.centre.mail_servers import open_mailbox, server_of

DOVECOT = "/usr/sbin/dovecot"
USER, PASSWORD = "hilfe", "Sieben-Postfaecher-7"
SECONDS_TO_START = 20.0
LONGEST_FOLDER = 70  # characters; the whole path of a socket below it must stay below 108


class ImapServer:
    """A started Dovecot with one account, whose mails lie in `mails`; with TLS it has a second port that speaks nothing else."""

    def __init__(self, folder: Path, port: int, tls_port: int, process: subprocess.Popen[bytes], password: str = PASSWORD) -> None:
        self.folder, self.port, self.mails = folder, port, folder / "mails"
        self.tls_port, self._process, self.password = tls_port, process, password

    def secure_address(self, scheme: str) -> str:
        """Of the port for "imaps" or "imap" (STARTTLS)."""
        return f"{scheme}://{USER}:{self.password}@127.0.0.1:{self.tls_port if scheme == 'imaps' else self.port}/INBOX"

    def read_certificate_again(self) -> None:
        """Let the server show the certificate that lies in its folder now."""
        wanted = (self.folder / "cert.pem").read_text().split()
        self._process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            with suppress(OSError):
                if ssl.get_server_certificate(("127.0.0.1", self.tls_port), timeout=3).split() == wanted:
                    return
            assert time.monotonic() < deadline, (self.folder / "dovecot.log").read_text()
            time.sleep(0.1)

    def address(self, port: int | None = None) -> str:
        return f"imap+plain://{USER}:{self.password}@127.0.0.1:{port or self.port}/INBOX"

    @contextmanager
    def box(self) -> Iterator[BaseMailBox]:
        """The mailbox as its owner's mail program sees it."""
        with open_mailbox(server_of(self.address())) as box:
            yield box

    def deliver(self, *mails: bytes) -> None:
        with self.box() as box:
            for mail in mails:
                box.append(mail, "INBOX")

    def empty(self) -> None:
        """A new mailbox without mails."""
        shutil.rmtree(self.mails, ignore_errors=True)

    def number_anew(self) -> None:
        """A new mailbox, whose UIDs begin again under another UIDVALIDITY: Dovecot takes the second in which it is made."""
        time.sleep(1.1)
        self.empty()


@contextmanager
def started(folder: Path, port: int = 0, place: str = "mails", *, tls: bool = False, password: str = PASSWORD) -> Iterator[ImapServer]:
    """Start Dovecot in a folder and end it; with `tls`, cert.pem and key.pem lie there.

    It needs no root, and does not work as root: one account, no change of user, no chroot. `place` is where mails lie in the folder; with %u in it
    everybody who asks has a mailbox, all with the same password.
    """
    port, tls_port = port or free_port(), free_port() if tls else 0
    sockets = folder / "run" if len(str(folder)) <= LONGEST_FOLDER else Path(tempfile.mkdtemp(prefix="eakte-imap-", dir="/tmp"))
    (folder / "dovecot.conf").write_text(_settings(folder, sockets, port, tls_port, place, password))
    log = (folder / "log").open("wb")
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stdout=log, stderr=log)
    server = ImapServer(folder, port, tls_port, process, password)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)
        log.close()
        if sockets.parent != folder:
            shutil.rmtree(sockets, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(folder: Path, sockets: Path, port: int, tls_port: int, place: str, password: str) -> str:
    me = pwd.getpwuid(os.geteuid())
    group = grp.getgrgid(me.pw_gid).gr_name
    certificate = f"ssl = yes\nssl_cert = <{folder}/cert.pem\nssl_key = <{folder}/key.pem" if tls_port else "ssl = no"
    return f"""
base_dir = {sockets}
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain
default_login_user = {me.pw_name}
default_internal_user = {me.pw_name}
default_internal_group = {group}
first_valid_uid = {me.pw_uid}
last_valid_uid = {me.pw_uid}
first_valid_gid = {me.pw_gid}
mail_fsync = never
mail_location = maildir:{folder}/{place}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={me.pw_uid} gid={me.pw_gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _wait(server: ImapServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        with suppress(OSError, imaplib.IMAP4.error), server.box():
            return
        log = server.folder / "dovecot.log"
        said = (server.folder / "log").read_text() + (log.read_text() if log.exists() else "")
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.1)


class Wire:
    """A TCP connection to a server that can be cut after a number of bytes of what the server says."""

    def __init__(self, to_port: int) -> None:
        self.to_port, self.left = to_port, -1
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def cut_after(self, count: int) -> None:
        """Cut the connections that come from now on after so many bytes; -1 lets everything pass."""
        self.left = count

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits for the next connection
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                connection = threading.Thread(target=self._carry, args=(client, self.left), daemon=True)
                self._threads.append(connection)
                connection.start()

    def _carry(self, client: socket.socket, left: int) -> None:
        with client, socket.create_connection(("127.0.0.1", self.to_port)) as server:
            there = threading.Thread(target=self._pump, args=(client, server, -1), daemon=True)
            there.start()
            self._pump(server, client, left)
            there.join(10)

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket, left: int) -> None:
        with suppress(OSError):
            while left != 0 and (data := source.recv(65536)):
                data = data[:left] if left > 0 else data
                left -= len(data) if left > 0 else 0
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
