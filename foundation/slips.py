"""Slips of the fingers: which of the words that are known is the one that somebody meant to type."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

SHORTEST = 4  # letters; with one slip a shorter word may be any other
TWO_SLIPS_FROM = 7


def forgiven(typed: str) -> int:
    """How many slips are forgiven in a word of this length: each makes more other words look like it."""
    return 0 if len(typed) < SHORTEST else 1 if len(typed) < TWO_SLIPS_FROM else 2


def slips(typed: str, word: str) -> tuple[int, int]:
    """Count the slips that lead from the nearest beginning of a word, and from the whole word, to what was typed.

    A slip is a letter left out, added, wrong, or swapped with its neighbour. The beginning counts while somebody is still typing.
    """
    before: list[int] = []
    row = list(range(len(word) + 1))
    for place, letter in enumerate(typed):
        earlier, before, row = before, row, [place + 1]
        for column, other in enumerate(word):
            fewest = min(row[column] + 1, before[column + 1] + 1, before[column] + (letter != other))
            if place and column and letter == word[column - 1] and other == typed[place - 1]:
                fewest = min(fewest, earlier[column - 1] + 1)
            row.append(fewest)
    return min(row), row[-1]


def nearest(typed: str, words: Iterable[str], most: int) -> list[list[str]]:
    """Group the words that at most so many slips lead away from, the nearest first; those that hold what was typed are left out."""
    counted = sorted((slips(typed, word), word) for word in set(words) if typed not in word)
    groups = groupby((each for each in counted if each[0][0] <= most), key=lambda each: each[0])
    return [[word for _slips, word in group] for _slips, group in groups]
