"""Correcting a unit of the plan in force: title, defaults, validity; freezing it. All else goes by an edition."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records import editions, file_plan, plan_fields, plan_upkeep, secrecy
from records.models import FilePlanUnit, SecrecyMark
from records.plan_forms import PlanFields, filled_with
from tenants.doors import roles_required
from tenants.roles import Role

from .doors import ClerkRequest
from .meanwhile import renew


def _unit_or_404(unit: UUID) -> FilePlanUnit:
    found: FilePlanUnit | None = FilePlanUnit.objects.select_related("register_set", "parent", "successor").filter(public_id=unit).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMINISTRATOR)
def unit_edit(request: ClerkRequest, unit: UUID) -> HttpResponse:
    """What somebody else has entered meanwhile is not overwritten; it stands beside what was typed, which can be sent again."""
    found = _unit_or_404(unit)
    form = PlanFields(request.POST if request.method == "POST" else None, initial=filled_with(found))
    now: list[tuple[str, str]] = []
    above = file_plan.origins_of(unit=found.parent) if found.parent else []
    form.ask_only_where({origin.field for origin in above})
    if form.is_bound and form.is_valid():
        try:
            plan_upkeep.edit_unit(unit=found, changes=form.changes, by=request.user, at=timezone.now(), seen=form.cleaned_data["seen"])
        except editions.StalePlan as refusal:
            form.add_error(None, str(refusal))
            found = _unit_or_404(unit)
            now = renew(form, {**filled_with(found), "register_set": found.register_set})
        except plan_fields.BadField as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Unit %(code)s has been changed.") % {"code": found.classification_code})
            return redirect(reverse("records:plan_admin") + f"?q={found.classification_code}")
    context = {
        "nav": "administration", "unit": found, "form": form, "now": now, "begun": editions.in_preparation(),
        "closed": file_plan.why_closed(found, on=timezone.localdate()),
        "secrecy_choices": SecrecyMark.Kind.choices, "secrecy": secrecy.mark_of(found),
        "inherited": [(o.label, o.value, o.source or found.parent) for o in above],
    }  # fmt: skip
    return render(request, "records/unit_edit.html", context, status=422 if form.errors else 200)


@require_POST
@roles_required(Role.ADMINISTRATOR)
def unit_freeze(request: ClerkRequest, unit: UUID) -> HttpResponse:
    found = _unit_or_404(unit)
    try:
        plan_upkeep.freeze_unit(unit=found, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    except file_plan.CannotPlan as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Unit %(code)s takes no new files now.") % {"code": found.classification_code})
    return redirect("records:unit_edit", unit)


@require_POST
@roles_required(Role.ADMINISTRATOR)
def unit_unfreeze(request: ClerkRequest, unit: UUID) -> HttpResponse:
    found = _unit_or_404(unit)
    try:
        plan_upkeep.unfreeze_unit(unit=found, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    except file_plan.CannotPlan as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Unit %(code)s takes new files again.") % {"code": found.classification_code})
    return redirect("records:unit_edit", unit)


@require_POST
@roles_required(Role.ADMINISTRATOR)
def unit_secrecy(request: ClerkRequest, unit: UUID) -> HttpResponse:
    """Mark a unit and all below it with a special secrecy, or take the mark away, if it is still what the page showed."""
    found = _unit_or_404(unit)
    try:
        kind, seen = request.POST.get("secrecy", ""), request.POST.get("seen")
        secrecy.mark(target=found, kind=kind, by=request.user, at=timezone.now(), seen=seen)
    except secrecy.CannotMark as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The special secrecy of unit %(code)s is set.") % {"code": found.classification_code})
    return redirect("records:unit_edit", unit)
