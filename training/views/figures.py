"""Figures of a year: what each municipality bears, and how many came."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenants.doors import ClerkRequest
from training import figure_sheets
from training import figures as counting

from .doors import trainers_only

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@trainers_only
def figures(request: ClerkRequest) -> HttpResponse:
    year, known = _asked(request)
    found = counting.of_year(year, at=timezone.now())
    context = {"nav": "training", "section": "figures", "staff": True, "figures": found, "years": known}
    return render(request, "training/figures.html", context)


@require_safe
@trainers_only
def figures_sheet(request: ClerkRequest) -> HttpResponse:
    """The same to take along."""
    year, _known = _asked(request)
    content = figure_sheets.xlsx(counting.of_year(year, at=timezone.now()))
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="schulungen-{year}.xlsx"'})


def _asked(request: ClerkRequest) -> tuple[int, list[int]]:
    known = counting.years(timezone.localdate())
    return next((year for year in known if str(year) == request.GET.get("jahr")), known[0]), known
