"""The planners' calendar: a month, a week, or the same as a list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenants.doors import ClerkRequest
from training import warning
from training.plan_forms import FilterForm

from . import plan_grid
from .doors import trainers_only
from .plan_doors import NAV

USUAL = "monat"


@require_safe
@trainers_only
def calendar(request: ClerkRequest) -> HttpResponse:
    """What is held when: `ansicht` (monat, woche, liste), the month or week of `tag`, and filters."""
    form = FilterForm(request.GET)
    chosen = form.chosen()
    view = chosen["ansicht"] or USUAL
    day: date = chosen["tag"] or timezone.localdate()
    shown = plan_grid.span(view, day)
    sessions = plan_grid.sessions_of(shown, chosen, whole_weeks=view != "liste")
    missing = warning.missing_of([session.date for session in sessions], at=timezone.now())
    for session in sessions:
        session.missing = missing.get(session.date_id, 0)  # type: ignore[attr-defined] # for the template
    context: dict[str, Any] = {
        **NAV,
        "section": "calendar",
        "form": form,
        "view": view,
        "views": [(name, label, _address(request, ansicht=name)) for name, label in FilterForm.VIEWS],
        "shown": shown,
        "sessions": sessions,
        "weeks": [] if view == "liste" else plan_grid.weeks(shown, sessions, today=timezone.localdate()),
        "before": _address(request, tag=shown.before.isoformat()),
        "after": _address(request, tag=shown.after.isoformat()),
        "now": _address(request, tag=""),
        "filters": [form[name] for name in ("raum", "trainer", "kurs", "stand")],
        "kept": {"ansicht": view, "tag": day.isoformat()},
        "filtered": any(chosen[name] for name in ("raum", "trainer", "kurs", "stand")),
    }
    return render(request, "training/plan_calendar.html", context)


def _address(request: ClerkRequest, **other: str) -> str:
    """The same page with other parameters."""
    asked = request.GET.copy()
    for name, value in other.items():
        asked.pop(name, None)
        if value:
            asked[name] = value
    return f"?{asked.urlencode()}"
