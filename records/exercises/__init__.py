"""The exercises of a practice municipality, in the order of a beginner's day. What each is about is told by records.demo.practice."""

from __future__ import annotations

from . import filing, finding, keeping
from .shape import Attempt, Exercise, Finding

__all__ = ["ALL", "Attempt", "Exercise", "Finding", "by_key", "number_of"]

ALL: tuple[Exercise, ...] = (
    finding.FIND_FILE,
    finding.FIND_SHEET,
    filing.FILE_SCAN,
    filing.DESCRIBE_LETTER,
    filing.MOVE_LETTER,
    filing.NEW_FILE,
    keeping.WRITE_NOTE,
    keeping.SET_REMINDER,
    keeping.LEND_OUT,
    keeping.CLOSE_FILE,
)
_BY_KEY = {exercise.key: exercise for exercise in ALL}


def by_key(key: str) -> Exercise | None:
    return _BY_KEY.get(key)


def number_of(exercise: Exercise) -> int:
    """Its place in the day, from 1."""
    return ALL.index(exercise) + 1
