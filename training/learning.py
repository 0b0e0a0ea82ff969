"""What somebody has learned, and what is still missing on the learning path of a role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from tenants.models import User

from .models import Certificate, Course, CourseDate, Enrolment, LearningStep

DONE, ENDED, COMING, MISSING = "done", "ended", "coming", "missing"


@dataclass(frozen=True)
class Step:
    """A course on a learning path: done, ended (it is to be refreshed), coming (there is a place or a wish for one), or missing."""

    course: Course
    state: str
    certificate: Certificate | None
    enrolment: Enrolment | None


def roles_with_paths() -> list[tuple[str, str]]:
    """Roles for which somebody said what they learn, with their names."""
    known = set(LearningStep.objects.order_by().values_list("role", flat=True).distinct())
    return [(value, str(label)) for value, label in LearningStep.Role.choices if value in known]


def path_of(*, person: User, role: str, at: datetime) -> list[Step]:
    """The learning path of a role as it is for somebody. Three queries."""
    today = timezone.localdate(at)
    steps = list(LearningStep.objects.filter(role=role, course__active=True).select_related("course").order_by("position"))
    held = Certificate.objects.valid().filter(person=person, enrolment__date__course__steps__role=role).select_related("enrolment__date")
    best: dict[int, Certificate] = {}
    for certificate in held.order_by("issued_at", "pk"):
        course_id = certificate.enrolment.date.course_id
        if course_id not in best or _reaches(certificate) >= _reaches(best[course_id]):
            best[course_id] = certificate
    coming = Enrolment.objects.active().filter(person=person, date__state=CourseDate.State.OPEN, date__ends_at__gt=at)
    soon = {each.date.course_id: each for each in coming.select_related("date").order_by("-date__starts_at", "-pk")}
    return [_step(each.course, best.get(each.course_id), soon.get(each.course_id), today) for each in steps]


def _step(course: Course, certificate: Certificate | None, enrolment: Enrolment | None, today: date) -> Step:
    if certificate is not None and course.examination and certificate.kind != Certificate.Kind.CERTIFICATE:
        certificate = None  # she was there, but has not passed
    if certificate is not None and certificate.holds_on(today):
        return Step(course, DONE, certificate, enrolment)
    if enrolment is not None:
        return Step(course, COMING, certificate, enrolment)
    return Step(course, ENDED if certificate is not None else MISSING, certificate, None)


def _reaches(certificate: Certificate) -> tuple[bool, date]:
    """A certificate with an examination counts for more, then the one that holds longer."""
    return certificate.kind == Certificate.Kind.CERTIFICATE, certificate.qualified_until or date.max
