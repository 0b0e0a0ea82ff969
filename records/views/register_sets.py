"""Keeping register sets: created, renamed, ordered, coloured, and deleted while no unit uses them."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records import register_sets
from records.models import FilePlanUnit, RegisterSet
from records.plan_forms import RegisterSetForm
from records.register_sets import Divider
from tenants.doors import roles_required
from tenants.roles import Role

from .doors import ClerkRequest

NO_COLOUR = "#8a94a6"  # a colour field cannot be empty: this grey stands for none


def _set_or_404(register_set: UUID) -> RegisterSet:
    found = RegisterSet.objects.filter(public_id=register_set).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMINISTRATOR)
def set_list(request: ClerkRequest) -> HttpResponse:
    """All sets with their dividers and how many units name them; a POST adds one."""
    form = RegisterSetForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = register_sets.create_set(name=form.cleaned_data["name"], by=request.user, at=timezone.now())
        except register_sets.CannotKeepSet as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("records:register_set", made.public_id)
    sets = RegisterSet.objects.prefetch_related("entries").annotate(used=Count("units", distinct=True)).order_by("name")
    listed = [(one, sorted(one.entries.all(), key=lambda entry: entry.position)) for one in sets]
    context = {"nav": "administration", "sets": listed, "form": form}
    return render(request, "records/register_sets.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMINISTRATOR)
def register_set(request: ClerkRequest, register_set: UUID) -> HttpResponse:
    """One set with its dividers, in the order in which the form sends them. What somebody else has saved is not overwritten; it stands beside what was
    typed, which can be sent again."""
    found = _set_or_404(register_set)
    dividers, refusal = register_sets.dividers_of(found), ""
    seen, seen_name, now = _written(dividers), found.name, []
    form = RegisterSetForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if form.is_bound:
        dividers, seen, seen_name = _sent(request), request.POST.get("seen", ""), request.POST.get("seen_name", found.name)
        if form.is_valid():
            try:
                register_sets.change_set(
                    register_set=found,
                    name=form.cleaned_data["name"],
                    dividers=dividers,
                    by=request.user,
                    at=timezone.now(),
                    seen=_read(seen),
                    seen_name=seen_name,
                )
            except register_sets.StaleSet as stale:
                refusal = str(stale)
                found = _set_or_404(register_set)
                stored = register_sets.dividers_of(found)
                seen, seen_name, now = _written(stored), found.name, _differing(form, dividers, found, stored)
            except register_sets.CannotKeepSet as cannot:
                refusal = str(cannot)
            else:
                messages.success(request, _("The register set has been saved. Files that are there keep their registers."))
                return redirect("records:register_sets")
    if refusal:
        form.add_error(None, refusal)
    units = FilePlanUnit.objects.filter(register_set=found).order_by("sort_key")
    context = {
        "nav": "administration", "register_set": found, "form": form, "dividers": [(d.name, d.colour or NO_COLOUR) for d in dividers],
        "no_colour": NO_COLOUR, "seen": seen, "seen_name": seen_name, "now": now, "units": units[:50], "deletable": not units.exists() and not register_sets.planned_with(found).exists(),
    }  # fmt: skip
    return render(request, "records/register_set.html", context, status=422 if form.errors else 200)


@require_POST
@roles_required(Role.ADMINISTRATOR)
def set_delete(request: ClerkRequest, register_set: UUID) -> HttpResponse:
    found = _set_or_404(register_set)
    try:
        register_sets.delete_set(register_set=found, by=request.user, at=timezone.now())
    except register_sets.CannotKeepSet as refusal:
        messages.error(request, str(refusal))
        return redirect("records:register_set", register_set)
    messages.success(request, _("The register set “%(name)s” has been deleted.") % {"name": found.name})
    return redirect("records:register_sets")


def _differing(form: RegisterSetForm, sent: list[Divider], stored: RegisterSet, dividers: list[Divider]) -> list[tuple[str, str]]:
    """Label and stored value of what differs from what was typed."""
    names = [(_("Name"), stored.name)] if form.cleaned_data["name"] != stored.name else []
    return names + ([(_("Registers"), register_sets.in_words(dividers) or "–")] if sent != dividers else [])


def _sent(request: ClerkRequest) -> list[Divider]:
    """The rows of the form; those left empty are none."""
    rows = zip(request.POST.getlist("divider"), request.POST.getlist("colour"), strict=False)
    return [Divider(name, "" if colour.lower() == NO_COLOUR else colour) for name, colour in rows if name.strip()]


def _written(dividers: list[Divider]) -> str:
    return json.dumps([[d.name, d.colour] for d in dividers])


def _read(seen: str) -> list[Divider] | None:
    """What the form was filled with; None if that was tampered with or left out, which is then not compared."""
    try:
        return [Divider(str(name), str(colour)) for name, colour in json.loads(seen)]
    except (ValueError, TypeError):
        return None
