"""What is known of a mail after it was read, and the bounds that hold for all of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_MAIL_BYTES = 52 * 1024**2  # 50 MB as mail servers count them
MAX_HEADER_BYTES = 1024**2  # of the head of one part; what is beyond is not read
MAX_HEADERS = 1_000
MAX_FIELD_CHARS = 768 * 1024  # of one header's value: 10,000 recipients have room
MAX_PARAMETER_CHARS = 8 * 1024  # of Content-Type and Content-Disposition: the standard library reads their quotes in quadratic time
MAX_DEPTH = 20
MAX_PARTS = 300
MAX_SUBJECT = 500
MAX_NAME = 200
MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3: 256 with the brackets
MAX_ID = 500
MAX_REFERENCES = 50
MAX_RECIPIENTS = 200
MAX_TEXT = 1_000_000
MAX_HTML = 1_000_000


class Kind(StrEnum):
    """Who or what wrote a mail; everything but ORDINARY must never be answered by a machine (RFC 3834, 2)."""

    ORDINARY = "ordinary"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LOOP = "loop"
    LIST = "list"


class Trouble(StrEnum):
    """What could not be read as it claims to be, or was cut."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NO_HEADERS = "no_headers"
    BROKEN_HEADERS = "broken_headers"
    HEADERS_CUT = "headers_cut"
    DUPLICATE_HEADERS = "duplicate_headers"
    SEVERAL_SENDERS = "several_senders"
    BROKEN_SENDER = "broken_sender"
    NO_SENDER = "no_sender"
    BROKEN_RECIPIENTS = "broken_recipients"
    RECIPIENTS_CUT = "recipients_cut"
    REFERENCES_CUT = "references_cut"
    SUBJECT_CUT = "subject_cut"
    BROKEN_DATE = "broken_date"
    WRONG_DATE = "wrong_date"
    BARE_LINE_ENDS = "bare_line_ends"
    UNKNOWN_CHARSET = "unknown_charset"
    REFUSED_CHARSET = "refused_charset"
    WRONG_CHARSET = "wrong_charset"
    MISSING_BOUNDARY = "missing_boundary"
    UNFINISHED_PARTS = "unfinished_parts"
    TOO_DEEP = "too_deep"
    TOO_MANY_PARTS = "too_many_parts"
    BROKEN_BASE64 = "broken_base64"
    BROKEN_QUOTED_PRINTABLE = "broken_quoted_printable"
    BROKEN_UUENCODE = "broken_uuencode"
    UNKNOWN_ENCODING = "unknown_encoding"
    BROKEN_TNEF = "broken_tnef"
    TEXT_CUT = "text_cut"
    HTML_CUT = "html_cut"
    HTML_UNREADABLE = "html_unreadable"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Person:
    """Somebody named in a header. `address` is None if what stands there is none; both are one line without control characters."""

    name: str
    address: str | None


@dataclass(frozen=True)
class Attachment:
    """A file that came along. The type is what the sender claims; `name` is harmless as a file name, not as HTML."""

    name: str
    claimed_type: str
    content: bytes
    content_id: str
    inline: bool


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail, read and bounded. Every text in it came from outside: it is plain text, except `html`, which is clean."""

    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: Person | None = None
    reply_to: tuple[Person, ...] = ()
    recipients: tuple[Person, ...] = ()
    recipient_count: int = 0
    date: datetime | None = None  # None: take the time of arrival
    claimed_date: datetime | None = None
    text: str = ""
    new_text: str = ""
    html: str = ""
    remote_images: int = 0
    attachments: tuple[Attachment, ...] = ()
    kind: Kind = Kind.ORDINARY
    reasons: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()


class Troubles:
    """Collects troubles while a mail is read, each once, in the order in which they were met."""

    def __init__(self) -> None:
        self._met: dict[Trouble, None] = {}

    def add(self, trouble: Trouble) -> None:
        self._met[trouble] = None

    def all(self) -> tuple[Trouble, ...]:
        return tuple(self._met)
