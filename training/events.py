"""What happens in training is written down, with old and new values, in words that stay when people leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tenants.models import User

from .models import Course, CourseDate, Enrolment, Room, TrainingEvent

Changes = Mapping[str, tuple[Any, Any]]


def enter(
    *,
    act: str,
    about: Course | CourseDate | Enrolment | Room | None,
    by: User | None,
    at: datetime,
    changes: Changes | None = None,
) -> TrainingEvent:
    """Say that `by` (None: the clock) did `act`, with (old, new) for each field. Inside the act's transaction, last.

    `about` None: it concerns the whole of training, a trainer's absence say; `changes` tell whose.
    """
    places: dict[str, Any] = {}
    if isinstance(about, Enrolment):
        places = {"date_id": about.date_id, "enrolment": about}
    elif about is not None:
        places = {"course" if isinstance(about, Course) else "room" if isinstance(about, Room) else "date": about}
    told = {field: [_word(old), _word(new)] for field, (old, new) in (changes or {}).items()}
    return TrainingEvent.objects.create(**places, act=act, actor=str(by) if by else _("Watch over deadlines"), at=at, changes=told)


def enter_each(*, act: str, changes: Mapping[Enrolment, Changes], by: User, at: datetime) -> None:
    """The same act on many enrolments at once, in one query."""
    rows = [
        TrainingEvent(
            date_id=enrolment.date_id,
            enrolment=enrolment,
            act=act,
            actor=str(by),
            at=at,
            changes={field: [_word(old), _word(new)] for field, (old, new) in said.items()},
        )
        for enrolment, said in changes.items()
    ]
    TrainingEvent.objects.bulk_create(rows)


def _word(value: Any) -> str | None:
    return None if value is None else str(value)
