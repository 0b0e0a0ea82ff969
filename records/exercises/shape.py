"""What an exercise is made of, and what its check says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from records.models import ExerciseSubject
from tenants.models import User


@dataclass(frozen=True)
class Attempt:
    """Whose work is looked at, what the exercise is about, and what she has typed where something is asked."""

    person: User
    subject: ExerciseSubject
    answer: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that a check looks for. `sentence` says what is right already or what is missing, never how it is done; `step`: the step
    that it completes, counted from 1.
    """

    done: bool
    sentence: str
    step: int


@dataclass(frozen=True)
class Exercise:
    """One guided task on the real screens.

    `examine` looks at the database as it is, and asks a fixed number of queries. `question` is what is asked, where an answer is typed.
    `begins` is the route of the screen where it starts: finding the file is part of the work.
    """

    key: str
    title: Promise
    aim: Promise
    story: Promise
    steps: tuple[Promise, ...]
    hint: Promise
    begins: str
    examine: Callable[[Attempt], list[Finding]]
    question: Promise | None = None

    def step_after(self, findings: list[Finding]) -> int:
        """The step to be done next: the one after what is right from the beginning without a gap."""
        reached = 0
        for finding in findings:
            if not finding.done:
                break
            reached = finding.step
        return min(reached + 1, len(self.steps))
