"""Warning of too few people: how many are missing for a date's minimum, and a mail to its trainers once enrolment has ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from tenants import current
from tenants.models import User
from tenants.roles import CentreRole

from . import places, telling
from .models import CourseDate, Enrolment, Notice, Session

COMES = Q(enrolments__state=Enrolment.State.ENROLLED)
PLANNED = (CourseDate.State.DRAFT, CourseDate.State.OPEN)


def missing_of(dates: Iterable[CourseDate], *, at: datetime) -> dict[int, int]:
    """By the date's key how many people are missing for the minimum, on dates that have not begun; none where nobody is. One query."""
    found = CourseDate.objects.filter(pk__in={date.pk for date in dates}, state__in=PLANNED, starts_at__gt=at, minimum__gt=0)
    rows = found.annotate(n=Count("enrolments", filter=COMES)).filter(n__lt=F("minimum"))
    return {pk: minimum - n for pk, minimum, n in rows.values_list("pk", "minimum", "n")}


def warn(*, at: datetime) -> int:
    """Tell those who teach on dates whose enrolment has ended with too few people, once; where nobody teaches yet, the operators. Gives of how many dates.

    Safe to run twice, and at once. A deadline that is put off is one of its own.
    """
    due = CourseDate.objects.filter(state=CourseDate.State.OPEN, register_until__lte=at, starts_at__gt=at, minimum__gt=0)
    told = Notice.objects.filter(kind=telling.Kind.MINIMUM, date=OuterRef("pk"), at__gte=OuterRef("register_until"))
    short = due.annotate(n=Count("enrolments", filter=COMES)).filter(~Exists(told), n__lt=F("minimum")).order_by("pk")
    return sum(_warn_of(date, at) for date in short)


def _warn_of(date: CourseDate, at: datetime) -> bool:
    with current.atomic():
        held = places.locked(date)
        enrolled = Enrolment.objects.filter(date=held, state=Enrolment.State.ENROLLED).count()
        if held.state != CourseDate.State.OPEN or enrolled >= held.minimum or not held.register_until <= at < held.starts_at:
            return False
        teach = User.objects.active().filter(pk__in=Session.objects.filter(date=held, called_off_at=None).values("trainer"))
        people = list(teach.order_by("pk")) or list(User.objects.active().with_role(CentreRole.OPERATOR).order_by("pk"))
        once = f"minimum:{held.pk}:{int(held.register_until.timestamp())}"
        facts = {"enrolled": enrolled, "minimum": held.minimum}
        telling.tell_all(people=people, kind=telling.Kind.MINIMUM, about=held, once=once, at=at, facts=facts)
    return True
