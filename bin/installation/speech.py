"""What set-up says to the person at the terminal: one line a step, and what to do when a step fails."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stop(Exception):
    """Set-up cannot go on. The message says what happened, the advice what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class Step:
    """A step under way; `note` is what its line says beside the name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.note = ""


@contextmanager
def step(name: str) -> Iterator[Step]:
    """Print one line when the step has ended, with its seconds; a failing step says so and passes the refusal on."""
    current = Step(name)
    started = time.monotonic()
    try:
        yield current
    except BaseException:
        say(f"[--] {name}: nicht gelungen")
        raise
    seconds = f"{time.monotonic() - started:.1f}".replace(".", ",")
    say(f"[ok] {name}{': ' + current.note if current.note else ''} ({seconds} s)")


def say(line: str) -> None:
    print(line, flush=True)


def complain(refusal: Stop) -> int:
    """Print a refusal to standard error; returns the exit code."""
    sys.stdout.flush()
    print(f"\nFehler: {refusal}", file=sys.stderr)
    if refusal.advice:
        print(f"Abhilfe: {refusal.advice}", file=sys.stderr)
    return 1
