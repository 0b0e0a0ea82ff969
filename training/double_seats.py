"""Nobody sits in two courses at once: what somebody has already at the hours of a course date, and that she takes one place after the other.

Whoever gives a place holds the person first and the course date then, several of either in the order of their keys. So two places that are asked for at
once, on two dates, are looked at one after the other, and nobody waits for somebody who waits for her.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenants.models import User

from .models import CourseDate, Enrolment, Session

State = Enrolment.State


def hold(people: Collection[int]) -> None:
    """Let nobody else give these people (their keys) a place until the transaction ends. Before the course date is held."""
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=people).order_by("pk")
    list(rows.values_list("pk", flat=True))


def said_of(date: CourseDate, person: User, *, states: Collection[str] = (State.ENROLLED,)) -> str:
    """A sentence about the course in which a person has a place at an hour of this date; "" if there is none. Two queries.

    `states` say what counts: for whom a place is offered, a place that she has; for whom asks for one, an offer as well.
    """
    held = Session.objects.filter(date=date, called_off_at=None).order_by("starts_at", "pk")
    spans = list(held.values_list("starts_at", "ends_at"))
    if not spans:
        return ""
    elsewhere = Session.objects.filter(called_off_at=None, starts_at__lt=max(end for _start, end in spans), ends_at__gt=spans[0][0])
    hers = Enrolment.objects.filter(person=person, state__in=states).exclude(date=date)
    others = list(elsewhere.filter(date__in=hers.values("date")).select_related("date__course").order_by("starts_at", "pk"))
    for start, end in spans:
        for other in others:
            if other.starts_at < end and other.ends_at > start:
                words = {"course": other.date.course, "moment": _moment(start)}
                return _("At this time (%(moment)s) there is a place in “%(course)s” already.") % words
    return ""


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j. F Y, H:i") + _(" (o'clock)")
