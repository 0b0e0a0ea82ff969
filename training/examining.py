"""Examinations: the trainer enters who has passed; only who has gets a certificate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from tenants import current
from tenants.models import User

from . import events, places
from .models import Certificate, CourseDate, Enrolment, ExaminationResult
from .models.courses import STAFF


class CannotExamine(Exception):
    """The results cannot be entered; the message says why."""


def enter_results(*, date: CourseDate, results: Mapping[int, bool], by: User, at: datetime) -> int:
    """Say who has passed (keys of enrolments → whether); gives how many are new or otherwise than before. Raises CannotExamine."""
    if not by.has_role(*STAFF):
        raise CannotExamine(_("Results are entered by trainers."))
    with current.atomic():
        held = places.locked(date)
        if not held.course.examination:
            raise CannotExamine(_("This course ends without an examination."))
        if at < held.starts_at:
            raise CannotExamine(_("This course has not begun yet."))
        people = {each.pk: each for each in Enrolment.objects.filter(date=held, state=Enrolment.State.ENROLLED, pk__in=results)}
        if len(people) < len(results):
            raise CannotExamine(_("Somebody of these is not enrolled here."))
        known = results_of(held)
        new = {people[pk]: passed for pk, passed in results.items() if known.get(pk) is not passed}
        issued = Certificate.objects.valid().filter(enrolment__in=new).select_related("person").order_by("number").first()
        if issued is not None:
            words = {"person": issued.person, "number": issued.number}
            raise CannotExamine(_("%(person)s has certificate %(number)s already. Please revoke it first.") % words)
        ExaminationResult.objects.bulk_create(
            [ExaminationResult(enrolment=each, passed=passed, at=at) for each, passed in new.items()],
            update_conflicts=True,
            unique_fields=["enrolment"],
            update_fields=["passed", "at"],
        )
        events.enter_each(act="examine", changes={each: {"passed": (known.get(each.pk), now)} for each, now in new.items()}, by=by, at=at)
    return len(new)


def results_of(date: CourseDate) -> dict[int, bool]:
    """Who has passed and who has not, by the enrolment's key; who is not in it has no result yet."""
    return dict(ExaminationResult.objects.filter(enrolment__date=date).values_list("enrolment", "passed"))
