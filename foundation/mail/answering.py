"""Build a mail that goes out. Sending it is somebody else's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid

from foundation.mail.bodies import harmless_name
from foundation.mail.charsets import one_line, plain
from foundation.mail.facts import MAX_NAME, MAX_REFERENCES, MAX_SUBJECT, Mail, Person
from foundation.mail.headers import MESSAGE_ID
from foundation.mail.judging import LOOP_HEADER
from foundation.mail.tokens import with_token

MEDIA_TYPE = re.compile(r"([a-z0-9!#$&^_.+-]+)/([a-z0-9!#$&^_.+-]+)\Z")
DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,253}\Z")


HEADERS_OF_IDS = frozenset({"message-id", "in-reply-to", "references"})


class _Policy(EmailPolicy):
    """The library's SMTP policy, except that message ids are folded between them only.

    It makes encoded words of ids longer than a line (those of Exchange are), which no mail program takes for ids (RFC 2047, 5).
    """

    def fold(self, name: str, value: str) -> str:
        if name.lower() not in HEADERS_OF_IDS:
            folded: str = super().fold(name, value)
            return folded
        return f"{name}: {(self.linesep + ' ').join(str(value).split())}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if name.lower() in HEADERS_OF_IDS else super().fold_binary(name, value)


SMTP = _Policy(linesep="\r\n")


class CannotAnswer(Exception):
    """A mail cannot be built: what was given would not make a valid one."""


@dataclass(frozen=True)
class Enclosure:
    """A file that goes out."""

    name: str
    media_type: str
    content: bytes


def answer(
    *,
    sender: Person,
    to: Sequence[Person],
    subject: str,
    text: str,
    at: datetime,
    domain: str,
    loop_token: str,
    html: str = "",
    prefix: str = "",
    number: str = "",
    to_mail: Mail | None = None,
    auto_submitted: str = "",
    enclosures: Sequence[Enclosure] = (),
    reply_to: Person | None = None,
) -> EmailMessage:
    """Build an outgoing mail, an answer if `to_mail` is given.

    `at` is aware; `domain` makes the Message-ID ours; `prefix` and `number` put the ticket's token into the subject; `auto_submitted` is
    "auto-replied" or "auto-generated" where no person wrote it (RFC 3834, 5). `html` has to be clean. Raises CannotAnswer if an address,
    the domain, the loop token or the token of the ticket is none; line ends in what came from outside cannot make a header.
    """
    if not DOMAIN.match(domain) or not re.fullmatch(r"[A-Za-z0-9._-]{8,200}", loop_token):
        raise CannotAnswer("The domain or the loop token is none.")
    if auto_submitted not in {"", "auto-replied", "auto-generated"}:
        raise CannotAnswer("Auto-Submitted is auto-replied or auto-generated.")
    addresses = [person.address or "" for person in (sender, *to, *([reply_to] if reply_to else []))]
    # Letters beyond ASCII before the "@" exist only where servers speak SMTPUTF8 (RFC 6531); smtplib asks for it by itself.
    message = EmailMessage(policy=SMTP if all(one.rpartition("@")[0].isascii() for one in addresses) else SMTP.clone(utf8=True))
    message["From"] = _address(sender)
    if not to:
        raise CannotAnswer("Nobody would get this mail.")
    message["To"] = [_address(person) for person in to]
    if reply_to is not None:
        message["Reply-To"] = _address(reply_to)
    message["Subject"] = _subject(subject, prefix, number, is_answer=to_mail is not None)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=domain)
    if to_mail is not None:
        _put_into_thread(message, to_mail)
    if auto_submitted:
        message["Auto-Submitted"] = auto_submitted
        message["X-Auto-Response-Suppress"] = "All"
    message[LOOP_HEADER] = loop_token
    message.set_content(plain(text))
    if html:
        message.add_alternative(html, subtype="html")
    for place, enclosure in enumerate(enclosures, start=1):
        _enclose(message, enclosure, place)
    return message


def _address(person: Person) -> Address:
    local, _, domain = (person.address or "").rpartition("@")
    try:
        name = one_line(person.name, MAX_NAME)
        return Address(display_name=name, username=local, domain=_ascii(domain)) if local and domain else _refuse(person)
    except (ValueError, UnicodeError, IndexError) as error:
        raise CannotAnswer(f"{person.address!r} is no address.") from error


def _refuse(person: Person) -> Address:
    raise CannotAnswer(f"{person.address!r} is no address.")


def _ascii(domain: str) -> str:
    """Give a domain as every mail server understands it."""
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")


def _subject(subject: str, prefix: str, number: str, *, is_answer: bool) -> str:
    line = one_line(subject, MAX_SUBJECT)
    if is_answer and not re.match(r"(?:re|aw|antw)\s*:", line, re.I):
        line = f"AW: {line}"
    if not prefix:
        return line
    try:
        return with_token(line, prefix=prefix, number=number)
    except ValueError as error:
        raise CannotAnswer(str(error)) from error


def _put_into_thread(message: EmailMessage, answered: Mail) -> None:
    """Name what is answered (RFC 5322, 3.6.4): its id, and its references with its id behind them."""
    if not answered.message_id or not _is_id(answered.message_id):
        return
    message["In-Reply-To"] = answered.message_id
    before = answered.references or ((answered.in_reply_to,) if answered.in_reply_to else ())
    thread = [one for one in (*before, answered.message_id) if _is_id(one)]
    message["References"] = " ".join(
        dict.fromkeys([*thread[:1], *thread[1 - MAX_REFERENCES :]] if len(thread) > MAX_REFERENCES else thread)
    )


def _is_id(one: str) -> bool:
    return one.isascii() and MESSAGE_ID.fullmatch(one) is not None


def _enclose(message: EmailMessage, enclosure: Enclosure, place: int) -> None:
    found = MEDIA_TYPE.match(enclosure.media_type.lower())
    main, sub = found.groups() if found else ("application", "octet-stream")
    if main in {"multipart", "message"}:  # a mail inside stays the very bytes that it is
        main, sub = "application", "octet-stream"
    message.add_attachment(enclosure.content, maintype=main, subtype=sub, filename=harmless_name(enclosure.name, f"{main}/{sub}", place))
