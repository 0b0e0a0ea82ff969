"""Text as people type it in a plain field, read as headings, paragraphs and lists. Nothing in it can be anything else: there is no raw HTML.

# Heading             one to three signs for its level
- item   * item       list
1. item  2) item      numbered list
an empty line         ends a paragraph; line breaks inside one stay
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "list", "numbered"]
_HEADING = re.compile(r"(#{1,3})\s+(.+)")
_ITEM = re.compile(r"[-*•–]\s+(.+)")
_NUMBERED = re.compile(r"(\d{1,4})[.)]\s+(.+)")


@dataclass
class Block:
    """One block. `lines` are those of a paragraph or the items of a list; `level` is 1 to 3 for headings; `start` the first number."""

    kind: Kind
    lines: list[str]
    level: int = 0
    start: int = 1


def blocks(text: str) -> Iterator[Block]:
    """Read a text into blocks, in their order. Control characters are left out."""
    open_block: Block | None = None
    for line in map(_clean, text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        found = _block_of(line)
        if found is None:
            if open_block is not None:
                yield open_block
            open_block = None
        elif open_block is not None and open_block.kind == found.kind != "heading":
            open_block.lines += found.lines
        elif open_block is not None and found.kind == "paragraph" and open_block.kind in ("list", "numbered") and line.startswith("  "):
            open_block.lines[-1] += f" {found.lines[0]}"  # an item that goes on in the next line
        else:
            if open_block is not None:
                yield open_block
            open_block = found
    if open_block is not None:
        yield open_block


def _block_of(line: str) -> Block | None:
    stripped = line.strip()
    if not stripped:
        return None
    if heading := _HEADING.fullmatch(stripped):
        return Block("heading", [heading[2]], level=len(heading[1]))
    if item := _ITEM.fullmatch(stripped):
        return Block("list", [item[1]])
    # A day at the beginning of a line ("12. März war …") is no list: numbered lists begin with a small number.
    if (item := _NUMBERED.fullmatch(stripped)) and int(item[1]) <= 99 and not _begins_with_a_day(stripped):
        return Block("numbered", [item[2]], start=int(item[1]))
    return Block("paragraph", [stripped])


_MONTHS = "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|jan|feb|mär|apr|jun|jul|aug|sep|okt|nov|dez"


def _begins_with_a_day(line: str) -> bool:
    return re.match(rf"\d{{1,2}}\.\s+(?:{_MONTHS}|\d{{1,2}}\.)\b", line, re.IGNORECASE) is not None or bool(
        re.match(r"\d{1,2}\.\s*\d{1,2}\.", line)
    )


def _clean(line: str) -> str:
    return "".join(c if c.isprintable() or c == " " else " " for c in line)
