"""Take a mail apart into its leaves: bodies, files, mails inside.

The standard library's parser asks every line for the boundary of every level and calls itself for each; a mail of 200 levels or of
50 million empty lines keeps it busy for minutes. Here the boundaries of a level are found by one search over its bytes, nothing is copied
before a leaf is reached, and depth and number are bounded. A level that goes beyond is a leaf, whole: nothing is lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from foundation.mail.facts import MAX_DEPTH, MAX_PARTS, Trouble, Troubles
from foundation.mail.headers import Head, end_of_head, head_of

GUESSED_BOUNDARY = re.compile(rb"^--([^\r\n]{1,70}?)[ \t]*\r?$", re.M)
GUESSING_BYTES = 64 * 1024


@dataclass
class Part:
    """A part of a mail: its head, and either the bytes of its body or further parts."""

    head: Head
    content_type: str
    body: bytes = b""
    children: list["Part"] = field(default_factory=list)

    @property
    def multipart(self) -> bool:
        return bool(self.children)


class Splitter:
    """Takes one mail apart."""

    def __init__(self, raw: bytes, troubles: Troubles) -> None:
        self._raw, self._troubles, self._count = raw, troubles, 0

    def split(self, head: Head, start: int, end: int, *, default: str = "text/plain", depth: int = 0) -> Part:
        """Make a part of a head that was read and of the bytes of its body."""
        self._count += 1
        content_type = head.content_type(default)
        part = Part(head, content_type)
        if content_type.startswith("multipart/"):
            part.children = self._children(head, content_type, start, end, depth)
        if not part.children:
            part.body = self._raw[start:end]
            if content_type.startswith("multipart/") and depth < MAX_DEPTH and self._count < MAX_PARTS:
                part.content_type = "text/plain"  # RFC 2049, 2 (6): what cannot be taken apart is shown
        return part

    def _children(self, head: Head, content_type: str, start: int, end: int, depth: int) -> list[Part]:
        if depth >= MAX_DEPTH:
            self._troubles.add(Trouble.TOO_DEEP)
            return []
        boundary = self._boundary(head, start, end)
        if not boundary:
            self._troubles.add(Trouble.MISSING_BOUNDARY)
            return []
        default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
        children = []
        for first, last in self._spans(boundary, start, end):
            if self._count >= MAX_PARTS:
                self._troubles.add(Trouble.TOO_MANY_PARTS)
                break
            head_end, body = end_of_head(self._raw, first, last)
            inner = head_of(self._raw, first, head_end, self._troubles)
            children.append(self.split(inner, min(body, last), last, default=default, depth=depth + 1))
        return children

    def _boundary(self, head: Head, start: int, end: int) -> bytes:
        """Give the boundary that is declared, or the one that stands there if it is not declared or does not occur."""
        declared = head.parameter("boundary").rstrip()[:200].encode("utf-8", "replace")
        if declared and next(self._lines(declared, start, end), None):
            return declared
        found = GUESSED_BOUNDARY.search(self._raw, start, min(end, start + GUESSING_BYTES))
        if found is None or found.group(1).endswith(b"--") or self._raw.count(b"--" + found.group(1), start, end) < 2:
            return b""
        self._troubles.add(Trouble.MISSING_BOUNDARY)
        return found.group(1)

    def _spans(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Give the bytes between the boundary's lines; the line end before a boundary belongs to it (RFC 2046, 5.1.1)."""
        first = None
        for line, after, closing in self._lines(boundary, start, end):
            if first is not None:
                yield first, max(first, self._without_line_end(line, first))
            if closing:
                return
            first = after
        if first is not None:
            self._troubles.add(Trouble.UNFINISHED_PARTS)
            if first < end:
                yield first, end

    def _lines(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Find the lines that are this boundary: where each begins, where the next line begins, whether it closes."""
        mark = re.escape(b"--" + boundary)
        # Searched for as letters; that they begin a line is looked at afterwards, all of it without coming back to Python.
        line = re.compile(mark + rb"(?:(?<=[\r\n]" + mark + rb")|(?<=\A" + mark + rb"))(--)?[ \t]{0,200}(?:\r\n|\n|\r|\Z)")
        for found in line.finditer(self._raw, start, end):
            yield found.start(), found.end(), found.group(1) is not None

    def _without_line_end(self, line: int, first: int) -> int:
        if self._raw[line - 2 : line] == b"\r\n" and line - 2 >= first:
            return line - 2
        return line - 1 if line - 1 >= first else line


def leaves(part: Part) -> Iterator[Part]:
    """Give all parts that are not made of parts, in their order."""
    if not part.children:
        yield part
    for child in part.children:
        yield from leaves(child)
