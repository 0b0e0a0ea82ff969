"""Bytes to text, whatever a mail says about them.

What is declared is tried first, then what the bytes look like. Only codecs that turn bytes into text are asked, and none of those that
can say one thing in several ways: UTF-7 has carried scripts past filters, so it is shown as the letters that stand there.
"""

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from foundation.mail.facts import Trouble, Troubles
from foundation.pages.encoding import text_encoding

SAMPLE_BYTES = 4096  # guessing costs a millisecond for each kilobyte
REFUSED = frozenset({"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem", "unicode_internal"})
# What the world writes but declares as its smaller sister: the letters in the gap are those of Windows.
WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
GUESSES = ["utf_8", "cp1252", "cp1250", "cp1251", "koi8_r", "iso2022_jp", "cp932", "euc_jp", "gb18030", "big5", "cp949"]
CHARSET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}\Z")
# Embedding and override: they can show a text in another order than it is stored ("gpj.exe").
DIRECTION_CHANGES = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
CONTROLS = {code: None for code in (*range(32), *range(0x7F, 0xA0), *range(0xD800, 0xE000)) if chr(code) not in "\t\n\x85"}


def text_of(content: bytes, charset: str, troubles: Troubles) -> str:
    """Decode bytes that claim a charset ("" if they do not); always gives text, with U+FFFD for what is none."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, "replace").removeprefix("\ufeff")
    codec = _codec(charset, troubles)
    if codec in {"iso8859-1", "cp1252", "iso8859-15"} and _is_utf8(content):
        troubles.add(Trouble.WRONG_CHARSET)
        return content.decode("utf-8")
    if codec is not None:
        try:
            return content.decode(WIDER.get(codec, codec))
        except (UnicodeError, ValueError):
            if codec == "iso8859-1":  # one of the five bytes that Windows has no letter for
                return content.decode("latin-1")
            troubles.add(Trouble.WRONG_CHARSET)
            if _multibyte(codec) and codec != "utf-8":
                return content.decode(codec, "replace")
    return _guessed(content)


def plain(text: str) -> str:
    """Make a text of several lines fit for being shown: line ends of one kind, no control characters, no changes of direction."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return text.translate(CONTROLS).translate(DIRECTION_CHANGES).replace("\ufeff", "")


def one_line(text: str, limit: int) -> str:
    """Make a text fit for one line: as `plain`, without any direction mark, runs of white space one space, cut to `limit` characters."""
    text = plain(text[: 8 * limit]).translate({0x200E: None, 0x200F: None, 0x061C: None})
    return unicodedata.normalize("NFC", " ".join(text.split()))[:limit].rstrip()


def _codec(charset: str, troubles: Troubles) -> str | None:
    """Give the codec that a charset's name means; None if there is none that we trust."""
    name = charset.strip().strip("\"'").lower()
    if not name:
        return None
    try:
        found = codecs.lookup(name) if CHARSET_NAME.match(name) else None
    except (LookupError, ValueError):
        found = None
    if found is None:
        troubles.add(Trouble.UNKNOWN_CHARSET)
        return None
    if found.name in REFUSED or not getattr(found, "_is_text_encoding", True):
        troubles.add(Trouble.REFUSED_CHARSET)
        return None
    return found.name


def _is_utf8(content: bytes) -> bool:
    """Tell UTF-8 that says it is Latin-1: by chance, no German text is valid UTF-8 as soon as it has an umlaut."""
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _multibyte(codec: str) -> bool:
    return codec.startswith(("iso2022", "utf-", "gb", "big5", "euc", "shift", "cp93", "cp94", "hz"))


def _guessed(content: bytes) -> str:
    sample = content[:SAMPLE_BYTES]
    encoding = text_encoding(content[: 64 * 1024])
    if encoding == "utf-8":
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            encoding = None
    if encoding in {"utf-16-le", "utf-16-be"}:
        return content.decode(encoding, "replace")
    if sum(1 for byte in sample if byte >= 0x80) * 4 < len(sample):  # a few letters beyond ASCII: Western Europe
        return content.decode("cp1252", "replace")
    best = from_bytes(sample, cp_isolation=GUESSES, preemptive_behaviour=False).best()
    return content.decode(best.encoding if best else "cp1252", "replace")
