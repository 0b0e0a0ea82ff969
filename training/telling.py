"""Telling people: what concerns somebody is written down with the act that it tells of, and sent afterwards. Each thing once, whoever tries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tenants.models import User

from .models import CourseDate, Enrolment, Notice

Kind, Calendar = Notice.Kind, Notice.Calendar


def tell(
    *,
    person: User,
    kind: str,
    about: Enrolment | CourseDate | None,
    once: str,
    at: datetime,
    calendar: str = Calendar.NONE,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Tell one person something, once: `once` names it for good ("offer:<enrolment>:<until>"). Inside the act's transaction."""
    tell_all(people=[person], kind=kind, about=about, once=once, at=at, calendar=calendar, facts=facts)


def tell_all(
    *,
    people: Iterable[User],
    kind: str,
    about: Enrolment | CourseDate | None,
    once: str,
    at: datetime,
    calendar: str = Calendar.NONE,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """The same to several, in one query."""
    enrolment = about if isinstance(about, Enrolment) else None
    date_id = enrolment.date_id if enrolment is not None else about.pk if about is not None else None
    rows = [
        Notice(
            person=person,
            kind=kind,
            date_id=date_id,
            enrolment=enrolment,
            calendar=calendar,
            facts=dict(facts or {}),
            once=f"{once}:{person.pk}"[:200],
            at=at,
        )
        for person in people
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
