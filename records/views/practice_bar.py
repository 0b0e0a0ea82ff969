"""What every page of a practice municipality shows of the exercise that is being worked on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from records import practising
from tenants import current
from tenants.models import User


def exercise_at_hand(request: HttpRequest) -> dict[str, Any]:
    """`practice_bar` (standing, subject, step, steps_of), or nothing: in real towns, for strangers and guests nothing is asked."""
    town, person = current.municipality_or_none(), getattr(request, "user", None)
    if town is None or not town.practice or not isinstance(person, User) or person.is_guest:
        return {}
    return {"practice_bar": SimpleLazyObject(lambda: _bar(person))}


def _bar(person: User) -> dict[str, Any] | None:
    found = practising.at_hand(person=person)
    if found is None:
        return None
    outcome, subject = found
    exercise = outcome.standing.exercise
    step = exercise.step_after(outcome.findings)
    return {"standing": outcome.standing, "subject": subject, "step": step, "words": exercise.steps[step - 1]}
