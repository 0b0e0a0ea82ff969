"""Who comes to a date: the planner's page of it, enrolling and withdrawing people, the list on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenants.api.doors import uuid_or_none
from tenants.doors import ClerkRequest
from tenants.models import User
from training import accommodating, enrolling
from training.models import CourseDate, Enrolment, Session

from . import plan_history
from .doors import trainers_only
from .plan_doors import NAV, done, enrolment_or_404, plan_or_404

State = Enrolment.State
MOST_FOUND, SHORTEST = 20, 2
GROUPS = (
    ("enrolled", State.ENROLLED, "enrolled_at"),
    ("offered", State.OFFERED, "asked_at"),
    ("waiting", State.WAITING, "asked_at"),
    ("asked", State.AWAITING_APPROVAL, "asked_at"),
)


@require_safe
@trainers_only
def date(request: ClerkRequest, date: UUID) -> HttpResponse:
    """Everything about one date: its days, who comes, what happened, and what can be done."""
    found = plan_or_404(request, date)
    people, now = of_date(found), timezone.now()
    needs = accommodating.of_date(date=found, reader=request.user, at=now)
    for each in people:
        each.told_need = needs.get(each.pk, "")  # type: ignore[attr-defined] # for the template
    query = request.GET.get("wer", "").replace("\x00", "").strip()[:100]
    context = {
        **NAV,
        "section": "dates",
        "date": found,
        "sessions": sessions_of(found),
        "groups": groups(people),
        "gone": [each for each in people if each.state not in Enrolment.ACTIVE],
        "free": max(0, found.capacity - found.taken),  # type: ignore[attr-defined] # with_counts
        "missing": missing(found, people),
        "history": plan_history.of(found),
        "query": query,
        "found": found_by(query, besides=people) if len(query) >= SHORTEST else [],
        "too_short": bool(query) and len(query) < SHORTEST,
        "to_come": now < found.starts_at,
        "running": found.state in (CourseDate.State.DRAFT, CourseDate.State.OPEN) and now < found.ends_at,
        "now": now,
    }
    return render(request, "training/plan_date.html", context)


@require_safe
@trainers_only
def participants(request: ClerkRequest, date: UUID) -> HttpResponse:
    """Those who have a place, to be printed: with room to sign on each day."""
    found = plan_or_404(request, date)
    people = [each for each in of_date(found) if each.state == State.ENROLLED]
    people.sort(key=lambda each: str(each.person).casefold())
    days = [session for session in sessions_of(found) if session.called_off_at is None]
    context = {**NAV, "section": "dates", "date": found, "people": people, "sessions": days, "printed_at": timezone.now()}
    return render(request, "training/plan_list.html", context)


@require_POST
@trainers_only
def enrol(request: ClerkRequest, date: UUID) -> HttpResponse:
    """Enrol somebody who was found; the rules are those of everybody: the line, the deadline, the approval."""
    found = plan_or_404(request, date)
    known = uuid_or_none(request.POST.get("person", ""))
    person = User.objects.active().filter(public_id=known).first() if known else None
    if person is None:
        messages.error(request, _("Please choose somebody from the list."))
        return redirect("training:plan_date", found.public_id)
    made: list[Enrolment] = []
    if done(
        request,
        lambda: made.append(enrolling.enrol(date=found, person=person, by=request.user, at=timezone.now())),
        _("%(person)s is taken down.") % {"person": person},
    ):
        words = {"person": person, "state": made[0].get_state_display()}
        messages.info(request, _("%(person)s: %(state)s") % words)
    return redirect("training:plan_date", found.public_id)


@require_POST
@trainers_only
def withdraw(request: ClerkRequest, date: UUID, enrolment: UUID) -> HttpResponse:
    found = plan_or_404(request, date)
    row = enrolment_or_404(found, enrolment)
    reason = request.POST.get("reason", "")
    done(
        request,
        lambda: enrolling.withdraw(date=found, person=row.person, by=request.user, at=timezone.now(), reason=reason),
        _("%(person)s is withdrawn.") % {"person": row.person},
    )
    return redirect("training:plan_date", found.public_id)


def of_date(found: CourseDate) -> list[Enrolment]:
    """Everybody who has asked for a place, with office and municipality; one query."""
    rows = Enrolment.objects.filter(date=found).select_related("person__contact__municipality", "municipality")
    return list(rows.order_by("asked_at", "pk"))


def sessions_of(found: CourseDate) -> list[Session]:
    return list(Session.objects.filter(date=found).select_related("room", "trainer").order_by("starts_at", "pk"))


def groups(people: list[Enrolment]) -> list[dict[str, Any]]:
    """Those whose enrolment holds, by state, each in the order of its line."""
    told = []
    for key, state, order in GROUPS:
        rows = sorted((each for each in people if each.state == state), key=lambda each: (getattr(each, order), each.pk))
        if rows:
            told.append({"key": key, "label": state.label, "rows": rows})
    return told


def missing(found: CourseDate, people: list[Enrolment]) -> int:
    """How many are missing before the date is worth it; none if it is called off already."""
    if found.state not in (CourseDate.State.DRAFT, CourseDate.State.OPEN):
        return 0
    return max(0, found.minimum - sum(each.state == State.ENROLLED for each in people))


def found_by(query: str, *, besides: list[Enrolment]) -> list[User]:
    """People by a part of their name or user name, or by their municipality; nobody who is enrolled already."""
    here = [each.person_id for each in besides if each.state in Enrolment.ACTIVE]
    named = Q(display_name__icontains=query) | Q(username__iexact=query) | Q(contact__municipality__name__icontains=query)
    rows = User.objects.active().filter(named).exclude(pk__in=here).select_related("contact__municipality")
    return list(rows.order_by("display_name", "pk")[:MOST_FOUND])
