"""The catalogue on the planners' screens: courses, and the learning paths of roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.api.doors import uuid_or_none
from tenants.doors import ClerkRequest
from training import catalogue
from training.models import Course, CourseDate, LearningStep
from training.plan_forms import CourseForm

from .doors import course_or_404, trainers_only
from .plan_doors import NAV, done, renewed, tried


@require_safe
@trainers_only
def courses(request: ClerkRequest) -> HttpResponse:
    """All courses, those that are offered first, with how many dates are to come."""
    to_come = Q(dates__ends_at__gt=timezone.now(), dates__state__in=[CourseDate.State.DRAFT, CourseDate.State.OPEN])
    rows = Course.objects.visible_to(request.user).annotate(to_come=Count("dates", filter=to_come), last=Max("dates__ends_at"))
    rows = rows.prefetch_related("steps").order_by("-active", "title", "pk")
    return render(request, "training/plan_courses.html", {**NAV, "section": "courses", "courses": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def course_new(request: ClerkRequest) -> HttpResponse:
    """A course more; `thema` is a topic that is filled in."""
    form = CourseForm(request.POST or None, initial={"topic": request.GET.get("thema", "").replace("\x00", "")[:60]})
    if request.method == "POST" and form.is_valid():
        made, _asked = tried(form, lambda: catalogue.add_course(**form.asked(), by=request.user, at=timezone.now()))
        if made is not None:
            messages.success(request, _("The course is in the catalogue."))
            return redirect("training:plan_courses")
    return render(request, "training/plan_course.html", {**NAV, "section": "courses", "form": form, "course": None})


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def course(request: ClerkRequest, course: UUID) -> HttpResponse:
    """What is said of a course. Where somebody was faster, what was typed stays and what holds now is shown beside it."""
    found = course_or_404(request, course)
    form = CourseForm(request.POST or None, course=found, initial=CourseForm.of(found))
    differs = None
    if request.method == "POST" and form.is_valid():
        etag = form.cleaned_data["etag"]
        made, _asked = tried(
            form, lambda: catalogue.change_course(course=found, **form.asked(), etag=etag, by=request.user, at=timezone.now())
        )
        if made is not None:
            messages.success(request, _("Saved."))
            return redirect("training:plan_courses")
        now = course_or_404(request, course)
        if etag != now.etag:
            holds = {name: value for name, value in CourseForm.of(now).items() if name != "prerequisites"}
            differs = renewed(form, now.etag, holds)
    context: dict[str, Any] = {**NAV, "section": "courses", "form": form, "course": found, "differs": differs}
    return render(request, "training/plan_course.html", context)


@require_POST
@trainers_only
def course_retire(request: ClerkRequest, course: UUID) -> HttpResponse:
    found = course_or_404(request, course)
    said = _("The course is offered no more. Its dates stay.")
    done(request, lambda: catalogue.retire_course(course=found, by=request.user, at=timezone.now()), said)
    return redirect("training:plan_courses")


@require_POST
@trainers_only
def course_offer(request: ClerkRequest, course: UUID) -> HttpResponse:
    found = course_or_404(request, course)
    said = _("The course is offered again.")
    done(request, lambda: catalogue.take_back_course(course=found, by=request.user, at=timezone.now()), said)
    return redirect("training:plan_courses")


@require_safe
@trainers_only
def paths(request: ClerkRequest) -> HttpResponse:
    """Which courses somebody of a role learns, and in which order."""
    steps: dict[str, list[Course]] = {role: [] for role in LearningStep.Role.values}
    for step in LearningStep.objects.select_related("course").order_by("role", "position"):
        steps[step.role].append(step.course)
    offered, moved = list(Course.objects.filter(active=True).in_order()), request.GET.get("kurs", "")
    told = [
        {
            "role": role,
            "label": label,
            "courses": [(each, f"{role}-{each.public_id}" == moved) for each in steps[role]],
            "others": [each for each in offered if each not in steps[role]],
        }
        for role, label in LearningStep.Role.choices
    ]
    return render(request, "training/plan_paths.html", {**NAV, "section": "paths", "paths": told})


@require_POST
@trainers_only
def path(request: ClerkRequest, role: str) -> HttpResponse:
    """One course up, down, out of the path or onto its end: `act` and `course`; the whole path is set anew."""
    if role not in LearningStep.Role.values:
        raise Http404
    steps = LearningStep.objects.filter(role=role).select_related("course").order_by("position")
    now = [step.course for step in steps]
    known = uuid_or_none(request.POST.get("course", ""))
    chosen = Course.objects.filter(public_id=known).first() if known else None
    if chosen is None:
        messages.error(request, _("Please choose a course."))
        return redirect("training:plan_paths")
    wanted = _rearranged(now, chosen, request.POST.get("act", ""))
    if wanted != now:
        words = {"course": chosen, "place": wanted.index(chosen) + 1, "count": len(wanted)} if chosen in wanted else {"course": chosen}
        said = _("“%(course)s” is number %(place)s of %(count)s now.") if chosen in wanted else _("“%(course)s” is off this path.")
        done(request, lambda: catalogue.set_path(role=role, courses=wanted, by=request.user, at=timezone.now()), said % words)
    response = redirect("training:plan_paths")
    response["Location"] += f"?kurs={role}-{chosen.public_id}#{role}"
    return response


def _rearranged(now: list[Course], chosen: Course, act: str) -> list[Course]:
    if act == "add":
        return now if chosen in now else [*now, chosen]
    if chosen not in now:
        return now
    wanted, place = list(now), now.index(chosen)
    wanted.pop(place)
    if act == "up":
        wanted.insert(max(0, place - 1), chosen)
    elif act == "down":
        wanted.insert(place + 1, chosen)
    return wanted if act in ("up", "down", "out") else now
