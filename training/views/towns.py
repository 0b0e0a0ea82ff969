"""Operators: who coordinates a municipality's training before it has a node, and a municipality that leaves."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.centre.models import Municipality
from tenants.doors import ClerkRequest, roles_required
from tenants.roles import CentreRole
from training import leaving, standing
from training.models import Standing
from training.town_forms import CoordinatorForm, LeaveForm

operators_only = roles_required(CentreRole.OPERATOR)


@require_safe
@operators_only
def towns(request: ClerkRequest) -> HttpResponse:
    """All municipalities, those that take part first."""
    rows = Municipality.objects.order_by("-active", "name", "pk")
    return render(request, "training/towns.html", {"nav": "administration", "towns": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def town(request: ClerkRequest, municipality: UUID) -> HttpResponse:
    """Training coordinators of a municipality, and a new one."""
    found = get_object_or_404(Municipality, public_id=municipality)
    form = CoordinatorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person = standing.name_coordinator(municipality=found, **form.cleaned_data, by=request.user, at=timezone.now())
        except standing.CannotName as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("%(person)s is training coordinator. Print the slip with the first password.") % {"person": person})
            return redirect("tenants:person", person.public_id)
    return _page(request, found, form, LeaveForm())


@require_POST
@operators_only
def end_coordinator(request: ClerkRequest, municipality: UUID, key: int) -> HttpResponse:
    """End what an operator had said."""
    row = get_object_or_404(Standing, pk=key, municipality__public_id=municipality, by_hand=True)
    standing.end_by_hand(standing=row, by=request.user, at=timezone.now())
    messages.success(request, _("%(person)s is training coordinator no more.") % {"person": row.person})
    return redirect("training:town", municipality)


@require_POST
@operators_only
def leave(request: ClerkRequest, municipality: UUID) -> HttpResponse:
    """The municipality leaves."""
    found = get_object_or_404(Municipality, public_id=municipality)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _page(request, found, CoordinatorForm(), form, status=422)
    try:
        left = leaving.leave(municipality=found, finish=form.cleaned_data["finish"] == "yes", by=request.user, at=timezone.now())
    except leaving.CannotLeave as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, CoordinatorForm(), form, status=422)
    said = {"town": found, "ended": left.to_come + left.running, "going_on": left.going_on}
    messages.success(
        request, _("%(town)s takes part no more. Enrolments that ended: %(ended)d; that go on to the end: %(going_on)d.") % said
    )
    return redirect("training:town", municipality)


def _page(request: ClerkRequest, found: Municipality, form: CoordinatorForm, leaving_form: LeaveForm, status: int = 200) -> HttpResponse:
    rows = (
        Standing.objects.in_force()
        .filter(municipality=found)
        .select_related("person")
        .order_by("role", "office", "person__display_name", "pk")
    )
    context = {"nav": "administration", "town": found, "rows": rows, "form": form, "leaving": leaving_form}
    status = 422 if form.errors else status
    return render(request, "training/town.html", context, status=status)
