"""What the screens of training share: who passes, and the courses, dates and enrolments of an address."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from tenants.doors import ClerkRequest, roles_required
from tenants.roles import CentreRole
from training.models import Course, CourseDate, Enrolment
from training.models.courses import STAFF

learns = roles_required(*CentreRole.values)  # whoever is known at the centre may learn
trainers_only = roles_required(*STAFF)


def course_or_404(request: ClerkRequest, public_id: UUID) -> Course:
    found = Course.objects.visible_to(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def date_or_404(request: ClerkRequest, public_id: UUID) -> CourseDate:
    found = CourseDate.objects.visible_to(request.user).with_sessions().with_counts().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def enrolment_or_404(request: ClerkRequest, public_id: UUID) -> Enrolment:
    found = Enrolment.objects.visible_to(request.user).select_related("person", "date__course").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
