"""Undo how a body was made fit for old mail servers: base64, quoted-printable, uuencode."""

import binascii
import re

from foundation.mail.facts import Trouble, Troubles

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOT_BASE64 = bytes(byte for byte in range(256) if byte not in ALPHABET)
WHITE = b" \t\r\n"
LONE_EQUALS = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]{0,80}\r?\n|[ \t]{0,80}\Z)")
UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.M)
PLAIN = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit"})
MAX_TRIED = 1_000
MAX_BROKEN_LINES = 1_000
MAX_LINES = 1_500_000
UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})


def decoded(body: bytes, encoding: str, troubles: Troubles) -> bytes:
    """Undo one Content-Transfer-Encoding; what is broken gives as much as can be had."""
    if encoding == "base64":
        return _base64(body, troubles)
    if encoding == "quoted-printable":
        if LONE_EQUALS.search(body):
            troubles.add(Trouble.BROKEN_QUOTED_PRINTABLE)
        return binascii.a2b_qp(body)
    if encoding in UUENCODE:
        begin = UU_BEGIN.search(body)
        return _uudecoded(body, begin.end() if begin else 0, troubles)[0]
    if encoding not in PLAIN:
        troubles.add(Trouble.UNKNOWN_ENCODING)
    return body


def without_uuencoded(body: bytes, troubles: Troubles, *, at_most: int) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Take the files out of a text that were put into it by uuencode ("begin 644 name"); gives the rest and (name, content) of each."""
    kept: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    place = tried = 0
    while len(files) < at_most and tried < MAX_TRIED and (begin := UU_BEGIN.search(body, place)):
        tried += 1
        if not _looks_uuencoded(body, begin.end()):
            kept.append(body[place : begin.end()])
            place = begin.end()
            continue
        content, end = _uudecoded(body, begin.end(), troubles)
        kept.append(body[place : begin.start()])
        files.append((begin.group(1).strip(), content))
        place = end
    return b"".join([*kept, body[place:]]), files


def _looks_uuencoded(body: bytes, start: int) -> bool:
    """Tell a file from a sentence that begins with "begin 644 …": the first line has the length that it names."""
    line = body[start : start + 100].split(b"\n")[0].rstrip(b"\r")
    if not line or not 0x20 <= line[0] <= 0x60:
        return False
    count = (line[0] - 32) & 63
    return len(line) - 1 in range((count * 4 + 2) // 3, (count + 2) // 3 * 4 + 2)


def _base64(body: bytes, troubles: Troubles) -> bytes:
    lines = body.translate(None, WHITE)
    end = lines.find(b"=")  # padding ends it; virus scanners and lists write their sentences behind
    claimed, behind = (lines, b"") if end < 0 else (lines[:end], lines[end:])
    data = claimed.translate(None, NOT_BASE64)
    surplus = len(data) % 4
    if len(data) != len(claimed) or surplus == 1 or behind != b"=" * (-len(data) % 4):
        troubles.add(Trouble.BROKEN_BASE64)
    if surplus == 1:
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def _uudecoded(body: bytes, start: int, troubles: Troubles) -> tuple[bytes, int]:
    out: list[bytes] = []
    place, broken, lines = start, 0, 0
    while place < len(body) and broken < MAX_BROKEN_LINES and lines < MAX_LINES:
        lines += 1
        newline = body.find(b"\n", place)
        end = len(body) if newline < 0 else newline + 1
        line = body[place:end].rstrip(b"\r\n")
        place = end
        if line.strip() == b"end":
            if broken:
                troubles.add(Trouble.BROKEN_UUENCODE)
            return b"".join(out), place
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # some writers add a character of their own
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                broken += 1
    troubles.add(Trouble.BROKEN_UUENCODE)
    return b"".join(out), place
