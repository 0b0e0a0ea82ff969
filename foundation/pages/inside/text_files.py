"""Plain text files as pages."""

import codecs
import re
from collections.abc import Iterator
from typing import IO

from foundation.pages.facts import MAX_PAGES

LINES_A_PAGE = 60
LINE_WIDTH = 100
A4_PT = (595.0, 842.0)
CHUNK = 1024 * 1024
# Everything that is no writing, but keep tab, line feed and form feed. NUL would be refused by PostgreSQL.
NO_WRITING = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")

# Ends of lines and paragraphs in Unicode, and in files from mainframes (NEL). Inside of a line no letter can be drawn beside them.
LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def pages(file: IO[bytes], encoding: str) -> Iterator[str]:
    """Cut a text file into pages at form feeds and after 60 lines of 100 letters, as it would be printed; at most MAX_PAGES + 1."""
    lines: list[str] = []
    room, count = LINES_A_PAGE, 0
    for line, ends_page in _lines(file, encoding):
        height = max(1, -(-len(line) // LINE_WIDTH))
        if lines and height > room:
            yield "\n".join(lines)
            lines, room, count = [], LINES_A_PAGE, count + 1
        lines.append(line)
        room -= height
        if ends_page:
            yield "\n".join(lines)
            lines, room, count = [], LINES_A_PAGE, count + 1
        if count > MAX_PAGES:
            return
    if lines or count == 0:
        yield "\n".join(lines)


def _lines(file: IO[bytes], encoding: str) -> Iterator[tuple[str, bool]]:
    """Give the lines of a file and whether a form feed follows; a line longer than a page is cut, so that none fills the memory."""
    longest = LINES_A_PAGE * LINE_WIDTH
    rest = ""
    for chunk in _decoded(file, encoding):
        rest += chunk
        parts = re.split("(\n|\f)", rest)
        rest = parts.pop()
        for line, end in zip(parts[::2], parts[1::2], strict=True):
            yield from _cut(line, end == "\f", longest)
        while len(rest) > longest:
            yield rest[:longest], False
            rest = rest[longest:]
    if rest:
        yield rest, False


def _cut(line: str, ends_page: bool, longest: int) -> Iterator[tuple[str, bool]]:
    while len(line) > longest:
        yield line[:longest], False
        line = line[longest:]
    yield line, ends_page


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    held = ""
    while True:
        data = file.read(CHUNK)
        text = held + decoder.decode(data, final=not data)
        # A CR at the end may be half of a CR LF.
        held = "\r" if data and text.endswith("\r") else ""
        text = text.removesuffix("\r") if held else text
        yield NO_WRITING.sub("", LINE_ENDS.sub("\n", text))
        if not data:
            return
