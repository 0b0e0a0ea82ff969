"""Index fields of a unit, kept by administrators and the registry. Shows no files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from records import facts, index_fields
from records.fact_forms import IndexFieldForm
from records.models import FilePlanUnit, IndexField
from tenants.doors import roles_required
from tenants.roles import Role

from .doors import ClerkRequest


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMINISTRATOR, Role.REGISTRY)
def unit_index_fields(request: ClerkRequest, unit: UUID) -> HttpResponse:
    """Fields that hold in a unit: its own can be added, renamed, moved and retired, those from above are shown."""
    found = FilePlanUnit.objects.filter(public_id=unit).first()
    if found is None:
        raise Http404
    form = IndexFieldForm(request.POST if request.POST.get("act") == "add" else None)
    error = ""
    if request.method == "POST":
        try:
            if done := _act(request, found, form):
                messages.success(request, done)
                return redirect(request.path)
        except facts.CannotKeep as refusal:
            if form.is_bound:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                error = str(refusal)
    held: list[Any] = list(index_fields.fields_of(found))
    for field in held:  # what was typed in place of its name stays when it was refused
        typed = error and request.POST.get("act") == "rename" and request.POST.get("field") == str(field.public_id)
        field.typed = request.POST.get("name", "") if typed else field.name
    context = {
        "nav": "administration",
        "unit": found,
        "own": [field for field in held if field.unit_id == found.pk],
        "inherited": [field for field in held if field.unit_id != found.pk],
        "form": form,
        "error": error,
    }
    return render(request, "records/index_fields.html", context, status=422 if form.errors or error else 200)


def _act(request: ClerkRequest, unit: FilePlanUnit, form: forms.Form) -> str:
    """Do what was sent; empty if the form says what is wrong."""
    who: Any = {"by": request.user, "at": timezone.now()}
    act = request.POST.get("act")
    if act == "add":
        if not form.is_valid():
            return ""
        index_fields.add_field(unit=unit, **form.cleaned_data, **who)
        return _("The field has been added.")
    field = _own_field(unit, request.POST.get("field", ""))
    if act == "rename":
        index_fields.rename_field(field=field, name=request.POST.get("name", ""), **who)
        return _("The field has been renamed.")
    if act == "retire":
        index_fields.retire_field(field=field, **who)
        return _("The field has been retired. Values that files have in it stay.")
    if act in ("up", "down"):
        index_fields.move_field(field=field, up=act == "up", **who)
        return _("The order has been changed.")
    raise Http404


def _own_field(unit: FilePlanUnit, public_id: str) -> IndexField:
    try:
        wanted = UUID(public_id)
    except ValueError as error:
        raise Http404 from error
    found = IndexField.objects.filter(unit=unit, public_id=wanted, retired_at__isnull=True).first()
    if found is None:
        raise Http404
    return found
