"""What was learned is to be refreshed: whoever's qualification ends is told in time, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from tenants import current

from . import telling
from .models import Certificate, CourseDate, Enrolment

BEFORE = timedelta(days=60)
AT_ONCE = 500


def remind(*, at: datetime) -> int:
    """Tell those whose qualification ends within BEFORE; gives how many. Safe to run twice, and at once.

    Nobody is told who has a newer certificate of the course, or a place on a date of it that is still to come.
    """
    today = timezone.localdate(at)
    newer = Certificate.objects.valid().filter(
        Q(qualified_until=None) | Q(qualified_until__gt=OuterRef("qualified_until")),
        person=OuterRef("person"),
        enrolment__date__course=OuterRef("enrolment__date__course"),
    )
    coming = Enrolment.objects.active().filter(
        person=OuterRef("person"), date__course=OuterRef("enrolment__date__course"), date__state=CourseDate.State.OPEN, date__ends_at__gt=at
    )
    ending = Certificate.objects.valid().filter(reminded_at=None, qualified_until__gte=today, qualified_until__lte=today + BEFORE)
    with current.atomic():
        due = ending.filter(~Exists(newer), ~Exists(coming), person__is_active=True).select_related("person", "enrolment")
        found = list(due.select_for_update(of=("self",), skip_locked=True).order_by(F("qualified_until"), "pk")[:AT_ONCE])
        for certificate in found:
            until = certificate.qualified_until
            facts = {"course": certificate.facts["course"], "until": until.isoformat() if until else ""}
            telling.tell(
                person=certificate.person,
                kind=telling.Kind.REFRESHER,
                about=certificate.enrolment,
                once=f"refresher:{certificate.pk}",
                at=at,
                facts=facts,
            )
        Certificate.objects.filter(pk__in=[each.pk for each in found]).update(reminded_at=at)
    return len(found)
