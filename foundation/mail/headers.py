"""The head of a mail or of a part of one: which headers there are, and what stands in them as text.

The lines are taken apart here, in one pass and bounded; what stands in a value (encoded words, parameters, addresses, dates) is read by
the functions of the standard library that its `compat32` policy uses. Its `default` policy crashes on some values that come in every day.
"""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from foundation.mail.charsets import one_line, text_of
from foundation.mail.facts import MAX_FIELD_CHARS, MAX_HEADER_BYTES, MAX_HEADERS, MAX_ID, MAX_PARAMETER_CHARS, Trouble, Troubles

FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)\Z", re.S)
BLANK_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
MESSAGE_ID = re.compile(rf"<([^<>\s]{{1,{MAX_ID - 2}}})>")
BARE_ID = re.compile(r"[^<>\s@,;]{1,200}@[^<>\s@,;]{1,250}\Z")
ENCODED_WORD = re.compile(r"=\?[^?\s]{1,80}\?[bBqQ]\?")
ONCE = frozenset(
    {
        "from",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "to",
        "cc",
        "reply-to",
        "content-type",
        "content-transfer-encoding",
    }
)


class Head:
    """The headers of one part by their names in lower case, each with all its values as they came (unfolded)."""

    def __init__(self, fields: dict[str, list[bytes]], troubles: Troubles) -> None:
        self._fields, self._troubles = fields, troubles
        self._typed: Message | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __bool__(self) -> bool:
        return bool(self._fields)

    def raw(self, name: str) -> str:
        """Give the first value as it came: ASCII, everything else as surrogates (the standard library's way of carrying bytes)."""
        return next(iter(self.all_raw(name)), "")

    def all_raw(self, name: str) -> list[str]:
        return [_carried(value) for value in self._fields.get(name, ())]

    def text(self, name: str, limit: int) -> str:
        """Give the first value as one line of text."""
        return one_line(decoded_words(self.raw(name)[: 16 * limit], self._troubles), limit)

    def word(self, name: str) -> str:
        """Give the first value as a short word in lower case, without parameters and comments."""
        return re.split(r"[;(\s]", self.text(name, 200).strip(), maxsplit=1)[0].lower()

    @property
    def typed(self) -> Message:
        """What the standard library says of Content-Type and Content-Disposition (parameters after RFC 2231)."""
        if self._typed is None:
            self._typed = Message()
            for name in ("content-type", "content-disposition"):
                if value := self.raw(name):
                    self._typed[name] = re.sub(r"[\r\n\0]+", " ", _text(value[:MAX_PARAMETER_CHARS], self._troubles))
        return self._typed

    def content_type(self, default: str = "text/plain") -> str:
        """Give the claimed media type in lower case; what is no media type is `default` (RFC 2045, 5.2)."""
        found = one_line(self.raw("content-type")[:1000].split(";")[0].replace(" ", ""), 127).lower()
        return found if re.fullmatch(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", found) else default

    def parameter(self, name: str, header: str = "content-type") -> str:
        """Give a parameter as text, decoded after RFC 2231 or, against the rules but as everybody does, as an encoded word."""
        try:
            value = self.typed.get_param(name, "", header)
        except (ValueError, LookupError, HeaderParseError, TypeError):
            return ""
        if isinstance(value, tuple):
            charset, _language, encoded = value
            return text_of(encoded.encode("latin-1", "replace"), charset or "", self._troubles)
        return decoded_words(value or "", self._troubles)

    def ids(self, *names: str) -> list[str]:
        """Give the message ids that stand in these headers, each once, in their order."""
        found: dict[str, None] = {}
        for name in names:
            for raw in self.all_raw(name):
                # Some libraries make encoded words of long ids, against RFC 2047.
                value = decoded_words(raw[:MAX_PARAMETER_CHARS], self._troubles) if ENCODED_WORD.match(raw) else raw
                for one in MESSAGE_ID.findall(value):
                    if clean := one_line(one.encode("ascii", "replace").decode(), MAX_ID - 2):
                        found[f"<{clean}>"] = None
                if "<" not in value and BARE_ID.match(value.strip()[:500]):
                    found[f"<{one_line(value.strip().encode('ascii', 'replace').decode(), MAX_ID - 2)}>"] = None
        return list(found)


def end_of_head(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Give where the head ends and where the body begins."""
    if raw[start : start + 1] in {b"\n", b"\r"}:
        return start, start + (2 if raw[start : start + 2] == b"\r\n" else 1)
    blank = BLANK_LINE.search(raw, start, end)
    return (blank.start(), blank.end()) if blank else (end, end)


def head_of(raw: bytes, start: int, end: int, troubles: Troubles) -> Head:
    """Read the headers that stand in raw[start:end]."""
    if end - start > MAX_HEADER_BYTES:
        troubles.add(Trouble.HEADERS_CUT)
        end = start + MAX_HEADER_BYTES
    fields: dict[str, list[bytes]] = {}
    for number, (name, value) in enumerate(_fields(raw[start:end], troubles)):
        if number >= MAX_HEADERS:
            troubles.add(Trouble.HEADERS_CUT)
            break
        if len(value) > MAX_FIELD_CHARS:
            troubles.add(Trouble.HEADERS_CUT)
        key = name.decode("ascii").lower()
        if key in fields and key in ONCE:
            troubles.add(Trouble.DUPLICATE_HEADERS)
        fields.setdefault(key, []).append(value[:MAX_FIELD_CHARS])
    return Head(fields, troubles)


def begins_with_headers(raw: bytes, start: int) -> bool:
    """Tell a mail from a bare text: its first line is a header."""
    line = re.split(rb"[\r\n]", raw[start : start + 1000], maxsplit=1)[0]
    found = FIELD.match(line)
    return found is not None and (b" " not in found.group(1)) and not found.group(2).startswith(b"//")


def decoded_words(value: str, troubles: Troubles) -> str:
    """Decode encoded words (RFC 2047) and bytes beyond ASCII in a header's value."""
    if not ENCODED_WORD.search(value):
        return _text(value, troubles)
    text = _text(value, troubles)
    try:
        pieces = decode_header(text)  # also of words between quotes, against RFC 2047, 5, as everybody writes them
    except (HeaderParseError, ValueError, LookupError):
        troubles.add(Trouble.BROKEN_HEADERS)
        return text
    out = []
    for piece, charset in _joined(pieces):
        if isinstance(piece, str):
            out.append(piece)
        elif charset:
            out.append(text_of(piece, charset, troubles))
        else:
            out.append(piece.decode("raw-unicode-escape", "replace"))  # what decode_header makes of the text between the words
    return "".join(out)


def _joined(pieces: list[tuple[bytes | str, str | None]]) -> Iterator[tuple[bytes | str, str | None]]:
    """Put neighbours of one charset together: some senders cut a letter in two, half in each word."""
    before: tuple[bytes, str] | None = None
    for piece, charset in pieces:
        if isinstance(piece, bytes) and charset:
            if before and before[1] == charset:
                before = (before[0] + piece, charset)
                continue
            if before:
                yield before
            before = (piece, charset)
        else:
            if before:
                yield before
            before = None
            yield piece, charset
    if before:
        yield before


def _fields(block: bytes, troubles: Troubles) -> Iterator[tuple[bytes, bytes]]:
    """Give the fields of a head, unfolded; lines that are no header are skipped, because what follows them usually is one."""
    name, lines = b"", list[bytes]()
    for line in re.split(rb"\r\n|\n|\r", block):
        if line[:1] in {b" ", b"\t"}:
            if lines:
                lines.append(b" " + line.strip(b" \t"))
            continue
        field = FIELD.match(line)
        if field is None:
            if line:
                troubles.add(Trouble.BROKEN_HEADERS)
            continue
        if name:
            yield name, b"".join(lines)
        name, lines = field.group(1), [field.group(2).strip(b" \t")]
    if name:
        yield name, b"".join(lines)


def _carried(value: bytes) -> str:
    return value.decode("ascii", "surrogateescape")


def _text(value: str, troubles: Troubles) -> str:
    content = value.encode("utf-8", "surrogateescape")
    return content.decode("ascii") if content.isascii() else text_of(content, "", troubles)
