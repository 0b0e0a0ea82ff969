"""Keeping the file plan: all units with what holds for them, and taking one in from a spreadsheet. Shows no files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from records import file_plan, plan_sheets
from records.forms import PlanImportForm
from records.models import FilePlanUnit
from tenants.doors import roles_required
from tenants.roles import Role

from .doors import ClerkRequest
from .plan import retention_sentence

PAGE = 200  # units


@require_safe
@roles_required(Role.ADMINISTRATOR, Role.REGISTRY)
def units(request: ClerkRequest) -> HttpResponse:
    """Page by page: a plan has thousands of units, and a page with all of them takes seconds to make and to show."""
    every = list(FilePlanUnit.objects.in_order().values_list("pk", "classification_code", "title"))
    words = request.GET.get("q", "").casefold().split()
    found = [pk for pk, code, title in every if all(word in f"{code} {title}".casefold() for word in words)]
    asked = request.GET.get("seite", "")
    page = min(max(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1, 1), max(1, -(-len(found) // PAGE)))
    shown = _described(found[(page - 1) * PAGE : page * PAGE])
    context = {
        "nav": "administration",
        "units": shown,
        "total": len(every),
        "query_text": request.GET.get("q", ""),
        "form": PlanImportForm(),
        "previous_url": _address(request, page - 1) if page > 1 else None,
        "next_url": _address(request, page + 1) if page * PAGE < len(found) else None,
    }
    return render(request, "records/plan_admin.html", context)


def _described(keys: list[int]) -> list[Any]:
    """Units of one page in their order, with what holds in them."""
    units: list[Any] = list(FilePlanUnit.objects.filter(pk__any_of=keys).select_related("register_set").in_order())
    defaults, today = file_plan.inherited(FilePlanUnit.objects.with_those_above(units)), timezone.localdate()
    for unit in units:
        unit.defaults = defaults[unit.pk]
        unit.retention = retention_sentence(defaults[unit.pk])
        unit.lapsed = unit.dropped or (unit.valid_until is not None and unit.valid_until < today)
        unit.to_come = unit.valid_from is not None and unit.valid_from > today
        unit.disposal = dict(FilePlanUnit.DisposalAction.choices).get(defaults[unit.pk].disposal_action, "")
    return units


def _address(request: ClerkRequest, page: int) -> str:
    query = request.GET.copy()
    query["seite"] = str(page)
    return "?" + query.urlencode()


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMINISTRATOR)
def plan_import(request: ClerkRequest) -> HttpResponse:
    """First a dry run that names every faulty row; the same file is sent again to be taken in."""
    form = PlanImportForm(request.POST, request.FILES) if request.method == "POST" else PlanImportForm()
    context: dict[str, Any] = {"nav": "administration", "form": form}
    if form.is_valid():
        upload = form.cleaned_data["sheet"]
        existing = dict(FilePlanUnit.objects.values_list("classification_code", "level"))
        try:
            sheet = plan_sheets.read_sheet(upload.file, upload.name, existing=existing)
        except plan_sheets.UnreadableSheet as refusal:
            form.add_error("sheet", str(refusal))
        else:
            really = form.cleaned_data["really"]
            why = form.cleaned_data["reason"]
            done = file_plan.import_plan(
                rows=sheet.rows, faults=sheet.faults, by=request.user, at=timezone.now(), dry_run=not really, reason=why
            )
            if really and not done.faults:
                messages.success(
                    request,
                    ngettext("%(count)s unit has been taken in.", "%(count)s units have been taken in.", done.created)
                    % {"count": done.created},
                )
                return redirect("records:plan_admin")
            context |= {"outcome": done, "ignored": sheet.ignored_columns}
    return render(request, "records/plan_import.html", context, status=422 if form.errors else 200)
