"""Offices as a tree: create, rename, move, deactivate."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tenants import organisation
from tenants.doors import ClerkRequest, administrators_only
from tenants.forms import OfficeForm
from tenants.models import Office


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def offices(request: ClerkRequest) -> HttpResponse:
    """Show the whole tree (a city has a few hundred offices) and add an office."""
    form = OfficeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            office = organisation.create_office(**form.cleaned_data, by=request.user, at=timezone.now())
        except organisation.CannotOrganise as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The office %(office)s was created.") % {"office": office})
            return redirect("tenants:offices")
    return render(request, "tenants/offices.html", {"offices": _tree(), "form": form, "nav": "administration"})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def office(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    """Show one office with its people; rename it, or put it elsewhere in the tree."""
    office = get_object_or_404(Office.objects.select_related("parent"), public_id=public_id)
    held = {"code": office.code, "name": office.name, "parent": office.parent.public_id if office.parent else None}
    form = OfficeForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        try:
            office = organisation.rename_office(office=office, code=given["code"], name=given["name"], by=request.user, at=at)
            organisation.move_office(office=office, parent=given["parent"], by=request.user, at=at)
        except organisation.CannotOrganise as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("tenants:office", office.public_id)
    members = office.memberships.select_related("user").order_by("-is_lead", "user__display_name")
    context = {"office": office, "form": form, "memberships": members, "children": office.children.order_by("code")}
    return render(request, "tenants/office.html", {**context, "nav": "administration"})


@require_POST
@administrators_only
def office_deactivate(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    office = get_object_or_404(Office, public_id=public_id)
    try:
        organisation.deactivate_office(office=office, by=request.user, at=timezone.now())
    except organisation.CannotOrganise as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The office %(office)s is closed.") % {"office": office})
    return redirect("tenants:office", public_id)


@require_POST
@administrators_only
def office_reactivate(request: ClerkRequest, public_id: UUID) -> HttpResponse:
    office = get_object_or_404(Office, public_id=public_id)
    try:
        organisation.reactivate_office(office=office, by=request.user, at=timezone.now())
    except organisation.CannotOrganise as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The office %(office)s is open again.") % {"office": office})
    return redirect("tenants:office", public_id)


def _tree() -> list[Any]:
    """All offices in the order of the tree, each with `level` (0 at the top) and `people`; two queries, whatever the depth."""
    below: dict[int | None, list[Any]] = defaultdict(list)
    for office in Office.objects.annotate(people=Count("memberships")).order_by("code"):
        below[office.parent_id].append(office)
    ordered: list[Any] = []
    waiting = [(office, 0) for office in reversed(below[None])]
    while waiting:
        office, level = waiting.pop()
        office.level = level
        ordered.append(office)
        waiting += [(child, level + 1) for child in reversed(below[office.pk])]
    return ordered
