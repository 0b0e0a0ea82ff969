"""Naming who comes instead: for one of my people, or for myself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.doors import ClerkRequest
from training import places, replacing
from training.models.courses import STAFF
from training.town_forms import ReplaceForm

from .doors import enrolment_or_404, learns


@require_http_methods(["GET", "HEAD", "POST"])
@learns
def replace(request: ClerkRequest, enrolment: UUID) -> HttpResponse:
    """Choose who comes instead, among those of whom I may know."""
    found = enrolment_or_404(request, enrolment)
    form = ReplaceForm(request.POST if request.method == "POST" else None, people=replacing.may_replace(found, by=request.user))
    if request.method == "POST" and form.is_valid():
        try:
            made = replacing.replace(enrolment=found, replacement=form.cleaned_data["person"], by=request.user, at=timezone.now())
        except (replacing.CannotReplace, places.CannotFind) as refusal:
            form.add_error("person", str(refusal))
        else:
            messages.success(
                request, _("%(person)s comes instead of %(other)s. Both are told.") % {"person": made.person, "other": found.person}
            )
            return redirect(_back(request, found))
    context = {"nav": "training", "enrolment": found, "form": form, "back": _back(request, found)}
    return render(request, "training/replace.html", context, status=422 if form.errors else 200)


def _back(request: ClerkRequest, found: object) -> str:
    """Where she came from: her own courses, her people, or the date."""
    person = found.person  # type: ignore[attr-defined]
    if person == request.user:
        return "/schulungen/meine/"
    if request.user.has_role(*STAFF):
        return f"/schulungen/termine/{found.date.public_id}/"  # type: ignore[attr-defined]
    return f"/schulungen/meine-leute/{person.public_id}/"
