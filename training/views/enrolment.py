"""A course date, and asking for a place on it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenants.doors import ClerkRequest
from training import accommodating, approving, double_seats, enrolling, places, practising, waiting
from training.catalogue_reading import free_seats
from training.models import Enrolment

from .catalogue import frame, may_enrol
from .doors import date_or_404, enrolment_or_404, learns

REFUSALS = (approving.CannotApprove, enrolling.CannotEnrol, enrolling.CannotWithdraw, waiting.CannotAnswer)


@require_safe
@learns
def course_date(request: ClerkRequest, date: UUID) -> HttpResponse:
    """Sessions, places, and how she stands; from here she enrols and withdraws."""
    found = date_or_404(request, date)
    mine = Enrolment.objects.filter(date=found, person=request.user, state__in=Enrolment.ACTIVE).first()
    context = {
        **frame(request, "dates"),
        "date": found,
        "free": free_seats(found),
        "mine": mine,
        "clash": double_seats.said_of(found, request.user) if mine and mine.state == Enrolment.State.OFFERED else "",
        "position": places.place_in_line(mine) if mine else None,
        "closed": may_enrol(found),
        "begun": timezone.now() >= found.starts_at,
        "over": timezone.now() >= found.ends_at,
        "need": accommodating.told_by(mine) if mine else "",
        "practice": mine is not None and bool(found.course.practice_town) and practising.is_open_for(mine, at=timezone.now()),
    }
    return render(request, "training/date.html", context)


@require_POST
@learns
def enrol(request: ClerkRequest, date: UUID) -> HttpResponse:
    found = date_or_404(request, date)
    return _acted(request, found.public_id, lambda: enrolling.enrol(date=found, person=request.user, by=request.user, at=timezone.now()))


@require_POST
@learns
def withdraw(request: ClerkRequest, date: UUID) -> HttpResponse:
    found, reason = date_or_404(request, date), request.POST.get("reason", "")
    return _acted(
        request,
        found.public_id,
        lambda: enrolling.withdraw(date=found, person=request.user, reason=reason, by=request.user, at=timezone.now()),
    )


@require_POST
@learns
def accept(request: ClerkRequest, enrolment: UUID) -> HttpResponse:
    found = enrolment_or_404(request, enrolment)
    return _acted(request, found.date.public_id, lambda: waiting.accept(enrolment=found, by=request.user, at=timezone.now()))


@require_POST
@learns
def decline(request: ClerkRequest, enrolment: UUID) -> HttpResponse:
    found = enrolment_or_404(request, enrolment)
    return _acted(request, found.date.public_id, lambda: waiting.decline(enrolment=found, by=request.user, at=timezone.now()))


@require_POST
@learns
def need(request: ClerkRequest, date: UUID) -> HttpResponse:
    """What she needs to take part well; hers alone to tell."""
    found = date_or_404(request, date)
    try:
        kept = accommodating.tell(date=found, text=request.POST.get("text", ""), by=request.user, at=timezone.now())
    except accommodating.CannotTell as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved. The trainers of this course read it.") if kept else _("Nothing is kept."))
    return redirect("training:date", found.public_id)


def said(enrolment: Enrolment) -> str:
    """How she stands now, in a sentence."""
    sentences = {
        Enrolment.State.ENROLLED: _("You have a place."),
        Enrolment.State.WAITING: _("You are on the waiting list."),
        Enrolment.State.AWAITING_APPROVAL: _("Your supervisor is asked for approval."),
        Enrolment.State.WITHDRAWN: _("You are withdrawn."),
        Enrolment.State.DECLINED: _("You have left the place to the next person."),
    }
    return sentences[Enrolment.State(enrolment.state)]


def _acted(request: ClerkRequest, date: UUID, act: Callable[[], Enrolment]) -> HttpResponse:
    try:
        enrolment = act()
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said(enrolment))
    return redirect("training:date", date)
