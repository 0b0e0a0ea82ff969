"""Offering courses to whom a question about their topic comes: to the hotline's agents, over tenants.centre.topics."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Min, Q
from django.db.models.functions import Lower
from django.utils import timezone

from tenants.centre.topics import Offered
from tenants.models import User

from .models import Course, CourseDate

MOST = 5


def path_of(course: Course) -> str:
    """The address of a course's page on this site; it stands in mails and answers, so it stays."""
    return f"/schulungen/{course.public_id}/"


def courses_on(topics: Collection[str], reader: User, at: datetime) -> list[Offered]:
    """Courses on some topics with the next date that is open to enrolment; those that begin soonest first. One query."""
    open_now = Q(dates__state=CourseDate.State.OPEN, dates__register_until__gt=at)
    found = (
        Course.objects.visible_to(reader)
        .filter(active=True)
        .annotate(word=Lower("topic"), next_at=Min("dates__starts_at", filter=open_now))
    )
    rows = found.filter(word__in=[topic.lower() for topic in topics]).order_by("next_at", "title", "pk")[:MOST]
    return [Offered(course.title, course.topic, path_of(course), getattr(course, "next_at", None)) for course in rows]


def by_topic(topics: Collection[str], *, at: datetime) -> dict[str, list[tuple[Course, datetime | None]]]:
    """By topic in small letters the courses that are offered on it, with when the next date begins that is to come. For those who plan; one query."""
    to_come = Q(dates__state__in=[CourseDate.State.DRAFT, CourseDate.State.OPEN], dates__starts_at__gt=at)
    found = Course.objects.filter(active=True).annotate(word=Lower("topic"), next_at=Min("dates__starts_at", filter=to_come))
    told: dict[str, list[tuple[Course, datetime | None]]] = {}
    for course in found.filter(word__in=[topic.lower() for topic in topics]).order_by("title", "pk"):
        told.setdefault(course.topic.lower(), []).append((course, getattr(course, "next_at", None)))
    return told


def held_on(course: Course, *, at: datetime) -> list[date]:
    """The local days on which dates of a course ended, the last first."""
    held = CourseDate.objects.filter(course=course, state__in=[CourseDate.State.OPEN, CourseDate.State.DONE], ends_at__lte=at)
    return [timezone.localdate(ended) for ended in held.order_by("-ends_at").values_list("ends_at", flat=True)]
