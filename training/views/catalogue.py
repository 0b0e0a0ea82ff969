"""What there is to learn, as those who learn have it: the catalogue, a course, course dates."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from tenants.centre import arriving
from tenants.doors import ClerkRequest
from training import catalogue_reading, enrolling, learning
from training.models import CourseDate, LearningStep, Room
from training.models.courses import STAFF

from .doors import course_or_404, learns

ON_A_PAGE = 30


@require_safe
@learns
def course_list(request: ClerkRequest) -> HttpResponse:
    """The catalogue by title, or a role's learning path in its order; each course with its next date."""
    role = request.GET.get("rolle", "")
    page = Paginator(catalogue_reading.courses_for(request.user, role=role), ON_A_PAGE).get_page(request.GET.get("seite"))
    courses = list(page.object_list)
    coming = catalogue_reading.next_dates(request.user, courses=courses, at=timezone.now())
    context = {
        **frame(request, "courses"),
        "rows": [(course, coming.get(course.pk)) for course in courses],
        "page": page,
        "asked": {"rolle": role if role in LearningStep.Role.values else ""},
        "roles": LearningStep.Role.choices,
    }
    return render(request, "training/courses.html", context)


@require_safe
@learns
def course(request: ClerkRequest, course: UUID) -> HttpResponse:
    """A course with the dates on which it is held."""
    found = course_or_404(request, course)
    coming = (
        catalogue_reading.dates_for(request.user).filter(course=found, ends_at__gt=timezone.now()).order_by("starts_at", "pk")[:ON_A_PAGE]
    )
    needed = list(catalogue_reading.courses_for(request.user).filter(leads_to=found))
    steps = [step.get_role_display() for step in LearningStep.objects.filter(course=found).order_by("role")]
    context = {**frame(request, "courses"), "course": found, "dates": with_seats(coming), "needed": needed, "steps": steps}
    return render(request, "training/course.html", context)


@require_safe
@learns
def date_list(request: ClerkRequest) -> HttpResponse:
    """Course dates to come, by role, day and place."""
    asked = {name: request.GET.get(name, "").replace("\x00", "") for name in ("rolle", "ab", "ort", "frei")}
    found = catalogue_reading.dates_for(request.user).filter(state=CourseDate.State.OPEN)
    first = _day(asked["ab"]) or timezone.localdate()
    found = catalogue_reading.between(found, max(first, timezone.localdate()), None)
    if asked["rolle"] in LearningStep.Role.values:
        found = found.filter(course__steps__role=asked["rolle"])
    if asked["ort"]:
        found = catalogue_reading.held_in(found, asked["ort"])
    if asked["frei"]:
        found = catalogue_reading.with_free_seats(found)
    page = Paginator(found.in_order(), ON_A_PAGE).get_page(request.GET.get("seite"))
    rooms = Room.objects.filter(active=True).order_by("name")
    context = {**frame(request, "dates"), "dates": with_seats(page.object_list), "page": page, "asked": asked, "rooms": rooms}
    return render(request, "training/dates.html", {**context, "roles": LearningStep.Role.choices})


@require_safe
@learns
def my_training(request: ClerkRequest) -> HttpResponse:
    """What she is enrolled for, what is over, and how far she has come on her learning path."""
    coming, over = catalogue_reading.parted(catalogue_reading.enrolments_of(request.user)[:200], timezone.now())
    role = role_of(request)
    context = {
        **frame(request, "mine"),
        "coming": coming,
        "over": over,
        "role": role,
        "roles": LearningStep.Role.choices,
        "path": learning.path_of(person=request.user, role=role, at=timezone.now()),
    }
    return render(request, "training/mine.html", context)


def frame(request: ClerkRequest, section: str) -> dict[str, Any]:
    """What all screens of training show: where one is, and whether one plans."""
    return {"nav": "training", "section": section, "staff": request.user.has_role(*STAFF)}


def role_of(request: ClerkRequest) -> str:
    """Whose learning path she sees: the one she asks for, else that of the role with which she came from her node."""
    brought = arriving.brought(request.session) or {}
    wished: list[str] = [request.GET.get("rolle", ""), *(role for role in brought.get("roles", []) if role != "clerk"), "clerk"]
    return next(role for role in wished if role in LearningStep.Role.values)


def with_seats(dates: Any) -> list[tuple[CourseDate, int]]:
    """Dates with what somebody new can have at once."""
    return [(date, catalogue_reading.free_seats(date)) for date in dates]


def may_enrol(date: CourseDate) -> str:
    """Why nobody can enrol now; empty if it is possible."""
    try:
        enrolling.check_open(date, timezone.now())
    except enrolling.CannotEnrol as refusal:
        return str(refusal)
    return ""


def _day(written: str) -> date | None:
    try:
        return parse_date(written)
    except ValueError:
        return None
