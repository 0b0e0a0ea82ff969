"""The mail servers that the settings name, connections to them, and what their refusals mean. The hotline and training send by the same one."""

from __future__ import annotations

import imaplib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

T = TypeVar("T")
SECONDS = 30.0  # for each answer of a server
CLAIMED_FOR = timedelta(minutes=10)  # a mail that a process is sending is nobody else's for so long
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1200))  # until the next try; 2 days in all
PORTS = {"imaps": 993, "imap": 143, "imap+plain": 143, "smtps": 465, "smtp": 587, "smtp+plain": 25}


class NoServer(Exception):
    """The address of a mail server is none."""


class NoPost(Exception):
    """The server that mails go out by does not answer or does not let us in; the message says so to staff. `name`: what the server is called."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


@dataclass(frozen=True)
class Server:
    """A server and who we are there. `scheme` says how it is spoken to: TLS at once ("…s"), TLS before the login, or "…+plain"."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @property
    def name(self) -> str:
        """What is shown and logged: everything but the password."""
        who = f"{self.user}@" if self.user else ""
        return f"{self.scheme}://{who}{self.host}:{self.port}" + (f"/{self.folder}" if self.scheme.startswith("imap") else "")


class _OverToTls(MailBoxStartTls):
    """Leaves no connection open to a server that does not go over to TLS."""

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4(self._host, self._port, self._timeout)
        try:
            client.starttls(self._ssl_context)
        except BaseException:
            with suppress(OSError):  # closed already where the handshake failed
                client.shutdown()
            raise
        return client


def server_of(address: str) -> Server:
    """Read a server's address. Raises NoServer, without repeating the address: a password stands in it."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise NoServer("The address of a mail server cannot be read.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise NoServer(f"The address of a mail server begins with one of {', '.join(f'{one}://' for one in PORTS)} and names a host.")
    return Server(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
    )


def open_mailbox(server: Server) -> BaseMailBox:
    """Connect, sign in and open the folder. Raises OSError, imaplib's errors and imap_tools' errors."""
    if server.scheme == "imaps":
        box: BaseMailBox = MailBox(server.host, server.port, timeout=SECONDS, ssl_context=_trust())
    elif server.scheme == "imap":
        box = _OverToTls(server.host, server.port, timeout=SECONDS, ssl_context=_trust())
    else:
        box = MailBoxUnencrypted(server.host, server.port, timeout=SECONDS)
    try:
        sign_in = box.login if (server.user + server.password).isascii() else box.login_utf8
        sign_in(server.user, server.password, initial_folder=server.folder)
    except BaseException:
        box.client.shutdown()
        raise
    return box


def open_post(server: Server) -> smtplib.SMTP:
    """Connect and sign in. Raises OSError and smtplib's errors."""
    if server.scheme == "smtps":
        post: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=_trust())
    else:
        post = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.scheme == "smtp":
            post.starttls(context=_trust())
        if server.user:
            post.login(server.user, server.password)
    except BaseException:
        post.close()
        raise
    return post


@contextmanager
def opened_post() -> Iterator[tuple[Server, smtplib.SMTP]]:
    """The server of the settings that mails go out by, and a connection to it for as long as this takes. Raises NoPost."""
    name = "smtp://?"
    try:
        server = server_of(settings.MAIL_SMTP_URL)
        name = server.name
        post = open_post(server)
    except (OSError, smtplib.SMTPException, NoServer) as trouble:
        why = words_of(trouble) if isinstance(trouble, smtplib.SMTPResponseException) else trouble_of(trouble)
        raise NoPost(name, why) from trouble
    try:
        yield server, post
    finally:
        with suppress(OSError, smtplib.SMTPException):
            post.quit()
        post.close()


def send_each(post: smtplib.SMTP, *, claim: Callable[[], T | None], attempt: Callable[[T], bool], most: int) -> int:
    """Claim and attempt up to `most` mails until none is left; gives how many went out. When the connection is gone the others wait for the next run."""
    sent = 0
    for _turn in range(most):
        mail = claim()
        if mail is None:
            break
        sent += attempt(mail)
        if post.sock is None:
            break
    return sent


def trouble_of(error: BaseException) -> str:
    """What is wrong with a server, in one line for staff; a connection that is not safe is said in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The certificate of the mail server is not accepted: %(why)s") % {"why": error.verify_message or error.reason or "?"}
    said = " ".join(str(error).split())
    if "TLS" in said and ("not supported" in said or "Couldn't establish" in said):
        return _("The mail server does not offer an encrypted connection; nothing was sent to it.")
    return f"{type(error).__name__}: {said[:400] or 'without a word'}"


def is_for_good(trouble: smtplib.SMTPException) -> bool:
    """Tell what a server refuses for good from what it refuses for now. That it does not want us as the sender is never the mail's fault."""
    codes = [code for code, _text in trouble.recipients.values()] if isinstance(trouble, smtplib.SMTPRecipientsRefused) else []
    if isinstance(trouble, smtplib.SMTPDataError):
        codes = [trouble.smtp_code]
    return isinstance(trouble, smtplib.SMTPNotSupportedError) or (bool(codes) and all(500 <= code < 600 for code in codes))


def words_of(trouble: BaseException) -> str:
    """What went wrong with a mail, in one line for staff: the server's own words, if it said any."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(trouble.recipients.values()), (0, b""))
        return f"{code} {text.decode('utf-8', 'replace')}"[:400]
    if isinstance(trouble, smtplib.SMTPResponseException):
        said = trouble.smtp_error
        return f"{trouble.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"[:400]
    return f"{type(trouble).__name__}: {' '.join(str(trouble).split())}"[:400]


def _trust() -> ssl.SSLContext:
    """Certificates are checked, always."""
    return ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)
