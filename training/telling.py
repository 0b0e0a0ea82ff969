"""Telling people: what concerns somebody is written down with the act that it tells of, and sent afterwards. Each thing once, whoever tries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from tenants import queues
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
    """The same to several, in one query. It goes out by mail if there is a server for that and she has an address; it is read on her page in any case."""
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
            next_try_at=at if settings.MAIL_SMTP_URL else None,
        )
        for person in people
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    if rows and settings.MAIL_SMTP_URL:
        queues.send_once("training.send_notices", lane=queues.CENTRE)


def notices_of(person: User, *, after: UUID | None = None) -> QuerySet[Notice]:
    """What a person was told, the newest first, with the course and its date; `after`: only what is older than this one of hers."""
    found = Notice.objects.visible_to(person)
    if after is not None and (last := found.filter(public_id=after).first()) is not None:
        found = found.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    return found.select_related("date__course").order_by("-at", "-pk")


def tell_of_place_or_note(*, date: CourseDate, facts: Mapping[str, Any], teach: Iterable[User] = (), at: datetime) -> None:
    """What else stands in calendars has changed, of all sessions to come: they go out anew to whoever has a place; `teach` are told without one."""
    once = f"changed:{date.pk}:{date.revision}"
    seated = Enrolment.objects.select_related("person").filter(date=date, state=Enrolment.State.ENROLLED).order_by("pk")
    tell_all(
        people=[each.person for each in seated], kind=Kind.CHANGED, about=date, once=once, at=at, calendar=Calendar.REQUEST, facts=facts
    )
    tell_all(people=teach, kind=Kind.CHANGED, about=date, once=once, at=at, facts={**facts, "teaches": True})
