"""Two versions of a document compared by their text: which pages differ, and on those what was taken out and put in.

Bounded, whatever is compared: all pages are matched by a hash that the database computes, and only the pages that are shown are compared word by
word. difflib's work grows with the square of what it compares, so that longer pages are compared by lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models.functions import MD5

from .models import DocumentVersion, Page

AT_ONCE = 20  # pages that differ, in one answer
MOST_WORDS = 1500  # of a page that is compared by words
MOST_LINES = 400
LONGEST_TEXT = 60_000  # characters of a page that are looked at


@dataclass(frozen=True)
class Piece:
    """A part of a text: "same", "gone" (only in the older one) or "new" (only in the newer one)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Pair:
    """Two pages that differ; one of the numbers is None where a page was taken out or put in. `cut`: too long to be compared whole."""

    older: int | None
    newer: int | None
    left: Sequence[Piece]
    right: Sequence[Piece]
    cut: bool = False


@dataclass(frozen=True)
class Comparison:
    """`pairs` begin with number `start` (from 0) of the `differing` ones; `same` pages have the same text in both."""

    pairs: Sequence[Pair]
    start: int
    differing: int
    same: int

    @property
    def following(self) -> int | None:
        """Where the next answer begins, if there is more."""
        return self.start + len(self.pairs) if self.start + len(self.pairs) < self.differing else None


def compare(*, older: DocumentVersion, newer: DocumentVersion, start: int = 0) -> Comparison:
    """Compare two versions page by page, in four queries."""
    before, after = _hashes(older), _hashes(newer)
    differing = list(_differing([h for _number, h in before], [h for _number, h in after]))
    shown = [
        (before[i][0] if i is not None else None, after[j][0] if j is not None else None) for i, j in differing[start : start + AT_ONCE]
    ]
    left = _texts(older, [number for number, _other in shown if number is not None])
    right = _texts(newer, [number for _other, number in shown if number is not None])
    pairs = [_pair(i, j, left.get(i or 0, ""), right.get(j or 0, "")) for i, j in shown]
    gone = sum(1 for i, _j in differing if i is not None)
    return Comparison(pairs, start, len(differing), len(before) - gone)


def pieces(older: str, newer: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, compared by words, or by lines where there are too many words."""
    before, after = _words(older), _words(newer)
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = (text.splitlines(keepends=True)[:MOST_LINES] for text in (older, newer))
    left: list[Piece] = []
    right: list[Piece] = []
    matcher = SequenceMatcher(None, [w.strip() or w for w in before], [w.strip() or w for w in after], autojunk=False)
    for act, i, i_end, j, j_end in matcher.get_opcodes():
        gone, new = "".join(before[i:i_end]), "".join(after[j:j_end])
        if gone:
            left.append(Piece("same" if act == "equal" else "gone", gone))
        if new:
            right.append(Piece("same" if act == "equal" else "new", new))
    return left, right


def _pair(older: int | None, newer: int | None, left: str, right: str) -> Pair:
    cut = any(len(text) > LONGEST_TEXT or (len(_words(text)) > MOST_WORDS and text.count("\n") > MOST_LINES) for text in (left, right))
    before, after = pieces(left[:LONGEST_TEXT], right[:LONGEST_TEXT])
    return Pair(older, newer, before, after, cut)


def _words(text: str) -> list[str]:
    """Words with the spaces behind them; a line break is a word of its own kind, so that lines stay lines."""
    return re.findall(r"\n|[^\S\n]+|[^\s]+[^\S\n]*", text)


def _hashes(version: DocumentVersion) -> list[tuple[int, str]]:
    pages = Page.objects.filter(version=version).order_by("number").annotate(hash=MD5("text"))
    return list(pages.values_list("number", "hash"))


def _texts(version: DocumentVersion, numbers: Sequence[int]) -> dict[int, str]:
    return dict(Page.objects.filter(version=version, number__in=numbers).values_list("number", "text"))


def _differing(before: list[str], after: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Places of pages that have no twin; those between the same twins are put beside each other in their order."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1  # most versions begin alike, and a thousand blank pages are no matter for difflib
    matcher = SequenceMatcher(None, before[start:], after[start:], autojunk=True)
    for act, i, i_end, j, j_end in matcher.get_opcodes():
        if act == "equal":
            continue
        for step in range(max(i_end - i, j_end - j)):
            yield (
                start + i + step if i + step < i_end else None,
                start + j + step if j + step < j_end else None,
            )
