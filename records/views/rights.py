"""Rights on units and files: seen and given by administrators (units) and by those who manage what is concerned."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records import granting, rights
from records.forms import GrantForm
from records.models import FilePlanUnit, RecordFile
from records.models.access import LEVEL_FOR, LEVEL_MANAGE, readable_units
from tenants.models import Office, User
from tenants.roles import Role

from .binder import crumbs_of
from .doors import ClerkRequest, file_or_404, may


@require_http_methods(["GET", "HEAD", "POST"])
def unit_rights(request: ClerkRequest, unit: UUID) -> HttpResponse:
    """Whoever manages a unit, and administrators (who do not see its files for that)."""
    found = FilePlanUnit.objects.filter(public_id=unit).first()
    if found is None or not _may_grant(request.user, found):
        raise Http404
    form, done = _act(request, found)
    if done:
        return redirect(request.path)
    shown = {"target": found, "grants": rights.grants_on_unit(unit=found), "title": str(found)}
    nav = "administration" if request.user.has_role(Role.ADMINISTRATOR) else "file_plan"
    context = {"nav": nav, "form": form, "back": _back_of(request.user, found), **shown}
    return render(request, "records/rights.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def file_rights(request: ClerkRequest, file: UUID) -> HttpResponse:
    found = file_or_404(request.user, file, LEVEL_FOR["grant"])
    form, done = _act(request, found)
    if done:
        return redirect(request.path)
    shown = {"target": found, "file": found, "grants": rights.grants_on_file(file=found), "restricted": found.scope.restricted}
    context = {"nav": "file_plan", "tab": "rights", "form": form, "crumbs": crumbs_of(found), **may(request.user, found), **shown}
    return render(request, "records/rights.html", context, status=422 if form.errors else 200)


@require_POST
def file_restrict(request: ClerkRequest, file: UUID) -> HttpResponse:
    """Narrow a file to its own grants; whoever does it keeps the right to manage it."""
    found = file_or_404(request.user, file, LEVEL_FOR["restrict"])
    restricted, now = request.POST.get("restricted") == "1", timezone.now()
    try:
        if restricted:
            granting.grant(target=found, to=request.user, right="manage_records", by=request.user, at=now)
        granting.restrict_file(file=found, restricted=restricted, by=request.user, at=now)
    except granting.CannotGrant as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file is restricted now.") if restricted else _("The restriction has been lifted."))
    return redirect("records:file_rights", file)


def _act(request: ClerkRequest, target: FilePlanUnit | RecordFile) -> tuple[GrantForm, bool]:
    """Give or take, if that was sent; tells whether something was done."""
    if request.method != "POST":
        return GrantForm(), False
    if request.POST.get("take"):
        return GrantForm(), _take(request, target)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return form, False
    try:
        granting.grant(target=target, to=form.holder, right=form.cleaned_data["right"], by=request.user, at=timezone.now())
    except granting.CannotGrant as refusal:
        form.add_error(None, str(refusal))
        return form, False
    messages.success(request, _("The right has been given."))
    return form, True


def _take(request: ClerkRequest, target: FilePlanUnit | RecordFile) -> bool:
    kind, _colon, rest = request.POST["take"].partition(":")
    public_id, _colon, right = rest.partition(":")
    holders: Any = {"office": Office, "person": User}.get(kind)
    try:
        holder = holders.objects.get(public_id=UUID(public_id)) if holders else None
        if holder is None:
            raise Http404
        granting.revoke(target=target, of=holder, right=right, by=request.user, at=timezone.now())
    except (ValueError, Office.DoesNotExist, User.DoesNotExist, granting.CannotGrant) as error:
        raise Http404 from error
    messages.success(request, _("The right has been taken away."))
    return True


def _may_grant(clerk: User, unit: FilePlanUnit) -> bool:
    return clerk.has_role(Role.ADMINISTRATOR) or readable_units(clerk).levels.get(unit.pk, 0) >= LEVEL_MANAGE


def _back_of(clerk: User, unit: FilePlanUnit) -> str:
    return reverse("records:plan_admin") if clerk.has_role(Role.ADMINISTRATOR) else reverse("records:unit", args=[unit.public_id])
