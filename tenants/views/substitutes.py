"""Substitutes on screen: one's own, those of people one leads or administers, and ending them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tenants import substitution
from tenants.doors import ClerkRequest, roles_required
from tenants.forms import SubstituteForm
from tenants.models import Substitute, User
from tenants.roles import Role


@require_http_methods(["GET", "HEAD", "POST"])
def substitutes(request: ClerkRequest) -> HttpResponse:
    """Who stands in for me, and for whom I do."""
    at = timezone.now()
    form = SubstituteForm(request.POST or None, without=request.user, today=timezone.localdate(at))
    if request.method == "POST" and form.is_valid() and _set(request, form, request.user):
        return redirect("tenants:substitutes")
    rows = list(substitution.not_over(concerning=request.user, at=at))
    context: dict[str, Any] = {"nav": "desk", "form": form, "today": timezone.localdate(at), "own": True}
    context["mine"] = [row for row in rows if row.absent_id == request.user.pk]
    context["others"] = [row for row in rows if row.deputy_id == request.user.pk]
    context["for_others"] = request.user.has_role(Role.SUPERVISOR, Role.ADMINISTRATOR)
    return render(request, "tenants/substitutes.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.SUPERVISOR, Role.ADMINISTRATOR)
def of_others(request: ClerkRequest) -> HttpResponse:
    """For the supervisor: substitutes of those she leads. For the administrator, because of absence: of everybody."""
    at = timezone.now()
    people = substitution.absent_for(by=request.user)
    form = SubstituteForm(request.POST or None, absent=people, today=timezone.localdate(at))
    if request.method == "POST" and form.is_valid() and _set(request, form, form.cleaned_data["absent"]):
        return redirect("tenants:substitutes_of_others")
    rows = substitution.not_over_of(absent=people, at=at)[:200]
    context = {"nav": "desk", "form": form, "today": timezone.localdate(at), "own": False, "mine": rows}
    return render(request, "tenants/substitutes.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    found = Substitute.objects.select_related("absent", "deputy").filter(public_id=public_id).first()
    if found is None or not substitution.may_end(substitute=found, by=request.user):
        raise Http404
    try:
        substitution.end_substitute(substitute=found, by=request.user, at=timezone.now())
    except substitution.CannotSubstitute as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(deputy)s no longer stands in for %(absent)s.") % {"deputy": found.deputy, "absent": found.absent})
    concerned = request.user.pk in (found.absent_id, found.deputy_id)
    return redirect("tenants:substitutes" if concerned else "tenants:substitutes_of_others")


def _set(request: ClerkRequest, form: SubstituteForm, absent: User) -> bool:
    given = form.cleaned_data
    try:
        substitution.set_substitute(
            absent=absent,
            deputy=given["deputy"],
            first_day=given["first_day"],
            last_day=given["last_day"],
            by=request.user,
            at=timezone.now(),
        )
    except substitution.CannotSubstitute as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return False
    messages.success(request, _("%(deputy)s stands in for %(absent)s.") % {"deputy": given["deputy"], "absent": absent})
    return True
