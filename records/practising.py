"""Exercises in a practice municipality: taken up, checked by the real state of the database, put away.

How far somebody has got is hers alone. It stands in a table of its own and not in the journal of acts, which is about records; the centre
is told which exercise of whom has which state, so that her trainer sees it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tenants import current, outgoing
from tenants.models import User

from . import exercises
from .exercises import Attempt, Exercise, Finding
from .models import ExerciseProgress, ExerciseSubject, RecordFile

PROGRESS = "practice_progress"  # the kind of message to the centre
STARTED, DONE = "started", "done"
LONGEST_ANSWER = 200


class NotHere(Exception):
    """This municipality is a real one, has no such exercise, or it is about a file that the person may not know of."""


class AnswerTooLong(Exception):
    """Nobody types that much into a field for a number; the message says so."""


@dataclass(frozen=True)
class Standing:
    """One exercise and how far a person has got with it; `progress` is None for one not begun."""

    exercise: Exercise
    progress: ExerciseProgress | None

    @property
    def number(self) -> int:
        return exercises.number_of(self.exercise)

    @property
    def is_done(self) -> bool:
        return self.progress is not None and self.progress.done_at is not None

    @property
    def state(self) -> str:
        """For programs and for the centre: new, started or done."""
        if self.progress is None:
            return "new"
        return DONE if self.is_done else STARTED

    @property
    def hint_may_be_shown(self) -> bool:
        """A hint is given to whoever has tried."""
        return self.progress is not None and self.progress.tries > 0


@dataclass(frozen=True)
class Outcome:
    """What a check has found; `done` says whether all is right now."""

    standing: Standing
    findings: list[Finding]

    @property
    def done(self) -> bool:
        return all(finding.done for finding in self.findings)


def standings_of(*, person: User) -> list[Standing]:
    """The exercises of this town that a person can do, in their order, with her own progress. Raises NotHere in a real town."""
    _refuse_real_town()
    known = _subjects(person)
    mine = {one.exercise: one for one in ExerciseProgress.objects.of(person)}
    return [Standing(exercise, mine.get(exercise.key)) for exercise in exercises.ALL if exercise.key in known]


def standing_of(*, key: str, person: User) -> tuple[Standing, ExerciseSubject]:
    """One exercise with its subject. Raises NotHere."""
    _refuse_real_town()
    exercise = exercises.by_key(key)
    subject = _subjects(person, key).get(key)
    if exercise is None or subject is None:
        raise NotHere
    return Standing(exercise, ExerciseProgress.objects.of(person).filter(exercise=key).first()), subject


def at_hand(*, person: User) -> tuple[Outcome, ExerciseSubject] | None:
    """The exercise that a person is at, with what is right by now; None if there is none. For the bar that stays in sight."""
    if not current.municipality().practice:
        return None
    progress = ExerciseProgress.objects.of(person).at_hand().first()
    exercise = exercises.by_key(progress.exercise) if progress else None
    subject = _subjects(person, exercise.key).get(exercise.key) if exercise else None
    if progress is None or exercise is None or subject is None:
        return None
    return Outcome(Standing(exercise, progress), exercise.examine(Attempt(person, subject))), subject


def next_after(*, standing: Standing, person: User) -> Standing | None:
    """The next exercise that is not done yet, beginning after this one and going round."""
    rest = [one for one in standings_of(person=person) if not one.is_done and one.exercise is not standing.exercise]
    return next((one for one in rest if one.number > standing.number), rest[0] if rest else None)


def take_up(*, key: str, by: User, at: datetime) -> Standing:
    """Begin an exercise, or go on with it: it is the one in sight from now on. Raises NotHere."""
    standing, _subject = standing_of(key=key, person=by)
    with current.atomic():
        progress = _locked(standing.exercise, by, at)
        progress.picked_at = at
        progress.save(update_fields=["picked_at"])
    return Standing(standing.exercise, progress)


def put_away(*, by: User) -> None:
    """Have no exercise in sight any more; each can be taken up again. Raises NotHere in a real town."""
    _refuse_real_town()
    ExerciseProgress.objects.of(by).filter(picked_at__isnull=False).update(picked_at=None)


def check(*, key: str, answer: str = "", by: User, at: datetime) -> Outcome:
    """Look at the real state of the database, and keep that the exercise is done if all is right. What is done stays done.

    `answer` is what was typed, where the exercise asks something. Raises NotHere, AnswerTooLong.
    """
    answer = answer.replace("\x00", "").strip()
    if len(answer) > LONGEST_ANSWER:
        raise AnswerTooLong(_("The answer has at most %(most)d characters.") % {"most": LONGEST_ANSWER})
    standing, subject = standing_of(key=key, person=by)
    with current.atomic():
        progress = _locked(standing.exercise, by, at)
        outcome = Outcome(Standing(standing.exercise, progress), standing.exercise.examine(Attempt(by, subject, answer)))
        if progress.done_at is None:
            progress.tries += 1
            progress.done_at = at if outcome.done else None
            progress.save(update_fields=["tries", "done_at"])
            if outcome.done:
                _tell(standing.exercise, progress, DONE, at)
    return outcome


def _refuse_real_town() -> None:
    if not current.municipality().practice:
        raise NotHere


def _subjects(person: User, *keys: str) -> Mapping[str, ExerciseSubject]:
    """What the exercises are about, as far as the person may know of the files; without the scans, which are fetched when they are wanted."""
    visible = RecordFile.objects.visible_to(person)
    found = ExerciseSubject.objects.filter(file__in=visible).select_related("file", "document__register").defer("paper")
    return {subject.exercise: subject for subject in (found.filter(exercise__in=keys) if keys else found)}


def _locked(exercise: Exercise, person: User, at: datetime) -> ExerciseProgress:
    """The person's row, locked; made and told to the centre when she begins."""
    wanted: dict[str, Any] = {"started_at": at, "picked_at": at}
    progress, made = ExerciseProgress.objects.get_or_create(person=person, exercise=exercise.key, defaults=wanted)
    if made:
        _tell(exercise, progress, STARTED, at)
    locked: ExerciseProgress = ExerciseProgress.objects.select_for_update(of=("self",)).get(pk=progress.pk)
    return locked


def _tell(exercise: Exercise, progress: ExerciseProgress, state: str, at: datetime) -> None:
    """For her trainer: whose, which (by its key, and by the title that all towns know it by), how far, when. No name, nothing of what she did;
    and nobody as the sender.

    Only of a trainee's own practice town, and only of her account: by its registry entry the centre knows whose it is. Whoever tries the exercises
    in a town that is shared concerns nobody.
    """
    town = current.municipality()
    trainee = getattr(town, "trainee", "")  # her id at the centre (tenants.practising)
    if not trainee or getattr(town, "account", "") not in ("", progress.person.username):
        return
    body = {"trainee": trainee, "exercise": exercise.key, "title": str(exercise.title), "state": state, "at": at.isoformat()}
    outgoing.enter(kind=PROGRESS, body=body, by=None, at=at)
