"""The days of a date on screens: one more, another time or place, one less."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tenants.doors import ClerkRequest
from training import moving
from training.plan_forms import SessionForm

from .doors import trainers_only
from .plan_doors import NAV, confirmed, done, key_of, plan_or_404, session_or_404, to_choose, tried


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def session_new(request: ClerkRequest, date: UUID) -> HttpResponse:
    """One more day of a date."""
    found = plan_or_404(request, date)
    form = SessionForm(request.POST or None, **to_choose())
    asked: list[Any] = []
    if request.method == "POST" and form.is_valid():
        made, asked = tried(
            form,
            lambda: moving.add_session(
                date=found, session=form.cleaned_data["planned"], confirmed=confirmed(request), by=request.user, at=timezone.now()
            ),
        )
        if made is not None:
            messages.success(request, _("There is one more day. Everybody who has a place is told."))
            return redirect("training:plan_date", found.public_id)
    context = {**NAV, "section": "dates", "date": found, "form": form, "title": _("One more day"), "submit": _("Add the day")}
    return render(request, "training/plan_act.html", {**context, "clashes": asked, "keys": key_of(asked)})


@require_http_methods(["GET", "HEAD", "POST"])
@trainers_only
def session(request: ClerkRequest, date: UUID, session: UUID) -> HttpResponse:
    """Another time, room, link or trainer."""
    found = plan_or_404(request, date)
    held = session_or_404(found, session)
    form = SessionForm(request.POST or None, initial=SessionForm.of(held), **to_choose(also=held))
    asked: list[Any] = []
    if request.method == "POST" and form.is_valid():
        moved, asked = tried(
            form,
            lambda: moving.move_session(
                session=held, to=form.cleaned_data["planned"], confirmed=confirmed(request), by=request.user, at=timezone.now()
            ),
        )
        if moved is not None:
            messages.success(request, _("The day is moved. Everybody who has a place is told."))
            return redirect("training:plan_date", found.public_id)
    context = {**NAV, "section": "dates", "date": found, "form": form, "title": _("Move the day"), "submit": _("Move")}
    return render(request, "training/plan_act.html", {**context, "clashes": asked, "keys": key_of(asked)})


@require_POST
@trainers_only
def session_off(request: ClerkRequest, date: UUID, session: UUID) -> HttpResponse:
    found = plan_or_404(request, date)
    held = session_or_404(found, session)
    said = _("The day is called off. Everybody who has a place is told.")
    done(request, lambda: moving.call_off_session(session=held, by=request.user, at=timezone.now()), said)
    return redirect("training:plan_date", found.public_id)
